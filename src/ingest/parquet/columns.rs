//! The columns of one Parquet batch, whatever type a re-saver gave them.
//!
//! AWS writes numbers as INT32 and INT64 and text as UTF-8; re-savers widen numbers, turn them into text, or drop the
//! UTF-8 mark. Text arrives dictionary-encoded, so that each value is looked at once and not once a row.
//! A null slot holds a stale value: what is missing is marked as such before anything else.

use arrow::array::{Array, ArrayRef, AsArray, BinaryArray, DictionaryArray, Int32Array, StringArray};
use arrow::buffer::{NullBuffer, ScalarBuffer};
use arrow::compute::cast;
use arrow::datatypes::{ArrowPrimitiveType, DataType, Int32Type, Int64Type};

use crate::ingest::schema::number::{is_missing, parse_number};
use crate::ingest::schema::value::BadValue;
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
pub(super) struct NumberColumn {
    field: Field,
    /// By row; one that is negative is none.
    values: Vec<i64>,
    /// Where the numbers were text: what to show of a bad one.
    text: Option<TextColumn>,
}

/// What stands for a value that is missing.
const MISSING: i64 = i64::MIN;
/// What stands for text that is no number.
const NO_NUMBER: i64 = i64::MIN + 1;

impl NumberColumn {
    /// A column without rows.
    pub(super) fn of(field: Field) -> Self {
        Self { field, values: Vec::new(), text: None }
    }

    pub(super) fn new(field: Field, array: Option<&ArrayRef>) -> Self {
        let mut numbers = Self::of(field);
        numbers.set(array);
        numbers
    }

    /// What the column holds.
    pub(super) fn field(&self) -> Field {
        self.field
    }

    /// Takes the next batch's column.
    pub(super) fn set(&mut self, array: Option<&ArrayRef>) {
        self.values.clear();
        self.text = array.and_then(TextColumn::of);
        match (&self.text, array) {
            (Some(text), _) => text.numbers(&mut self.values),
            (None, Some(array)) => take_numbers(array, &mut self.values),
            (None, None) => {}
        }
    }

    /// The number of a row; none where it is missing.
    #[inline]
    pub(super) fn get(&self, row: usize) -> Result<Option<u64>, BadValue> {
        match self.values.get(row) {
            None | Some(&MISSING) => Ok(None),
            Some(&number) => match u64::try_from(number) {
                Ok(number) => Ok(Some(number)),
                Err(_) => Err(self.bad(row)),
            },
        }
    }

