//! The target of `flowcause collect`: a region, a cluster and a VPC, each checked to be a plain name.
//!
//! Names are put between single quotes in a script and in policies. Therefore a [`Name`] accepts only letters, digits and a
//! few signs, and there is no other way to make one.

use std::fmt;

/// A checked name or id of AWS: no quotes, no spaces, and no character with a meaning in a shell, JSON or YAML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name(String);

impl Name {
    /// A region, such as `eu-west-1`.
    pub fn region(text: &str) -> Result<Self, String> {
        let is_part = |part: &str| {
            !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        };
        let holds = text.split('-').count() >= 3 && text.split('-').all(is_part);
        Self::checked(text, holds, "expected a region such as `eu-west-1`")
    }

    /// A cluster's name or ARN.
    pub fn cluster(text: &str) -> Result<Self, String> {
        let (account, name) = match text.split_once(":cluster/") {
            Some((account, name)) => (Some(account), name),
            None => (None, text),
        };
        let is_account = |account: &str| {
            account.starts_with("arn:aws")
                && account.split(':').count() == 5
                && account.split(':').all(is_word)
        };
        let holds = name.len() <= 255 && is_word(name) && account.is_none_or(is_account);
        Self::checked(text, holds, "expected a cluster's name or ARN")
    }

    /// A VPC's id.
    pub fn vpc(text: &str) -> Result<Self, String> {
        let id = text.strip_prefix("vpc-").unwrap_or_default();
        let holds = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
        Self::checked(text, holds, "expected the id of a VPC such as `vpc-0123456789abcdef0`")
    }

    fn checked(text: &str, holds: bool, expected: &str) -> Result<Self, String> {
        if holds { Ok(Self(text.to_owned())) } else { Err(expected.to_owned()) }
    }

    /// The name within an ARN, or the whole.
    #[must_use]
    pub fn last_part(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }
}

/// Whether a text has only letters, digits, hyphens and underscores, and is not an option.
fn is_word(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    !text.is_empty() && !text.starts_with('-') && text.bytes().all(is_plain)
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The target: `None` means everything of that kind that the credentials can see.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Target {
    /// The region; none means the one the AWS CLI is configured for.
    pub region: Option<Name>,
    /// The ECS cluster.
    pub cluster: Option<Name>,
    /// The VPC.
    pub vpc: Option<Name>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain_or_refused() {
        let check = |read: fn(&str) -> Result<Name, String>, text: &str, holds: bool| {
            let name = read(text);
            assert_eq!(name.is_ok(), holds, "{text}");
            assert!(name.is_err() || name.is_ok_and(|name| name.to_string() == text));
        };
        for text in ["eu-west-1", "us-gov-east-1", "ap-southeast-5", "us-iso-east-1"] {
            check(Name::region, text, true);
        }
        for text in ["", "eu", "eu-west", "EU-WEST-1", "eu-west-1'", "--eu-west-1", "eu-west-1\n"] {
            check(Name::region, text, false);
        }
        for text in ["prod", "a_b-C9", "arn:aws:ecs:eu-west-1:123456789012:cluster/prod"] {
            check(Name::cluster, text, true);
        }
        check(Name::cluster, "arn:aws-cn:ecs:cn-north-1:123456789012:cluster/prod", true);
        for text in
            ["", "-prod", "a b", "a'b", "a/b", "a$(b)", "größe", "arn:aws:ecs:r:1:cluster/", "x:cluster/y"]
        {
            check(Name::cluster, text, false);
        }
        check(Name::cluster, "arn:aws:ecs:r:1';:cluster/y", false);
        check(Name::cluster, &"a".repeat(256), false);
        check(Name::vpc, "vpc-0123abcd", true);
        for text in ["", "vpc-", "0123", "vpc-0 ", "vpc-0;ls", "vpc-*"] {
            check(Name::vpc, text, false);
        }
    }
}
