//! The page: the only module that writes, wraps, colours and sanitizes text.
//!
//! Input: text of any origin and its position on the page. Output: lines that are not wider than the page, except for
//! lines of [`Page::verbatim`] and long ARNs, which are meant for copying.

use std::borrow::Cow;
use std::io::{self, Write};

use anstyle::Style;
use textwrap::{WordSeparator, WordSplitter, WrapAlgorithm};
use unicode_width::UnicodeWidthStr;

use crate::render::sanitize::sanitize;

/// The few styles of the page.
pub(super) mod style {
    use anstyle::{AnsiColor, Style};

    use crate::finding::Confidence;
    use crate::finding::HopDecision;
    use crate::finding::StepState;

    pub(in super::super) const PLAIN: Style = Style::new();
    pub(in super::super) const STRONG: Style = Style::new().bold();
    pub(in super::super) const DIM: Style = Style::new().dimmed();
    pub(in super::super) const GOOD: Style = AnsiColor::Green.on_default();
    pub(in super::super) const BAD: Style = AnsiColor::Red.on_default();
    pub(in super::super) const DOUBT: Style = AnsiColor::Yellow.on_default();

    pub(in super::super) fn of_confidence(confidence: Confidence) -> Style {
        match confidence {
            Confidence::Confirmed => BAD.bold(),
            Confidence::Likely => DOUBT.bold(),
            Confidence::Undetermined | Confidence::RuledOut => STRONG,
        }
    }

    pub(in super::super) fn of_hop(decision: &HopDecision) -> Style {
        match decision {
            HopDecision::Allowed => GOOD,
            HopDecision::Denied => BAD.bold(),
            HopDecision::Unknown { .. } | HopDecision::External => DOUBT,
        }
    }

    pub(in super::super) fn of_state(state: StepState) -> Style {
        match state {
            StepState::Completed => GOOD,
            StepState::Unclear => DOUBT,
            _ => BAD,
        }
    }
}

/// A page of a given width on a writer.
pub(super) struct Page<'w, W: Write> {
    out: &'w mut W,
    width: usize,
    color: bool,
}

impl<'w, W: Write> Page<'w, W> {
    pub(super) fn new(out: &'w mut W, width: usize, color: bool) -> Self {
        Self { out, width, color }
    }

    /// Columns.
    pub(super) fn width(&self) -> usize {
        self.width
    }

    /// An empty line.
    pub(super) fn blank(&mut self) -> io::Result<()> {
        self.out.write_all(b"\n")
    }

    /// A line across the page.
    pub(super) fn rule(&mut self) -> io::Result<()> {
        let line = "-".repeat(self.width);
        self.line("", style::DIM, &line)
    }

    /// A heading with an empty line before it.
    pub(super) fn heading(&mut self, text: &str) -> io::Result<()> {
        self.blank()?;
        self.prose(0, style::STRONG, text)
    }

    /// Wrapped text, every line `indent` columns in.
    pub(super) fn prose(&mut self, indent: usize, style: Style, text: &str) -> io::Result<()> {
        self.hanging(indent, indent, style, text)
    }

    /// Wrapped text whose first line is `first` columns in and the others `rest`.
    pub(super) fn hanging(&mut self, first: usize, rest: usize, style: Style, text: &str) -> io::Result<()> {
        let text = sanitize(text);
        let (first, rest) = (" ".repeat(first), " ".repeat(rest));
        for (index, line) in wrap(&text, self.width, &first, &rest).iter().enumerate() {
            let indent = if index == 0 { &first } else { &rest };
            self.line(indent, style, line.strip_prefix(indent.as_str()).unwrap_or(line))?;
        }
        Ok(())
    }

    /// A label in a style, and wrapped text in a column that starts at `column`.
    pub(super) fn aligned(&mut self, label: (&str, Style), column: usize, text: &str) -> io::Result<()> {
        let (label, label_style) = (sanitize(label.0), label.1);
        let text = sanitize(text);
        let indent = " ".repeat(column);
        for (index, line) in wrap(&text, self.width, &indent, &indent).iter().enumerate() {
            let line = line.strip_prefix(indent.as_str()).unwrap_or(line);
            if index > 0 {
                self.line(&indent, style::PLAIN, line)?;
                continue;
            }
            self.styled(label_style, &label)?;
            let padding = " ".repeat(column.saturating_sub(label.width()));
            self.line(&padding, style::PLAIN, line)?;
        }
        Ok(())
    }

