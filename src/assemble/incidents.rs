//! Tasks of one cause, one service and the same culprits are one incident.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::Diagnosed;
use crate::report::{Culprit, Fix, Incident, NETWORK_HEALTHY, Standing, TaskReport};

/// The key under which tasks are one incident.
type Key = (&'static str, Option<crate::model::service::Service>, Vec<Culprit>);

/// Groups the tasks; what is wrong before what is not, the surest first, of these the largest, of these the earliest.
pub(super) fn group(diagnosed: &[Diagnosed], tasks: &[TaskReport]) -> Vec<Incident> {
    let mut groups: BTreeMap<Key, Vec<usize>> = BTreeMap::new();
    for (place, task) in tasks.iter().enumerate() {
        let verdict = &task.verdict;
        let key = (verdict.cause, verdict.service.clone(), verdict.culprits.clone());
        groups.entry(key).or_default().push(place);
    }
    let mut incidents: Vec<Incident> = groups
        .into_iter()
        .map(|((_, _, culprits), places)| incident(diagnosed, tasks, culprits, &places))
        .collect();
    let is_answer = |incident: &Incident| incident.standing != Standing::Undetermined;
    incidents.sort_by_key(|incident| {
        let is_fine = incident.cause == NETWORK_HEALTHY;
        let size = Reverse(incident.tasks.len());
        (!is_answer(incident), is_fine, incident.standing, size, incident.first)
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
        standing: members().map(|task| task.verdict.standing).max().unwrap_or(Standing::Undetermined),
        culprits,
        services: members().next().and_then(|task| task.verdict.service.clone()).into_iter().collect(),
        tasks: members().map(name).collect(),
        first: members().filter_map(|task| task.created_at).chain(steps().map(|step| step.first)).min(),
        last: members().filter_map(|task| task.stopped_at).chain(steps().map(|step| step.last)).max(),
        title: finding.cause.title,
        summary: finding.summary.clone(),
        fix: fix(places.iter().map(|&place| &diagnosed[place].finding.fix)),
    }
}

/// The fix of all its tasks: the first one's, and the commands that others need besides.
fn fix<'a>(fixes: impl Iterator<Item = &'a Fix> + Clone) -> Fix {
    let first = fixes.clone().next().expect("an incident has a task");
    let is_alike = |fix: &Fix| changes(fix).eq(changes(first)) && (!fix.verified || fix.text == first.text);
    let is_verified = fixes.clone().all(|fix| fix.verified);
    if fixes.clone().all(is_alike) {
        return Fix { verified: is_verified, ..first.clone() };
    }
    let mut commands = first.commands.clone();
    for command in fixes.flat_map(changes).filter(|command| !first.commands.contains(command)) {
        // Each task's entry was given a number that was free: two of them may have the same.
        if command.starts_with("aws ec2 create-network-acl-entry ") {
            let text = format!("{} Other tasks of this incident need entries of their own.", first.text);
            return Fix { text, verified: false, ..first.clone() };
        }
        if !commands.contains(command) {
            commands.push(command.clone());
        }
    }
    let text =
        format!("{} Other tasks of this incident need the like: the commands are those of all.", first.text);
    Fix { text, commands, verified: is_verified }
}

/// The commands that change something.
fn changes(fix: &Fix) -> impl Iterator<Item = &String> {
    let looks = |command: &&String| {
        let verb = command.split(' ').nth(2).unwrap_or_default();
        verb.starts_with("describe-") || verb.starts_with("get-")
    };
    fix.commands.iter().filter(move |command| !looks(command))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fix_of(text: &str, commands: &[&str], verified: bool) -> Fix {
        Fix {
            text: text.to_owned(),
            commands: commands.iter().map(|command| (*command).to_owned()).collect(),
            verified,
        }
    }

    #[test]
    fn a_fix_is_of_all_tasks_of_an_incident() {
        let check = |fixes: &[Fix], want: Fix| assert_eq!(fix(fixes.iter()), want, "{fixes:?}");
        let look = "aws ec2 describe-network-interfaces --network-interface-ids eni-1";
        let other_look = "aws ec2 describe-network-interfaces --network-interface-ids eni-2";
        let allow = "aws ec2 authorize-security-group-ingress --group-id sg-e --source-group sg-1";
        let other = "aws ec2 authorize-security-group-ingress --group-id sg-e --source-group sg-2";
        let entry = "aws ec2 create-network-acl-entry --rule-number 110 --cidr-block 10.0.1.0/24";
        let other_entry = "aws ec2 create-network-acl-entry --rule-number 110 --cidr-block 10.0.2.0/24";
        let one = fix_of("Allow.", &[look, allow], true);
        check(&[one.clone(), fix_of("Allow.", &[other_look, allow], true)], one.clone());
        check(&[one.clone(), fix_of("Allow.", &[allow], false)], fix_of("Allow.", &[look, allow], false));
        check(
            &[one.clone(), fix_of("Allow too.", &[other], true), one.clone()],
            fix_of(
                "Allow. Other tasks of this incident need the like: the commands are those of all.",
                &[look, allow, other],
                true,
            ),
        );
        check(
            &[fix_of("Allow.", &[entry], true), fix_of("Allow.", &[other_entry], true)],
            fix_of("Allow. Other tasks of this incident need entries of their own.", &[entry], false),
        );
        check(
            &[fix_of("Look.", &[look], false), fix_of("Look.", &[other_look], false)],
            fix_of("Look.", &[look], false),
        );
    }
}

/// The task's id, or its interface where no id is known.
fn name(task: &TaskReport) -> String {
    let id = task.task_id.as_ref().map(ToString::to_string);
    id.or_else(|| task.interface_id.as_ref().map(ToString::to_string)).unwrap_or_else(|| "unknown".to_owned())
}
