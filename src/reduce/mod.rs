//! Reduces records to the aggregate: the records that can matter, summed up by direction of a conversation and ten
//! minutes.
//!
//! Input: log files and a [`RecordFilter`]. Output: an [`Aggregate`], whose records are in memory or in temporary
//! files until they are aggregated, and from it a [`Reduced`]: the part of the two sorted tables that the cases need.
//! Every value merges by sum, minimum, maximum or bitwise or. Therefore the result depends neither on the order of
//! the files nor on the number of threads.

mod aggregate;
mod aggregation;
mod collector;
mod copies;
mod coverage;
mod dictionary;
mod discards;
mod duplicates;
mod file_totals;
mod filter;
mod flow;
mod names;
mod numbering;
mod packed;
mod pending_discards;
mod reduced;
mod run;
mod select;
mod selector;
mod shared;
mod work_unit;

pub use self::aggregate::{Aggregate, RecordCounts};
pub use self::aggregation::AggregatedFlow;
pub use self::coverage::CoverageRow;
pub use self::discards::{Discards, Unreadable};
pub use self::file_totals::FileTotals;
pub use self::filter::{RecordFilter, RecordSet};
pub use self::flow::{BUCKET_SECONDS, Flow, FlowKey, FlowSums};
pub use self::reduced::Reduced;
pub use self::run::reduce_files;
pub use crate::ingest::totals::Totals;
pub use crate::spill::Limits;
