//! The law of absent values: the inputs, the places in them, and the verdicts of the controls.

pub(crate) mod exhibit;
pub(crate) mod place;
pub(crate) mod statement;
pub(crate) mod verdicts;
