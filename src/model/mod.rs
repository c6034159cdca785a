//! Plain values every stage speaks in.
//!
//! Depends on the standard library, `ipnet`, `serde` and `jiff` (formatting of times) only.
//! Everyone may use this module; it uses no one.

pub mod defect;
pub mod endpoint;
pub mod field;
pub mod ids;
pub mod interface;
pub mod network;
pub mod protocol;
pub mod service;
pub mod source;
pub mod task;
pub mod tcp_flags;
pub mod time;
