//! Groups tasks to incidents: tasks with the same cause, service and culprits are one incident.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::Diagnosed;
use crate::finding::{CauseId, Confidence, Culprit, Fix};
use crate::report::{Incident, TaskReport};

/// The values in which the tasks of one incident agree.
type IncidentKey = (&'static str, Option<crate::model::service::Service>, Vec<Culprit>);

/// Groups the tasks. The order of the incidents is: faults before healthy networks, then by confidence, then the
/// largest, then the earliest.
pub(super) fn group(diagnosed: &[Diagnosed], tasks: &[TaskReport]) -> Vec<Incident> {
    let mut groups: BTreeMap<IncidentKey, Vec<usize>> = BTreeMap::new();
    for (place, task) in tasks.iter().enumerate() {
        let verdict = &task.verdict;
        let key = (verdict.cause.name(), verdict.service.clone(), verdict.culprits.clone());
        groups.entry(key).or_default().push(place);
    }
    let mut incidents: Vec<Incident> = groups
        .into_iter()
        .map(|((_, _, culprits), places)| incident(diagnosed, tasks, culprits, &places))
        .collect();
    let is_answer = |incident: &Incident| incident.confidence != Confidence::Undetermined;
    incidents.sort_by_key(|incident| {
        let is_fine = incident.cause == CauseId::NetworkHealthy;
        let size = Reverse(incident.tasks.len());
        (!is_answer(incident), is_fine, incident.confidence, size, incident.first)
    });
    incidents
}

/// `places` is not empty.
fn incident(
    diagnosed: &[Diagnosed],
    tasks: &[TaskReport],
    culprits: Vec<Culprit>,
    places: &[usize],
) -> Incident {
    let members = || places.iter().map(|&place| &tasks[place]);
    let finding = &diagnosed[places[0]].finding;
    let steps = || members().flat_map(|task| &task.steps);
    Incident {
        cause: finding.cause.id,
        confidence: members().map(|task| task.verdict.confidence).max().unwrap_or(Confidence::Undetermined),
        culprits,
        services: members().next().and_then(|task| task.verdict.service.clone()).into_iter().collect(),
        tasks: members().map(name).collect(),
        first: members().filter_map(|task| task.created_at).chain(steps().map(|step| step.first)).min(),
        last: members().filter_map(|task| task.stopped_at).chain(steps().map(|step| step.last)).max(),
        title: finding.cause.title,
        summary: finding.summary.clone(),
        fix: match finding.cause.id {
            CauseId::NetworkHealthy => {
                advice_of_all(places.iter().map(|&place| &diagnosed[place].finding.fix))
            }
            _ => combined(&finding.fix, places[1..].iter().map(|&place| &diagnosed[place].finding.fix)),
        },
        history: None,
    }
}

/// Returns the task's id, or its interface if no id is known.
fn name(task: &TaskReport) -> String {
    let id = task.task_id.as_ref().map(ToString::to_string);
    id.or_else(|| task.interface_id.as_ref().map(ToString::to_string)).unwrap_or_else(|| "unknown".to_owned())
}

/// The most kinds of advice that one incident lists.
const MOST_ADVICE: usize = 4;

/// The advice for every task, each once: without a network fault, the tasks of an incident may have failed for different
/// reasons.
fn advice_of_all<'a>(fixes: impl Iterator<Item = &'a Fix>) -> Fix {
    let mut texts: Vec<&str> = Vec::new();
    for fix in fixes {
        if texts.len() < MOST_ADVICE && !texts.contains(&fix.text.as_str()) {
            texts.push(&fix.text);
        }
    }
    let differ = if texts.len() > 1 { "The tasks differ. " } else { "" };
    Fix { text: format!("{differ}{}", texts.join(" ")), commands: Vec::new(), verified: false }
}

/// Combines the fixes of all tasks: the text of the first one, and every command that any of them needs.
///
/// Commands only allow more, so a command for one task takes nothing from another. The only exception are two network
/// ACL entries with one number, which cannot both be created.
fn combined<'a>(first: &Fix, others: impl Iterator<Item = &'a Fix>) -> Fix {
    let mut fix = first.clone();
    for other in others {
        fix.verified &= other.verified;
        // Commands that only read are alike for every task.
        let changes = other.commands.iter().filter(|command| !command.contains(" describe-"));
        let new: Vec<String> = changes.filter(|command| !fix.commands.contains(command)).cloned().collect();
        fix.commands.extend(new);
    }
    if fix.commands.len() > first.commands.len() {
        fix.text.push_str(" The tasks differ: the commands for all of them are listed.");
    }
    if have_one_number(&fix.commands) {
        fix.verified = false;
        fix.text.push_str(" Give the network ACL entries different numbers, below the one that denies.");
    }
    fix
}

/// Returns whether two commands create network ACL entries of one direction with one number.
fn have_one_number(commands: &[String]) -> bool {
    let entries = commands.iter().filter(|command| command.contains(" create-network-acl-entry "));
    let places: Vec<Option<&str>> = entries.map(|command| command.split(" --protocol ").next()).collect();
    let distinct: BTreeSet<_> = places.iter().collect();
    distinct.len() < places.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fix_holds_for_every_task() {
        let fix = |commands: &[&str], verified| Fix {
            text: "Open it.".to_owned(),
            commands: commands.iter().map(|&command| command.to_owned()).collect(),
            verified,
        };
        let check = |fixes: &[Fix], commands: &[&str], verified, text: &str| {
            assert_eq!(
                combined(&fixes[0], fixes[1..].iter()),
                Fix { text: text.to_owned(), ..fix(commands, verified) }
            );
        };
        let differ = "Open it. The tasks differ: the commands for all of them are listed.";
        check(&[fix(&["a"], true), fix(&["a"], true)], &["a"], true, "Open it.");
        check(&[fix(&["a"], true), fix(&["a"], false)], &["a"], false, "Open it.");
        check(&[fix(&["a"], true), fix(&["b"], true)], &["a", "b"], true, differ);
        check(&[fix(&["a"], true), fix(&["aws ec2 describe-x", "a"], true)], &["a"], true, "Open it.");
        let entry = |cidr| {
            format!(
                "aws ec2 create-network-acl-entry --network-acl-id acl-1 --ingress --rule-number 110 --protocol tcp {cidr}"
            )
        };
        let (one, other) = (entry("10.40.1.0/24"), entry("10.40.2.0/24"));
        let numbers =
            format!("{differ} Give the network ACL entries different numbers, below the one that denies.");
        check(&[fix(&[&one], true), fix(&[&other], true)], &[&one, &other], false, &numbers);
    }
}
