//! Commands with their output, as pages show them, and how a shown output is brought up to date.
//!
//! A block of the language `console` holds lines `$ command`, each followed by what the command prints. `…` stands for text
//! that is left out: within a line for any characters, alone on a line for any number of lines. A block that begins without
//! a command shows another part of the output of the last command on that page.

use std::ops::Range;

const ELISION: &str = "…";

/// A fenced block of a page.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Block<'a> {
    /// The text behind the opening fence: the language, and for `text` the kind of text.
    pub(crate) info: &'a str,
    /// Indices of the lines between the fences.
    pub(crate) lines: Range<usize>,
}

/// The fenced blocks of a page's lines.
pub(crate) fn blocks<'a>(lines: &[&'a str]) -> Vec<Block<'a>> {
    let mut blocks = Vec::new();
    let mut open: Option<(usize, usize, &str)> = None;
    for (index, line) in lines.iter().enumerate() {
        let line = line.trim();
        let info = line.trim_start_matches('`');
        let n_ticks = line.len() - info.len();
        match open {
            None if n_ticks >= 3 => open = Some((index + 1, n_ticks, info)),
            Some((start, n_open, kind)) if n_ticks >= n_open && info.is_empty() => {
                blocks.push(Block { info: kind, lines: start..index });
                open = None;
            }
            _ => {}
        }
    }
    blocks
}

/// A command and the output shown below it; without a command, the output belongs to the one before.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Exchange<'a> {
    /// The lines of the command as they stand in the page: all but the last end with a backslash.
    pub(crate) command: &'a [&'a str],
    /// The lines of the output.
    pub(crate) output: &'a [&'a str],
}

impl Exchange<'_> {
    /// The command on one line, without its prompt.
    pub(crate) fn command_line(&self) -> Option<String> {
        let (first, rest) = self.command.split_first()?;
        let lines = first.strip_prefix("$ ").into_iter().chain(rest.iter().copied());
        Some(lines.map(|line| line.trim_end_matches('\\').trim()).collect::<Vec<_>>().join(" "))
    }
}

