//! The text of a policy, as a document has it.

/// A policy as JSON text. Documents have it as an object, as JSON text or as URL-encoded JSON text; all three become JSON text.
/// It may be damaged: the room that evaluates policies parses it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PolicyText(pub String);

/// The policy of a resource, as far as the documents show it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum SavedPolicy {
    /// No document shows whether there is one.
    #[default]
    NotSaved,
    /// A document shows that there is none.
    Absent,
    /// The policy.
    Saved(PolicyText),
}
