//! Determines which fields a record has, in which order, and which values each field may have.
//!
//! This stage reads no files. The text and Parquet readers share it.

pub(super) mod address;
pub(super) mod field_order;
pub(super) mod fields;
pub(super) mod header;
pub(super) mod number;
pub(super) mod remains;
pub(super) mod value;
pub(super) mod value_class;
