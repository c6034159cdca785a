//! Finds all blanks and line ends of a block of text in one pass, 64 bytes at a time.
//!
//! A blank is any byte up to and including 0x20, so that tabs and carriage returns separate fields like spaces. The
//! widest instructions of the processor are selected at run time.

use fearless_simd::prelude::*;
use fearless_simd::{Level, dispatch, u8x64};

/// Bytes in one block.
const BLOCK: usize = 64;
/// Positions that are written at once. Most blocks of a flow log have fewer blanks.
const GROUP: usize = 12;

/// The blanks and line ends of a block of text.
pub(super) struct Separators {
    level: Level,
    /// The position before the text, then the position of each blank, including line ends. The vector is longer than
    /// the number of blanks.
    blanks: Vec<u32>,
    n_blanks: usize,
    /// For each line, the index of the blank that ends it.
    ends: Vec<u32>,
    n_lines: usize,
    /// Whether a blank is first or follows another blank. Blanks then do not delimit fields one by one.
    has_runs: bool,
}

impl Default for Separators {
    fn default() -> Self {
        let (blanks, ends) = (Vec::new(), Vec::new());
        Self { level: Level::new(), blanks, n_blanks: 0, ends, n_lines: 0, has_runs: false }
    }
}

impl Separators {
    /// Finds the separators of `bytes[from..to]`, which ends with a line end; `from` is not 0.
    #[expect(clippy::cast_possible_truncation, reason = "a piece of text is far below 4 GiB")]
    pub(super) fn find(&mut self, bytes: &[u8], from: usize, to: usize) {
        let text = bytes.get(from..to).unwrap_or_default();
        // If no blank follows another, at most every second byte is a blank.
        let room = text.len() / 2 + 2 + BLOCK;
        if self.blanks.len() < room {
            self.blanks.resize(room, 0);
            self.ends.resize(room, 0);
        }
        self.blanks[0] = from.saturating_sub(1) as u32;
        (self.n_blanks, self.n_lines, self.has_runs) = (1, 0, false);
        let from = from as u32;
        #[cfg(target_arch = "x86_64")]
        if let Some(avx512) = self.level.as_avx512() {
            return packing::find(avx512, text, from, self);
        }
        dispatch!(self.level, simd => find(simd, text, from, self, one_by_one));
    }

    /// The position before the text and of each blank, and the indices of the line ends; none unless each blank
    /// separates two fields or ends a line that is not empty.
    pub(super) fn separators(&self) -> Option<(&[u32], &[u32])> {
        (!self.has_runs).then(|| (&self.blanks[..self.n_blanks], &self.ends[..self.n_lines]))
    }

    /// Adds the next block, given the bits of its blanks and line ends.
    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "places in a piece of text")]
    fn take(&mut self, at: u32, blanks: u64, ends: u64, write: impl Fn(u64, u32, &mut [u32; BLOCK])) {
        let count = self.n_blanks;
        let found = blanks.count_ones() as usize;
        let Some(room) = self.blanks.get_mut(count..).and_then(<[u32]>::first_chunk_mut) else {
            self.has_runs = true;
            return;
        };
        write(blanks, at, room);
        // A block nearly always has at most one line end. Its position is written whether it exists or not.
        let mut rest = ends;
        loop {
            let next = rest & rest.wrapping_neg();
            if let Some(slot) = self.ends.get_mut(self.n_lines) {
                *slot = count as u32 + (blanks & next.wrapping_sub(1)).count_ones();
            }
            self.n_lines += usize::from(next != 0);
            rest ^= next;
            if rest == 0 {
                break;
            }
        }
        self.n_blanks = count + found;
    }
}

/// Writes the positions of a block's blanks, one group at a time. Positions after the last blank are overwritten by the
/// next block.
#[inline(always)]
fn one_by_one(mut blanks: u64, at: u32, room: &mut [u32; BLOCK]) {
    let (groups, last) = room.as_chunks_mut::<GROUP>();
    for slots in groups.iter_mut().map(<[u32; GROUP]>::as_mut_slice).chain([last]) {
        for slot in slots {
            // The added bit guarantees a nonzero value, which saves a test.
            *slot = at + (blanks | 1 << 63).trailing_zeros();
            blanks &= blanks.wrapping_sub(1);
        }
        if blanks == 0 {
            return;
        }
    }
}

