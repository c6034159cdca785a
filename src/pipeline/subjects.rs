//! Who is diagnosed, and with which of the records.
//!
//! Where documents name everyone and their addresses, the records kept are those needed. Else everyone's were kept, more than
//! memory may hold: interfaces that look like failed tasks are sifted out of them first, then what these need is selected.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use super::context::RunContext;
use super::filter::{all_records_of, records_of_subjects};
use super::select::select_suspects;
use crate::converse::{SuspectPrefilter, pair, suspects};
use crate::diagnose::case::{Facts, Selection, Subject};
use crate::error::Error;
use crate::model::field::Field;
use crate::model::ids::{InterfaceId, TaskId};
use crate::reduce::{Aggregate, RecordCounts, RecordFilter, RecordSet, Reduced};

/// Everyone who is diagnosed, and the records that takes.
pub(super) struct ResolvedSubjects {
    pub(super) reduced: Reduced,
    pub(super) selection: Selection,
}

/// Completes the selection by what only the records tell, and selects the records.
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
    let candidates =
        candidates(context, aggregate, &selection, may_suspect.then_some((&prefilter, &clients)))?;
    let first = aggregate.select(context.pool, &candidates)?;
    complete(context, &first, &mut selection, may_suspect.then_some(&clients))?;
    let subjects = selection.subjects.iter().chain(&selection.neighbours);
    let cases = records_of_subjects(context.inventory, subjects);
    let mut reduced = aggregate.select_contacts(context.pool, &cases, &context.options.ports)?;
    reduced.totals.retained = counts.retained;
    reduced.totals.duplicates = counts.duplicates;
    Ok(ResolvedSubjects { reduced, selection })
}

/// A few words on every interface, from all records, a piece at a time.
fn prefilter_interfaces(
    context: &RunContext<'_>,
    aggregate: &Aggregate,
) -> Result<(SuspectPrefilter, RecordCounts), Error> {
    // Joined at once: an interface is in most of the pieces.
    let all = Mutex::new(SuspectPrefilter::default());
    let (outcomes, counts) = aggregate.for_each_batch(context.pool, |flows| {
        let shown = SuspectPrefilter::of(&Reduced::of_batch(flows), &context.options.ports)?;
        all.lock().unwrap_or_else(PoisonError::into_inner).merge(shown);
        Ok::<(), Error>(())
    })?;
    outcomes.into_iter().collect::<Result<(), Error>>()?;
    Ok((all.into_inner().unwrap_or_else(PoisonError::into_inner), counts))
}

/// The interfaces that may be subjects: whose records show what is not yet known of them.
fn candidates(
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

/// What only the records can tell: tasks that no document names, interfaces' own addresses, and suspects.
///
/// `clients` are the addresses of interfaces that contact services; where they are given, suspects are looked for.
fn complete(
    context: &RunContext<'_>,
    reduced: &Reduced,
    selection: &mut Selection,
    clients: Option<&BTreeSet<IpAddr>>,
) -> Result<(), Error> {
    let conversations = context.pool.install(|| pair(reduced, &context.options.ports))?;
    let facts = context.facts(reduced, &conversations, &[]);
    for wanted in std::mem::take(&mut selection.unmatched) {
        let found = find_task(&wanted, facts);
        selection.subjects.push(found.ok_or(Error::UnknownTask { id: wanted })?);
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

/// The id at the end of a task's ARN, or the id itself.
fn task_id_of(wanted: &str) -> &str {
    wanted.rsplit('/').next().unwrap_or(wanted)
}

/// A task that only the records' `ecs-task-id` names.
fn find_task(wanted: &str, facts: Facts<'_>) -> Option<Subject> {
    let id = task_id_of(wanted);
    let own = facts.conversations.iter().find(|c| facts.described(c, Field::EcsTaskId) == Some(id))?;
    let mut subject = Subject::of_interface(&facts.interface_id(own.interface), facts.inventory);
    subject.task_id = Some(TaskId::new(id));
    Some(subject)
}
