//! Damage affects only the damaged part, is reported with its position, and no claim of a file is trusted.

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use super::lake::{VERSIONS, lake};
use super::rows::{Cut, TestRecord, any_row, columns, file};
use super::{describe, read, read_backwards};
use crate::ingest::prefilter::RecordBounds;
use crate::model::ids::InterfaceId;
use crate::model::time::Window;

fn rows(count: usize) -> Vec<TestRecord> {
    let mut runner = TestRunner::deterministic();
    (0..count).map(|_| any_row().new_tree(&mut runner).unwrap().current()).collect()
}

fn bounds() -> RecordBounds {
    RecordBounds {
        window: Window::ALWAYS,
        interfaces: ["eni-0", "eni-1"].map(InterfaceId::new).into(),
        addresses: ["10.0.0.1".parse().unwrap()].into(),
    }
}

/// The positions at which some bytes occur in a file.
fn places(bytes: &[u8], piece: &[u8]) -> Vec<usize> {
    (0..bytes.len()).filter(|&at| bytes[at..].starts_with(piece)).collect()
}

#[test]
fn files_without_records_report_the_reason() {
    let check = |bytes: &[u8], expected: &str| {
        let (recorder, defects) = read(bytes, None);
        assert!(describe(&defects).contains(expected), "{expected}: {}", describe(&defects));
        assert!(recorder.rows.is_empty(), "{expected}");
    };
    let good = file(columns(&rows(40)), Cut::gzip(10, 5));
    check(b"PAR1", "damaged-parquet x1 None Parquet error: the file is cut off");
    check(&good[..good.len() / 2], "the file does not end like a Parquet file");
    check(&[&good[..good.len() - 1], b"2"].concat(), "the file does not end like a Parquet file");
    let mut absurd = good.clone();
    let length = absurd.len();
    absurd[length - 8..length - 4].fill(0xff);
    check(&absurd, "a footer of 4294967295 bytes in a file of");
    absurd[length - 8..length - 4].copy_from_slice(&16_u32.to_le_bytes());
    check(&absurd, "damaged-parquet");
    check(&file(columns(&[]), Cut::plain(10)), "empty-file");
}

#[test]
fn damage_affects_only_its_row_group() {
    let rows = rows(40);
    let good = file(columns(&rows), Cut::gzip(10, 10));
    // Every row group's first column begins with a gzip member. The one of the second row group is damaged here.
    let members = places(&good, &[0x1f, 0x8b, 8]);
    let mut bad = good.clone();
    let second = members[members.len() / 4];
    bad[second + 10..second + 20].fill(0xff);
    for bounds in [None, Some(&bounds())] {
        let (whole, _) = read(&good, bounds);
        for (recorder, defects) in [read(&bad, bounds), read_backwards(&bad, bounds)] {
            assert!(describe(&defects).starts_with("damaged-parquet x1 Some(11) "), "{}", describe(&defects));
            let mut rest = whole.rows.clone();
            rest.retain(|row, _| !(11..=20).contains(row));
            assert_eq!(recorder.rows, rest);
        }
    }
}

#[test]
fn a_page_that_claims_two_gibibytes_is_rejected() {
    // A header: type 0, then the decompressed size as a number of two bytes (100 values of 8 bytes: 800 plus levels).
    let rows = rows(100);
    let good =
        file(columns(&rows), Cut { compression: ::parquet::basic::Compression::SNAPPY, ..Cut::plain(100) });
    let headers = places(&good, &[0x15, 0x00, 0x15]);
    assert!(headers.len() >= columns(&rows).len());
    let mut refused = 0;
    for at in headers {
        let mut bad = good.clone();
        bad.splice(at + 3..at + 5, [0xfe, 0xff, 0xff, 0xff, 0x0f]);
        let (recorder, defects) = read(&bad, None);
        assert!(!describe(&defects).is_empty(), "header at {at}");
        assert!(recorder.rows.is_empty());
        refused += usize::from(describe(&defects).contains("a page claims 2147483647 bytes"));
    }
    assert!(refused > 10, "{refused}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_damage_is_fatal(
        cut in prop::sample::select(vec![Cut::gzip(10, 5), Cut::plain(10), Cut::plain(40)]),
        version in prop::option::of(prop::sample::select(VERSIONS.to_vec())),
        flips in prop::collection::vec((any::<Index>(), any::<u8>()), 1..8),
        end in prop::option::of(any::<Index>()),
    ) {
        let rows = rows(40);
        let mut bytes = file(version.map_or_else(|| columns(&rows), |version| lake(&rows, version)), cut);
        for (at, value) in flips {
            let length = bytes.len();
            bytes[4 + at.index(length - 8)] = value;
        }
        if let Some(end) = end {
            bytes.truncate(4 + end.index(bytes.len() - 4));
        }
        read(&bytes, None);
        read(&bytes, Some(&bounds()));
        // Read as a whole or in parts, the file gives the same records and defects.
        let (whole, parts) = (read(&bytes, None), read_backwards(&bytes, None));
        prop_assert_eq!(describe(&whole.1), describe(&parts.1));
        prop_assert_eq!(whole.0.rows, parts.0.rows);
    }
}
