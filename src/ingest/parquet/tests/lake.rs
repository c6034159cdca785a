//! Security Lake files give the same records as flat files, in every version and with any column missing.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, Float64Array, Int32Array, Int64Array, ListArray, ListBuilder, MapBuilder, StringArray,
    StringBuilder, StructArray, TimestampMicrosecondArray, new_null_array,
};
use arrow::datatypes::{DataType, Field, Fields};
use proptest::prelude::*;

use super::rows::{Cut, START, TEXT, TestRecord, any_row, columns, file, texts};
use super::{describe, read, read_backwards};
use crate::ingest::prefilter::RecordBounds;
use crate::ingest::quote::quote;
use crate::ingest::source::files::LogFile;
use crate::model::ids::InterfaceId;
use crate::model::source::{RowRef, SourceId};
use crate::model::time::{Timestamp, Window};

/// A version of OCSF, or a converted form of one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Version {
    Rc2,
    V1_1,
    V1_5,
}

pub(super) const VERSIONS: [Version; 3] = [Version::Rc2, Version::V1_1, Version::V1_5];

fn record(fields: Vec<(&str, ArrayRef)>) -> ArrayRef {
    let named = fields
        .into_iter()
        .map(|(name, array)| (Arc::new(Field::new(name, array.data_type().clone(), true)), array));
    Arc::new(StructArray::from(named.collect::<Vec<_>>()))
}

fn optional<'a>(rows: &'a [TestRecord], of: impl Fn(&'a TestRecord) -> Option<&'a str>) -> ArrayRef {
    Arc::new(rows.iter().map(of).collect::<StringArray>())
}

fn number(rows: &[TestRecord], version: Version, of: impl Fn(&TestRecord) -> Option<i32>) -> ArrayRef {
    match version {
        Version::V1_5 => Arc::new(rows.iter().map(|row| of(row).map(f64::from)).collect::<Float64Array>()),
        _ => Arc::new(rows.iter().map(of).collect::<Int32Array>()),
    }
}

fn long(rows: &[TestRecord], of: impl Fn(&TestRecord) -> Option<i64>) -> ArrayRef {
    Arc::new(rows.iter().map(of).collect::<Int64Array>())
}

fn endpoint(rows: &[TestRecord], version: Version, is_source: bool) -> ArrayRef {
    let side = usize::from(!is_source);
    let is_here = |row: &&TestRecord| (row.direction == "egress") == is_source;
    let here = |row| Some(row).filter(is_here);
    let ip = |row: &'_ TestRecord| row.is_traffic().then_some(side + 2);
    let mut hops = ListBuilder::new(StringBuilder::new());
    for row in rows {
        let differs = row.addresses[side] != row.addresses[side + 2];
        if differs {
            hops.values().append_value(&row.addresses[side]);
        }
        hops.append(differs || version != Version::Rc2);
    }
    let port =
        |row: &TestRecord| row.is_traffic().then_some(if is_source { row.ports.0 } else { row.ports.1 });
    record(vec![
        ("ip", optional(rows, |row| Some(row.addresses[ip(row)?].as_str()))),
        ("port", number(rows, version, port)),
        ("interface_uid", optional(rows, |row| Some(here(row)?.interface.as_str()))),
        ("instance_uid", optional(rows, |_| None)),
        ("vpc_uid", optional(rows, |row| Some(here(row)?.vpc))),
        ("subnet_uid", optional(rows, |row| Some(here(row)?.subnet.as_str()))),
        ("svc_name", texts(rows, |row| if is_source { "-" } else { row.service })),
        ("intermediate_ips", Arc::new(hops.finish())),
    ])
}

fn connection(rows: &[TestRecord], version: Version) -> ArrayRef {
    let direction = |row: &TestRecord| match row.direction {
        "ingress" => Some(1),
        "egress" => Some(2),
        _ => Some(99),
    };
    record(vec![
        ("protocol_num", number(rows, version, |row| Some(row.protocol).filter(|_| row.is_traffic()))),
        ("tcp_flags", number(rows, version, |row| row.flags)),
        ("direction_id", number(rows, version, direction)),
        ("boundary_id", number(rows, version, |row| Some(row.path.map_or(99, |path| path + 3)))),
    ])
}

fn unmapped(rows: &[TestRecord], version: Version) -> ArrayRef {
    let pairs = |row: &TestRecord| {
        [
            ("ecs_task_id", row.task.clone()),
            ("sublocation_id", "-".into()),
            ("reject_reason", row.reason.into()),
        ]
    };
    if version == Version::V1_5 {
        let mut lists = ListBuilder::new(ListBuilder::new(StringBuilder::new()));
        for row in rows {
            for (name, value) in pairs(row) {
                lists.values().values().append_value(name);
                lists.values().values().append_value(value);
                lists.values().append(true);
            }
            lists.append(true);
        }
        return Arc::new(lists.finish());
    }
    let mut map = MapBuilder::new(None, StringBuilder::new(), StringBuilder::new());
    for row in rows {
        for (name, value) in pairs(row) {
            map.keys().append_value(name);
            map.values().append_value(value);
        }
        map.append(true).unwrap();
    }
    Arc::new(map.finish())
}

