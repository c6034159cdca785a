//! The permissions of a start, in the report of `flowcause check` for a terminal: denials first, what is allowed in one line.

use std::io::{self, Write};

use crate::finding::{Fix, policy_words};
use crate::render::terminal::layout::{Page, style};
use crate::render::terminal::words;
use crate::report::check::{
    CheckReport, CheckedDenial, CheckedLaunchTarget, CheckedRequest, CheckedResource, PermissionAnswer,
    StartPermissions,
};

/// A sentence about the permissions of all launch targets for the first line; none if none was checked.
pub(super) fn answer(report: &CheckReport) -> Option<String> {
    let with = |answer| {
        let all = report.launch_targets.iter();
        all.filter(move |target| target.permissions.answer() == answer).collect::<Vec<_>>()
    };
    let denied = with(PermissionAnswer::Denied);
    let n_all = report.launch_targets.len();
    if !denied.is_empty() {
        if let [one] = report.launch_targets.as_slice() {
            return Some(format!("{} {}.", words::task_of(one), denials(&denied)));
        }
        let all = words::count(n_all as u64, "launch target");
        return Some(format!("Tasks {} in {} of {all}.", denials(&denied), denied.len()));
    }
    let open = with(PermissionAnswer::Unknown).len() + with(PermissionAnswer::DeniedIfAssumed).len();
    let n_checked = n_all - with(PermissionAnswer::NotChecked).len();
    match (open, n_checked) {
        (_, 0) => None,
        (0, n) if n == n_all => Some("The saved policies allow every request of a start.".to_owned()),
        (0, n) => Some(format!("The saved policies allow every request of a start in {n} of {n_all}.")),
        _ => Some("The saved policies do not decide every request of a start.".to_owned()),
    }
}

/// `may not make secretsmanager:GetSecretValue, cannot use the secret …`: each action and resource once.
fn denials(denied: &[&CheckedLaunchTarget]) -> String {
    let mut actions: Vec<&str> = Vec::new();
    let mut resources: Vec<String> = Vec::new();
    for start in denied.iter().map(|target| &target.permissions) {
        for request in start.answered(PermissionAnswer::Denied) {
            if !actions.contains(&request.action) {
                actions.push(request.action);
            }
        }
        for name in start.faults().map(name) {
            if !resources.contains(&name) {
                resources.push(name);
            }
        }
    }
    let may_not = (!actions.is_empty()).then(|| format!("may not make {}", actions.join(", ")));
    let cannot = (!resources.is_empty()).then(|| format!("cannot use {}", resources.join(", ")));
    may_not.into_iter().chain(cannot).collect::<Vec<_>>().join(" and ")
}

/// `secret arn:…`.
fn name(resource: &CheckedResource) -> String {
    format!("{} {}", resource.kind.replace('-', " "), resource.id)
}

/// Writes that nothing about permissions was saved, and what saves it.
pub(super) fn not_saved<W: Write>(page: &mut Page<'_, W>, report: &CheckReport) -> io::Result<()> {
    if !report.launch_targets.iter().any(|target| target.permissions.is_nothing_saved) {
        return Ok(());
    }
    page.blank()?;
    let text = "Permissions were not checked: nothing about them is saved. `flowcause collect` prints the script that saves \
        it.";
    page.prose(0, style::PLAIN, text)
}

/// Writes what the start of a launch target may do.
pub(super) fn of_start<W: Write>(page: &mut Page<'_, W>, start: &StartPermissions) -> io::Result<()> {
    if start.is_nothing_saved {
        return Ok(());
    }
    page.blank()?;
    if let Some(reason) = &start.not_checked {
        return page.labelled(
            2,
            ("?   ", style::DOUBT),
            &format!("permissions: not checked, because {reason}"),
        );
    }
    page.prose(2, style::STRONG, "Permissions")?;
    start.answered(PermissionAnswer::Denied).try_for_each(|request| denied(page, request))?;
    start.faults().try_for_each(|resource| fault(page, resource))?;
    start.answered(PermissionAnswer::DeniedIfAssumed).try_for_each(|request| assumed(page, request))?;
    unknown(page, start)?;
    allowed(page, start)?;
    start.notes.iter().try_for_each(|note| page.prose(4, style::DIM, &format!("{note}.")))?;
    what_to_do(page, start)?;
    missing(page, start)
}

/// Writes the certain denials of a request, with the mistakes behind them.
fn denied<W: Write>(page: &mut Page<'_, W>, request: &CheckedRequest) -> io::Result<()> {
    let is_certain = |denial: &&CheckedDenial| denial.assumptions.is_empty();
    let certain: Vec<&CheckedDenial> = request.denials.iter().filter(is_certain).collect();
    let Some((first, others)) = certain.split_first() else { return Ok(()) };
    page.labelled(2, ("DENY", style::BAD), &first.denied.sentence())?;
    others.iter().try_for_each(|other| {
        let (_, reason) = split_reason(&other.denied.sentence());
        page.hanging(7, 7, style::PLAIN, &format!("also {reason}"))
    })?;
    details(page, request, &certain)
}

/// The request and the reason of `REQUEST: REASON`.
fn split_reason(sentence: &str) -> (String, String) {
    let (request, reason) = sentence.rsplit_once(": ").unwrap_or((sentence, ""));
    (request.to_owned(), reason.to_owned())
}

