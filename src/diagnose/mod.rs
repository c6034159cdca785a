//! From a case to a verdict: pure functions of values, without files, clock or tables.
//!
//! Goes in: a [`Case`](case::Case). Comes out: a [`Finding`](finding::Finding) with the verdict, the other causes that were
//! considered, and the missing data. Each cause is a file under `causes/` with its page beside it; this module names only
//! the last of them.

pub mod assessment;
pub mod case;
mod cause;
mod causes;
mod central_endpoint;
pub mod configuration_only;
mod contradiction;
mod elimination;
mod endpoint_use;
mod failing_step;
pub mod finding;
mod firewall;
mod forwarder;
mod healthy_network;
mod healthy_peer;
mod intended_service;
mod missing_data;
mod other_failures;
mod other_family;
mod phrases;
mod proxy;
mod queries;
pub mod reason_only;
mod redirected_host;
pub mod refusal;
pub mod registry;
mod rejection;
mod rejection_claim;
mod rejection_point;
mod resolver;
mod return_traffic;
mod same_minutes;
mod saved_lists;
mod service_answer;
pub mod stopped_reason;
mod tried_fix;
mod unanswered;
mod unexplained;
mod unforwarded;
mod unroutable;
pub mod verdict;

pub use causes::CAUSES;
