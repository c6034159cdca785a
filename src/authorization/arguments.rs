//! Texts in commands: names and policies that neither a shell nor the AWS CLI misreads.

use serde_json::Value;

/// The longest policy that a command contains. The text of the change has longer ones as a statement to add.
const LONGEST_IN_COMMAND: usize = 4_000;

/// A name or an ARN that neither a shell nor the AWS CLI misreads; none for any other text.
pub(super) fn plain_argument(text: &str) -> Option<&str> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:+=@,".contains(&byte);
    let begins = text.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '/');
    (begins && text.bytes().all(is_plain) && !text.contains("://")).then_some(text)
}

/// A policy in single quotes; none if it is long, or contains a character that could end the quotes or hide.
pub(super) fn quoted(policy: &Value) -> Option<String> {
    let text = policy.to_string();
    let is_plain = text.bytes().all(|byte| (b' '..=b'~').contains(&byte) && byte != b'\'');
    (is_plain && text.len() <= LONGEST_IN_COMMAND).then(|| format!("'{text}'"))
}
