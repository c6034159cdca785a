//! Text for the page: of any origin, made visible here, escaped by the template.

use std::fmt;

use crate::render::sanitize::sanitize;

/// Text without characters that cannot be seen or that reorder others. It holds markup characters as they are: the
/// template's auto-escape makes these inert, and is the only one that does.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Text(String);

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Takes any value's text.
pub(super) fn text(value: impl fmt::Display) -> Text {
    Text(sanitize(&value.to_string()).into_owned())
}

/// A word of prose.
pub(super) struct Word {
    pub(super) text: Text,
    /// Whether it is an id or an address, which stays on one line.
    pub(super) is_whole: bool,
}

/// Prose word by word: browsers break lines behind the hyphens of ids.
pub(super) fn prose(value: impl fmt::Display) -> Vec<Word> {
    let Text(whole) = text(value);
    let is_whole = |word: &str| {
        let has_digit = word.contains(|character: char| character.is_ascii_digit());
        has_digit && word.contains('-')
    };
    let words = whole.split_whitespace();
    words.map(|word| Word { is_whole: is_whole(word), text: Text(word.to_owned()) }).collect()
}

/// A command or a record word by word: its blanks are as they were if one is put between any two words.
pub(super) fn code(value: impl fmt::Display) -> Vec<Word> {
    let Text(whole) = text(value);
    let words = whole.split(' ');
    words
        .map(|word| Word { is_whole: word.len() > 1 && word.contains('-'), text: Text(word.to_owned()) })
        .collect()
}

/// The text in at most so many characters: the middle left out, since ids differ in their ends.
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
    fn long_text_loses_its_middle() {
        let check = |value: &str, expect: &str| assert_eq!(fit(value, 12).to_string(), expect);
        check("eni-0a31", "eni-0a31");
        check("eni-058cc4e23d6355d03", "eni-0…355d03");
        check("a\u{202e}b", "a\\u{202e}b");
    }
}
