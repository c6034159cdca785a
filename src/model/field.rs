//! The field table: one row for every field of a VPC flow log, version 2 to 11.
//!
//! The text parser, the Parquet reader, the docs page `docs/fields.md` and the tests all derive from [`FIELDS`].
//! Names are matched without case and with `-` or `_`, because engines and the console rewrite them.
//! Source: Amazon VPC user guide, "Flow log records".

use std::fmt;

/// The type of a field's column in Parquet files of AWS; in text files every field is text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// UTF-8 text; `-` if missing.
    Text,
    /// A 32-bit number; null, `-` or (in re-saved files) 0 if missing.
    Int32,
    /// A 64-bit number; null or `-` if missing.
    Int64,
}

/// One row of the field table.
#[derive(Clone, Copy, Debug)]
pub struct FieldSpec {
    /// The field.
    pub field: Field,
    /// The name in a text header.
    pub name: &'static str,
    /// The flow-log version that introduced it.
    pub version: u8,
    /// Its type in Parquet.
    pub kind: FieldKind,
    /// Its meaning, with its unit.
    pub meaning: &'static str,
}

macro_rules! fields {
    ($($field:ident $name:literal $version:literal $kind:ident $meaning:literal)*) => {
        /// A field of a flow log.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Field {
            $(#[doc = $meaning] $field,)*
        }

        /// Every field, in the order of the AWS documentation.
        pub const FIELDS: &[FieldSpec] = &[
            $(FieldSpec { field: Field::$field, name: $name, version: $version, kind: FieldKind::$kind, meaning: $meaning },)*
        ];
    };
}