#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "places in a piece of text")]
fn find<S: Simd>(
    simd: S,
    text: &[u8],
    from: u32,
    separators: &mut Separators,
    write: impl Fn(u64, u32, &mut [u32; BLOCK]),
) {
    let (space, newline) = (u8x64::splat(simd, b' '), u8x64::splat(simd, b'\n'));
    let (blocks, rest) = text.as_chunks::<BLOCK>();
    let mut last = [b'x'; BLOCK];
    last[..rest.len()].copy_from_slice(rest);
    // The byte before the text counts as a blank.
    let (mut before, mut runs) = (1, 0);
    for (index, block) in blocks.iter().chain([&last]).enumerate() {
        let block = u8x64::load_array_ref(simd, block);
        let blanks = block.simd_le(space).to_bitmask();
        runs |= blanks & (blanks << 1 | before);
        before = blanks >> 63;
        let ends = block.simd_eq(newline).to_bitmask();
        separators.take(from + (index * BLOCK) as u32, blanks, ends, &write);
        // After a run of blanks, nothing else that is found here is used.
        if runs != 0 {
            break;
        }
    }
    separators.has_runs |= runs != 0;
}

/// The variant with instructions that pack the positions of a block's blanks at once.
#[cfg(target_arch = "x86_64")]
mod packing {
    use std::arch::x86_64::{
        __m512i, _mm512_add_epi32, _mm512_castsi512_si128, _mm512_cvtepu8_epi32, _mm512_extracti32x4_epi32,
        _mm512_maskz_compress_epi8, _mm512_set1_epi32,
    };

    use fearless_simd::prelude::*;
    use fearless_simd::{u8x64, u32x16};

    use crate::ingest::text::separators::{BLOCK, Separators};

    fearless_simd::kernel!(
        pub(super) fn find(avx512: Avx512, text: &[u8], from: u32, separators: &mut Separators) {
            let positions: [u8; BLOCK] = std::array::from_fn(|place| u8::try_from(place).unwrap_or(0));
            let positions: __m512i = u8x64::load_array(avx512, positions).into();
            crate::ingest::text::separators::find(avx512, text, from, separators, |blanks, at, room| {
                let packed = _mm512_maskz_compress_epi8(blanks, positions);
                let at = _mm512_set1_epi32(at.cast_signed());
                let put = |quarter, slots: &mut [u32; 16]| {
                    let wide: u32x16<_> =
                        _mm512_add_epi32(_mm512_cvtepu8_epi32(quarter), at).simd_into(avx512);
                    wide.store_array(slots);
                };
                let (quarters, _) = room.as_chunks_mut::<16>();
                let [first, second, third, fourth] = quarters else { return };
                put(_mm512_castsi512_si128(packed), first);
                if blanks.count_ones() > 16 {
                    put(_mm512_extracti32x4_epi32::<1>(packed), second);
                    put(_mm512_extracti32x4_epi32::<2>(packed), third);
                    put(_mm512_extracti32x4_epi32::<3>(packed), fourth);
                }
            });
        }
    );
}

/// The instruction level of this processor, and the level that every processor has.
#[cfg(test)]
pub(super) fn levels() -> Vec<Level> {
    let best = Level::new();
    #[cfg(target_arch = "x86_64")]
    let between: Vec<Level> = best.as_avx2().map(Level::Avx2).into_iter().collect();
    #[cfg(not(target_arch = "x86_64"))]
    let between = Vec::new();
    [vec![best, Level::baseline()], between].concat()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ingest::text::batch::LineBatch;

    /// The positions of blanks by line, found byte by byte; none if they do not delimit fields one by one.
    fn plainly(text: &[u8], from: usize) -> Option<Vec<Vec<u32>>> {
        let is_blank = |at: usize| text[at] <= b' ';
        if (0..text.len()).any(|at| is_blank(at) && (at == 0 || is_blank(at - 1))) {
            return None;
        }
        let mut lines = Vec::new();
        let mut line = vec![u32::try_from(from - 1).unwrap()];
        for at in (0..text.len()).filter(|&at| is_blank(at)) {
            let place = u32::try_from(from + at).unwrap();
            line.push(place);
            if text[at] == b'\n' {
                lines.push(std::mem::replace(&mut line, vec![place]));
            }
        }
        Some(lines)
    }

    fn found(level: Level, text: &[u8], from: usize) -> Option<Vec<Vec<u32>>> {
        let bytes = [&vec![b' '; from], text, b"  \n x"].concat();
        let mut separators = Separators { level, ..Separators::default() };
        separators.find(&bytes, from, from + text.len());
        let rows = LineBatch::of(&bytes, &separators)?;
        Some((0..rows.count()).map(|row| rows.fields(row).around().to_vec()).collect())
    }

    proptest! {
        #[test]
        fn every_instruction_level_finds_all_separators(
            lines in prop::collection::vec("[a-z.]{1,40}|[a-z \t]{0,90}|([ab] ){1,70}a", 0..9),
            from in 1_usize..70,
        ) {
            let text = lines.join("\n") + "\n";
            let plain = plainly(text.as_bytes(), from);
            for level in levels() {
                prop_assert_eq!(&found(level, text.as_bytes(), from), &plain, "{:?}", level);
            }
        }
    }
}
