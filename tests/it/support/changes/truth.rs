//! The truth of a case: which event broke the service, and how certain an answer may be.

use std::collections::BTreeSet;

use crate::support::changes::Case;
use crate::support::changes::files::exported;
use crate::support::changes::kind::Kind;
use crate::support::changes::story::{Part, Story};
use crate::support::changes::variant::Variant;
use crate::support::clock::s;
use crate::support::worlds::packet::Place;

/// The truth.
#[derive(Clone, Debug)]
pub(crate) struct Truth {
    /// The ids of the events that may be named as the one that broke the service; each other id is innocent.
    pub(crate) broke: BTreeSet<String>,
    /// Whether an answer must name it: its effect can be undone from what is saved.
    pub(crate) must_name: bool,
    /// Whether the answer may be confirmed.
    pub(crate) may_be_confirmed: bool,
    /// Whether the answer may be likely.
    pub(crate) may_be_likely: bool,
}

/// The truth of a case.
pub(crate) fn truth(case: Case, story: &Story) -> Truth {
    let broke: BTreeSet<String> = exported(case, story)
        .into_iter()
        .filter(|event| event.part == Part::Broke)
        .map(|event| event.id.clone())
        .collect();
    let is_alone = broke.len() == 1;
    let is_known = is_alone && can_be_undone(case, story);
    Truth {
        // Without both sides in the records it is likely at most; so it is if its effect cannot be undone.
        may_be_confirmed: is_known
            && is_seen(story)
            && matches!(case.variant, Variant::Full | Variant::Repaired),
        may_be_likely: !broke.is_empty(),
        must_name: is_known && !is_mute(story),
        broke,
    }
}

/// Whether the failed task has records: packets without a route may leave none.
fn is_seen(story: &Story) -> bool {
    story.network.world.sightings.iter().any(|seen| seen.place == Place::Eni(0))
}

/// Whether neither a record nor the stopped reason shows what the failed task called.
pub(crate) fn is_mute(story: &Story) -> bool {
    !is_seen(story) && !story.stopped.1.task.contains("amazonaws.com")
}

/// Whether what is saved shows what the change ended.
pub(crate) fn can_be_undone(case: Case, story: &Story) -> bool {
    if case.variant == Variant::RuleById {
        return false;
    }
    let is_described = story.saved_at - story.broke_at < s(3_600) && case.variant != Variant::Repaired;
    match case.kind {
        // A gateway that was deleted within the last hour is in the document, and its route is still there.
        Kind::NatDeleted => story.has_made || is_described,
        kind => story.has_made || !kind.needs_earlier_event(),
    }
}

/// Whether a cause is right for the failed task. After a repair, and where the export lacks a change that the documents contradict,
/// a cause that leaves open which control rejected is right as well; of two faults, either is.
pub(crate) fn is_right(case: Case, cause: &str) -> bool {
    let rejected = ["task-egress-rejected", "endpoint-ingress-rejected"];
    // An event whose result the documents do not show proves that a later change is not in the export.
    let is_open = case.variant == Variant::Repaired || case.variant.lacks_change();
    let second = ["task-nacl-blocks-egress", "task-sg-blocks-egress", "permission-missing", "key-unusable"];
    causes(case).contains(&cause)
        || (is_open && rejected.contains(&cause))
        || (case.variant == Variant::TwoChanges && second.contains(&cause))
}

/// The causes that are right for the failed task without any export, where the documents show what was there then.
pub(crate) fn causes(case: Case) -> &'static [&'static str] {
    match case.kind {
        Kind::EgressRevoked => &["task-sg-blocks-egress"],
        Kind::IngressRevoked | Kind::IngressModified | Kind::EndpointMade => &["endpoint-sg-blocks-ingress"],
        Kind::RequestDenied | Kind::RequestUnlisted | Kind::AclReplaced
            if case.kind.is_at_endpoint(case.seed) =>
        {
            &["endpoint-nacl-blocks-ingress"]
        }
        Kind::RequestDenied | Kind::RequestUnlisted | Kind::AclReplaced => &["task-nacl-blocks-egress"],
        Kind::ReplyDenied | Kind::ReplyUnlisted if case.kind.is_at_endpoint(case.seed) => {
            &["endpoint-nacl-blocks-return"]
        }
        Kind::ReplyDenied | Kind::ReplyUnlisted => &["task-nacl-blocks-return"],
        Kind::RouteDeleted | Kind::RouteRemade | Kind::TableReplaced => &["no-route"],
        Kind::EndpointPolicy => &["s3-endpoint-policy-lacks-layer-bucket"],
        Kind::NatDeleted => &["nat-broken", "no-route"],
        Kind::PrivateDnsOff | Kind::HostNamesOff => &["private-dns-off"],
        Kind::CheckOn => &["nat-broken"],
        Kind::ServiceMoved => &["task-sg-blocks-egress", "no-route"],
        Kind::VersionSet | Kind::RoleDetached => &["permission-missing"],
        Kind::SecretDeleted => &["secret-not-found"],
        Kind::KeyDisabled => &["key-unusable"],
    }
}
