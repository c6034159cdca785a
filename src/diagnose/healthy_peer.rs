//! A statement about a healthy peer: a task that started and reached the service that this task did not reach.

use crate::diagnose::assessment::Proof;
use crate::diagnose::case::{Attempt, Case, Reached};

/// Appended if the configuration may have changed between the two.
const BEFORE: &str = ", before this task tried";

/// The packets of a record lie at most this many seconds before its `start`.
const LAG: i64 = 60;

/// The nearest neighbour that got through, with its records.
pub(super) fn healthy_peer(case: &Case<'_>, failing: &[&Attempt]) -> Option<Proof> {
    let neighbours = case.neighbours_at(failing);
    let nearest = neighbours.first()?;
    let rows = nearest.attempt.views().filter_map(|view| Some(view.reply.accepted?.sample));
    Proof::new(sentence(case, nearest, failing), rows)
}

fn sentence(case: &Case<'_>, reached: &Reached, failing: &[&Attempt]) -> String {
    let (own, other) = (&case.subject, &reached.task);
    let same_service = other.service_name.is_some() && other.service_name == own.service_name;
    let of_service = match &other.service_name {
        Some(_) if same_service => " of the same service".to_owned(),
        Some(name) => format!(" of service {name}"),
        None => String::new(),
    };
    let in_subnet = match &other.subnet_id {
        Some(subnet) if Some(subnet) == own.subnet_id.as_ref() => " in the same subnet".to_owned(),
        Some(subnet) => format!(" in {subnet}"),
        None => String::new(),
    };
    let to = &reached.attempt;
    // The same address needs no explanation; another address belongs to the same service.
    let is_same_address = failing.iter().any(|attempt| attempt.destination == to.destination);
    let service = if is_same_address { String::new() } else { format!("{} at ", to.service) };
    let before = if failing.iter().all(|attempt| to.last < attempt.first.plus(-LAG)) { BEFORE } else { "" };
    let (name, destination, clock) = (other.name(), to.destination, to.first.clock());
    format!("{name}{of_service}{in_subnet} reached {service}{destination} at {clock} UTC{before}.")
}

/// A sentence about a destination that is an endpoint younger than a success of the same start: before the endpoint existed,
/// the name of its service led to a public address.
pub(super) fn younger_endpoint(case: &Case<'_>, failing: &[&Attempt]) -> Option<Proof> {
    let inventory = case.facts.inventory;
    let own = &case.subject;
    let failed = failing.iter().map(|attempt| attempt.first).min()?;
    let owner = inventory.interface_at(failing.first()?.destination.ip(), own.vpc_id.as_ref())?;
    let endpoint = inventory.endpoint_of_interface(&owner.id)?;
    let created = endpoint.created_at.filter(|created| *created < failed)?;
    let is_public = |reached: &&Reached| {
        inventory.is_inside_vpc(reached.attempt.destination.ip(), own.vpc_id.as_ref()) == Some(false)
    };
    let is_alike = |reached: &&Reached| {
        reached.task.vpc_id == own.vpc_id
            && reached.task.service_name.is_some()
            && reached.task.service_name == own.service_name
    };
    let was_before = |reached: &&Reached| reached.attempt.last < created;
    let earlier = case.reached.iter().filter(is_public).filter(is_alike).filter(was_before);
    let latest = earlier.max_by_key(|reached| (reached.attempt.first, reached.attempt.destination))?;
    let rows = latest.attempt.views().filter_map(|view| Some(view.reply.accepted?.sample));
    let statement = format!(
        "{} was created at {} UTC and took the name of {} over. Before, {} of the same service started over public addresses, \
         such as {} at {} UTC.",
        endpoint.id,
        created.clock(),
        endpoint.service,
        latest.task.name_within(),
        latest.attempt.destination,
        latest.attempt.first.clock()
    );
    Proof::new(statement, rows)
}