fn times(rows: &[TestRecord], version: Version) -> Vec<(&'static str, ArrayRef)> {
    let stamps = |of: fn(&TestRecord) -> i64| -> ArrayRef {
        Arc::new(rows.iter().map(|row| Some(of(row) * 1_000_000)).collect::<TimestampMicrosecondArray>())
    };
    let time = long(rows, |row| Some(row.start * 1000));
    match version {
        Version::Rc2 => {
            let end = long(rows, |row| Some(row.end * 1000));
            vec![("time", time.clone()), ("start_time", time), ("end_time", end)]
        }
        Version::V1_1 => vec![
            ("time", time),
            ("start_time_dt", stamps(|row| row.start)),
            ("end_time_dt", stamps(|row| row.end)),
        ],
        Version::V1_5 => {
            let end = rows.iter().map(|row| Some(Timestamp(row.end).to_string())).collect::<StringArray>();
            vec![("time", time), ("end_time_dt", Arc::new(end))]
        }
    }
}

pub(super) fn lake(rows: &[TestRecord], version: Version) -> Vec<(&'static str, ArrayRef)> {
    let is_refused = |row: &TestRecord| row.is_traffic().then_some(row.action == "REJECT");
    let code =
        |row: &TestRecord, passed, refused| is_refused(row).map(|it| if it { refused } else { passed });
    let action = match version {
        Version::Rc2 => ("activity_id", number(rows, version, |row| code(row, 6, 5))),
        _ => ("action_id", number(rows, version, |row| code(row, 1, 2))),
    };
    let mut columns = vec![
        ("metadata", record(vec![("product", record(vec![("name", texts(rows, |_| "Amazon VPC"))]))])),
        ("class_uid", number(rows, version, |_| Some(4001))),
        action,
        ("src_endpoint", endpoint(rows, version, true)),
        ("dst_endpoint", endpoint(rows, version, false)),
        ("connection_info", connection(rows, version)),
        (
            "traffic",
            record(vec![
                ("packets", long(rows, |row| Some(row.packets).filter(|_| row.is_traffic()))),
                ("bytes", long(rows, |row| Some(row.bytes).filter(|_| row.is_traffic()))),
            ]),
        ),
        ("status_code", texts(rows, |row| row.status)),
        ("unmapped", unmapped(rows, version)),
    ];
    columns.extend(times(rows, version));
    columns
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_lake_file_gives_the_same_records_as_a_flat_file(
        rows in prop::collection::vec(any_row(), 1..60),
        version in prop::sample::select(VERSIONS.to_vec()),
        group in 1_usize..40,
    ) {
        let (flat, _) = read(&file(columns(&rows), Cut::gzip(1000, 100)), None);
        let (lake, defects) = read(&file(lake(&rows, version), Cut::gzip(group, 5)), None);
        prop_assert_eq!(describe(&defects), "");
        prop_assert_eq!(lake.rows, flat.rows);
    }

    #[test]
    fn a_lake_file_skips_the_same_rows_as_a_flat_file(
        rows in prop::collection::vec(any_row(), 1..60),
        version in prop::sample::select(VERSIONS.to_vec()),
        from in 0_i64..600,
    ) {
        let wanted = RecordBounds {
            window: Window { from: Timestamp(START + from), to: Timestamp(START + from + 60) },
            interfaces: [InterfaceId::new("eni-1")].into(),
            addresses: ["10.0.0.1".parse().unwrap()].into(),
        };
        let cut = Cut::gzip(10, 5);
        let (flat, _) = read(&file(columns(&rows), cut), Some(&wanted));
        let lake = file(lake(&rows, version), cut);
        for (lake, defects) in [read(&lake, Some(&wanted)), read_backwards(&lake, Some(&wanted))] {
            prop_assert_eq!(describe(&defects), "");
            prop_assert_eq!(&lake.rows, &flat.rows);
            prop_assert_eq!(lake.skipped, flat.skipped);
        }
    }
}

fn one_row() -> TestRecord {
    TestRecord {
        interface: "eni-1".into(),
        addresses: ["10.0.0.1", "10.0.0.2", "10.0.0.1", "52.0.0.9"].map(str::to_owned),
        ports: (40_000, 443),
        protocol: 6,
        packets: 3,
        bytes: 180,
        start: START,
        end: START + 20,
        action: "REJECT",
        status: "OK",
        flags: Some(2),
        direction: "egress",
        path: Some(8),
        vpc: "vpc-1",
        subnet: "subnet-1".into(),
        service: "S3",
        task: "t1".into(),
        reason: "BPA",
    }
}

