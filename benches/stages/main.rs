//! Each stage alone, over a seeded corpus: `cargo bench --bench stages [-- GROUP]`.
//!
//! | group | measured |
//! |---|---|
//! | `readers` | each format to records, every record parsed and none kept |
//! | `ingest_text` | the text readers' floor, inflating alone; finding the fields of a header |
//! | `ingest_parquet` | the Parquet reader's floor, decoding the columns the reduction needs |
//! | `reduce` | files to the aggregate |
//! | `pair` | the aggregate to conversations |
//! | `diagnose` | the state of every conversation; a whole small incident |
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
mod readers;
mod stages;

fn main() {
    divan::main();
}
