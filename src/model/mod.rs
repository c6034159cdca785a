//! Plain values that every stage uses.
//!
//! Depends only on the standard library, `ipnet`, `serde` and `jiff` (formatting of times).
//! Every module may use this one; it uses no other module.

pub mod access;
pub mod arn;
pub mod blocks;
pub mod compression;
pub mod configuration_change;
pub mod container_instance;
pub mod defect;
pub mod deployment;
pub mod document;
pub mod endpoint;
pub mod field;
pub mod gateway;
pub mod ids;
pub mod interface;
pub mod log_format;
pub mod name_resolution;
pub mod network;
pub mod network_acl;
pub mod prefix_list;
pub mod protocol;
pub mod resolution;
pub mod route_table;
pub mod runbook;
pub mod security_group;
pub mod service;
pub mod source;
pub mod task;
pub mod tcp_flags;
pub mod time;
pub mod traffic_rule;
