//! Pictures of the sample reports.
