//! Tests of the whole room: from a task definition and documents to denials and fixes.

mod denials;
mod existence;
mod fixes;
mod requests;
mod scene;
mod undecided;
