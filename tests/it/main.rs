//! The integration tests, one binary: every further file would link the whole library again.

mod bad_input;
mod cli;
mod hostile;
mod hostile_documents;
mod laws;
mod referee;
mod samples;
mod samples_explained;
mod scenarios;
mod support;
mod tidy;
