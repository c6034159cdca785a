//! Prefix lists, and the published address ranges of AWS.

use ipnet::IpNet;

use crate::model::blocks::Blocks;
use crate::model::ids::PrefixListId;

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
