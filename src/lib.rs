//! Explains from exported VPC flow logs why an ECS task could not pull its image, secrets or registry token.

pub mod cli;
pub mod error;
pub mod inventory;
pub mod model;
pub mod pipeline;
pub mod progress;
pub mod render;
pub mod report;
