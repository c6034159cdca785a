//! Incidents as OCSF Detection Findings (class 2004, schema 1.5.0), one a line, for security data lakes.
//!
//! Each incident is a finding with its cause, resources and number of tasks. Its `uid` consists of the cause, the
//! services and the culprits, so that an incident keeps its uid from run to run. Facts without an attribute in OCSF are
//! in `unmapped`. Only attributes that also exist in versions 1.6 to 1.8 are used.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::{Value, json};

use crate::finding::{CauseId, Confidence, Culprit, CulpritKind};
use crate::model::service::Service;
use crate::model::time::Timestamp;
use crate::render::json_line;
use crate::render::terminal::incident::culprit;
use crate::report::{Incident, Report, TaskReport};

/// The schema's version that findings name.
const SCHEMA: &str = "1.5.0";
/// Tasks listed as resources; all of them are counted.
const TASKS_SHOWN: usize = 100;

/// Writes the incidents.
pub(super) fn render(report: &Report, out: &mut impl Write) -> io::Result<()> {
    let named = report.tasks.iter().filter_map(|task| Some((task.name()?, task)));
    let tasks: BTreeMap<&str, &TaskReport> = named.collect();
    report.incidents.iter().try_for_each(|incident| {
        let own = incident.tasks.iter().filter_map(|name| tasks.get(name.as_str()).copied());
        json_line::write(&finding(report, incident, &own.collect::<Vec<_>>()), out)
    })
}

fn finding(report: &Report, incident: &Incident, tasks: &[&TaskReport]) -> Value {
    let (severity_id, severity) = severity(incident);
    let (confidence_id, confidence) = confidence(incident.confidence);
    let until = report.window.and_then(|window| window.to.dated().or(window.from.dated()));
    let last = incident.last.or(incident.first).or(until);
    let mut finding = json!({
        "activity_id": 1,
        "activity_name": "Create",
        "category_name": "Findings",
        "category_uid": 2,
        "class_name": "Detection Finding",
        "class_uid": 2004,
        "cloud": cloud(tasks),
        "confidence": confidence,
        "confidence_id": confidence_id,
        "count": incident.tasks.len(),
        "finding_info": finding_info(incident),
        "message": incident.summary,
        "metadata": {
            "product": { "name": "flowcause", "vendor_name": "flowcause", "version": env!("CARGO_PKG_VERSION") },
            "profiles": ["cloud"],
            "version": SCHEMA,
        },
        "severity": severity,
        "severity_id": severity_id,
        "status": "New",
        "status_id": 1,
        // OCSF requires a time; the epoch means that none is known.
        "time": last.map_or(0, milliseconds),
        "type_name": "Detection Finding: Create",
        "type_uid": 200_401,
        "unmapped": unmapped(incident, tasks),
    });
    let mut put = |name: &str, value: Value| {
        finding[name] = value;
    };
    for (name, time) in [("start_time", incident.first), ("end_time", incident.last)] {
        if let Some(at) = time {
            put(name, milliseconds(at).into());
        }
    }
    let (evidences, resources) = (evidences(tasks), resources(incident, tasks));
    if !evidences.is_empty() {
        put("evidences", evidences.into());
    }
    if !resources.is_empty() {
        put("resources", resources.into());
    }
    if !incident.fix.text.is_empty() || !incident.fix.commands.is_empty() {
        put("remediation", json!({ "desc": remediation(incident) }));
    }
    finding
}

/// Returns the severity: a confirmed cause that prevents tasks from starting is high.
fn severity(incident: &Incident) -> (u8, &'static str) {
    match (incident.cause, incident.confidence) {
        (CauseId::NetworkHealthy, _) => (1, "Informational"),
        (_, Confidence::Confirmed) => (4, "High"),
        (_, Confidence::Likely) => (3, "Medium"),
        (_, Confidence::Undetermined | Confidence::RuledOut) => (2, "Low"),
    }
}

fn confidence(confidence: Confidence) -> (u8, &'static str) {
    match confidence {
        Confidence::Confirmed => (3, "High"),
        Confidence::Likely => (2, "Medium"),
        Confidence::Undetermined | Confidence::RuledOut => (1, "Low"),
    }
}

fn milliseconds(at: Timestamp) -> i64 {
    at.0.saturating_mul(1000)
}

fn finding_info(incident: &Incident) -> Value {
    let services: Vec<&str> = incident.services.iter().map(Service::name).collect();
    let culprits: Vec<String> = incident.culprits.iter().map(culprit).collect();
    let mut info = json!({
        "analytic": { "name": incident.cause.name(), "type": "Rule", "type_id": 1, "uid": incident.cause.name() },
        "data_sources": ["VPC Flow Logs"],
        "desc": incident.summary,
        "title": incident.title,
        "types": ["ECS task start failure"],
        "uid": format!("flowcause:{}:{}:{}", incident.cause, services.join(","), culprits.join(",")),
    });
    for (name, time) in [("first_seen_time", incident.first), ("last_seen_time", incident.last)] {
        if let Some(at) = time {
            info[name] = milliseconds(at).into();
        }
    }
    info
}

