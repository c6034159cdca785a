//! Makes text from logs and metadata harmless on a terminal.
//!
//! A file name, a tag or a stop reason is untrusted text: it may move the cursor, retitle the window, hide
//! text or reverse its order. Such characters become visible escapes like `\u{1b}`; all other text stays as it is.

use std::borrow::Cow;

/// Returns the text with every invisible or acting character written as an escape.
///
/// Line ends and tabs are escaped too: the caller decides where lines end.
#[must_use]
pub fn sanitize(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hostile) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if is_hostile(character) {
            safe.extend(character.escape_unicode());
        } else {
            safe.push(character);
        }
    }
    Cow::Owned(safe)
}

/// Whether a character acts on the terminal or on the text around it, or cannot be seen.
#[must_use]
pub fn is_hostile(character: char) -> bool {
    character.is_control() || is_bidi_control(character) || is_invisible(character)
}

/// Characters that reorder the text around them.
fn is_bidi_control(character: char) -> bool {
    matches!(
        character,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    )
}

/// Characters without a glyph: zero widths, joiners, line and paragraph separators, fillers, tags, and the two that XML
/// refuses.
fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}'
            | '\u{34f}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200d}'
            | '\u{2028}'..='\u{2029}'
            | '\u{2060}'..='\u{2065}'
            | '\u{206a}'..='\u{206f}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{fffe}'..='\u{ffff}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{is_bidi_control, sanitize};

    #[test]
    fn hostile_text_becomes_visible() {
        let check = |text, safe| assert_eq!(sanitize(text), safe);
        check("\u{1b}[31mred\u{1b}[0m", "\\u{1b}[31mred\\u{1b}[0m");
        check("\u{1b}]0;title\u{7}", "\\u{1b}]0;title\\u{7}");
        check("\u{9b}2J", "\\u{9b}2J");
        check("a\r\nb\tc\0d\u{7f}", "a\\u{d}\\u{a}b\\u{9}c\\u{0}d\\u{7f}");
        check("gnp.\u{202e}log", "gnp.\\u{202e}log");
        check("\u{2066}x\u{2069}", "\\u{2066}x\\u{2069}");
        check("a\u{200b}b\u{feff}", "a\\u{200b}b\\u{feff}");
        check("a\u{2028}b\u{2029}c", "a\\u{2028}b\\u{2029}c");
        check("tag\u{e0041}", "tag\\u{e0041}");
        check("a\u{fffe}b\u{ffff}", "a\\u{fffe}b\\u{ffff}");
    }

    #[test]
    fn plain_text_is_unchanged() {
        for text in ["", "eni-0a31 10.40.1.31:443", "größer → 東京 😀", r"C:\logs\u{1b}"] {
            assert_eq!(sanitize(text), text);
        }
    }

    proptest! {
        #[test]
        fn nothing_hostile_comes_out(text in any::<String>()) {
            let safe = sanitize(&text);
            prop_assert!(!safe.chars().any(|c| c.is_control() || is_bidi_control(c)));
            prop_assert_eq!(sanitize(&safe), safe.clone());
        }

        #[test]
        fn hostile_characters_among_others_do_not_get_through(
            text in "[a-z\u{1b}\u{80}-\u{9f}\u{202a}-\u{202e}\u{2066}-\u{2069}\n]{0,40}",
        ) {
            let safe = sanitize(&text);
            prop_assert!(safe.is_ascii());
            prop_assert!(!safe.contains(char::is_control));
        }

        #[test]
        fn visible_ascii_is_unchanged(text in "[ -~]{0,80}") {
            prop_assert_eq!(sanitize(&text), text.as_str());
        }
    }
}
