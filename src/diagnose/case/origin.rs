//! The origin of a step's attempts: the start of the task, or a container that was already running.
//!
//! A container runs only after its image was pulled, and it may call any address: its rejected packets may be intended, and
//! do not explain why the task did not start. Attempts to the services that a start contacts belong to the start. Attempts
//! to other addresses belong to the start only if no image can have been pulled yet, and if the stopped reason names no
//! other address.

use crate::diagnose::case::Needs;
use crate::diagnose::case::attempt::{Attempt, Outcome};
use crate::diagnose::stopped_reason::{CallResult, Phase, StoppedReason};
use crate::model::container_instance::StartInterface;
use crate::model::service::Service;

/// The origin of a step's attempts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The start, as far as the data shows.
    Start,
    /// The start or a container: the data does not show which.
    Either,
    /// Not the start.
    Container,
}

/// The facts that distinguish attempts of the start from others.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clues<'a> {
    pub(super) reason: &'a StoppedReason,
    /// The interface from which the start sends.
    pub(super) start: &'a StartInterface,
    /// The services that the start contacts.
    pub(super) needs: &'a Needs,
    /// Whether the stopped reason names an address, and it is that of an endpoint.
    pub(super) dialled_endpoint: bool,
    /// All attempts.
    pub(super) attempts: &'a [Attempt],
}

impl Clues<'_> {
    /// Of a service's attempts.
    pub(super) fn origin<'a>(&self, service: &Service, own: impl Iterator<Item = &'a Attempt>) -> Origin {
        let went_there = self.is_dialled(own);
        match service {
            _ if went_there => Origin::Start,
            _ if self.start.is_elsewhere() && *service != Service::Efs => self.beside_agent(service),
            _ if self.start.is_of_instance() => self.on_instance(service),
            Service::Dns => Origin::Start,
            Service::Unknown | Service::Other(_) | Service::SsmMessages => self.of_unnamed(service),
            _ if self.is_named(service) || !self.names_unseen_address() => Origin::Start,
            _ => Origin::Either,
        }
    }

    /// The agent's calls go over another interface: packets of the task's own interface come from a container, unless they
    /// go to the service in the stopped reason.
    fn beside_agent(&self, service: &Service) -> Origin {
        if self.is_named(service) { Origin::Either } else { Origin::Container }
    }

    /// The instance's interface carries the packets of its agents and of all containers without an interface of their own:
    /// only the services that this start needs can be its own, and addresses that nothing names.
    fn on_instance(&self, service: &Service) -> Origin {
        let is_needed = self.needs.services.contains(service);
        match service {
            _ if self.is_named(service) => Origin::Start,
            Service::Unknown => self.of_unnamed(service),
            Service::Dns if self.reason.result == CallResult::NameNotResolved => Origin::Start,
            Service::Dns => Origin::Either,
            _ if is_needed && self.names_unseen_address() => Origin::Either,
            _ if is_needed => Origin::Start,
            _ if self.needs.is_stated || self.reason.service.is_some() => Origin::Container,
            _ => Origin::Either,
        }
    }

    /// A service that is none of a start's, or an address that nothing names.
    fn of_unnamed(&self, service: &Service) -> Origin {
        if self.is_named(service) {
            return Origin::Start;
        }
        let is_pull = matches!(self.reason.phase, Some(Phase::Manifest | Phase::Layers | Phase::Pull));
        let is_other_failure = matches!(self.reason.result, CallResult::Answered | CallResult::NotNetwork);
        if is_other_failure || self.dialled_endpoint || (self.has_reached(&Service::S3) && !is_pull) {
            return Origin::Container;
        }
        // An image may have come from an address that nothing names.
        let may_run = self.attempts.iter().any(|attempt| {
            attempt.outcome == Outcome::Completed
                && matches!(attempt.service, Service::S3 | Service::Unknown | Service::Other(_))
                && !attempt.service.is_of_agent()
        });
        if may_run || self.names_unseen_address() { Origin::Either } else { Origin::Start }
    }

    fn has_reached(&self, service: &Service) -> bool {
        let is_it = |attempt: &Attempt| attempt.service == *service;
        self.attempts.iter().any(|attempt| is_it(attempt) && attempt.outcome == Outcome::Completed)
    }

    /// Whether the stopped reason names a service. For a layer of ECR it names the registry's host, although layers come from
    /// S3.
    fn is_named(&self, service: &Service) -> bool {
        self.reason.service.as_ref() == Some(service)
            || self.reason.requested_service().as_ref() == Some(service)
    }

    fn is_dialled<'a>(&self, mut own: impl Iterator<Item = &'a Attempt>) -> bool {
        own.any(|attempt| self.reason.address == Some(attempt.destination))
    }

    /// Whether the stopped reason names an address that no attempt went to.
    fn names_unseen_address(&self) -> bool {
        self.reason.address.is_some() && !self.is_dialled(self.attempts.iter())
    }
}
