//! The counts of one interface.

use crate::ingest::record::{LogStatus, TimeSpan};
use crate::inspect::identity::{Identity, Mixer};
use crate::inspect::stretches::Stretches;

/// Minutes of silence that are not a gap for any aggregation interval.
pub(super) const SILENCE: u32 = 2;

/// The role of an interface, as far as its records show it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Hint {
    /// Unknown.
    #[default]
    Unknown,
    /// It sent packets of a task: `ecs-task-id` belongs to the sender.
    Task,
    /// `interface-type` is `transit_gateway`.
    TransitGateway,
    /// `interface-type` is `network_load_balancer`.
    LoadBalancer,
    /// `interface-type` is `nat_gateway` or `regional_nat_gateway`.
    NatGateway,
    /// `interface-type` is `vpc_endpoint`.
    Endpoint,
}

impl Hint {
    /// The role for a value of `interface-type`.
    pub(super) fn of_type(text: &[u8]) -> Self {
        match text {
            b"vpc_endpoint" => Self::Endpoint,
            b"nat_gateway" | b"regional_nat_gateway" => Self::NatGateway,
            b"network_load_balancer" => Self::LoadBalancer,
            b"transit_gateway" => Self::TransitGateway,
            _ => Self::Unknown,
        }
    }

    /// The role, with the name that metadata would give.
    pub(super) fn role(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Task => "task",
            Self::TransitGateway => "transit-gateway",
            Self::LoadBalancer => "load-balancer",
            Self::NatGateway => "nat-gateway",
            Self::Endpoint => "endpoint",
        }
    }
}

/// An interface.
#[derive(Clone, Debug)]
pub(super) struct InterfaceCensus {
    /// The identity of the name, which is a part of the identity of every record.
    pub(super) identity: Identity,
    /// Number of records with any log-status.
    pub(super) records: u64,
    /// Minutes that records touch.
    pub(super) seen: Stretches,
    /// Minutes that `SKIPDATA` records touch.
    pub(super) skipped: Stretches,
    /// Its role.
    pub(super) hint: Hint,
    /// A bit for each kind of file that contains it.
    pub(super) kinds: u64,
    /// Whether the current file contains it.
    pub(super) is_in_file: bool,
}

impl InterfaceCensus {
    pub(super) fn new(name: &[u8]) -> Self {
        Self {
            identity: Mixer::new().bytes(name).finish(),
            records: 0,
            seen: Stretches::with_silence(SILENCE),
            skipped: Stretches::with_silence(0),
            hint: Hint::Unknown,
            kinds: 0,
            is_in_file: false,
        }
    }

    /// Counts a record.
    #[inline]
    pub(super) fn add(&mut self, log_status: LogStatus, span: TimeSpan) {
        self.records += 1;
        self.seen.add(span.start, span.end);
        if log_status == LogStatus::SkipData {
            self.skipped.add(span.start, span.end);
        }
    }

    /// Adds the counts of another worker; `kinds` are the bits of its kinds of files in this worker.
    pub(super) fn merge(&mut self, other: &Self, kinds: u64) {
        self.records += other.records;
        self.seen.merge(&other.seen);
        self.skipped.merge(&other.skipped);
        self.hint = self.hint.max(other.hint);
        self.kinds |= kinds;
    }
}
