//! The report of `flowcause check` for a terminal: blocked services first, with the path of their packets and the fix;
//! then one line for each other service, and then what a start may do.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use crate::finding::{Culprit, Fix};
use crate::model::ids::SecurityGroupId;
use crate::render::terminal::layout::{Page, style};
use crate::render::terminal::{TerminalOptions, WIDTHS, hops, incident, inputs, permissions, words};
use crate::report::check::{
    CheckReport, CheckedLaunchTarget, CheckedPath, CheckedService, Reachability, UnplacedService,
};

/// Writes the report.
pub(in super::super) fn render(
    report: &CheckReport,
    options: TerminalOptions,
    out: &mut impl Write,
) -> io::Result<()> {
    let width = options.width.clamp(WIDTHS.0, WIDTHS.1);
    let page = &mut Page::new(out, width, options.color);
    answer(page, report)?;
    for similar in report.launch_targets.chunk_by(is_similar) {
        place(page, similar)?;
    }
    report.unplaced.iter().try_for_each(|service| unplaced(page, service))?;
    permissions::not_saved(page, report)?;
    page.blank()?;
    page.rule()?;
    let read = format!("{} ({})", words::count(report.files, "file"), words::bytes(report.bytes_read));
    page.labelled(0, ("Read:", style::STRONG), &read)?;
    inputs::defects(page, &report.defects)
}

/// Writes the first line.
fn answer<W: Write>(page: &mut Page<'_, W>, report: &CheckReport) -> io::Result<()> {
    let worst = report
        .launch_targets
        .iter()
        .map(CheckedLaunchTarget::reachability)
        .chain((!report.unplaced.is_empty()).then_some(Reachability::Undetermined))
        .max()
        .unwrap_or(Reachability::Undetermined);
    let has_denied = report.has_denied() && !worst.is_blocked();
    let (label, style) = match worst {
        _ if has_denied => ("DENIED", style::BAD),
        Reachability::Reachable => ("REACHABLE", style::GOOD),
        Reachability::External | Reachability::Undetermined => ("UNDETERMINED", style::DOUBT),
        Reachability::PartlyBlocked => ("PARTLY BLOCKED", style::BAD),
        Reachability::Blocked => ("BLOCKED", style::BAD),
    };
    let text = match report.launch_targets.as_slice() {
        [one] => of_one(one),
        all => of_many(all),
    };
    let unplaced: Vec<&str> = report.unplaced.iter().map(|one| one.service_name.as_str()).collect();
    let more = match unplaced.as_slice() {
        [] => String::new(),
        names => format!(" No document shows where tasks of {} start.", names.join(", ")),
    };
    let permissions = permissions::answer(report);
    let text = match permissions {
        Some(permissions) if has_denied => format!("{permissions} {text}"),
        Some(permissions) => format!("{text} {permissions}"),
        None => text,
    };
    page.labelled(0, (label, style), &format!("{text}{more}"))
}

/// Writes a service that has no launch target, with the documents that would show where its tasks start.
fn unplaced<W: Write>(page: &mut Page<'_, W>, service: &UnplacedService) -> io::Result<()> {
    page.heading(&format!("{}, not checked", service.service_name))?;
    page.labelled(2, ("?   ", style::DOUBT), &service.summary)?;
    page.blank()?;
    page.prose(2, style::STRONG, "Missing")?;
    service.missing.iter().try_for_each(|what| page.hanging(4, 6, style::PLAIN, what))?;
    service.commands.iter().try_for_each(|command| page.verbatim(4, command))
}

fn of_one(place: &CheckedLaunchTarget) -> String {
    let subject = words::task_of(place);
    let blocked: Vec<&str> = place.blocked().map(name).collect();
    let all = place.services.len();
    if !blocked.is_empty() {
        return format!("{subject} cannot reach {} ({} of {all}).", blocked.join(", "), blocked.len());
    }
    match open(place) {
        n if n == all => format!("{subject} can reach all services that it needs ({all} of {all})."),
        n => {
            format!("{subject} can reach {n} of {all} for certain; no known control blocks the others.")
        }
    }
}

