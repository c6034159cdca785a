//! Each row gets its own descriptive values, however many sets there are.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int32Array, StringArray};

use super::read;
use super::rows::{Cut, TestRecord, any_row, columns, file};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

/// The descriptive text columns in their order. Traffic-path is between the third and the fourth.
const TEXTS: [&str; 9] = [
    "vpc_id",
    "subnet_id",
    "pkt_dst_aws_service",
    "ecs_service_name",
    "ecs_task_arn",
    "ecs_task_id",
    "reject_reason",
    "next_hop_interface_id",
    "interface_type",
];

/// The value of a column in a row: one of `distinct` values, or one of the forms of a missing value.
fn value(row: usize, column: usize, distinct: usize) -> Option<String> {
    let number = (row * 31 + column * 17 + row * row * (column + 3)) % (distinct + 2);
    match number {
        0 => None,
        1 => Some("-".into()),
        _ => Some(format!("{column}-{number}")),
    }
}

#[test]
fn sets_of_values_are_distinguished() {
    let mut runner = TestRunner::deterministic();
    let mut row =
        || any_row().prop_filter("traffic", TestRecord::is_traffic).new_tree(&mut runner).unwrap().current();
    let rows: Vec<TestRecord> = (0..2000).map(|_| TestRecord { ports: (40_000, 443), ..row() }).collect();
    let path = |row: usize| i32::try_from(row % 10).unwrap();
    // Few sets use the list, many use the map, and more than fit into a word are shortened.
    for distinct in [1, 2, 40, 700] {
        let mut columns = columns(&rows);
        columns.retain(|(name, _)| !TEXTS.contains(name) && *name != "traffic_path");
        for (place, name) in TEXTS.into_iter().enumerate() {
            let texts: StringArray = (0..rows.len()).map(|row| value(row, place, distinct)).collect();
            columns.push((name, Arc::new(texts) as ArrayRef));
        }
        let paths: Int32Array = (0..rows.len()).map(|row| Some(path(row))).collect();
        columns.push(("traffic_path", Arc::new(paths)));
        let (recorder, _) = read(&file(columns, Cut::gzip(1900, 500)), None);
        assert_eq!(recorder.rows.len(), rows.len());
        for (row, flow) in recorder.flows().into_iter().enumerate() {
            let mut words: Vec<String> = (0..TEXTS.len())
                .map(|place| value(row, place, distinct).unwrap_or_else(|| "-".into()))
                .collect();
            words.insert(3, if path(row) == 0 { "-".into() } else { path(row).to_string() });
            assert!(flow.ends_with(&format!(" {}", words.join(" "))), "{distinct} {row}: {flow}, {words:?}");
        }
    }
}
