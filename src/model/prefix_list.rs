//! Prefix lists, and the published address ranges of AWS.

use ipnet::IpNet;

use crate::model::blocks::Blocks;
use crate::model::ids::PrefixListId;
use crate::model::service::Service;

/// A prefix list as `describe-prefix-lists`, `describe-managed-prefix-lists` and `get-managed-prefix-list-entries` show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrefixList {
    /// `PrefixListId`.
    pub id: PrefixListId,
    /// `PrefixListName`; names of the lists of AWS are `com.amazonaws.REGION.s3`, …
    pub name: Option<String>,
    /// `Cidrs`, `Entries[].Cidr`; none if no document contains them.
    pub blocks: Option<Blocks>,
}

impl PrefixList {
    /// Whether its name is that of a list of AWS.
    #[must_use]
    pub fn is_of_aws(&self) -> bool {
        let starts = |name: &str| name.starts_with("com.amazonaws.") || name.starts_with("cn.com.amazonaws.");
        self.name.as_deref().is_some_and(starts)
    }

    /// The service in its name, if it is a list of AWS; lists of IPv4 and of IPv6 addresses have the same one.
    #[must_use]
    pub fn named_service(&self) -> Option<Service> {
        let name = self.name.as_ref().filter(|_| self.is_of_aws())?;
        Some(Service::from_endpoint_name(&name.replacen(".ipv6.", ".", 1)))
    }

    /// Whether it is AWS's list of the IPv4 addresses of S3 in a Region.
    #[must_use]
    pub fn is_of_s3(&self) -> bool {
        let of_s3 = |name: &String| Service::from_endpoint_name(name) == Service::S3;
        self.is_of_aws() && self.name.as_ref().is_some_and(of_s3)
    }
}

/// The published ranges of AWS, `ip-ranges.json`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AddressRanges {
    /// `createDate`, as written; old ranges may be outdated.
    pub created: Option<String>,
    /// `prefixes` and `ipv6_prefixes`, sorted by block.
    pub ranges: Vec<AddressRange>,
}

/// One published range.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AddressRange {
    /// `ip_prefix`, `ipv6_prefix`.
    pub block: IpNet,
    /// `service`: `S3`, `AMAZON`, `EC2`, …
    pub service: String,
    /// `region`.
    pub region: String,
}
