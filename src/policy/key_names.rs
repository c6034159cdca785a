//! The names of condition keys that AWS has: the global keys, and the prefixes of the keys of services.
//!
//! The global keys are those of the IAM guide, page `reference_policies_condition-keys`; the prefixes are those of the Service
//! Authorization Reference. Both are of the year 2026. A key that is not among them may be younger, so it is unknown and never absent.

use crate::policy::truth::Decider;

/// The global keys with one name.
const GLOBAL: &[&str] = &[
    "aws:AssumedRoot",
    "aws:CalledVia",
    "aws:CalledViaFirst",
    "aws:CalledViaLast",
    "aws:ChatbotSourceArn",
    "aws:CurrentTime",
    "aws:Ec2InstanceSourcePrivateIPv4",
    "aws:Ec2InstanceSourceVpc",
    "aws:EpochTime",
    "aws:FederatedProvider",
    "aws:MultiFactorAuthAge",
    "aws:MultiFactorAuthPresent",
    "aws:PrincipalAccount",
    "aws:PrincipalArn",
    "aws:PrincipalIsAWSService",
    "aws:PrincipalOrgID",
    "aws:PrincipalOrgPaths",
    "aws:PrincipalServiceName",
    "aws:PrincipalServiceNamesList",
    "aws:PrincipalType",
    "aws:referer",
    "aws:RequestedRegion",
    "aws:ResourceAccount",
    "aws:ResourceOrgID",
    "aws:ResourceOrgPaths",
    "aws:SecureTransport",
    "aws:SourceAccount",
    "aws:SourceArn",
    "aws:SourceIdentity",
    "aws:SourceIp",
    "aws:SourceOrgID",
    "aws:SourceOrgPaths",
    "aws:SourceVpc",
    "aws:SourceVpcArn",
    "aws:SourceVpce",
    "aws:TagKeys",
    "aws:TokenIssueTime",
    "aws:UserAgent",
    "aws:userid",
    "aws:username",
    "aws:ViaAWSService",
    "aws:VpceAccount",
    "aws:VpceOrgID",
    "aws:VpceOrgPaths",
    "aws:VpcSourceIp",
];

/// The global keys that a tag's key completes.
const GLOBAL_WITH_TAG: &[&str] = &["aws:PrincipalTag/", "aws:RequestTag/", "aws:ResourceTag/"];

/// The prefixes of the keys of services, separated by blanks.
const SERVICE_PREFIXES: &str = include_str!("service_prefixes.txt");

/// Whether AWS has the key: a global key, or a key with the prefix of a service or of an identity provider, whose further
/// part is not checked.
#[must_use]
pub fn is_aws_key(name: &str) -> bool {
    let Some((prefix, rest)) = name.split_once(':') else {
        return false;
    };
    if prefix.eq_ignore_ascii_case("aws") {
        return global_spelling(name).is_some();
    }
    let is_service = || SERVICE_PREFIXES.split_ascii_whitespace().any(|one| one.eq_ignore_ascii_case(prefix));
    // Keys of identity providers have the host of the provider as their prefix.
    !rest.is_empty() && (prefix.contains('.') || is_service())
}

/// A global key in the spelling of AWS; none if AWS does not have it.
fn global_spelling(name: &str) -> Option<String> {
    if let Some(known) = GLOBAL.iter().find(|known| known.eq_ignore_ascii_case(name)) {
        return Some((*known).to_owned());
    }
    GLOBAL_WITH_TAG.iter().find_map(|prefix| {
        let (head, tag) = name.split_at_checked(prefix.len())?;
        (head.eq_ignore_ascii_case(prefix) && !tag.is_empty()).then(|| format!("{prefix}{tag}"))
    })
}

/// The decider for an unknown key: a key of the request, or one that AWS does not have.
pub(super) fn decider(name: &str) -> Decider {
    match global_spelling(name) {
        Some(known) => Decider::Key(known),
        None if is_aws_key(name) => Decider::Key(name.to_owned()),
        None => Decider::ForeignKey(name.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_recognised_without_case() {
        let check = |name, expect| assert_eq!(is_aws_key(name), expect, "{name}");
        for name in ["aws:SourceVpce", "AWS:sourcevpce", "aws:PrincipalTag/team", "kms:ViaService", "s3:x"] {
            check(name, true);
        }
        check("token.actions.githubusercontent.com:sub", true);
        check("saml:aud", true);
        for name in
            ["aws:PrincipalVpc", "aws:PrincipalTag", "aws:PrincipalTag/", "aws:", "SourceVpce", "", "é:x"]
        {
            check(name, false);
        }
        check("sourcevpc:x", false);
    }

    #[test]
    fn global_keys_get_the_spelling_of_aws() {
        let name = |key| decider(key).to_string();
        assert_eq!(name("AWS:sourcevpce"), "aws:SourceVpce");
        assert_eq!(name("aws:principaltag/Team"), "aws:PrincipalTag/Team");
        assert_eq!(decider("aws:PrincipalVpc"), Decider::ForeignKey("aws:PrincipalVpc".to_owned()));
    }
}
