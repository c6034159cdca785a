//! Prefix lists, and AWS's own address ranges.

use std::net::IpAddr;

use ipnet::IpNet;

use crate::model::ids::PrefixListId;

/// A prefix list as `describe-prefix-lists`, `describe-managed-prefix-lists` and `get-managed-prefix-list-entries` show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrefixList {
    /// `PrefixListId`.
    pub id: PrefixListId,
    /// `PrefixListName`: AWS's own are `com.amazonaws.REGION.s3`, …
    pub name: Option<String>,
    /// `Cidrs`, `Entries[].Cidr`; none if no document holds them.
    pub blocks: Option<Vec<IpNet>>,
}

/// AWS's published ranges, `ip-ranges.json`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AddressRanges {
    /// `createDate`, as written; ranges age.
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

impl AddressRanges {
    /// The most specific service that has an address, `AMAZON` only where no other has; none if no range holds it.
    #[must_use]
    pub fn service_of(&self, address: IpAddr) -> Option<&str> {
        let holding = self.ranges.iter().filter(|range| range.block.contains(&address));
        let best = holding.max_by_key(|range| {
            (range.service != "AMAZON", range.service != "EC2", range.block.prefix_len(), &range.service)
        });
        best.map(|range| range.service.as_str())
    }
}
