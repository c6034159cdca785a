//! The columns of one Parquet batch, whatever type a re-saver gave them.
//!
//! AWS writes numbers as INT32 and INT64 and text as UTF-8; re-savers widen numbers, turn them into text, or drop the
//! UTF-8 mark. Text arrives dictionary-encoded, so that each value is looked at once and not once a row.
//! A null slot holds a stale value: validity is asked first, always.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BinaryArray, DictionaryArray, Int64Array, StringArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int32Type};

use super::number::{is_missing, parse_number};
use super::record::BadValue;
use crate::model::field::{Field, FieldKind};

/// One column of a batch.
pub(super) enum Column {
    /// The file has no such column, or one of a type that cannot hold the field.
    Absent,
    /// Numbers.
    Number(Int64Array),
    /// Text, by key into a dictionary.
    Text(TextColumn),
}

/// A dictionary-encoded text column and the numbers its values got.
pub(super) struct TextColumn {
    keys: DictionaryArray<Int32Type>,
    values: Values,
}

enum Values {
    Utf8(StringArray),
    Binary(BinaryArray),
}

/// Whether the field's column can be read from this type at all. Text may hold numbers, but no number is an address.
pub(super) fn is_readable(field: Field, data_type: &DataType) -> bool {
    let is_number = data_type.is_integer() || matches!(data_type, DataType::Float64 | DataType::Float32);
    let is_text = matches!(data_type, DataType::Utf8 | DataType::Binary);
    // A column without any value has no type of its own.
    is_text || *data_type == DataType::Null || is_number && field.spec().kind != FieldKind::Text
}

/// The type in which the column is asked for: text as a dictionary.
pub(super) fn wanted_type(data_type: &DataType) -> DataType {
    match data_type {
        DataType::Utf8 | DataType::Binary => {
            DataType::Dictionary(Box::new(DataType::Int32), Box::new(data_type.clone()))
        }
        other => other.clone(),
    }
}

impl Column {
    /// Takes a decoded array; one of an unexpected type counts as absent, which the schema check rules out.
    pub(super) fn new(array: &ArrayRef) -> Self {
        if let Some(keys) = array.as_dictionary_opt::<Int32Type>() {
            let values = keys.values();
            let values = match values.data_type() {
                DataType::Utf8 => Values::Utf8(values.as_string().clone()),
                DataType::Binary => Values::Binary(values.as_binary().clone()),
                _ => return Self::Absent,
            };
            return Self::Text(TextColumn { keys: keys.clone(), values });
        }
        match cast(array, &DataType::Int64) {
            Ok(numbers) => numbers.as_primitive_opt().map_or(Self::Absent, |n| Self::Number(n.clone())),
            Err(_) => Self::Absent,
        }
    }

    /// The text of a row; none where it is missing. A number column has no text.
    #[inline]
    pub(super) fn text(&self, row: usize) -> Option<&[u8]> {
        match self {
            Self::Text(column) => {
                column.key(row).map(|key| column.value(key)).filter(|text| !is_missing(text))
            }
            Self::Absent | Self::Number(_) => None,
        }
    }

    /// The number of a row; none where it is missing.
    #[inline]
    pub(super) fn number(&self, field: Field, row: usize) -> Result<Option<u64>, BadValue> {
        match self {
            Self::Absent => Ok(None),
            Self::Number(column) if column.is_null(row) => Ok(None),
            Self::Number(column) => {
                let number = column.value(row);
                let positive = u64::try_from(number).map(Some);
                positive.map_err(|_| BadValue::new(field, number.to_string().as_bytes()))
            }
            Self::Text(_) => match self.text(row) {
                None => Ok(None),
                Some(text) => parse_whole(text).map(Some).ok_or_else(|| BadValue::new(field, text)),
            },
        }
    }

    /// The dictionary of a text column, to tell whether the next batch still has the same one.
    pub(super) fn as_text(&self) -> Option<&TextColumn> {
        match self {
            Self::Text(column) => Some(column),
            Self::Absent | Self::Number(_) => None,
        }
    }
}

/// Numbers that went through pandas end in `.0`.
fn parse_whole(text: &[u8]) -> Option<u64> {
    parse_number(text.strip_suffix(b".0").unwrap_or(text))
}

impl TextColumn {
    /// The dictionary key of a row.
    #[inline]
    pub(super) fn key(&self, row: usize) -> Option<usize> {
        if self.keys.is_null(row) { None } else { usize::try_from(self.keys.keys().value(row)).ok() }
    }

    /// The value of a key.
    #[inline]
    pub(super) fn value(&self, key: usize) -> &[u8] {
        match &self.values {
            Values::Utf8(values) if key < values.len() && values.is_valid(key) => {
                values.value(key).as_bytes()
            }
            Values::Binary(values) if key < values.len() && values.is_valid(key) => values.value(key),
            _ => b"",
        }
    }

    /// How many values the dictionary has.
    pub(super) fn n_values(&self) -> usize {
        self.keys.values().len()
    }

    fn dictionary(&self) -> &ArrayRef {
        self.keys.values()
    }
}

/// The numbers a sink gave the values of one column's dictionary; kept while the dictionary stays the same.
pub(super) struct Numbered<Id> {
    dictionary: Option<ArrayRef>,
    ids: Vec<Option<Id>>,
}

impl<Id: Copy> Numbered<Id> {
    pub(super) fn new() -> Self {
        Self { dictionary: None, ids: Vec::new() }
    }

    /// Takes note of the batch's dictionary.
    pub(super) fn set(&mut self, column: &Column) {
        let Some(column) = column.as_text() else { return };
        let same = self.dictionary.as_ref().is_some_and(|old| Arc::ptr_eq(old, column.dictionary()));
        if !same {
            self.dictionary = Some(column.dictionary().clone());
            self.ids.clear();
            self.ids.resize(column.n_values(), None);
        }
    }

    /// The number of the row's value; `make` is asked once for each value of the dictionary.
    #[inline]
    pub(super) fn get<E>(
        &mut self,
        column: &Column,
        row: usize,
        make: impl FnOnce(&[u8]) -> Result<Id, E>,
    ) -> Result<Option<Id>, E> {
        let Some((column, key)) = column.as_text().and_then(|text| Some((text, text.key(row)?))) else {
            return Ok(None);
        };
        if let Some(Some(id)) = self.ids.get(key) {
            return Ok(Some(*id));
        }
        let value = column.value(key);
        if is_missing(value) {
            return Ok(None);
        }
        let id = make(value)?;
        if let Some(slot) = self.ids.get_mut(key) {
            *slot = Some(id);
        }
        Ok(Some(id))
    }
}
