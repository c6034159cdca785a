//! Names the content of a file that holds no JSON: the output of the AWS CLI in another format, an error of it, or something else.
//!
//! Goes in: the first text of a file. Comes out: its kind in words. Nothing of the file itself is quoted, except the code and the
//! operation of an error of AWS, which are names of AWS.

use crate::model::document::{Call, Collect, DOCUMENTS, DocumentKind, KnownBy};

/// A file that is no document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Foreign {
    /// Its content and the next step, as in "found YAML: save it again with `--output json`".
    pub(super) text: String,
    /// Whether it is certainly from the AWS CLI, so that it was meant as a document.
    pub(super) is_of_aws: bool,
    /// The kind of document that it would have been, if it names one.
    pub(super) kind: Option<DocumentKind>,
}

/// First words of messages that the AWS CLI, or the shell that does not find it, prints instead of a document.
const MESSAGES: [&str; 21] = [
    "Unable to locate credentials",
    "Could not connect to the endpoint URL",
    "Connect timeout on endpoint URL",
    "Read timeout on endpoint URL",
    "You must specify a region",
    "The config profile",
    "Error when retrieving",
    "Error loading SSO Token",
    "The SSO session",
    "Token has expired",
    "Partial credentials found",
    "SSL validation failed",
    "Parameter validation failed",
    "Unknown options",
    "Invalid choice",
    "usage: aws",
    "aws: error",
    "aws: [ERROR]",
    "aws: command not found",
    "bash: aws",
    "zsh: command not found: aws",
];

/// The next step after an error of AWS, by a part of its code.
const ADVICE: [(&str, &str); 8] = [
    ("AccessDenied", "grant the permission (`flowcause collect` prints the policy) and save it again"),
    ("Unauthorized", "grant the permission (`flowcause collect` prints the policy) and save it again"),
    ("Expired", "sign in again and save it again"),
    ("AuthFailure", "sign in again and save it again"),
    ("InvalidClientToken", "sign in again and save it again"),
    ("UnrecognizedClient", "sign in again and save it again"),
    ("Throttl", "save it again later"),
    ("LimitExceeded", "save it again later"),
];

/// The content of a file whose text starts with `start`.
pub(super) fn foreign(start: &str) -> Foreign {
    let of_aws = |text: String, kind| Foreign { text, is_of_aws: true, kind };
    if let Some((code, operation)) = start.lines().find_map(error_of_aws) {
        let command = kebab(operation);
        let advice = ADVICE.iter().find(|(part, _)| code.contains(part));
        let advice = advice.map_or("save it again", |(_, advice)| advice);
        let text = format!("found the error of AWS `{code}` when `{command}` was saved: {advice}");
        return of_aws(text, kind_of_command(&command));
    }
    if start.lines().any(|line| MESSAGES.iter().any(|known| line.trim_start().contains(known))) {
        let text = "found a message of the AWS CLI instead of its output: run the command by itself, and save it again";
        return of_aws(text.to_owned(), None);
    }
    if let Some((format, kind)) = other_format(start) {
        return of_aws(format!("found {format}: save it again with `--output json`"), kind);
    }
    let text = if start.contains(['\0', char::REPLACEMENT_CHARACTER]) { "binary data" } else { "other text" };
    Foreign { text: format!("found {text}"), is_of_aws: false, kind: None }
}

/// The code and the operation of `An error occurred (CODE) when calling the OPERATION operation`.
fn error_of_aws(line: &str) -> Option<(&str, &str)> {
    let (_, rest) = line.split_once("An error occurred (")?;
    let (code, rest) = rest.split_once(") when calling the ")?;
    let (operation, _) = rest.split_once(" operation")?;
    let is_name = |text: &str| {
        (1..=80).contains(&text.len()) && text.chars().all(|one| one.is_ascii_alphanumeric() || one == '.')
    };
    (is_name(code) && is_name(operation)).then_some((code, operation))
}

/// `DescribeSecurityGroups` as the AWS CLI names it: `describe-security-groups`.
fn kebab(operation: &str) -> String {
    let mut text = String::new();
    for letter in operation.chars() {
        if letter.is_ascii_uppercase() && !text.is_empty() {
            text.push('-');
        }
        text.push(letter.to_ascii_lowercase());
    }
    text
}

