//! Records as flow logs spell them: any field of the field table, as text or as Parquet columns.
//!
//! Names, order and types come from `model::field` alone.

use std::net::Ipv4Addr;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int32Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field as Column, Schema};
use flowcause::model::field::{Field, FieldKind};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::{Compression, GzipLevel};
use parquet::file::properties::{EnabledStatistics, WriterProperties};

use crate::support::flow_log::{Flow, Record, Status};
use crate::support::incident::{CLUSTER, End, Incident, Task, cluster_arn};
use crate::support::packets::Direction;
use crate::support::vpc::{Eni, REGION, Role, is_s3};

/// The reason of a rejection by Block Public Access, whose records have no bytes.
const PUBLIC_ACCESS: &str = "BPA";

/// A text file: the header, then a line a record.
pub(crate) fn text(incident: &Incident, records: &[Record]) -> String {
    let fields = &incident.log.fields;
    let names: Vec<&str> = fields.iter().map(|field| field.name()).collect();
    let mut text = names.join(" ");
    text.push('\n');
    for record in records {
        let values: Vec<String> = fields
            .iter()
            .map(|&field| value(incident, record, field).unwrap_or_else(|| "-".into()))
            .collect();
        text.push_str(&values.join(" "));
        text.push('\n');
    }
    text
}

/// A Parquet file as AWS types it: gzip pages, optional columns, underscored names.
pub(crate) fn parquet(incident: &Incident, records: &[Record]) -> Vec<u8> {
    let fields = &incident.log.fields;
    let columns: Vec<Column> = fields
        .iter()
        .map(|field| Column::new(field.name().replace('-', "_"), data_type(field.spec().kind), true))
        .collect();
    let arrays: Vec<ArrayRef> = fields.iter().map(|&field| array(incident, records, field)).collect();
    let schema = Arc::new(Schema::new(columns));
    let batch = RecordBatch::try_new(Arc::clone(&schema), arrays).expect("columns as the schema says");
    let properties = WriterProperties::builder()
        .set_compression(Compression::GZIP(GzipLevel::try_new(6).expect("a level of gzip")))
        .set_created_by("flowcause sample data".to_owned())
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_offset_index_disabled(true)
        .build();
    let options = ArrowWriterOptions::new().with_properties(properties).with_skip_arrow_metadata(true);
    let mut bytes = Vec::new();
    let mut writer =
        ArrowWriter::try_new_with_options(&mut bytes, schema, options).expect("a schema Parquet can hold");
    writer.write(&batch).expect("memory takes bytes");
    writer.close().expect("memory takes bytes");
    bytes
}

fn data_type(kind: FieldKind) -> DataType {
    match kind {
        FieldKind::Text => DataType::Utf8,
        FieldKind::Int32 => DataType::Int32,
        FieldKind::Int64 => DataType::Int64,
    }
}

/// Missing text is `-`, a missing number is null.
fn array(incident: &Incident, records: &[Record], field: Field) -> ArrayRef {
    let values = records.iter().map(|record| value(incident, record, field));
    match field.spec().kind {
        FieldKind::Text => Arc::new(values.map(|value| value.or(Some("-".into()))).collect::<StringArray>()),
        FieldKind::Int32 => Arc::new(
            values
                .map(|value| value.map(|text| text.parse::<i32>().expect("a number")))
                .collect::<Int32Array>(),
        ),
        FieldKind::Int64 => Arc::new(
            values
                .map(|value| value.map(|text| text.parse::<i64>().expect("a number")))
                .collect::<Int64Array>(),
        ),
    }
}

