//! Reads one column of IPv4 addresses.

use fearless_simd::prelude::*;
use fearless_simd::{Level, dispatch, u8x16, u32x4};

use super::table::{ColumnValues, LineColumn, MAX_ROWS};

/// The number of shapes: four numbers of one to three digits.
const IPV4_SHAPE_COUNT: usize = 81;

/// The shape of an address: the lengths of its four numbers.
#[derive(Clone, Copy)]
struct Ipv4Shape {
    /// One bit for each dot, and one for the end.
    separators: u32,
    /// The positions of the hundreds, tens and ones of each number. Digits that are not written have a position after
    /// the text.
    positions: [u8; 16],
    /// The smallest number with this many digits, for each of the four.
    min_numbers: [u32; 4],
}

/// Every shape, indexed by the lengths of the numbers. The first number is the most significant.
const IPV4_SHAPES: [Ipv4Shape; IPV4_SHAPE_COUNT] = {
    let mut all = [Ipv4Shape { separators: 0, positions: [0xff; 16], min_numbers: [0; 4] }; IPV4_SHAPE_COUNT];
    let mut number = 0;
    while number < IPV4_SHAPE_COUNT {
        let lengths = [number / 27 % 3 + 1, number / 9 % 3 + 1, number / 3 % 3 + 1, number % 3 + 1];
        let (mut octet, mut at) = (0, 0);
        while octet < 4 {
            let mut digit = 0;
            while digit < lengths[octet] {
                all[number].positions[4 * octet + 3 - lengths[octet] + digit] = at;
                (digit, at) = (digit + 1, at + 1);
            }
            all[number].min_numbers[octet] = [0, 0, 10, 100][lengths[octet]];
            all[number].separators |= 1 << at;
            (octet, at) = (octet + 1, at + 1);
        }
        number += 1;
    }
    all
};

/// Reads IPv4 addresses. Returns one bit for each position whose value is not an IPv4 address.
pub(super) fn ipv4(level: Level, cells: LineColumn<'_>, into: &mut ColumnValues) -> u64 {
    dispatch!(level, simd => read(simd, cells, into))
}

#[inline(always)]
fn read<S: Simd>(simd: S, cells: LineColumn<'_>, into: &mut ColumnValues) -> u64 {
    let mut bad = 0;
    for (place, &row) in cells.rows.iter().enumerate().take(MAX_ROWS) {
        let (start, end) = cells.bounds(row);
        let text = cells.beginning(start);
        let address = text.and_then(|text| one(simd, text, end.wrapping_sub(start)));
        into[place] = address.unwrap_or(0);
        bad |= u64::from(address.is_none()) << place;
    }
    bad
}

/// The address in the first `length` bytes. Leading zeros are rejected.
#[inline(always)]
fn one<S: Simd>(simd: S, text: &[u8; 16], length: usize) -> Option<u32> {
    if !(7..=15).contains(&length) {
        return None;
    }
    let text = u8x16::load_array_ref(simd, text);
    let below = (1_u64 << length) - 1;
    let dots = text.simd_eq(b'.').to_bitmask() & below;
    let digits = text ^ b'0';
    let numerals = digits.simd_le(9_u8).to_bitmask() & below;
    // The positions of the three dots and the end.
    let first = dots.trailing_zeros();
    let rest = dots & dots.wrapping_sub(1);
    let second = rest.trailing_zeros();
    let rest = rest & rest.wrapping_sub(1);
    let third = rest.trailing_zeros();
    let end = u32::try_from(length).unwrap_or(0);
    let lengths =
        [first, second.wrapping_sub(first + 1), third.wrapping_sub(second + 1), end.wrapping_sub(third + 1)];
    let number = lengths
        .iter()
        .fold(0_u32, |number, length| number.wrapping_mul(3).wrapping_add(length.wrapping_sub(1)));
    let way = IPV4_SHAPES.get(number as usize)?;
    if u64::from(way.separators) != dots | 1 << length || numerals | dots != below {
        return None;
    }
    let parts = digits.swizzle_dyn_precise(u8x16::load_array_ref(simd, &way.positions));
    let parts: u32x4<S> = parts.bitcast();
    let numbers = (parts & 0xff) * 100 + (parts >> 8 & 0xff) * 10 + (parts >> 16);
    let min_numbers = u32x4::load_array_ref(simd, &way.min_numbers);
    let fits = numbers.simd_ge(min_numbers) & numbers.simd_le(255_u32);
    if fits.to_bitmask() != 0b1111 {
        return None;
    }
    let [a, b, c, d] = numbers.into();
    Some(a << 24 | b << 16 | c << 8 | d)
}
