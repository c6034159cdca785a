//! Text columns of few distinct values: what each stands for is found out once.

use std::sync::Arc;

use arrow::array::ArrayRef;

use super::columns::TextColumn;
use crate::ingest::schema::number::is_missing;
use crate::ingest::schema::value::BadValue;

/// A text column of which each distinct value is turned into something once: an address, a name, an action.
///
/// What the values turned into is kept while the dictionary stays the same, which it does through a row group.
pub(super) struct MappedColumn<T> {
    column: Option<TextColumn>,
    ids: Vec<Option<T>>,
}

impl<T: Copy> MappedColumn<T> {
    pub(super) fn new() -> Self {
        Self { column: None, ids: Vec::new() }
    }

    /// Takes the next batch's column.
    pub(super) fn set(&mut self, array: Option<&ArrayRef>) {
        let next = array.and_then(TextColumn::of);
        let same = match (&self.column, &next) {
            (Some(old), Some(new)) => Arc::ptr_eq(old.dictionary(), new.dictionary()),
            _ => false,
        };
        if !same {
            self.ids.clear();
            self.ids.resize(next.as_ref().map_or(0, TextColumn::len), None);
        }
        self.column = next;
    }

    /// The dictionary key of a row; none where there is no value.
    #[inline]
    pub(super) fn key(&self, row: usize) -> Option<usize> {
        self.column.as_ref().and_then(|text| text.key(row))
    }

    /// What the row's value turned into; none where it is missing. `turn` is asked once for each distinct value.
    #[inline]
    pub(super) fn get(
        &mut self,
        row: usize,
        turn: impl FnOnce(&[u8]) -> Result<T, BadValue>,
    ) -> Result<Option<T>, BadValue> {
        let Some(key) = self.key(row) else { return Ok(None) };
        match self.ids.get(key) {
            Some(Some(id)) => Ok(Some(*id)),
            _ => self.turn(key, turn),
        }
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
