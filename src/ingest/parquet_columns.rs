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

/// A column of numbers; one the file does not have gives none.
pub(super) struct Numbers {
    field: Field,
    values: Option<Int64Array>,
    /// Where the numbers were text: what to show of a bad one.
    text: Option<Text>,
}

/// What stands for text that is no number.
const NO_NUMBER: i64 = i64::MIN;

impl Numbers {
    pub(super) fn new(field: Field, array: Option<&ArrayRef>) -> Self {
        let text = array.and_then(Text::of);
        let values = match (&text, array) {
            (Some(text), _) => Some(text.numbers()),
            (None, Some(array)) => {
                cast(array, &DataType::Int64).ok().and_then(|numbers| numbers.as_primitive_opt().cloned())
            }
            (None, None) => None,
        };
        Self { field, values, text }
    }

    /// The number of a row; none where it is missing.
    #[inline]
    pub(super) fn get(&self, row: usize) -> Result<Option<u64>, BadValue> {
        let Some(values) = &self.values else { return Ok(None) };
        if values.is_null(row) {
            return Ok(None);
        }
        match u64::try_from(values.value(row)) {
            Ok(number) => Ok(Some(number)),
            Err(_) => Err(self.bad(row)),
        }
    }

    /// A number that must be there and at most `most`.
    #[inline]
    pub(super) fn need(&self, row: usize, most: u64) -> Result<u64, BadValue> {
        match self.get(row)? {
            Some(number) if number <= most => Ok(number),
            _ => Err(self.bad(row)),
        }
    }

    /// That the row's value is not what its field can hold.
    #[cold]
    pub(super) fn bad(&self, row: usize) -> BadValue {
        let number = || match &self.values {
            Some(values) if values.is_valid(row) => values.value(row).to_string(),
            _ => "null".to_owned(),
        };
        match self.text.as_ref().and_then(|text| text.get(row)) {
            Some(text) => BadValue::new(self.field, text),
            None => BadValue::new(self.field, number().as_bytes()),
        }
    }
}

/// Numbers that went through pandas end in `.0`.
fn parse_whole(text: &[u8]) -> Option<u64> {
    parse_number(text.strip_suffix(b".0").unwrap_or(text))
}

/// A column of text, by key into a dictionary.
pub(super) struct Text {
    keys: DictionaryArray<Int32Type>,
    values: Values,
}

enum Values {
    Utf8(StringArray),
    Binary(BinaryArray),
}

impl Text {
    /// Takes a decoded array; none if it is no text.
    pub(super) fn of(array: &ArrayRef) -> Option<Self> {
        let keys = array.as_dictionary_opt::<Int32Type>()?;
        let values = keys.values();
        let values = match values.data_type() {
            DataType::Utf8 => Values::Utf8(values.as_string().clone()),
            DataType::Binary => Values::Binary(values.as_binary().clone()),
            _ => return None,
        };
        Some(Self { keys: keys.clone(), values })
    }

    /// The dictionary key of a row.
    #[inline]
    pub(super) fn key(&self, row: usize) -> Option<usize> {
        if self.keys.is_null(row) { None } else { usize::try_from(self.keys.keys().value(row)).ok() }
    }

    /// The value of a key.
    pub(super) fn value(&self, key: usize) -> &[u8] {
        match &self.values {
            Values::Utf8(values) if key < values.len() && values.is_valid(key) => {
                values.value(key).as_bytes()
            }
            Values::Binary(values) if key < values.len() && values.is_valid(key) => values.value(key),
            _ => b"",
        }
    }

    /// The text of a row; none where it is missing.
    pub(super) fn get(&self, row: usize) -> Option<&[u8]> {
        self.key(row).map(|key| self.value(key)).filter(|text| !is_missing(text))
    }

    fn numbers(&self) -> Int64Array {
        let parse = |text: &[u8]| {
            let number = parse_whole(text).and_then(|number| i64::try_from(number).ok());
            if is_missing(text) { None } else { Some(number.unwrap_or(NO_NUMBER)) }
        };
        let by_key: Vec<Option<i64>> =
            (0..self.keys.values().len()).map(|key| parse(self.value(key))).collect();
        (0..self.keys.len()).map(|row| by_key.get(self.key(row)?).copied().flatten()).collect()
    }
}

/// A text column of which each distinct value is turned into something once: an address, a name, an action.
///
/// What the values turned into is kept while the dictionary stays the same, which it does through a row group.
pub(super) struct Turned<T> {
    column: Option<Text>,
    ids: Vec<Option<T>>,
}

impl<T: Copy> Turned<T> {
    pub(super) fn new() -> Self {
        Self { column: None, ids: Vec::new() }
    }

    /// Takes the next batch's column.
    pub(super) fn set(&mut self, array: Option<&ArrayRef>) {
        let next = array.and_then(Text::of);
        let same = match (&self.column, &next) {
            (Some(old), Some(new)) => Arc::ptr_eq(old.keys.values(), new.keys.values()),
            _ => false,
        };
        if !same {
            self.ids.clear();
            self.ids.resize(next.as_ref().map_or(0, |text| text.keys.values().len()), None);
        }
        self.column = next;
    }

    /// What the row's value turned into; none where it is missing. `turn` is asked once for each distinct value.
    #[inline]
    pub(super) fn get(
        &mut self,
        row: usize,
        turn: impl FnOnce(&[u8]) -> Result<T, BadValue>,
    ) -> Result<Option<T>, BadValue> {
        let Some(key) = self.column.as_ref().and_then(|text| text.key(row)) else { return Ok(None) };
        match self.ids.get(key) {
            Some(Some(id)) => Ok(Some(*id)),
            _ => self.turn(key, turn),
        }
    }

    /// Whether the row has a value at all.
    pub(super) fn has(&self, row: usize) -> bool {
        self.column.as_ref().is_some_and(|text| text.get(row).is_some())
    }

    #[cold]
    fn turn(
        &mut self,
        key: usize,
        turn: impl FnOnce(&[u8]) -> Result<T, BadValue>,
    ) -> Result<Option<T>, BadValue> {
        let value = self.column.as_ref().map_or(b"".as_slice(), |text| text.value(key));
        if is_missing(value) {
            return Ok(None);
        }
        let id = turn(value)?;
        if let Some(slot) = self.ids.get_mut(key) {
            *slot = Some(id);
        }
        Ok(Some(id))
    }
}
