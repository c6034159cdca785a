//! The time of a file's records, as far as its name tells: AWS puts it into every object's key.
//!
//! An object holds records that ended in the five minutes that its name begins or ends with; delivery is best effort, so
//! that late records lie in later objects, and a record begins before it ends. What is told here is wider than all that.

use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;

use crate::model::time::{Timestamp, Window};

/// Seconds between a record's start and the time of the object it lies in: an hour of late delivery, and an interval.
const BEFORE: i64 = 3600 + 660;
/// Seconds before an object's time in which its first record has ended, whichever end of the interval the time is.
const EARLIEST_END: i64 = 300;
/// Seconds after an object's time in which its records may still end.
const AFTER: i64 = 660;

/// What a name tells of the records' time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ObjectTime {
    /// When the records may be from.
    pub window: Window,
    /// Until when the flow log had records at least: the file itself says so.
    pub written_after: Timestamp,
}

/// When the records of the file may be from; none if its name does not say.
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

/// `…_vpcflowlogs_…_20261123T0310Z_6460acce.log.gz`.
fn of_object(file: &str) -> Option<Timestamp> {
    let mut parts = file.split('_');
    parts.by_ref().find(|part| *part == "vpcflowlogs")?;
    let time = parts.find(|part| part.len() == "20261123T0310Z".len() && part.ends_with('Z'))?;
    at(DateTime::strptime("%Y%m%dT%H%MZ", time).ok()?)
}

/// `…/year=2026/month=11/day=23/hour=03/`, innermost first.
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
    fn names_of_aws_tell_the_time() {
        let check = |name: &str, expect: Option<(i64, i64)>| {
            let window = expect.map(|(from, to)| Window { from: Timestamp(from), to: Timestamp(to) });
            assert_eq!(object_time(name).map(|told| told.window), window, "{name}");
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
