//! Text columns merged from two others, by key, without reading the text.

use std::sync::{Arc, LazyLock};

use arrow::array::{Array, ArrayRef, DictionaryArray, Int32Array, StringArray};
use arrow::compute::{cast, concat};
use arrow::datatypes::{DataType, Int32Type};

use crate::ingest::parquet::columns::TextColumn;

/// A text column that takes the value of each row from one of two other columns.
///
/// Its dictionary is the concatenation of both dictionaries. It is kept as long as they stay the same.
#[derive(Default)]
pub(super) struct MergedColumn {
    of: Option<[ArrayRef; 2]>,
    values: Option<ArrayRef>,
}

/// The dictionary of a missing column.
static NOTHING: LazyLock<ArrayRef> = LazyLock::new(|| Arc::new(StringArray::from(Vec::<&str>::new())));

/// The index of one of the two columns, and the key in it.
pub(super) type KeyChoice = Option<(usize, usize)>;

impl MergedColumn {
    /// The column with the value that `choose` selects for each row.
    pub(super) fn column(
        &mut self,
        columns: [Option<&TextColumn>; 2],
        rows: usize,
        choose: impl Fn(usize) -> KeyChoice,
    ) -> Option<ArrayRef> {
        let of =
            columns.map(|column| column.map_or_else(|| NOTHING.clone(), |text| text.dictionary().clone()));
        let first = of[0].len();
        let same = self.of.as_ref().is_some_and(|old| old.iter().zip(&of).all(|(a, b)| Arc::ptr_eq(a, b)));
        if !same {
            self.values = join(&of);
            self.of = Some(of);
        }
        let key = |row| {
            let (column, key) = choose(row)?;
            i32::try_from(if column == 0 { key } else { first + key }).ok()
        };
        dictionary((0..rows).map(key).collect(), self.values.clone()?)
    }
}

fn join([first, second]: &[ArrayRef; 2]) -> Option<ArrayRef> {
    if first.data_type() == second.data_type() {
        return concat(&[first, second]).ok();
    }
    let binary = |array: &ArrayRef| cast(array, &DataType::Binary).ok();
    concat(&[&binary(first)?, &binary(second)?]).ok()
}

/// A text column from keys and a dictionary.
pub(super) fn dictionary(keys: Int32Array, values: ArrayRef) -> Option<ArrayRef> {
    let column = DictionaryArray::<Int32Type>::try_new(keys, values).ok()?;
    Some(Arc::new(column))
}
