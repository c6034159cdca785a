//! Plain English: words and phrases that made the prose hard to read do not come back.
//!
//! The tests read comments, texts of the program, pages and help. Code spans, blocks between fences and quotations are
//! skipped, because they repeat what another program prints.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use crate::support::prose::{Texts, sentences, words};

/// Words and phrases to avoid, and what to write instead. A `*` stands for one word.
const AVOID: &[(&str, &str)] = &[
    ("tell", "report, show, determine, distinguish"),
    ("tells", "reports, shows, determines, distinguishes"),
    ("told", "reported, given, described"),
    ("telling", "reporting, showing"),
    ("say", "report, state, show"),
    ("says", "reports, states, shows"),
    ("said", "reported, stated"),
    ("saying", "stating"),
    ("anew", "again"),
    ("besides", "in addition, also, other than"),
    ("in the way", "blocking"),
    ("whole or not at all", "atomically"),
    ("left aside", "ignored"),
    ("goes on", "continues"),
    ("go on", "continue"),
    ("went on", "continued"),
    ("parted", "partitioned, separated"),
    ("whoever", "the person or the program"),
    ("nobody", "no program, no task"),
    ("everyone's", "unfiltered, of all interfaces"),
    ("somebody", "a user"),
    ("so it is with", "the same applies to"),
    ("died of", "failed because of"),
    ("means harm", "hostile"),
    ("mean harm", "hostile"),
    ("would have it", "requires"),
    ("made of it", "derived from it"),
    ("once a case", "once for each case"),
    ("it is known what", "the * is known"),
];

/// Words that open a sentence whose subject is a clause: "What is left is skipped". Name the thing instead.
const OPENINGS: &[&str] = &["What", "Who", "Whose", "Whoever", "Whatever"];

/// Texts in which these words are right: fields of documents, and quotations.
const ALLOWED: &[&str] = &[];

/// The number of these words that remain in each folder. Lower it when you remove words; never raise it.
const REMAIN: &[(&str, usize)] = &[("src/diagnose", 3)];

/// The problems of a text, one for each word or opening.
fn wrong(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for sentence in sentences(text) {
        let words = words(&sentence);
        for (phrase, instead) in AVOID {
            let phrase: Vec<&str> = phrase.split(' ').collect();
            let is_here =
                |at: &[String]| at.iter().zip(&phrase).all(|(word, want)| *want == "*" || word == want);
            let times = words.windows(phrase.len()).filter(|at| is_here(at)).count();
            found.extend(
                (0..times).map(|_| format!("`{}` (better: {instead}): {sentence}", phrase.join(" "))),
            );
        }
        let opening = OPENINGS
            .iter()
            .find(|word| sentence.strip_prefix(*word).is_some_and(|rest| rest.starts_with(' ')));
        if let Some(word) = opening.filter(|_| !sentence.ends_with('?')) {
            found.push(format!("opens with `{word}` (better: the thing): {sentence}"));
        }
    }
    found.retain(|one| !ALLOWED.iter().any(|allowed| one.contains(allowed)));
    found
}

#[test]
fn prose_avoids_the_words_of_a_private_dialect() {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (place, text) in Texts::of(Path::new(env!("CARGO_MANIFEST_DIR"))).all() {
        let wrong = wrong(&text).into_iter().map(|one| format!("{place}: {one}"));
        found.entry(folder(&place)).or_default().extend(wrong);
    }
    found.retain(|_, wrong| !wrong.is_empty());
    let allowed = |folder: &str| REMAIN.iter().find(|(name, _)| *name == folder).map_or(0, |(_, n)| *n);
    let mut listed = String::new();
    for (folder, wrong) in found {
        if wrong.len() > allowed(&folder) {
            let _ = writeln!(listed, "(\"{folder}\", {}), // at most {}", wrong.len(), allowed(&folder));
            listed.extend(wrong.iter().map(|one| format!("    {one}\n")));
        }
    }
    assert!(listed.is_empty(), "words to avoid:\n{listed}");
}

/// The folder by which a text is counted: a room of `src/`, or the first folder, or the file itself.
fn folder(place: &str) -> String {
    let file = place.split(':').next().unwrap_or_default();
    let parts: Vec<&str> = file.split('/').collect();
    let depth = if parts[0] == "src" { 2 } else { 1 };
    parts[..depth.min(parts.len())].join("/")
}

#[test]
fn words_are_found_in_sentences() {
    let check = |text: &str, n: usize| assert_eq!(wrong(text).len(), n, "{text}: {:?}", wrong(text));
    check("It says so.", 1);
    check("It `says` so, and \"told\" is a quotation.", 0);
    check("What is left fails. What is left?", 1);
    check("It goes\non; it is in the way.", 2);
    check("```\nit says\n```\nThe essay is shown.", 0);
    check("## What happens\n\nWhat happens next is shown.", 1);
}
