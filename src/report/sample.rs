//! Reports that the tests of the renderers share: a rich one, an empty one, a hostile one.

use crate::finding::{
    CaseChanges, CauseId, ChangeEffect, Confidence, Considered, Control, Culprit, CulpritKind, Fix, Hop,
    HopDecision, JudgedChange, Leg, MissingData, RunbookAssessment, RunbookFinding, RunbookReview, Side,
    StepState,
};
use crate::model::configuration_change::{ChangeSource, ChangeSubject, SubjectKind};
use crate::model::defect::{DefectKind, Defects, Place};
use crate::model::ids::{InterfaceId, NetworkAclId, SecurityGroupId, SubnetId, TaskId};
use crate::model::interface::InterfaceRole;
use crate::model::service::Service;
use crate::model::time::{Timestamp, Window};
use crate::report::{
    Coverage, CoverageGap, Evidence, EvidenceRow, GapReason, Incident, IncidentHistory, Inputs,
    InterfaceCoverage, Observed, ObservedInterface, PastCulprit, PastIncident, RecordedAction, Report, Run,
    Span, Start, Status, Step, TaskReport, Verdict,
};

/// 2026-11-23T03:12:00Z.
const START: Timestamp = Timestamp(1_795_403_520);
/// The stop reason that ECS writes for such a task.
const REASON: &str = "ResourceInitializationError: unable to pull secrets or registry auth: \
    execution resource retrieval failed: unable to retrieve secret from asm: service call has been retried 5 time(s): \
    RequestCanceled: request context canceled caused by: context deadline exceeded";

/// Nothing found, nothing wrong.
pub(crate) fn empty() -> Report {
    Report {
        window: None,
        inputs: Inputs::default(),
        coverage: Coverage { traffic_type: "unknown", interfaces: Vec::new() },
        incidents: Vec::new(),
        tasks: Vec::new(),
        healthy_tasks: 0,
        run: None,
    }
}

/// Three incidents, one for each confidence; five tasks share the first.
pub(crate) fn rich() -> Report {
    let ids = ["82f6c1d04a", "91ab77e3c0", "a3310fdd52", "bb90412c7e", "c5f1e08a94"];
    let mut tasks: Vec<TaskReport> =
        ids.iter().enumerate().map(|(index, id)| blocked_task(id, index)).collect();
    tasks.push(unrouted_task());
    tasks.push(unseen_task());
    Report {
        window: Some(Window { from: START.plus(-720), to: START.plus(1080) }),
        inputs: inputs(),
        coverage: coverage(),
        incidents: vec![blocked(&ids), unrouted(), unseen()],
        tasks,
        healthy_tasks: 1,
        run: None,
    }
}

/// The rich report as a run with a state: new, ongoing and returned incidents, one resolved and one not seen.
pub(crate) fn continued() -> Report {
    let mut report = rich();
    let statuses = [Status::Ongoing, Status::New, Status::Returned];
    for (incident, status) in report.incidents.iter_mut().zip(statuses) {
        let tasks = incident.tasks.len() as u64 + 12;
        incident.history = Some(IncidentHistory { status, since: Some(START.plus(-86_400)), tasks });
    }
    let past = |id: &str, resolved_by| PastIncident {
        cause: CauseId::TaskNaclBlocksReturn.to_string(),
        title: "The task subnet's network ACL blocks replies".into(),
        services: vec!["s3".into()],
        culprits: vec![PastCulprit { kind: "network-acl".into(), id: Some(id.into()), subnet_id: None }],
        tasks: 3,
        first: Some(START.plus(-9000)),
        last: Some(START.plus(-7200)),
        resolved_by,
    };
    let start = Start {
        task_arn: "arn:aws:ecs:eu-west-1:111122223333:task/prod/0a1b".into(),
        started_at: START.plus(-3600),
    };
    report.run = Some(Run {
        new_files: 2,
        files_reread: 1,
        files_missing: 1,
        files_duplicated: 0,
        tasks_already_diagnosed: 12,
        resolved: vec![past("acl-0e77", Some(start))],
        not_seen: vec![past("acl-0f88", None)],
    });
    report
}

