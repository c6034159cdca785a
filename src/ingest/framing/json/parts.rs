//! What a stream of JSON is made of, as far as events go.

/// The largest event: far more than the 256 KiB that CloudWatch Logs takes.
pub(in crate::ingest::framing) const LARGEST_EVENT: usize = 1024 * 1024;
/// The largest event with a payload: a record of Kinesis may have 10 MiB, which are 14 in base64.
pub(super) const LARGEST_PAYLOAD: usize = 16 * 1024 * 1024;

/// How a text begins that is gzip in base64.
const GZIP_TEXT: &[u8] = b"\"H4sI";

/// The array that an event was in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EventSource {
    /// None with a name: it stood at the top or in a bare array.
    Top,
    /// `events` of `filter-log-events` and `get-log-events`.
    Events,
    /// `logEvents` of a subscription.
    Subscription,
    /// `logEvents` of a message that tells nothing but that the subscription is there.
    Control,
    /// `Records` of Kinesis, `records` of Firehose.
    Records,
    /// `results` of `get-query-results`, an array of fields each.
    Results,
}

/// The array of events that a key names.
pub(super) fn origin_of(key: &[u8]) -> Option<EventSource> {
    match key {
        b"events" => Some(EventSource::Events),
        b"logEvents" => Some(EventSource::Subscription),
        b"Records" | b"records" => Some(EventSource::Records),
        b"results" => Some(EventSource::Results),
        _ => None,
    }
}

/// What the scanner hands over.
pub(super) enum ScannedItem<'a> {
    /// An event's bytes.
    Event(EventSource, &'a [u8]),
    /// The same where it may hold a payload in base64.
    PossiblePayload(EventSource, &'a [u8]),
    /// An object larger than any event.
    TooLarge,
    /// A payload larger than any.
    PayloadTooLarge,
    /// Something that is neither object, array nor text, by its beginning.
    Stray(Vec<u8>),
    /// Something that cannot be JSON; what came before was handed over.
    Broken(&'static str),
}

/// A container that is gone into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Container {
    /// An array of events.
    Array(EventSource),
    /// An object that has, or had, such an array.
    Document { depth: usize, is_control: bool },
}

/// An event that is being collected.
#[derive(Debug)]
pub(super) struct PartialEvent {
    pub(super) bytes: Vec<u8>,
    /// Containers that are open, itself included.
    pub(super) depth: usize,
    pub(super) is_too_large: bool,
    /// It has a key under which payloads are.
    pub(super) has_data: bool,
}

impl PartialEvent {
    /// Adds bytes, as long as there may be more.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        let length = self.bytes.len() + bytes.len();
        if length <= LARGEST_EVENT || length <= LARGEST_PAYLOAD && self.is_carrier() {
            self.bytes.extend(bytes);
        } else {
            self.is_too_large = true;
        }
    }

    /// Whether it may hold a payload in base64, or be one.
    pub(super) fn is_carrier(&self) -> bool {
        self.has_data || self.bytes.starts_with(GZIP_TEXT)
    }
}

/// Where events were, given that their document says what kind of message it is.
pub(super) fn controlled(origin: EventSource, is_control: bool) -> EventSource {
    if is_control && origin == EventSource::Subscription { EventSource::Control } else { origin }
}
