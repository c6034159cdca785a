//! The conclusions that `explain` and `check` share: what a hop of a configured path means, where the name of a service
//! leads, which resource is at fault and what fixes it.
//!
//! `explain` applies them to packets that failed, `check` to packets that were not sent yet. Each rule stands here once, so
//! that the two commands cannot disagree. Pure functions of an inventory and of configured paths.

pub(crate) mod central;
pub(crate) mod culprits;
pub(crate) mod endpoints;
pub(crate) mod fix;
pub(crate) mod obstacle;
