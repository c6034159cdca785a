//! Short phrases: counts, spans of time, confidence.

use crate::finding::{CauseId, Confidence, CulpritKind};
use crate::model::time::{Timestamp, Window};
use crate::report::Inputs;
use crate::report::check::CheckedLaunchTarget;

/// Returns a count with its noun, such as `1 task` or `3 tasks`; for nouns with a plural in s.
pub(in crate::render) fn count(n: u64, noun: &str) -> String {
    if n == 1 { format!("1 {noun}") } else { format!("{n} {noun}s") }
}

/// `A task of orders in subnet-1`.
pub(in crate::render) fn task_of(place: &CheckedLaunchTarget) -> String {
    match &place.service_name {
        Some(service) => format!("A task of {service} in {}", place.subnet_id),
        None => format!("A task in {}", place.subnet_id),
    }
}

/// Returns the inputs in one line.
pub(in crate::render) fn read(inputs: &Inputs) -> String {
    let mut text = format!(
        "{} in {} ({}); {} in scope",
        count(inputs.records, "record"),
        count(inputs.files, "file"),
        bytes(inputs.bytes_read),
        inputs.records_in_scope,
    );
    if inputs.duplicates > 0 {
        text.push_str(", ");
        text.push_str(&count(inputs.duplicates, "duplicate"));
        text.push_str(" counted once");
    }
    if inputs.files_skipped > 0 {
        text.push_str("; ");
        text.push_str(&count(inputs.files_skipped, "file"));
        text.push_str(" skipped as of other times");
    }
    text
}

/// Returns the name of a confidence on the page.
pub(in crate::render) fn confidence(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Confirmed => "CONFIRMED",
        Confidence::Likely => "LIKELY",
        Confidence::Undetermined => "UNDETERMINED",
        Confidence::RuledOut => "RULED OUT",
    }
}

/// Returns the label of culprits for a confidence.
pub(in crate::render) fn culprit_label(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Confirmed => "At fault:",
        Confidence::Likely => "Likely at fault:",
        Confidence::Undetermined | Confidence::RuledOut => "Suspected:",
    }
}

/// Returns the name of a kind of resource on the page.
pub(in crate::render) fn culprit_kind(kind: CulpritKind) -> &'static str {
    match kind {
        CulpritKind::SecurityGroup => "security group",
        CulpritKind::NetworkAcl => "network ACL",
        CulpritKind::RouteTable => "route table",
        CulpritKind::VpcEndpoint => "VPC endpoint",
        CulpritKind::NatGateway => "NAT gateway",
        CulpritKind::Interface => "interface",
        CulpritKind::Vpc => "VPC",
        CulpritKind::Instance => "instance",
        CulpritKind::DnsServer => "DNS server",
        CulpritKind::HostedZone => "hosted zone",
        CulpritKind::Firewall => "firewall",
        CulpritKind::Role => "role",
        CulpritKind::Policy => "policy",
        CulpritKind::Key => "KMS key",
        CulpritKind::Secret => "secret",
        CulpritKind::Parameter => "parameter",
        CulpritKind::LogGroup => "log group",
        CulpritKind::Image => "image",
        CulpritKind::Repository => "repository",
        CulpritKind::Bucket => "bucket",
        CulpritKind::Path => "path",
    }
}

/// Returns the result of the check of a fix. A fix of a permission was tried on the saved policies, any other one on the
/// saved network; that of a name cannot be tried.
pub(in crate::render) fn checked_fix(cause: CauseId, is_verified: bool) -> &'static str {
    match (subject(cause), is_verified) {
        (FixSubject::Permission, true) => {
            "Checked: with this change the saved policies deny no request of the start."
        }
        (FixSubject::Permission, false) => "This fix was not checked against the saved policies.",
        (FixSubject::Name, _) => "This fix cannot be checked: the saved documents do not show its result.",
        (FixSubject::Network, true) => {
            "Checked: with this change the configuration allows the observed packets in both directions."
        }
        (FixSubject::Network, false) => "This fix was not checked against the configuration.",
    }
}

/// The kind of thing that a cause is about.
#[derive(Clone, Copy)]
enum FixSubject {
    Network,
    Permission,
    /// A thing that does not exist under its name, or cannot be used.
    Name,
}

