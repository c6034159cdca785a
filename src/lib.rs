//! Explains from exported VPC flow logs why an ECS task could not pull its image, secrets or registry token.
//!
//! Reading: [`ingest`] turns files into records, [`reduce`] records into the aggregate, [`inventory`] AWS documents into
//! look-ups, [`converse`] the aggregate into conversations (with [`frame`], the only home of polars).
//!
//! Looking: [`inspect`] counts what is in the files, and says what a diagnosis would lack.
//!
//! Deciding: [`diagnose`] puts together what is known of each task and asks every cause about it. Pure functions.
//!
//! Telling: [`assemble`] makes the finished [`report`] with the records quoted, [`render`] writes it in each format.
//!
//! Going on: [`schedule`] makes a run that continues from earlier ones, [`compare`] puts two reports side by side.
//!
//! [`model`] holds the plain values everyone speaks in, [`pipeline`] is the whole run on one screen, [`cli`] the only part
//! that knows terminal, environment and exit codes. docs/architecture.md says which module may name which.

pub mod assemble;
pub mod check;
pub mod cli;
pub mod collect;
pub mod compare;
pub mod converse;
pub mod diagnose;
pub mod error;
pub mod finding;
pub mod frame;
pub mod ingest;
pub mod inspect;
pub mod inventory;
pub mod model;
pub mod path;
pub mod pipeline;
pub mod progress;
pub mod reduce;
pub mod render;
pub mod report;
pub mod schedule;
pub mod spill;
