//! Records to the aggregate: only what can matter, summed by conversation direction and ten minutes.
//!
//! Goes in: log files and a [`Scope`]. Comes out: an [`Aggregate`], whose records lie in memory or in temporary files until
//! they are folded, and of it [`Reduced`]: what the cases need of the two tables of the aggregate, sorted.
//! Every value merges by sum, minimum, maximum or bitwise or, so that neither the order of files nor the number of threads shows.

mod aggregate;
mod collector;
mod coverage;
mod dictionary;
mod entry;
mod flow;
mod fold;
mod names;
mod numbering;
mod run;
mod scope;
mod select;
mod share;
mod shared;

pub use crate::ingest::totals::Totals;
pub use aggregate::{Aggregate, Counts};
pub use coverage::CoverageRow;
pub use flow::{Flow, FlowKey, FlowSums};
pub use fold::Folded;
pub use run::{FileTotals, reduce_files};

pub use crate::spill::Limits;
pub use scope::{Scope, ScopeOf};

use std::net::IpAddr;

use crate::ingest::sink::{AddressId, DESCRIPTIVE, DescriptionId, NameId};
use crate::model::field::Field;

/// Seconds in one bucket of the aggregate.
pub const BUCKET_SECONDS: u32 = 600;

/// The aggregate. Numbers are in the order of what they stand for: a smaller [`NameId`] is a smaller text.
#[derive(Clone, Debug, Default)]
pub struct Reduced {
    pub(crate) names: Vec<Box<str>>,
    pub(crate) addresses: Vec<IpAddr>,
    pub(crate) descriptions: Vec<[Option<NameId>; DESCRIPTIVE.len()]>,
    /// Flows, sorted by key.
    pub flows: Vec<Flow>,
    /// Coverage, sorted by interface and bucket.
    pub coverage: Vec<CoverageRow>,
    /// Counts over all records, in scope or not.
    pub totals: Totals,
}

impl Reduced {
    /// The text of a name.
    #[must_use]
    pub fn name(&self, id: NameId) -> &str {
        self.names.get(id.0 as usize).map_or("-", |name| name)
    }

    /// The number of an address; none if no record kept has it. Numbers are in the order of addresses.
    #[must_use]
    pub fn address_id(&self, address: IpAddr) -> Option<AddressId> {
        let place = self.addresses.binary_search(&address).ok()?;
        Some(AddressId(u32::try_from(place).ok()?))
    }

    /// The address of a number.
    #[must_use]
    pub fn address(&self, id: AddressId) -> IpAddr {
        self.addresses.get(id.0 as usize).copied().unwrap_or(IpAddr::V4(std::net::Ipv4Addr::UNSPECIFIED))
    }

    /// One of the descriptive fields of a flow; none where it is missing or not one of [`DESCRIPTIVE`].
    #[must_use]
    pub fn described(&self, id: DescriptionId, field: Field) -> Option<&str> {
        let column = DESCRIPTIVE.iter().position(|&have| have == field)?;
        let name = (*self.descriptions.get(id.0 as usize)?.get(column)?)?;
        Some(self.name(name))
    }
}
