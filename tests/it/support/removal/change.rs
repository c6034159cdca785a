//! Removals and damages: one part of the inputs is gone, or can no longer be read.

use std::fmt;

use serde_json::{Value, json};

use crate::support::removal::exhibit::Exhibit;

/// A value that no field of a record has.
const UNREADABLE: &str = "?!";

/// The fields that cannot have any text as their value.
const TYPED: [&str; 15] = [
    "srcaddr",
    "dstaddr",
    "srcport",
    "dstport",
    "protocol",
    "packets",
    "bytes",
    "start",
    "end",
    "action",
    "tcp-flags",
    "log-status",
    "pkt-srcaddr",
    "pkt-dstaddr",
    "flow-direction",
];

/// The removal or the damage of one part of the inputs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// All documents of a kind are gone.
    NoKind(String),
    /// A key of a document is gone: the number of the document, and a JSON pointer.
    NoKey(usize, String),
    /// The value of a key has a type that it cannot have.
    BadKey(usize, String),
    /// An item of a list is gone, and the document shows that the list is incomplete.
    ShortList(usize, String),
    /// A record is gone: the number of the file, and the line.
    NoRecord(usize, usize),
    /// A value of a record cannot be read: file, line and column. Behind the last column, the record is cut.
    BadRecord(usize, usize, usize),
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoKind(kind) => write!(f, "no-kind {kind}"),
            Self::NoKey(document, pointer) => write!(f, "no-key {document} {pointer}"),
            Self::BadKey(document, pointer) => write!(f, "bad-key {document} {pointer}"),
            Self::ShortList(document, pointer) => write!(f, "short-list {document} {pointer}"),
            Self::NoRecord(file, line) => write!(f, "no-record {file} {line}"),
            Self::BadRecord(file, line, column) => write!(f, "bad-record {file} {line} {column}"),
        }
    }
}

impl Change {
    /// Every change of some inputs.
    pub(crate) fn all(exhibit: &Exhibit) -> Vec<Self> {
        let mut kinds: Vec<String> = exhibit.documents.iter().map(kind).collect();
        kinds.sort();
        kinds.dedup();
        let mut changes: Vec<Self> = kinds.into_iter().map(Self::NoKind).collect();
        for (number, document) in exhibit.documents.iter().enumerate() {
            let mut pointers = Vec::new();
            keys(document, "", &mut pointers);
            for pointer in pointers {
                changes.push(Self::NoKey(number, pointer.clone()));
                changes.push(Self::BadKey(number, pointer));
            }
            changes.extend(items(document).map(|pointer| Self::ShortList(number, pointer)));
        }
        for (file, (_, lines)) in exhibit.logs.iter().enumerate() {
            let header: Vec<&str> = lines[0].split(' ').collect();
            for (line, text) in lines.iter().enumerate().skip(1) {
                changes.push(Self::NoRecord(file, line));
                let columns = 0..text.split(' ').count();
                let typed =
                    columns.clone().filter(|column| TYPED.contains(&header[*column])).chain([columns.end]);
                changes.extend(typed.map(|column| Self::BadRecord(file, line, column)));
            }
        }
        changes
    }

    /// Whether it removes a record, which may have contradicted an answer.
    pub(crate) fn removes_record(&self) -> bool {
        matches!(self, Self::NoRecord(..))
    }

    /// A name without numbers, the same for changes of the same kind.
    pub(crate) fn form(&self) -> String {
        self.to_string()
            .split(['/', ' '])
            .filter(|part| part.parse::<u64>().is_err())
            .collect::<Vec<_>>()
            .join("/")
    }

    /// The inputs after the change.
    pub(crate) fn apply(&self, exhibit: &Exhibit) -> Exhibit {
        let mut changed = exhibit.clone();
        match self {
            Self::NoKind(gone) => changed.documents.retain(|document| kind(document) != *gone),
            Self::NoKey(document, pointer) => {
                if let Some((Value::Object(fields), key)) = parent(&mut changed.documents[*document], pointer)
                {
                    fields.remove(&key);
                }
            }
            Self::BadKey(document, pointer) => {
                if let Some(value) = changed.documents[*document].pointer_mut(pointer) {
                    *value = if value.is_array() || value.is_object() {
                        json!(UNREADABLE)
                    } else {
                        json!({UNREADABLE: 1})
                    };
                }
            }
            Self::ShortList(document, pointer) => shorten(&mut changed.documents[*document], pointer),
            Self::NoRecord(file, line) => drop(changed.logs[*file].1.remove(*line)),
            Self::BadRecord(file, line, column) => damage(&mut changed.logs[*file].1[*line], *column),
        }
        changed
    }
}

/// The kind of a document: the keys that identify it.
fn kind(document: &Value) -> String {
    const COMMON: [&str; 4] = ["failures", "VpcId", "NextToken", "tags"];
    let keys = document.as_object().map(|fields| fields.keys().map(String::as_str).collect::<Vec<_>>());
    let own = keys.unwrap_or_default().into_iter().filter(|key| !COMMON.contains(key));
    own.take(2).collect::<Vec<_>>().join("+")
}

/// The pointers of all keys of a value.
fn keys(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (key, inner) in fields {
                let pointer = format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"));
                keys(inner, &pointer, found);
                found.push(pointer);
            }
        }
        Value::Array(items) => {
            for (number, inner) in items.iter().enumerate() {
                keys(inner, &format!("{at}/{number}"), found);
            }
        }
        _ => {}
    }
}

/// The pointers of the items of the lists directly in a document.
fn items(document: &Value) -> impl Iterator<Item = String> + '_ {
    let lists = document.as_object().into_iter().flatten();
    let lists = lists.filter_map(|(key, value)| Some((key, value.as_array()?.len())));
    lists.flat_map(|(key, length)| (0..length).map(move |number| format!("/{key}/{number}")))
}

/// The value around the last part of a pointer, and this part.
fn parent<'a>(document: &'a mut Value, pointer: &str) -> Option<(&'a mut Value, String)> {
    let (around, key) = pointer.rsplit_once('/')?;
    Some((document.pointer_mut(around)?, key.replace("~1", "/").replace("~0", "~")))
}

/// Removes an item of a list and adds the sign that AWS adds to a page of a longer list.
fn shorten(document: &mut Value, pointer: &str) {
    if let Some((Value::Array(items), number)) = parent(document, pointer) {
        items.remove(number.parse().expect("a number"));
    }
    let of_ecs = pointer[1..].starts_with(|first: char| first.is_ascii_lowercase());
    if let Value::Object(fields) = document {
        fields.insert(if of_ecs { "nextToken" } else { "NextToken" }.to_owned(), json!("eyJvZmZzZXQiOjF9"));
    }
}

fn damage(line: &mut String, column: usize) {
    let mut values: Vec<&str> = line.split(' ').collect();
    match values.get_mut(column) {
        Some(value) => *value = UNREADABLE,
        None => drop(values.pop()),
    }
    *line = values.join(" ");
}
