//! The only module that uses polars: sorts and joins of tables that are too large for plain loops.
//!
//! Input: columns of plain numbers. Output: orders, selections and counts of their rows. This module knows no AWS
//! names.

mod order;
mod suspects;

pub use order::{SortKey, sorted_order};
pub use suspects::{Outcomes, failing_interfaces};

use polars::prelude::PolarsError;

/// A table operation failed. This is always a bug of flowcause, because flowcause builds every column itself.
#[derive(Debug, thiserror::Error)]
#[error("a table operation failed")]
pub struct FrameError(#[from] PolarsError);