#[test]
fn a_quote_shows_the_fields_of_a_flow_log() {
    let message = "interface-id=eni-1 srcaddr=10.0.0.1 dstaddr=10.0.0.2 srcport=40000 dstport=443 protocol=6 packets=3 \
        bytes=180 start=1795403500 end=1795403520 action=REJECT log-status=OK vpc-id=vpc-1 subnet-id=subnet-1 \
        tcp-flags=2 pkt-srcaddr=10.0.0.1 pkt-dstaddr=52.0.0.9 pkt-dst-aws-service=S3 flow-direction=egress \
        traffic-path=8 ecs-task-id=t1 reject-reason=BPA";
    for version in VERSIONS {
        let rows = vec![one_row(), one_row().without_traffic("NODATA"), one_row()];
        let log = LogFile::of_bytes("log", file(lake(&rows, version), Cut::gzip(2, 2)));
        let row = |line| RowRef { source: SourceId(0), line };
        let quotes = quote(&[log], &[row(2), row(3)].into());
        assert_eq!(quotes[&row(3)], message, "{version:?}");
        assert!(quotes[&row(2)].starts_with("interface-id=eni-1 srcaddr=- "), "{version:?}");
    }
}

/// The columns of one row, with one of them replaced.
fn with(path: &str, other: &ArrayRef) -> Vec<(&'static str, ArrayRef)> {
    let mut columns = lake(&[one_row()], Version::Rc2);
    let (name, inner) = path.split_once('.').map_or((path, None), |(name, inner)| (name, Some(inner)));
    for (have, array) in &mut columns {
        if *have == name {
            *array = inner.map_or_else(|| other.clone(), |inner| replaced(array, inner, other));
        }
    }
    columns
}

fn replaced(array: &ArrayRef, name: &str, other: &ArrayRef) -> ArrayRef {
    let fields = array.as_any().downcast_ref::<StructArray>().unwrap();
    let parts = fields.fields().iter().zip(fields.columns());
    let part = |(field, column): (&Arc<Field>, &ArrayRef)| {
        let is_it = field.name() == name;
        let column = if is_it { other.clone() } else { column.clone() };
        (Arc::new(Field::new(field.name(), column.data_type().clone(), true)), column)
    };
    Arc::new(StructArray::from(parts.map(part).collect::<Vec<_>>()))
}

#[test]
fn unusual_values_are_reported_and_never_fatal() {
    let check = |path: &str, other: ArrayRef, flows: usize, expected: &str| {
        let (recorder, defects) = read(&file(with(path, &other), Cut::gzip(10, 10)), None);
        let describe = describe(&defects);
        assert!(
            describe.contains(expected) && describe.is_empty() == expected.is_empty(),
            "{path}: {describe}"
        );
        assert_eq!(recorder.flows().len(), flows, "{path}");
    };
    let text = |text: &str| -> ArrayRef { Arc::new(StringArray::from(vec![text])) };
    let nulls = |data_type: &DataType| new_null_array(data_type, 1);
    let structs = |name: &str| nulls(&DataType::Struct(Fields::from(vec![Field::new(name, TEXT, true)])));
    let list: ArrayRef = Arc::new(ListArray::new_null(Arc::new(Field::new("item", TEXT, true)), 1));
    check("class_uid", Arc::new(Int32Array::from(vec![4002])), 0, "class_uid: expected 4001, found `4002`");
    check("class_uid", nulls(&DataType::Int32), 0, "found `none`");
    check("class_uid", text("4001"), 1, "");
    check("metadata", record(vec![("product", record(vec![("name", text("Other"))]))]), 0, "found `Other`");
    check("metadata", text("odd"), 1, "");
    check("src_endpoint", structs("ip"), 0, "missing-fields");
    check("traffic", structs("bits"), 1, "");
    check("traffic", text("many"), 1, "");
    check("src_endpoint.ip", structs("v4"), 0, "wrong-column-type");
    check("src_endpoint.ip", nulls(&TEXT), 0, "srcaddr");
    check("src_endpoint.ip", text("nowhere"), 0, "found `nowhere`");
    check("src_endpoint.port", text("http"), 0, "found `http`");
    check("src_endpoint.port", Arc::new(Float64Array::from(vec![f64::NAN])), 1, "");
    check("src_endpoint.interface_uid", nulls(&TEXT), 1, "");
    check("src_endpoint.interface_uid", nulls(&DataType::Int64), 1, "wrong-column-type");
    check("src_endpoint.intermediate_ips", list.clone(), 1, "");
    check("src_endpoint.intermediate_ips", text("10.0.0.7"), 1, "");
    check("dst_endpoint.intermediate_ips", structs("ip"), 1, "");
    check("connection_info.direction_id", nulls(&DataType::Int32), 1, "");
    check("connection_info.boundary_id", text("-"), 1, "");
    check("end_time", nulls(&DataType::Int64), 0, "end: expected");
    check("end_time", text("2026-11-23T03:00:00Z"), 1, "");
    check("end_time", text("tomorrow"), 0, "end: expected");
    check("activity_id", Arc::new(Int32Array::from(vec![0])), 0, "action");
    check("status_code", text("FINE"), 1, "log-status");
    check("unmapped", list, 1, "");
    check("unmapped", text("{}"), 1, "");
    check("unmapped", record(vec![("ecs_task_id", text("t9"))]), 1, "");
    check("unmapped", nulls(unmapped(&[one_row()], Version::Rc2).data_type()), 1, "");
}
