//! Turns one event into an item: a record as text, or a row of values with the names of their fields.

use std::borrow::Cow;

use super::nested::{NestedRecord, foreign, nested_records, pairs_of};
use super::pairs::{JsonValue, Pair, array_of_fields, object, text};
use super::parts::EventSource;
use crate::ingest::file_kind::SourceFormat;
use crate::ingest::framing::FramedItem;
use crate::ingest::framing::item::push_value;
use crate::ingest::schema::header::{Columns, HeaderLine};
use crate::model::defect::DefectKind;
use crate::model::field::{DEFAULT_FORMAT, FIELDS, Field};

/// The beginning of the message with which CloudWatch Logs tests a subscription.
const CONTROL_MESSAGE: &[u8] = b"CWL CONTROL MESSAGE";
/// An object without any of these fields does not describe traffic, even if it contains ids.
const TRAFFIC_FIELDS: [Field; 3] = [Field::SrcAddr, Field::DstAddr, Field::LogStatus];
/// Keys that CloudWatch Logs adds to an event and that are not fields.
const NON_FIELD_KEYS: [&str; 7] =
    ["message", "timestamp", "ingestionTime", "eventId", "logStreamName", "id", "ptr"];

/// One bit for each field.
type Mask = u64;
const _: () = assert!(FIELDS.len() <= 64, "a bit for each field");

fn bit(field: Field) -> Mask {
    1 << (field as usize)
}

/// State that is kept between events, because most rows have the same keys as the row before.
#[derive(Default)]
pub(in crate::ingest::framing) struct Events {
    /// Keys by their position in the object, with the fields that they name.
    keys: Vec<(String, Option<Field>)>,
    /// The fields of the rows, as last passed on.
    last_names: Option<Mask>,
    /// The last set of fields that was checked, and whether it is enough for a flow.
    last_checked: Option<(Mask, bool)>,
    has_reported_unknown: bool,
    values: Vec<u8>,
}