/// Writes the mistakes behind denials of one request, and its caller.
fn details<W: Write>(
    page: &mut Page<'_, W>,
    request: &CheckedRequest,
    denials: &[&CheckedDenial],
) -> io::Result<()> {
    let Some(first) = denials.first() else { return Ok(()) };
    let hints = denials.iter().flat_map(|denial| &denial.hints);
    hints.into_iter().try_for_each(|hint| page.prose(7, style::PLAIN, hint))?;
    let container = request.container.as_ref().map(|name| format!("; for the container {name}"));
    let caller = match request.principal.split_once(":role/") {
        Some((_, path)) => format!("the role {}", path.rsplit('/').next().unwrap_or(path)),
        None => request.principal.clone(),
    };
    let text = format!("cause {}; by {caller}{}", first.cause, container.unwrap_or_default());
    page.prose(7, style::DIM, &text)
}

fn fault<W: Write>(page: &mut Page<'_, W>, resource: &CheckedResource) -> io::Result<()> {
    page.labelled(2, ("STOP", style::BAD), &format!("{}: {}", name(resource), resource.summary))?;
    let cause = resource.cause.map(|cause| format!("cause {cause}")).unwrap_or_default();
    page.prose(7, style::DIM, &cause)
}

/// Writes a request that is denied if something holds which no document shows.
fn assumed<W: Write>(page: &mut Page<'_, W>, request: &CheckedRequest) -> io::Result<()> {
    request.denials.iter().try_for_each(|denial| {
        let (asked, reason) = split_reason(&denial.denied.sentence());
        let assumptions = denial.assumptions.join(", and ");
        let text = format!("{asked}: denied if {assumptions}, because {reason}");
        page.labelled(2, ("?   ", style::DOUBT), &text)?;
        details(page, request, &[denial])
    })
}

/// Writes the requests that are not decided: those that the same data would decide on one line.
fn unknown<W: Write>(page: &mut Page<'_, W>, start: &StartPermissions) -> io::Result<()> {
    let mut groups: Vec<Vec<&CheckedRequest>> = Vec::new();
    let whats = |request: &CheckedRequest| {
        request.missing.iter().map(|missing| missing.what.clone()).collect::<Vec<_>>()
    };
    for request in start.answered(PermissionAnswer::Unknown) {
        match groups.iter_mut().find(|group| whats(group[0]) == whats(request)) {
            Some(group) => group.push(request),
            None => groups.push(vec![request]),
        }
    }
    groups.iter().try_for_each(|group| {
        let text = match group.as_slice() {
            [one] => format!("{} on {}: unknown", one.action, one.resource),
            all => format!("{}: unknown", actions(all)),
        };
        page.labelled(2, ("?   ", style::DOUBT), &text)
    })
}

/// The actions of requests, each once.
fn actions(requests: &[&CheckedRequest]) -> String {
    let mut actions: Vec<&str> = requests.iter().map(|request| request.action).collect();
    actions.dedup();
    actions.join(", ")
}

/// Writes the number of allowed requests, with the types of policies that were not seen.
fn allowed<W: Write>(page: &mut Page<'_, W>, start: &StartPermissions) -> io::Result<()> {
    let n_allowed = start.answered(PermissionAnswer::Allowed).count();
    if n_allowed == 0 {
        return Ok(());
    }
    let mut not_seen: Vec<&str> = Vec::new();
    for policy_type in start.answered(PermissionAnswer::Allowed).flat_map(|request| &request.not_seen) {
        if !not_seen.contains(policy_type) {
            not_seen.push(policy_type);
        }
    }
    not_seen.sort_unstable();
    let words: Vec<&str> = not_seen.into_iter().map(policy_words).collect();
    let not_seen = if words.is_empty() { String::new() } else { format!("; not seen: {}", words.join(", ")) };
    let text = format!(
        "{n_allowed} of {} allowed by what is saved{not_seen}",
        words::count(start.requests.len() as u64, "request")
    );
    page.labelled(2, ("ok  ", style::GOOD), &text)
}

fn what_to_do<W: Write>(page: &mut Page<'_, W>, start: &StartPermissions) -> io::Result<()> {
    let resources: Vec<&Fix> =
        start.faults().map(|resource| &resource.fix).filter(|fix| is_given(fix)).collect();
    if resources.is_empty() && !is_given(&start.fix) {
        return Ok(());
    }
    page.blank()?;
    page.prose(2, style::STRONG, "What to do")?;
    if is_given(&start.fix) {
        steps(page, &start.fix)?;
        let checked = if start.fix.verified {
            "Checked: with this change the saved policies allow every request that is denied now."
        } else {
            "Not fully checked: a request stays denied, or a document is missing."
        };
        page.prose(4, style::DIM, checked)?;
    }
    resources.into_iter().try_for_each(|fix| steps(page, fix))
}

fn is_given(fix: &Fix) -> bool {
    !fix.text.is_empty()
}

fn steps<W: Write>(page: &mut Page<'_, W>, fix: &Fix) -> io::Result<()> {
    page.prose(4, style::PLAIN, &fix.text)?;
    fix.commands.iter().try_for_each(|command| page.verbatim(4, command))
}

/// Writes the data that would decide what is open, each once.
fn missing<W: Write>(page: &mut Page<'_, W>, start: &StartPermissions) -> io::Result<()> {
    let mut whats: Vec<&str> = start.all_missing().into_iter().map(|missing| missing.what.as_str()).collect();
    whats.sort_unstable();
    whats.dedup();
    if whats.is_empty() {
        return Ok(());
    }
    page.blank()?;
    page.prose(2, style::STRONG, "Missing for the permissions")?;
    whats.iter().try_for_each(|what| {
        // A command stays on one line, so that it can be copied.
        if what.starts_with("aws ") { page.verbatim(4, what) } else { page.hanging(4, 6, style::PLAIN, what) }
    })
}
