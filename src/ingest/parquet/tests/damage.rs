//! Damage affects only the damaged part, is reported with its position, and no claim of a file is trusted.

use ::parquet::file::metadata::{
    FileMetaData, ParquetMetaData, ParquetMetaDataReader, ParquetMetaDataWriter, RowGroupMetaData,
};
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

/// The file with another footer: the numbers of rows of the file and of its first row group, and the number of values of
/// that group's third column.
fn with_counts(bytes: &[u8], in_file: u8, in_group: i64, in_column: i64) -> Vec<u8> {
    let metadata =
        ParquetMetaDataReader::new().parse_and_finish(&bytes::Bytes::copy_from_slice(bytes)).unwrap();
    let file = metadata.file_metadata();
    let (schema, orders) = (file.schema_descr_ptr(), file.column_orders().cloned());
    let changed = FileMetaData::new(file.version(), file.num_rows(), None, None, schema, orders);
    let mut groups = metadata.row_groups().to_vec();
    let mut columns = groups[0].columns().to_vec();
    columns[2] = columns[2].clone().into_builder().set_num_values(in_column).build().unwrap();
    let group = groups[0].clone().into_builder().set_num_rows(in_group).set_column_metadata(columns);
    groups[0] = group.build().unwrap();
    let length = bytes.len();
    let footer = u32::from_le_bytes(*bytes[..length - 4].last_chunk().unwrap()) as usize;
    let mut lying = bytes[..length - 8 - footer].to_vec();
    let sum = u8::try_from(groups.iter().map(RowGroupMetaData::num_rows).sum::<i64>()).unwrap();
    ParquetMetaDataWriter::new(&mut lying, &ParquetMetaData::new(changed, groups)).finish().unwrap();
    // The writer counts the rows of the file itself: field 3, a number of which 2 is 1, before the list of row groups.
    let counted = places(&lying, &[0x16, 2 * sum, 0x19]);
    lying[counted.last().unwrap() + 1] = 2 * in_file;
    lying
}

#[test]
fn numbers_of_rows_that_contradict_each_other_are_noticed() {
    let rows = rows(40);
    let good = file(columns(&rows), Cut::gzip(10, 10));
    let check = |(in_file, in_group, in_column), expected: &str| {
        let lying = with_counts(&good, in_file, in_group, in_column);
        for bounds in [None, Some(&bounds())] {
            let (whole, _) = read(&good, bounds);
            let (recorder, defects) = read(&lying, bounds);
            assert_eq!(describe(&defects), expected);
            if in_group == 10 && in_column == 10 {
                assert_eq!(recorder.rows, whole.rows, "{expected}");
            }
            assert_eq!(recorder.discarded.is_empty(), expected.is_empty(), "{expected}");
        }
    };
    check((40, 10, 10), "");
    check((30, 10, 10), "damaged-parquet x1 None the footer counts 30 rows, and its row groups 40");
    check((0, 10, 10), "damaged-parquet x1 None the footer counts 0 rows, and its row groups 40");
    check((60, 10, 10), "damaged-parquet x1 None the footer counts 60 rows, and its row groups 40");
    let of_group = |stated: u64| {
        format!(
            "damaged-parquet x1 Some(1) the footer counts {stated} rows in a row group, and its pages have 10; these were \
             used"
        )
    };
    check((45, 15, 10), &of_group(15));
    check((40, 10, 14), &of_group(14));
}

#[test]
fn a_file_that_hides_its_rows_is_not_empty() {
    let rows = rows(10);
    let good = file(columns(&rows), Cut::gzip(10, 10));
    let (recorder, defects) = read(&with_counts(&good, 0, 0, 10), None);
    let expected =
        "damaged-parquet x1 None the footer counts 0 rows, and its row groups 0, which have values";
    assert_eq!(describe(&defects), expected);
    assert_eq!(recorder.discarded, [None]);
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
