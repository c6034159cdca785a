//! Records as Amazon Security Lake stores them: OCSF's Network Activity in the nested columns of a Parquet file.
//!
//! Source: ocsf/examples, mappings "AWS VPC Flowlogs".

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, Int32Array, Int64Array, ListBuilder, MapBuilder, RecordBatch, StringArray,
    StringBuilder, StructArray, TimestampMicrosecondArray,
};
use arrow::datatypes::Field as Column;
use flowcause::model::field::Field;

use crate::support::table::{Codec, Table, Variant, write};

/// A version of OCSF, and how AWS compresses the pages of its files.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Version {
    /// 1.0.0-rc.2, in gzip: the first version of the source.
    Rc2,
    /// 1.1.0, in zstd: the second.
    V1_1,
}

/// The side of an endpoint in a record.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Source,
    Destination,
}

/// Fields for which OCSF has no attribute.
const UNMAPPED: [Field; 13] = [
    Field::EcsClusterArn,
    Field::EcsClusterName,
    Field::EcsContainerInstanceArn,
    Field::EcsContainerInstanceId,
    Field::EcsContainerId,
    Field::EcsSecondContainerId,
    Field::EcsServiceName,
    Field::EcsTaskDefinitionArn,
    Field::EcsTaskArn,
    Field::EcsTaskId,
    Field::RejectReason,
    Field::NextHopInterfaceId,
    Field::InterfaceType,
];

/// A Security Lake file with the records of a table.
pub(super) fn file(table: &Table, version: Version) -> Vec<u8> {
    let codec = if version == Version::Rc2 { Codec::Gzip } else { Codec::Zstd };
    let columns = Lake { table, version }.columns();
    let batch = RecordBatch::from(record(columns));
    write(&batch, &Variant { codec, ..Variant::AWS })
}

type Named = Vec<(&'static str, ArrayRef)>;

/// A struct, or a batch, with these columns.
fn record(columns: Named) -> StructArray {
    let named = columns
        .into_iter()
        .map(|(name, array)| (Arc::new(Column::new(name, array.data_type().clone(), true)), array));
    StructArray::from(named.collect::<Vec<_>>())
}

fn nested(columns: Named) -> ArrayRef {
    Arc::new(record(columns))
}

fn texts<'a>(values: impl Iterator<Item = Option<&'a str>>) -> ArrayRef {
    Arc::new(values.collect::<StringArray>())
}

fn codes(values: impl Iterator<Item = Option<i32>>) -> ArrayRef {
    Arc::new(values.collect::<Int32Array>())
}

fn number<T: std::str::FromStr>(text: &str) -> Option<T> {
    text.parse().ok()
}

struct Lake<'a> {
    table: &'a Table,
    version: Version,
}

impl<'a> Lake<'a> {
    /// The values of a field; all none if the table does not have it.
    fn values(&self, field: Field) -> impl Iterator<Item = Option<&'a str>> + use<'a> {
        let at = self.table.fields.iter().position(|&have| have == field);
        self.table.rows.iter().map(move |row| row[at?].as_deref())
    }

    fn text(&self, field: Field) -> ArrayRef {
        texts(self.values(field))
    }

    fn constant(&self, text: &str) -> ArrayRef {
        texts(self.table.rows.iter().map(|_| Some(text)))
    }

    fn int(&self, field: Field) -> ArrayRef {
        codes(self.values(field).map(|value| value.and_then(number)))
    }

    fn long(&self, field: Field) -> ArrayRef {
        Arc::new(self.values(field).map(|value| value.and_then(number)).collect::<Int64Array>())
    }

    fn columns(&self) -> Named {
        let mut columns = vec![
            ("metadata", nested(vec![("product", nested(vec![("name", self.constant("Amazon VPC"))]))])),
            ("cloud", self.cloud()),
            ("class_uid", codes(self.table.rows.iter().map(|_| Some(4001)))),
            ("src_endpoint", self.endpoint(Side::Source)),
            ("dst_endpoint", self.endpoint(Side::Destination)),
            ("connection_info", self.connection()),
            (
                "traffic",
                nested(vec![("packets", self.long(Field::Packets)), ("bytes", self.long(Field::Bytes))]),
            ),
            ("status_code", self.text(Field::LogStatus)),
            ("unmapped", self.unmapped()),
        ];
        columns.extend(self.actions());
        columns.extend(self.times());
        columns
    }

    fn cloud(&self) -> ArrayRef {
        let account = self.text(Field::AccountId);
        let account = match self.version {
            Version::Rc2 => ("account_uid", account),
            Version::V1_1 => ("account", nested(vec![("uid", account)])),
        };
        nested(vec![account, ("region", self.text(Field::Region)), ("zone", self.text(Field::AzId))])
    }

