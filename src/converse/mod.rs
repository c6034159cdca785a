//! Joins the two directions of each conversation, interface by interface.
//!
//! Input: the aggregate. Output: conversations with initiator and responder named, the windows of one 5-tuple merged,
//! and a state for each. The initiator is the side that contacts a service port. The role of the interface itself
//! does not matter here: a probe of port 443 of a task is a conversation that another host initiated.

mod pair;
mod prefilter;
mod state;
mod suspects;

pub use pair::{Conversation, Half, Sums, pair, pair_in_runs};
pub use prefilter::{SuspectCandidate, SuspectPrefilter};
pub use state::ConversationState;
pub use suspects::{OwnAddress, by_interface, own_address, suspects};
