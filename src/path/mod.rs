//! The configured path of one request and of its reply: its controls, and the decision of each.
//!
//! Input: an [`Inventory`](crate::inventory::Inventory), a [`Sender`] and a [`Request`]. Output: a
//! [`ConfiguredPath`]: hops in the order of the packets, each allowed, denied or unknown.
//! It is a pure function of the configuration: it uses no files, no records and no clock.
//! If a document is missing, a hop is [`Unknown`](crate::finding::HopDecision::Unknown), which never becomes allowed.
//!
//! Modules: `scene` (the two peers, and the sender's own controls), one module for each kind of target of a route (`local`,
//! `internet`, `nat`, `appliance`, `gateway_endpoint`, `external`, `far_vpc` for a destination in another VPC, `egress_vpc` for a way out through one, `firewall` for one on the way), one for
//! each kind of rule (`security_groups`, `network_acls`,
//! `routes`), and `evaluate`, which puts the hops in order. `remedy` looks for [`Change`]s that open a path and evaluates
//! the changed copy.

mod appliance;
mod change;
mod configured;
mod crossing;
mod decision;
mod edge;
mod egress_vpc;
mod evaluate;
mod external;
mod far_vpc;
mod firewall;
mod gateway_endpoint;
mod internet;
mod local;
mod lookup;
mod matching;
mod nat;
mod network_acls;
mod observed;
mod onward;
mod peer;
mod peers;
mod query;
mod region;
mod remedy;
mod routes;
mod scene;
mod security_groups;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod tests;

pub use change::{Change, ServiceUpdate};
pub use configured::{ConfiguredPath, NextHop, Request, Sender};
pub use evaluate::{evaluate, evaluate_query};
pub use observed::{ObservedPacket, controls_at};
pub(crate) use peer::is_private;
pub use peer::{is_nat64, translated};
pub use query::{Extent, Query};
pub use region::{Region, region_of};
pub use remedy::{PrivateDns, Remedy, change_at, private_dns, remedy, remedy_with, remedy_with_private_dns};
