//! Inputs with a known answer: the samples, the scenarios and the cases of the referee.

use std::fmt::Write as _;
use std::fs;
use std::io::Read;
use std::path::Path;

use flate2::read::GzDecoder;
use flowcause::pipeline::{LogInput, Options, explain};
use flowcause::progress::NoProgress;
use serde_json::Value;

use crate::scenarios::every_scenario;
use crate::support::flow_log::Storage;
use crate::support::incident::Incident;
use crate::support::metadata;
use crate::support::referee::{Case, incident_of};
use crate::support::removal::answer::{Answer, answers};
use crate::support::scenarios;
use crate::support::write;

/// Inputs of one run.
#[derive(Clone, Debug)]
pub(crate) struct Exhibit {
    /// Where they come from.
    pub(crate) name: String,
    /// The documents, each from one call.
    pub(crate) documents: Vec<Value>,
    /// The files of the flow log: a name and the lines, of which the first is the header.
    pub(crate) logs: Vec<(String, Vec<String>)>,
    /// The ports.
    ports: Vec<u16>,
}

impl Exhibit {
    /// The samples whose flow logs are text, and every scenario.
    pub(crate) fn fixed() -> Vec<Self> {
        let texts = scenarios::all().into_iter().filter(|incident| incident.log.storage == Storage::Text);
        let samples = texts.map(|incident| Self::of_incident(format!("sample {}", incident.name), &incident));
        let pages = every_scenario().into_iter().map(|(page, scenario)| Self {
            name: format!("scenario {page}: {}", scenario.heading),
            documents: values(&scenario.inventory),
            logs: vec![("flows.log".to_owned(), lines(&scenario.flows))],
            ports: [&[53, 443], scenario.ports.as_slice()].concat(),
        });
        samples.chain(pages).collect()
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
        Self { name, documents, logs: logs.collect(), ports: vec![53, 443, 2049] }
    }

    /// Writes the files below a folder.
    pub(crate) fn write(&self, folder: &Path) {
        fs::create_dir_all(folder.join("logs")).expect("a folder");
        for (name, lines) in &self.logs {
            fs::write(folder.join("logs").join(name), lines.join("\n") + "\n").expect("a file");
        }
        let documents = self.documents.iter().fold(String::new(), |mut text, document| {
            writeln!(text, "{document}").expect("memory takes text");
            text
        });
        fs::write(folder.join("documents.json"), documents).expect("a file");
    }

    /// The answers to the inputs; none where no record can be used.
    pub(crate) fn answers(&self) -> Vec<Answer> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        self.write(folder.path());
        let options = Options {
            logs: vec![LogInput::Path(folder.path().join("logs"))],
            metadata: vec![folder.path().join("documents.json")],
            ports: self.ports.clone(),
            threads: Some(1),
            ..Options::default()
        };
        explain(&options, &NoProgress).map_or_else(|_| Vec::new(), |report| answers(&report))
    }
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}

/// Documents that follow each other.
fn values(text: &str) -> Vec<Value> {
    let documents = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    documents.map(|document| document.expect("a document")).collect()
}
