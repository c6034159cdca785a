//! Properties of all records of the simulator, in every scenario.

use std::collections::BTreeMap;
use std::io::Write;
use std::net::Ipv4Addr;

use flowcause::model::field::{DEFAULT_FORMAT, Field};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field as Cell;
use proptest::prelude::{Just, Strategy, prop_oneof, proptest};
use proptest::test_runner::Config;

use crate::support::clock::{Ms, epoch_second, s};
use crate::support::dialogue::{Exchange, Outcome};
use crate::support::fault::{Effect, Fault};
use crate::support::flow_log::{Flow, FlowLog, Record, Status, records, window_of};
use crate::support::format;
use crate::support::incident::{End, Incident};
use crate::support::metadata;
use crate::support::packets::Direction::{self, Egress, Ingress};
use crate::support::packets::{Sim, TCP};
use crate::support::scenarios;
use crate::support::stage::{Stage, fields_up_to};
use crate::support::vpc::{Eni, Party};

/// The smallest exchange.
const HELLO: Exchange = Exchange { tls: true, request: 900, reply: 4000, lasts: 50 };

/// The OK records and their values.
fn flows(records: &[Record]) -> impl Iterator<Item = (&Record, &Flow)> {
    records.iter().filter_map(|record| match &record.status {
        Status::Ok(flow) => Some((record, flow)),
        _ => None,
    })
}

/// Checks the properties of every record.
fn check_records(records: &[Record]) {
    for record in records {
        assert!(record.start <= record.end, "{record:?}");
        assert_eq!(window_of(record.eni, record.start), window_of(record.eni, record.end), "{record:?}");
    }
    for (record, flow) in flows(records) {
        check_flow(record, flow);
    }
    check_idle_windows(records);
    check_rejects(records);
    check_conservation(records);
}

fn check_flow(record: &Record, flow: &Flow) {
    assert_eq!(flow.flags & !(1 | 2 | 4 | 16), 0, "only FIN, SYN, RST and ACK are counted: {record:?}");
    assert!(flow.flags & 16 == 0 || flow.flags & 2 != 0, "ACK shows beside SYN alone: {record:?}");
    assert!(flow.protocol == TCP || flow.flags == 0, "{record:?}");
    let mean = flow.bytes / flow.packets;
    assert!((40..=1500).contains(&mean), "{record:?}");
    assert_eq!(flow.hop.eni, record.eni);
    assert!(flow.hop.direction == Egress || flow.hop.path.is_none(), "{record:?}");
}

/// A window has traffic, or one record with the reason for its absence.
fn check_idle_windows(records: &[Record]) {
    let mut windows: BTreeMap<(Eni, i64), (usize, usize)> = BTreeMap::new();
    for record in records {
        let counts = windows.entry((record.eni, window_of(record.eni, record.start))).or_default();
        match record.status {
            Status::Ok(_) => counts.0 += 1,
            _ => counts.1 += 1,
        }
    }
    for (window, counts) in windows {
        assert!(matches!(counts, (1.., 0) | (0, 1)), "{window:?}: {counts:?}");
    }
}

/// An interface that rejects a SYN never answers it.
fn check_rejects(records: &[Record]) {
    for (record, flow) in flows(records) {
        if flow.hop.direction == Ingress && flow.rejected && flow.flags == 2 {
            let answered = flows(records).any(|(other, back)| {
                other.eni == record.eni && back.hop.src == flow.hop.dst && back.hop.dst == flow.hop.src
            });
            assert!(!answered, "{record:?}");
        }
    }
}

/// Inside the VPC, no interface receives more than its peer sent. Senders with lost records are ignored.
fn check_conservation(records: &[Record]) {
    type Ends = ((Ipv4Addr, u16), (Ipv4Addr, u16), u8);
    let mut sent: BTreeMap<Ends, u64> = BTreeMap::new();
    let mut received: BTreeMap<Ends, u64> = BTreeMap::new();
    let lossy: Vec<Eni> =
        records.iter().filter(|record| record.status == Status::SkipData).map(|record| record.eni).collect();
    for (record, flow) in flows(records) {
        let ends = (flow.hop.src, flow.hop.dst, flow.protocol);
        match flow.hop.direction {
            Egress if lossy.contains(&record.eni) => *sent.entry(ends).or_default() = u64::from(u32::MAX),
            Egress if !flow.rejected => *sent.entry(ends).or_default() += flow.packets,
            Egress => {}
            Ingress => *received.entry(ends).or_default() += flow.packets,
        }
    }
    for (ends, packets) in received {
        if let Some(&sent) = sent.get(&ends) {
            assert!(packets <= sent, "{ends:?}: {packets} of {sent}");
        }
    }
}

