//! Each stage alone, over a seeded corpus: `cargo bench --bench stages [-- GROUP]`.
//!
//! | group | measured |
//! |---|---|
//! | `ingest_text` | gzip text to rows; its floor, inflating alone; finding the fields of a header |
//! | `ingest_parquet` | Parquet to rows; its floor, decoding the columns the reduction needs |
//! | `reduce` | rows to the aggregate |
//! | `pair` | the aggregate to conversations |
//! | `diagnose` | cases to verdicts |
//! | `render` | a finished report to each format |
//!
//! Corpus: the generator of the `corpus` bench (its model is in `benches/corpus/generate/mod.rs`), seed 1, sizes
//! [`corpora::SIZES`]; made once a run, in cargo's temporary folder. Throughput is in records (items) and, for the
//! floors, in bytes of the files. Two threads where a stage has threads.
//!
//! Notes: files are in the page cache after the first sample. The machine's noise is larger than most changes: compare
//! medians of one run, before and after. A floor is what no reader built on the same codec can beat.

mod corpora;
#[path = "../corpus/generate/mod.rs"]
mod corpus;
mod ingest_parquet;
mod ingest_text;

fn main() {
    divan::main();
}
