//! Which traffic the flow log of the task's interface records.

use crate::ingest::record::Action;
use crate::model::network::TrafficType;
use crate::reduce::Reduced;

use super::facts::Facts;
use super::subject::Subject;

/// Which traffic the flow log of the task's interface records, and how that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Traffic {
    /// Stated by `describe-flow-logs`.
    Stated(TrafficType),
    /// Shown by the records: accepted and rejected ones exist, or rejected ones only.
    Shown(TrafficType),
    /// Unknown: no document, and only accepted records.
    Unknown,
}

impl Traffic {
    /// The value in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Stated(traffic) | Self::Shown(traffic) => traffic.name(),
            Self::Unknown => "unknown",
        }
    }

    /// Whether accepted traffic is certainly not recorded: a connection that worked leaves no record.
    #[must_use]
    pub fn hides_success(self) -> bool {
        matches!(self, Self::Stated(TrafficType::Reject) | Self::Shown(TrafficType::Reject))
    }

    /// Whether everything is recorded.
    #[must_use]
    pub fn is_all(self) -> bool {
        matches!(self, Self::Stated(TrafficType::All) | Self::Shown(TrafficType::All))
    }
}

/// Returns it from documents, then from records.
pub(super) fn traffic(facts: Facts<'_>, subject: &Subject) -> Traffic {
    let (accepted, rejected) = seen_at(facts.reduced, subject);
    let totals = &facts.reduced.totals;
    let logs = facts.flow_logs_of(subject);
    let records = |wanted| logs.iter().any(|log| log.traffic_type == Some(wanted));
    let (accept, reject) = (records(TrafficType::Accept), records(TrafficType::Reject));
    let all = records(TrafficType::All);
    // A flow log whose type cannot be read may have written the files.
    let is_unreadable = logs.iter().any(|log| log.traffic_type.is_none());
    match (accepted, rejected) {
        (true, true) if is_unreadable => Traffic::Shown(TrafficType::All),
        _ if is_unreadable => Traffic::Unknown,
        _ if all && !accept && !reject => Traffic::Stated(TrafficType::All),
        _ if accept && reject && !all => Traffic::Stated(TrafficType::All),
        (true, true) => Traffic::Shown(TrafficType::All),
        // With several flow logs, it is unknown which one wrote these files.
        _ if all && (accept || reject) => Traffic::Unknown,
        // Accepted records at the task itself contradict a document that states REJECT only, and vice versa.
        (false, _) if reject => Traffic::Stated(TrafficType::Reject),
        (_, false) if accept => Traffic::Stated(TrafficType::Accept),
        // The flow logs of other interfaces prove nothing about this one, unless no accepted record was read at all and the
        // totals include the records of all times.
        (false, _) if totals.accepted == 0 && totals.rejected > 0 && totals.judges_all() => {
            Traffic::Shown(TrafficType::Reject)
        }
        _ => Traffic::Unknown,
    }
}

/// Whether accepted, and rejected, records were kept at the task's own interface.
fn seen_at(reduced: &Reduced, subject: &Subject) -> (bool, bool) {
    let name = subject.interface_id.as_ref().map_or("", |id| id.as_str());
    let start = reduced.flows.partition_point(|flow| reduced.name(flow.key.interface) < name);
    let own = reduced.flows[start..].iter().take_while(|flow| reduced.name(flow.key.interface) == name);
    own.fold((false, false), |(accepted, rejected), flow| match flow.key.action {
        Action::Accept => (true, rejected),
        Action::Reject => (accepted, true),
    })
}
