//! The number of lines that are too short for a record, a header, a timestamp, or any value that is kept of a discarded
//! record.

use crate::ingest::schema::field_order::FieldOrders;

/// The longest of these lines, in bytes. The shortest header, `end type`, is longer, and so are an interface id with
/// another value and a time.
pub(super) const LONGEST: usize = 7;
/// The most fields of such a line.
const MOST_FIELDS: usize = LONGEST.div_ceil(2);

/// Tiny lines in the current field order that are not reported yet.
#[derive(Default)]
pub(super) struct TinyLines {
    pub(super) count: u64,
    /// The number of the first line, and of its fields.
    pub(super) first: u64,
    pub(super) n_fields: usize,
    /// Whether no known field order has so few fields; none if it was not examined yet.
    are_no_records: Option<bool>,
}

impl TinyLines {
    /// Counts a line.
    pub(super) fn add(&mut self, number: u64, line: &[u8]) {
        if self.count == 0 {
            let fields = line.split(|&byte| byte <= b' ').filter(|field| !field.is_empty());
            (self.first, self.n_fields) = (number, fields.count());
        }
        self.count += 1;
    }

    /// Whether no known field order has so few fields.
    pub(super) fn are_no_records(&mut self, orders: &FieldOrders<'_>) -> bool {
        *self.are_no_records.get_or_insert_with(|| !orders.has_fewer_than(MOST_FIELDS + 1))
    }
}
