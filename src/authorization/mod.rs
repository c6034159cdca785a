//! What the start of a task asks of AWS, and whether the saved policies and resources let it succeed.
//!
//! Input: a task definition, the [`AccessDocuments`] of its start and the [`RequestPaths`] of its requests. Output: every
//! request with its decision, all denials with the document and statement that decide, the resources that do not exist,
//! and a fix that was tried on a copy of the documents. Pure functions without records, so that `explain` and `check`
//! share them. docs/start-requests.md has the requests and the conditions of each answer.
//!
//! Modules, from the lowest: `documents` (the documents of a start), `path` (how a request leaves the VPC), `secret_id`
//! (the names of secrets), `requests`, `context` and `layers` (the input of `policy`), `evaluation`, `existence`, `hints`
//! and `denials` (what is at fault), `change` and `fix`.

mod change;
mod context;
mod denials;
mod documents;
mod evaluation;
mod existence;
mod fix;
mod hints;
mod layers;
mod path;
mod requests;
mod secret_id;
mod start;

#[cfg(test)]
mod tests;

pub use change::{DocumentChange, PolicyTarget};
pub use denials::{AccessFault, StartDenial, denials_of_start};
pub use documents::{AccessDocuments, EndpointAccess};
pub use evaluation::{Dated, EvaluatedRequest, evaluate_request, evaluate_requests};
pub use existence::{ResourceState, StartResource, resources_of_start};
pub use fix::{AccessFix, fix_resource, fix_start};
pub use hints::DenialHint;
pub use path::{RequestPath, RequestPaths};
pub use requests::{
    RequestPrincipal, RequestSubject, StartRequest, StartRequests, StartStep, requests_of_start,
};
pub use start::StartInputs;