/// A field of a record; `None` where flow logs have `-`.
pub(crate) fn value(incident: &Incident, record: &Record, field: Field) -> Option<String> {
    let vpc = &incident.sim.vpc;
    let interface = vpc.get(record.eni);
    let always = match field {
        Field::Version => Some(version(&incident.log.fields).to_string()),
        Field::AccountId => Some(interface.logged_account.to_owned()),
        Field::InterfaceId => Some(interface.id.clone()),
        Field::Start => Some(record.start.to_string()),
        Field::End => Some(record.end.to_string()),
        Field::VpcId => Some(vpc.id.clone()),
        Field::SubnetId => Some(vpc.subnet_of(record.eni).id.clone()),
        Field::InstanceId => match &interface.role {
            Role::Instance { instance, .. } => Some(instance.clone()),
            _ => None,
        },
        Field::LogStatus => Some(status_name(&record.status).to_owned()),
        _ => None,
    };
    let Status::Ok(flow) = &record.status else {
        return always;
    };
    always.or_else(|| match field {
        Field::Region => Some(REGION.to_owned()),
        Field::AzId => Some(zone_id(vpc.subnet_of(record.eni).zone)),
        _ => traffic_value(flow, field)
            .or_else(|| named_task(incident, record.eni).and_then(|task| ecs_value(task, field))),
    })
}

/// The task that records of an interface name.
fn named_task(incident: &Incident, eni: Eni) -> Option<&Task> {
    let is_named =
        |task: &&Task| incident.log.habits.names_failed_tasks || !matches!(task.end, End::Stopped { .. });
    incident.task_of(eni).filter(is_named)
}

/// The zone id of a zone's letter.
pub(crate) fn zone_id(zone: char) -> String {
    let number = match zone {
        'a' => 1,
        'b' => 2,
        _ => 3,
    };
    format!("euw1-az{number}")
}

/// `version`: the highest of the fields' versions.
fn version(fields: &[Field]) -> u8 {
    fields.iter().map(|field| field.spec().version).max().expect("a flow log has fields")
}

fn status_name(status: &Status) -> &'static str {
    match status {
        Status::Ok(_) => "OK",
        Status::NoData => "NODATA",
        Status::SkipData => "SKIPDATA",
    }
}

/// The values from packets.
fn traffic_value(flow: &Flow, field: Field) -> Option<String> {
    let hop = &flow.hop;
    let name = |name: &str| Some(name.to_owned());
    match field {
        Field::SrcAddr => Some(hop.src.0.to_string()),
        Field::DstAddr => Some(hop.dst.0.to_string()),
        Field::SrcPort => Some(hop.src.1.to_string()),
        Field::DstPort => Some(hop.dst.1.to_string()),
        Field::Protocol => Some(flow.protocol.to_string()),
        Field::Packets => Some(flow.packets.to_string()),
        Field::Bytes if flow.reason == Some(PUBLIC_ACCESS) => None,
        Field::Bytes => Some(flow.bytes.to_string()),
        Field::Action => name(if flow.rejected { "REJECT" } else { "ACCEPT" }),
        Field::TcpFlags => Some(flow.flags.to_string()),
        Field::Type => name("IPv4"),
        Field::PktSrcAddr => Some(hop.packet_src.to_string()),
        Field::PktDstAddr => Some(hop.packet_dst.to_string()),
        Field::PktSrcAwsService => aws_service(hop.packet_src).and_then(name),
        Field::PktDstAwsService => aws_service(hop.packet_dst).and_then(name),
        Field::FlowDirection => name(match hop.direction {
            Direction::Ingress => "ingress",
            Direction::Egress => "egress",
        }),
        Field::TrafficPath => hop.path.map(|path| path.to_string()),
        Field::RejectReason => flow.reason.and_then(name),
        _ => None,
    }
}

/// The AWS service that owns a public address, if AWS names it.
fn aws_service(address: Ipv4Addr) -> Option<&'static str> {
    match address.octets()[0] {
        _ if is_s3(address) => Some("S3"),
        34 | 52 | 54 => Some("AMAZON"),
        _ => None,
    }
}

/// The values of the task that owns the interface. On Fargate there is no container instance.
fn ecs_value(task: &Task, field: Field) -> Option<String> {
    match field {
        Field::EcsClusterArn => Some(cluster_arn()),
        Field::EcsClusterName => Some(CLUSTER.to_owned()),
        Field::EcsContainerId => task.runtime(),
        Field::EcsServiceName => Some(task.service.to_owned()),
        Field::EcsTaskDefinitionArn => Some(task.definition()),
        Field::EcsTaskArn => Some(task.arn()),
        Field::EcsTaskId => Some(task.id.clone()),
        _ => None,
    }
}
