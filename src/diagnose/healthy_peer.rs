//! A statement about a healthy peer: a task that started and reached the service that this task did not reach.

use crate::diagnose::assessment::Proof;
use crate::diagnose::case::{Attempt, Case, Reached};

/// Appended if the configuration may have changed between the two.
const BEFORE: &str = ", before this task tried";

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
    let before = if failing.iter().all(|attempt| to.first < attempt.first) { BEFORE } else { "" };
    let (name, destination, clock) = (other.name(), to.destination, to.first.clock());
    format!("{name}{of_service}{in_subnet} reached {service}{destination} at {clock} UTC{before}.")
}
