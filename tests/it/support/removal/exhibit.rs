//! Inputs with a known answer: the samples, the scenarios and the cases of the referee.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::Read;
use std::path::Path;

use flate2::read::GzDecoder;
use flowcause::pipeline::{LogInput, Options, explain};
use flowcause::progress::NoProgress;
use serde_json::{Value, json};

use crate::scenarios::every_scenario;
use crate::support::flow_log::Storage;
use crate::support::incident::Incident;
use crate::support::metadata;
use crate::support::referee::{Case, incident_of};
use crate::support::removal::answer::{Answer, answers};
use crate::support::removal::single_calls;
use crate::support::removal::stored::{BadPart, Stored};
use crate::support::scenarios;
use crate::support::write;

/// The file of documents that need no name.
const DOCUMENTS: &str = "documents.json";

/// Inputs of one run.
#[derive(Clone, Debug)]
pub(crate) struct Exhibit {
    /// Where they come from.
    pub(crate) name: String,
    /// The documents, each from one call.
    pub(crate) documents: Vec<Value>,
    /// The name of the file of each document.
    pub(crate) files: Vec<String>,
    /// The files of the flow log: a name and the lines, of which the first is the header.
    pub(crate) logs: Vec<(String, Vec<String>)>,
    /// The format in which the files are stored.
    pub(crate) stored: Stored,
    /// The damage of a part of a file, with the number of the file.
    pub(crate) bad_part: Option<(usize, BadPart)>,
    /// The ports.
    ports: Vec<u16>,
}

impl Exhibit {
    /// The samples whose flow logs are text, and every scenario.
    pub(crate) fn fixed() -> Vec<Self> {
        let texts = scenarios::all().into_iter().filter(|incident| incident.log.storage == Storage::Text);
        let samples = texts.map(|incident| Self::of_incident(format!("sample {}", incident.name), &incident));
        let pages = every_scenario().into_iter().map(|(page, scenario)| {
            let documents = values(&scenario.inventory).into_iter().map(with_peer_lists);
            Self {
                name: format!("scenario {page}: {}", scenario.heading),
                logs: vec![("flows.log".to_owned(), lines(&scenario.flows))],
                ports: [&[53, 443], scenario.ports.as_slice()].concat(),
                ..Self::of_documents(documents.map(with_policies_as_objects).collect())
            }
        });
        samples.chain(pages).collect()
    }

    /// Documents in one file, without records.
    fn of_documents(documents: Vec<Value>) -> Self {
        Self {
            name: String::new(),
            files: vec![DOCUMENTS.to_owned(); documents.len()],
            documents,
            logs: Vec::new(),
            stored: Stored::Text,
            bad_part: None,
            ports: vec![53, 443, 2049],
        }
    }

    /// The same inputs with the roles and the policies from single calls, beside their manifest; none without roles.
    pub(crate) fn of_single_calls(&self) -> Option<Self> {
        let calls = single_calls::of(&self.documents)?;
        let (files, documents) =
            calls.into_iter().map(|(file, value)| (file.unwrap_or(DOCUMENTS.to_owned()), value)).unzip();
        Some(Self { name: format!("single calls {}", self.name), documents, files, ..self.clone() })
    }

    /// A case of the referee.
    pub(crate) fn of_case(case: Case) -> Self {
        let mut incident = incident_of(case);
        incident.log.storage = Storage::Text;
        Self::of_incident(format!("case {case}"), &incident)
    }

    fn of_incident(name: String, incident: &Incident) -> Self {
        let logs = write::log_files(incident).into_iter().map(|(path, bytes)| {
            let mut text = String::new();
            GzDecoder::new(bytes.as_slice()).read_to_string(&mut text).expect("text in gzip");
            let name = path.rsplit('/').next().unwrap_or(&path).trim_end_matches(".gz");
            (name.to_owned(), lines(&text))
        });
        let documents = metadata::documents(incident).into_iter().map(|(_, document)| document).collect();
        Self { name, logs: logs.collect(), ..Self::of_documents(documents) }
    }

    /// The same inputs with the records in another format; none if that format cannot hold them.
    pub(crate) fn stored_as(&self, stored: Stored) -> Option<Self> {
        let logs = self.logs.iter().map(|(name, lines)| {
            let stem = name.trim_end_matches(".log");
            Some((format!("{stem}.{}", stored.extension()), stored.lines(lines)?))
        });
        let logs = logs.collect::<Option<Vec<_>>>()?;
        Some(Self { name: format!("{} {}", stored.name(), self.name), logs, stored, ..self.clone() })
    }

    /// Writes the files below a folder.
    pub(crate) fn write(&self, folder: &Path) {
        fs::create_dir_all(folder.join("logs")).expect("a folder");
        for (file, (name, lines)) in self.logs.iter().enumerate() {
            let bad = self.bad_part.filter(|(place, _)| *place == file).map(|(_, bad)| bad);
            fs::write(folder.join("logs").join(name), self.stored.bytes(lines, bad)).expect("a file");
        }
        let mut texts: BTreeMap<&str, String> = BTreeMap::new();
        for (file, document) in self.files.iter().zip(&self.documents) {
            writeln!(texts.entry(file).or_default(), "{document}").expect("memory takes text");
        }
        for (file, text) in texts {
            let path = folder.join("documents").join(file);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(path, text).expect("a file");
        }
    }

    /// The answers to the inputs; none where no record can be used.
    pub(crate) fn answers(&self) -> Vec<Answer> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        self.write(folder.path());
        let options = Options {
            logs: vec![LogInput::Path(folder.path().join("logs"))],
            metadata: vec![folder.path().join("documents")],
            ports: self.ports.clone(),
            threads: Some(1),
            ..Options::default()
        };
        explain(&options, &NoProgress).map_or_else(|_| Vec::new(), |report| answers(&report))
    }
}

/// The document with policies as objects, where it has them as JSON text, so that changes reach their keys.
fn with_policies_as_objects(mut document: Value) -> Value {
    match &mut document {
        Value::Object(fields) => {
            for value in fields.values_mut() {
                *value = with_policies_as_objects(value.take());
            }
        }
        Value::Array(items) => {
            for item in items {
                *item = with_policies_as_objects(item.take());
            }
        }
        Value::String(text) => {
            let policy = serde_json::from_str::<Value>(text).ok();
            return policy.filter(|policy| policy.get("Statement").is_some()).unwrap_or(document);
        }
        _ => {}
    }
    document
}

/// The document with every list of peers of `describe-security-groups`, which shows the empty ones too. Scenarios leave them
/// out.
fn with_peer_lists(mut document: Value) -> Value {
    let groups = document.get_mut("SecurityGroups").and_then(Value::as_array_mut);
    for group in groups.into_iter().flatten() {
        for key in ["IpPermissions", "IpPermissionsEgress"] {
            let rules = group.get_mut(key).and_then(Value::as_array_mut).into_iter().flatten();
            for rule in rules.filter_map(Value::as_object_mut) {
                for list in ["IpRanges", "Ipv6Ranges", "PrefixListIds", "UserIdGroupPairs"] {
                    rule.entry(list).or_insert_with(|| json!([]));
                }
            }
        }
    }
    document
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}

/// Documents that follow each other.
fn values(text: &str) -> Vec<Value> {
    let documents = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    documents.map(|document| document.expect("a document")).collect()
}
