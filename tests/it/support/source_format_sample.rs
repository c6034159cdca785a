//! `sample-data/wrappings/`: the records around one incident, with one file for each source format.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::support::flow_log::{Record, Status};
use crate::support::incident::Incident;
use crate::support::metadata;
use crate::support::scenarios;
use crate::support::source_formats::{self, FormatSample};
use crate::support::table::Table;
use crate::support::vpc::Eni;
use crate::support::write::{Files, pretty};

/// The name of the folder below `sample-data/`.
pub(crate) const FOLDER: &str = "wrappings";

/// The sample of these records. Its fields have an unusual order and no version, so that only the description of its flow log
/// defines the fields of records without a header.
pub(crate) fn incident() -> Incident {
    scenarios::all().into_iter().find(|incident| incident.name == "return-blocked").expect("it is there")
}

/// Its records at the tasks and at their peers on port 443, so that each file is small.
pub(crate) fn table(incident: &Incident) -> Table {
    let tasks: BTreeSet<Eni> = incident.tasks.iter().map(|task| task.eni).collect();
    let records = incident.records();
    let addresses =
        records.iter().filter(|record| tasks.contains(&record.eni)).filter_map(https_peers).flatten();
    let addresses: BTreeSet<_> = addresses.collect();
    let own = |record: &&Record| addresses.contains(&incident.sim.vpc.get(record.eni).address);
    let near: BTreeSet<Eni> = records.iter().filter(own).map(|record| record.eni).collect();
    let wanted: Vec<Record> = records
        .into_iter()
        .filter(|record| tasks.contains(&record.eni) || near.contains(&record.eni))
        .collect();
    Table::of(incident, &wanted)
}

/// Both addresses of a record of port 443.
fn https_peers(record: &Record) -> Option<[std::net::Ipv4Addr; 2]> {
    let Status::Ok(flow) = &record.status else { return None };
    let ((src, src_port), (dst, dst_port)) = (flow.hop.src, flow.hop.dst);
    [src_port, dst_port].contains(&443).then_some([src, dst])
}

/// All files of the folder.
pub(crate) fn files() -> Files {
    let incident = incident();
    let samples = source_formats::all(&table(&incident));
    let mut files = Files::new();
    files.insert("README.md".into(), page(&incident, &samples).into_bytes());
    for (name, document) in metadata::documents(&incident) {
        files.insert(format!("metadata/{name}"), pretty(&document));
    }
    files
        .insert("logs/cloudwatch-export/aws-logs-write-test".into(), b"Permission Check Successful".to_vec());
    files.extend(samples.into_iter().map(|one| (format!("logs/{}", one.path), one.bytes)));
    files
}

fn page(incident: &Incident, samples: &[FormatSample]) -> String {
    let story = &incident.story;
    let mut page = format!(
        "# One incident in every source format\n\nCause: {} ({})\n\n\
         The records of [{}](../{}/README.md) at the task and at its peers, once in each file.\n\
         Every file alone gives the same verdict, and so do all of them together; `flowcause` recognises each format by its content.\n\
         The fields have an unusual order: for files without a header, `metadata/describe-flow-logs.json` defines it; \
         `--log-format` could define it too.\n\n\
         | file | source format | where it comes from |\n|---|---|---|\n",
        story.cause, story.confidence, incident.name, incident.name
    );
    for one in samples {
        let _ = writeln!(page, "| `logs/{}` | {} | {} |", one.path, one.kind, one.from);
    }
    page.push_str(
        "\n`logs/cloudwatch-export/aws-logs-write-test` is the file with which an export task tests its permissions; it is ignored.\n\
         \n```sh\nflowcause explain sample-data/wrappings/logs/tail.log.gz --metadata sample-data/wrappings/metadata\n```\n",
    );
    page
}
