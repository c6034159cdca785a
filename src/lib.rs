//! Explains from exported VPC flow logs why an ECS task could not pull its image, secrets or registry token.

pub mod diagnose;
pub mod inventory;
pub mod model;
pub mod report;
