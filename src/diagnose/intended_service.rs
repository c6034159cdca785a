//! The service that unanswered packets to a public address were intended for.
//!
//! ECR, Secrets Manager and the like have no address range of their own. A record, a document or the stopped reason may
//! name the service; else the order of a start does: the first service of the task definition that the task has not
//! reached, and whose name does not resolve to an endpoint.

use crate::attribution::endpoints::NameTarget;
use crate::diagnose::case::{Case, Outcome};
use crate::diagnose::phrases::missing_data;
use crate::finding::MissingData;
use crate::model::service::Service;

/// The service behind a public address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct IntendedService {
    /// The service; none if it is unknown.
    pub(super) service: Option<Service>,
    /// Whether a source names it; otherwise it follows from the other needs of the task.
    pub(super) is_named: bool,
}

impl IntendedService {
    /// Determines it for the failing step.
    pub(super) fn of(case: &Case<'_>) -> Self {
        let step =
            case.failing_step().map(|step| &step.service).filter(|service| **service != Service::Unknown);
        if let Some(service) = step {
            return Self { service: Some(service.clone()), is_named: true };
        }
        let named = case.reason.requested_service();
        if let Some(service) = named.filter(|service| !has_completed(case, service)) {
            return Self { service: Some(service), is_named: true };
        }
        // The services that starts usually contact prove nothing about this start.
        let needs = if case.needs.is_stated { case.needs.services.as_slice() } else { &[] };
        let mut open = needs.iter().filter(|service| {
            let is_elsewhere = **service == Service::S3 && lists_name_s3(case);
            !is_elsewhere && !has_completed(case, service) && !leads_to_endpoint(case, service)
        });
        Self { service: open.next().cloned(), is_named: false }
    }

    /// The data that would name the service, if it was only derived.
    pub(super) fn missing(&self) -> Vec<MissingData> {
        let would_show = "that the packets were for this service: it has no address range of its own";
        let what = "the address or host in the stopped reason, or Route 53 Resolver query logs";
        if self.is_named { Vec::new() } else { vec![missing_data(what, would_show)] }
    }

    /// A clause on the source of a derived service.
    pub(super) fn reasoning(&self) -> &'static str {
        if self.is_named { "" } else { ", the first service that the task needed and had not reached" }
    }
}

/// Whether the blocks of S3 are known: an address that they name no service for is none of S3's.
pub(super) fn lists_name_s3(case: &Case<'_>) -> bool {
    let mut lists = case.facts.inventory.prefix_lists.values();
    lists.any(|list| list.blocks.is_some() && list.is_of_s3())
}

fn has_completed(case: &Case<'_>, service: &Service) -> bool {
    case.attempts.iter().any(|attempt| attempt.service == *service && attempt.outcome == Outcome::Completed)
}

/// Whether the service's name leads to an endpoint of the task's VPC.
fn leads_to_endpoint(case: &Case<'_>, service: &Service) -> bool {
    matches!(case.endpoints().name_target(service), NameTarget::Endpoint(_))
}
