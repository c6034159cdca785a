//! One column of numbers.

use fearless_simd::prelude::*;
use fearless_simd::{Level, dispatch, u8x64, u16x32, u32x16};

use super::{MOST_ROWS, Table};

/// Digits of a number that are read at once.
const DIGITS: usize = 8;
/// Digits of a time in seconds: until the year 2286.
const TIME_DIGITS: usize = 10;
/// The first two digits of times that fit into 32 bits whatever the others are.
const MOST_PREFIX: u32 = 41;

/// By the length of a number which bytes of the eight before its end are its digits.
const KEPT: [u64; DIGITS + 1] = {
    let mut kept = [0; DIGITS + 1];
    let mut length = 1;
    while length <= DIGITS {
        kept[length] = u64::MAX << (64 - 8 * length);
        length += 1;
    }
    kept
};

/// Reads numbers of up to eight digits; the bits of the places in `rows` where there is another value come back.
pub(super) fn numbers(
    level: Level,
    table: Table<'_>,
    column: usize,
    rows: &[u8],
    into: &mut [u32; MOST_ROWS],
) -> u64 {
    dispatch!(level, simd => read(simd, table, column, rows, 0, into))
}

/// Reads times of ten digits that all begin with the same two, as those of a day do; else as [`numbers`].
pub(super) fn times(
    level: Level,
    table: Table<'_>,
    column: usize,
    rows: &[u8],
    into: &mut [u32; MOST_ROWS],
) -> u64 {
    let begin = |row: u8| {
        let (start, _) = table.bounds(row, column);
        table.bytes.get(start..).and_then(<[u8]>::first_chunk::<2>)
    };
    let Some(prefix) = rows.first().and_then(|&row| begin(row)) else { return u64::MAX };
    let [tens, ones] = prefix.map(|byte| u32::from(byte.wrapping_sub(b'0')));
    if tens > 9 || ones > 9 || tens * 10 + ones > MOST_PREFIX {
        return u64::MAX;
    }
    let others = rows.iter().enumerate().filter(|&(_, &row)| begin(row) != Some(prefix));
    let others = others.fold(0, |others, (place, _)| others | 1 << place);
    let bad = dispatch!(level, simd => read(simd, table, column, rows, TIME_DIGITS - DIGITS, into));
    // Of what is bad there may be anything.
    let begins_at = (tens * 10 + ones) * 100_000_000;
    into.iter_mut().for_each(|time| *time = time.wrapping_add(begins_at));
    bad | others
}

/// The last eight digits of numbers that have `more` before them, or up to eight if these are none.
#[inline(always)]
fn read<S: Simd>(
    simd: S,
    table: Table<'_>,
    column: usize,
    rows: &[u8],
    more: usize,
    into: &mut [u32; MOST_ROWS],
) -> u64 {
    let (mut words, mut kept) = ([0_u64; MOST_ROWS], [0_u64; MOST_ROWS]);
    let mut bad = 0;
    for (place, &row) in rows.iter().enumerate().take(MOST_ROWS) {
        let (start, end) = table.bounds(row, column);
        let length = end.wrapping_sub(start).wrapping_sub(more);
        let before = table.bytes.get(..end).and_then(<[u8]>::last_chunk::<DIGITS>);
        let fits = length.wrapping_sub(1) < DIGITS && (more == 0 || length == DIGITS);
        words[place] = before.map_or(0, |digits| u64::from_le_bytes(*digits));
        kept[place] = KEPT.get(length).copied().unwrap_or(0);
        bad |= u64::from(!fits || before.is_none()) << place;
    }
    let (words, kept) = (words.as_chunks::<8>().0, kept.as_chunks::<8>().0);
    let groups = words.iter().zip(kept).zip(into.as_chunks_mut::<8>().0);
    for (group, ((words, kept), into)) in groups.enumerate().take(rows.len().div_ceil(8)) {
        let bytes = |words: &[u64; 8]| u8x64::load_array_ref(simd, bytemuck::cast_ref(words));
        let digits = (bytes(words) ^ b'0') & bytes(kept);
        let others = digits.simd_gt(9_u8).to_bitmask();
        if others != 0 {
            let others: [u8; 8] = others.to_le_bytes();
            let others = (0..8).filter(|&lane| others[lane] != 0);
            bad |= others.fold(0, |bad, lane| bad | 1 << (group * 8 + lane));
        }
        // Neighbours are joined: digits to pairs, pairs to fours, fours to the number.
        let digits: u16x32<S> = digits.bitcast();
        let pairs: u32x16<S> = ((digits & 0xff) * 10 + (digits >> 8)).bitcast();
        let fours: [u32; 16] = ((pairs & 0xffff) * 100 + (pairs >> 16)).into();
        for (number, [high, low]) in into.iter_mut().zip(fours.as_chunks::<2>().0) {
            *number = high * 10_000 + low;
        }
    }
    bad
}