fn of_many(launch_targets: &[CheckedLaunchTarget]) -> String {
    let blocked = launch_targets.iter().filter(|place| place.reachability().is_blocked()).count();
    let reachable =
        launch_targets.iter().filter(|place| place.reachability() == Reachability::Reachable).count();
    let all = words::count(launch_targets.len() as u64, "launch target");
    match (blocked, reachable) {
        (0, n) if n == launch_targets.len() => {
            format!("Tasks can reach all services that they need, in each of {all}.")
        }
        (0, n) => {
            format!(
                "No known control blocks anything; all services can be reached for certain in {n} of {all}."
            )
        }
        (n, _) => {
            let mut names: Vec<&str> = Vec::new();
            for name in launch_targets.iter().flat_map(CheckedLaunchTarget::blocked).map(name) {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
            format!("Tasks cannot reach {} in {n} of {all}.", names.join(", "))
        }
    }
}

fn open(place: &CheckedLaunchTarget) -> usize {
    place.services.iter().filter(|service| service.reachability == Reachability::Reachable).count()
}

/// Returns whether two launch targets differ only in the subnet.
fn is_similar(one: &CheckedLaunchTarget, other: &CheckedLaunchTarget) -> bool {
    let who = |place: &CheckedLaunchTarget| {
        (place.service_name.clone(), place.cluster_arn.clone(), place.group_ids.clone())
    };
    let is_same = |(one, other): (&CheckedService, &CheckedService)| {
        one.service == other.service
            && one.reachability == other.reachability
            && one.cause == other.cause
            && one.culprits.len() == other.culprits.len()
            && one.culprits.iter().zip(&other.culprits).all(is_same_resource)
            && one.fix == other.fix
    };
    who(one) == who(other)
        && one.has_public_address == other.has_public_address
        && one.permissions == other.permissions
        && one.services.len() == other.services.len()
        && one.services.iter().zip(&other.services).all(is_same)
}

/// Returns whether two culprits are the same resource, regardless of the subnet.
fn is_same_resource((one, other): (&Culprit, &Culprit)) -> bool {
    (one.kind, &one.id, &one.rule) == (other.kind, &other.id, &other.rule)
}

/// Writes a group of similar launch targets; the first one represents all.
fn place<W: Write>(page: &mut Page<'_, W>, similar: &[CheckedLaunchTarget]) -> io::Result<()> {
    let Some(first) = similar.first() else { return Ok(()) };
    page.heading(&title(first, similar))?;
    page.prose(2, style::DIM, &setting(first))?;
    let (blocked, others): (Vec<&CheckedService>, Vec<&CheckedService>) =
        first.services.iter().partition(|service| service.reachability.is_blocked());
    for group in by_culprits(&blocked) {
        page.blank()?;
        obstacle(page, &group)?;
    }
    what_to_do(page, &first.fix)?;
    if !others.is_empty() {
        page.blank()?;
    }
    others.into_iter().try_for_each(|service| line(page, service))?;
    missing(page, first)?;
    permissions::of_start(page, &first.permissions)
}

/// Writes the documents that would show the unknown parts of the configuration, each kind once.
fn missing<W: Write>(page: &mut Page<'_, W>, place: &CheckedLaunchTarget) -> io::Result<()> {
    let mut by_kind: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for what in place.services.iter().flat_map(|service| &service.missing) {
        let (kind, whose) = what.split_once(" of ").unwrap_or((what, ""));
        by_kind.entry(kind).or_default().insert(whose);
    }
    if by_kind.is_empty() {
        return Ok(());
    }
    page.blank()?;
    page.prose(2, style::STRONG, "Missing")?;
    by_kind.into_iter().try_for_each(|(kind, whose)| {
        let whose: Vec<&str> = whose.into_iter().filter(|one| !one.is_empty()).collect();
        let text = if whose.is_empty() { kind.to_owned() } else { format!("{kind} of {}", whose.join(", ")) };
        page.hanging(4, 6, style::PLAIN, &text)
    })
}

fn title(first: &CheckedLaunchTarget, similar: &[CheckedLaunchTarget]) -> String {
    let subnets: Vec<&str> = similar.iter().map(|place| place.subnet_id.as_str()).collect();
    let service = first.service_name.as_deref().map(|service| format!("{service} in "));
    format!("{}{}", service.unwrap_or_default(), subnets.join(", "))
}

/// `vpc-1; groups sg-1, sg-2; no public address`.
fn setting(place: &CheckedLaunchTarget) -> String {
    let groups: Vec<&str> = place.group_ids.iter().map(SecurityGroupId::as_str).collect();
    let mut parts = vec![
        place.vpc_id.as_ref().map_or("VPC unknown".to_owned(), ToString::to_string),
        if groups.is_empty() { "security groups unknown".to_owned() } else { groups.join(", ") },
        match place.has_public_address {
            Some(true) => "with a public address",
            Some(false) => "without a public address",
            None => "public address unknown",
        }
        .to_owned(),
    ];
    if !place.needs_from_task_definition {
        parts.push("no task definition: the services that most tasks need".to_owned());
    }
    parts.join("; ")
}

/// Groups the services that the same resources block, in the order of the first service.
fn by_culprits<'a>(blocked: &[&'a CheckedService]) -> Vec<Vec<&'a CheckedService>> {
    let mut groups: Vec<Vec<&CheckedService>> = Vec::new();
    for service in blocked {
        let is_same = |group: &&mut Vec<&CheckedService>| {
            group[0].cause == service.cause && group[0].culprits == service.culprits
        };
        match groups.iter_mut().find(is_same) {
            Some(group) => group.push(service),
            None => groups.push(vec![service]),
        }
    }
    groups
}

