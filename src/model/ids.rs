//! Identifiers as AWS spells them, each a type of its own so that a subnet is never taken for a VPC.

use std::borrow::Borrow;
use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Box<str>);

        impl $name {
            /// Takes the identifier as it is spelled.
            pub fn new(id: impl Into<Box<str>>) -> Self {
                Self(id.into())
            }

            /// The identifier as AWS spells it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }
    )*};
}

ids! {
    /// An elastic network interface, `eni-…`.
    InterfaceId
    /// A subnet, `subnet-…`.
    SubnetId
    /// A VPC, `vpc-…`.
    VpcId
    /// A VPC endpoint, `vpce-…`.
    EndpointId
    /// A security group, `sg-…`.
    SecurityGroupId
    /// A route table, `rtb-…`.
    RouteTableId
    /// A network ACL, `acl-…`.
    NetworkAclId
    /// A prefix list, `pl-…`.
    PrefixListId
    /// A NAT gateway, `nat-…`.
    NatGatewayId
    /// An internet gateway, `igw-…`.
    InternetGatewayId
    /// A VPC peering connection, `pcx-…`.
    PeeringId
    /// A transit gateway, `tgw-…`.
    TransitGatewayId
    /// A transit gateway's attachment, `tgw-attach-…`.
    TransitGatewayAttachmentId
    /// A set of DHCP options, `dopt-…`.
    DhcpOptionsId
    /// A flow log, `fl-…`.
    FlowLogId
    /// A task's id, the last part of its ARN.
    TaskId
}
