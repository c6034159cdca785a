//! The integration tests, one binary: every further file would link the whole library again.

mod bad_input;
mod cli;
mod compare;
mod examples;
mod hostile;
mod killed;
mod laws;
mod referee;
mod samples;
mod samples_explained;
mod scenarios;
mod schedule;
mod support;
mod tidy;
