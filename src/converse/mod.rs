//! The two directions of a conversation joined, interface by interface.
//!
//! Goes in: the aggregate. Comes out: conversations with initiator and responder named, windows of one 5-tuple merged,
//! and a state for each. Initiator is the side that talks to a service port; the interface's own role does not matter here:
//! a knock on a task's own 443 is a conversation that someone else initiated.

mod pair;
mod prefilter;
mod state;
mod suspects;

pub use pair::{Conversation, Half, Sums, pair, pair_in_runs};
pub use prefilter::{SuspectCandidate, SuspectPrefilter};
pub use state::ConversationState;
pub use suspects::{OwnAddress, by_interface, own_address, suspects};
