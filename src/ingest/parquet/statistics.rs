//! Reads the time of a row group from its statistics.

use ::parquet::file::metadata::RowGroupMetaData;
use ::parquet::file::statistics::Statistics;

use crate::ingest::record::TimeSpan;
use crate::ingest::schema::value::to_seconds;

/// The earliest `start` and the latest `end` of a row group; none unless its statistics contain both for every row.
pub(super) fn time_of_group(group: &RowGroupMetaData, (start, end): (usize, usize)) -> Option<TimeSpan> {
    let statistics = |leaf: usize| group.columns().get(leaf)?.statistics();
    let (start, end) = (bounds(statistics(start)?)?, bounds(statistics(end)?)?);
    Some(TimeSpan { start: start.0, end: end.1 })
}

/// The smallest and largest value of a column, in seconds.
fn bounds(statistics: &Statistics) -> Option<(u32, u32)> {
    // A row without a time is a defect. Its position is known only by reading it.
    if statistics.null_count_opt() != Some(0) {
        return None;
    }
    let (least, most) = match statistics {
        Statistics::Int64(values) => (*values.min_opt()?, *values.max_opt()?),
        Statistics::Int32(values) => (i64::from(*values.min_opt()?), i64::from(*values.max_opt()?)),
        // Text is sorted differently from the numbers in it, and the bounds of doubles need not be exact.
        _ => return None,
    };
    let seconds = |number: i64| Some((to_seconds(u64::try_from(number).ok()?)?, is_seconds(number)));
    let ((least, of_least), (most, of_most)) = (seconds(least)?, seconds(most)?);
    // Seconds and milliseconds in one column cannot be compared.
    (of_least == of_most && least <= most).then_some((least, most))
}

/// Whether the number is in seconds already.
fn is_seconds(number: i64) -> bool {
    to_seconds(number.unsigned_abs()).is_some_and(|seconds| i64::from(seconds) == number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_complete_statistics_in_one_unit_are_used() {
        let check =
            |statistics: Statistics, expected| assert_eq!(bounds(&statistics), expected, "{statistics:?}");
        let of = |least, most, nulls| Statistics::int64(least, most, None, nulls, false);
        check(of(Some(100), Some(200), Some(0)), Some((100, 200)));
        check(
            of(Some(1_795_403_523_000), Some(1_795_403_526_999), Some(0)),
            Some((1_795_403_523, 1_795_403_526)),
        );
        check(of(Some(100), Some(200), Some(1)), None);
        check(of(Some(100), Some(200), None), None);
        check(of(None, Some(200), Some(0)), None);
        check(of(Some(-1), Some(200), Some(0)), None);
        check(of(Some(1_795_403_523), Some(1_795_403_526_999), Some(0)), None);
        check(of(Some(1), Some(i64::MAX), Some(0)), None);
        check(Statistics::int32(Some(1), Some(2), None, Some(0), false), Some((1, 2)));
        check(Statistics::double(Some(1.0), Some(2.0), None, Some(0), false), None);
    }
}
