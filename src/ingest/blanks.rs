//! Where the blanks of a line are: one bit a byte, 64 bytes at a time, without `unsafe`.
//!
//! A blank is any byte up to and including 0x20, so that tabs and a carriage return part fields as a space does.

use wide::u8x16;

/// Bytes in one block.
pub(super) const BLOCK: usize = 64;

/// A bit for each blank of the block.
#[inline]
pub(super) fn blank_mask(block: &[u8; BLOCK]) -> u64 {
    let space = u8x16::splat(0x20);
    let (lanes, _) = block.as_chunks::<16>();
    lanes.iter().rev().fold(0, |mask, lane| {
        let bytes = u8x16::new(*lane);
        mask << 16 | u64::from(bytes.min(space).simd_eq(bytes).to_bitmask())
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn each_bit_is_its_byte(bytes in prop::collection::vec(prop_oneof![any::<u8>(), Just(b' ')], BLOCK)) {
            let block: [u8; BLOCK] = bytes.try_into().unwrap();
            let plain = (0..BLOCK).fold(0, |mask, at| mask | u64::from(block[at] <= 0x20) << at);
            prop_assert_eq!(blank_mask(&block), plain);
        }
    }
}
