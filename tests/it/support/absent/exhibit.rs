//! The inputs: documents that belong together.

use std::fs;
use std::path::PathBuf;

use flowcause::inventory::{Inventory, parse};
use flowcause::path::{Request, Sender};
use serde_json::Value;

use crate::hostile_documents;
use crate::support::absent::verdicts::requests;
use crate::support::worlds::shape_list::SHAPES;
use crate::support::{metadata, referee};

/// The parts of a generated world.
mod world {
    pub(super) use crate::support::worlds::Case;
    pub(super) use crate::support::worlds::documents::documents;
    pub(super) use crate::support::worlds::play::play;
    pub(super) use crate::support::worlds::variant::Variant;
}

/// Documents that belong together, and the packets whose controls are compared.
#[derive(Clone, Debug)]
pub(crate) struct Exhibit {
    /// Where they come from.
    pub(crate) name: String,
    /// The documents, each from one call.
    pub(crate) documents: Vec<Value>,
    /// The name of each document's file, and its text.
    pub(crate) texts: Vec<(String, String)>,
    /// The packets, each with a name.
    pub(crate) requests: Vec<(String, Sender, Request)>,
}

impl Exhibit {
    fn new(name: String, documents: Vec<(String, Value)>) -> Self {
        let texts = documents.iter().map(|(name, document)| (name.clone(), document.to_string())).collect();
        let documents = documents.into_iter().map(|(_, document)| document).collect();
        let mut exhibit = Self { name, documents, texts, requests: Vec::new() };
        exhibit.requests = requests(&exhibit.inventory());
        exhibit
    }

    /// The inventory of the documents.
    pub(crate) fn inventory(&self) -> Inventory {
        parse(self.texts.iter().map(|(name, text)| (name.as_str(), text.as_bytes()))).0
    }

    /// Their inventory with another document in one place.
    pub(crate) fn inventory_with(&self, document: usize, changed: &Value) -> Inventory {
        let changed = changed.to_string();
        let text = |place: usize| if place == document { &changed } else { &self.texts[place].1 };
        let texts = self.texts.iter().enumerate();
        parse(texts.map(|(place, (name, _))| (name.as_str(), text(place).as_bytes()))).0
    }
}

/// All inputs.
pub(crate) fn exhibits() -> Vec<Exhibit> {
    let worlds = SHAPES.iter().step_by(6).map(|&shape| {
        let case = world::Case { shape, variant: world::Variant::Full, seed: 0 };
        let named = world::documents(&world::play(case)).into_iter();
        Exhibit::new(case.to_string(), named.map(|(name, document)| (name.to_owned(), document)).collect())
    });
    let cases =
        referee::Case::all(0).into_iter().filter(|case| case.variant == referee::variant::Variant::Full);
    let cases = cases.step_by(4).map(|case| {
        Exhibit::new(format!("referee {case}"), metadata::documents(&referee::incident_of(case)))
    });
    worlds.chain(cases).chain([small(), examples()]).collect()
}

/// A small network with a document of almost every kind.
fn small() -> Exhibit {
    let mut documents = hostile_documents::documents();
    // The interface of this task has other groups than the service.
    documents[0]["tasks"][2]["group"] = "family:orders".into();
    Exhibit::new("small".to_owned(), numbered(documents))
}

/// The example of every kind of document.
fn examples() -> Exhibit {
    let mut paths: Vec<PathBuf> = fs::read_dir("tests/fixtures/documents")
        .expect("a folder")
        .map(|file| file.expect("a file").path())
        .collect();
    paths.sort();
    let documents = paths.iter().flat_map(|path| {
        let text = fs::read_to_string(path).expect("text");
        let values = serde_json::Deserializer::from_str(&text).into_iter::<Value>();
        values.map(|value| value.expect("JSON")).collect::<Vec<_>>()
    });
    Exhibit::new("examples".to_owned(), numbered(documents))
}

fn numbered(documents: impl IntoIterator<Item = Value>) -> Vec<(String, Value)> {
    documents.into_iter().enumerate().map(|(place, document)| (format!("{place}.json"), document)).collect()
}
