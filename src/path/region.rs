//! The Region of a VPC, from names in its documents.

use std::collections::BTreeSet;

use crate::inventory::Inventory;
use crate::model::ids::VpcId;

/// A Region's name that is safe in a command: `eu-west-1`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Region(String);

impl Region {
    /// The Region at the start of a zone's name: `eu-west-1a`, `us-west-2-lax-1a`; none for any other name.
    #[must_use]
    pub fn of_zone(zone: &str) -> Option<Self> {
        let is_letters = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase());
        let parts: Vec<&str> = zone.split('-').collect();
        let at = parts.iter().position(|part| !is_letters(part))?;
        let number: String = parts[at].chars().take_while(char::is_ascii_digit).collect();
        if at < 2 || number.is_empty() {
            return None;
        }
        Some(Self(format!("{}-{number}", parts[..at].join("-"))))
    }

    /// The Region with exactly this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::of_zone(name).filter(|found| found.0 == name)
    }

    /// The Region in the name of an endpoint's service or of AWS's prefix list: `com.amazonaws.eu-west-1.s3`.
    #[must_use]
    pub fn of_service_name(name: &str) -> Option<Self> {
        let rest = name.strip_prefix("cn.").unwrap_or(name).strip_prefix("com.amazonaws.")?;
        let (region, _) = rest.split_once('.')?;
        Self::named(region)
    }

    /// The name in AWS's spelling.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The Region of a VPC; none if its documents name no Region or several.
///
/// The zones of its subnets come first, because an endpoint may be for a service of another Region.
#[must_use]
pub fn region_of(inventory: &Inventory, vpc: &VpcId) -> Option<Region> {
    let subnets = inventory.subnets.values().filter(|subnet| subnet.vpc_id.as_ref() == Some(vpc));
    let by_zone: BTreeSet<Region> =
        subnets.filter_map(|subnet| Region::of_zone(subnet.availability_zone.as_deref()?)).collect();
    if !by_zone.is_empty() {
        return only(by_zone);
    }
    let endpoints = inventory.endpoints.values().filter(|endpoint| endpoint.vpc_id.as_ref() == Some(vpc));
    only(endpoints.filter_map(|endpoint| Region::of_service_name(&endpoint.service_name)).collect())
}

fn only(regions: BTreeSet<Region>) -> Option<Region> {
    if regions.len() == 1 { regions.into_iter().next() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_and_names_contain_the_region() {
        let zone = |zone, want: Option<&str>| {
            assert_eq!(Region::of_zone(zone).as_ref().map(Region::as_str), want, "{zone}");
        };
        zone("eu-west-1a", Some("eu-west-1"));
        zone("us-gov-east-1b", Some("us-gov-east-1"));
        zone("us-west-2-lax-1a", Some("us-west-2"));
        zone("ap-southeast-4", Some("ap-southeast-4"));
        zone("euw1-az1", None);
        zone("", None);
        zone("eu-west-$(id)", None);
        let name = |name, want: Option<&str>| {
            assert_eq!(Region::of_service_name(name).as_ref().map(Region::as_str), want, "{name}");
        };
        name("com.amazonaws.eu-west-1.s3", Some("eu-west-1"));
        name("cn.com.amazonaws.cn-north-1.ecr.api", Some("cn-north-1"));
        name("com.amazonaws.vpce.eu-west-1.vpce-svc-1", None);
        name("com.amazonaws.eu-west-1a.s3", None);
        name("example.com", None);
    }
}
