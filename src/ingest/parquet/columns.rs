//! The columns of one Parquet batch, whatever type a re-saver gave them.
//!
//! AWS writes numbers as INT32 and INT64 and text as UTF-8; re-savers widen numbers, turn them into text, or drop the
//! UTF-8 mark. Text arrives dictionary-encoded, so that each value is looked at once and not once a row.
//! A null slot holds a stale value: validity is asked first, always.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BinaryArray, DictionaryArray, Int32Array, Int64Array, StringArray,
};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int32Type, Int64Type};

use super::super::number::{is_missing, parse_number};
use super::super::record::BadValue;
use crate::model::field::{Field, FieldKind};

/// Whether the field's column can be read from this type at all. Text may hold numbers, but no number is an address.
pub(super) fn is_readable(field: Field, data_type: &DataType) -> bool {
    // A column without any value has no type of its own.
    is_text(data_type)
        || *data_type == DataType::Null
        || is_number(data_type) && field.spec().kind != FieldKind::Text
}

/// Whether the type is one that numbers have.
pub(super) fn is_number(data_type: &DataType) -> bool {
    data_type.is_integer() || matches!(data_type, DataType::Float64 | DataType::Float32)
}

/// Whether the type is one that text has.
pub(super) fn is_text(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Utf8 | DataType::Binary)
}

/// The type in which the column is asked for: text as a dictionary, within structs too.
pub(super) fn wanted_type(data_type: &DataType) -> DataType {
    match data_type {
        DataType::Struct(fields) => DataType::Struct(
            fields
                .iter()
                .map(|field| field.as_ref().clone().with_data_type(wanted_type(field.data_type())))
                .collect(),
        ),
        DataType::Utf8 | DataType::Binary => {
            DataType::Dictionary(Box::new(DataType::Int32), Box::new(data_type.clone()))
        }
        other => other.clone(),
    }
}

/// A column of numbers; one the file does not have gives none.
pub(super) struct Numbers {
    field: Field,
    values: NumberValues,
    /// Where the numbers were text: what to show of a bad one.
    text: Option<Text>,
}

/// AWS's two widths are read as they are.
enum NumberValues {
    None,
    Int32(Int32Array),
    Int64(Int64Array),
}

/// What stands for text that is no number.
const NO_NUMBER: i64 = i64::MIN;

impl Numbers {
    pub(super) fn new(field: Field, array: Option<&ArrayRef>) -> Self {
        let text = array.and_then(Text::of);
        let values = match (&text, array) {
            (Some(text), _) => NumberValues::Int64(text.numbers()),
            (None, Some(array)) => NumberValues::of(array),
            (None, None) => NumberValues::None,
        };
        Self { field, values, text }
    }

    /// The number of a row; none where it is missing.
    #[inline]
    pub(super) fn get(&self, row: usize) -> Result<Option<u64>, BadValue> {
        match self.values.get(row) {
            None => Ok(None),
            Some(number) => match u64::try_from(number) {
                Ok(number) => Ok(Some(number)),
                Err(_) => Err(self.bad(row)),
            },
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
        let number = || self.values.get(row).map_or_else(|| "null".to_owned(), |number| number.to_string());
        match self.text.as_ref().and_then(|text| text.get(row)) {
            Some(text) => BadValue::new(self.field, text),
            None => BadValue::new(self.field, number().as_bytes()),
        }
    }
}

impl NumberValues {
    fn of(array: &ArrayRef) -> Self {
        if let Some(values) = array.as_primitive_opt::<Int32Type>() {
            return Self::Int32(values.clone());
        }
        let values = cast(array, &DataType::Int64).ok();
        let values = values.and_then(|values| values.as_primitive_opt::<Int64Type>().cloned());
        values.map_or(Self::None, Self::Int64)
    }

    #[inline]
    fn get(&self, row: usize) -> Option<i64> {
        match self {
            Self::None => None,
            Self::Int32(values) => values.is_valid(row).then(|| values.value(row).into()),
            Self::Int64(values) => values.is_valid(row).then(|| values.value(row)),
        }
    }
}

/// Numbers that went through pandas end in `.0`.
fn parse_whole(text: &[u8]) -> Option<u64> {
    parse_number(text.strip_suffix(b".0").unwrap_or(text))
}

/// A column of text, by key into a dictionary.
#[derive(Clone)]
pub(super) struct Text {
    keys: DictionaryArray<Int32Type>,
    values: Values,
}

#[derive(Clone)]
enum Values {
    Utf8(StringArray),
    Binary(BinaryArray),
}

impl Text {
    /// Takes a decoded array; none if it is no text.
    pub(super) fn of(array: &ArrayRef) -> Option<Self> {
        let encoded;
        let keys = match array.data_type() {
            // Inside lists and maps text stays as it is.
            DataType::Utf8 | DataType::Binary => {
                encoded = cast(array, &wanted_type(array.data_type())).ok()?;
                encoded.as_dictionary_opt::<Int32Type>()?
            }
            _ => array.as_dictionary_opt::<Int32Type>()?,
        };
        let values = keys.values();
        let values = match values.data_type() {
            DataType::Utf8 => Values::Utf8(values.as_string().clone()),
            DataType::Binary => Values::Binary(values.as_binary().clone()),
            _ => return None,
        };
        Some(Self { keys: keys.clone(), values })
    }

    /// The dictionary itself.
    pub(super) fn dictionary(&self) -> &ArrayRef {
        self.keys.values()
    }

    /// How many values the dictionary has.
    pub(super) fn len(&self) -> usize {
        self.keys.values().len()
    }

    /// Whether every row has a value.
    pub(super) fn is_full(&self) -> bool {
        self.keys.null_count() == 0
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
        let by_key: Vec<Option<i64>> = (0..self.len()).map(|key| parse(self.value(key))).collect();
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
            self.ids.resize(next.as_ref().map_or(0, |text| text.len()), None);
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