impl Events {
    /// Reads one event and passes on its items. There may be several, because names come before a row.
    pub(super) fn read(&mut self, source: EventSource, event: &[u8], take: &mut impl FnMut(FramedItem<'_>)) {
        if source == EventSource::Control {
            return take(FramedItem::Control(SourceFormat::Subscription));
        }
        let parsed = match event.first() {
            Some(b'"') => match text(event) {
                Ok(text) => return self.message(SourceFormat::MessageJson, text.as_bytes(), take),
                Err(error) => Err(error),
            },
            Some(b'[') => array_of_fields(event),
            _ => object(event),
        };
        match parsed {
            Ok(pairs) => self.pairs(source, &pairs, event, take),
            Err(error) => {
                take(FramedItem::Bad(DefectKind::DamagedJson, format!("expected an event, found {error}")));
            }
        }
    }

    /// Reads a row of `get-query-results` in any notation. `shown` is its text in the file.
    pub(in crate::ingest::framing) fn result(
        &mut self,
        pairs: &[Pair<'_>],
        shown: &[u8],
        take: &mut impl FnMut(FramedItem<'_>),
    ) {
        self.pairs(EventSource::Results, pairs, shown, take);
    }

    fn pairs(
        &mut self,
        source: EventSource,
        pairs: &[Pair<'_>],
        event: &[u8],
        take: &mut impl FnMut(FramedItem<'_>),
    ) {
        let record = pairs.iter().find_map(|(key, value)| match value {
            JsonValue::Scalar(text) if matches!(key.as_ref(), "message" | "@message") => {
                Some(text.as_bytes())
            }
            _ => None,
        });
        if pairs.iter().any(|(key, _)| matches!(key.as_ref(), "tgw_id" | "tgw-id")) {
            let message = "transit gateway records are not read".to_owned();
            return take(FramedItem::Bad(DefectKind::TransitGatewayRecord, message));
        }
        let columns = self.columns(pairs);
        let mask = columns.mask(pairs);
        let describes_traffic = columns.describes_traffic(pairs);
        match record {
            Some(record) if !describes_traffic || !self.is_enough(mask) => {
                self.message(source_format_of_message(source, pairs), record, take);
            }
            None if !describes_traffic || mask.count_ones() < 2 => self.nested(pairs, event, take),
            record => {
                let is_query =
                    record.is_some() || source == EventSource::Results || has_key(pairs, "@timestamp");
                let source_format =
                    if is_query { SourceFormat::InsightsJson } else { SourceFormat::JsonRows };
                self.row(source_format, pairs, record.unwrap_or(event), take);
            }
        }
    }

    /// Passes on a row, and before it the names of its values.
    fn row(
        &mut self,
        source_format: SourceFormat,
        pairs: &[Pair<'_>],
        shown: &[u8],
        take: &mut impl FnMut(FramedItem<'_>),
    ) {
        let columns = self.columns(pairs);
        let mask = columns.mask(pairs);
        self.pass_on_names(mask, pairs, take);
        self.values.clear();
        for spec in FIELDS.iter().filter(|spec| mask & bit(spec.field) != 0) {
            push_value(&mut self.values, columns.value(pairs, spec.field));
        }
        take(FramedItem::Row { source_format, values: &self.values, shown });
    }

    /// Passes on a message: the text of a record, or of an object with its fields, as the parsers of CloudWatch Logs write
    /// it.
    fn message(&mut self, source_format: SourceFormat, record: &[u8], take: &mut impl FnMut(FramedItem<'_>)) {
        let record = record.trim_ascii();
        if record.starts_with(CONTROL_MESSAGE) {
            return take(FramedItem::Control(source_format));
        }
        let parsed = if record.starts_with(b"{") { object(record).ok() } else { None };
        match parsed {
            Some(pairs) if self.columns(&pairs).describes_traffic(&pairs) => {
                self.row(source_format, &pairs, record, take);
            }
            _ if record.is_empty() => {}
            _ => take(FramedItem::Record(source_format, record)),
        }
    }

    /// Passes on the records that the event holds below its top level or under a key of its own.
    fn nested(&mut self, pairs: &[Pair<'_>], event: &[u8], take: &mut impl FnMut(FramedItem<'_>)) {
        let records = nested_records(event);
        if records.is_empty() {
            take(FramedItem::Foreign(foreign(pairs)));
        }
        for record in records {
            match record {
                NestedRecord::Text(text) => {
                    self.message(SourceFormat::MessageJson, text.as_bytes(), take);
                }
                NestedRecord::Row(fields) => {
                    let shown = serde_json::to_string(&fields).unwrap_or_default();
                    self.row(SourceFormat::JsonRows, &pairs_of(&fields), shown.as_bytes(), take);
                }
            }
        }
    }

    /// Finds which pair contains which field.
    fn columns(&mut self, pairs: &[Pair<'_>]) -> FieldPositions {
        let mut found = FieldPositions { places: [None; FIELDS.len()] };
        for (place, (key, value)) in pairs.iter().enumerate() {
            if let Some(field) = self.field_of(place, key)
                && !matches!(value, JsonValue::Nested)
            {
                let at = &mut found.places[field as usize];
                *at = at.or(Some(place));
            }
        }
        found
    }

    fn field_of(&mut self, place: usize, key: &str) -> Option<Field> {
        if let Some((known, field)) = self.keys.get(place)
            && known == key
        {
            return *field;
        }
        let field = Field::from_key(key.as_bytes());
        // Objects with more keys than a flow log has fields are looked up each time.
        if place < 2 * FIELDS.len() {
            self.keys.resize(self.keys.len().max(place + 1), (String::new(), None));
            self.keys[place] = (key.to_owned(), field);
        }
        field
    }

    fn is_enough(&mut self, mask: Mask) -> bool {
        if let Some((last_checked, is_enough)) = self.last_checked
            && last_checked == mask
        {
            return is_enough;
        }
        let is_enough = columns_of(mask).missing().is_empty();
        self.last_checked = Some((mask, is_enough));
        is_enough
    }

    /// Passes on the names of the row's values, unless they are the same as those of the previous row.
    fn pass_on_names(&mut self, mask: Mask, pairs: &[Pair<'_>], take: &mut impl FnMut(FramedItem<'_>)) {
        if self.last_names == Some(mask) {
            return;
        }
        self.last_names = Some(mask);
        let mut columns = columns_of(mask);
        if !self.has_reported_unknown {
            let is_unknown = |key: &&str| {
                !NON_FIELD_KEYS.contains(key)
                    && !key.starts_with('@')
                    && Field::from_key(key.as_bytes()).is_none()
            };
            columns.unknown =
                pairs.iter().map(|(key, _)| key.as_ref()).filter(is_unknown).map(ToOwned::to_owned).collect();
            self.has_reported_unknown = !columns.unknown.is_empty();
        }
        take(FramedItem::Names(HeaderLine::Flow(Box::new(columns))));
    }
}

/// The positions of the fields among the pairs of an object.
struct FieldPositions {
    places: [Option<usize>; FIELDS.len()],
}

impl FieldPositions {
    fn value<'a>(&self, pairs: &'a [Pair<'_>], field: Field) -> &'a [u8] {
        match self.places[field as usize].and_then(|place| pairs.get(place)) {
            Some((_, JsonValue::Scalar(text))) => text.as_bytes(),
            _ => b"-",
        }
    }

    /// Whether the object describes traffic, and not only things with ids.
    fn describes_traffic(&self, pairs: &[Pair<'_>]) -> bool {
        let mask = self.mask(pairs);
        TRAFFIC_FIELDS.iter().any(|&field| mask & bit(field) != 0)
    }

    /// The fields that are present. In a record without traffic, omitted fields count as empty.
    fn mask(&self, pairs: &[Pair<'_>]) -> Mask {
        let there = FIELDS.iter().filter(|spec| self.places[spec.field as usize].is_some());
        let mask = there.fold(0, |mask, spec| mask | bit(spec.field));
        match self.value(pairs, Field::LogStatus) {
            b"NODATA" | b"SKIPDATA" => DEFAULT_FORMAT.iter().fold(mask, |mask, &field| mask | bit(field)),
            _ => mask,
        }
    }
}

fn columns_of(mask: Mask) -> Columns {
    let fields = FIELDS.iter().filter(|spec| mask & bit(spec.field) != 0);
    Columns::from_names(fields.map(|spec| spec.name.as_bytes()))
}

fn has_key(pairs: &[Pair<'_>], wanted: &str) -> bool {
    pairs.iter().any(|(key, _): &(Cow<'_, str>, _)| key == wanted)
}

/// The source format of such an event.
fn source_format_of_message(source: EventSource, pairs: &[Pair<'_>]) -> SourceFormat {
    match source {
        EventSource::Subscription | EventSource::Control => SourceFormat::Subscription,
        EventSource::Results => SourceFormat::InsightsJson,
        _ if has_key(pairs, "@message") => SourceFormat::InsightsJson,
        _ if has_key(pairs, "eventId") || has_key(pairs, "logStreamName") => SourceFormat::FilterLogEvents,
        EventSource::Events => SourceFormat::GetLogEvents,
        EventSource::Top if has_key(pairs, "ingestionTime") => SourceFormat::GetLogEvents,
        EventSource::Top if has_key(pairs, "id") && has_key(pairs, "timestamp") => SourceFormat::Subscription,
        EventSource::Top | EventSource::Records | EventSource::Nested => SourceFormat::MessageJson,
    }
}
