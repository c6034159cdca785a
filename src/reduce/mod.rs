//! Records to the aggregate: only what can matter, summed by conversation direction and ten minutes.
//!
//! Goes in: log files and a [`RecordFilter`]. Comes out: an [`Aggregate`], whose records lie in memory or in temporary files until
//! they are folded, and of it [`Reduced`]: what the cases need of the two tables of the aggregate, sorted.
//! Every value merges by sum, minimum, maximum or bitwise or, so that neither the order of files nor the number of threads shows.

mod aggregate;
mod aggregation;
mod collector;
mod coverage;
mod dictionary;
mod file_totals;
mod filter;
mod flow;
mod names;
mod numbering;
mod packed;
mod reduced;
mod run;
mod select;
mod selector;
mod shared;
mod work_unit;

pub use self::aggregate::{Aggregate, RecordCounts};
pub use self::aggregation::AggregatedFlow;
pub use self::coverage::CoverageRow;
pub use self::file_totals::FileTotals;
pub use self::filter::{RecordFilter, RecordSet};
pub use self::flow::{BUCKET_SECONDS, Flow, FlowKey, FlowSums};
pub use self::reduced::Reduced;
pub use self::run::reduce_files;
pub use crate::ingest::totals::Totals;
pub use crate::spill::Limits;
