//! What the records say of one interface.

use crate::ingest::record::{LogStatus, TimeSpan};
use crate::inspect::identity::{Identity, Mixer};
use crate::inspect::stretches::Stretches;

/// Minutes of silence that are no gap whatever the aggregation interval.
pub(super) const SILENCE: u32 = 2;

/// What the records alone tell of whose an interface is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Hint {
    /// Nothing.
    #[default]
    Unknown,
    /// It sent for a task: `ecs-task-id` is that of the sender.
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
    /// What a value of `interface-type` tells.
    pub(super) fn of_type(text: &[u8]) -> Self {
        match text {
            b"vpc_endpoint" => Self::Endpoint,
            b"nat_gateway" | b"regional_nat_gateway" => Self::NatGateway,
            b"network_load_balancer" => Self::LoadBalancer,
            b"transit_gateway" => Self::TransitGateway,
            _ => Self::Unknown,
        }
    }

    /// The role, as the metadata would name it.
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
    /// The part of every record's identity that is the interface's name.
    pub(super) identity: Identity,
    /// Records of any log-status.
    pub(super) records: u64,
    /// Minutes that records touch.
    pub(super) seen: Stretches,
    /// Minutes that `SKIPDATA` records touch.
    pub(super) skipped: Stretches,
    /// Whose it is.
    pub(super) hint: Hint,
    /// A bit for each kind of file it is in.
    pub(super) kinds: u64,
    /// Whether the file that is being read has it.
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

    /// Takes note of a record.
    #[inline]
    pub(super) fn add(&mut self, log_status: LogStatus, span: TimeSpan) {
        self.records += 1;
        self.seen.add(span.start, span.end);
        if log_status == LogStatus::SkipData {
            self.skipped.add(span.start, span.end);
        }
    }

    /// Adds what another worker saw of it; `kinds` are the bits for its kinds of files here.
    pub(super) fn merge(&mut self, other: &Self, kinds: u64) {
        self.records += other.records;
        self.seen.merge(&other.seen);
        self.skipped.merge(&other.skipped);
        self.hint = self.hint.max(other.hint);
        self.kinds |= kinds;
    }
}
