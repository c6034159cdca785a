//! Parses addresses as flow logs write them, and checks every byte.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Parses an IPv4 or IPv6 address.
#[inline]
pub(in crate::ingest) fn parse_address(text: &[u8]) -> Option<IpAddr> {
    parse_ipv4(text).map(IpAddr::V4).or_else(|| parse_ipv6(text).map(IpAddr::V6))
}

/// The length of the longest IPv4 address, `255.255.255.255`.
const MAX_IPV4_LENGTH: usize = 15;
/// The length of the longest IPv6 address that does not end with an IPv4 address.
const MAX_IPV6_LENGTH: usize = 39;

/// [`parse_address`] of `bytes[start..end]`. It is faster if enough bytes follow the address.
#[inline]
pub(in crate::ingest) fn address_at(bytes: &[u8], start: usize, end: usize) -> Option<IpAddr> {
    let length = end.wrapping_sub(start);
    let rest = bytes.get(start..)?;
    if length <= MAX_IPV4_LENGTH
        && let Some(window) = rest.first_chunk()
        && let Some(address) = ipv4_of_words(window, length)
    {
        return Some(IpAddr::V4(address));
    }
    if let Some(window) = rest.first_chunk()
        && length <= MAX_IPV6_LENGTH
        && let Some(address) = ipv6_of_words(window, length)
    {
        return Some(IpAddr::V6(address));
    }
    parse_address(rest.get(..length)?)
}

/// Parses four decimal numbers up to 255 with three dots between them. Leading zeros are rejected, as in `std`.
#[inline]
fn parse_ipv4(text: &[u8]) -> Option<Ipv4Addr> {
    if text.len() > MAX_IPV4_LENGTH {
        return None;
    }
    let mut window = [0; 16];
    window[..text.len()].copy_from_slice(text);
    ipv4_of_words(&window, text.len())
}

/// The highest bit of each byte of a word.
const HIGHEST: u64 = 0x8080_8080_8080_8080;

