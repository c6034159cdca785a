//! Reads what can still be read of a record that is discarded: its interface and its time.

use super::fields::Fields;
use super::header::Columns;
use super::number::parse_whole;
use super::value::{is_interface_id, to_seconds};
use crate::ingest::defects::Remains;
use crate::ingest::record::TimeSpan;
use crate::model::field::Field;

/// The longest time of a record, seconds: the longest aggregation interval and its lag.
const LONGEST: u32 = 660;

/// The remains of a record whose fields are in their columns.
pub(in crate::ingest) fn of_columns<'a>(line: Fields<'a>, columns: &Columns) -> Remains<'a> {
    let value = |field| columns.position(field).map(|at| line.get(at));
    let seconds = |field| value(field).and_then(parse_whole).and_then(to_seconds);
    Remains {
        interface: value(Field::InterfaceId).filter(|text| is_interface_id(text)),
        span: span_of(seconds(Field::Start), seconds(Field::End)),
    }
}

/// The remains of a record with more or fewer fields than columns. Values are recognised by their form: the only interface
/// id, and the only two times, next to each other.
pub(in crate::ingest) fn of_values(line: Fields<'_>) -> Remains<'_> {
    let last = line.count().saturating_sub(1);
    let mut ids = line.iter().enumerate().filter(|(_, text)| is_interface_id(text));
    let interface = match (ids.next(), ids.next()) {
        // The last value of a line that was cut may be cut as well.
        (Some((at, id)), None) if at < last || is_whole_id(id) => Some(id),
        _ => None,
    };
    let times: Vec<(usize, u32)> =
        line.iter().enumerate().filter_map(|(at, text)| Some((at, time(text)?))).collect();
    let span = match times[..] {
        [(first, start), (second, end)] if second == first + 1 => span_of(Some(start), Some(end)),
        _ => None,
    };
    Remains { interface, span }
}

/// Whether an interface id has one of the two lengths of AWS's ids.
fn is_whole_id(id: &[u8]) -> bool {
    matches!(id.len(), 12 | 21)
}

/// A time in seconds or milliseconds, by the number of its digits.
fn time(text: &[u8]) -> Option<u32> {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    parse_whole(text).filter(|_| matches!(digits, 10 | 13)).and_then(to_seconds)
}

/// The span of both times. If one is missing or both contradict each other, it is as long as a record may be.
fn span_of(start: Option<u32>, end: Option<u32>) -> Option<TimeSpan> {
    match (start, end) {
        (Some(start), Some(end)) if start <= end => Some(TimeSpan { start, end }),
        (Some(start), None) => Some(TimeSpan { start, end: start.saturating_add(LONGEST) }),
        (None, Some(end)) => Some(TimeSpan { start: end.saturating_sub(LONGEST), end }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::text::splitter::Splitter;

    #[test]
    fn values_are_recognised_by_column_or_by_form() {
        let columns = Columns::from_names(["interface-id", "dstaddr", "start", "end"].map(str::as_bytes));
        let span = |start, end| Some(TimeSpan { start, end });
        let check = |line: &str, interface: Option<&str>, span: Option<TimeSpan>| {
            let mut splitter = Splitter::default();
            let fields = splitter.split(line.as_bytes());
            let found = if fields.count() == columns.count {
                of_columns(fields, &columns)
            } else {
                of_values(fields)
            };
            assert_eq!(found, Remains { interface: interface.map(str::as_bytes), span }, "{line}");
        };
        check("eni-1 10.x 1795403520 1795403579", Some("eni-1"), span(1_795_403_520, 1_795_403_579));
        check("#### 10.x 1795403520 ?", None, span(1_795_403_520, 1_795_404_180));
        check("eni-1 1795403520 1795403579", Some("eni-1"), span(1_795_403_520, 1_795_403_579));
        check("10.0.0.1 1795403520 1795403579", None, span(1_795_403_520, 1_795_403_579));
        check("2 123456789012 eni-1", None, None);
        check("eni-1 eni-2 1795403520", None, None);
    }
}
