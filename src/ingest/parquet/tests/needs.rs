//! A field that the sink does not need has no effect, as if the file did not have it.

use arrow::array::ArrayRef;
use proptest::prelude::*;

use super::lake::{VERSIONS, lake};
use super::rows::{Cut, TestRecord, any_row, columns, file};
use super::{Recorder, describe, read, read_into};
use crate::ingest::prefilter::RecordBounds;
use crate::ingest::record::{Description, DescriptionId, FlowRecord, LogStatus, NameId, TimeSpan};
use crate::ingest::sink::{NeededFields, Sink};
use crate::ingest::totals::Totals;
use crate::model::ids::InterfaceId;
use crate::model::source::RowRef;
use crate::model::time::Window;

/// A recorder that needs no optional field.
struct MinimalRecorder(Recorder);

impl Sink for MinimalRecorder {
    const NEEDS: NeededFields = NeededFields::LEAST;

    fn name(&mut self, text: &[u8]) -> NameId {
        self.0.name(text)
    }

    fn description(&mut self, values: &Description<'_>) -> DescriptionId {
        self.0.description(values)
    }

    fn bounds(&self) -> Option<&RecordBounds> {
        self.0.bounds()
    }

    fn skipped(&mut self, counts: &Totals) {
        self.0.skipped(counts);
    }

    fn wants_ports(&self, src_port: u16, dst_port: u16) -> bool {
        self.0.wants_ports(src_port, dst_port)
    }

    fn coverage(&mut self, interface: NameId, log_status: LogStatus, span: TimeSpan, row: RowRef) {
        self.0.coverage(interface, log_status, span, row);
    }

    fn flow(&mut self, record: &FlowRecord) {
        self.0.flow(record);
    }
}

/// The columns of the optional fields.
const OPTIONAL_COLUMNS: [&str; 9] = [
    "pkt_srcaddr",
    "pkt_dstaddr",
    "flow_direction",
    "traffic_path",
    "vpc_id",
    "subnet_id",
    "pkt_dst_aws_service",
    "ecs_task_id",
    "reject_reason",
];

fn without_spare(rows: &[TestRecord]) -> Vec<(&'static str, ArrayRef)> {
    columns(rows).into_iter().filter(|(name, _)| !OPTIONAL_COLUMNS.contains(name)).collect()
}

fn by_interface() -> RecordBounds {
    let interfaces = ["eni-0", "eni-3"].map(InterfaceId::new).into();
    RecordBounds { window: Window::ALWAYS, interfaces, addresses: [].into() }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn fields_that_are_not_needed_are_not_read(
        mut rows in prop::collection::vec(any_row(), 1..120),
        is_scoped: bool,
        with_invalid_values: bool,
    ) {
        let bounds = is_scoped.then(by_interface);
        let cut = Cut::gzip(30, 7);
        let (plain, _) = read(&file(without_spare(&rows), cut), bounds.as_ref());
        if with_invalid_values {
            for row in &mut rows {
                row.addresses[3] = "nowhere".into();
                row.direction = "sideways";
            }
        }
        let bytes = file(columns(&rows), cut);
        let (MinimalRecorder(recorder), defects) = read_into(&bytes, MinimalRecorder(Recorder::new(bounds.as_ref())));
        prop_assert_eq!(describe(&defects), "");
        prop_assert_eq!(recorder.rows, plain.rows);
        prop_assert_eq!(recorder.skipped, plain.skipped);
    }
}

#[test]
fn unneeded_fields_of_security_lake_are_not_read() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let rows: Vec<TestRecord> = (0..80).map(|_| any_row().new_tree(&mut runner).unwrap().current()).collect();
    for version in VERSIONS {
        let bytes = file(lake(&rows, version), Cut::gzip(30, 7));
        let (MinimalRecorder(recorder), _) = read_into(&bytes, MinimalRecorder(Recorder::new(None)));
        assert!(!recorder.flows().is_empty());
        for flow in recorder.flows() {
            let words: Vec<&str> = flow.split(' ').collect();
            assert_eq!(words[3..5], ["None"; 2], "{flow}");
            assert!(flow.ends_with(" - - - - - - - - - -"), "{flow}");
        }
    }
}
