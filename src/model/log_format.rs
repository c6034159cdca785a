//! The format of a flow log: its fields in order, as `describe-flow-logs` and the console write them.
//!
//! CloudWatch Logs and Firehose keep records without a header; only the format shows the order of their fields.

use std::fmt;

/// More fields than any flow log has.
const MOST_FIELDS: usize = 96;

/// Names of fields in the order of a record, such as `${version} ${srcaddr}`. There is at least one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LogFormat(Vec<String>);

impl LogFormat {
    /// Reads `${a} ${b}`, or plain names as in a header. An error describes the expected text.
    pub fn parse(text: &str) -> Result<Self, String> {
        let names: Result<Vec<String>, String> =
            text.split([' ', '\t', '\r', '\n', ',']).filter(|word| !word.is_empty()).map(name).collect();
        let names = names?;
        match names.len() {
            0 => Err("expected names of fields such as `${srcaddr} ${dstaddr}`, found none".to_owned()),
            1..=MOST_FIELDS => Ok(Self(names)),
            n => Err(format!("expected at most {MOST_FIELDS} fields, found {n}")),
        }
    }

    /// The names, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

/// As AWS writes it.
impl fmt::Display for LogFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, name) in self.0.iter().enumerate() {
            let blank = if place == 0 { "" } else { " " };
            write!(f, "{blank}${{{name}}}")?;
        }
        Ok(())
    }
}

fn name(word: &str) -> Result<String, String> {
    let inner = word.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')).unwrap_or(word);
    let is_name = inner.starts_with(|c: char| c.is_ascii_alphabetic())
        && inner.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if is_name {
        Ok(inner.to_owned())
    } else {
        let start: String = word.chars().take(40).collect();
        Err(format!("expected names of fields such as `${{srcaddr}} ${{dstaddr}}`, found `{start}`"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_read_in_every_usual_form() {
        let check = |text: &str, expect: &str| {
            assert_eq!(LogFormat::parse(text).map(|format| format.to_string()), Ok(expect.to_owned()));
        };
        check("${version} ${srcaddr}", "${version} ${srcaddr}");
        check("  ${a}\t${b-2}\n", "${a} ${b-2}");
        check("version srcaddr", "${version} ${srcaddr}");
        check("version,src_addr", "${version} ${src_addr}");
    }

    #[test]
    fn an_invalid_format_is_reported() {
        let check = |text: &str, says: &str| {
            let error = LogFormat::parse(text).expect_err(text);
            assert!(error.contains(says), "{error}");
        };
        check("", "found none");
        check("${version", "found `${version`");
        check("$version", "found `$version`");
        check("2 123456789010 eni-1", "found `2`");
        check(&"a ".repeat(97), "found 97");
    }
}