/// A network with one interface of each kind, a fault, and one call.
fn one_call(seed: u64, effect: Option<(Effect, bool, Direction)>) -> (Outcome, Vec<Record>) {
    let mut stage = Stage::new(seed);
    let [endpoint] = stage.endpoints(["ecr.api"]);
    let task = stage.task(1, 31);
    if let Some((effect, at_task, direction)) = effect {
        stage.fault(Fault::at(if at_task { task } else { endpoint }, direction, effect));
    }
    let mut log = stage.log(&fields_up_to(8));
    log.skipped.clear();
    let outcome = call(&mut stage.sim, task, endpoint.into(), 0);
    (outcome, seen(&stage.sim, &log))
}

fn call(sim: &mut Sim, from: Eni, to: Party, at: Ms) -> Outcome {
    let talk = sim.conversation(Party::Eni(from), to, 443, TCP);
    sim.call(&talk, at, &HELLO).0
}

fn seen(sim: &Sim, log: &FlowLog) -> Vec<Record> {
    records(&sim.vpc, &sim.interfaces, log)
}

#[test]
fn every_sample_obeys_physics() {
    for incident in scenarios::all() {
        let records = incident.records();
        check_records(&records);
        for (record, _) in flows(&records) {
            if let Some((born, gone)) = incident.sim.vpc.get(record.eni).life {
                let alive = epoch_second(born)..=epoch_second(gone);
                assert!(alive.contains(&record.start) && alive.contains(&record.end), "{record:?}");
            }
        }
    }
}

proptest! {
    #![proptest_config(Config { cases: 64, failure_persistence: None, ..Config::default() })]
    #[test]
    fn any_fault_obeys_physics(
        seed in 0_u64..1_000_000,
        effect in prop_oneof![
            Just(Effect::Reject(None)),
            Just(Effect::Reject(Some("BPA"))),
            Just(Effect::Lose),
            Just(Effect::Reset),
            (60_u64..1500).prop_map(Effect::LoseLarger),
        ],
        at_task in proptest::bool::ANY,
        ingress in proptest::bool::ANY,
    ) {
        let direction = if ingress { Ingress } else { Egress };
        let (_, records) = one_call(seed, Some((effect, at_task, direction)));
        check_records(&records);
    }
}

#[test]
fn faults_end_calls_as_they_should() {
    let check = |effect, expected| {
        let (outcome, _) = one_call(7, effect);
        assert_eq!(outcome, expected, "{effect:?}");
    };
    check(None, Outcome::Completed);
    check(Some((Effect::Reject(None), true, Egress)), Outcome::Unanswered);
    check(Some((Effect::Reject(None), true, Ingress)), Outcome::Unanswered);
    check(Some((Effect::Lose, false, Ingress)), Outcome::Unanswered);
    check(Some((Effect::LoseLarger(1000), true, Ingress)), Outcome::Stalled);
    check(Some((Effect::Reset, true, Egress)), Outcome::Reset);
}

#[test]
fn an_unanswered_dial_is_three_syns_from_one_port() {
    let (_, records) = one_call(7, Some((Effect::Lose, true, Egress)));
    let seen: Vec<_> = flows(&records).map(|(_, flow)| (flow.flags, flow.packets, flow.bytes)).collect();
    assert_eq!(seen.iter().map(|seen| seen.1).sum::<u64>(), 3);
    assert!(seen.iter().all(|&(flags, packets, bytes)| flags == 2 && bytes == 60 * packets));
}

