//! A parallel sort over several columns. It brings the records of one conversation together.

use polars::prelude::{Column, DataFrame, NamedFromOwned, Series, SortMultipleOptions};

use super::FrameError;

/// One column to sort by. The first column has the highest priority.
pub type SortKey = Vec<u32>;

/// Smaller tables are sorted on the calling thread, because starting other threads would take longer than the sort.
const MIN_PARALLEL_ROWS: usize = 1 << 17;

/// Returns the order of the rows sorted by the keys; equal rows keep their order. Every key has one number per row.
pub fn sorted_order(keys: Vec<SortKey>) -> Result<Vec<u32>, FrameError> {
    let n_rows = keys.first().map_or(0, Vec::len);
    let row: Vec<u32> = (0..u32::try_from(n_rows).unwrap_or(u32::MAX)).collect();
    let columns: Vec<Column> = keys
        .into_iter()
        .chain([row])
        .enumerate()
        .map(|(place, values)| Series::from_vec(format!("{place}").into(), values).into())
        .collect();
    let names: Vec<_> = columns.iter().map(|column| column.name().clone()).collect();
    let row_name = names.last().cloned().unwrap_or_default();
    let table = DataFrame::new(n_rows, columns)?;
    let options = SortMultipleOptions::default().with_multithreaded(n_rows >= MIN_PARALLEL_ROWS);
    let sorted = table.sort(names, options)?;
    Ok(sorted.column(&row_name)?.u32()?.into_no_null_iter().collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn rows_are_sorted_stably_by_the_keys(rows in prop::collection::vec((0_u32..4, 0_u32..4), 0..50)) {
            let (a, b): (Vec<u32>, Vec<u32>) = rows.iter().copied().unzip();
            let mut plain: Vec<u32> = (0..u32::try_from(rows.len()).unwrap()).collect();
            plain.sort_by_key(|&row| rows[row as usize]);
            prop_assert_eq!(sorted_order(vec![a, b]).unwrap(), plain);
        }
    }
}
