//! Removals and damages: one part of the inputs is gone, or can no longer be read.

use std::fmt;

use serde_json::{Value, json};

use crate::support::removal::exhibit::Exhibit;
use crate::support::removal::stored::{BadPart, RECORDS_A_PART, Stored};

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
    /// The value of a key is of another type: text in a list, no number, no list.
    OddKey(usize, String),
    /// The value of a key is null.
    NullKey(usize, String),
    /// The value of a key of a policy is an empty list.
    EmptyKey(usize, String),
    /// An item of a list is gone, and the document shows that the list is incomplete.
    ShortList(usize, String),
    /// A record is gone: the number of the file, and the line.
    NoRecord(usize, usize),
    /// A value of a record cannot be read: file, line and column. Behind the last column, the record is cut.
    BadRecord(usize, usize, usize),
    /// A row group or a gzip member cannot be read: file, part and column.
    BadRecords(usize, BadPart),
}

/// A record that a change takes away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LostRecord {
    /// The action on the packets; none for a record without packets.
    pub(crate) action: Option<Action>,
    /// Whether nothing is left of it. A damaged record can be counted.
    pub(crate) is_gone: bool,
}

/// The action of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    Passed,
    Rejected,
    /// AWS lost records: none of them is complete in that time.
    Skipped,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoKind(kind) => write!(f, "no-kind {kind}"),
            Self::NoKey(document, pointer) => write!(f, "no-key {document} {pointer}"),
            Self::BadKey(document, pointer) => write!(f, "bad-key {document} {pointer}"),
            Self::OddKey(document, pointer) => write!(f, "odd-key {document} {pointer}"),
            Self::NullKey(document, pointer) => write!(f, "null-key {document} {pointer}"),
            Self::EmptyKey(document, pointer) => write!(f, "empty-key {document} {pointer}"),
            Self::BadRecords(file, BadPart { part, column }) => {
                write!(f, "bad-records {file} {part} {column}")
            }
            Self::ShortList(document, pointer) => write!(f, "short-list {document} {pointer}"),
            Self::NoRecord(file, line) => write!(f, "no-record {file} {line}"),
            Self::BadRecord(file, line, column) => write!(f, "bad-record {file} {line} {column}"),
        }
    }
}

fn action(line: &str) -> Option<Action> {
    line.split(' ').find_map(|value| match value {
        "ACCEPT" => Some(Action::Passed),
        "REJECT" => Some(Action::Rejected),
        "SKIPDATA" => Some(Action::Skipped),
        _ => None,
    })
}

impl Change {
    /// Every change of some inputs; of records in another format than text, only changes of these.
    pub(crate) fn all(exhibit: &Exhibit) -> Vec<Self> {
        let of_documents =
            if exhibit.stored == Stored::Text { Self::of_documents(exhibit) } else { Vec::new() };
        of_documents.into_iter().chain(Self::of_records(exhibit)).collect()
    }

    fn of_documents(exhibit: &Exhibit) -> Vec<Self> {
        let mut kinds: Vec<String> = exhibit.documents.iter().map(kind).collect();
        kinds.sort();
        kinds.dedup();
        let mut changes: Vec<Self> = kinds.into_iter().map(Self::NoKind).collect();
        for (number, document) in exhibit.documents.iter().enumerate() {
            let mut pointers = Vec::new();
            keys(document, "", &mut pointers);
            for pointer in pointers {
                for change in [Self::NoKey, Self::BadKey, Self::OddKey, Self::NullKey, Self::EmptyKey] {
                    changes.push(change(number, pointer.clone()));
                }
            }
            changes.extend(items(document).map(|pointer| Self::ShortList(number, pointer)));
        }
        changes.retain(|change| !change.is_another_policy(exhibit));
        changes
    }