fields! {
    Version "version" 2 Int32 "the highest version among the selected fields; does not show their order"
    AccountId "account-id" 2 Text "owner of the interface; `unknown` for some AWS-made interfaces"
    InterfaceId "interface-id" 2 Text "the interface the record was made at; `-` for a regional NAT gateway"
    SrcAddr "srcaddr" 2 Text "sender; at the sending interface its primary private address"
    DstAddr "dstaddr" 2 Text "receiver; at the receiving interface its primary private address"
    SrcPort "srcport" 2 Int32 "port of the sender; 0 for ICMP"
    DstPort "dstport" 2 Int32 "port of the receiver; 0 for ICMP"
    Protocol "protocol" 2 Int32 "IANA protocol number"
    Packets "packets" 2 Int64 "packets in the window"
    Bytes "bytes" 2 Int64 "bytes in the window, headers included"
    Start "start" 2 Int64 "first packet of the window, Unix seconds, inclusive"
    End "end" 2 Int64 "last packet of the window, Unix seconds, inclusive"
    Action "action" 2 Text "`ACCEPT`, or `REJECT`: not allowed by a security group or network ACL, or a late packet after a close"
    LogStatus "log-status" 2 Text "`OK`, `NODATA` (covered but idle) or `SKIPDATA` (records were lost)"
    VpcId "vpc-id" 3 Text "VPC of the interface"
    SubnetId "subnet-id" 3 Text "subnet of the interface"
    InstanceId "instance-id" 3 Text "instance of the interface; `-` for Fargate tasks and AWS-made interfaces"
    TcpFlags "tcp-flags" 3 Int32 "FIN 1, SYN 2, RST 4, SYN-ACK 18, combined by OR over the window; ACK alone is 0"
    Type "type" 3 Text "`IPv4`, `IPv6` or `EFA`"
    PktSrcAddr "pkt-srcaddr" 3 Text "sender in the packet itself"
    PktDstAddr "pkt-dstaddr" 3 Text "receiver in the packet itself"
    Region "region" 4 Text "Region of the interface"
    AzId "az-id" 4 Text "availability zone id of the interface"
    SublocationType "sublocation-type" 4 Text "`wavelength`, `outpost` or `localzone`"
    SublocationId "sublocation-id" 4 Text "id of the sublocation"
    PktSrcAwsService "pkt-src-aws-service" 5 Text "AWS service that owns a public sender address"
    PktDstAwsService "pkt-dst-aws-service" 5 Text "AWS service that owns a public receiver address"
    FlowDirection "flow-direction" 5 Text "`ingress` or `egress`, seen from the interface"
    TrafficPath "traffic-path" 5 Int32 "how egress leaves: 1 same VPC, 2 internet gateway or gateway endpoint, 3 virtual private gateway, 4 and 5 peering, 6 local gateway, 7 gateway endpoint, 8 internet gateway"
    EcsClusterArn "ecs-cluster-arn" 7 Text "cluster of the sending task"
    EcsClusterName "ecs-cluster-name" 7 Text "cluster name"
    EcsContainerInstanceArn "ecs-container-instance-arn" 7 Text "container instance; `-` on Fargate"
    EcsContainerInstanceId "ecs-container-instance-id" 7 Text "container instance id; `-` on Fargate"
    EcsContainerId "ecs-container-id" 7 Text "runtime id of the first container"
    EcsSecondContainerId "ecs-second-container-id" 7 Text "runtime id of the second container"
    EcsServiceName "ecs-service-name" 7 Text "service name"
    EcsTaskDefinitionArn "ecs-task-definition-arn" 7 Text "task definition"
    EcsTaskArn "ecs-task-arn" 7 Text "task"
    EcsTaskId "ecs-task-id" 7 Text "task id"
    RejectReason "reject-reason" 8 Text "`BPA` or `EC` for a VPC-wide policy, else `-`; never names a group or ACL"
    ResourceId "resource-id" 9 Text "regional NAT gateway where interface-id is `-`"
    EncryptionStatus "encryption-status" 10 Int32 "0 none, 1 Nitro, 2 application, 3 both"
    InstanceTag "instance-tag" 11 Text "tag value of the instance, percent-encoded"
    InstanceTag2 "instance-tag-2" 11 Text "second tag value of the instance, percent-encoded"
    InterfaceTag "interface-tag" 11 Text "tag value of the interface, percent-encoded"
    InterfaceTag2 "interface-tag-2" 11 Text "second tag value of the interface, percent-encoded"
    AsgTag "asg-tag" 11 Text "tag value of the Auto Scaling group, percent-encoded"
    AsgTag2 "asg-tag-2" 11 Text "second tag value of the Auto Scaling group, percent-encoded"
    InterfaceType "interface-type" 11 Text "kind of an AWS-made interface, such as `vpc_endpoint` or `nat_gateway`"
    NextHopInterfaceId "next-hop-interface-id" 11 Text "egress: the interface that receives; ingress: the one that sent"
    NextHopSubnetId "next-hop-subnet-id" 11 Text "subnet of the next hop"
    NextHopAzId "next-hop-az-id" 11 Text "availability zone id of the next hop"
    NextHopVpcId "next-hop-vpc-id" 11 Text "VPC of the next hop"
    NextHopInterfaceType "next-hop-interface-type" 11 Text "kind of the interface of the next hop"
}

/// The fields of the default format, in its fixed order: the 14 of version 2.
pub const DEFAULT_FORMAT: &[Field] = &[
    Field::Version,
    Field::AccountId,
    Field::InterfaceId,
    Field::SrcAddr,
    Field::DstAddr,
    Field::SrcPort,
    Field::DstPort,
    Field::Protocol,
    Field::Packets,
    Field::Bytes,
    Field::Start,
    Field::End,
    Field::Action,
    Field::LogStatus,
];

