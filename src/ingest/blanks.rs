//! Where the blanks of a line are: one bit a byte, 64 bytes at a time, without `unsafe`.
//!
//! A blank is any byte up to and including 0x20, so that tabs and a carriage return part fields as a space does.

/// Bytes in one block.
pub(super) const BLOCK: usize = 64;

/// Multiplying by this moves the lowest bit of each of eight bytes into the highest byte, in order.
const GATHER: u64 = 0x0102_0408_1020_4080;

/// A bit for each blank of the block.
#[inline]
pub(super) fn blank_mask(block: &[u8; BLOCK]) -> u64 {
    // The compiler compares sixteen bytes at once here, and the eight products below are all that is left of the scan.
    let is_blank = block.map(|byte| u8::from(byte <= 0x20));
    let (words, _) = is_blank.as_chunks::<8>();
    words.iter().enumerate().fold(0, |mask, (place, word)| {
        mask | (u64::from_le_bytes(*word).wrapping_mul(GATHER) >> 56) << (8 * place)
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
