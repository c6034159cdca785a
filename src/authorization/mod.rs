//! The requests that the start of a task makes to AWS, and whether the saved policies and resources let them succeed.
//!
//! Input: a task definition, the [`AccessDocuments`] of its start and the [`RequestPaths`] of its requests. Output: every
//! request with its decision, all denials with the document and statement that decide, the resources that do not exist,
//! and a fix that was tried on a copy of the documents. Pure functions without records, so that `explain` and `check`
//! share them. docs/start-requests.md has the requests and the conditions of each answer.
//!
//! Modules, from the lowest: `documents` (the documents of a start), `path` (how a request leaves the VPC), `secret_id`
//! (the names of secrets), `saved_names` and `selection` (from the inventory), `requests`, `context` and `layers` (the input of
//! `policy`), `evaluation`, `allowing`, `existence`, `hints`
//! and `denials` (what is at fault), `missing` (what would decide), `change` and `fix`.

mod allowing;
mod arguments;
mod change;
mod context;
mod denials;
mod documents;
mod evaluation;
mod existence;
mod fix;
mod hints;
mod layers;
mod missing;
mod path;
mod policy_target;
mod requests;
mod resource_fix;
mod saved_names;
mod secret_id;
mod selection;
mod start;

#[cfg(test)]
mod tests;

pub use change::DocumentChange;
pub use denials::{AccessFault, StartDenial, denials_of_start};
pub use documents::{AccessDocuments, EndpointAccess};
pub use evaluation::{Dated, EvaluatedRequest, evaluate_request, evaluate_requests};
pub use existence::{ResourceState, StartResource, resources_of_start};
pub use fix::{AccessFix, fix_start};
pub use hints::DenialHint;
pub use missing::{missing_of, unseen_of};
pub use path::{RequestPath, RequestPaths};
pub use policy_target::PolicyTarget;
pub use requests::{
    RequestPrincipal, RequestSubject, StartRequest, StartRequests, StartStep, requests_of_start,
};
pub use resource_fix::fix_resource;
pub use saved_names::SavedNames;
pub use secret_id::without_suffix;
pub use selection::denied_calls_of_start;
pub use start::StartInputs;
