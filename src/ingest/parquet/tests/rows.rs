//! Flow-log records, and the Parquet file that AWS would write with them.

use std::sync::Arc;

use ::parquet::arrow::ArrowWriter;
use ::parquet::basic::{Compression, GzipLevel};
use ::parquet::file::properties::WriterProperties;
use arrow::array::{ArrayRef, Int32Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use proptest::prelude::*;

/// One record. `-` and none stand for missing values.
#[derive(Clone, Debug)]
pub(super) struct TestRecord {
    pub(super) interface: String,
    pub(super) addresses: [String; 4],
    pub(super) ports: (i32, i32),
    pub(super) protocol: i32,
    pub(super) packets: i64,
    pub(super) bytes: i64,
    pub(super) start: i64,
    pub(super) end: i64,
    pub(super) action: &'static str,
    pub(super) status: &'static str,
    pub(super) flags: Option<i32>,
    pub(super) direction: &'static str,
    pub(super) path: Option<i32>,
    pub(super) vpc: &'static str,
    pub(super) subnet: String,
    pub(super) service: &'static str,
    pub(super) task: String,
    pub(super) reason: &'static str,
}

/// The start of the earliest row.
pub(super) const START: i64 = 1_795_403_500;

/// Any record that AWS may write.
pub(super) fn any_row() -> impl Strategy<Value = TestRecord> {
    let address = || (0_u8..6).prop_map(|host| format!("10.0.0.{host}"));
    let port = || prop_oneof![Just(443), Just(53), Just(80), 40_000..40_010];
    let who = (0_u8..5, address(), address(), prop::option::of(address()), prop::option::of(address()));
    let what = (port(), port(), 0_i32..20, 1_i64..9, 40_i64..4000, prop::option::of(0_i32..20));
    let when = (0_i64..600, 0_i64..60);
    let more = (0_u8..8, any::<bool>(), prop::option::of(1_i32..9), 0_u8..3, any::<bool>());
    (who, what, when, more).prop_map(|(who, what, when, more)| {
        let (interface, src, dst, pkt_src, pkt_dst) = who;
        let (src_port, dst_port, protocol, packets, bytes, flags) = what;
        let (pkt_src, pkt_dst) = (pkt_src.unwrap_or(src.clone()), pkt_dst.unwrap_or(dst.clone()));
        let row = TestRecord {
            interface: format!("eni-{interface}"),
            addresses: [src, dst, pkt_src, pkt_dst],
            ports: (src_port, dst_port),
            protocol,
            packets,
            bytes,
            start: START + when.0,
            end: START + when.0 + when.1,
            action: if more.0 % 2 == 0 { "ACCEPT" } else { "REJECT" },
            status: "OK",
            flags,
            direction: if more.1 { "ingress" } else { "egress" },
            path: more.2.filter(|_| !more.1),
            vpc: "vpc-1",
            subnet: format!("subnet-{}", more.3),
            service: if more.4 { "S3" } else { "-" },
            task: format!("task-{}", more.0),
            reason: if more.4 { "BPA" } else { "-" },
        };
        match more.0 {
            0 => row.without_traffic("NODATA"),
            1 => row.without_traffic("SKIPDATA"),
            _ => row,
        }
    })
}

impl TestRecord {
    pub(super) fn without_traffic(self, status: &'static str) -> Self {
        Self {
            addresses: ["-"; 4].map(str::to_owned),
            ports: (0, 0),
            action: "-",
            status,
            flags: None,
            direction: "-",
            path: None,
            service: "-",
            task: "-".into(),
            reason: "-",
            ..self
        }
    }

    pub(super) fn is_traffic(&self) -> bool {
        self.status == "OK"
    }
}

/// A column of text.
pub(super) fn texts<'a>(rows: &'a [TestRecord], of: impl Fn(&'a TestRecord) -> &'a str) -> ArrayRef {
    Arc::new(rows.iter().map(|row| Some(of(row))).collect::<StringArray>())
}

fn numbers(rows: &[TestRecord], of: impl Fn(&TestRecord) -> Option<i32>) -> ArrayRef {
    Arc::new(rows.iter().map(of).collect::<Int32Array>())
}

fn long_numbers(rows: &[TestRecord], of: impl Fn(&TestRecord) -> Option<i64>) -> ArrayRef {
    Arc::new(rows.iter().map(of).collect::<Int64Array>())
}

/// The columns of a flow log.
pub(super) fn columns(rows: &[TestRecord]) -> Vec<(&'static str, ArrayRef)> {
    let traffic = |row: &TestRecord| row.is_traffic();
    vec![
        ("interface_id", texts(rows, |row| &row.interface)),
        ("srcaddr", texts(rows, |row| &row.addresses[0])),
        ("dstaddr", texts(rows, |row| &row.addresses[1])),
        ("pkt_srcaddr", texts(rows, |row| &row.addresses[2])),
        ("pkt_dstaddr", texts(rows, |row| &row.addresses[3])),
        ("srcport", numbers(rows, |row| Some(row.ports.0).filter(|_| traffic(row)))),
        ("dstport", numbers(rows, |row| Some(row.ports.1).filter(|_| traffic(row)))),
        ("protocol", numbers(rows, |row| Some(row.protocol).filter(|_| traffic(row)))),
        ("packets", long_numbers(rows, |row| Some(row.packets).filter(|_| traffic(row)))),
        ("bytes", long_numbers(rows, |row| Some(row.bytes).filter(|_| traffic(row)))),
        ("start", long_numbers(rows, |row| Some(row.start))),
        ("end", long_numbers(rows, |row| Some(row.end))),
        ("action", texts(rows, |row| row.action)),
        ("log_status", texts(rows, |row| row.status)),
        ("tcp_flags", numbers(rows, |row| row.flags)),
        ("flow_direction", texts(rows, |row| row.direction)),
        ("traffic_path", numbers(rows, |row| row.path)),
        ("vpc_id", texts(rows, |row| row.vpc)),
        ("subnet_id", texts(rows, |row| &row.subnet)),
        ("pkt_dst_aws_service", texts(rows, |row| row.service)),
        ("ecs_task_id", texts(rows, |row| &row.task)),
        ("reject_reason", texts(rows, |row| row.reason)),
    ]
}

/// How a file is divided into row groups and pages.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cut {
    pub(super) group: usize,
    pub(super) page: usize,
    pub(super) dictionary: bool,
    pub(super) compression: Compression,
}

