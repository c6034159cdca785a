//! The names of secrets in a task definition, and the secrets that they lead to.
//!
//! Source: the pages `secrets-envvar-secrets-manager` of the ECS guide and `troubleshoot` of the Secrets Manager guide.

use crate::authorization::documents::AccessDocuments;
use crate::authorization::start::StartHome;
use crate::model::access::Secret;
use crate::model::arn::Arn;

/// The length of the suffix that Secrets Manager adds to the name of a secret: a hyphen and six characters.
const SUFFIX: usize = 7;

/// A secret as a task definition names it: `ARN[:json-key:stage:version-id]`, or a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SecretId {
    /// The ARN without the three fields, or the name.
    pub(super) id: String,
    /// The key in the JSON text of the secret.
    pub(super) json_key: Option<String>,
    /// The staging label; `AWSCURRENT` applies if there is neither a label nor a version.
    pub(super) stage: Option<String>,
    /// The id of the version.
    pub(super) version: Option<String>,
}

impl SecretId {
    /// Reads `valueFrom` or `credentialsParameter`. An ARN has none or all three of the fields.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let plain = |id: String| Self { id, json_key: None, stage: None, version: None };
        let parts: Vec<&str> = text.split(':').collect();
        let field =
            |at: usize| parts.get(at).filter(|field| !field.is_empty()).map(|&field| field.to_owned());
        match parts.len() {
            _ if parts[0] != "arn" => Some(plain(text.to_owned())).filter(|_| !text.contains(':')),
            7 => Some(plain(text.to_owned())),
            10 => Some(Self {
                id: parts[..7].join(":"),
                json_key: field(7),
                stage: field(8),
                version: field(9),
            }),
            _ => None,
        }
    }

    /// The ARN as given, or the one that the name has in the Region of the task, without a suffix.
    pub(super) fn arn(&self, home: StartHome<'_>) -> Option<String> {
        if Arn::parse(&self.id).is_some() {
            return Some(self.id.clone());
        }
        let (region, account) = (home.region?, home.account?);
        Some(format!("arn:{}:secretsmanager:{region}:{account}:secret:{}", home.partition, self.id))
    }

    /// The saved secret that AWS finds by this name: by its ARN, or by its ARN without the suffix.
    pub(super) fn stored<'d>(
        &self,
        documents: &'d AccessDocuments,
        home: StartHome<'_>,
    ) -> Option<&'d Secret> {
        let arn = self.arn(home)?;
        if let Some(secret) = documents.secrets.get(&arn) {
            return Some(secret);
        }
        let mut same =
            documents.secrets.values().filter(|secret| without_suffix(&secret.arn) == Some(arn.as_str()));
        // Several secrets of one name follow each other; which one existed is not known.
        same.next().filter(|_| same.next().is_none())
    }
}

/// The ARN of a secret without its suffix; none if it has no suffix.
#[must_use]
pub fn without_suffix(arn: &str) -> Option<&str> {
    let (base, suffix) = arn.split_at_checked(arn.len().checked_sub(SUFFIX)?)?;
    let is_suffix =
        suffix.strip_prefix('-').is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    is_suffix.then_some(base)
}

/// The ARN with wildcards for a suffix that is not known.
pub(super) fn with_any_suffix(arn: &str) -> String {
    format!("{arn}-??????")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:orders/db-AbC1dE";

    #[test]
    fn a_reference_has_no_or_three_further_fields() {
        let plain = SecretId::parse(ARN).unwrap();
        assert_eq!((plain.id.as_str(), plain.stage), (ARN, None));
        let long = SecretId::parse(&format!("{ARN}:password:AWSPREVIOUS:")).unwrap();
        assert_eq!(long.id, ARN);
        assert_eq!(
            (long.json_key.as_deref(), long.stage.as_deref()),
            (Some("password"), Some("AWSPREVIOUS"))
        );
        assert_eq!(long.version, None);
        assert_eq!(SecretId::parse(&format!("{ARN}:password")), None);
        assert_eq!(SecretId::parse("registry/login").unwrap().id, "registry/login");
        assert_eq!(SecretId::parse("a:b"), None);
    }

    #[test]
    fn a_suffix_is_a_hyphen_and_six_characters() {
        assert_eq!(without_suffix(ARN), Some(&ARN[..ARN.len() - 7]));
        for text in ["", "abc", "db-AbC1d", "db-AbC1-E", "é-AbC1dE"] {
            let expect = if text == "é-AbC1dE" { Some("é") } else { None };
            assert_eq!(without_suffix(text), expect, "{text}");
        }
    }
}