    /// The number of a row, if it is small; 0 where it is missing. What cannot be is not told here.
    #[inline]
    pub(super) fn small(&self, row: usize) -> Option<u16> {
        match self.values.get(row) {
            None | Some(&MISSING) => Some(0),
            Some(&number) => u16::try_from(number).ok(),
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
        let number = || match self.values.get(row) {
            None | Some(&MISSING) => "null".to_owned(),
            Some(number) => number.to_string(),
        };
        match self.text.as_ref().and_then(|text| text.get(row)) {
            Some(text) => BadValue::new(self.field, text),
            None => BadValue::new(self.field, number().as_bytes()),
        }
    }
}

/// AWS's two widths are taken as they are, others are cast.
fn take_numbers(array: &ArrayRef, into: &mut Vec<i64>) {
    if array.as_primitive_opt::<Int32Type>().is_some() {
        take::<Int32Type>(array, into);
    } else if array.as_primitive_opt::<Int64Type>().is_some() {
        take::<Int64Type>(array, into);
    } else if let Ok(array) = cast(array, &DataType::Int64) {
        take::<Int64Type>(&array, into);
    }
}

fn take<T: ArrowPrimitiveType<Native: Into<i64>>>(array: &ArrayRef, into: &mut Vec<i64>) {
    let Some(array) = array.as_primitive_opt::<T>() else { return };
    into.extend(array.values().iter().map(|&value| -> i64 { value.into() }));
    put_at_nulls(array.nulls(), MISSING, into);
}

/// Marks what is missing: few rows of most columns, so that they are looked for a word of bits at a time.
fn put_at_nulls<T: Copy>(nulls: Option<&NullBuffer>, mark: T, values: &mut [T]) {
    if let Some(nulls) = nulls.filter(|nulls| nulls.null_count() > 0) {
        (!nulls.inner()).set_indices().for_each(|row| values[row] = mark);
    }
}

/// Numbers that went through pandas end in `.0`.
fn parse_whole(text: &[u8]) -> Option<u64> {
    parse_number(text.strip_suffix(b".0").unwrap_or(text))
}

/// A column of text, by key into a dictionary.
#[derive(Clone)]
pub(super) struct TextColumn {
    /// By row; [`NO_KEY`] where there is no value.
    keys: ScalarBuffer<i32>,
    dictionary: ArrayRef,
    values: NumberValues,
}

/// What stands for the key of a missing value: a null slot holds a stale one.
const NO_KEY: i32 = -1;

#[derive(Clone)]
enum NumberValues {
    Utf8(StringArray),
    Binary(BinaryArray),
}

impl TextColumn {
    /// Takes a decoded array; none if it is no text.
    pub(super) fn of(array: &ArrayRef) -> Option<Self> {
        let encoded;
        let array = match array.data_type() {
            // Inside lists and maps text stays as it is.
            DataType::Utf8 | DataType::Binary => {
                encoded = cast(array, &wanted_type(array.data_type())).ok()?;
                encoded.as_dictionary_opt::<Int32Type>()?
            }
            _ => array.as_dictionary_opt::<Int32Type>()?,
        };
        let dictionary = array.values();
        let values = match dictionary.data_type() {
            DataType::Utf8 => NumberValues::Utf8(dictionary.as_string().clone()),
            DataType::Binary => NumberValues::Binary(dictionary.as_binary().clone()),
            _ => return None,
        };
        Some(Self { keys: keys(array), dictionary: dictionary.clone(), values })
    }

    /// The dictionary itself.
    pub(super) fn dictionary(&self) -> &ArrayRef {
        &self.dictionary
    }

    /// How many values the dictionary has.
    pub(super) fn len(&self) -> usize {
        self.dictionary.len()
    }

    /// The dictionary keys by row, negative where there is no value.
    pub(super) fn keys(&self) -> &ScalarBuffer<i32> {
        &self.keys
    }

    /// The dictionary key of a row.
    #[inline]
    pub(super) fn key(&self, row: usize) -> Option<usize> {
        usize::try_from(self.keys[row]).ok()
    }

    /// The value of a key.
    pub(super) fn value(&self, key: usize) -> &[u8] {
        match &self.values {
            NumberValues::Utf8(values) if key < values.len() && values.is_valid(key) => {
                values.value(key).as_bytes()
            }
            NumberValues::Binary(values) if key < values.len() && values.is_valid(key) => values.value(key),
            _ => b"",
        }
    }

    /// The text of a row; none where it is missing.
    pub(super) fn get(&self, row: usize) -> Option<&[u8]> {
        self.key(row).map(|key| self.value(key)).filter(|text| !is_missing(text))
    }

    fn numbers(&self, into: &mut Vec<i64>) {
        let parse = |text: &[u8]| {
            let number = parse_whole(text).and_then(|number| i64::try_from(number).ok());
            if is_missing(text) { MISSING } else { number.unwrap_or(NO_NUMBER) }
        };
        let by_key: Vec<i64> = (0..self.len()).map(|key| parse(self.value(key))).collect();
        let number = |row| self.key(row).and_then(|key| by_key.get(key).copied()).unwrap_or(MISSING);
        into.extend((0..self.keys.len()).map(number));
    }
}

fn keys(array: &DictionaryArray<Int32Type>) -> ScalarBuffer<i32> {
    let keys: &Int32Array = array.keys();
    if keys.null_count() == 0 {
        return keys.values().clone();
    }
    let mut marked = keys.values().to_vec();
    put_at_nulls(keys.nulls(), NO_KEY, &mut marked);
    marked.into()
}
