//! A packet-level simulator of task starts, with the flow logs and the output of the AWS CLI that they produce.
//!
//! Read it in this order: `vpc` and `config` (the network), `packets`, `packet_path` and `filter` (the interfaces of a
//! packet, and its result), `fault` (faults outside the configuration), `dialogue` and `startup` (the exchanges), `bystanders`,
//! `flow_log` (packets to records), `format` (records to text and Parquet), `metadata`, `stage` and `scenarios` (the
//! incidents), `write` (their files).
//! Everything comes from a stated seed: the same scenario gives the same bytes.

pub(crate) mod absent;
pub(crate) mod access;
#[cfg(unix)]
pub(crate) mod aws_cli;
pub(crate) mod bad;
pub(crate) mod bystanders;
pub(crate) mod changes;
pub(crate) mod clock;
pub(crate) mod commands;
pub(crate) mod config;
pub(crate) mod days;
pub(crate) mod dialogue;
pub(crate) mod documents;
pub(crate) mod fault;
mod filter;
pub(crate) mod flow_log;
pub(crate) mod format;
pub(crate) mod given;
pub(crate) mod incident;
pub(crate) mod inventory;
pub(crate) mod messages;
pub(crate) mod metadata;
mod packet_path;
pub(crate) mod packets;
pub(crate) mod page;
mod physics;
pub(crate) mod policy_cases;
pub(crate) mod policy_worlds;
pub(crate) mod processors;
pub(crate) mod prose;
pub(crate) mod readme;
pub(crate) mod referee;
pub(crate) mod removal;
pub(crate) mod rng;
pub(crate) mod run;
pub(crate) mod sample_folder;
pub(crate) mod scenarios;
pub(crate) mod source_format_sample;
pub(crate) mod source_formats;
pub(crate) mod stage;
pub(crate) mod startup;
pub(crate) mod table;
#[cfg(unix)]
pub(crate) mod transcript;
mod truths;
pub(crate) mod vpc;
pub(crate) mod worlds;
pub(crate) mod write;
