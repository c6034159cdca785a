//! The integration tests, one binary: every further file would link the whole library again.

mod absent_values;
mod bad_input;
mod book;
mod book_lists;
mod changes;
mod check;
mod check_central;
mod check_permissions;
mod cli;
#[cfg(unix)]
mod collect;
mod compare;
mod document_memory;
mod document_table;
mod examples;
mod formats;
mod hostile;
mod hostile_documents;
mod hostile_permissions;
mod inspect;
mod killed;
mod laws;
mod outputs;
mod policy;
mod policy_laws;
mod referee;
mod removal;
mod samples;
mod samples_checked;
mod samples_explained;
mod samples_fixed;
mod samples_permissions;
mod scale;
mod scenarios;
mod schedule;
mod source_formats;
mod source_formats_explained;
mod support;
mod tidy;
#[cfg(unix)]
mod transcripts;
mod words;
mod worlds;
