//! What is known about a task to what it died of.

pub mod stopped_reason;
