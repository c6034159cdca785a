//! `unmapped`: the fields for which OCSF has no attribute, by their flow-log names.

use std::collections::BTreeMap;

use arrow::array::{Array, ArrayRef, AsArray, Int32Array, ListArray, MapArray};

use super::merged_column::dictionary;
use crate::ingest::parquet::columns::TextColumn;
use crate::ingest::record::DESCRIPTIVE;
use crate::model::field::Field;

/// The descriptive fields in the column, in any structure.
pub(super) fn unmapped(column: &ArrayRef) -> BTreeMap<Field, ArrayRef> {
    if let Some(map) = column.as_map_opt() {
        of_map(map).unwrap_or_default()
    } else if let Some(lists) = column.as_list_opt::<i32>() {
        of_pairs(lists).unwrap_or_default()
    } else if let Some(fields) = column.as_struct_opt() {
        let named = fields.column_names().into_iter().zip(fields.columns());
        let descriptive_field =
            named.filter_map(|(name, column)| Some((descriptive_field(name.as_bytes())?, column.clone())));
        descriptive_field.filter(|(_, column)| TextColumn::of(column).is_some()).collect()
    } else {
        BTreeMap::new()
    }
}

fn descriptive_field(name: &[u8]) -> Option<Field> {
    Field::from_name(name).filter(|field| DESCRIPTIVE.contains(field))
}

/// The keys of the values of each descriptive field, by row.
struct UnmappedKeys {
    rows: usize,
    keys: BTreeMap<Field, Vec<Option<i32>>>,
}

impl UnmappedKeys {
    fn put(&mut self, field: Field, row: usize, key: Option<usize>) {
        let keys = self.keys.entry(field).or_insert_with(|| vec![None; self.rows]);
        keys[row] = key.and_then(|key| i32::try_from(key).ok());
    }

    fn columns(self, values: &TextColumn) -> BTreeMap<Field, ArrayRef> {
        let column = |keys: Vec<Option<i32>>| dictionary(Int32Array::from(keys), values.dictionary().clone());
        self.keys.into_iter().filter_map(|(field, keys)| Some((field, column(keys)?))).collect()
    }
}

fn of_map(map: &MapArray) -> Option<BTreeMap<Field, ArrayRef>> {
    let (names, values) = (TextColumn::of(map.keys())?, TextColumn::of(map.values())?);
    let fields = fields(&names);
    let mut found = UnmappedKeys { rows: map.len(), keys: BTreeMap::new() };
    for row in (0..map.len()).filter(|&row| map.is_valid(row)) {
        for entry in range(map.value_offsets(), row)? {
            if let Some(field) = names.key(entry).and_then(|key| fields.get(key).copied()?) {
                found.put(field, row, values.key(entry));
            }
        }
    }
    Some(found.columns(&values))
}

/// Reads a list of pairs: lists with a name and a value.
fn of_pairs(lists: &ListArray) -> Option<BTreeMap<Field, ArrayRef>> {
    let pairs = lists.values().as_list_opt::<i32>()?;
    let texts = TextColumn::of(pairs.values())?;
    let fields = fields(&texts);
    let mut found = UnmappedKeys { rows: lists.len(), keys: BTreeMap::new() };
    for row in (0..lists.len()).filter(|&row| lists.is_valid(row)) {
        for pair in range(lists.value_offsets(), row)?.filter(|&pair| pairs.is_valid(pair)) {
            let mut items = range(pairs.value_offsets(), pair)?;
            let name = items.next().and_then(|name| texts.key(name));
            if let Some(field) = name.and_then(|key| fields.get(key).copied()?) {
                found.put(field, row, items.next().and_then(|value| texts.key(value)));
            }
        }
    }
    Some(found.columns(&texts))
}

/// The field of each name, by key.
fn fields(names: &TextColumn) -> Vec<Option<Field>> {
    (0..names.len()).map(|key| descriptive_field(names.value(key))).collect()
}

fn range(offsets: &[i32], at: usize) -> Option<std::ops::Range<usize>> {
    Some(usize::try_from(offsets[at]).ok()?..usize::try_from(offsets[at + 1]).ok()?)
}