fn subject(cause: CauseId) -> FixSubject {
    match cause {
        CauseId::RoleNotAssumable
        | CauseId::PermissionMissing
        | CauseId::ExplicitDeny
        | CauseId::EndpointPolicyDenies
        | CauseId::S3EndpointPolicyLacksLayerBucket
        | CauseId::ResourcePolicyDenies
        | CauseId::KeyUnusable
        | CauseId::EnvFileDenied => FixSubject::Permission,
        CauseId::SecretNotFound
        | CauseId::ParameterNotFound
        | CauseId::LogGroupMissing
        | CauseId::LogRegionWrong
        | CauseId::ImageNotFound
        | CauseId::RegistryCredentialsInvalid => FixSubject::Name,
        _ => FixSubject::Network,
    }
}

/// `2026-11-23 03:12:05`.
pub(in crate::render) fn date_and_clock(at: Timestamp) -> String {
    let text = at.to_string();
    match (text.get(..10), text.get(11..19)) {
        (Some(date), Some(clock)) if text.len() == 20 => format!("{date} {clock}"),
        _ => text,
    }
}

/// `2026-11-23 03:12:05 to 03:14:40 UTC`; the second date only where it is another one.
pub(in crate::render) fn span(first: Timestamp, last: Timestamp) -> String {
    let (from, to) = (date_and_clock(first), date_and_clock(last));
    let same_day = from.len() == 19 && from.get(..10) == to.get(..10);
    let to = if same_day { last.clock() } else { to };
    if first == last { format!("{from} UTC") } else { format!("{from} to {to} UTC") }
}

/// The window of a report: a span, or one edge if the other is open, such as `from 2026-11-23 03:12:00 UTC`; none if both
/// are open.
pub(in crate::render) fn window(window: Window) -> Option<String> {
    match (window.from.dated(), window.to.dated()) {
        (Some(from), Some(to)) => Some(span(from, to)),
        (Some(from), None) => Some(format!("from {} UTC", date_and_clock(from))),
        (None, Some(to)) => Some(format!("before {} UTC", date_and_clock(to))),
        (None, None) => None,
    }
}

/// `40.0 KiB`.
pub(in crate::render) fn bytes(n: u64) -> String {
    const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
    if n < 1024 {
        return count(n, "byte");
    }
    // Tenths of a unit, rounded down, in whole numbers.
    let (mut tenths, mut unit) = (u128::from(n) * 10 / 1024, 0);
    while tenths >= 10_240 && unit + 1 < UNITS.len() {
        tenths /= 1024;
        unit += 1;
    }
    format!("{}.{} {}", tenths / 10, tenths % 10, UNITS[unit])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_agree_with_their_noun() {
        assert_eq!(count(0, "task"), "0 tasks");
        assert_eq!(count(1, "task"), "1 task");
        assert_eq!(count(2, "task"), "2 tasks");
    }

    #[test]
    fn spans_do_not_repeat_the_date() {
        let day = 86_400;
        let start = Timestamp(1_795_403_520);
        assert_eq!(span(start, start.plus(5)), "2026-11-23 03:12:00 to 03:12:05 UTC");
        assert_eq!(span(start, start), "2026-11-23 03:12:00 UTC");
        assert_eq!(span(start, start.plus(day)), "2026-11-23 03:12:00 to 2026-11-24 03:12:00 UTC");
        assert_eq!(span(start, Timestamp(i64::MAX)), format!("2026-11-23 03:12:00 to {} UTC", i64::MAX));
    }

    #[test]
    fn a_window_shows_only_the_edges_that_exist() {
        let edges = |from: Option<i64>, to: Option<i64>| Window {
            from: from.map_or(Window::ALWAYS.from, Timestamp),
            to: to.map_or(Window::ALWAYS.to, Timestamp),
        };
        let check = |from, to, expect: Option<&str>| {
            assert_eq!(window(edges(from, to)).as_deref(), expect, "{from:?} {to:?}");
        };
        let at = 1_795_403_520;
        check(Some(at), Some(at + 5), Some("2026-11-23 03:12:00 to 03:12:05 UTC"));
        check(Some(at), None, Some("from 2026-11-23 03:12:00 UTC"));
        check(None, Some(at), Some("before 2026-11-23 03:12:00 UTC"));
        check(None, None, None);
    }

    #[test]
    fn sizes_are_short() {
        let check = |n, text| assert_eq!(bytes(n), text);
        check(0, "0 bytes");
        check(1, "1 byte");
        check(1536, "1.5 KiB");
        check(40_960, "40.0 KiB");
        check(3 * 1024 * 1024 * 1024, "3.0 GiB");
        check(u64::MAX, "16777215.9 TiB");
    }
}
