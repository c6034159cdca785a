//! Numbers and addresses as flow logs write them, every byte checked.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Text that stands for "no value": AWS writes `-`, re-writers leave nothing or Python's word.
#[inline]
pub(super) fn is_missing(text: &[u8]) -> bool {
    matches!(text, b"-" | b"" | b"None" | b"null")
}

/// A decimal number without sign; `None` unless every byte is a digit and it fits.
#[inline]
pub(super) fn parse_number(text: &[u8]) -> Option<u64> {
    if text.is_empty() || text.len() > 19 {
        return None;
    }
    if let Some((first, rest)) = text.split_first_chunk::<8>() {
        let number = eight_digits(*first)?;
        return rest.iter().try_fold(number, |number, &byte| push_digit(number, byte));
    }
    text.iter().try_fold(0, |number, &byte| push_digit(number, byte))
}

#[inline]
fn push_digit(number: u64, byte: u8) -> Option<u64> {
    let digit = byte.wrapping_sub(b'0');
    (digit < 10).then(|| number * 10 + u64::from(digit))
}

/// Eight digits in a few steps: neighbours are joined to pairs, pairs to fours, fours to the number.
#[inline]
fn eight_digits(text: [u8; 8]) -> Option<u64> {
    const ZEROS: u64 = 0x3030_3030_3030_3030;
    let word = u64::from_le_bytes(text);
    // A byte is a digit if its high half is 3 and stays so when 6 is added.
    let is_digits = (word & 0xf0f0_f0f0_f0f0_f0f0) == ZEROS
        && (word.wrapping_add(0x0606_0606_0606_0606) & 0xf0f0_f0f0_f0f0_f0f0) == ZEROS;
    if !is_digits {
        return None;
    }
    let ones = word - ZEROS;
    let pairs = (ones * 10 + (ones >> 8)) & 0x00ff_00ff_00ff_00ff;
    let fours = (pairs * 100 + (pairs >> 16)) & 0x0000_ffff_0000_ffff;
    Some((fours * 10_000 + (fours >> 32)) & 0xffff_ffff)
}

/// An IPv4 or IPv6 address in its text form.
#[inline]
pub(super) fn parse_address(text: &[u8]) -> Option<IpAddr> {
    parse_ipv4(text).map(IpAddr::V4).or_else(|| parse_ipv6(text).map(IpAddr::V6))
}

/// Four decimal numbers up to 255 and three dots; leading zeros are refused, as `std` does.
#[inline]
fn parse_ipv4(text: &[u8]) -> Option<Ipv4Addr> {
    if text.len() < 7 || text.len() > 15 {
        return None;
    }
    let mut octets = [0_u8; 4];
    let mut index = 0;
    let mut value = 0_u16;
    let mut digits = 0;
    for &byte in text {
        let digit = byte.wrapping_sub(b'0');
        if digit < 10 {
            if digits > 0 && value == 0 {
                return None;
            }
            value = value * 10 + u16::from(digit);
            digits += 1;
            if digits > 3 {
                return None;
            }
        } else if byte == b'.' && digits > 0 && index < 3 {
            octets[index] = u8::try_from(value).ok()?;
            index += 1;
            value = 0;
            digits = 0;
        } else {
            return None;
        }
    }
    if index != 3 || digits == 0 {
        return None;
    }
    octets[3] = u8::try_from(value).ok()?;
    Some(Ipv4Addr::from(octets))
}

/// An IPv6 address; those with an IPv4 address at their end are left to `std`.
fn parse_ipv6(text: &[u8]) -> Option<Ipv6Addr> {
    if !text.contains(&b':') {
        return None;
    }
    if text.contains(&b'.') {
        return std::str::from_utf8(text).ok()?.parse().ok();
    }
    let (before, after) = match memchr::memmem::find(text, b"::") {
        Some(at) => (groups(&text[..at])?, groups(&text[at + 2..])?),
        None => (groups(text).filter(|(_, count)| *count == 8)?, (0, 0)),
    };
    let ((high, n_high), (low, n_low)) = (before, after);
    // The two colons stand for one group of zeros at least.
    if n_high < 8 && n_high + n_low > 7 {
        return None;
    }
    let high = if n_high == 0 { 0 } else { high << (16 * (8 - n_high)) };
    Some(Ipv6Addr::from_bits(high | low))
}

/// Hexadecimal groups of up to four digits with colons between them: their bits, and how many there are.
#[inline]
fn groups(text: &[u8]) -> Option<(u128, u32)> {
    if text.is_empty() {
        return Some((0, 0));
    }
    let (mut bits, mut count) = (0, 0);
    let (mut group, mut digits) = (0, 0);
    for &byte in text {
        if byte == b':' {
            if digits == 0 {
                return None;
            }
            (bits, count) = (bits << 16 | u128::from(group), count + 1);
            (group, digits) = (0, 0);
        } else {
            let digit = char::from(byte).to_digit(16)?;
            (group, digits) = (group << 4 | digit, digits + 1);
            if digits > 4 || count > 7 {
                return None;
            }
        }
    }
    (digits > 0).then(|| (bits << 16 | u128::from(group), count + 1))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_are_digits_only() {
        let check = |text: &str, number| assert_eq!(parse_number(text.as_bytes()), number, "{text}");
        check("0", Some(0));
        check("443", Some(443));
        check("1234567890123456789", Some(1_234_567_890_123_456_789));
        for text in ["", "-", "-1", "+1", "1.0", "4 4", "٤", "12345678901234567890"] {
            check(text, None);
        }
    }

    proptest! {
        #[test]
        fn numbers_agree_with_std(text in "[0-9]{1,19}|[0-9/:a ]{1,12}", number: u32) {
            prop_assert_eq!(parse_number(text.as_bytes()), text.parse().ok());
            prop_assert_eq!(parse_number(number.to_string().as_bytes()), Some(number.into()));
        }

        #[test]
        fn addresses_agree_with_std(text in "[0-9]{0,4}(\\.[0-9]{0,4}){0,4}|[0-9a-f:.]{0,20}") {
            prop_assert_eq!(parse_address(text.as_bytes()), text.parse().ok());
        }

        #[test]
        fn every_spelling_of_ipv6_agrees_with_std(text in "(:|::|[0-9a-fA-F]{1,5}|:[0-9a-f]{1,4}|[0-9]{1,3}\\.){0,10}") {
            prop_assert_eq!(parse_address(text.as_bytes()), text.parse().ok());
        }

        #[test]
        fn real_addresses_are_read(v4: u32, v6: u128) {
            let (v4, v6) = (Ipv4Addr::from(v4), Ipv6Addr::from(v6));
            prop_assert_eq!(parse_address(v4.to_string().as_bytes()), Some(IpAddr::V4(v4)));
            prop_assert_eq!(parse_address(v6.to_string().as_bytes()), Some(IpAddr::V6(v6)));
        }
    }
}
