//! Interfaces that look like tasks that could not start, where no document names the tasks.
//!
//! Goes in: conversations. Comes out: interfaces and their own addresses. Whose they are is not known here.

use std::collections::BTreeMap;

use super::{Conversation, State};
use crate::frame::{FrameError, Outcomes, repeat_offenders};
use crate::ingest::sink::{AddressId, NameId};

/// Attempts that must have failed before an interface is worth a look.
const LEAST_FAILURES: u32 = 2;

/// The interface's own address: the one in most of its conversations; on a tie the one that initiates most.
#[must_use]
pub fn own_address(conversations: &[Conversation]) -> Option<AddressId> {
    let mut counts: BTreeMap<AddressId, (usize, usize)> = BTreeMap::new();
    for conversation in conversations {
        let initiator = counts.entry(conversation.initiator).or_default();
        initiator.0 += 1;
        initiator.1 += 1;
        counts.entry(conversation.responder).or_default().0 += 1;
    }
    // Of equals the smallest address: `max_by_key` takes the last one.
    counts.into_iter().rev().max_by_key(|(_, count)| *count).map(|(address, _)| address)
}

/// The conversations of each interface; they are sorted by it.
pub fn by_interface(conversations: &[Conversation]) -> impl Iterator<Item = (NameId, &[Conversation])> {
    conversations.chunk_by(|a, b| a.interface == b.interface).map(|part| (part[0].interface, part))
}

/// Interfaces whose own attempts failed at least twice and did not succeed afterwards, each with its own address.
///
/// Where two interfaces claim one address, as the two ends of a single rejected conversation do, the one that let
/// packets out counts, else the first.
pub fn suspects(conversations: &[Conversation]) -> Result<Vec<(NameId, AddressId)>, FrameError> {
    let mut outcomes = Outcomes::default();
    let mut own: BTreeMap<u32, AddressId> = BTreeMap::new();
    let mut let_out: BTreeMap<u32, bool> = BTreeMap::new();
    for (interface, part) in by_interface(conversations) {
        let Some(address) = own_address(part) else { continue };
        own.insert(interface.0, address);
        for conversation in part.iter().filter(|conversation| conversation.initiator == address) {
            let state = conversation.state();
            *let_out.entry(interface.0).or_default() |= conversation.request.accepted.is_some();
            if state != State::Unclear {
                outcomes.interface.push(interface.0);
                outcomes.first.push(conversation.first());
                outcomes.failed.push(u32::from(state != State::Completed));
            }
        }
    }
    let mut claims: BTreeMap<AddressId, Vec<u32>> = BTreeMap::new();
    for offender in repeat_offenders(outcomes, LEAST_FAILURES)? {
        if let Some(&address) = own.get(&offender) {
            claims.entry(address).or_default().push(offender);
        }
    }
    let mut suspects: Vec<(NameId, AddressId)> = claims
        .into_iter()
        .filter_map(|(address, claimants)| {
            let out = claimants.iter().find(|claimant| let_out.get(claimant) == Some(&true));
            out.or(claimants.first()).map(|&claimant| (NameId(claimant), address))
        })
        .collect();
    suspects.sort_unstable();
    Ok(suspects)
}
