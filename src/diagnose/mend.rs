//! A fix in words, and where the configuration is known the commands that mend it, tried on a copy of it.

use crate::diagnose::case::{Attempt, Case};
use crate::model::security_group::RulePeer;
use crate::path::{Change, Remedy, Request, remedy};
use crate::report::Fix;

/// Attempts whose packets a remedy is tried on; more of them differ in the source port only.
const MOST_TRIED: usize = 64;

/// The remedy of these attempts; `words` and `looks` are what remains to say where the configuration gives none.
pub(super) fn mend(
    case: &Case<'_>,
    attempts: &[&Attempt],
    words: impl Into<String>,
    looks: impl IntoIterator<Item = String>,
) -> Fix {
    let requests: Vec<Request> = attempts.iter().take(MOST_TRIED).map(|attempt| attempt.request()).collect();
    let remedy = remedy(case.facts.inventory, &case.sender, &requests);
    let glossary = remedy.changes.iter().filter_map(|change| peer_explained(case, change));
    let words: Vec<String> = glossary.chain([words.into()]).filter(|text| !text.is_empty()).collect();
    as_fix(&remedy, words.join(" "), looks)
}

/// Who the peer of a new rule is, where its id alone does not tell: the task itself, or a prefix list by its name.
fn peer_explained(case: &Case<'_>, change: &Change) -> Option<String> {
    let Change::AllowInGroup { rule, .. } = change else { return None };
    match &rule.peer {
        RulePeer::Group(id) => {
            let own = case.sender.group_ids.as_ref().filter(|own| own.contains(id))?;
            let which = if own.len() == 1 {
                "the task's security group"
            } else {
                "one of the task's security groups"
            };
            Some(format!("{id} is {which}."))
        }
        RulePeer::PrefixList(id) => {
            let name = case.facts.inventory.prefix_lists.get(id)?.name.as_ref()?;
            Some(format!("{id} is {name}."))
        }
        RulePeer::Block(_) => None,
    }
}

/// A remedy as a fix: in words the changes first; as commands those that look, then those that change.
pub(super) fn as_fix(
    remedy: &Remedy,
    words: impl Into<String>,
    looks: impl IntoIterator<Item = String>,
) -> Fix {
    let changes = remedy.changes.iter().map(|change| format!("{}.", change.text()));
    let text: Vec<String> = changes.chain([words.into()]).filter(|text| !text.is_empty()).collect();
    // What is never changed need not be looked at, and what changes twice is looked at once.
    let able = remedy.changes.iter().filter(|change| change.command().is_some());
    let mut commands: Vec<String> = looks.into_iter().collect();
    for look in able.clone().filter_map(Change::look) {
        if !commands.contains(&look) {
            commands.push(look);
        }
    }
    commands.extend(able.filter_map(Change::command));
    Fix { text: text.join(" "), commands, verified: remedy.is_verified }
}
