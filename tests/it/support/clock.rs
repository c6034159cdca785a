//! Time in the simulator: milliseconds since the incident, 2026-11-23T03:12:00Z.
//!
//! Flow logs have whole seconds of the Unix epoch, the ECS documents have milliseconds and an offset, file names have
//! minutes: the three are written here.

use jiff::Timestamp;
use jiff::tz::Offset;

/// Milliseconds since [`INCIDENT`]; negative before it.
pub(crate) type Ms = i64;

/// 2026-11-23T03:12:00Z, in seconds of the Unix epoch.
pub(crate) const INCIDENT: i64 = 1_795_403_520;

/// `seconds` after the incident.
pub(crate) const fn s(seconds: i64) -> Ms {
    seconds * 1000
}

/// The second of the Unix epoch that `at` lies in.
pub(crate) fn epoch_second(at: Ms) -> i64 {
    INCIDENT + at.div_euclid(1000)
}

/// As `aws ecs describe-tasks` prints a time: `2026-11-23T03:11:42.318000+00:00`.
pub(crate) fn iso(at: Ms) -> String {
    let millis = at.rem_euclid(1000);
    format!("{}.{millis:03}000+00:00", calendar(epoch_second(at), "%Y-%m-%dT%H:%M:%S"))
}

/// A point in time by a pattern of `strftime`, in UTC.
pub(crate) fn calendar(second: i64, pattern: &str) -> String {
    let instant = Timestamp::from_second(second).expect("a time of this century");
    Offset::UTC.to_datetime(instant).strftime(pattern).to_string()
}

#[test]
fn the_incident_is_where_the_readme_says() {
    assert_eq!(iso(-17_682), "2026-11-23T03:11:42.318000+00:00");
    assert_eq!(calendar(INCIDENT, "%Y%m%dT%H%MZ"), "20261123T0312Z");
}
