//! Text columns with few distinct values. Each distinct value is converted once.

use std::sync::Arc;

use arrow::array::ArrayRef;

use super::columns::TextColumn;
use crate::ingest::schema::number::is_missing;
use crate::ingest::schema::value::BadValue;

/// A text column of which each distinct value is converted once, for example to a name or an action.
///
/// Converted values are kept as long as the dictionary stays the same, which it does within a row group.
pub(super) struct MappedColumn<T> {
    column: Option<TextColumn>,
    converted: Vec<Option<T>>,
}

impl<T: Copy> MappedColumn<T> {
    pub(super) fn new() -> Self {
        Self { column: None, converted: Vec::new() }
    }

    /// Sets the column of the next batch.
    pub(super) fn set(&mut self, array: Option<&ArrayRef>) {
        let next = array.and_then(TextColumn::of);
        let same = match (&self.column, &next) {
            (Some(old), Some(new)) => Arc::ptr_eq(old.dictionary(), new.dictionary()),
            _ => false,
        };
        if !same {
            self.converted.clear();
            self.converted.resize(next.as_ref().map_or(0, TextColumn::len), None);
        }
        self.column = next;
    }

    /// The dictionary key of a row; none if the value is missing.
    #[inline]
    pub(super) fn key(&self, row: usize) -> Option<usize> {
        self.column.as_ref().and_then(|text| text.key(row))
    }

    /// The text of a row; none if it is missing.
    pub(super) fn text(&self, row: usize) -> Option<&[u8]> {
        self.column.as_ref().and_then(|text| text.get(row))
    }

    /// The converted value of a row; none if it is missing. `convert` is called once per distinct value.
    #[inline]
    pub(super) fn get(
        &mut self,
        row: usize,
        convert: impl FnOnce(&[u8]) -> Result<T, BadValue>,
    ) -> Result<Option<T>, BadValue> {
        let Some(key) = self.key(row) else { return Ok(None) };
        match self.converted.get(key) {
            Some(Some(id)) => Ok(Some(*id)),
            _ => self.convert(key, convert),
        }
    }

    #[cold]
    fn convert(
        &mut self,
        key: usize,
        convert: impl FnOnce(&[u8]) -> Result<T, BadValue>,
    ) -> Result<Option<T>, BadValue> {
        let value = self.column.as_ref().map_or(b"".as_slice(), |text| text.value(key));
        if is_missing(value) {
            return Ok(None);
        }
        let id = convert(value)?;
        if let Some(slot) = self.converted.get_mut(key) {
            *slot = Some(id);
        }
        Ok(Some(id))
    }
}