    /// A label in a style, and wrapped text after it whose further lines are indented.
    pub(super) fn labelled(&mut self, indent: usize, label: (&str, Style), text: &str) -> io::Result<()> {
        let (label, label_style) = label;
        let text = sanitize(text);
        let first = " ".repeat(indent + label.width() + 1);
        let rest = " ".repeat(indent + label.width().min(9) + 1);
        for (index, line) in wrap(&text, self.width, &first, &rest).iter().enumerate() {
            if index > 0 {
                self.line(&rest, style::PLAIN, line.strip_prefix(rest.as_str()).unwrap_or(line))?;
                continue;
            }
            let line = line.strip_prefix(first.as_str()).unwrap_or(line);
            write!(self.out, "{}", " ".repeat(indent))?;
            self.styled(label_style, label)?;
            writeln!(self.out, " {line}")?;
        }
        Ok(())
    }

    /// A line for copying, which is never wrapped.
    pub(super) fn verbatim(&mut self, indent: usize, text: &str) -> io::Result<()> {
        self.line(&" ".repeat(indent), style::PLAIN, &sanitize(text))
    }

    /// One line of cells, padded to the widths, the styled ones in their style.
    pub(super) fn cells(
        &mut self,
        indent: usize,
        cells: &[(&str, Style)],
        widths: &[usize],
    ) -> io::Result<()> {
        write!(self.out, "{}", " ".repeat(indent))?;
        for (index, ((cell, style), width)) in cells.iter().zip(widths).enumerate() {
            self.styled(*style, cell)?;
            if index + 1 < cells.len() {
                let padding = width.saturating_sub(cell.width()) + 2;
                write!(self.out, "{}", " ".repeat(padding))?;
            }
        }
        self.blank()
    }

    fn line(&mut self, indent: &str, style: Style, text: &str) -> io::Result<()> {
        self.out.write_all(indent.as_bytes())?;
        self.styled(style, text)?;
        self.blank()
    }

    fn styled(&mut self, style: Style, text: &str) -> io::Result<()> {
        if self.color && style != style::PLAIN {
            write!(self.out, "{style}{text}{style:#}")
        } else {
            self.out.write_all(text.as_bytes())
        }
    }
}

/// Wraps at blanks only, so that ids stay whole; a word wider than the page is broken. In a text with an ARN no word is
/// broken, because ARNs and statements are copied.
fn wrap<'t>(text: &'t str, width: usize, first: &'t str, rest: &'t str) -> Vec<Cow<'t, str>> {
    let options = textwrap::Options::new(width)
        .initial_indent(first)
        .subsequent_indent(rest)
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation)
        .break_words(!text.contains("arn:"))
        .wrap_algorithm(WrapAlgorithm::FirstFit);
    textwrap::wrap(text, options)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn prose(text: &str, width: usize) -> String {
        let mut out = Vec::new();
        Page::new(&mut out, width, false).hanging(2, 4, style::PLAIN, text).expect("memory takes everything");
        String::from_utf8(out).expect("pages are text")
    }

    #[test]
    fn ids_stay_whole_and_long_words_are_broken() {
        assert_eq!(
            prose("the endpoint vpce-0c41aaaa", 20),
            "  the endpoint
    vpce-0c41aaaa
"
        );
        assert_eq!(
            prose("0123456789abcdefghijklmno", 20),
            "  0123456789abcdef
    ghijklmno
"
        );
        assert_eq!(
            prose("the role arn:aws:iam::111122223333:role/orders is denied", 20),
            "  the role
    arn:aws:iam::111122223333:role/orders
    is denied
"
        );
    }

    proptest! {
        #[test]
        fn prose_fits_the_page(text in "[ -~äß東京😀\u{1b}\u{202e}]{0,300}", width in 60_usize..=120) {
            for line in prose(&text, width).lines() {
                prop_assert!(line.width() <= width, "{}", line);
            }
        }
    }
}
