//! Gathers the descriptions of every thing and settles on one description each.
//!
//! Goes in: items of documents, in any order. Comes out: an [`Inventory`] that does not depend on that order,
//! because descriptions are sorted before they are combined. The first one wins field by field, and no field is
//! lost that only another one has. Where documents disagree on a thing that does not change by itself, that is
//! a defect.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;

use crate::inventory::item::Item;
use crate::inventory::kinds::DocumentKind;
use crate::inventory::tasks::TaskDescription;
use crate::inventory::{
    Inventory, flow_logs, network_interfaces, subnets, task_events, tasks, vpc_endpoints, vpcs,
};
use crate::model::defect::{DefectKind, Defects, Place};
use crate::model::endpoint::Endpoint;
use crate::model::interface::NetworkInterface;
use crate::model::network::{FlowLog, Subnet, Vpc};
use crate::model::time::Timestamp;

/// One description of a thing that may be described several times.
pub(super) trait Describe: Clone + PartialEq + fmt::Debug {
    /// What tells two things of a kind apart.
    type Id: Ord + fmt::Display;

    /// The thing this describes.
    fn id(&self) -> Self::Id;

    /// Takes what this description lacks from another one.
    fn fill(&mut self, other: &Self);

    /// The higher, the later: stage of life, count of changes, time.
    fn rank(&self) -> (usize, i64, Option<Timestamp>) {
        (0, 0, None)
    }

    /// Whether descriptions differ in the ordinary course of things.
    fn may_change() -> bool {
        false
    }
}

/// Takes a value where there is none.
pub(super) fn fill_option<T: Clone>(mine: &mut Option<T>, other: Option<&T>) {
    if mine.is_none() {
        *mine = other.cloned();
    }
}

/// Takes a list where there is none.
pub(super) fn fill_list<T: Clone>(mine: &mut Vec<T>, other: &[T]) {
    if mine.is_empty() {
        mine.extend_from_slice(other);
    }
}

/// The descriptions of one thing, each with its file.
type Descriptions<T> = BTreeMap<<T as Describe>::Id, Vec<(T, Rc<str>)>>;

/// Everything read so far.
#[derive(Default)]
pub(super) struct Gathered {
    interfaces: Descriptions<NetworkInterface>,
    endpoints: Descriptions<Endpoint>,
    subnets: Descriptions<Subnet>,
    vpcs: Descriptions<Vpc>,
    flow_logs: Descriptions<FlowLog>,
    tasks: Descriptions<TaskDescription>,
}

impl Gathered {
    /// Reads an item of a kind and keeps what it describes.
    pub(super) fn take(&mut self, kind: DocumentKind, item: Item<'_>, file: &Rc<str>) {
        match kind {
            DocumentKind::NetworkInterfaces => {
                add(&mut self.interfaces, network_interfaces::read(item), file);
            }
            DocumentKind::VpcEndpoints => add(&mut self.endpoints, vpc_endpoints::read(item), file),
            DocumentKind::Subnets => add(&mut self.subnets, subnets::read(item), file),
            DocumentKind::Vpcs => add(&mut self.vpcs, vpcs::read(item), file),
            DocumentKind::FlowLogs => add(&mut self.flow_logs, flow_logs::read(item), file),
            DocumentKind::Tasks => add(&mut self.tasks, tasks::read(item), file),
            DocumentKind::TaskEvents => add(&mut self.tasks, task_events::read(item), file),
            _ => {}
        }
    }

    /// Settles on one description of each thing; disagreements go to `defects`.
    pub(super) fn settle(self, defects: &mut Defects) -> Inventory {
        Inventory {
            interfaces: settle_all(self.interfaces, defects),
            endpoints: settle_all(self.endpoints, defects),
            subnets: settle_all(self.subnets, defects),
            vpcs: settle_all(self.vpcs, defects),
            flow_logs: settle_all(self.flow_logs, defects).into_values().collect(),
            tasks: settle_all(self.tasks, defects)
                .into_iter()
                .map(|(arn, found)| (arn, found.task))
                .collect(),
            ..Inventory::default()
        }
    }
}

/// Keeps a description, once; `None` is an item that describes nothing.
fn add<T: Describe>(all: &mut Descriptions<T>, found: Option<T>, file: &Rc<str>) {
    let Some(found) = found else { return };
    let descriptions = all.entry(found.id()).or_default();
    if !descriptions.iter().any(|(known, _)| *known == found) {
        descriptions.push((found, Rc::clone(file)));
    }
}

fn settle_all<T: Describe>(all: Descriptions<T>, defects: &mut Defects) -> BTreeMap<T::Id, T> {
    let mut settled = BTreeMap::new();
    for (id, descriptions) in all {
        let files: Vec<Rc<str>> = descriptions.iter().map(|(_, file)| Rc::clone(file)).collect();
        let ordered = latest_first(descriptions);
        if !T::may_change() && !agree(&ordered) {
            report_disagreement(&id, &files, defects);
        }
        if let Some(one) = combine(&ordered) {
            settled.insert(id, one);
        }
    }
    settled
}

