//! Seeded random numbers: splitmix64, integers only, so that every machine draws the same corpus.

/// A stream of random numbers.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// Uniform in `0..bound`.
    pub(crate) fn below(&mut self, bound: u32) -> u32 {
        fold(self.next(), bound)
    }

    /// True `part` times in 1000.
    pub(crate) fn per_mille(&mut self, part: u32) -> bool {
        self.below(1000) < part
    }

    /// Heavy-tailed, 1 to 255, mean 9, median 2: each doubling is reached 55 times in 100.
    pub(crate) fn heavy(&mut self) -> u32 {
        let mut scale = 1;
        while scale < 128 && self.per_mille(550) {
            scale *= 2;
        }
        scale + self.below(scale)
    }

    /// Log-uniform in `0..bound`: every doubling is as likely as any other.
    pub(crate) fn log_uniform(&mut self, bound: u32) -> u32 {
        let doublings = u32::BITS - bound.leading_zeros();
        loop {
            let scale = 1 << self.below(doublings);
            let drawn = scale + self.below(scale) - 1;
            if drawn < bound {
                return drawn;
            }
        }
    }
}

/// Mixes the bits of a number; equal numbers give equal results.
pub(crate) fn mix(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

/// Scales a well-mixed number to `0..bound`.
pub(crate) fn fold(mixed: u64, bound: u32) -> u32 {
    let scaled = ((mixed >> 32) * u64::from(bound)) >> 32;
    u32::try_from(scaled).expect("below a 32-bit bound")
}
