//! From a case to a verdict: pure functions of values, without files, clock or tables.
//!
//! Goes in: a [`Case`](case::Case). Comes out: a [`Finding`](verdict::Finding): one verdict, what else was considered, what is missing.
//! Each cause is a file under `causes/` with its page beside it; this module knows none of them by name but the last.

pub mod assessment;
mod astray;
mod besides;
pub mod case;
mod causes;
mod contradiction;
mod contrast;
mod controls;
mod lacking;
mod lead;
mod mend;
mod misnamed;
mod private_dns;
mod purpose;
mod queries;
pub mod registry;
mod rejection;
mod returns;
mod silence;
pub mod stopped_reason;
pub mod verdict;
mod words;

pub use causes::CAUSES;
