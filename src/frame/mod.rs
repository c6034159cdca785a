//! The only home of polars: tables too large for loops and too ragged for the readers.
//!
//! Goes in: columns of plain numbers. Comes out: orders, selections and counts of them. No name of AWS is known here.

mod order;
mod suspects;

pub use order::{SortKey, sorted_order};
pub use suspects::{Outcomes, repeat_offenders};

use polars::prelude::PolarsError;

/// What polars can fail of here: a bug of ours, since every column is made by us.
#[derive(Debug, thiserror::Error)]
#[error("a table operation failed")]
pub struct FrameError(#[from] PolarsError);
