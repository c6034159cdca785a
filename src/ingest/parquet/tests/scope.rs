//! Exactly the rows that cannot matter are skipped, however the file is divided.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::sample::subsequence;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use super::rows::{Cut, START, TestRecord, any_row, columns, file};
use super::{Recorder, describe, read, read_backwards};
use crate::ingest::parquet_parts;
use crate::ingest::prefilter::RecordBounds;
use crate::ingest::record::{Action, LogStatus, TimeSpan};
use crate::ingest::source::files::LogFile;
use crate::ingest::totals::Totals;
use crate::model::defect::Defects;
use crate::model::ids::InterfaceId;
use crate::model::source::SourceId;
use crate::model::time::{Timestamp, Window};

fn any_bounds() -> impl Strategy<Value = RecordBounds> {
    let interfaces = subsequence(vec!["eni-0", "eni-1", "eni-2", "eni-3"], 0..3);
    let addresses = subsequence(vec!["10.0.0.0", "10.0.0.1", "10.0.0.2"], 0..2);
    (interfaces, addresses, 0_i64..600, 0_i64..200).prop_map(|(interfaces, addresses, from, length)| {
        RecordBounds {
            window: Window { from: Timestamp(START + from), to: Timestamp(START + from + length) },
            interfaces: interfaces.into_iter().map(InterfaceId::new).collect(),
            addresses: addresses.into_iter().map(|text| text.parse().unwrap()).collect(),
        }
    })
}

fn any_cut() -> impl Strategy<Value = Cut> {
    (1_usize..40, 1_usize..9, any::<bool>())
        .prop_map(|(group, page, dictionary)| Cut { dictionary, ..Cut::gzip(group, page) })
}

fn log_status(row: &TestRecord) -> LogStatus {
    match (row.status, row.action) {
        ("NODATA", _) => LogStatus::NoData,
        ("SKIPDATA", _) => LogStatus::SkipData,
        (_, "ACCEPT") => LogStatus::Ok(Action::Accept),
        _ => LogStatus::Ok(Action::Reject),
    }
}

fn span(row: &TestRecord) -> TimeSpan {
    let seconds = |number: i64| u32::try_from(number).unwrap();
    TimeSpan { start: seconds(row.start), end: seconds(row.end) }
}

fn is_in_time(row: &TestRecord, bounds: &RecordBounds) -> bool {
    bounds.window.touches(Timestamp(row.start), Timestamp(row.end))
}

fn matters(row: &TestRecord, bounds: &RecordBounds) -> bool {
    let addresses: BTreeSet<_> = row.addresses.iter().filter_map(|text| text.parse().ok()).collect();
    let is_named = bounds.interfaces.contains(row.interface.as_str());
    is_in_time(row, bounds) && (is_named || !addresses.is_disjoint(&bounds.addresses))
}

/// The counts of the rows that do not matter.
fn skipped(rows: &[TestRecord], bounds: &RecordBounds) -> Totals {
    let mut totals = Totals::default();
    for row in rows.iter().filter(|row| !matters(row, bounds)) {
        let mut one = Totals::default();
        one.count(log_status(row), span(row), is_in_time(row, bounds));
        totals.merge(&one);
    }
    totals
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn exactly_the_rows_that_cannot_matter_are_skipped(
        mut rows in prop::collection::vec(any_row(), 1..120),
        bounds in any_bounds(),
        cut in any_cut(),
        is_sorted: bool,
    ) {
        if is_sorted {
            rows.sort_by_key(|row| row.start);
        }
        let bytes = file(columns(&rows), cut);
        let (mut unfiltered, defects) = read(&bytes, None);
        prop_assert_eq!(describe(&defects), "");
        prop_assert_eq!(unfiltered.rows.len(), rows.len());
        unfiltered.rows.retain(|&number, _| matters(&rows[usize::try_from(number).unwrap() - 1], &bounds));
        for (chosen, defects) in [read(&bytes, Some(&bounds)), read_backwards(&bytes, Some(&bounds))] {
            prop_assert_eq!(describe(&defects), "");
            prop_assert_eq!(&chosen.rows, &unfiltered.rows);
            prop_assert_eq!(chosen.skipped, skipped(&rows, &bounds));
        }
    }

    #[test]
    fn row_groups_and_pages_do_not_matter(rows in prop::collection::vec(any_row(), 1..120), cut in any_cut()) {
        let (whole, _) = read(&file(columns(&rows), Cut::plain(1000)), None);
        let bytes = file(columns(&rows), cut);
        prop_assert_eq!(&read(&bytes, None).0.rows, &whole.rows);
        prop_assert_eq!(&read_backwards(&bytes, None).0.rows, &whole.rows);
    }
}

#[test]
fn threads_can_share_a_file() {
    let mut runner = TestRunner::deterministic();
    let rows: Vec<TestRecord> =
        (0..500).map(|_| any_row().new_tree(&mut runner).unwrap().current()).collect();
    let bytes = file(columns(&rows), Cut::gzip(10, 5));
    let (whole, _) = read(&bytes, None);
    let on_disk = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(on_disk.path(), &bytes).unwrap();
    let mut defects = Defects::default();
    let parts = parquet_parts(&LogFile::at(on_disk.path()), SourceId(0), &mut defects).unwrap();
    assert_eq!((parts.count(), parts.rows(3), parts.rows_before(3)), (50, 10, 30));
    assert!((0..parts.count()).all(|part| parts.size(part) > 0));
    let share = &|begin: usize| {
        let (mut recorder, mut defects) = (Recorder::new(None), Defects::default());
        (begin..parts.count()).step_by(4).for_each(|part| parts.read(part, &mut recorder, &mut defects));
        assert_eq!(describe(&defects), "");
        recorder.rows
    };
    let shares = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..4).map(|begin| scope.spawn(move || share(begin))).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect::<BTreeMap<_, _>>()
    });
    assert_eq!(shares, whole.rows);
    assert!(
        parquet_parts(&LogFile::of_bytes("text", b"version\n".to_vec()), SourceId(0), &mut defects).is_none()
    );
}

/// Records with invalid values, so that both steps report defects.
fn with_invalid_values() -> Vec<TestRecord> {
    let mut rng = TestRunner::deterministic();
    let mut row = || any_row().new_tree(&mut rng).unwrap().current();
    let mut rows: Vec<TestRecord> = (0..60).map(|_| row()).filter(TestRecord::is_traffic).collect();
    for (place, row) in rows.iter_mut().enumerate() {
        (row.interface, row.ports) = ("eni-0".into(), (40_000, 443));
        match place % 7 {
            3 => row.protocol = 1000,
            4 => row.action = "MAYBE",
            5 => row.addresses[0] = "nowhere".into(),
            6 => row.flags = Some(-1),
            _ => {}
        }
    }
    rows
}

#[test]
fn defects_are_reported_once_in_any_order() {
    let bounds = RecordBounds {
        window: Window::ALWAYS,
        interfaces: [InterfaceId::new("eni-0")].into(),
        addresses: BTreeSet::new(),
    };
    let bytes = file(columns(&with_invalid_values()), Cut::gzip(10, 4));
    let (unfiltered, defects) = read(&bytes, None);
    let all = describe(&defects);
    assert!(all.starts_with("bad-value x") && all.contains("Some(4) protocol"), "{all}");
    for bounds in [None, Some(&bounds)] {
        for (chosen, defects) in [read(&bytes, bounds), read_backwards(&bytes, bounds)] {
            assert_eq!(describe(&defects), all);
            assert_eq!(chosen.rows, unfiltered.rows);
        }
    }
}
