//! The configured path of one request and of its reply: which controls it meets, and what each says.
//!
//! Goes in: an [`Inventory`](crate::inventory::Inventory), a [`Sender`] and a [`Request`]. Comes out: a
//! [`ConfiguredPath`]: hops in the order packets meet them, each allowed, denied or not known.
//! Pure: no files, no records, no clock. What happened is not its business, only what the configuration would do.
//! Where a document is missing a hop is [`Passage::Unknown`], and that never turns into an allowance.
//!
//! Inside: `scene` (the two sides, and the sender's own controls), one module for each way a route can lead (`local`,
//! `internet`, `nat`, `gateway_endpoint`, `beyond`), one for each kind of rule (`security_groups`, `network_acls`,
//! `routes`), and `evaluate`, which puts the hops in order. `remedy` looks for [`Change`]s that open a path and evaluates
//! the changed copy.

mod answer;
mod change;
mod configured;
mod decision;
mod evaluate;
mod external;
mod gateway_endpoint;
mod internet;
mod local;
mod lookup;
mod nat;
mod network_acls;
mod peer;
mod query;
mod region;
mod remedy;
mod routes;
mod scene;
mod security_groups;
mod sides;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod tests;

pub use change::{Change, ServiceUpdate};
pub use configured::{ConfiguredPath, NextHop, Request, Sender};
pub use evaluate::{evaluate, evaluate_query};
pub use query::{Extent, Query};
pub use region::{Region, region_of};
pub use remedy::{PrivateDns, Remedy, private_dns, remedy, remedy_with, remedy_with_private_dns};
