//! Numbers the addresses of flows, batch by batch, so that no batch is stored with its addresses in full.

use std::net::IpAddr;

use super::aggregation::AggregatedFlow;
use super::dictionary::Dictionary;
use super::flow::{Flow, FlowKey};
use crate::ingest::record::{AddressId, NameId};

/// The flows that were added so far. Their addresses are numbered in the order in which they were added.
#[derive(Debug, Default)]
pub(super) struct Numbering {
    addresses: Dictionary<IpAddr>,
    flows: Vec<Flow>,
}

impl Numbering {
    pub(super) fn take(&mut self, flows: &[AggregatedFlow]) {
        let addresses = &mut self.addresses;
        let flow = |flow: &AggregatedFlow| Flow {
            key: FlowKey::of(flow, |address| AddressId(addresses.number(address))),
            sums: flow.sums,
        };
        self.flows.extend(flows.iter().map(flow));
    }

    /// Returns the flows in no particular order.
    pub(super) fn flows(&self) -> &[Flow] {
        &self.flows
    }

    /// Returns the sorted addresses, and the sorted flows. The flows are renumbered: addresses by their sorted order,
    /// interfaces by `name`.
    pub(super) fn finish(self, name: impl Fn(NameId) -> NameId) -> (Vec<IpAddr>, Vec<Flow>) {
        let Self { addresses, mut flows } = self;
        let (addresses, numbers) = sorted_addresses(addresses);
        for flow in &mut flows {
            flow.key.interface = name(flow.key.interface);
            flow.key.renumber(|old| numbers[old.0 as usize]);
        }
        flows.sort_unstable_by_key(|flow| flow.key);
        (addresses, flows)
    }
}

/// Returns the sorted addresses, and for each old number the new one.
fn sorted_addresses(addresses: Dictionary<IpAddr>) -> (Vec<IpAddr>, Vec<AddressId>) {
    let mut ordered: Vec<(IpAddr, u32)> = addresses.into_values().into_iter().zip(0..).collect();
    ordered.sort_unstable();
    let mut numbers = vec![AddressId(0); ordered.len()];
    for (new, (_, old)) in (0..).zip(&ordered) {
        numbers[*old as usize] = AddressId(new);
    }
    (ordered.into_iter().map(|(address, _)| address).collect(), numbers)
}

impl FlowKey {
    fn of(flow: &AggregatedFlow, mut address: impl FnMut(IpAddr) -> AddressId) -> Self {
        let record = &flow.record;
        Self {
            interface: record.interface,
            src: address(record.src),
            dst: address(record.dst),
            src_port: record.src_port,
            dst_port: record.dst_port,
            protocol: record.protocol,
            action: record.action,
            direction: record.direction,
            pkt_src: record.pkt_src.map(&mut address),
            pkt_dst: record.pkt_dst.map(&mut address),
            bucket: flow.bucket(),
        }
    }

    fn renumber(&mut self, new: impl Fn(AddressId) -> AddressId) {
        self.src = new(self.src);
        self.dst = new(self.dst);
        self.pkt_src = self.pkt_src.map(&new);
        self.pkt_dst = self.pkt_dst.map(&new);
    }
}
