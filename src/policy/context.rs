//! The request context: the condition keys of a request, each with its values, absent, or not known.

use std::collections::BTreeMap;

use crate::policy::key_names;
use crate::policy::truth::Decider;

/// The state of a condition key in a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ContextValue {
    /// The request has the key with these values. A key without values counts as absent.
    Known(Vec<String>),
    /// The request does not have the key.
    Absent,
    /// It is not known whether the request has the key, or with which values.
    Unknown,
}

/// The condition keys of a request. Names are matched without case.
#[derive(Clone, Debug, Default)]
pub struct RequestContext {
    keys: BTreeMap<String, ContextValue>,
    are_others_absent: bool,
}

impl RequestContext {
    /// A context without keys. Every key that is not added is unknown.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the state of a key; the last one counts.
    pub fn set(&mut self, name: &str, value: ContextValue) {
        self.keys.insert(name.to_ascii_lowercase(), value);
    }

    /// Sets a key with one known value.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.set(name, ContextValue::Known(vec![value.to_owned()]));
        self
    }

    /// Keys that are not listed are absent from the request; by default they are unknown.
    #[must_use]
    pub fn with_others_absent(mut self) -> Self {
        self.are_others_absent = true;
        self
    }

    /// The state of a key.
    pub(super) fn get(&self, name: &str) -> KeyState<'_> {
        match self.keys.get(&name.to_ascii_lowercase()) {
            Some(ContextValue::Known(values)) if values.is_empty() => KeyState::Absent,
            Some(ContextValue::Known(values)) => KeyState::Known(values),
            Some(ContextValue::Absent) => KeyState::Absent,
            None if self.are_others_absent => KeyState::Absent,
            None | Some(ContextValue::Unknown) => KeyState::Unknown(key_names::decider(name)),
        }
    }
}

/// The state of one key, with the decider that an unknown one is.
pub(super) enum KeyState<'a> {
    Known(&'a [String]),
    Absent,
    Unknown(Decider),
}