/// A word with the same byte eight times.
const fn eight(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

/// One bit for each byte whose highest bit is set.
#[inline]
fn bits_of(word: u64) -> u32 {
    let bits = ((word & HIGHEST) >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56;
    u32::try_from(bits).unwrap_or(0)
}

/// The IPv4 address in the first `length` bytes. There are no branches on the content, because neither the positions of
/// dots nor the lengths of numbers can be predicted.
#[inline]
fn ipv4_of_words(window: &[u8; 16], length: usize) -> Option<Ipv4Addr> {
    let text = u128::from_le_bytes(*window) & !(u128::MAX << (8 * length.min(MAX_IPV4_LENGTH)));
    #[expect(clippy::cast_possible_truncation, reason = "the two halves")]
    let halves = [text as u64, (text >> 64) as u64];
    let [low, high] = halves;
    // If no byte is above 0x7f, an addition to one byte does not carry into the next. Otherwise the result is not used.
    let is_ascii = (low | high) & HIGHEST == 0;
    let dots = halves.map(|word| !(word ^ eight(b'.')).wrapping_add(eight(0x7f)));
    let others = halves.map(|word| (word ^ eight(b'0')).wrapping_add(eight(0x76)));
    let dots = bits_of(dots[0]) | bits_of(dots[1]) << 8;
    let others = bits_of(others[0]) | bits_of(others[1]) << 8;
    let past = 0xffff << length & 0xffff;
    let first = dots.trailing_zeros();
    let rest = dots & dots.wrapping_sub(1);
    let second = rest.trailing_zeros();
    let rest = rest & rest.wrapping_sub(1);
    let third = rest.trailing_zeros();
    let is_parted = rest != 0 && rest & rest.wrapping_sub(1) == 0 && others == dots | past;
    if !(is_ascii && is_parted) {
        return None;
    }
    let end = u32::try_from(length).unwrap_or(0);
    let (a, a_fits) = octet(text, 0, first);
    let (b, b_fits) = octet(text, first + 1, second);
    let (c, c_fits) = octet(text, second + 1, third);
    let (d, d_fits) = octet(text, third + 1, end);
    (a_fits & b_fits & c_fits & d_fits).then(|| Ipv4Addr::from_bits(a << 24 | b << 16 | c << 8 | d))
}

/// The number from `start` to `end`, and whether it is an octet without leading zeros.
#[inline]
fn octet(text: u128, start: u32, end: u32) -> (u32, bool) {
    /// The smallest number with this many digits. No octet has more than three.
    const MIN_OF_LENGTH: [u32; 4] = [u32::MAX, 0, 10, 100];
    let length = end.wrapping_sub(start);
    #[expect(clippy::cast_possible_truncation, reason = "three digits")]
    let digits = (text >> (8 * start)) as u32 & 0x000f_0f0f;
    // The digits are shifted so that the last one is the highest byte.
    let digits = digits << (8 * (3 - length.min(3)));
    let number = (digits & 0xff) * 100 + (digits >> 8 & 0xff) * 10 + (digits >> 16 & 0xff);
    let least = MIN_OF_LENGTH.get(length as usize).copied().unwrap_or(u32::MAX);
    (number, number >= least && number <= 255)
}

/// Parses an IPv6 address. `std` parses addresses that end with an IPv4 address.
fn parse_ipv6(text: &[u8]) -> Option<Ipv6Addr> {
    if text.len() > MAX_IPV6_LENGTH || text.contains(&b'.') {
        return std::str::from_utf8(text).ok()?.parse().ok();
    }
    let mut window = [0; WINDOW];
    window[..text.len()].copy_from_slice(text);
    ipv6_of_words(&window, text.len())
}

/// Number of bytes that hold any IPv6 address, with room for four digits from the beginning of any group.
const WINDOW: usize = MAX_IPV6_LENGTH + 4;

/// The IPv6 address in the first `length` bytes; `length` is at most [`MAX_IPV6_LENGTH`].
#[inline]
fn ipv6_of_words(window: &[u8; WINDOW], length: usize) -> Option<Ipv6Addr> {
    let (words, _) = window.as_chunks::<8>();
    let (mut colons, mut all) = (0, 0);
    for word in words.iter().rev() {
        let word = u64::from_le_bytes(*word);
        all |= word;
        colons = colons << 8 | u64::from(bits_of(!((word ^ eight(b':')).wrapping_add(eight(0x7f)))));
    }
    // Only if no byte is above 0x7f, an addition to one byte does not carry into the next.
    if all & HIGHEST != 0 {
        return None;
    }
    let colons = colons & !(u64::MAX << length);
    let gaps = colons & colons >> 1;
    if gaps == 0 {
        let (bits, count) = groups(window, colons, 0, length)?;
        return (count == 8).then(|| Ipv6Addr::from_bits(bits));
    }
    let gap = gaps.trailing_zeros() as usize;
    let (high, n_high) = if gap == 0 { (0, 0) } else { groups(window, colons, 0, gap)? };
    let (low, n_low) = if gap + 2 == length { (0, 0) } else { groups(window, colons, gap + 2, length)? };
    // The two colons stand for at least one group of zeros.
    if n_high + n_low > 7 {
        return None;
    }
    let high = if n_high == 0 { 0 } else { high << (16 * (8 - n_high)) };
    Some(Ipv6Addr::from_bits(high | low))
}

/// Hexadecimal groups of up to four digits with colons between them. Returns their bits and their number.
#[inline]
fn groups(window: &[u8; WINDOW], colons: u64, start: usize, end: usize) -> Option<(u128, u32)> {
    let (mut bits, mut count, mut start) = (0, 0, start);
    loop {
        let next = (colons >> start).trailing_zeros() as usize + start;
        let stop = next.min(end);
        bits = bits << 16 | u128::from(group(window, start, stop)?);
        count += 1;
        if stop == end {
            return Some((bits, count));
        }
        if count == 8 {
            return None;
        }
        start = stop + 1;
    }
}

/// One to four hexadecimal digits.
#[inline]
fn group(window: &[u8; WINDOW], start: usize, end: usize) -> Option<u32> {
    let length = end.wrapping_sub(start);
    if !(1..=4).contains(&length) {
        return None;
    }
    let digits = window.get(start..start + 4).and_then(<[u8]>::first_chunk)?;
    // The digits are shifted so that the last one is the highest byte.
    let others = 8 * (4 - length);
    let text = u32::from_le_bytes(*digits) << others;
    let four = |byte: u8| u32::from_ne_bytes([byte; 4]);
    let highest = four(0x80);
    let numerals = !(text ^ four(b'0')).wrapping_add(four(0x76));
    let letters = (text | four(0x20)) ^ four(0x60);
    let letters = !letters.wrapping_add(four(0x79)) & letters.wrapping_add(four(0x7f));
    let wanted = highest >> others << others;
    if text & highest != 0 || (numerals | letters) & wanted != wanted {
        return None;
    }
    let halves = (text & four(0x0f)) + 9 * (text >> 6 & four(1));
    let pairs = (halves << 4 | halves >> 8) & 0x00ff_00ff;
    Some((pairs << 8 | pairs >> 16) & 0xffff)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn addresses_agree_with_std(text in "[0-9]{0,4}(\\.[0-9]{0,4}){0,4}|[0-9a-f:.]{0,20}|[\u{0}-\u{ff}]{1,8}") {
            prop_assert_eq!(parse_address(text.as_bytes()), text.parse().ok());
        }

        #[test]
        fn every_spelling_of_ipv6_agrees_with_std(text in "(:|::|[0-9a-fA-F]{1,5}|:[0-9a-f]{1,4}|[0-9]{1,3}\\.){0,10}") {
            prop_assert_eq!(parse_address(text.as_bytes()), text.parse().ok());
        }

        #[test]
        fn long_ipv6_agrees_with_std(groups in prop::collection::vec("[0-9a-f]{0,4}", 5..10)) {
            let text = groups.join(":");
            prop_assert_eq!(parse_address(text.as_bytes()), text.parse().ok());
        }

        #[test]
        fn valid_addresses_are_parsed(v4: u32, v6: u128) {
            let (v4, v6) = (Ipv4Addr::from(v4), Ipv6Addr::from(v6));
            prop_assert_eq!(parse_address(v4.to_string().as_bytes()), Some(IpAddr::V4(v4)));
            prop_assert_eq!(parse_address(v6.to_string().as_bytes()), Some(IpAddr::V6(v6)));
        }

        #[test]
        fn surrounding_bytes_do_not_matter(
            text in "[0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9a-f:.]{0,20}",
            before in "[0-9. ]{0,20}",
            after in "[0-9. ]{0,20}",
        ) {
            let bytes = format!("{before}{text}{after}");
            let address = address_at(bytes.as_bytes(), before.len(), before.len() + text.len());
            prop_assert_eq!(address, text.parse().ok());
        }
    }
}
