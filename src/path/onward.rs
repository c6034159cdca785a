//! The rest of a path, after the sender's route table.

use crate::finding::Hop;
use crate::path::configured::NextHop;

/// The next hop of a request, and the controls that follow the sender's route table.
pub(super) struct Onward {
    /// The next hop of the request.
    pub(super) next_hop: NextHop,
    /// Whether the request passes the edge of the sender's subnet.
    pub(super) leaves_subnet: Option<bool>,
    /// The controls of the request.
    pub(super) request: Vec<Hop>,
    /// The controls of the reply, up to the edge of the sender's subnet; none if packets cannot continue.
    pub(super) reply: Option<Vec<Hop>>,
}

impl Onward {
    /// A path that ends at the sender's route table, so there is no reply.
    pub(super) fn dead_end(next_hop: NextHop) -> Self {
        Self { next_hop, leaves_subnet: Some(true), request: Vec::new(), reply: None }
    }
}
