//! Names in the text of things that the task definition refers to: secrets, parameters, log groups, images, files.

use std::cmp::Reverse;

use super::reading::{Reading, StatedName};
use crate::diagnose::stopped_reason::{hosts, wording};

/// A thing that the task definition refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReferenceKind {
    /// A secret, by its ARN or name.
    Secret,
    /// A staging label of a secret, such as `AWSCURRENT`.
    StagingLabel,
    /// A key of the JSON in a secret.
    JsonKey,
    /// A parameter, by its name or ARN.
    Parameter,
    /// A log group, by its name.
    LogGroup,
    /// The text that the task definition has in the place of a Region.
    Region,
    /// An image with its registry, or a repository.
    Image,
    /// A file of environment variables, as `BUCKET/KEY`.
    EnvironmentFile,
}

/// A name that a text states, with the kind of thing that has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatedReference {
    /// The kind of thing.
    pub kind: ReferenceKind,
    /// Its name.
    pub name: StatedName,
}

impl StatedReference {
    fn new(kind: ReferenceKind, name: StatedName) -> Option<Self> {
        (!name.text.is_empty()).then_some(Self { kind, name })
    }
}

/// The word before the ARN of a secret, in texts of the agent.
const SECRET: &str = ": secret ";

/// The words before an image that was not found.
const MANIFEST: &str = "manifest for ";

/// The words before a name.
const BEFORE_NAMES: [(&str, ReferenceKind); 10] = [
    ("failed to fetch secret ", ReferenceKind::Secret),
    ("secret with arn ", ReferenceKind::Secret),
    ("fetching secret from the service for ", ReferenceKind::Secret),
    (SECRET, ReferenceKind::Secret),
    ("staging label: ", ReferenceKind::StagingLabel),
    ("failed to resolve ref ", ReferenceKind::Image),
    ("failed to resolve reference ", ReferenceKind::Image),
    (MANIFEST, ReferenceKind::Image),
    ("pull access denied for ", ReferenceKind::Image),
    ("specified in environmentfile ", ReferenceKind::EnvironmentFile),
];

/// Characters that follow a name without a blank and are not part of it.
const PUNCTUATION: [char; 3] = [':', ',', ';'];

/// All names, by their kind. Of each kind the first one counts, and all parameters.
pub(super) fn read(text: Reading<'_>, resource: Option<&StatedName>) -> Vec<StatedReference> {
    let mut named: Vec<_> =
        BEFORE_NAMES.iter().filter_map(|(before, kind)| named(text, before, *kind)).collect();
    named.sort_by_key(|(rest, _)| Reverse(*rest));
    let others = [json_key(text), environment_file(text), resource.and_then(log_group), wrong_region(text)];
    let mut all: Vec<StatedReference> = Vec::new();
    for reference in named.into_iter().map(|(_, reference)| reference).chain(others.into_iter().flatten()) {
        if all.iter().all(|known| known.kind != reference.kind) {
            all.push(reference);
        }
    }
    all.extend(parameters(text));
    all.sort_by_key(|reference| reference.kind);
    all
}

/// The name after these words, with the length of the text from it on.
fn named(text: Reading<'_>, before: &str, kind: ReferenceKind) -> Option<(usize, StatedReference)> {
    let rest = text.after(before)?;
    let (mut name, after) = rest.name()?;
    let is_wanted = match before {
        // Other words follow "secret" too, and platforms "manifest for".
        SECRET => name.text.starts_with("arn:"),
        MANIFEST => after.begins_with(" not found"),
        _ => true,
    };
    name.text.truncate(name.text.trim_end_matches(PUNCTUATION).len());
    let reference = StatedReference::new(kind, name).filter(|_| is_wanted)?;
    Some((rest.text().len(), reference))
}

/// The key after `did not contain json key`. A key may contain blanks, so its end is never shown.
fn json_key(text: Reading<'_>) -> Option<StatedReference> {
    let (name, _) = text.after(wording::JSON_KEY)?.strip(" ")?.name()?;
    StatedReference::new(ReferenceKind::JsonKey, StatedName { is_complete: false, ..name })
}

/// The parameters of `invalid parameters: /a,/b`. The end of the last one is not shown, as that of a key.
fn parameters(text: Reading<'_>) -> Vec<StatedReference> {
    let before = [wording::SSM_PARAMETERS, wording::PARAMETERS];
    let list = before.iter().find_map(|words| text.after(words)?.strip(": ")?.list());
    let Some((list, has_last)) = list else { return Vec::new() };
    let names: Vec<&str> = list.split(',').collect();
    let last = names.len().saturating_sub(1);
    let given = names.iter().enumerate().filter(|(at, _)| *at < last || has_last);
    let name = |at: usize, text: &str| StatedName { text: text.to_owned(), is_complete: at < last };
    given.filter_map(|(at, text)| StatedReference::new(ReferenceKind::Parameter, name(at, text))).collect()
}

/// `unable to download env file with key KEY from bucket BUCKET, error: …`
fn environment_file(text: Reading<'_>) -> Option<StatedReference> {
    let rest = text.after("env file with key ")?;
    let bucket = rest.after(" from bucket ")?;
    let key = rest.text().strip_suffix(bucket.text())?.strip_suffix(" from bucket ")?;
    let (bucket, _) = bucket.text().split_once([',', ' '])?;
    let name = StatedName { text: format!("{bucket}/{key}"), is_complete: true };
    StatedReference::new(ReferenceKind::EnvironmentFile, name)
}

/// The group of `arn:aws:logs:R:A:log-group:GROUP:log-stream:…`.
fn log_group(resource: &StatedName) -> Option<StatedReference> {
    let segments: Vec<&str> = resource.text.split(':').collect();
    let ["arn", _, "logs", _, _, "log-group", group, rest @ ..] = segments.as_slice() else { return None };
    let is_complete = resource.is_complete || !rest.is_empty();
    StatedReference::new(ReferenceKind::LogGroup, StatedName { text: (*group).to_owned(), is_complete })
}

/// The label in the place of the Region of a host that cannot exist, such as `undefined`.
fn wrong_region(text: Reading<'_>) -> Option<StatedReference> {
    let label = text.host()?.wrong_region()?;
    let name = StatedName { text: label.to_owned(), is_complete: true };
    StatedReference::new(ReferenceKind::Region, name)
}

impl<'a> Reading<'a> {
    /// The host that was called.
    fn host(self) -> Option<hosts::Host<'a>> {
        hosts::host(self.text(), self.lower())
    }

    /// The list without blanks at the start, and whether its last name is given.
    fn list(self) -> Option<(&'a str, bool)> {
        let end = self.text().find(' ');
        let list = self.text().get(..end.unwrap_or(self.text().len()))?;
        Some((list, end.is_some() || !self.is_cut()))
    }
}
