//! Text of any origin for the page. This module makes it visible, and the template escapes it.

use std::fmt;

use crate::render::sanitize::sanitize;

/// Text without characters that are invisible or that reorder others. It contains markup characters unchanged, because
/// the template escapes them, and only the template.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Text(String);

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Returns the visible text of any value.
pub(super) fn text(value: impl fmt::Display) -> Text {
    Text(sanitize(&value.to_string()).into_owned())
}

/// A word of prose.
pub(super) struct Word {
    pub(super) text: Text,
    /// Whether it is an id, which stays on one line.
    pub(super) is_whole: bool,
}

/// Splits prose into words, because browsers break lines after the hyphens of ids.
pub(super) fn prose(value: impl fmt::Display) -> Vec<Word> {
    let Text(whole) = text(value);
    let is_whole = |word: &str| {
        let has_digit = word.contains(|character: char| character.is_ascii_digit());
        has_digit && word.contains('-')
    };
    let words = whole.split_whitespace();
    words.map(|word| Word { is_whole: is_whole(word), text: Text(word.to_owned()) }).collect()
}

/// Splits a command or a record at each blank; joining the words with blanks restores it.
pub(super) fn code(value: impl fmt::Display) -> Vec<Word> {
    let Text(whole) = text(value);
    let words = whole.split(' ');
    words
        .map(|word| Word { is_whole: word.len() > 1 && word.contains('-'), text: Text(word.to_owned()) })
        .collect()
}

/// Shortens the text to at most `most` characters by omitting its middle, because ids differ at their ends.
pub(super) fn fit(value: impl fmt::Display, most: usize) -> Text {
    const TAIL: usize = 6;
    let Text(whole) = text(value);
    let n = whole.chars().count();
    if n <= most {
        return Text(whole);
    }
    let head: String = whole.chars().take(most.saturating_sub(TAIL + 1)).collect();
    let tail: String = whole.chars().skip(n - TAIL).collect();
    Text(format!("{head}…{tail}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_whole_words() {
        let whole = |value: &str| -> Vec<String> {
            let words = prose(value).into_iter().filter(|word| word.is_whole);
            words.map(|word| word.text.to_string()).collect()
        };
        assert_eq!(whole("the far-off sg-0e11 of\u{a0}10.40.1.31"), ["sg-0e11"]);
    }

    #[test]
    fn code_keeps_its_blanks() {
        let check = |value: &str, whole: &[&str]| {
            let found = code(value);
            let texts: Vec<String> = found.iter().map(|word| word.text.to_string()).collect();
            assert_eq!(texts.join(" "), value);
            let found = found.iter().filter(|word| word.is_whole).map(|word| word.text.to_string());
            assert_eq!(found.collect::<Vec<_>>(), whole, "{value}");
        };
        check("aws ec2 describe-vpcs --vpc-ids vpc-1", &["describe-vpcs", "--vpc-ids", "vpc-1"]);
        check("5 eni-0a31  - OK ", &["eni-0a31"]);
        check("", &[]);
    }

    #[test]
    fn the_middle_of_long_text_is_omitted() {
        let check = |value: &str, expect: &str| assert_eq!(fit(value, 12).to_string(), expect);
        check("eni-0a31", "eni-0a31");
        check("eni-058cc4e23d6355d03", "eni-0…355d03");
        check("a\u{202e}b", "a\\u{202e}b");
    }
}