/// Every untrusted text contains an escape sequence, a line end and a bidi override.
pub(crate) fn hostile() -> Report {
    hostile_with("x\u{1b}[2J\u{1b}]0;owned\u{7}\ny\u{202e}z\u{200b}\u{9b}31m")
}

/// Every untrusted text is this one.
pub(crate) fn hostile_with(text: &str) -> Report {
    let evil = || text.to_owned();
    let mut report = rich();
    report.incidents.truncate(1);
    report.tasks.truncate(1);
    let incident = &mut report.incidents[0];
    incident.tasks = vec![evil()];
    incident.summary = evil();
    incident.services = vec![Service::Other(evil())];
    incident.culprits[0].id = Some(evil());
    incident.culprits[0].rule = Some(evil());
    incident.fix.text = evil();
    incident.fix.commands = vec![evil()];
    let task = &mut report.tasks[0];
    task.task_id = Some(TaskId::new(text));
    task.task_arn = Some(evil());
    task.interface_id = Some(InterfaceId::new(text));
    task.subnet_id = Some(SubnetId::new(text));
    task.service_name = Some(evil());
    task.stopped_reason = Some(evil());
    task.steps[0].destination = evil();
    task.steps[0].service = Service::Other(evil());
    task.verdict.summary = format!("other {text}");
    task.verdict.evidence = vec![Evidence {
        statement: evil(),
        rows: vec![EvidenceRow { file: evil(), line: 1, record: evil() }],
    }];
    task.verdict.also_considered[0].reason = evil();
    task.verdict.missing = vec![MissingData { what: evil(), would_show: evil() }];
    let observed = task.verdict.observed.as_mut().expect("a blocked task has it");
    observed.destination = evil();
    for interface in &mut observed.interfaces {
        interface.interface_id = InterfaceId::new(text);
    }
    for hop in &mut task.verdict.path {
        let groups = vec![SecurityGroupId::new(text)];
        hop.control = Control::SecurityGroups { ids: groups, interface_id: None };
        (hop.rule, hop.reason) = (Some(evil()), evil());
    }
    for change in task.verdict.changes.iter_mut().flat_map(|changes| &mut changes.events) {
        (change.event_name, change.event_id) = (evil(), Some(evil()));
        (change.principal, change.account) = (Some(evil()), Some(evil()));
        change.subject.id = evil();
    }
    task.runbook = Some(runbook(text));
    report.coverage.interfaces[0].id = InterfaceId::new(text);
    report.inputs.defects = Defects::default();
    let place = || Place { file: evil(), line: None, text: evil() };
    report.inputs.defects.record(DefectKind::UnreadableFile, place);
    report
}

fn inputs() -> Inputs {
    let mut defects = Defects::default();
    let short = |line| Place {
        file: "flows/2026-11-23T03.log.gz".into(),
        line: Some(line),
        text: "expected 14 fields, found 13".into(),
    };
    defects.record(DefectKind::WrongFieldCount, || short(17));
    defects.record(DefectKind::WrongFieldCount, || short(18));
    let whole = Place { file: "metadata/notes.txt".into(), line: None, text: "no JSON document".into() };
    defects.record(DefectKind::UnrecognisedFile, || whole);
    Inputs {
        files: 8,
        records: 616,
        records_in_scope: 480,
        duplicates: 0,
        files_skipped: 0,
        bytes_read: 40_960,
        defects,
    }
}

fn coverage() -> Coverage {
    let interface = |id: &str, role: InterfaceRole, minutes_seen, skipdata_minutes| InterfaceCoverage {
        id: InterfaceId::new(id),
        role,
        minutes_seen,
        minutes_expected: 4,
        skipdata_minutes,
        unreadable_records: 0,
    };
    let interfaces = vec![
        interface("eni-0a31", InterfaceRole::Task, 4, 0),
        interface("eni-0e12", InterfaceRole::Endpoint, 3, 1),
        interface("eni-0e13", InterfaceRole::Endpoint, 4, 0),
    ];
    Coverage { traffic_type: "ALL", interfaces }
}

