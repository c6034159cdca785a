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
    fn long_text_loses_its_middle() {
        let check = |value: &str, expect: &str| assert_eq!(fit(value, 12).to_string(), expect);
        check("eni-0a31", "eni-0a31");
        check("eni-058cc4e23d6355d03", "eni-0…355d03");
        check("a\u{202e}b", "a\\u{202e}b");
    }
}
