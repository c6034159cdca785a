//! The place of a key or a value in its text, in eight bytes.

/// The bit of a node's length that marks a string with escapes, or a list.
const MARK: u32 = 1 << 31;

/// The place of a key or a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::inventory) struct Node {
    /// Its first byte.
    pub(super) at: u32,
    /// Of a list or an object, the node after its last one; otherwise its length. The highest bit marks lists and escapes.
    end: u32,
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "texts with nodes are limited to 2 GiB: see `JsonSource`"
)]
impl Node {
    pub(super) fn open(at: usize, is_list: bool) -> Self {
        Self { at: at as u32, end: if is_list { MARK } else { 0 } }
    }

    pub(super) fn close(&mut self, end: usize) {
        self.end |= end as u32;
    }

    pub(super) fn text(at: usize, length: usize, has_escapes: bool) -> Self {
        Self { at: at as u32, end: length as u32 | if has_escapes { MARK } else { 0 } }
    }

    pub(super) fn scalar(at: usize, length: usize) -> Self {
        Self { at: at as u32, end: length as u32 }
    }

    /// Whether an open node is a list.
    pub(super) fn is_list(self) -> bool {
        self.end & MARK != 0
    }

    /// Its length, or the node after its last one.
    pub(super) fn length(self) -> usize {
        (self.end & !MARK) as usize
    }
}
