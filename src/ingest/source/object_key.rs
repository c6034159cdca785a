//! The time of the records in a file, as its name states it: AWS writes a time into every object key.
//!
//! An object holds records that ended in the five minutes that its name begins or ends with. Delivery is best effort,
//! so late records are in later objects, and a record begins before it ends. The window returned here is wider than all
//! of that.

use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;

use crate::model::time::{Timestamp, Window};

/// Seconds from the start of a record to the time of its object: an hour of late delivery, and an aggregation interval.
const BEFORE: i64 = 3600 + 660;
/// Seconds before the time of an object in which its first record has ended, whether that time is the beginning or the
/// end of the interval.
const EARLIEST_END: i64 = 300;
/// Seconds after the time of an object in which its records may still end.
const AFTER: i64 = 660;

/// The time of the records in a file, according to its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ObjectTime {
    /// The window that contains all records.
    pub window: Window,
    /// The flow log delivered records at least until this time, because the file exists.
    pub written_after: Timestamp,
}

/// The time of the records in the file; none if its name states none.
#[must_use]
pub fn object_time(name: &str) -> Option<ObjectTime> {
    let mut folders = name.rsplit(['/', '\\']);
    let (from, length) = match folders.next().and_then(of_object) {
        Some(minute) => (minute, 0),
        None => of_folders(folders)?,
    };
    let window = Window { from: from.plus(-BEFORE), to: from.plus(length + AFTER) };
    Some(ObjectTime { window, written_after: from.plus(-EARLIEST_END) })
}

/// The time in a name like `…_vpcflowlogs_…_20261123T0310Z_6460acce.log.gz`.
fn of_object(file: &str) -> Option<Timestamp> {
    let mut parts = file.split('_');
    parts.by_ref().find(|part| *part == "vpcflowlogs")?;
    let time = parts.find(|part| part.len() == "20261123T0310Z".len() && part.ends_with('Z'))?;
    at(DateTime::strptime("%Y%m%dT%H%MZ", time).ok()?)
}

/// The time in folders like `…/year=2026/month=11/day=23/hour=03/`, the innermost first, and its length in seconds.
fn of_folders<'a>(folders: impl Iterator<Item = &'a str> + Clone) -> Option<(Timestamp, i64)> {
    let value = |name: &str| {
        let mut values = folders.clone().filter_map(|folder| folder.strip_prefix(name));
        values.next().and_then(|text| text.parse::<i16>().ok())
    };
    let day = |number: i16| i8::try_from(number).ok();
    let date = Date::new(value("year=")?, day(value("month=")?)?, day(value("day=")?)?).ok()?;
    match value("hour=").and_then(day) {
        Some(hour) => Some((at(date.at(hour.clamp(0, 23), 0, 0, 0))?, 3600)),
        None => Some((at(date.at(0, 0, 0, 0))?, 24 * 3600)),
    }
}

fn at(time: DateTime) -> Option<Timestamp> {
    Offset::UTC.to_timestamp(time).ok().map(|time| Timestamp(time.as_second()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn object_names_contain_the_time() {
        let check = |name: &str, expect: Option<(i64, i64)>| {
            let window = expect.map(|(from, to)| Window { from: Timestamp(from), to: Timestamp(to) });
            assert_eq!(object_time(name).map(|time| time.window), window, "{name}");
        };
        let minute = 1_795_403_400;
        let object = "1_vpcflowlogs_eu-west-1_fl-1_20261123T0310Z_6460acce.log.gz";
        check(object, Some((minute - BEFORE, minute + AFTER)));
        check(&format!("year=2020/month=01/day=01/{object}"), Some((minute - BEFORE, minute + AFTER)));
        let day = 1_795_392_000;
        let hive = "aws-region=eu-west-1/year=2026/month=11/day=23";
        check(&format!("{hive}/x.parquet"), Some((day - BEFORE, day + 86_400 + AFTER)));
        check(&format!("{hive}/hour=03/x.parquet"), Some((day + 10_800 - BEFORE, day + 14_400 + AFTER)));
        for name in [
            "logs/20261123T0310Z.log",
            "logs/a_vpcflowlogs_b_20261399T0310Z_c.log",
            "year=2026/month=13/day=23/x",
            "year=2026/x",
            "x",
            "",
        ] {
            check(name, None);
        }
    }
}