fn blocked_path() -> Vec<Hop> {
    let groups =
        |id: &str| Control::SecurityGroups { ids: vec![SecurityGroupId::new(id)], interface_id: None };
    let acl = Control::NetworkAcl { id: Some(NetworkAclId::new("acl-0b21")), subnet_id: None };
    let hop = |leg, side, control, decision, rule: Option<&str>, reason: &str| Hop {
        leg,
        side,
        is_outbound: leg == Leg::Request && side == Side::Task,
        control,
        decision,
        rule: rule.map(str::to_owned),
        reason: reason.to_owned(),
    };
    vec![
        hop(
            Leg::Request,
            Side::Task,
            groups("sg-0ab1"),
            HopDecision::Allowed,
            Some("all traffic 0.0.0.0/0"),
            "sg-0ab1 allows it",
        ),
        hop(
            Leg::Request,
            Side::Destination,
            groups("sg-0e11aa22"),
            HopDecision::Denied,
            None,
            "no ingress rule of sg-0e11aa22 admits 10.40.1.31",
        ),
        hop(
            Leg::Reply,
            Side::Task,
            acl,
            HopDecision::Allowed,
            Some("rule 100 allow all traffic 0.0.0.0/0"),
            "acl-0b21 lets it in",
        ),
    ]
}

/// The endpoint rejected packets that the task's interface accepted.
fn blocked_attempt() -> Observed {
    let interface = |id: &str, role: InterfaceRole, request| ObservedInterface {
        interface_id: InterfaceId::new(id),
        role,
        request,
        reply: RecordedAction::NotRecorded,
    };
    Observed {
        destination: "10.40.12.36:443".into(),
        state: StepState::RequestRejected,
        interfaces: vec![
            interface("eni-0a31", InterfaceRole::Task, RecordedAction::Accepted),
            interface("eni-0e12", InterfaceRole::Endpoint, RecordedAction::Rejected),
        ],
    }
}

fn endpoint_group() -> Culprit {
    Culprit {
        kind: CulpritKind::SecurityGroup,
        id: Some("sg-0e11aa22".into()),
        subnet_id: None,
        rule: Some("ingress: tcp 443 from 10.40.9.0/24 only".into()),
        is_likely: false,
    }
}

fn blocked_summary(address: &str) -> String {
    format!(
        "The security group sg-0e11aa22 of the secretsmanager endpoint vpce-0c41 does not admit tcp 443 from the \
         task's address {address}, so the task could not fetch its secrets."
    )
}

fn blocked(ids: &[&str]) -> Incident {
    Incident {
        cause: CauseId::EndpointSgBlocksIngress,
        confidence: Confidence::Confirmed,
        culprits: vec![endpoint_group()],
        services: vec![Service::SecretsManager],
        tasks: ids.iter().map(|id| (*id).to_owned()).collect(),
        first: Some(START.plus(5)),
        last: Some(START.plus(160)),
        title: "The endpoint's security groups do not admit the task",
        summary: blocked_summary("10.40.1.31"),
        fix: Fix {
            text: "Allow tcp 443 from the task's security group sg-0ab1 on sg-0e11aa22. Look at what it allows first."
                .into(),
            commands: vec![
                "aws ec2 describe-security-groups --group-ids sg-0e11aa22".into(),
                "aws ec2 authorize-security-group-ingress --group-id sg-0e11aa22 --protocol tcp --port 443 \
                 --source-group sg-0ab1"
                    .into(),
            ],
            verified: true,
        },
        history: None,
    }
}

fn step(service: Service, state: StepState, destination: &str, attempts: u64, from: i64, to: i64) -> Step {
    let n = i64::try_from(attempts).expect("a few");
    let begun = |place| START.plus(from + (to - from) * place / n);
    let span = |place| Span { first: begun(place), last: begun(place).plus(3), state };
    Step {
        service,
        state,
        destination: destination.into(),
        attempts,
        first: START.plus(from),
        last: START.plus(to),
        spans: (0..n).map(span).collect(),
    }
}

