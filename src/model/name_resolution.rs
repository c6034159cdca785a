//! Private names: hosted zones of Route 53 with their records, and the rules of the Resolver.

use crate::model::ids::VpcId;

/// A hosted zone as `list-hosted-zones-by-vpc`, `list-hosted-zones` or `get-hosted-zone` shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostedZone {
    /// The last part of its id, `Z0914A4C7CD413`.
    pub id: String,
    /// `Name`, in lower case and without the final period.
    pub name: String,
    /// Whether it is private; none if no document shows it.
    pub is_private: Option<bool>,
    /// Whether it is in a list by VPC. The list does not name the VPC.
    pub is_in_list_of_vpc: bool,
    /// The VPCs that it is associated with, if a document names them.
    pub vpc_ids: Vec<VpcId>,
}

/// A record of a hosted zone as `list-resource-record-sets` shows it. The document does not name the zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceRecordSet {
    /// `Name`, in lower case, without the final period, and with `*` for a wildcard.
    pub name: String,
    /// `Type`: `A`, `AAAA`, …
    pub kind: String,
    /// `AliasTarget.DNSName`, as a name above; otherwise empty.
    pub alias: String,
    /// `ResourceRecords[].Value`, as written.
    pub values: Vec<String>,
}

/// A rule of the Resolver as `list-resolver-rules` shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResolverRule {
    /// `Id`, `rslvr-rr-…`.
    pub id: String,
    /// `DomainName`, in lower case and without the final period; the root is empty.
    pub domain: String,
    /// Whether `RuleType` is `FORWARD`: the servers of `TargetIps` answer.
    pub forwards: bool,
    /// `TargetIps[].Ip` or `Ipv6`.
    pub targets: Vec<String>,
}

/// The association of a rule with a VPC as `list-resolver-rule-associations` shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResolverRuleAssociation {
    /// `Id`, `rslvr-rrassoc-…`.
    pub id: String,
    /// `ResolverRuleId`.
    pub rule_id: String,
    /// `VPCId`.
    pub vpc_id: Option<VpcId>,
    /// Whether it is in effect: its `Status` is `COMPLETE`, or not shown.
    pub is_in_effect: bool,
}

/// A DNS name in lower case and without the final period. Route 53 writes an asterisk as `\052`.
#[must_use]
pub fn dns_name(text: &str) -> String {
    text.trim().trim_end_matches('.').replace("\\052", "*").to_ascii_lowercase()
}

/// Whether a domain is a name itself or one of its parents; the root is a parent of every name.
#[must_use]
pub fn holds(domain: &str, name: &str) -> bool {
    domain.is_empty() || name.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// Whether a record of this name answers for a host: the same name, or a wildcard of one of its parents.
#[must_use]
pub fn answers(record: &str, host: &str) -> bool {
    match record.strip_prefix("*.") {
        Some(parent) => host.strip_suffix(parent).is_some_and(|rest| rest.len() > 1 && rest.ends_with('.')),
        None => record == host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_holds_its_own_names() {
        let check = |domain, name, want| assert_eq!(holds(domain, name), want, "{domain} {name}");
        check("ecr.eu-west-1.amazonaws.com", "api.ecr.eu-west-1.amazonaws.com", true);
        check("api.ecr.eu-west-1.amazonaws.com", "api.ecr.eu-west-1.amazonaws.com", true);
        check("r.eu-west-1.amazonaws.com", "api.ecr.eu-west-1.amazonaws.com", false);
        check("", "api.ecr.eu-west-1.amazonaws.com", true);
    }

    #[test]
    fn a_wildcard_answers_for_every_name_below_it() {
        let check = |record, host, want| assert_eq!(answers(record, host), want, "{record} {host}");
        check("*.dkr.ecr.eu-west-1.amazonaws.com", "1234.dkr.ecr.eu-west-1.amazonaws.com", true);
        check("*.dkr.ecr.eu-west-1.amazonaws.com", "dkr.ecr.eu-west-1.amazonaws.com", false);
        check("dkr.ecr.eu-west-1.amazonaws.com", "1234.dkr.ecr.eu-west-1.amazonaws.com", false);
        assert_eq!(dns_name("\\052.dkr.ECR.eu-west-1.amazonaws.com."), "*.dkr.ecr.eu-west-1.amazonaws.com");
    }
}
