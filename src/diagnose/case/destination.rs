//! The service at the destination of an attempt.

use std::net::SocketAddr;

use crate::converse::Conversation;
use crate::diagnose::case::{Facts, Subject};
use crate::diagnose::stopped_reason::StoppedReason;
use crate::model::field::Field;
use crate::model::ids::InterfaceId;
use crate::model::interface::InterfaceKind;
use crate::model::protocol::{DNS_PORT, NFS_PORT};
use crate::model::service::Service;

/// Returns the service at a destination: from documents, then from records, then from the stopped reason if it names that
/// address.
pub(super) fn service(
    facts: Facts<'_>,
    subject: &Subject,
    reason: &StoppedReason,
    views: &[&Conversation],
    destination: SocketAddr,
) -> Service {
    if destination.port() == DNS_PORT {
        return Service::Dns;
    }
    let described = |field| views.iter().find_map(|c| facts.described(c, field));
    let by_next_hop = || {
        let next_hop = InterfaceId::new(described(Field::NextHopInterfaceId)?);
        facts.inventory.endpoint_of_interface(&next_hop).map(|endpoint| endpoint.service.clone())
    };
    facts
        .service_at(destination.ip(), subject)
        .or_else(by_next_hop)
        .or_else(|| Service::from_address_range(described(Field::PktDstAwsService)?))
        .or_else(|| mount_target(facts, subject, destination))
        .or_else(|| facts.inventory.service_of_public_address(destination.ip()))
        .or_else(|| resolved(facts, destination))
        .or_else(|| named_by_reason(reason, destination))
        .unwrap_or(Service::Unknown)
}

/// An EFS mount target: its interface, or its port.
fn mount_target(facts: Facts<'_>, subject: &Subject, destination: SocketAddr) -> Option<Service> {
    let interface = facts.inventory.interface_at(destination.ip(), subject.vpc_id.as_ref());
    let kind = interface.map(|interface| &interface.kind);
    (destination.port() == NFS_PORT || kind == Some(&InterfaceKind::EfsMountTarget)).then_some(Service::Efs)
}

/// Returns the service whose name the Resolver resolved to this address.
fn resolved(facts: Facts<'_>, destination: SocketAddr) -> Option<Service> {
    let query = facts.inventory.queries_answered_with(destination.ip()).next()?;
    Service::from_host(&query.name)
}

/// The service that the stopped reason names for its address.
fn named_by_reason(reason: &StoppedReason, destination: SocketAddr) -> Option<Service> {
    if reason.address == Some(destination) { reason.requested_service() } else { None }
}
