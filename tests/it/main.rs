//! The integration tests, one binary: every further file would link the whole library again.

mod bad_input;
mod check;
mod cli;
#[cfg(unix)]
mod collect;
mod formats;
mod hostile;
mod laws;
mod referee;
mod samples;
mod samples_explained;
mod samples_mended;
mod scenarios;
mod support;
mod tidy;
