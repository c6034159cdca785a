//! The integration tests, one binary: every further file would link the whole library again.

mod samples;
mod scenarios;
mod support;
