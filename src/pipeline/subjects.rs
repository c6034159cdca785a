//! Determines the tasks to diagnose, and the records that the diagnosis needs.
//!
//! If the documents name all tasks and their addresses, only the needed records were retained. Otherwise all records
//! were retained, possibly more than fit in memory. Then a prefilter finds interfaces that look like failed tasks,
//! and the records that these need are selected.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use super::context::RunContext;
use super::filter::{all_records_of, records_of_subjects};
use super::named;
use super::select::select_suspects;
use crate::converse::{SuspectPrefilter, pair, suspects};
use crate::diagnose::case::{Facts, Selection, Subject};
use crate::error::Error;
use crate::model::field::Field;
use crate::model::ids::{InterfaceId, TaskId};
use crate::reduce::{Aggregate, RecordCounts, RecordFilter, RecordSet, Reduced};

/// All subjects to diagnose, and the records that they need.
pub(super) struct ResolvedSubjects {
    pub(super) reduced: Reduced,
    pub(super) selection: Selection,
}

/// Completes the selection with facts from the records, and selects the records.
pub(super) fn resolve_subjects(
    context: &RunContext<'_>,
    aggregate: &Aggregate,
    filter: &RecordFilter,
    mut selection: Selection,
    may_suspect: bool,
) -> Result<ResolvedSubjects, Error> {
    if matches!(filter.of, RecordSet::Cases { .. }) {
        let reduced = aggregate.select(context.pool, &RecordSet::All)?;
        complete(context, &reduced, &mut selection, None)?;
        return Ok(ResolvedSubjects { reduced, selection });
    }
    let (prefilter, counts) = prefilter_interfaces(context, aggregate)?;
    let clients = prefilter.clients();
    let needed =
        candidate_records(context, aggregate, &selection, may_suspect.then_some((&prefilter, &clients)))?;
    let first = aggregate.select(context.pool, &needed)?;
    complete(context, &first, &mut selection, may_suspect.then_some(&clients))?;
    let subjects = selection.subjects.iter().chain(&selection.neighbours);
    let cases = records_of_subjects(context.inventory, subjects);
    let mut reduced = aggregate.select_contacts(context.pool, &cases, context.ports)?;
    reduced.totals.retained = counts.retained;
    reduced.totals.duplicates = counts.duplicates;
    Ok(ResolvedSubjects { reduced, selection })
}

/// Summarizes every interface from all records, batch by batch.
fn prefilter_interfaces(
    context: &RunContext<'_>,
    aggregate: &Aggregate,
) -> Result<(SuspectPrefilter, RecordCounts), Error> {
    // Merged immediately, because most batches contain the same interfaces.
    let all = Mutex::new(SuspectPrefilter::default());
    let (outcomes, counts) = aggregate.for_each_batch(context.pool, |flows| {
        let shown = SuspectPrefilter::of(&Reduced::of_batch(flows), context.ports)?;
        all.lock().unwrap_or_else(PoisonError::into_inner).merge(shown);
        Ok::<(), Error>(())
    })?;
    outcomes.into_iter().collect::<Result<(), Error>>()?;
    Ok((all.into_inner().unwrap_or_else(PoisonError::into_inner), counts))
}

/// Returns the records of the interfaces that may be subjects, because only these records show the facts that are
/// still unknown.
fn candidate_records(
    context: &RunContext<'_>,
    aggregate: &Aggregate,
    selection: &Selection,
    suspicion: Option<(&SuspectPrefilter, &BTreeSet<IpAddr>)>,
) -> Result<RecordSet, Error> {
    let mut ids: BTreeSet<InterfaceId> =
        selection.subjects.iter().filter_map(|subject| subject.interface_id.clone()).collect();
    if let Some((prefilter, clients)) = suspicion {
        ids.extend(select_suspects(context, aggregate, prefilter.candidates(clients), clients)?);
    }
    if !selection.unmatched.is_empty() {
        let wanted: BTreeSet<&str> = selection.unmatched.iter().map(|task| task_id_of(task)).collect();
        ids.extend(aggregate.interfaces_described(context.pool, Field::EcsTaskId, |id| wanted.contains(id))?);
    }
    Ok(all_records_of(ids))
}

/// Adds the facts that only records show: tasks that no document names, the interfaces' own addresses, and suspects.
///
/// `clients` are the addresses of interfaces that contact services. Suspects are searched for only if it is given.
fn complete(
    context: &RunContext<'_>,
    reduced: &Reduced,
    selection: &mut Selection,
    clients: Option<&BTreeSet<IpAddr>>,
) -> Result<(), Error> {
    let conversations = context.pool.install(|| pair(reduced, context.ports))?;
    let facts = context.facts(reduced, &conversations, &[]);
    for wanted in std::mem::take(&mut selection.unmatched) {
        let found = find_task(&wanted, facts);
        let unknown = |id: String| Error::UnknownTask { known: named::tasks(context.inventory, &id), id };
        selection.subjects.push(found.ok_or_else(|| unknown(wanted))?);
    }
    if let Some(clients) = clients {
        for interface in suspects(facts.conversations, |id| clients.contains(&reduced.address(id)))? {
            let id = facts.interface_id(interface);
            let kind = facts.inventory.interface(&id).map(|interface| interface.kind.clone());
            let may_be_task = kind.is_none_or(|kind| kind.is_task());
            if may_be_task && !selection.healthy_interfaces.contains(&id) {
                selection.subjects.push(Subject::of_interface(&id, facts.inventory));
            }
        }
    }
    for subject in &mut selection.subjects {
        subject.complete(facts);
    }
    Ok(())
}

/// Returns the id at the end of a task's ARN, or the text itself if it is an id.
fn task_id_of(wanted: &str) -> &str {
    wanted.rsplit('/').next().unwrap_or(wanted)
}

/// Finds a task that is named only in the field `ecs-task-id` of records.
fn find_task(wanted: &str, facts: Facts<'_>) -> Option<Subject> {
    let id = task_id_of(wanted);
    let own = facts.conversations.iter().find(|c| facts.described(c, Field::EcsTaskId) == Some(id))?;
    let mut subject = Subject::of_interface(&facts.interface_id(own.interface), facts.inventory);
    subject.task_id = Some(TaskId::new(id));
    Some(subject)
}