/// Returns partition, region and account from the first task ARN that has them.
fn cloud(tasks: &[&TaskReport]) -> Value {
    let mut cloud = json!({ "provider": "AWS" });
    let mut arns = tasks.iter().filter_map(|task| task.task_arn.as_deref());
    if let Some((partition, region, account)) = arns.find_map(of_arn) {
        cloud["account"] = json!({ "type": "AWS Account", "type_id": 10, "uid": account });
        cloud["cloud_partition"] = partition.into();
        cloud["region"] = region.into();
    }
    cloud
}

fn of_arn(arn: &str) -> Option<(&str, &str, &str)> {
    let mut parts = arn.strip_prefix("arn:")?.split(':');
    let (partition, _service, region, account) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let is_word = |text: &str| {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    [partition, region, account].into_iter().all(is_word).then_some((partition, region, account))
}

/// The records that prove the first task's verdict; the evidence formats have those of all.
fn evidences(tasks: &[&TaskReport]) -> Vec<Value> {
    let lead = tasks.first().map(|task| task.verdict.evidence.as_slice()).unwrap_or_default();
    let records = lead.iter().flat_map(|evidence| evidence.rows.iter().map(|row| (&evidence.statement, row)));
    let evidence = |(statement, row): (&String, &crate::report::EvidenceRow)| json!({ "data": { "file": row.file, "line": row.line, "record": row.record }, "name": statement });
    records.map(evidence).collect()
}

/// The culprits, then the tasks.
fn resources(incident: &Incident, tasks: &[&TaskReport]) -> Vec<Value> {
    let culprits = incident.culprits.iter().map(of_culprit);
    culprits.chain(tasks.iter().take(TASKS_SHOWN).filter_map(|task| of_task(task))).collect()
}

fn of_culprit(one: &Culprit) -> Value {
    let mut resource = json!({ "labels": ["culprit"], "name": culprit(one), "type": kind(one.kind) });
    if let Some(id) = &one.id {
        resource["uid"] = id.as_str().into();
    }
    if one.rule.is_some() || one.subnet_id.is_some() {
        resource["data"] = json!({ "rule": one.rule, "subnet_id": one.subnet_id });
    }
    resource
}

fn of_task(task: &TaskReport) -> Option<Value> {
    let name = task.name()?;
    let kind = if task.task_id.is_some() { "AWS::ECS::Task" } else { "AWS::EC2::NetworkInterface" };
    let mut resource = json!({
        "labels": ["affected"],
        "name": name,
        "type": kind,
        "uid": task.task_arn.as_deref().unwrap_or(name),
    });
    if let Some(address) = task.address {
        resource["ip"] = address.to_string().into();
    }
    Some(resource)
}

/// The CloudFormation type, where there is one.
fn kind(kind: CulpritKind) -> &'static str {
    match kind {
        CulpritKind::SecurityGroup => "AWS::EC2::SecurityGroup",
        CulpritKind::NetworkAcl => "AWS::EC2::NetworkAcl",
        CulpritKind::RouteTable => "AWS::EC2::RouteTable",
        CulpritKind::VpcEndpoint => "AWS::EC2::VPCEndpoint",
        CulpritKind::NatGateway => "AWS::EC2::NatGateway",
        CulpritKind::Instance => "AWS::EC2::Instance",
        CulpritKind::Interface => "AWS::EC2::NetworkInterface",
        CulpritKind::Vpc => "AWS::EC2::VPC",
        CulpritKind::HostedZone => "AWS::Route53::HostedZone",
        CulpritKind::Firewall => "AWS::NetworkFirewall::Firewall",
        CulpritKind::Role => "AWS::IAM::Role",
        CulpritKind::Key => "AWS::KMS::Key",
        CulpritKind::Secret => "AWS::SecretsManager::Secret",
        CulpritKind::Parameter => "AWS::SSM::Parameter",
        CulpritKind::LogGroup => "AWS::Logs::LogGroup",
        CulpritKind::Repository => "AWS::ECR::Repository",
        CulpritKind::Bucket => "AWS::S3::Bucket",
        CulpritKind::Policy | CulpritKind::Image | CulpritKind::DnsServer | CulpritKind::Path => kind.name(),
    }
}

fn remediation(incident: &Incident) -> String {
    let fix = &incident.fix;
    let lines = std::iter::once(fix.text.as_str()).chain(fix.commands.iter().map(String::as_str));
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

fn unmapped(incident: &Incident, tasks: &[&TaskReport]) -> Value {
    json!({
        "cause": incident.cause.name(),
        "evidence_of": tasks.first().and_then(|task| task.name()),
        "fix_commands": incident.fix.commands,
        "fix_verified": incident.fix.verified,
        "services": incident.services.iter().map(Service::name).collect::<Vec<_>>(),
        "confidence": incident.confidence.name(),
        "tasks": incident.tasks.len(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arns_contain_partition_region_and_account() {
        let check = |arn, want| assert_eq!(of_arn(arn), want, "{arn}");
        let arn = "arn:aws-cn:ecs:cn-north-1:123456789012:task/prod/1";
        check(arn, Some(("aws-cn", "cn-north-1", "123456789012")));
        check("arn:aws:ecs::123456789012:task/1", None);
        check("arn:aws:ecs:\u{1b}:123456789012:task/1", None);
        check("arn:aws:ecs", None);
        check("x", None);
    }
}
