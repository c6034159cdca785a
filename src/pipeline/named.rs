//! Checks the tasks and interfaces that the options name.

use super::Options;
use crate::diagnose::case::Selection;
use crate::error::Error;
use crate::inventory::Inventory;
use crate::model::ids::InterfaceId;
use crate::model::interface::InterfaceRole;

/// Rejects interfaces of endpoints and gateways. They send nothing by themselves, so their silence is not a fault.
pub(super) fn check_role(id: &str, inventory: &Inventory) -> Result<(), Error> {
    let role = inventory.role(&InterfaceId::new(id));
    if matches!(
        role,
        InterfaceRole::Task | InterfaceRole::Appliance | InterfaceRole::Other | InterfaceRole::Unknown
    ) {
        return Ok(());
    }
    Err(Error::NotATask { id: id.to_owned(), role })
}

/// Rejects interfaces that neither a document nor a record contains. `names` are the names of all records that were read.
pub(super) fn check_interfaces(
    options: &Options,
    inventory: &Inventory,
    selection: &Selection,
    names: impl FnOnce() -> Vec<String>,
) -> Result<(), Error> {
    let undocumented = selection.subjects.iter().filter(|subject| {
        subject.task_arn.is_none() && subject.addresses.is_empty() && subject.subnet_id.is_none()
    });
    let ids: Vec<&InterfaceId> = undocumented
        .filter_map(|subject| subject.interface_id.as_ref())
        .filter(|id| options.interfaces.iter().any(|named| named == id.as_str()))
        .filter(|id| inventory.interface(id).is_none())
        .collect();
    if ids.is_empty() {
        return Ok(());
    }
    let names = names();
    match ids.into_iter().find(|id| !names.iter().any(|name| name == id.as_str())) {
        Some(id) => Err(Error::UnknownInterface { id: id.to_string(), known: interfaces(inventory, names) }),
        None => Ok(()),
    }
}

/// All known interfaces, sorted.
fn interfaces(inventory: &Inventory, names: Vec<String>) -> Vec<String> {
    let documented = inventory.interfaces.keys().map(ToString::to_string);
    let mut known: Vec<String> =
        names.into_iter().filter(|name| name.starts_with("eni-")).chain(documented).collect();
    known.sort();
    known.dedup();
    known
}

/// The ids of the documented tasks, or their ARNs if an ARN is wanted.
pub(super) fn tasks(inventory: &Inventory, wanted: &str) -> Vec<String> {
    let name = |task: &crate::model::task::Task| {
        if wanted.contains('/') { task.arn.clone() } else { task.id.to_string() }
    };
    inventory.tasks.values().map(name).collect()
}
