//! One law over every folder of `sample-data/`: `explain` and `check` name the same control and the same cause, as far as
//! the saved configuration permits; with the documents as they are, and with endpoints whose `VpcId` is missing.

use std::fs;
use std::path::{Path, PathBuf};

use flowcause::check::LaunchTargetSelection;
use flowcause::finding::{CauseId, Confidence, Culprit, CulpritKind};
use flowcause::model::ids::InterfaceId;
use flowcause::model::service::Service;
use flowcause::pipeline::{self, LogInput, Options};
use flowcause::progress::NoProgress;
use flowcause::reduce::Limits;
use flowcause::report::check::{CheckedLaunchTarget, CheckedService};
use flowcause::report::{TaskReport, Verdict};
use tempfile::TempDir;

use crate::support::documents::Documents;

/// A change of the documents after which both commands must still agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Change {
    /// None.
    AsSaved,
    /// `describe-vpc-endpoints` does not name the VPC of an endpoint.
    EndpointsWithoutVpc,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data")
}

/// The samples that hold one incident each.
fn samples() -> Vec<String> {
    let entries = fs::read_dir(root()).expect("the folder of samples").map(|entry| entry.expect("an entry"));
    let folders = entries.filter(|entry| entry.path().is_dir());
    let mut names: Vec<String> =
        folders.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    assert!(names.len() >= 10, "{names:?}");
    names
}

/// The sample's documents after a change.
fn documents(sample: &str, change: Change) -> TempDir {
    let documents = Documents::copy_of(sample);
    if change == Change::EndpointsWithoutVpc {
        documents.rewrite("describe-vpc-endpoints", |document| {
            for endpoint in document["VpcEndpoints"].as_array_mut().expect("a list") {
                endpoint.as_object_mut().expect("an endpoint").remove("VpcId");
            }
        });
    }
    documents.folder
}

/// The first task of the report on a sample's logs.
fn explained(sample: &str, metadata: &Path) -> TaskReport {
    let options = Options {
        logs: vec![LogInput::Path(root().join(sample).join("logs"))],
        metadata: vec![metadata.to_owned()],
        ports: vec![53, 443, 2049],
        ..Options::default()
    };
    let report = pipeline::explain(&options, &NoProgress).expect("a report");
    report.tasks.into_iter().next().expect("a task")
}

/// The place where a task starts: the one of its service, else its subnet alone.
fn checked(task: &TaskReport, metadata: &Path) -> CheckedLaunchTarget {
    let subnet = task.subnet_id.clone().expect("the documents name the subnet");
    let check = |selection: &LaunchTargetSelection| {
        pipeline::check(&[metadata.to_owned()], selection, Limits::NONE).map(|report| report.launch_targets)
    };
    let is_it =
        |place: &CheckedLaunchTarget| place.subnet_id == subnet && place.service_name == task.service_name;
    let of_service = check(&LaunchTargetSelection::default()).unwrap_or_default().into_iter().find(is_it);
    of_service.unwrap_or_else(|| {
        let here =
            LaunchTargetSelection { subnet_ids: vec![subnet.clone()], ..LaunchTargetSelection::default() };
        check(&here).expect("a known subnet").remove(0)
    })
}

/// How the commands differ on a sample; none if they agree.
fn difference(sample: &str, change: Change) -> Option<String> {
    let metadata = documents(sample, change);
    let task = explained(sample, metadata.path());
    let place = checked(&task, metadata.path());
    let verdict = &task.verdict;
    let blocked: Vec<&CheckedService> = place.blocked().collect();
    if change != Change::AsSaved {
        let as_saved = checked(&task, documents(sample, Change::AsSaved).path());
        let saved: Vec<&CheckedService> = as_saved.blocked().collect();
        if listed(&saved) != listed(&blocked) {
            return Some(format!(
                "check: {}; with the documents as saved: {}",
                listed(&blocked),
                listed(&saved)
            ));
        }
    }
    if !has_control(verdict, &task) {
        // Nothing that is saved explains the records.
        return (!blocked.is_empty())
            .then(|| format!("explain names no control, check: {}", listed(&blocked)));
    }
    let service = verdict.service.as_ref().filter(|service| **service != Service::Unknown);
    let of_verdict = |one: &&&CheckedService| service.is_none_or(|service| one.service == *service);
    let agrees = blocked.iter().find(of_verdict).is_some_and(|one| agrees(one, verdict));
    (!agrees).then(|| {
        let first = &verdict.culprits[0];
        format!("explain: {} {:?} {:?}; check: {}", verdict.cause, service, first.id, listed(&blocked))
    })
}

/// Whether the first culprit of a verdict is a control that a document shows.
fn has_control(verdict: &Verdict, task: &TaskReport) -> bool {
    let is_control = |culprit: &Culprit| match culprit.kind {
        // `check` evaluates the network, and not who may do what.
        CulpritKind::Path
        | CulpritKind::DnsServer
        | CulpritKind::Role
        | CulpritKind::Key
        | CulpritKind::Secret => false,
        CulpritKind::VpcEndpoint if verdict.cause == CauseId::S3EndpointPolicyLacksLayerBucket => false,
        CulpritKind::Interface => {
            verdict.cause == CauseId::NoPublicIp
                && culprit.id.as_deref() == task.interface_id.as_ref().map(InterfaceId::as_str)
        }
        _ => culprit.id.is_some(),
    };
    verdict.confidence != Confidence::Undetermined && verdict.culprits.first().is_some_and(is_control)
}

/// A task that is yet to start has an interface without an id.
fn agrees(checked: &CheckedService, verdict: &Verdict) -> bool {
    let first = &verdict.culprits[0];
    let is_first = |culprit: &Culprit| {
        culprit.kind == first.kind
            && (culprit.id == first.id || (culprit.kind == CulpritKind::Interface && culprit.id.is_none()))
    };
    checked.cause == Some(verdict.cause) && checked.culprits.iter().any(is_first)
}

fn listed(blocked: &[&CheckedService]) -> String {
    let line = |service: &&CheckedService| {
        let ids: Vec<&str> = service.culprits.iter().filter_map(|culprit| culprit.id.as_deref()).collect();
        format!("{} {} {}", service.service, service.cause.map_or("-", CauseId::name), ids.join(","))
    };
    let lines: Vec<String> = blocked.iter().map(line).collect();
    if lines.is_empty() { "nothing is blocked".to_owned() } else { lines.join("; ") }
}

#[test]
fn both_commands_name_the_same_control_and_cause() {
    let mut broken = Vec::new();
    for sample in samples() {
        for change in [Change::AsSaved, Change::EndpointsWithoutVpc] {
            let difference = difference(&sample, change);
            broken.extend(difference.map(|difference| format!("{sample}, {change:?}: {difference}")));
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// Six samples have the documents that `check` needs; without them it would agree with anything.
#[test]
fn the_law_has_something_to_compare() {
    let has_control = |sample: &String| {
        let metadata = documents(sample, Change::AsSaved);
        let task = explained(sample, metadata.path());
        let place = checked(&task, metadata.path());
        self::has_control(&task.verdict, &task) && place.service_name.is_some()
    };
    let compared: Vec<String> = samples().into_iter().filter(has_control).collect();
    assert_eq!(
        compared,
        ["endpoint-group", "nat-without-way-out", "no-public-address", "private-dns-off", "s3-prefix-list"]
    );
}
