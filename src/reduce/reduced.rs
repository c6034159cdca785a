//! The two tables on which all later stages work.

use std::net::IpAddr;

use super::coverage::CoverageRow;
use super::discards::Discards;
use super::flow::Flow;
use crate::ingest::record::{AddressId, DESCRIPTIVE, DescriptionId, NameId};
use crate::ingest::totals::Totals;
use crate::model::field::Field;

/// The two tables of the aggregate. Numbers have the order of their values: a smaller [`NameId`] is a smaller text.
#[derive(Clone, Debug, Default)]
pub struct Reduced {
    pub(crate) names: Vec<Box<str>>,
    pub(crate) addresses: Vec<IpAddr>,
    pub(crate) descriptions: Vec<[Option<NameId>; DESCRIPTIVE.len()]>,
    /// Flows, sorted by key.
    pub flows: Vec<Flow>,
    /// Coverage, sorted by interface and bucket.
    pub coverage: Vec<CoverageRow>,
    /// Counts over all records, retained or not.
    pub totals: Totals,
    /// The records that could not be read.
    pub discards: Discards,
}

impl Reduced {
    /// Returns the text of a name.
    #[must_use]
    pub fn name(&self, id: NameId) -> &str {
        self.names.get(id.0 as usize).map_or("-", |name| name)
    }

    /// Returns the number of an address; none if no retained record has it. Numbers have the order of the addresses.
    #[must_use]
    pub fn address_id(&self, address: IpAddr) -> Option<AddressId> {
        let place = self.addresses.binary_search(&address).ok()?;
        Some(AddressId(u32::try_from(place).ok()?))
    }

    /// Returns the address of a number.
    #[must_use]
    pub fn address(&self, id: AddressId) -> IpAddr {
        self.addresses.get(id.0 as usize).copied().unwrap_or(IpAddr::V4(std::net::Ipv4Addr::UNSPECIFIED))
    }

    /// Returns one of the descriptive fields of a flow; none if it is missing or not one of [`DESCRIPTIVE`].
    #[must_use]
    pub fn described(&self, id: DescriptionId, field: Field) -> Option<&str> {
        let column = DESCRIPTIVE.iter().position(|&have| have == field)?;
        let name = (*self.descriptions.get(id.0 as usize)?.get(column)?)?;
        Some(self.name(name))
    }
}
