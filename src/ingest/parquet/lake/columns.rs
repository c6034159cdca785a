//! The nested columns of one decoded batch, by path.

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, RecordBatch, StructArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, TimeUnit};

use crate::ingest::parquet::columns::{NumberColumn, TextColumn};
use crate::model::field::Field;
use crate::model::time::Timestamp;

/// One decoded batch.
#[derive(Clone, Copy)]
pub(super) struct Nested<'a>(pub(super) &'a RecordBatch);

impl Nested<'_> {
    pub(super) fn rows(self) -> usize {
        self.0.num_rows()
    }

    /// The column at a path through structs.
    pub(super) fn at(self, path: &str) -> Option<ArrayRef> {
        let mut names = path.split('.');
        let first = self.0.column_by_name(names.next()?)?.clone();
        names.try_fold(first, |array, name| array.as_struct_opt().and_then(|array| child(array, name)))
    }

    pub(super) fn text(self, path: &str) -> Option<TextColumn> {
        TextColumn::of(&self.at(path)?)
    }

    /// Numbers that only this mapping uses. Values that are not numbers count as missing.
    pub(super) fn numbers(self, path: &str) -> NumberColumn {
        NumberColumn::new(Field::Version, self.at(path).as_ref())
    }

    /// Milliseconds or seconds, from the first of these columns with a value in the row.
    pub(super) fn times(self, paths: &[&str]) -> ArrayRef {
        let columns: Vec<Int64Array> = paths.iter().filter_map(|path| times(&self.at(path)?)).collect();
        match columns.first() {
            Some(first) if first.null_count() == 0 => std::sync::Arc::new(first.clone()),
            _ => {
                let of_row = |row: usize| columns.iter().find(|it| it.is_valid(row)).map(|it| it.value(row));
                std::sync::Arc::new((0..self.rows()).map(of_row).collect::<Int64Array>())
            }
        }
    }
}

fn child(array: &StructArray, name: &str) -> Option<ArrayRef> {
    array.column_by_name(name).cloned()
}

/// Times as numbers; none if the column contains no times.
fn times(array: &ArrayRef) -> Option<Int64Array> {
    if let Some(text) = TextColumn::of(array) {
        let by_key: Vec<Option<i64>> = (0..text.len()).map(|key| time(text.value(key))).collect();
        return Some((0..array.len()).map(|row| by_key.get(text.key(row)?).copied().flatten()).collect());
    }
    let numbers = match array.data_type() {
        DataType::Timestamp(_, zone) => {
            cast(array, &DataType::Timestamp(TimeUnit::Millisecond, zone.clone())).ok()?
        }
        _ => array.clone(),
    };
    Some(cast(&numbers, &DataType::Int64).ok()?.as_primitive_opt()?.clone())
}

fn time(text: &[u8]) -> Option<i64> {
    Some(Timestamp::parse(std::str::from_utf8(text).ok()?)?.0)
}
