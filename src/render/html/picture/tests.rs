//! The place where packets stopped, and its position on the drawing.

use super::stations::stations;
use super::stop::{Stop, stop};
use super::{STATION, WIDTH, picture};
use crate::finding::{Control, Hop, HopDecision, Leg, Side, StepState};
use crate::model::ids::InterfaceId;
use crate::model::interface::InterfaceRole;
use crate::report::{Observed, ObservedInterface, RecordedAction, TaskReport, sample};

const YES: RecordedAction = RecordedAction::Accepted;
const NO: RecordedAction = RecordedAction::Rejected;
const NONE: RecordedAction = RecordedAction::NotRecorded;

fn task(
    state: StepState,
    interfaces: &[(InterfaceRole, RecordedAction, RecordedAction)],
    path: &[(Leg, Side, HopDecision)],
) -> TaskReport {
    let mut task = sample::rich().tasks.remove(0);
    let observed = |&(role, request, reply): &(InterfaceRole, RecordedAction, RecordedAction)| {
        ObservedInterface { interface_id: InterfaceId::new(format!("eni-{role}")), role, request, reply }
    };
    let interfaces = interfaces.iter().map(observed).collect();
    task.verdict.observed = Some(Observed { destination: "10.40.12.36:443".into(), state, interfaces });
    let hop = |(leg, side, decision): &(Leg, Side, HopDecision)| Hop {
        leg: *leg,
        side: *side,
        is_outbound: (*leg == Leg::Request) == (*side == Side::Task),
        control: Control::NetworkAcl { id: None, subnet_id: None },
        decision: decision.clone(),
        rule: None,
        reason: "no entry allows it".into(),
    };
    task.verdict.path = path.iter().map(hop).collect();
    task
}

#[test]
fn records_decide_where_packets_stopped_before_the_configuration() {
    let check = |state, interfaces: &[_], path: &[_], expect| {
        let task = task(state, interfaces, path);
        assert_eq!(stop(&task.verdict, &stations(&task)), expect, "{interfaces:?} {path:?}");
    };
    let rejected = StepState::RequestRejected;
    let (ours, theirs) = (
        (Leg::Request, Side::Task, HopDecision::Denied),
        (Leg::Request, Side::Destination, HopDecision::Denied),
    );
    check(rejected, &[(InterfaceRole::Task, NO, NONE)], &[], Stop::Station(0, Leg::Request));
    check(rejected, &[(InterfaceRole::Task, NO, NONE)], std::slice::from_ref(&ours), Stop::Hop(0));
    check(
        rejected,
        &[(InterfaceRole::Task, YES, NONE), (InterfaceRole::Endpoint, NO, NONE)],
        &[ours.clone(), theirs],
        Stop::Hop(1),
    );
    // The configuration denies at another place: the records decide.
    check(
        rejected,
        &[(InterfaceRole::Task, YES, NONE), (InterfaceRole::Endpoint, NO, NONE)],
        std::slice::from_ref(&ours),
        Stop::Station(1, Leg::Request),
    );
    check(
        StepState::ReplyRejected,
        &[(InterfaceRole::Task, YES, NO), (InterfaceRole::Endpoint, YES, YES)],
        &[],
        Stop::Station(0, Leg::Reply),
    );
    check(
        StepState::ReplyRejected,
        &[(InterfaceRole::Task, YES, NONE), (InterfaceRole::Endpoint, YES, NO)],
        &[],
        Stop::Station(1, Leg::Reply),
    );
    check(
        StepState::Unanswered,
        &[(InterfaceRole::Task, YES, NONE)],
        std::slice::from_ref(&ours),
        Stop::Hop(0),
    );
    check(StepState::Unanswered, &[(InterfaceRole::Task, YES, NONE)], &[], Stop::After(0));
    check(
        StepState::Unanswered,
        &[(InterfaceRole::Task, YES, NONE), (InterfaceRole::NatGateway, YES, NONE)],
        &[],
        Stop::After(1),
    );
    check(
        StepState::Unanswered,
        &[(InterfaceRole::Task, YES, NONE), (InterfaceRole::Other, YES, NONE)],
        &[],
        Stop::After(1),
    );
    check(StepState::Reset, &[(InterfaceRole::Task, YES, YES)], &[], Stop::End);
    check(StepState::Unclear, &[(InterfaceRole::Task, YES, YES)], &[], Stop::Unknown);
}

#[test]
fn everything_is_drawn_inside_and_in_order() {
    let hops: Vec<_> = [Side::Task, Side::Task, Side::Nat, Side::Nat, Side::Destination]
        .into_iter()
        .flat_map(|side| {
            [
                (Leg::Request, side, HopDecision::Allowed),
                (Leg::Reply, side, HopDecision::Unknown { needs: String::new() }),
            ]
        })
        .collect();
    for interfaces in [
        vec![(InterfaceRole::Task, YES, NONE)],
        vec![(InterfaceRole::Task, YES, NONE), (InterfaceRole::Endpoint, NO, NONE)],
        vec![
            (InterfaceRole::Task, YES, NONE),
            (InterfaceRole::NatGateway, YES, NONE),
            (InterfaceRole::Endpoint, YES, NONE),
            (InterfaceRole::Endpoint, NO, NONE),
        ],
    ] {
        for n_hops in 0..=hops.len() {
            let task = task(StepState::Unanswered, &interfaces, &hops[..n_hops]);
            let drawn = picture(&task).expect("there is an attempt");
            let edges: Vec<i64> = drawn.boxes.iter().map(|station| station.x).collect();
            assert_eq!((edges[0], edges[edges.len() - 1]), (0, WIDTH - STATION));
            assert!(edges.windows(2).all(|pair| pair[0] + STATION < pair[1]), "{edges:?}");
            let in_gap = |x: i64| edges.windows(2).any(|pair| pair[0] + STATION < x && x < pair[1]);
            assert!(drawn.chips.iter().all(|chip| in_gap(chip.x)), "{edges:?}");
            assert!(drawn.mark.is_none_or(|mark| (0..=WIDTH).contains(&mark.x)));
            assert!(drawn.lines.iter().all(|line| (STATION..=WIDTH - STATION).contains(&line.to)));
        }
    }
}

#[test]
fn a_picture_needs_records_or_documents() {
    let mut task = sample::rich().tasks.remove(0);
    (task.verdict.observed, task.verdict.path) = (None, Vec::new());
    assert!(picture(&task).is_none());
}
