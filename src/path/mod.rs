//! The configured path of one request and of its reply: which controls it meets, and what each says.
//!
//! Goes in: an [`Inventory`](crate::inventory::Inventory), a [`Sender`] and a [`Request`]. Comes out: a
//! [`ConfiguredPath`]: hops in the order packets meet them, each allowed, denied or not known.
//! Pure: no files, no records, no clock. What happened is not its business, only what the configuration would do.
//! Where a document is missing a hop is [`Passage::Unknown`], and that never turns into an allowance.

mod hop;
mod told;

pub use hop::{ConfiguredPath, Control, Hop, Leg, Passage, Request, Sender, Side, Way};
