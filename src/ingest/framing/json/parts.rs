//! The elements of a JSON stream that matter for finding events.

/// The largest event, in bytes: far more than the 256 KiB that CloudWatch Logs accepts.
pub(in crate::ingest::framing) const MAX_EVENT: usize = 1024 * 1024;
/// The largest event with a payload, in bytes: a record of Kinesis may have 10 MiB, which is 14 MiB in base64.
pub(super) const MAX_PAYLOAD: usize = 16 * 1024 * 1024;

/// The beginning of a string that is gzip in base64.
const GZIP_TEXT: &[u8] = b"\"H4sI";

/// The array that contained an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EventSource {
    /// No named array: the event was at the top level or in an array without a key.
    Top,
    /// `events` of `filter-log-events` and `get-log-events`.
    Events,
    /// `logEvents` of a subscription.
    Subscription,
    /// `logEvents` of a message that only confirms the subscription.
    Control,
    /// `Records` of Kinesis, `records` of Firehose.
    Records,
    /// `results` of `get-query-results`: an array of fields per row.
    Results,
    /// `hits` of Elasticsearch and OpenSearch, `logRecords` of OpenTelemetry: arrays at any depth of a document.
    Nested,
}

/// The array of events with this key.
pub(super) fn source_of_key(key: &[u8]) -> Option<EventSource> {
    match key {
        b"events" => Some(EventSource::Events),
        b"logEvents" => Some(EventSource::Subscription),
        b"Records" | b"records" => Some(EventSource::Records),
        b"results" => Some(EventSource::Results),
        b"hits" | b"logRecords" => Some(EventSource::Nested),
        _ => None,
    }
}

/// An element that the scanner found.
pub(super) enum ScannedItem<'a> {
    /// The bytes of an event.
    Event(EventSource, &'a [u8]),
    /// The bytes of an event that may contain a base64 payload.
    PossiblePayload(EventSource, &'a [u8]),
    /// An object that is larger than any event.
    TooLarge,
    /// An event that is larger than any payload.
    PayloadTooLarge,
    /// The beginning of an element that is neither an object nor an array nor a string.
    Stray(Vec<u8>),
    /// Invalid JSON. The events before it were passed on.
    Broken(&'static str),
}

/// A container whose elements are scanned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Container {
    /// An array of events.
    Array(EventSource),
    /// An object that contains, or contained, such an array.
    Document { depth: usize, is_control: bool },
}

/// An event that is being collected.
#[derive(Debug)]
pub(super) struct PartialEvent {
    pub(super) bytes: Vec<u8>,
    /// The number of open containers, including the event itself.
    pub(super) depth: usize,
    pub(super) is_too_large: bool,
    /// Whether it has a key that can hold a payload.
    pub(super) has_data: bool,
}

impl PartialEvent {
    /// Adds bytes, up to the size limit.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        let length = self.bytes.len() + bytes.len();
        if length <= MAX_EVENT || length <= MAX_PAYLOAD && self.may_have_payload() {
            self.bytes.extend(bytes);
        } else {
            self.is_too_large = true;
        }
    }

    /// Whether the event may contain a base64 payload, or be one.
    pub(super) fn may_have_payload(&self) -> bool {
        self.has_data || self.bytes.starts_with(GZIP_TEXT)
    }
}

/// The array that contained an event, after the type of its document is known.
pub(super) fn with_control(source: EventSource, is_control: bool) -> EventSource {
    if is_control && source == EventSource::Subscription { EventSource::Control } else { source }
}
