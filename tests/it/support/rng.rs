//! SplitMix64: sixteen lines of random numbers, so that a seed means the same bytes for ever.

/// A generator with a stated seed.
#[derive(Clone, Debug)]
pub(crate) struct Rng(u64);

impl Rng {
    /// Starts at `seed`.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        word ^ (word >> 31)
    }

    /// A number in `low..=high`.
    pub(crate) fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.next() % (high - low + 1)
    }

    /// A duration in `low..=high` milliseconds.
    pub(crate) fn pause(&mut self, low: i64, high: i64) -> i64 {
        low + self.between(0, u64::try_from(high - low).expect("low <= high")).cast_signed()
    }

    /// A port of Linux's ephemeral range.
    pub(crate) fn port(&mut self) -> u16 {
        u16::try_from(self.between(32_768, 60_999)).expect("bounded above by 60999")
    }

    /// `digits` lower-case hexadecimal digits.
    pub(crate) fn hex(&mut self, digits: usize) -> String {
        (0..digits)
            .map(|_| char::from_digit(u32::try_from(self.next() >> 60).expect("4 bits"), 16).expect("hex"))
            .collect()
    }

    /// An AWS id: `eni-` and 17 hexadecimal digits, the first of them 0 as in most Regions.
    pub(crate) fn id(&mut self, prefix: &str) -> String {
        format!("{prefix}-0{}", self.hex(16))
    }

    /// A UUID of version 4.
    pub(crate) fn uuid(&mut self) -> String {
        let digits = [8, 4, 3, 3, 12].map(|length| self.hex(length));
        let [first, second, third, fourth, last] = &digits;
        format!("{first}-{second}-4{third}-9{fourth}-{last}")
    }

    /// Puts `items` in another order.
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let other = usize::try_from(self.between(0, last as u64)).expect("an index");
            items.swap(last, other);
        }
    }
}

#[test]
fn the_sequence_is_splitmix64s() {
    let mut rng = Rng::new(1_234_567);
    assert_eq!([rng.next(), rng.next()], [6_457_827_717_110_365_317, 3_203_168_211_198_807_973]);
}
