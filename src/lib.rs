//! Explains from exported VPC flow logs why an ECS task could not pull its image, secrets or registry token.
//!
//! Input: [`ingest`] reads files to records, [`reduce`] reduces records to the aggregate, [`inventory`] reads AWS
//! documents and offers look-ups, [`converse`] pairs the aggregate to conversations (with [`frame`], the only module
//! that uses polars).
//!
//! Inspection: [`inspect`] counts the contents of the files and lists the data that a diagnosis would lack.
//!
//! Diagnosis: [`diagnose`] collects the facts about each task and checks every cause against them. Its functions are
//! pure.
//!
//! Output: [`assemble`] builds the finished [`report`] with quoted records, [`render`] writes it in each format.
//!
//! Repeated runs: [`schedule`] resumes from earlier runs, [`compare`] compares two reports.
//!
//! Permissions: [`policy`] evaluates IAM policies.
//!
//! Changes of the configuration: [`changes`] names the one that broke a start.
//!
//! Findings of the runbook of AWS: [`runbook`] compares them with the diagnosis.
//!
//! [`model`] holds the plain values that all modules use, [`pipeline`] is the whole run on one screen. Only [`cli`]
//! uses the terminal, the environment and exit codes. docs/architecture.md lists which module may import which.

pub mod assemble;
mod attribution;
pub mod authorization;
pub mod changes;
pub mod check;
pub mod cli;
pub mod collect;
pub mod compare;
pub mod converse;
pub mod diagnose;
pub mod disk;
pub mod error;
pub mod finding;
pub mod frame;
pub mod ingest;
pub mod inspect;
pub mod inventory;
pub mod model;
pub mod path;
pub mod pipeline;
pub mod policy;
pub mod progress;
pub mod reduce;
pub mod render;
pub mod report;
pub mod runbook;
pub mod schedule;
pub mod spill;