    fn actions(&self) -> Named {
        let code = |accept, reject| {
            codes(self.values(Field::Action).map(move |value| match value? {
                "ACCEPT" => Some(accept),
                _ => Some(reject),
            }))
        };
        let mut columns = vec![("activity_id", code(6, 5)), ("type_uid", code(400_106, 400_105))];
        if self.version == Version::V1_1 {
            columns.extend([("action_id", code(1, 2)), ("disposition_id", code(1, 2))]);
        }
        columns
    }

    /// The interface is on the source side for egress, and if the direction is not known.
    fn endpoint(&self, side: Side) -> ArrayRef {
        let is_source = side == Side::Source;
        let of = |source, destination| if is_source { source } else { destination };
        let here = |field| {
            let directions = self.values(Field::FlowDirection);
            let is_here = move |direction: Option<&str>| (direction == Some("ingress")) != is_source;
            texts(self.values(field).zip(directions).map(move |(value, way)| value.filter(|_| is_here(way))))
        };
        let (own, packet) = (of(Field::SrcAddr, Field::DstAddr), of(Field::PktSrcAddr, Field::PktDstAddr));
        nested(vec![
            ("ip", texts(self.values(packet).zip(self.values(own)).map(|(packet, own)| packet.or(own)))),
            ("port", self.int(of(Field::SrcPort, Field::DstPort))),
            ("svc_name", self.text(of(Field::PktSrcAwsService, Field::PktDstAwsService))),
            ("intermediate_ips", self.intermediate(own, packet)),
            ("interface_uid", here(Field::InterfaceId)),
            ("vpc_uid", here(Field::VpcId)),
            ("instance_uid", here(Field::InstanceId)),
            ("subnet_uid", here(Field::SubnetId)),
        ])
    }

    /// The interface's own address if the packet has another one.
    fn intermediate(&self, own: Field, packet: Field) -> ArrayRef {
        let mut lists = ListBuilder::new(StringBuilder::new());
        for (own, packet) in self.values(own).zip(self.values(packet)) {
            if let (Some(own), Some(packet)) = (own, packet)
                && own != packet
            {
                lists.values().append_value(own);
            }
            lists.append(true);
        }
        Arc::new(lists.finish())
    }

    fn connection(&self) -> ArrayRef {
        let direction = |of: [&'static str; 2]| {
            self.values(Field::FlowDirection).map(move |value| match value {
                Some("ingress") => Some(of[0]),
                Some("egress") => Some(of[1]),
                _ => None,
            })
        };
        let boundary = |path: Option<&str>| Some(path.and_then(number).map_or(99, |path: i32| path + 3));
        nested(vec![
            ("protocol_num", self.int(Field::Protocol)),
            ("tcp_flags", self.int(Field::TcpFlags)),
            ("direction", texts(direction(["Inbound", "Outbound"]))),
            ("direction_id", codes(direction(["1", "2"]).map(|id| Some(id.and_then(number).unwrap_or(99))))),
            ("boundary_id", codes(self.values(Field::TrafficPath).map(boundary))),
        ])
    }

    fn unmapped(&self) -> ArrayRef {
        let columns = UNMAPPED.map(|field| (field, self.values(field).collect::<Vec<_>>()));
        let mut map = MapBuilder::new(None, StringBuilder::new(), StringBuilder::new());
        for row in 0..self.table.rows.len() {
            for (field, values) in &columns {
                if let Some(value) = values[row] {
                    map.keys().append_value(field.name().replace('-', "_"));
                    map.values().append_value(value);
                }
            }
            map.append(true).expect("as many keys as values");
        }
        Arc::new(map.finish())
    }

    fn times(&self) -> Named {
        let scaled = |field, by: i64| {
            self.values(field).map(move |value| value.and_then(number::<i64>).map(|seconds| seconds * by))
        };
        let millis = |field| -> ArrayRef { Arc::new(scaled(field, 1000).collect::<Int64Array>()) };
        let stamps =
            |field| -> ArrayRef { Arc::new(scaled(field, 1_000_000).collect::<TimestampMicrosecondArray>()) };
        let (start, end) = (Field::Start, Field::End);
        match self.version {
            Version::Rc2 => {
                vec![("time", millis(start)), ("start_time", millis(start)), ("end_time", millis(end))]
            }
            Version::V1_1 => {
                vec![("time", millis(start)), ("start_time_dt", stamps(start)), ("end_time_dt", stamps(end))]
            }
        }
    }
}