fn kind_of_command(command: &str) -> Option<DocumentKind> {
    let saves = |calls: &[Call]| calls.iter().any(|call| call.command == command);
    let of =
        DOCUMENTS.iter().find(|document| matches!(document.collect, Collect::Calls(calls) if saves(calls)));
    of.map(|document| document.kind)
}

/// Another output format of the AWS CLI, and the kind of document in it.
fn other_format(start: &str) -> Option<(&'static str, Option<DocumentKind>)> {
    let mut lines = start.lines().filter(|line| !line.trim().is_empty());
    let (first, second) = (lines.next()?, lines.next().unwrap_or_default());
    let is_rule = first.len() > 4 && first.bytes().all(|byte| byte == b'-' || byte == b'+');
    if is_rule && second.starts_with('|') {
        let title = second.trim_matches(['|', ' ']);
        return Some(("a table", page_kind(|key| title.strip_prefix("Describe").unwrap_or(title) == key)));
    }
    let (key, value) = first.strip_prefix("- ").unwrap_or(first).split_once(':').unwrap_or_default();
    let is_yaml = value.trim() == "[]" || value.trim().is_empty() && second.trim_start().starts_with("- ");
    if let Some(kind) = page_kind(|known| known == key).filter(|_| is_yaml) {
        return Some(("YAML", Some(kind)));
    }
    let cell = first.split('\t').next().unwrap_or_default();
    let is_shouted =
        cell.len() > 3 && first.contains('\t') && cell.bytes().all(|byte| byte.is_ascii_uppercase());
    let kind = page_kind(|known| known.eq_ignore_ascii_case(cell)).filter(|_| is_shouted)?;
    Some(("the output format `text`", Some(kind)))
}

/// The kind of the documents whose pages have a certain key.
fn page_kind(is: impl Fn(&str) -> bool) -> Option<DocumentKind> {
    let known = |one: &KnownBy| match one {
        KnownBy::Page(key) | KnownBy::Single(key) => is(key),
        KnownBy::Item(_) | KnownBy::SingleWith(..) | KnownBy::Event(_) => false,
    };
    DOCUMENTS.iter().find(|document| document.known_by.iter().any(known)).map(|document| document.kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(start: &str, is_of_aws: bool, kind: Option<DocumentKind>, text: &str) {
        let found = foreign(start);
        assert_eq!((found.is_of_aws, found.kind), (is_of_aws, kind), "{start}");
        assert_eq!(found.text, text, "{start}");
    }

    #[test]
    fn errors_of_aws_are_named() {
        let groups = Some(DocumentKind::SecurityGroups);
        check(
            "\nAn error occurred (UnauthorizedOperation) when calling the DescribeSecurityGroups operation: You are not authorized",
            true,
            groups,
            "found the error of AWS `UnauthorizedOperation` when `describe-security-groups` was saved: grant the permission \
             (`flowcause collect` prints the policy) and save it again",
        );
        check(
            "aws: [ERROR]: An error occurred (ExpiredTokenException) when calling the DescribeTasks operation: expired",
            true,
            Some(DocumentKind::Tasks),
            "found the error of AWS `ExpiredTokenException` when `describe-tasks` was saved: sign in again and save it again",
        );
        let message = "found a message of the AWS CLI instead of its output: run the command by itself, and save it again";
        check(
            "Unable to locate credentials. You can configure them with aws configure.",
            true,
            None,
            message,
        );
        check("An error occurred (<b>) when calling the X operation: ", false, None, "found other text");
    }

    #[test]
    fn other_formats_are_named() {
        let groups = Some(DocumentKind::SecurityGroups);
        let again = |format: &str| format!("found {format}: save it again with `--output json`");
        check("SecurityGroups:\n- Description: x\n  GroupId: sg-1\n", true, groups, &again("YAML"));
        check("- SecurityGroups:\n  - Description: x\n", true, groups, &again("YAML"));
        check("SecurityGroups: []\n", true, groups, &again("YAML"));
        check("SECURITYGROUPS\tx\tsg-1\tdefault\n", true, groups, &again("the output format `text`"));
        let rule = "-".repeat(40);
        let table = format!("{rule}\n|         DescribeSecurityGroups       |\n+---+\n");
        check(&table, true, groups, &again("a table"));
        for other in
            ["services:\n  web:\n    image: x\n", "2 123456789012 eni-1", "", "token: hunter2", "-----\nx"]
        {
            check(other, false, None, "found other text");
        }
        check("PAR1\0", false, None, "found binary data");
    }
}
