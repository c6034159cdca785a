//! The missing data of several logs.

use rayon::ThreadPoolBuilder;

use crate::ingest::files::LogFile;
use crate::ingest::options::ReadOptions;
use crate::inspect::inspect;
use crate::inventory::parse;
use crate::progress::NoProgress;
use crate::report::inspect::InspectReport;
use crate::spill::Limits;

const HEADER: &str = "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end \
    action log-status vpc-id subnet-id tcp-flags pkt-srcaddr pkt-dstaddr pkt-dst-aws-service flow-direction traffic-path \
    ecs-service-name ecs-task-arn ecs-task-id reject-reason next-hop-interface-id";

/// A record with all fields: of a task at `eni-1`, of something else at `eni-2`.
fn record(interface: &str, (start, end): (u32, u32), action: &str) -> String {
    let rest =
        if interface == "eni-2" { "ingress - - - - - -" } else { "egress 1 orders arn:task t - eni-9" };
    format!(
        "11 1 {interface} 10.0.0.1 10.0.0.2 4000 443 6 2 120 {start} {end} {action} OK vpc-1 subnet-1 2 10.0.0.1 10.0.0.2 - \
         {rest}"
    )
}

fn log(records: &[String]) -> String {
    format!("{HEADER}\n{}\n", records.join("\n"))
}

/// A complete log.
fn whole() -> String {
    log(&[record("eni-1", (1000, 1030), "ACCEPT"), record("eni-2", (1000, 1030), "REJECT")])
}

fn report(log: &str, documents: Option<&str>) -> InspectReport {
    let pool = ThreadPoolBuilder::new().num_threads(1).build().expect("a thread");
    let inventory = documents.map(|text| parse([("all.json", text.as_bytes())]).0);
    let files = [LogFile::of_bytes("a.log", log.as_bytes().to_vec())];
    inspect(
        &files,
        &ReadOptions::default(),
        inventory.as_ref(),
        Limits { memory: 0, ..Limits::NONE },
        &pool,
        &NoProgress,
    )
    .expect("temporary files")
}

fn check(log: &str, documents: Option<&str>, expect: &[&str]) {
    let report = report(log, documents);
    let ids: Vec<&str> = report.missing.iter().map(|lack| lack.id).collect();
    assert_eq!(ids, expect, "{log}\n{:?}\n{:#?}", report.defects, report.missing);
}

/// A task that failed to start at `eni-1` from 1000 to 1020, with further fields.
fn documents(more: &str) -> String {
    format!(
        r#"{{"tasks": [{{"taskArn": "arn:aws:ecs:eu-west-1:1:task/c/t", "stopCode": "TaskFailedToStart",
        "createdAt": 1000, "stoppedAt": 1020, "attachments": [{{"type": "ElasticNetworkInterface", "details": [
        {{"name": "networkInterfaceId", "value": "eni-1"}}]}}]}}]}} {more}"#
    )
}

#[test]
fn a_complete_log_lacks_only_documents() {
    check(&whole(), Some(&documents("")), &[]);
    check(&whole(), None, &["metadata"]);
    check(&whole(), Some("{\"Vpcs\": []}"), &["failed-tasks"]);
    check("", None, &["metadata"]);
    check("", Some(&documents("")), &[]);
    assert!(report(&whole(), Some(&documents(""))).commands.is_empty());
}

#[test]
fn the_default_format_lacks_fields() {
    let v2 = "2 1 eni-1 10.0.0.1 10.0.0.2 4000 443 6 2 120 1000 1030 ACCEPT OK\n\
              2 1 eni-2 10.0.0.1 10.0.0.2 4000 443 6 2 120 1000 1030 REJECT OK\n";
    let beside = [
        "tcp-flags",
        "packet-addresses",
        "flow-direction",
        "network-ids",
        "ecs-fields",
        "aws-service",
        "traffic-path",
        "reject-reason",
    ];
    check(v2, Some(&documents("")), &beside);
    let without_status = whole().replace(" log-status ", " az-id ");
    check(&without_status, Some(&documents("")), &["log-status"]);
}

