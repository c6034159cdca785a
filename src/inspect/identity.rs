//! The identity of a record: 128 bits of all values that identify it.
//!
//! Two records with the same interface, addresses, ports, protocol, action, start, end, packets and bytes are duplicates,
//! whatever other fields their formats have. Among a trillion different records two have the same 128 bits with a probability
//! of about one in 700 trillion, so counting identities is counting records.

use std::net::IpAddr;

use crate::ingest::record::{Action, LogStatus, TimeSpan};

/// The identity of a record, unique for practical purposes.
pub(super) type Identity = [u64; 2];

/// Odd constants with evenly spread bits: the fractional parts of square roots of primes.
const KEYS: [u64; 4] =
    [0x6a09_e667_f3bc_c909, 0xbb67_ae85_84ca_a73b, 0x3c6e_f372_fe94_f82b, 0xa54f_f53a_5f1d_36f1];

/// Mixes words into an identity.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mixer(Identity);

impl Mixer {
    pub(super) fn new() -> Self {
        Self([KEYS[0], KEYS[1]])
    }

    /// Mixes a word into two lanes with different keys; two inputs are only equal if both lanes are equal.
    #[inline]
    pub(super) fn word(self, word: u64) -> Self {
        let [a, b] = self.0;
        Self([fold(a ^ word, KEYS[2]), fold(b.rotate_left(23) ^ word, KEYS[3]).wrapping_add(a)])
    }

    pub(super) fn bytes(self, bytes: &[u8]) -> Self {
        let whole = |chunk: &[u8]| {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            u64::from_le_bytes(word)
        };
        let mixed = bytes.chunks(8).fold(self, |mixer, chunk| mixer.word(whole(chunk)));
        mixed.word(bytes.len() as u64)
    }

    #[inline]
    pub(super) fn address(self, address: IpAddr) -> Self {
        match address {
            IpAddr::V4(address) => self.word(u64::from(address.to_bits())),
            IpAddr::V6(address) => {
                let bits = address.to_bits();
                // One more word than for an IPv4 address, so the two families differ.
                self.word(half(bits >> 64)).word(half(bits)).word(6)
            }
        }
    }

    pub(super) fn finish(self) -> Identity {
        let [a, b] = self.0;
        [fold(a ^ b.rotate_left(32), KEYS[0]), fold(b ^ a.rotate_left(32), KEYS[1])]
    }
}

/// Combines both halves of the product, so that every bit of the input affects every bit of the output.
#[inline]
fn fold(word: u64, key: u64) -> u64 {
    let product = u128::from(word) * u128::from(key);
    half(product) ^ half(product >> 64)
}

#[expect(clippy::cast_possible_truncation, reason = "the lower half is meant")]
#[inline]
fn half(bits: u128) -> u64 {
    bits as u64
}

/// Begins an identity with the values that every record has. `interface` is the identity of the name.
#[inline]
pub(super) fn begin(interface: Identity, log_status: LogStatus, span: TimeSpan) -> Mixer {
    let kind = match log_status {
        LogStatus::Ok(Action::Accept) => 0,
        LogStatus::Ok(Action::Reject) => 1,
        LogStatus::NoData => 2,
        LogStatus::SkipData => 3,
    };
    let span = u64::from(span.start) << 32 | u64::from(span.end);
    Mixer::new().word(interface[0]).word(interface[1]).word(kind).word(span)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_part_counts() {
        let name = |text: &str| Mixer::new().bytes(text.as_bytes()).finish();
        let span = |start, end| TimeSpan { start, end };
        let accept = LogStatus::Ok(Action::Accept);
        let all = [
            begin(name("eni-1"), accept, span(1, 2)),
            begin(name("eni-2"), accept, span(1, 2)),
            begin(name("eni-1"), LogStatus::Ok(Action::Reject), span(1, 2)),
            begin(name("eni-1"), LogStatus::NoData, span(1, 2)),
            begin(name("eni-1"), accept, span(2, 1)),
            begin(name("eni-1"), accept, span(1, 2)).word(0),
            begin(name("eni-1"), accept, span(1, 2)).address("10.0.0.1".parse().unwrap()),
            begin(name("eni-1"), accept, span(1, 2)).address("::10.0.0.1".parse().unwrap()),
        ];
        let distinct: BTreeSet<Identity> = all.iter().map(|mixer| mixer.finish()).collect();
        assert_eq!(distinct.len(), all.len());
    }

    #[test]
    fn neighbours_have_different_identities() {
        // Consecutive numbers in two places, like ports and times: 250 thousand inputs, and no two are equal in 64 bits.
        let mut halves: [BTreeSet<u64>; 2] = Default::default();
        for a in 0..500 {
            for b in 0..500 {
                let identity = Mixer::new().word(a).word(b).finish();
                halves.iter_mut().zip(identity).for_each(|(half, word)| assert!(half.insert(word)));
            }
        }
    }

    #[test]
    fn names_of_different_lengths_differ() {
        assert_ne!(Mixer::new().bytes(b"a").finish(), Mixer::new().bytes(b"a\0").finish());
        assert_ne!(Mixer::new().bytes(b"").finish(), Mixer::new().bytes(b"\0\0\0\0\0\0\0\0").finish());
    }
}
