//! Each stage alone, over a seeded corpus: `cargo bench --bench stages [-- GROUP]`.
//!
//! | group | measured |
//! |---|---|
//! | `readers` | each format to records; every record is parsed and none is kept |
//! | `ingest_text` | the floor of the text readers, which is inflating; finding the fields of a header |
//! | `ingest_parquet` | the floor of the Parquet reader, which is decoding the columns that the reduction needs |
//! | `reduce` | files to the aggregate |
//! | `pair` | the aggregate to conversations |
//! | `diagnose` | the state of every conversation; a whole small incident |
//! | `render` | a finished report to each format |
//!
//! Corpus: the generator of the `corpus` bench (its model is in `benches/corpus/generate/mod.rs`), seed 1, sizes
//! [`corpora::SIZES`]; generated once for each run, in cargo's temporary folder. Throughput is in records (items) and, for the
//! floors, in bytes of the files. Stages with threads use two.
//!
//! Notes: files are in the page cache after the first sample. The machine's noise is larger than most changes: compare
//! medians of one run, before and after. A floor is a time that no reader with the same codec can beat.

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
