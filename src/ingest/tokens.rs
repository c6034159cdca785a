//! Parts a line into its fields at runs of blanks.

use super::blanks::{BLOCK, blank_mask};

/// More fields than any flow log has; further ones are counted, not kept.
pub(super) const MOST_TOKENS: usize = 96;

/// Room for the edges of all fields and for one more block of them.
const ROOM: usize = 2 * MOST_TOKENS + BLOCK;

/// Where the fields of one line are. Reused from line to line.
pub(super) struct Tokens {
    /// Where a field starts, where it ends, where the next one starts, …
    edges: [u32; ROOM],
    count: usize,
}

impl Tokens {
    pub(super) fn new() -> Self {
        Self { edges: [0; ROOM], count: 0 }
    }

    /// How many fields the line has; it may be more than [`MOST_TOKENS`].
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// The bytes of field `index` of the line given to [`Tokens::split`].
    #[inline]
    pub(super) fn get<'a>(&self, line: &'a [u8], index: usize) -> &'a [u8] {
        let (edges, _) = self.edges.as_chunks::<2>();
        let bounds = edges.get(index).filter(|_| index < self.count.min(MOST_TOKENS));
        bounds.and_then(|[start, end]| line.get(*start as usize..*end as usize)).unwrap_or_default()
    }

    /// Finds the fields of `line`, which holds no line end.
    pub(super) fn split(&mut self, line: &[u8]) {
        self.find(line, usize::MAX);
    }

    /// Finds the first fields of `line`, at least `most` of them; whether it has as many.
    #[inline]
    pub(super) fn split_first(&mut self, line: &[u8], most: usize) -> bool {
        // One more edge says that the last field has ended.
        self.find(line, 2 * most);
        self.count >= most
    }

    /// Finds edges of fields until there are `enough`. Then the last of the fields counted may not have its end yet.
    #[expect(clippy::cast_possible_truncation, reason = "lines are bounded at 64 KiB by the reader")]
    #[inline]
    fn find(&mut self, line: &[u8], enough: usize) {
        let mut n_edges = 0;
        // Before the line there is, so to speak, a blank.
        let mut blank_before = 1;
        let mut at = 0;
        while at < line.len() && n_edges < enough {
            let blanks = mask_at(line, at);
            // An edge is where a blank meets what is none.
            let mut edges = blanks ^ (blanks << 1 | blank_before);
            blank_before = blanks >> 63;
            let count = edges.count_ones() as usize;
            if n_edges < 2 * MOST_TOKENS
                && let Some(room) = self.edges.get_mut(n_edges..).and_then(<[u32]>::first_chunk_mut::<BLOCK>)
            {
                // Eight at a time, whether there are as many or not: what is one too many is overwritten next.
                for group in room.as_chunks_mut::<8>().0.iter_mut().take(count.div_ceil(8)) {
                    for edge in group {
                        // The added bit says no more than that there is one, which saves the processor a test.
                        *edge = at as u32 + (edges | 1 << 63).trailing_zeros();
                        edges &= edges.wrapping_sub(1);
                    }
                }
            }
            n_edges += count;
            at += BLOCK;
        }
        if n_edges % 2 == 1 {
            if let Some(end) = self.edges.get_mut(n_edges) {
                *end = line.len() as u32;
            }
            n_edges += 1;
        }
        self.count = n_edges / 2;
    }
}

/// The blanks of the block at `at`; what lies past the line counts as blank.
#[inline]
fn mask_at(line: &[u8], at: usize) -> u64 {
    let rest = line.get(at..).unwrap_or_default();
    if let Some(block) = rest.first_chunk::<BLOCK>() {
        return blank_mask(block);
    }
    let past = u64::MAX << rest.len();
    if let Some(last) = line.last_chunk::<BLOCK>() {
        // The block that ends with the line, without the part of it that was looked at before.
        return blank_mask(last) >> (BLOCK - rest.len()) | past;
    }
    let mut block = [b' '; BLOCK];
    block[..rest.len()].copy_from_slice(rest);
    blank_mask(&block)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn split(line: &[u8]) -> Vec<&[u8]> {
        let mut tokens = Tokens::new();
        tokens.split(line);
        (0..tokens.count().min(MOST_TOKENS)).map(|index| tokens.get(line, index)).collect()
    }

    fn split_bytewise(line: &[u8]) -> Vec<&[u8]> {
        line.split(|&byte| byte <= b' ').filter(|token| !token.is_empty()).collect()
    }

    #[test]
    fn fields_past_the_room_are_counted() {
        let line = b"x ".repeat(1000);
        let mut tokens = Tokens::new();
        tokens.split(&line);
        assert_eq!(tokens.count(), 1000);
        assert_eq!(tokens.get(&line, MOST_TOKENS - 1), b"x");
    }

    #[test]
    fn runs_of_blanks_part_once() {
        assert_eq!(split(b"  a  bc\td \r"), [b"a".as_slice(), b"bc", b"d"]);
        assert!(split(b"").is_empty());
        let long = [b'x'; 64];
        assert_eq!(split(&long), [&long]);
    }

    proptest! {
        #[test]
        fn the_first_fields_are_those_of_all(line in "[ \tab]{0,300}", most in 0_usize..100) {
            let plain = split_bytewise(line.as_bytes());
            let mut tokens = Tokens::new();
            let is_enough = tokens.split_first(line.as_bytes(), most);
            prop_assert_eq!(is_enough, plain.len() >= most);
            for (index, token) in plain.iter().enumerate().take(most.min(MOST_TOKENS)) {
                prop_assert_eq!(&tokens.get(line.as_bytes(), index), token);
            }
        }

        #[test]
        fn agrees_with_the_plain_way(line in "[ \tab]{0,300}") {
            let plain = split_bytewise(line.as_bytes());
            let mut tokens = Tokens::new();
            tokens.split(line.as_bytes());
            prop_assert_eq!(tokens.count(), plain.len());
            let most = plain.len().min(MOST_TOKENS);
            prop_assert_eq!(&split(line.as_bytes())[..most], &plain[..most]);
        }
    }
}