impl Cut {
    pub(super) fn gzip(group: usize, page: usize) -> Self {
        let compression = Compression::GZIP(GzipLevel::default());
        Self { group, page, dictionary: true, compression }
    }

    pub(super) fn plain(group: usize) -> Self {
        Self { compression: Compression::UNCOMPRESSED, dictionary: false, ..Self::gzip(group, group) }
    }
}

/// A Parquet file with some columns.
pub(super) fn file(columns: Vec<(&str, ArrayRef)>, cut: Cut) -> Vec<u8> {
    let fields: Vec<Field> =
        columns.iter().map(|(name, array)| Field::new(*name, array.data_type().clone(), true)).collect();
    let schema = Arc::new(Schema::new(fields));
    let properties = WriterProperties::builder()
        .set_compression(cut.compression)
        .set_max_row_group_row_count(Some(cut.group))
        .set_data_page_row_count_limit(cut.page)
        .set_write_batch_size(cut.page)
        .set_dictionary_enabled(cut.dictionary)
        .build();
    let mut writer = ArrowWriter::try_new(Vec::new(), schema.clone(), Some(properties)).unwrap();
    let arrays = columns.into_iter().map(|(_, array)| array).collect();
    writer.write(&RecordBatch::try_new(schema, arrays).unwrap()).unwrap();
    writer.into_inner().unwrap()
}

/// The type of a column of text.
pub(super) const TEXT: DataType = DataType::Utf8;