fn obstacle<W: Write>(page: &mut Page<'_, W>, group: &[&CheckedService]) -> io::Result<()> {
    let Some(first) = group.first() else { return Ok(()) };
    let names: Vec<&str> = group.iter().map(|service| name(service)).collect();
    let label = if first.reachability == Reachability::Blocked { "STOP" } else { "PART" };
    page.labelled(2, (label, style::BAD), &format!("{}: {}", names.join(", "), first.summary))?;
    if !first.culprits.is_empty() {
        let culprits: Vec<String> = first.culprits.iter().map(incident::culprit).collect();
        page.labelled(4, ("At fault:", style::STRONG), &culprits.join("; "))?;
    }
    let cause = first.cause.map(|cause| format!("cause {cause}; "));
    page.prose(4, style::DIM, &format!("{}needed for {}", cause.unwrap_or_default(), first.reason))?;
    notes(page, first)?;
    paths(page, first)
}

/// Writes the first blocked path hop by hop, and the results of the others.
fn paths<W: Write>(page: &mut Page<'_, W>, service: &CheckedService) -> io::Result<()> {
    let blocked = service.paths.iter().find(|path| path.reachability == Reachability::Blocked);
    if let Some(path) = blocked {
        page.prose(4, style::PLAIN, &format!("to {}:", path.destination))?;
        hops::write(page, 6, &path.hops)?;
    }
    let others =
        service.paths.iter().filter(|path| blocked.is_none_or(|blocked| !std::ptr::eq(*path, blocked)));
    others.into_iter().try_for_each(|path| {
        let text = format!("to {}: {}", path.destination, result_of(path));
        page.hanging(4, 6, style::PLAIN, &text)
    })
}

fn result_of(path: &CheckedPath) -> &'static str {
    match path.reachability {
        Reachability::Reachable => "reachable",
        Reachability::Blocked | Reachability::PartlyBlocked => "also blocked",
        Reachability::Undetermined => "undetermined",
        Reachability::External => "continues outside the documents",
    }
}

fn what_to_do<W: Write>(page: &mut Page<'_, W>, fix: &Fix) -> io::Result<()> {
    if fix.text.is_empty() && fix.commands.is_empty() {
        return Ok(());
    }
    page.blank()?;
    page.prose(2, style::STRONG, "What to do")?;
    page.prose(4, style::PLAIN, &fix.text)?;
    fix.commands.iter().try_for_each(|command| page.verbatim(4, command))?;
    let checked = if fix.verified {
        "Checked: with this change the configuration allows all requests and replies."
    } else {
        "Not fully checked: a service stays blocked, or a document is missing."
    };
    page.prose(4, style::DIM, checked)
}

/// `ok   logs: at 10.40.12.9`.
fn line<W: Write>(page: &mut Page<'_, W>, service: &CheckedService) -> io::Result<()> {
    let label = match service.reachability {
        Reachability::Reachable => ("ok  ", style::GOOD),
        Reachability::External => ("... ", style::DOUBT),
        _ => ("?   ", style::DOUBT),
    };
    page.labelled(2, label, &format!("{}: {}", name(service), service.summary))?;
    notes(page, service)
}

fn notes<W: Write>(page: &mut Page<'_, W>, service: &CheckedService) -> io::Result<()> {
    service.notes.iter().try_for_each(|note| page.prose(4, style::DIM, &format!("{note}.")))
}

/// Returns the name of a service on the page.
fn name(service: &CheckedService) -> &str {
    service.host.as_deref().unwrap_or(service.service.name())
}
