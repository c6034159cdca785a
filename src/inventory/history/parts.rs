//! The state of any part in the tables of an inventory: those of the network, and those of roles and what they protect.

use crate::inventory::documents::Inventory;
use crate::inventory::history::{access_parts, network_parts};
use crate::model::configuration_change::{ChangeSubject, Part, PartState, SubjectKind};
use crate::model::time::Timestamp;

/// Whether a thing belongs to the tables of the network; the others are roles, policies and what they protect.
fn is_of_network(kind: SubjectKind) -> bool {
    kind < SubjectKind::Role
}

/// The state of a part in an inventory.
pub(super) fn read(inventory: &Inventory, subject: &ChangeSubject, part: &Part) -> PartState {
    if is_of_network(subject.kind) {
        network_parts::read(inventory, subject, part)
    } else {
        access_parts::read(inventory, subject, part)
    }
}

/// Sets a part to a state that it had at a time.
pub(super) fn write(
    inventory: &mut Inventory,
    subject: &ChangeSubject,
    part: &Part,
    state: &PartState,
    at: Timestamp,
) {
    if is_of_network(subject.kind) {
        network_parts::write(inventory, subject, part, state);
    } else {
        access_parts::write(inventory, subject, part, (state, at));
    }
}
