//! The texts of the repository that are read as English, and their sentences.

use std::fs;
use std::path::{Path, PathBuf};

/// Folders and pages that people read.
const ROOTS: [&str; 10] = [
    "src",
    "tests",
    "benches",
    "docs",
    "sample-data",
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    ".ci",
    ".github",
];
/// Endings of the files with prose; scripts without an ending are named `run`.
const ENDINGS: [&str; 9] = [".rs", ".md", ".html", ".schema.json", ".py", ".mjs", ".sh", ".yml", "/run"];
/// Pages that are generated from texts that are read elsewhere.
const GENERATED: [&str; 4] = ["docs/causes/", "docs/samples.md", "docs/fields.md", "docs/SUMMARY.md"];

/// The files that hold prose.
pub(crate) struct Texts {
    files: Vec<(String, PathBuf)>,
}

impl Texts {
    /// Those below a folder.
    pub(crate) fn of(repository: &Path) -> Self {
        let below =
            |root: &&str| walkdir::WalkDir::new(repository.join(root)).sort_by_file_name().into_iter();
        let entries = ROOTS.iter().flat_map(below).map(|entry| entry.expect("an entry").into_path());
        let named = entries.filter(|path| path.is_file()).map(|path| {
            let name = path.strip_prefix(repository).expect("below the repository");
            (name.to_string_lossy().replace('\\', "/"), path)
        });
        let is_prose = |name: &str| {
            let is_text = ENDINGS.iter().any(|ending| name.ends_with(ending));
            is_text && !GENERATED.iter().any(|page| name.starts_with(page)) && !name.contains("node_modules")
        };
        Self { files: named.filter(|(name, _)| is_prose(name)).collect() }
    }

    /// Every text with its place: a comment, a message of the program, a page.
    pub(crate) fn all(self) -> impl Iterator<Item = (String, String)> {
        self.files.into_iter().flat_map(|(name, path)| {
            let text = fs::read_to_string(path).expect("text");
            let parts = match name.rsplit('.').next() {
                Some("rs") => of_rust(&text, name.starts_with("src/")),
                Some("html") => vec![(1, without_tags(&text))],
                Some("json") => descriptions(&text),
                Some("md") => page(&name, text),
                _ => of_script(&text),
            };
            parts.into_iter().map(move |(line, text)| (format!("{name}:{line}"), text))
        })
    }
}

/// A page; the help of a command is in the blocks of its page.
fn page(name: &str, text: String) -> Vec<(usize, String)> {
    vec![(1, if name.starts_with("docs/commands/") { text.replace("```", "") } else { text })]
}

/// The descriptions of a schema, each with its line.
fn descriptions(schema: &str) -> Vec<(usize, String)> {
    let text = |line: &str| line.trim().strip_prefix("\"description\": \"").map(ToOwned::to_owned);
    let lines = schema.lines().zip(1..);
    lines.filter_map(|(line, number)| Some((number, text(line)?.replace("\\\"", "\"")))).collect()
}

/// The comments of a script, and the descriptions of Python functions, as one text.
fn of_script(script: &str) -> Vec<(usize, String)> {
    let mut is_description = false;
    let mut prose = String::new();
    for line in script.lines() {
        let (line, was_description) = (line.trim(), is_description);
        let n_marks = line.matches("\"\"\"").count();
        is_description ^= n_marks == 1;
        let comment = ["# ", "// "].iter().find_map(|mark| line.strip_prefix(mark));
        if let Some(comment) = comment {
            prose.push_str(comment);
        } else if was_description || n_marks > 0 {
            prose.push_str(line.trim_matches('"'));
        }
        prose.push('\n');
    }
    vec![(1, prose)]
}

/// The comments of a source, and with `messages` the longer texts in its code, each with its line.
fn of_rust(source: &str, messages: bool) -> Vec<(usize, String)> {
    let mut found: Vec<(usize, String)> = Vec::new();
    let (mut rest, mut line, mut comment_ends) = (source, 1, 0);
    while !rest.is_empty() {
        let (token, kind) = next_token(rest);
        match kind {
            Kind::Comment if comment_ends == line && found.last().is_some() => {
                let text = token.trim_start_matches(['/', '!']);
                let comment = &mut found.last_mut().expect("the comment before").1;
                comment.push('\n');
                comment.push_str(text);
                comment_ends = line + 1;
            }
            Kind::Comment => {
                found.push((line, token.trim_start_matches(['/', '!']).to_owned()));
                comment_ends = line + 1;
            }
            Kind::Text if messages && token.split(' ').count() > 3 => found.push((line, plain(token))),
            Kind::Text => {}
            Kind::Code if token.trim().is_empty() => {}
            Kind::Code => comment_ends = 0,
        }
        line += token.matches('\n').count();
        rest = &rest[token.len()..];
    }
    found
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Comment,
    Text,
    Code,
}