/// Names that tables and converters use, in lower case and without separators: AWS's older table of Athena, and the schemas of
/// programs that collect logs.
const OTHER_NAMES: &[(&str, Field)] = &[
    ("account", Field::AccountId),
    ("sourceaddress", Field::SrcAddr),
    ("srcaddress", Field::SrcAddr),
    ("sourceip", Field::SrcAddr),
    ("srcip", Field::SrcAddr),
    ("destinationaddress", Field::DstAddr),
    ("destaddress", Field::DstAddr),
    ("dstaddress", Field::DstAddr),
    ("destinationip", Field::DstAddr),
    ("destip", Field::DstAddr),
    ("dstip", Field::DstAddr),
    ("sourceport", Field::SrcPort),
    ("destinationport", Field::DstPort),
    ("destport", Field::DstPort),
    ("numpackets", Field::Packets),
    ("numbytes", Field::Bytes),
    ("starttime", Field::Start),
    ("endtime", Field::End),
];

impl Field {
    /// The row of the field in the table.
    #[must_use]
    pub fn spec(self) -> &'static FieldSpec {
        &FIELDS[self as usize]
    }

    /// The name in a text header.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.spec().name
    }

    /// Finds a field by a name that a program rewrote: `src_addr`, `srcAddr`, `SRCADDR`, `source_address`.
    #[must_use]
    pub fn from_key(key: &[u8]) -> Option<Self> {
        let own = FIELDS.iter().find(|spec| letters(spec.name.as_bytes()).eq(letters(key)));
        let other = || OTHER_NAMES.iter().find(|(name, _)| name.bytes().eq(letters(key)));
        own.map(|spec| spec.field).or_else(|| other().map(|&(_, field)| field))
    }

    /// Finds a field by a name with `-` or `_`, in any case.
    #[must_use]
    pub fn from_name(name: &[u8]) -> Option<Self> {
        let matches =
            |spec: &&FieldSpec| {
                spec.name.len() == name.len()
                    && spec.name.bytes().zip(name).all(|(want, &have)| {
                        want == have.to_ascii_lowercase() || (want == b'-' && have == b'_')
                    })
            };
        FIELDS.iter().find(matches).map(|spec| spec.field)
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A name without the characters that programs add or remove.
fn letters(name: &[u8]) -> impl Iterator<Item = u8> {
    name.iter().filter(|byte| !matches!(byte, b'-' | b'_' | b' ')).map(u8::to_ascii_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_indexed_by_the_enum() {
        for (place, spec) in FIELDS.iter().enumerate() {
            assert_eq!(spec.field as usize, place, "{}", spec.name);
        }
    }

    #[test]
    fn the_counts_are_those_of_the_versions() {
        let up_to = |version| FIELDS.iter().filter(|spec| spec.version <= version).count();
        assert_eq!([2, 5, 7, 8, 9, 10, 11].map(up_to), [14, 29, 39, 40, 41, 42, 54]);
    }

    #[test]
    fn rewritten_names_are_found() {
        assert_eq!(Field::from_name(b"pkt-srcaddr"), Some(Field::PktSrcAddr));
        assert_eq!(Field::from_name(b"pkt_srcaddr"), Some(Field::PktSrcAddr));
        assert_eq!(Field::from_name(b"srcAddr"), Some(Field::SrcAddr));
        assert_eq!(Field::from_name(b"src_addr"), None);
        assert_eq!(Field::from_name(b""), None);
        for key in [&b"src_addr"[..], b"srcAddr", b"SRCADDR", b"src-addr", b"srcaddr"] {
            assert_eq!(Field::from_key(key), Some(Field::SrcAddr));
        }
        assert_eq!(Field::from_key(b"nextHopAzId"), Some(Field::NextHopAzId));
        assert_eq!(Field::from_key(b"sourceAddress"), Some(Field::SrcAddr));
        assert_eq!(Field::from_key(b"start_time"), Some(Field::Start));
        assert_eq!(Field::from_key(b"sourceIPAddress"), None);
        assert_eq!(Field::from_key(b""), None);
        for spec in FIELDS {
            assert_eq!(Field::from_key(spec.name.as_bytes()), Some(spec.field));
        }
    }
}
