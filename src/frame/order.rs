//! Brings the records of one conversation together: a parallel sort over several columns.

use polars::prelude::{Column, DataFrame, NamedFromOwned, Series, SortMultipleOptions};

use super::FrameError;

/// One column to sort by; the first one counts most.
pub type SortKey = Vec<u32>;

/// Fewer rows than this are sorted by the thread that asks: others would cost it more than they save.
const LEAST_SHARED: usize = 1 << 17;

/// The order of rows sorted by the keys, ties by place; every key has one number a row.
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
    let options = SortMultipleOptions::default().with_multithreaded(n_rows >= LEAST_SHARED);
    let sorted = table.sort(names, options)?;
    Ok(sorted.column(&row_name)?.u32()?.into_no_null_iter().collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn is_the_stable_order_of_the_keys(rows in prop::collection::vec((0_u32..4, 0_u32..4), 0..50)) {
            let (a, b): (Vec<u32>, Vec<u32>) = rows.iter().copied().unzip();
            let mut plain: Vec<u32> = (0..u32::try_from(rows.len()).unwrap()).collect();
            plain.sort_by_key(|&row| rows[row as usize]);
            prop_assert_eq!(sorted_order(vec![a, b]).unwrap(), plain);
        }
    }
}
