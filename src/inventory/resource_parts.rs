//! Parts that several documents of resources have: policies, tags.

use crate::inventory::item::DocumentItem;
use crate::model::access::SavedPolicy;

/// The policy under a key. A null, an empty text or a value that is no policy shows nothing.
pub(super) fn holds_policy(item: DocumentItem<'_>, key: &str) -> SavedPolicy {
    let policy = item.policy(key).filter(|policy| !policy.0.trim().is_empty());
    policy.map_or(SavedPolicy::NotSaved, SavedPolicy::Saved)
}

/// Takes the policy of another description if none is known yet.
pub(super) fn complete_policy(mine: &mut SavedPolicy, other: &SavedPolicy) {
    if *mine == SavedPolicy::NotSaved {
        mine.clone_from(other);
    }
}

/// Tags in the form `[{"Key": …, "Value": …}]`; none if they are missing, or one of them cannot be read.
pub(super) fn tags(item: DocumentItem<'_>, key: &str) -> Option<Vec<(String, String)>> {
    item.whole_list(key, tag)
}

/// The key and the value of a tag. The value may be empty, but AWS never leaves it out.
pub(super) fn tag(tag: DocumentItem<'_>) -> Option<(String, String)> {
    if !tag.has("Value") {
        tag.note("expected `Value`, found none".to_owned());
    }
    Some((tag.identifier("Key")?, tag.text("Value").unwrap_or_default()))
}
