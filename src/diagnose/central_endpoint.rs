//! A name that went public although another VPC has the endpoint of its service, while a sibling's name went private.

use crate::attribution::central::{CentralEndpoint, central_endpoint};
use crate::diagnose::case::{Attempt, Case, Outcome};
use crate::diagnose::intended_service::IntendedService;
use crate::diagnose::unanswered::Unanswered;
use crate::model::endpoint::Endpoint;
use crate::model::ids::VpcId;

/// The endpoint that the name should lead to, and the sibling that shows that its VPC is reached.
pub(super) struct PublicName<'c> {
    pub(super) central: CentralEndpoint<'c>,
    /// The sibling's attempt, which completed.
    pub(super) sibling: &'c Attempt,
    /// The endpoint of the sibling.
    pub(super) reached: &'c Endpoint,
}

impl<'c> PublicName<'c> {
    /// Finds it for unanswered requests of the failing step, if all of them went to public addresses.
    pub(super) fn of(case: &'c Case<'c>) -> Option<Self> {
        let unanswered = Unanswered::of(case)?;
        let is_public = |attempt: &&Attempt| {
            let address = attempt.destination.ip();
            case.facts.inventory.is_inside_vpc(address, None) != Some(true)
                && case.facts.inventory.interface_by_address(address).is_none()
        };
        if !unanswered.attempts.iter().all(is_public) {
            return None;
        }
        let intended = IntendedService::of(case);
        let service = intended.service.as_ref()?;
        let own = case.subject.vpc_id.as_ref();
        if case.endpoints().of_service(service).next().is_some() {
            return None;
        }
        let is_joined = |vpc: &VpcId| sibling(case, vpc).is_some();
        let host = case.reason.host.as_deref();
        let central = central_endpoint(case.facts.inventory, own, service, host, is_joined)?;
        let (sibling, reached) = sibling(case, central.vpc_id)?;
        Some(Self { central, sibling, reached })
    }
}

/// An attempt that completed at an endpoint of another VPC.
fn sibling<'c>(case: &'c Case<'_>, vpc: &VpcId) -> Option<(&'c Attempt, &'c Endpoint)> {
    let inventory = case.facts.inventory;
    let completed = case.attempts.iter().filter(|attempt| attempt.outcome == Outcome::Completed);
    completed.into_iter().find_map(|attempt| {
        let interface =
            inventory.interface_reached(attempt.destination.ip(), case.subject.vpc_id.as_ref())?;
        let endpoint = inventory.endpoint_of_interface(&interface.id)?;
        let is_there = interface.vpc_id.as_ref().or(endpoint.vpc_id.as_ref()) == Some(vpc);
        is_there.then_some((attempt, endpoint))
    })
}