/// The latest first; where no time tells, in an order of the contents alone.
fn latest_first<T: Describe>(descriptions: Vec<(T, Rc<str>)>) -> Vec<T> {
    let mut ordered: Vec<T> = descriptions.into_iter().map(|(found, _)| found).collect();
    if ordered.len() > 1 {
        ordered.sort_by_cached_key(|found| Reverse((found.rank(), format!("{found:?}"))));
    }
    ordered
}

fn combine<T: Describe>(ordered: &[T]) -> Option<T> {
    let (first, rest) = ordered.split_first()?;
    let mut one = first.clone();
    for other in rest {
        one.fill(other);
    }
    Some(one)
}

/// Whether it makes no difference which description comes first.
fn agree<T: Describe>(ordered: &[T]) -> bool {
    let Some(one) = combine(ordered) else { return true };
    ordered.iter().all(|first| {
        let mut other = first.clone();
        other.fill(&one);
        other == one
    })
}

fn report_disagreement(id: &impl fmt::Display, files: &[Rc<str>], defects: &mut Defects) {
    let file = files.iter().max().map_or_else(String::new, ToString::to_string);
    let text = format!("expected one description of `{id}`, found {} that differ", files.len());
    defects.record(DefectKind::BadItem, || Place { file, line: None, text });
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::inventory::item::Notes;
    use crate::model::ids::InterfaceId;

    fn task(text: &str) -> TaskDescription {
        let value: serde_json::Value = serde_json::from_str(text).unwrap();
        let notes = Notes::default();
        tasks::read(Item::new(value.as_object().unwrap(), &notes)).unwrap()
    }

    fn life() -> Vec<TaskDescription> {
        [
            r#"{"taskArn":"t/1","version":1,"lastStatus":"PROVISIONING","launchType":"FARGATE"}"#,
            r#"{"taskArn":"t/1","version":2,"lastStatus":"PENDING","pullStartedAt":100,"createdAt":90,
                "attachments":[{"type":"eni","details":[{"name":"networkInterfaceId","value":"eni-1"}]}]}"#,
            r#"{"taskArn":"t/1","version":4,"lastStatus":"DEPROVISIONING","stoppingAt":200,"stopCode":"TaskFailedToStart"}"#,
            r#"{"taskArn":"t/1","lastStatus":"STOPPED","stoppedAt":210,"stoppedReason":"late text"}"#,
            r#"{"taskArn":"t/1","version":3,"lastStatus":"PENDING","stoppedReason":"early text"}"#,
        ]
        .into_iter()
        .map(task)
        .collect()
    }

    fn settle(descriptions: impl IntoIterator<Item = TaskDescription>) -> Inventory {
        let mut gathered = Gathered::default();
        descriptions.into_iter().for_each(|found| add(&mut gathered.tasks, Some(found), &Rc::from("f")));
        let mut defects = Defects::default();
        let inventory = gathered.settle(&mut defects);
        assert!(defects.is_empty());
        inventory
    }

    #[test]
    fn the_latest_state_wins_and_no_field_is_lost() {
        let inventory = settle(life());
        let task = &inventory.tasks["t/1"];
        assert_eq!(task.last_status.as_deref(), Some("STOPPED"));
        assert_eq!(task.stopped_reason.as_deref(), Some("late text"));
        assert_eq!(task.stop_code.as_deref(), Some("TaskFailedToStart"));
        assert_eq!(task.launch_type.as_deref(), Some("FARGATE"));
        assert_eq!(task.interface_id, Some(InterfaceId::new("eni-1")));
        assert_eq!((task.created_at, task.stopped_at), (Some(Timestamp(90)), Some(Timestamp(210))));
    }

    proptest! {
        #[test]
        fn the_order_and_repetition_of_descriptions_do_not_matter(
            order in Just((0..life().len()).collect::<Vec<_>>()).prop_shuffle(),
            again in proptest::collection::vec(0usize..5, 0..4),
        ) {
            let life = life();
            let shuffled = order.into_iter().chain(again).map(|place| life[place].clone());
            prop_assert_eq!(settle(shuffled), settle(life.clone()));
        }
    }

    fn endpoint(fields: &str) -> Endpoint {
        let text = format!(r#"{{"VpcEndpointId":"vpce-1","ServiceName":"com.amazonaws.r.logs"{fields}}}"#);
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        let notes = Notes::default();
        vpc_endpoints::read(Item::new(value.as_object().unwrap(), &notes)).unwrap()
    }

    #[test]
    fn disagreement_is_reported_and_completion_is_not() {
        let check = |one: &str, other: &str, count| {
            let settle = |texts: [&str; 2]| {
                let mut gathered = Gathered::default();
                for text in texts {
                    add(&mut gathered.endpoints, Some(endpoint(text)), &Rc::from("f"));
                }
                let mut defects = Defects::default();
                (gathered.settle(&mut defects), defects)
            };
            let (inventory, defects) = settle([one, other]);
            assert_eq!(defects.count(DefectKind::BadItem), count, "{one} {other}");
            assert_eq!(settle([other, one]), (inventory, defects));
        };
        check(r#","State":"available""#, r#","State":"available""#, 0);
        check(r#","State":"available""#, r#","VpcId":"vpc-1""#, 0);
        check(r#","State":"available""#, r#","State":"pending""#, 1);
        check(r#","Groups":[{"GroupId":"sg-1"}]"#, r#","Groups":[{"GroupId":"sg-2"}]"#, 1);
    }
}
