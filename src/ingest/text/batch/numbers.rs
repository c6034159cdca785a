//! Reads one column of numbers.

use fearless_simd::prelude::*;
use fearless_simd::{Level, dispatch, u8x64, u16x32, u32x16};

use super::table::{ColumnValues, LineColumn, MAX_ROWS};

/// The most digits of a number that is read here.
const DIGITS: usize = 8;
/// The number of digits of a time in seconds, until the year 2286.
const TIME_DIGITS: usize = 10;
/// The largest first two digits with which every time fits into 32 bits.
const MAX_PREFIX: u32 = 41;

/// For each length of a number, a mask of its digits among the eight bytes before its end.
const DIGIT_MASKS: [u64; DIGITS + 1] = {
    let mut masks = [0; DIGITS + 1];
    let mut length = 1;
    while length <= DIGITS {
        masks[length] = u64::MAX << (64 - 8 * length);
        length += 1;
    }
    masks
};

/// Reads numbers of up to eight digits. Returns one bit for each position with another value.
pub(super) fn numbers(level: Level, cells: LineColumn<'_>, into: &mut ColumnValues) -> u64 {
    dispatch!(level, simd => read_numbers(simd, cells, into))
}

/// Reads times of ten digits whose first two digits are all the same, as they are on any day. Returns the same bits as
/// [`numbers`].
pub(super) fn times(level: Level, cells: LineColumn<'_>, into: &mut ColumnValues) -> u64 {
    dispatch!(level, simd => read_times(simd, cells, into))
}

#[inline(always)]
fn read_numbers<S: Simd>(simd: S, cells: LineColumn<'_>, into: &mut ColumnValues) -> u64 {
    let (mut words, mut masks) = ([0; MAX_ROWS], [0; MAX_ROWS]);
    let mut bad = 0;
    for (place, &row) in cells.rows.iter().enumerate().take(MAX_ROWS) {
        let (start, end) = cells.bounds(row);
        let length = end.wrapping_sub(start);
        let digits = cells.ending(end);
        words[place] = digits.map_or(0, |digits| u64::from_le_bytes(*digits));
        masks[place] = DIGIT_MASKS.get(length).copied().unwrap_or(0);
        bad |= u64::from(length.wrapping_sub(1) >= DIGITS || digits.is_none()) << place;
    }
    bad | join(simd, &words, &masks, cells.rows.len(), into)
}

#[inline(always)]
fn read_times<S: Simd>(simd: S, cells: LineColumn<'_>, into: &mut ColumnValues) -> u64 {
    let mut words = [0; MAX_ROWS];
    let (mut bad, mut prefix) = (0, None);
    for (place, &row) in cells.rows.iter().enumerate().take(MAX_ROWS) {
        let (start, end) = cells.bounds(row);
        let text = cells.ending::<TIME_DIGITS>(end);
        let Some((begin, digits)) = text.and_then(|text| text.split_first_chunk::<2>()) else {
            return u64::MAX;
        };
        words[place] = digits.first_chunk().map_or(0, |digits| u64::from_le_bytes(*digits));
        let is_same = *prefix.get_or_insert(*begin) == *begin;
        bad |= u64::from(end.wrapping_sub(start) != TIME_DIGITS || !is_same) << place;
    }
    let [tens, ones] = prefix.unwrap_or_default().map(|byte| u32::from(byte.wrapping_sub(b'0')));
    if tens > 9 || ones > 9 || tens * 10 + ones > MAX_PREFIX {
        return u64::MAX;
    }
    bad |= join(simd, &words, &[u64::MAX; MAX_ROWS], cells.rows.len(), into);
    // Values at the returned positions are undefined.
    let begins_at = (tens * 10 + ones) * 100_000_000;
    for time in into.iter_mut() {
        *time = time.wrapping_add(begins_at);
    }
    bad
}

/// Converts the masked bytes of words to numbers. Returns one bit for each word that contains other bytes than digits.
#[inline(always)]
fn join<S: Simd>(
    simd: S,
    words: &[u64; MAX_ROWS],
    masks: &[u64; MAX_ROWS],
    count: usize,
    into: &mut ColumnValues,
) -> u64 {
    let mut bad = 0;
    let (words, masks) = (words.as_chunks::<8>().0, masks.as_chunks::<8>().0);
    let groups = words.iter().zip(masks).zip(into.as_chunks_mut::<8>().0);
    for (group, ((words, masks), into)) in groups.enumerate().take(count.div_ceil(8)) {
        let bytes = |words: &[u64; 8]| u8x64::load_array_ref(simd, bytemuck::cast_ref(words));
        let digits = (bytes(words) ^ b'0') & bytes(masks);
        let others = digits.simd_gt(9_u8).to_bitmask();
        if others != 0 {
            let others: [u8; 8] = others.to_le_bytes();
            let others = (0..8).filter(|&lane| others[lane] != 0);
            bad |= others.fold(0, |bad, lane| bad | 1 << (group * 8 + lane));
        }
        // Neighbours are combined: digits into pairs, pairs into groups of four, and these into the number.
        let digits: u16x32<S> = digits.bitcast();
        let pairs: u32x16<S> = ((digits & 0xff) * 10 + (digits >> 8)).bitcast();
        let fours: [u32; 16] = ((pairs & 0xffff) * 100 + (pairs >> 16)).into();
        for (number, [high, low]) in into.iter_mut().zip(fours.as_chunks::<2>().0) {
            *number = high * 10_000 + low;
        }
    }
    bad
}
