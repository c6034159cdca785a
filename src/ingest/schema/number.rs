//! Parses numbers as flow logs write them, and checks every byte.

/// Whether the text stands for "no value": AWS writes `-`, and other programs write nothing, `None` or `null`.
#[inline]
pub(in crate::ingest) fn is_missing(text: &[u8]) -> bool {
    matches!(text, b"-" | b"" | b"None" | b"null")
}

/// Parses a decimal number without a sign; none unless every byte is a digit and the number fits.
#[inline]
pub(in crate::ingest) fn parse_number(text: &[u8]) -> Option<u64> {
    if text.is_empty() || text.len() > 19 {
        return None;
    }
    text.iter().try_fold(0, |number, &byte| {
        let digit = byte.wrapping_sub(b'0');
        (digit < 10).then(|| number * 10 + u64::from(digit))
    })
}

/// [`parse_number`] of a whole number that may be written with a decimal point, for example `50001.0`: data frames write
/// a column of numbers so if some of them are missing.
pub(in crate::ingest) fn parse_whole(text: &[u8]) -> Option<u64> {
    parse_number(text).or_else(|| {
        let (whole, zeros) = text.split_at(memchr::memchr(b'.', text)?);
        let is_whole = zeros.len() > 1 && zeros[1..].iter().all(|&digit| digit == b'0');
        parse_number(whole).filter(|_| is_whole)
    })
}

/// [`parse_number`] of `bytes[start..end]`. It is faster if enough bytes precede the number.
#[inline]
pub(in crate::ingest) fn number_at(bytes: &[u8], start: usize, end: usize) -> Option<u64> {
    let length = end.wrapping_sub(start);
    let before = bytes.get(..end).and_then(<[u8]>::last_chunk::<16>);
    if let Some(before) = before.filter(|_| (1..=16).contains(&length)) {
        let (words, _) = before.as_chunks::<8>();
        let [first, last] = [words[0], words[1]].map(u64::from_le_bytes);
        if length <= 8 {
            return eight_digits(last, length);
        }
        return Some(eight_digits(first, length - 8)? * 100_000_000 + eight_digits(last, 8)?);
    }
    parse_number(bytes.get(start..end)?)
}

/// The number in the last `length` bytes of a word, 1 to 8, with the first byte lowest. Neighbouring digits are
/// combined into pairs, pairs into groups of four, and these into the number.
#[inline]
fn eight_digits(word: u64, length: usize) -> Option<u64> {
    const ZEROS: u64 = 0x3030_3030_3030_3030;
    let others = 64 - 8 * length;
    let ones = (word ^ ZEROS) >> others << others;
    // A byte is below 10 if its highest bit is clear, and still clear after 0x76 is added.
    if (ones | ones.wrapping_add(0x7676_7676_7676_7676)) & 0x8080_8080_8080_8080 != 0 {
        return None;
    }
    let pairs = (ones * 10 + (ones >> 8)) & 0x00ff_00ff_00ff_00ff;
    let fours = (pairs * 100 + (pairs >> 16)) & 0x0000_ffff_0000_ffff;
    Some((fours * 10_000 + (fours >> 32)) & 0xffff_ffff)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_digits_are_numbers() {
        let check = |text: &str, number| assert_eq!(parse_number(text.as_bytes()), number, "{text}");
        check("0", Some(0));
        check("443", Some(443));
        check("1234567890123456789", Some(1_234_567_890_123_456_789));
        for text in ["", "-", "-1", "+1", "1.0", "4 4", "٤", "12345678901234567890"] {
            check(text, None);
        }
    }

    #[test]
    fn a_decimal_point_is_followed_by_zeros() {
        let check = |text: &str, number| assert_eq!(parse_whole(text.as_bytes()), number, "{text}");
        check("443", Some(443));
        check("50001.0", Some(50_001));
        check("1764000000.000000", Some(1_764_000_000));
        for text in ["", ".", "1.", ".0", "1.5", "1.0.0", "-1.0", "1.0e3"] {
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
        fn surrounding_bytes_do_not_matter(
            text in "[0-9]{0,20}|[0-9/:a]{1,12}",
            before in "[0-9 ]{0,20}",
            after in "[0-9 ]{0,4}",
        ) {
            let bytes = format!("{before}{text}{after}");
            let number = number_at(bytes.as_bytes(), before.len(), before.len() + text.len());
            prop_assert_eq!(number, parse_number(text.as_bytes()));
        }
    }
}
