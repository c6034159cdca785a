//! Times and windows of time, in whole seconds of UTC, the unit of flow logs.

use std::fmt;

use jiff::Timestamp as Instant;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Values at or above this limit are milliseconds, which a few records of 2017 have.
const FIRST_MILLISECONDS: i64 = 100_000_000_000;

/// Seconds since the Unix epoch, UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// Reads RFC 3339 (`2026-11-23T03:12:00Z`, with any offset) or epoch seconds or milliseconds.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Ok(number) = text.parse::<f64>() {
            return Self::from_epoch(number);
        }
        let instant: Instant = text.parse().ok()?;
        Some(Self(instant.as_second()))
    }

    /// Takes epoch seconds, fractional or not, or epoch milliseconds.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "bounded by the check before it")]
    pub fn from_epoch(number: f64) -> Option<Self> {
        if !number.is_finite() || !(0.0..1e15).contains(&number) {
            return None;
        }
        Some(Self::from_seconds_or_milliseconds(number.floor() as i64))
    }

    /// Takes `start` or `end` of a flow log: seconds, but milliseconds in some records of 2017.
    #[must_use]
    pub fn from_seconds_or_milliseconds(number: i64) -> Self {
        if number >= FIRST_MILLISECONDS { Self(number / 1000) } else { Self(number) }
    }

    /// This time if it has a calendar date. The edges of [`Window::ALWAYS`] have none.
    #[must_use]
    pub fn dated(self) -> Option<Self> {
        Instant::from_second(self.0).is_ok().then_some(self)
    }

    /// This time moved by `seconds`.
    #[must_use]
    pub fn plus(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds))
    }

    /// Seconds from `earlier` to this time; negative if `earlier` is later.
    #[must_use]
    pub fn seconds_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// Only the time of day, `03:12:05`.
    #[must_use]
    pub fn clock(self) -> String {
        let text = self.to_string();
        text.get(11..19).unwrap_or(&text).to_owned()
    }
}

/// RFC 3339 in UTC, `2026-11-23T03:12:00Z`; the number itself if it has no calendar date.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Instant::from_second(self.0) {
            Ok(instant) => write!(f, "{instant}"),
            Err(_) => write!(f, "{}", self.0),
        }
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Reads what [`Serialize`] writes.
impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| Error::custom(format!("`{text}` is not a time")))
    }
}

/// A window of time: `from` inclusive, `to` exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Window {
    /// The first second inside.
    pub from: Timestamp,
    /// The first second after the end.
    pub to: Timestamp,
}

/// All times, because the time is unknown.
impl Default for Window {
    fn default() -> Self {
        Self::ALWAYS
    }
}

impl Window {
    /// All times.
    pub const ALWAYS: Self = Self { from: Timestamp(i64::MIN), to: Timestamp(i64::MAX) };

    /// Whether any second of `first..=last` is inside.
    #[must_use]
    pub fn touches(&self, first: Timestamp, last: Timestamp) -> bool {
        first < self.to && last >= self.from
    }

    /// Whether `at` is inside.
    #[must_use]
    pub fn contains(&self, at: Timestamp) -> bool {
        self.from <= at && at < self.to
    }

    /// The window extended by `before` seconds before and `after` seconds after.
    #[must_use]
    pub fn widened(&self, before: i64, after: i64) -> Self {
        Self { from: self.from.plus(-before), to: self.to.plus(after) }
    }

    /// The time in both windows; an empty window at its own start if they do not overlap.
    #[must_use]
    pub fn intersection(&self, other: Self) -> Self {
        let from = self.from.max(other.from);
        Self { from, to: self.to.min(other.to).max(from) }
    }

    /// The smallest window that contains both.
    #[must_use]
    pub fn union(&self, other: Self) -> Self {
        Self { from: self.from.min(other.from), to: self.to.max(other.to) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forms_of_aws_are_read() {
        let check = |text, seconds: Option<i64>| {
            assert_eq!(Timestamp::parse(text), seconds.map(Timestamp), "{text}");
        };
        check("2026-11-23T03:12:00Z", Some(1_795_403_520));
        check("2026-11-23T04:12:00.123000+01:00", Some(1_795_403_520));
        check("1795403520", Some(1_795_403_520));
        check("1795403520.75", Some(1_795_403_520));
        check("1795403520123", Some(1_795_403_520));
        check("yesterday", None);
        check("", None);
        check("-5", None);
        check("NaN", None);
    }

    #[test]
    fn prints_rfc_3339() {
        assert_eq!(Timestamp(1_795_403_520).to_string(), "2026-11-23T03:12:00Z");
        assert_eq!(Timestamp(1_795_403_520).clock(), "03:12:00");
        assert_eq!(Timestamp(i64::MAX).to_string(), i64::MAX.to_string());
    }

    #[test]
    fn a_window_excludes_its_end() {
        let window = Window { from: Timestamp(10), to: Timestamp(20) };
        assert!(window.contains(Timestamp(10)) && !window.contains(Timestamp(20)));
        assert!(window.touches(Timestamp(5), Timestamp(10)));
        assert!(!window.touches(Timestamp(20), Timestamp(30)));
    }
}
