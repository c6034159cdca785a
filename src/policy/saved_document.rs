//! A policy document with its name, read from any of the forms in which AWS returns it.

use serde_json::Value;

use crate::policy::document::{DocumentError, PolicyDocument};
use crate::policy::{decode, parse};

/// A document of a policy with its name.
#[derive(Clone, Debug)]
pub struct SavedDocument {
    /// The name of the inline policy, the ARN of a managed one, or another name that readers recognise.
    pub name: String,
    /// The content, or why it cannot be used. An unusable document counts as one that is not saved.
    pub content: Result<PolicyDocument, DocumentError>,
}

impl SavedDocument {
    /// Reads a document in any of the forms in which AWS returns it: object, JSON text, URL-encoded JSON text.
    #[must_use]
    pub fn read(name: impl Into<String>, document: &Value) -> Self {
        let content = decode::object(document).and_then(|object| parse::document(&object));
        Self { name: name.into(), content }
    }
}