/// The token that a source begins with: a comment, a string literal, or code up to one of them.
fn next_token(source: &str) -> (&str, Kind) {
    if source.starts_with("//") {
        let end = source.find('\n').unwrap_or(source.len());
        return (&source[..end], Kind::Comment);
    }
    if source.starts_with('"') {
        let mut escaped = false;
        let is_end = |(at, c): (usize, char)| {
            let ends = at > 0 && c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            ends.then_some(at + 1)
        };
        let end = source.char_indices().find_map(is_end).unwrap_or(source.len());
        return (&source[..end], Kind::Text);
    }
    // A character in quotes may be the mark of a string.
    if let Some(end) =
        ["'\"'", "'\\\"'"].iter().find(|quote| source.starts_with(**quote)).map(|quote| quote.len())
    {
        return (&source[..end], Kind::Code);
    }
    if let Some(fence) = raw_fence(source) {
        let end =
            source[fence.len()..].find(&fence_end(fence)).map_or(source.len(), |at| at + 2 * fence.len() - 1);
        return (&source[..end], Kind::Text);
    }
    let end = source.char_indices().skip(1).find(|(at, c)| {
        matches!(c, '"' | '\'') || source[*at..].starts_with("//") || raw_fence(&source[*at..]).is_some()
    });
    (&source[..end.map_or(source.len(), |(at, _)| at)], Kind::Code)
}

/// The beginning of a raw string, `r#"`.
fn raw_fence(source: &str) -> Option<&str> {
    let hashes = source.strip_prefix('r')?;
    let n = hashes.len() - hashes.trim_start_matches('#').len();
    hashes[n..].starts_with('"').then(|| &source[..n + 2])
}

fn fence_end(fence: &str) -> String {
    format!("\"{}", &fence[1..fence.len() - 1])
}

/// A string literal as it is printed, with `X` for what is filled in.
fn plain(literal: &str) -> String {
    let text =
        literal.trim_matches(['"', 'r', '#']).replace("\\n", "\n").replace("\\\n", " ").replace("\\\"", "\"");
    between(&text, '{', '}')
}

fn without_tags(page: &str) -> String {
    between(&between(page, '<', '>'), '{', '}')
}

/// A text with `X` for all that stands between two marks.
fn between(text: &str, open: char, close: char) -> String {
    let mut plain = String::new();
    let mut depth = 0_usize;
    for c in text.chars() {
        if c == open {
            depth += 1;
            if depth == 1 {
                plain.push('X');
            }
        } else if c == close {
            depth = depth.saturating_sub(1);
        } else if depth == 0 {
            plain.push(c);
        }
    }
    plain
}

/// The sentences of a text: without headings, blocks between fences, code spans, quotations and targets of links.
pub(crate) fn sentences(text: &str) -> Vec<String> {
    let mut is_code = false;
    let mut paragraphs = vec![String::new()];
    for line in text.lines() {
        let line = line.trim();
        if line.starts_with("```") || line.starts_with("~~~") {
            is_code = !is_code;
        }
        let begins = line.is_empty() || line.starts_with(['#', '|', '-', '*']);
        if begins {
            paragraphs.push(String::new());
        }
        if !is_code && !line.starts_with('#') {
            let last = paragraphs.last_mut().expect("one at least");
            last.push_str(line.trim_start_matches(['-', '*', '|', ' ']));
            last.push(' ');
        }
    }
    paragraphs.iter().flat_map(|paragraph| split(&without_quotations(paragraph))).collect()
}

/// A paragraph with `X` for code spans, quotations and targets of links.
fn without_quotations(paragraph: &str) -> String {
    let mut plain = String::new();
    let mut rest = paragraph;
    while let Some(at) = rest.find(['`', '"', '“', ']']) {
        let mark = rest[at..].chars().next().expect("a mark");
        let (open, close) = match mark {
            '“' => ("“", "”"),
            '"' => ("\"", "\""),
            ']' => ("](", ")"),
            _ => ("`", "`"),
        };
        plain.push_str(&rest[..at]);
        let after = rest[at..].strip_prefix(open).unwrap_or("");
        match after.find(close) {
            Some(end) if !after.is_empty() => {
                plain.push('X');
                rest = &after[end + close.len()..];
            }
            _ => rest = &rest[at + mark.len_utf8()..],
        }
    }
    plain + rest
}

/// The sentences of a paragraph: they end with a mark before a blank and a capital letter, or with a cell of a table.
fn split(paragraph: &str) -> Vec<String> {
    let mut found = vec![String::new()];
    let chars: Vec<char> = paragraph.chars().collect();
    for (at, &c) in chars.iter().enumerate() {
        let next = chars.get(at + 1..at + 3).unwrap_or_default();
        found.last_mut().expect("one at least").push(c);
        let ends =
            matches!(c, '.' | '!' | '?' | ':') && matches!(next, [' ', letter] if letter.is_uppercase());
        if ends || c == '|' {
            found.push(String::new());
        }
    }
    let trimmed =
        found.iter().map(|one| one.trim().trim_matches('|').trim_matches(['*', '_', ' ']).to_owned());
    trimmed.filter(|one| one.contains(' ')).collect()
}

/// The words of a sentence in lower case.
pub(crate) fn words(sentence: &str) -> Vec<String> {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '\'' | '’' | '-');
    sentence.split(|c| !is_part(c)).filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}
