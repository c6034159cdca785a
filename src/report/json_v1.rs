//! Report, version 1.