    /// Whether the change gives a policy that AWS would save too: no damage, but another statement. Of other documents,
    /// the law of absent values knows the empty lists.
    fn is_another_policy(&self, exhibit: &Exhibit) -> bool {
        let (document, pointer) = match self {
            Self::NoKey(document, pointer)
            | Self::BadKey(document, pointer)
            | Self::EmptyKey(document, pointer) => (&exhibit.documents[*document], pointer.as_str()),
            _ => return false,
        };
        let (around, key) = pointer.rsplit_once('/').unwrap_or_default();
        let parent = document.pointer(around);
        let Some((_, part)) = pointer.split_once("/Statement/") else {
            // A policy without a version is one of 2008-10-17. No list of another document is emptied here.
            let is_policy = parent.is_some_and(|parent| parent.get("Statement").is_some());
            return matches!(self, Self::EmptyKey(..)) || is_policy && key == "Version";
        };
        let in_condition = part.split('/').any(|part| part == "Condition");
        match self {
            // A denial without its condition is another one, and so is a permission with fewer conditions.
            Self::NoKey(..) => {
                let statement = pointer.split("/Condition").next().and_then(|place| document.pointer(place));
                let allows = statement.is_some_and(|statement| statement["Effect"] == "Allow");
                key == "Condition" || in_condition && allows
            }
            // A text in place of a list of texts is one value.
            Self::BadKey(..) => in_condition && document.pointer(pointer).is_some_and(Value::is_array),
            _ => false,
        }
    }

    fn of_records(exhibit: &Exhibit) -> Vec<Self> {
        let mut changes = Vec::new();
        for (file, (_, lines)) in exhibit.logs.iter().enumerate() {
            let header: Vec<&str> = lines[0].split(' ').collect();
            for (line, text) in lines.iter().enumerate().skip(1) {
                changes.push(Self::NoRecord(file, line));
                let columns = 0..text.split(' ').count();
                let is_typed = |column: &usize| header.get(*column).is_some_and(|name| TYPED.contains(name));
                let typed = columns.clone().filter(is_typed).chain([columns.end]);
                let typed = typed.filter(|_| exhibit.stored.has_words());
                changes.extend(typed.map(|column| Self::BadRecord(file, line, column)));
            }
            for part in 0..(lines.len() - 1).div_ceil(RECORDS_A_PART) {
                let columns = if exhibit.stored == Stored::Parquet { 0..header.len() } else { 0..1 };
                let bad = columns.filter(|_| exhibit.stored.has_parts());
                changes.extend(bad.map(|column| Self::BadRecords(file, BadPart { part, column })));
            }
        }
        changes
    }

    /// The records that it removes or damages; none for a change of documents.
    ///
    /// A record that passed contradicts that nothing passed, and a rejected one contradicts that nothing was rejected.
    pub(crate) fn lost_records(&self, exhibit: &Exhibit) -> Vec<LostRecord> {
        let (file, lines, is_gone) = match self {
            Self::NoRecord(file, line) => (file, *line..line + 1, true),
            Self::BadRecord(file, line, _) => (file, *line..line + 1, false),
            Self::BadRecords(file, BadPart { part, .. }) => {
                let first = 1 + part * RECORDS_A_PART;
                // Behind a cut, nothing of the file can be read.
                let is_cut = exhibit.stored == Stored::Members;
                (file, first..if is_cut { usize::MAX } else { first + RECORDS_A_PART }, false)
            }
            _ => return Vec::new(),
        };
        let lost = exhibit.logs[*file].1.iter().enumerate().filter(|(line, _)| lines.contains(line));
        lost.map(|(_, text)| LostRecord { action: action(text), is_gone }).collect()
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
            Self::NoKind(gone) => {
                let kept = exhibit.files.iter().zip(&exhibit.documents).filter(|(_, one)| kind(one) != *gone);
                (changed.files, changed.documents) =
                    kept.map(|(file, one)| (file.clone(), one.clone())).unzip();
            }
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
            Self::OddKey(document, pointer) => {
                if let Some(value) = changed.documents[*document].pointer_mut(pointer) {
                    *value = of_other_type(value);
                }
            }
            Self::NullKey(document, pointer) => {
                if let Some(value) = changed.documents[*document].pointer_mut(pointer) {
                    *value = Value::Null;
                }
            }
            Self::EmptyKey(document, pointer) => {
                if let Some(value) = changed.documents[*document].pointer_mut(pointer) {
                    *value = json!([]);
                }
            }
            Self::BadRecords(file, bad) => changed.bad_part = Some((*file, *bad)),
            Self::ShortList(document, pointer) => shorten(&mut changed.documents[*document], pointer),
            Self::NoRecord(file, line) => drop(changed.logs[*file].1.remove(*line)),
            Self::BadRecord(file, line, column) => damage(&mut changed.logs[*file].1[*line], *column),
        }
        changed
    }
}

fn of_other_type(value: &Value) -> Value {
    match value {
        Value::String(_) => json!([UNREADABLE]),
        Value::Number(_) | Value::Bool(_) => json!(UNREADABLE),
        Value::Array(_) => json!(7),
        Value::Object(_) | Value::Null => json!([7]),
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