/// The commands of a block.
pub(crate) fn exchanges<'a>(block: &'a [&'a str]) -> Vec<Exchange<'a>> {
    let is_prompt = |line: &&str| line.starts_with("$ ");
    let mut exchanges = Vec::new();
    let mut rest = block;
    while !rest.is_empty() {
        let n_continued = rest.iter().take_while(|line| line.ends_with('\\')).count();
        let n_command = if is_prompt(&rest[0]) { 1 + n_continued } else { 0 };
        let (command, after) = rest.split_at(n_command.min(rest.len()));
        let (output, next) = after.split_at(after.iter().position(is_prompt).unwrap_or(after.len()));
        exchanges.push(Exchange { command, output });
        rest = next;
    }
    exchanges
}

/// The words of a command line: quotes group words and are removed.
pub(crate) fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote = None;
    for c in line.chars() {
        match (quote, c) {
            (None, '\'' | '"') => quote = Some(c),
            (Some(open), _) if c == open => quote = None,
            (None, ' ') => words.push(String::new()),
            _ => words.last_mut().expect("there is a first word").push(c),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// The shown lines, brought up to date: the same ones if they still describe the output.
pub(crate) fn refreshed(shown: &[&str], output: &[&str]) -> Vec<String> {
    let own = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect();
    if shown.is_empty() {
        return own(output);
    }
    let parts: Vec<&[&str]> = shown.split(is_gap).collect();
    if is_made_of(&parts, output, |shown, line| describes(shown, line)) {
        return own(shown);
    }
    realigned(shown, &parts, output)
}

/// The shown parts, each at the place of the output that is most like it.
fn realigned(shown: &[&str], parts: &[&[&str]], output: &[&str]) -> Vec<String> {
    let places = alignment(shown, output);
    let mut lines = Vec::new();
    let mut start = 0;
    for part in parts {
        let end = start + part.len();
        let mut found = places[start..end].iter().flatten();
        if let Some(&first) = found.next() {
            let last = found.next_back().copied().unwrap_or(first);
            let from = if start == 0 { 0 } else { first };
            let to = if end == shown.len() { output.len() } else { last + 1 };
            lines.extend((from..to).map(|place| {
                let old = (start..end).find(|&index| places[index] == Some(place));
                let old = old.map(|index| shown[index]).filter(|old| describes(old, output[place]));
                old.unwrap_or(output[place]).to_owned()
            }));
        }
        lines.extend(shown.get(end).map(|gap| (*gap).to_owned()));
        start = end + 1;
    }
    lines
}

fn is_gap(line: &&str) -> bool {
    line.trim() == ELISION
}

/// Whether a shown line stands for a line of the output.
fn describes(shown: &str, line: &str) -> bool {
    let parts: Vec<&[u8]> = shown.split(ELISION).map(str::as_bytes).collect();
    is_made_of(&parts, line.as_bytes(), |one, other| one == other)
}

/// Whether a sequence consists of these parts in their order, with anything between two of them.
fn is_made_of<P, T>(parts: &[&[P]], items: &[T], same: impl Fn(&P, &T) -> bool) -> bool {
    let fits = |part: &[P], items: &[T]| part.iter().zip(items).all(|(one, other)| same(one, other));
    match parts {
        [] => items.is_empty(),
        [only] => only.len() == items.len() && fits(only, items),
        [first, middle @ .., last] => {
            let Some(n_between) = items.len().checked_sub(first.len() + last.len()) else { return false };
            let (start, rest) = items.split_at(first.len());
            let (mut rest, end) = rest.split_at(n_between);
            let middle_fits = middle.iter().filter(|part| !part.is_empty()).all(|part| {
                let place = rest.windows(part.len()).position(|window| fits(part, window));
                rest = place.map_or(&[], |place| &rest[place + part.len()..]);
                place.is_some()
            });
            middle_fits && fits(first, start) && fits(last, end)
        }
    }
}

/// For each shown line the line of the output it belongs to: the assignment, in order, with the highest likeness.
fn alignment(shown: &[&str], output: &[&str]) -> Vec<Option<usize>> {
    let mut best = vec![vec![0; output.len() + 1]; shown.len() + 1];
    for i in (0..shown.len()).rev() {
        for j in (0..output.len()).rev() {
            let both = best[i + 1][j + 1] + likeness(shown[i], output[j]);
            best[i][j] = both.max(best[i + 1][j]).max(best[i][j + 1]);
        }
    }
    let mut places = vec![None; shown.len()];
    let (mut i, mut j) = (0, 0);
    while i < shown.len() && j < output.len() {
        if best[i][j] == best[i][j + 1] {
            j += 1;
        } else if best[i][j] == best[i + 1][j] {
            i += 1;
        } else {
            places[i] = Some(j);
            (i, j) = (i + 1, j + 1);
        }
    }
    places
}

/// How much of a line two lines share, by the length of common words; 0 if that is less than half of their words.
fn likeness(shown: &str, line: &str) -> usize {
    if is_gap(&shown) {
        return 0;
    }
    if describes(shown, line) {
        return 2 * line.len() + 1;
    }
    let words: Vec<&str> = line.split_whitespace().collect();
    let common: Vec<&str> = shown.split_whitespace().filter(|word| words.contains(word)).collect();
    let is_like = 2 * common.len() >= words.len().max(shown.split_whitespace().count());
    if is_like { common.iter().map(|word| word.len()).sum() } else { 0 }
}

#[test]
fn blocks_and_commands_are_found() {
    let page = "````text\n```sh\n```\n````\n```console\n$ one \\\n  two\nout\n$ three\n```\n```sh\nfour\n```";
    let lines: Vec<&str> = page.lines().collect();
    let found = blocks(&lines);
    let kinds: Vec<_> = found.iter().map(|block| (block.info, block.lines.clone())).collect();
    assert_eq!(kinds, [("text", 1..3), ("console", 5..9), ("sh", 11..12)]);
    let commands = exchanges(&lines[5..9]);
    let lines: Vec<_> = commands.iter().map(|one| (one.command_line(), one.output)).collect();
    assert_eq!(lines, [(Some("one two".to_owned()), &["out"][..]), (Some("three".to_owned()), &[][..])]);
    assert_eq!(exchanges(&["…", "out"])[0].command_line(), None);
    assert_eq!(words("a 'b c'  \"d\""), ["a", "b c", "d"]);
}

#[test]
fn elisions_stand_for_anything_between_them() {
    let check = |shown: &str, output: &str, expect: &str| {
        let split = |text| str::lines(text).collect::<Vec<_>>();
        assert_eq!(refreshed(&split(shown), &split(output)).join("\n"), expect, "{shown}");
    };
    let output = "head 1\none x two\nthree four\nfive\ntail";
    check("", output, output);
    check("…\nthree four\n…", output, "…\nthree four\n…");
    check("head …\n…\ntail", output, "head …\n…\ntail");
    check("…\none … two\n…", output, "…\none … two\n…");
    // A changed line takes its new text, a new one between two shown ones is added, and elisions stay.
    check("…\nthree 4 four\n…", output, "…\nthree four\n…");
    check("…\none … two\nfive\n…", output, "…\none … two\nthree four\nfive\n…");
    check("head 1\n…\ntail end", "head 1\nx\ntail", "head 1\n…\ntail");
}
