//! The columns of one Parquet batch, in any type that a program saved them in.
//!
//! AWS writes numbers as INT32 and INT64 and text as UTF-8. Other programs widen numbers, convert them to text, or drop
//! the UTF-8 annotation. Text is decoded as dictionaries, so that each distinct value is examined once and not once per
//! row. The slot of a null contains an arbitrary value, so missing values are marked first.

use arrow::array::{Array, ArrayRef, AsArray, BinaryArray, DictionaryArray, Int32Array, StringArray};
use arrow::buffer::{NullBuffer, ScalarBuffer};
use arrow::compute::cast;
use arrow::datatypes::{ArrowPrimitiveType, DataType, Int32Type, Int64Type};

use crate::ingest::schema::number::{is_missing, parse_whole};
use crate::ingest::schema::value::BadValue;
use crate::model::field::{Field, FieldKind};

/// Whether the column of this field can be read from this type. Text may contain numbers, but a number cannot be an
/// address.
pub(super) fn is_readable(field: Field, data_type: &DataType) -> bool {
    // The type of a column without any value has no meaning.
    is_text(data_type)
        || *data_type == DataType::Null
        || is_number(data_type) && field.spec().kind != FieldKind::Text
}

/// Whether numbers may have this type.
pub(super) fn is_number(data_type: &DataType) -> bool {
    data_type.is_integer() || matches!(data_type, DataType::Float64 | DataType::Float32)
}

/// Whether text may have this type.
pub(super) fn is_text(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Utf8 | DataType::Binary)
}

/// The type that is requested from the decoder: text as a dictionary, also inside structs.
pub(super) fn requested_type(data_type: &DataType) -> DataType {
    match data_type {
        DataType::Struct(fields) => DataType::Struct(
            fields
                .iter()
                .map(|field| field.as_ref().clone().with_data_type(requested_type(field.data_type())))
                .collect(),
        ),
        DataType::Utf8 | DataType::Binary => {
            DataType::Dictionary(Box::new(DataType::Int32), Box::new(data_type.clone()))
        }
        other => other.clone(),
    }
}

/// A column of numbers. A column that the file does not have contains no values.
pub(super) struct NumberColumn {
    field: Field,
    /// The values by row. A negative value stands for none.
    values: Vec<i64>,
    /// The original text, if the numbers were text. It is quoted for an invalid value.
    text: Option<TextColumn>,
}

/// Stands for a missing value.
const MISSING: i64 = i64::MIN;
/// Stands for text that is not a number.
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

    /// The field of the column.
    pub(super) fn field(&self) -> Field {
        self.field
    }

    /// Sets the column of the next batch.
    pub(super) fn set(&mut self, array: Option<&ArrayRef>) {
        self.values.clear();
        self.text = array.and_then(TextColumn::of);
        match (&self.text, array) {
            (Some(text), _) => text.numbers(&mut self.values),
            (None, Some(array)) => take_numbers(array, &mut self.values),
            (None, None) => {}
        }
    }

    /// The number of a row; none if it is missing.
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

    /// The number of a row, if it is small; 0 if it is missing. Invalid values are not reported here.
    #[inline]
    pub(super) fn small(&self, row: usize) -> Option<u16> {
        match self.values.get(row) {
            None | Some(&MISSING) => Some(0),
            Some(&number) => u16::try_from(number).ok(),
        }
    }

    /// A number that is required and must be at most `most`.
    #[inline]
    pub(super) fn need(&self, row: usize, most: u64) -> Result<u64, BadValue> {
        match self.get(row)? {
            Some(number) if number <= most => Ok(number),
            _ => Err(self.bad(row)),
        }
    }

    /// The error for an invalid value in a row.
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

/// AWS's two widths are copied directly; others are cast.
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

/// Marks missing values. Most columns have few, so they are searched for one word of bits at a time.
fn put_at_nulls<T: Copy>(nulls: Option<&NullBuffer>, mark: T, values: &mut [T]) {
    if let Some(nulls) = nulls.filter(|nulls| nulls.null_count() > 0) {
        (!nulls.inner()).set_indices().for_each(|row| values[row] = mark);
    }
}

/// A column of text, as keys into a dictionary.
#[derive(Clone)]
pub(super) struct TextColumn {
    /// The keys by row; [`NO_KEY`] stands for a missing value.
    keys: ScalarBuffer<i32>,
    dictionary: ArrayRef,
    values: NumberValues,
}

/// The key of a missing value. The slot of a null contains an arbitrary key.
const NO_KEY: i32 = -1;

#[derive(Clone)]
enum NumberValues {
    Utf8(StringArray),
    Binary(BinaryArray),
}

impl TextColumn {
    /// Wraps a decoded array; none if it is not text.
    pub(super) fn of(array: &ArrayRef) -> Option<Self> {
        let encoded;
        let array = match array.data_type() {
            // Text inside lists and maps is not decoded as a dictionary.
            DataType::Utf8 | DataType::Binary => {
                encoded = cast(array, &requested_type(array.data_type())).ok()?;
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

    /// The number of values in the dictionary.
    pub(super) fn len(&self) -> usize {
        self.dictionary.len()
    }

    /// The dictionary keys by row. A negative key stands for a missing value.
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

    /// The text of a row; none if it is missing.
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
