//! Tests of the whole room: from a task definition and documents to denials and fixes.

mod cli_documents;
mod denials;
mod existence;
mod fixes;
mod requests;
mod scene;
mod undecided;
