//! Everything known about one task's start, computed once for all causes.
//!
//! Goes in: conversations, coverage, inventory. Comes out: a [`Case`], read by the causes as a plain value.
//! It holds facts only; the causes interpret them.

mod attempt;
mod attempts;
mod build;
mod complete;
mod destination;
mod facts;
mod gateway;
mod minutes;
mod needs;
mod neighbours;
mod origin;
mod refuted;
mod reported;
mod request_paths;
mod selection;
mod sender;
mod start_access;
mod step;
mod subject;
mod traffic;
mod visibility;

pub use attempt::{Attempt, Mirror, Outcome};
pub use build::CaseBuilder;
pub use facts::Facts;
pub use minutes::{Absence, InterfaceVisibility, bounded, minutes_expected, minutes_recorded};
pub use needs::Needs;
pub use neighbours::Reached;
pub use origin::Origin;
pub use reported::{ReportedDenial, cause_of_error, service_of};
pub use selection::{Selection, select_subjects};
pub use sender::GroupSource;
pub use start_access::StartAccess;
pub use step::ServiceStep;
pub use subject::Subject;
pub use traffic::Traffic;
pub use visibility::Visibility;

use std::sync::Arc;

use crate::diagnose::stopped_reason::StoppedReason;
use crate::finding::Control;
use crate::path::Sender;

/// One task and what happened around its start.
#[derive(Clone, Debug)]
pub struct Case<'a> {
    /// The task, or the interface that stands for it.
    pub subject: Subject,
    /// The facts in its stopped reason.
    pub reason: StoppedReason,
    /// Its conversations with services, by first packet.
    pub attempts: Vec<Attempt>,
    /// The services it contacted, in the order of a task's start.
    pub steps: Vec<ServiceStep>,
    /// Its visibility in the logs.
    pub visibility: Visibility,
    /// Where it sends from, as far as documents and records show.
    pub sender: Sender,
    /// The source of its security groups; none if they are unknown, or known from its present interface or service.
    pub groups_from: Option<GroupSource>,
    /// The services that its start contacts, in the order of a start.
    pub needs: Needs,
    /// The services that tasks which started reached.
    pub reached: Arc<[Reached]>,
    /// Controls that deny packets in the saved configuration although a neighbour's packets passed, each with that
    /// neighbour.
    pub refuted: Vec<(Control, Reached)>,
    /// The denied requests of its start that CloudTrail recorded, by time.
    pub denied_calls: Vec<ReportedDenial<'a>>,
    /// The denied request that its stopped reason is about: as the text states it, completed by its event in CloudTrail.
    pub reported: Option<ReportedDenial<'a>>,
    /// The requests of its start, as the saved policies decide them; none without its task definition.
    pub access: Option<Arc<StartAccess>>,
    /// The documents and records it was made from.
    pub facts: Facts<'a>,
}
