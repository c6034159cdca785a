//! Places in a document, and what is put there.

use std::fmt;

use serde_json::{Value, json};

/// A place below the top of a document: a JSON pointer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place(pub(crate) String);

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The replacement of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Replacement {
    /// `null`.
    Null,
    /// The key is missing.
    Missing,
    /// An empty list.
    Empty,
    /// A value of another type.
    WrongType,
}

impl Replacement {
    /// Every replacement.
    pub(crate) const ALL: [Self; 4] = [Self::Null, Self::Missing, Self::Empty, Self::WrongType];

    /// Its name.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Missing => "missing",
            Self::Empty => "empty",
            Self::WrongType => "wrong type",
        }
    }
}

impl Place {
    /// Every place of a document except its top.
    pub(crate) fn all(document: &Value) -> Vec<Self> {
        let mut found = Vec::new();
        collect(document, "", &mut found);
        found
    }

    /// The pointer without the positions in lists.
    pub(crate) fn form(&self) -> String {
        let parts = self.0.split('/').map(|part| if part.parse::<u64>().is_ok() { "*" } else { part });
        parts.collect::<Vec<_>>().join("/")
    }

    /// The document with another value here; none if it stays the same or an item of a list would be missing.
    pub(crate) fn replaced(&self, document: &Value, replacement: Replacement) -> Option<Value> {
        let mut changed = document.clone();
        let value = changed.pointer_mut(&self.0)?;
        match replacement {
            Replacement::Null => *value = Value::Null,
            Replacement::Empty => *value = json!([]),
            Replacement::WrongType if value.is_array() || value.is_object() => *value = json!("?!"),
            Replacement::WrongType => *value = json!({"?!": 1}),
            Replacement::Missing => {
                let (around, key) = self.0.rsplit_once('/')?;
                let fields = changed.pointer_mut(around)?.as_object_mut()?;
                fields.remove(&key.replace("~1", "/").replace("~0", "~"));
            }
        }
        (changed != *document).then_some(changed)
    }
}

fn collect(value: &Value, at: &str, found: &mut Vec<Place>) {
    let mut add = |key: &str, inner: &Value| {
        let pointer = format!("{at}/{key}");
        found.push(Place(pointer.clone()));
        collect(inner, &pointer, found);
    };
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(key, inner)| add(&key.replace('~', "~0").replace('/', "~1"), inner));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(number, inner)| add(&number.to_string(), inner));
        }
        _ => {}
    }
}
