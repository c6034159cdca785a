//! Explains from exported VPC flow logs why an ECS task could not pull its image, secrets or registry token.

pub mod assemble;
pub mod cli;
pub mod converse;
pub mod diagnose;
pub mod error;
pub mod frame;
pub mod ingest;
pub mod inventory;
pub mod model;
pub mod pipeline;
pub mod progress;
pub mod reduce;
pub mod render;
pub mod report;