#[test]
fn fields_may_exist_without_values() {
    let empty = whole().replace("orders arn:task t", "- - -");
    check(&empty, Some(&documents("")), &["ecs-fields"]);
    let what = report(&empty, None).missing.last().expect("the fields").what.clone();
    assert_eq!(
        what,
        "values in the fields ecs-task-id, ecs-task-arn, ecs-service-name: empty in every record"
    );
}

#[test]
fn traffic_of_one_type_is_reported() {
    let of =
        |action: &str| log(&[record("eni-1", (1000, 1030), action), record("eni-2", (1000, 1030), action)]);
    let flow_log = |traffic: &str| {
        documents(&format!(
            r#"{{"FlowLogs": [{{"FlowLogId": "fl-1", "ResourceId": "vpc-1", "TrafficType": "{traffic}"}}]}}"#
        ))
    };
    check(&of("REJECT"), Some(&documents("")), &["accepted-traffic"]);
    check(&of("ACCEPT"), Some(&documents("")), &["rejected-traffic"]);
    check(&of("ACCEPT"), Some(&flow_log("ALL")), &[]);
    check(&of("ACCEPT"), Some(&flow_log("ACCEPT")), &["rejected-traffic"]);
}

#[test]
fn missing_time_is_reported() {
    let accept = |interface, span| record(interface, span, "ACCEPT");
    let with = |more: &[String]| {
        log(&[&[accept("eni-1", (1000, 1030)), record("eni-2", (1000, 1030), "REJECT")], more].concat())
    };
    check(
        &with(&[accept("eni-1", (3000, 3030)), accept("eni-2", (3000, 3030))]),
        Some(&documents("")),
        &["time-coverage"],
    );
    let covered: Vec<String> = (0..12).map(|n| accept("eni-2", (1000 + n * 60, 1030 + n * 60))).collect();
    let late = [covered, vec![accept("eni-1", (1600, 1630))]].concat();
    check(&with(&late), Some(&documents("")), &["interface-time-coverage"]);
    let lost = "11 1 eni-1 - - - - - - - 1000 1030 - SKIPDATA - - - - - - - - - - - - -".to_owned();
    check(&with(&[lost]), Some(&documents("")), &["skipdata"]);
    check(&with(&[accept("eni-2", (1000, 1590))]), Some(&documents("")), &["aggregation-interval"]);
}

#[test]
fn interfaces_and_tasks_without_records_are_reported() {
    let endpoint = |interfaces: &str| {
        documents(&format!(
            r#"{{"VpcEndpoints": [{{"VpcEndpointId": "vpce-1", "VpcEndpointType": "Interface", "ServiceName":
            "com.amazonaws.eu-west-1.ssm", "State": "available", "NetworkInterfaceIds": [{interfaces}]}}]}}"#
        ))
    };
    check(&whole(), Some(&endpoint("\"eni-2\"")), &[]);
    check(&whole(), Some(&endpoint("\"eni-2\", \"eni-8\"")), &["endpoint-interfaces"]);
    let gateway = documents(
        r#"{"NatGateways": [{"NatGatewayId": "nat-1", "State": "available",
        "NatGatewayAddresses": [{"NetworkInterfaceId": "eni-7"}]}]}"#,
    );
    check(&whole(), Some(&gateway), &["nat-interfaces"]);
    let elsewhere = documents("").replace("eni-1", "eni-5");
    check(&whole(), Some(&elsewhere), &["task-interfaces"]);
    let later = documents("").replace("\"stoppedAt\": 1020", "\"stoppedAt\": 2020");
    check(&whole(), Some(&later), &["task-times"]);
    let own = log(&[record("eni-1", (1000, 1030), "ACCEPT"), record("eni-1", (1000, 1030), "REJECT")]);
    check(&own, Some(&documents("")), &["peer-interfaces"]);
}