/// A rule was revoked before the tasks failed.
fn changed() -> CaseChanges {
    CaseChanges {
        last_success: Some(START.plus(-900)),
        first_failure: Some(START.plus(5)),
        covered: Some((START.plus(-7200), START.plus(600))),
        events: vec![JudgedChange {
            at: START.plus(-470),
            event_id: Some("7f3c0d52-41a7-4f0a-9d5e-2b8a1c6e9f04".into()),
            event_name: "RevokeSecurityGroupIngress".into(),
            principal: Some("arn:aws:iam::123456789012:user/jo".into()),
            source: ChangeSource::CloudTrail,
            subject: ChangeSubject { kind: SubjectKind::SecurityGroup, id: "sg-0e11aa22".into() },
            account: Some("123456789012".into()),
            region: Some("eu-west-1".into()),
            effect: ChangeEffect::BrokeIt,
        }],
        omitted: 0,
        confidence: Some(Confidence::Confirmed),
    }
}

fn blocked_task(id: &str, index: usize) -> TaskReport {
    let offset = 10 * i64::try_from(index).expect("five tasks");
    let address = format!("10.40.1.{}", 31 + index);
    let row = |file: &str, line, eni: &str, action: &str| EvidenceRow {
        file: file.into(),
        line,
        record: format!(
            "2 123456789012 {eni} {address} 10.40.12.36 49152 443 6 1 60 {} {} {action} OK",
            START.0 + 5,
            START.0 + 65
        ),
    };
    let sent = Evidence {
        statement: "The task's interface let the request out.".into(),
        rows: vec![row("flows/task.log.gz", 17, "eni-0a31", "ACCEPT")],
    };
    let rejected = Evidence {
        statement: "The endpoint's interface eni-0e12 rejected the same packets, 6 attempts in all.".into(),
        rows: (40..44).map(|line| row("flows/endpoint.log.gz", line, "eni-0e12", "REJECT")).collect(),
    };
    TaskReport {
        task_id: Some(TaskId::new(id)),
        task_arn: Some(format!("arn:aws:ecs:eu-west-1:123456789012:task/prod/{id}")),
        interface_id: Some(InterfaceId::new(format!("eni-0a3{}", 1 + index))),
        address: address.parse().ok(),
        subnet_id: Some(SubnetId::new("subnet-0b21")),
        service_name: Some("orders".into()),
        created_at: Some(START.plus(offset)),
        stopped_at: Some(START.plus(offset + 142)),
        stopped_reason: Some(REASON.into()),
        verdict: Verdict {
            cause: CauseId::EndpointSgBlocksIngress,
            confidence: Confidence::Confirmed,
            service: Some(Service::SecretsManager),
            culprits: vec![endpoint_group()],
            summary: blocked_summary(&address),
            evidence: vec![sent, rejected],
            also_considered: considered(),
            missing: Vec::new(),
            findings: Vec::new(),
            changes: Some(changed()),
            path: blocked_path(),
            observed: Some(blocked_attempt()),
        },
        steps: vec![
            step(Service::Dns, StepState::Completed, "10.40.0.10:53", 2, offset + 3, offset + 4),
            step(
                Service::SecretsManager,
                StepState::RequestRejected,
                "10.40.12.36:443",
                6,
                offset + 5,
                offset + 100,
            ),
        ],
        coverage_gaps: vec![
            CoverageGap { from: START, to: START.plus(60), reason: GapReason::NoRecord },
            CoverageGap { from: START.plus(60), to: START.plus(120), reason: GapReason::Skipdata },
        ],
        runbook: None,
    }
}

/// A review of the runbook of AWS, every text of it this one.
fn runbook(text: &str) -> RunbookReview {
    let finding = |assessment, would_decide| RunbookFinding {
        text: text.to_owned(),
        section: Some(text.to_owned()),
        kind: "security-group-egress",
        subjects: vec![text.to_owned()],
        assessment,
        reason: text.to_owned(),
        would_decide,
    };
    RunbookReview {
        execution_id: text.to_owned(),
        executed_at: Some(START.plus(300)),
        note: Some(text.to_owned()),
        findings: vec![
            finding(RunbookAssessment::BorneOut, None),
            finding(RunbookAssessment::Refuted, None),
            finding(RunbookAssessment::NotDecidable, Some(text.to_owned())),
        ],
    }
}

