//! A page of prose for the terminal: Markdown such as a cause's page, and a list of terms.
//!
//! Headings, paragraphs, lists and code blocks are formatted; inline marks stay as they are. Sentences on consecutive
//! lines are one paragraph, as in every other reader of Markdown.

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

use super::layout::{Page, style};
use super::{TerminalOptions, page_width};

/// The indent of paragraphs and lists, in columns.
const INDENT: usize = 2;
/// The smallest width of a page that has the meaning next to its term.
const MIN_ALIGNED_WIDTH: usize = 76;

/// A part of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Block<'a> {
    Title(&'a str),
    Heading(&'a str),
    Paragraph(String),
    Point(String),
    Code(Vec<&'a str>),
}

/// Writes a page that is Markdown.
pub(in crate::render) fn article(
    markdown: &str,
    options: TerminalOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut out = out;
    let page = &mut Page::new(&mut out, page_width(options), options.color);
    let mut before = None;
    for block in blocks(markdown) {
        let is_list = matches!((&before, &block), (Some(Block::Point(_)), Block::Point(_)));
        if before.is_some() && !is_list {
            page.blank()?;
        }
        match &block {
            Block::Title(text) | Block::Heading(text) => page.prose(0, style::STRONG, text)?,
            Block::Paragraph(text) => page.prose(INDENT, style::PLAIN, text)?,
            Block::Point(text) => page.hanging(INDENT, INDENT + 2, style::PLAIN, &format!("- {text}"))?,
            Block::Code(lines) => {
                lines.iter().try_for_each(|line| page.verbatim(INDENT + 2, line))?;
            }
        }
        // A heading is not separated from its paragraph.
        before = (!matches!(block, Block::Heading(_))).then_some(block);
    }
    Ok(())
}

/// Writes terms with their titles and meanings, in the given order.
pub(in crate::render) fn glossary(
    rows: &[(&str, &str, &str)],
    options: TerminalOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut out = out;
    let page = &mut Page::new(&mut out, page_width(options), options.color);
    let widest = rows.iter().map(|(term, ..)| term.width()).max().unwrap_or(0);
    for (index, (term, title, meaning)) in rows.iter().enumerate() {
        if index > 0 {
            page.blank()?;
        }
        if page.width() < MIN_ALIGNED_WIDTH {
            page.prose(0, style::STRONG, term)?;
            page.prose(INDENT, style::PLAIN, &format!("{title}."))?;
            page.prose(INDENT, style::DIM, meaning)?;
        } else {
            page.aligned((term, style::STRONG), widest + 2, &format!("{title}."))?;
            page.prose(widest + 2, style::DIM, meaning)?;
        }
    }
    Ok(())
}

fn blocks(markdown: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    // Whether the next line belongs to the last block.
    let mut is_open = false;
    let mut lines = markdown.lines();
    while let Some(line) = lines.next() {
        let was_open = std::mem::take(&mut is_open);
        if line.is_empty() {
        } else if line.starts_with("```") {
            blocks.push(Block::Code(lines.by_ref().take_while(|line| !line.starts_with("```")).collect()));
        } else if let Some(title) = line.strip_prefix("# ") {
            blocks.push(Block::Title(title));
        } else if line.starts_with('#') {
            blocks.push(Block::Heading(line.trim_start_matches('#').trim_start()));
        } else if let Some(point) = line.strip_prefix("- ") {
            blocks.push(Block::Point(point.to_owned()));
            is_open = true;
        } else {
            match blocks.last_mut() {
                Some(Block::Paragraph(text) | Block::Point(text)) if was_open => {
                    text.push(' ');
                    text.push_str(line.trim_start());
                }
                _ => blocks.push(Block::Paragraph(line.to_owned())),
            }
            is_open = true;
        }
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(markdown: &str, width: usize) -> String {
        let mut out = Vec::new();
        article(markdown, TerminalOptions { width, color: false }, &mut out)
            .expect("memory takes everything");
        String::from_utf8(out).expect("pages are text")
    }

    #[test]
    fn each_part_of_markdown_has_its_form() {
        let markdown = "# Title\n\nId: `x`\n\n## Name\n\nOne sentence.\nAnother `code` one.\n\n- a point\n  continues\n\
                        - another\n\n```\nverbatim   line\n```\n\nThe end\u{1b}[2J.\n";
        let expect = "Title\n\n  Id: `x`\n\nName\n  One sentence. Another `code` one.\n\n  - a point continues\n\
                      \u{20} - another\n\n    verbatim   line\n\n  The end\\u{1b}[2J.\n";
        assert_eq!(plain(markdown, 80), expect);
    }

    #[test]
    fn colour_is_for_headings() {
        let mut out = Vec::new();
        article("# T\n\ntext", TerminalOptions { width: 80, color: true }, &mut out).expect("memory");
        assert_eq!(String::from_utf8(out).expect("text"), "\u{1b}[1mT\u{1b}[0m\n\n  text\n");
    }

    #[test]
    fn meanings_are_next_to_their_terms_or_below() {
        let list = |width| {
            let mut out = Vec::new();
            let rows = [("a", "Title", "Meaning."), ("long-id", "Other", "More.")];
            glossary(&rows, TerminalOptions { width, color: false }, &mut out).expect("memory");
            String::from_utf8(out).expect("text")
        };
        let wide = "a        Title.\n         Meaning.\n\nlong-id  Other.\n         More.\n";
        assert_eq!(list(80), wide);
        assert_eq!(list(60), "a\n  Title.\n  Meaning.\n\nlong-id\n  Other.\n  More.\n");
    }
}
