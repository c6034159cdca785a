//! The form of times and lists that all wire types share.

use crate::model::time::Timestamp;

/// A time as RFC 3339; none if it has no date.
pub(crate) fn rfc_3339(at: Timestamp) -> Option<String> {
    at.dated().map(|at| at.to_string())
}

/// The wire types of all items.
pub(crate) fn all<'a, T, V: From<&'a T>>(items: &'a [T]) -> Vec<V> {
    items.iter().map(V::from).collect()
}
