//! Escapes text of any origin, so that Markdown shows it unchanged.
//!
//! Characters with a meaning in Markdown get a backslash. GitHub turns plain text into links, mentions and issue numbers
//! after it has read the Markdown, when backslashes are gone; a zero-width space prevents this.

use crate::render::sanitize::sanitize;

/// An invisible character that separates two others.
const APART: char = '\u{200b}';

/// Returns the text as inline Markdown, in a paragraph, a list or a table's cell.
pub(super) fn prose(text: &str) -> String {
    let visible = sanitize(text.trim());
    let mut out = String::with_capacity(visible.len() + 16);
    let mut rest = block_start(&visible, &mut out);
    while let Some(character) = rest.chars().next() {
        if matches!(character, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '&' | '$') {
            out.push('\\');
        }
        let taken = word(rest).unwrap_or(character.len_utf8());
        out.push_str(&rest[..taken]);
        if taken > character.len_utf8() || matches!(character, '@' | '#') {
            out.push(APART);
        }
        rest = &rest[taken..];
    }
    out
}

/// Returns the length of a prefix after which GitHub would continue to a link: `:` of `://`, `www` of `www.`, `GH` of `GH-1`.
fn word(rest: &str) -> Option<usize> {
    let begins = |with: &str| rest.get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with));
    if begins("www.") {
        Some(3)
    } else if begins("gh-") {
        Some(2)
    } else if begins("://") {
        // Between the slashes, so that it is more than a character.
        Some(2)
    } else {
        None
    }
}

/// Escapes a first character that would start a heading, a list or a rule, and returns the remaining text.
fn block_start<'t>(text: &'t str, out: &mut String) -> &'t str {
    if text.starts_with(['#', '+', '-', '=', ':']) {
        out.push('\\');
        return text;
    }
    let n_digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = text.split_at(n_digits);
    let mut after = rest.chars();
    let is_item = matches!(after.next(), Some('.' | ')')) && after.next().is_none_or(char::is_whitespace);
    if n_digits == 0 || !is_item {
        return text;
    }
    out.push_str(digits);
    out.push('\\');
    rest
}

/// Returns the text as a code span, or nothing for empty text. Do not use it in a table's cell, where `|` would end it.
pub(super) fn code(text: &str) -> String {
    let visible = sanitize(text);
    if visible.trim().is_empty() {
        return String::new();
    }
    let ticks = "`".repeat(longest_run(&visible) + 1);
    let pad = if visible.starts_with(['`', ' ']) || visible.ends_with(['`', ' ']) { " " } else { "" };
    format!("{ticks}{pad}{visible}{pad}{ticks}")
}

/// Returns the lines as a fenced block, with a fence that none of them can close.
pub(super) fn fenced(info: &str, lines: &[String]) -> String {
    let lines: Vec<_> = lines.iter().map(|line| sanitize(line)).collect();
    let longest = lines.iter().map(|line| longest_run(line)).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}{info}\n{}\n{fence}\n", lines.join("\n"))
}

/// Returns the length of the longest run of backticks.
fn longest_run(text: &str) -> usize {
    text.split(|character| character != '`').map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_is_text() {
        let check = |text: &str, markdown: &str| assert_eq!(prose(text), markdown);
        check("plain 10.40.1.31:443, ok", "plain 10.40.1.31:443, ok");
        check("*a* _b_ `c` ~d~", r"\*a\* \_b\_ \`c\` \~d\~");
        check("[x](y) <img src=x> |", r"\[x\](y) \<img src=x\> \|");
        check(r"\* &lt; $x$", r"\\\* \&lt; \$x\$");
        check("# head", "\\#\u{200b} head");
        check("- item", "\\- item");
        check("1. item", "1\\. item");
        check("1.5 s", "1.5 s");
        check("12)", "12\\)");
        check("=== x", "\\=== x");
        check("    indented", "indented");
        check("a\nb", "a\\\\u{a}b");
    }

    #[test]
    fn links_of_github_are_prevented() {
        let check = |text: &str, markdown: &str| assert_eq!(prose(text), markdown);
        check("@octocat", "@\u{200b}octocat");
        check("a@example.com", "a@\u{200b}example.com");
        check("see #12", "see #\u{200b}12");
        check("GH-12", "GH\u{200b}-12");
        check("https://example.com", "https:/\u{200b}/example.com");
        check("WWW.example.com", "WWW\u{200b}.example.com");
    }

    #[test]
    fn code_cannot_be_closed_from_inside() {
        let check = |text: &str, markdown: &str| assert_eq!(code(text), markdown);
        check("sg-1", "`sg-1`");
        check("a`b``c", "```a`b``c```");
        check("`a", "`` `a ``");
        check("", "");
        assert_eq!(fenced("text", &["a".into(), "````".into()]), "`````text\na\n````\n`````\n");
        assert_eq!(fenced("sh", &["a\n```\nb".into()]), "````sh\na\\u{a}```\\u{a}b\n````\n");
    }
}