fn considered() -> Vec<Considered> {
    vec![
        Considered {
            cause: CauseId::TaskSgBlocksEgress,
            confidence: Confidence::RuledOut,
            reason: "The task's interface accepted the request on its way out.".into(),
        },
        Considered {
            cause: CauseId::EndpointNaclBlocksIngress,
            confidence: Confidence::RuledOut,
            reason: "Rule 100 of acl-0f31 on subnet-0b22 allows tcp 443 from 10.40.0.0/16, and no lower rule denies it."
                .into(),
        },
    ]
}

fn unrouted() -> Incident {
    Incident {
        cause: CauseId::NoRoute,
        confidence: Confidence::Likely,
        culprits: vec![Culprit {
            kind: CulpritKind::RouteTable,
            id: None,
            subnet_id: Some(SubnetId::new("subnet-0b29")),
            rule: None,
            is_likely: false,
        }],
        services: vec![Service::EcrApi, Service::EcrDkr],
        tasks: vec!["eni-0a90".into()],
        first: Some(START.plus(600)),
        last: Some(START.plus(86_400)),
        title: "The task's subnet has no usable route to the service",
        summary: "Nothing routes the packets of eni-0a90 to ecr.api.".into(),
        fix: Fix {
            text: "Add a route or an interface endpoint.".into(),
            commands: vec!["aws ec2 describe-route-tables".into()],
            verified: false,
        },
        history: None,
    }
}

fn unrouted_task() -> TaskReport {
    let row = EvidenceRow {
        file: "flows/part-0001.parquet".into(),
        line: 9,
        record: "5 123456789012 eni-0a90 2600:1f13:a0d:a700:aaaa:bbbb:cccc:dddd - 49152 443 6 1 60".into(),
    };
    TaskReport {
        task_id: None,
        task_arn: None,
        interface_id: Some(InterfaceId::new("eni-0a90")),
        address: "2600:1f13:a0d:a700::1".parse().ok(),
        subnet_id: None,
        service_name: None,
        created_at: None,
        stopped_at: None,
        stopped_reason: None,
        verdict: Verdict {
            cause: CauseId::NoRoute,
            confidence: Confidence::Likely,
            service: Some(Service::EcrApi),
            culprits: unrouted().culprits,
            summary: unrouted().summary,
            evidence: vec![Evidence {
                statement: "The request left and nothing came back.".into(),
                rows: vec![row],
            }],
            also_considered: vec![Considered {
                cause: CauseId::PathUnanswered,
                confidence: Confidence::Undetermined,
                reason: "The route table is not among the documents.".into(),
            }],
            missing: vec![MissingData {
                what: "the route table of subnet-0b29 (`aws ec2 describe-route-tables`)".into(),
                would_show: "whether a default route exists and where it leads".into(),
            }],
            findings: Vec::new(),
            changes: None,
            path: Vec::new(),
            observed: None,
        },
        coverage_gaps: Vec::new(),
        runbook: None,
        steps: vec![step(
            Service::EcrApi,
            StepState::Unanswered,
            "[2600:1f13:a0d:a700:aaaa:bbbb:cccc:dddd]:443",
            1,
            600,
            600,
        )],
    }
}

fn unseen() -> Incident {
    Incident {
        cause: CauseId::Undetermined,
        confidence: Confidence::Undetermined,
        culprits: Vec::new(),
        services: Vec::new(),
        tasks: vec!["d0d0d0d0d0".into()],
        first: None,
        last: None,
        title: "The data does not show why the task did not start",
        summary: "No record covers the task's interface.".into(),
        fix: Fix { text: String::new(), commands: Vec::new(), verified: false },
        history: None,
    }
}

fn unseen_task() -> TaskReport {
    TaskReport {
        task_id: Some(TaskId::new("d0d0d0d0d0")),
        interface_id: None,
        verdict: Verdict {
            cause: CauseId::Undetermined,
            confidence: Confidence::Undetermined,
            service: None,
            culprits: Vec::new(),
            summary: unseen().summary,
            evidence: Vec::new(),
            also_considered: Vec::new(),
            missing: vec![MissingData {
                what: "flow logs of 2026-11-23T03:12:00Z to 03:15:00Z".into(),
                would_show: "which service the task contacted first, and what came of it".into(),
            }],
            findings: Vec::new(),
            changes: None,
            path: Vec::new(),
            observed: None,
        },
        steps: Vec::new(),
        ..unrouted_task()
    }
}