/// The four records at a NAT gateway and the two at the task, as the user guide shows them.
#[test]
fn a_nat_gateway_sees_every_exchange_four_times() {
    let mut stage = Stage::new(11);
    let nat = stage.nat();
    let task = stage.task(1, 31);
    let log = stage.log(&fields_up_to(5));
    let host = Ipv4Addr::new(34, 248, 173, 22);
    assert_eq!(call(&mut stage.sim, task, Party::Outside(host), 0), Outcome::Completed);
    let records = seen(&stage.sim, &log);
    check_records(&records);
    let (n, t) = (stage.sim.vpc.get(nat).address, stage.sim.vpc.get(task).address);
    let mut views: Vec<_> = flows(&records)
        .filter(|(record, _)| record.eni == nat)
        .map(|(_, flow)| &flow.hop)
        .map(|hop| (hop.src.0, hop.dst.0, hop.packet_src, hop.packet_dst, hop.direction))
        .collect();
    views.sort();
    let mut expected = vec![
        (t, n, t, host, Ingress),
        (n, host, n, host, Egress),
        (host, n, host, n, Ingress),
        (n, t, host, t, Egress),
    ];
    expected.sort();
    assert_eq!(views, expected);
}

#[test]
fn without_a_way_out_the_syn_is_accepted_and_gone() {
    let mut stage = Stage::new(12);
    let task = stage.task(1, 31);
    let host = Party::Outside(Ipv4Addr::new(34, 248, 173, 22));
    assert_eq!(call(&mut stage.sim, task, host, 0), Outcome::Unanswered);
    assert!(stage.sim.interfaces.iter().all(|seen| !seen.rejected && seen.hop.path.is_none()));
    stage.sim.vpc.make_public(task);
    assert_eq!(call(&mut stage.sim, task, host, s(30)), Outcome::Unanswered, "it has no public address");
    stage.sim.vpc.publish(task, Ipv4Addr::new(203, 0, 113, 31));
    assert_eq!(call(&mut stage.sim, task, host, s(60)), Outcome::Completed);
}

#[test]
fn the_same_seed_gives_the_same_records() {
    assert_eq!(one_call(5, None), one_call(5, None));
    assert_ne!(one_call(5, None).1, one_call(6, None).1);
}

fn named(name: &str) -> Incident {
    scenarios::all().into_iter().find(|incident| incident.name == name).expect("a sample")
}

#[test]
fn the_default_format_is_in_its_fixed_order() {
    let incident = named("task-egress-rejected-v2");
    let text = format::text(&incident, &incident.records());
    let names: Vec<Option<Field>> = text
        .lines()
        .next()
        .expect("a header")
        .split(' ')
        .map(|name| Field::from_name(name.as_bytes()))
        .collect();
    assert_eq!(names, DEFAULT_FORMAT.iter().copied().map(Some).collect::<Vec<_>>());
    assert!(text.lines().skip(1).all(|line| line.starts_with("2 ") && line.split(' ').count() == 14));
}

#[test]
fn parquet_and_text_of_the_same_records_agree() {
    let incident = named("endpoint-rejects");
    let records = incident.records();
    let text = format::text(&incident, &records);
    let bytes = format::parquet(&incident, &records);
    let mut file = tempfile::tempfile().expect("a temporary file");
    file.write_all(&bytes).expect("room for it");
    let reader = SerializedFileReader::new(file).expect("Parquet");
    let rows: Vec<String> = reader
        .get_row_iter(None)
        .expect("rows")
        .map(|row| {
            let row = row.expect("a row");
            let cells: Vec<String> = row.get_column_iter().map(|(_, cell)| cell_text(cell)).collect();
            cells.join(" ")
        })
        .collect();
    assert_eq!(rows, text.lines().skip(1).collect::<Vec<_>>());
}

fn cell_text(cell: &Cell) -> String {
    match cell {
        Cell::Null => "-".into(),
        Cell::Str(text) => text.clone(),
        Cell::Int(number) => number.to_string(),
        Cell::Long(number) => number.to_string(),
        other => panic!("a type no flow log has: {other:?}"),
    }
}

#[test]
fn the_interface_of_a_stopped_task_is_in_no_document_but_its_own() {
    for incident in scenarios::all() {
        for task in &incident.tasks {
            let id = &incident.sim.vpc.get(task.eni).id;
            for (name, document) in metadata::documents(&incident) {
                let running = matches!(task.end, End::Running { .. });
                let name = name.trim_start_matches("describe-").to_owned();
                let is_of_tasks = match &task.end {
                    End::Stopped { .. } | End::Finished { .. } => !name.contains("RUNNING"),
                    End::Running { .. } => !name.contains("STOPPED"),
                };
                let expected = (name.starts_with("tasks") && is_of_tasks)
                    || (running && name == "network-interfaces.json");
                assert_eq!(document.to_string().contains(id), expected, "{name} of {}", incident.name);
            }
        }
    }
}
