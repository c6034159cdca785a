//! One attempt of a task to reach a service: its conversation, and the same packets at other interfaces.

use std::net::SocketAddr;

use crate::converse::{Conversation, ConversationState, Sums};
use crate::finding::{Hop, StepState};
use crate::model::ids::InterfaceId;
use crate::model::interface::InterfaceRole;
use crate::model::protocol::{DNS_PORT, Protocol};
use crate::model::service::Service;
use crate::model::tcp_flags::TcpFlags;
use crate::model::time::Timestamp;
use crate::path::{ConfiguredPath, Extent, Query, Request};

/// The same packets as another interface recorded them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mirror {
    /// The other interface.
    pub interface_id: InterfaceId,
    /// Its role: `endpoint`, `nat-gateway`, …; `far` if no document names it.
    pub role: InterfaceRole,
    /// The conversation as it was recorded there.
    pub conversation: Conversation,
    /// Whether documents show that it has the address to which it recorded the packets; none if they show no address of it.
    pub has_address: Option<bool>,
    /// How far the conversation came there.
    pub state: ConversationState,
    /// The groups and the network ACL there, if they rejected.
    pub controls: Vec<Hop>,
}

/// The result of an attempt, from all interfaces. "Far" carries the index of the mirror.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Useful data came back.
    Completed,
    /// Rejected leaving the task.
    RequestRejectedNear,
    /// The reply was rejected entering the task.
    ReplyRejectedNear,
    /// Left the task, rejected entering another interface.
    RequestRejectedFar(usize),
    /// Reached another interface, the reply was rejected leaving it.
    ReplyRejectedFar(usize),
    /// Accepted wherever it was seen, and no reply.
    Unanswered,
    /// Broken off by the far side.
    Reset,
    /// Opened, and nothing useful came back.
    Stalled,
    /// The records do not show it.
    Unclear,
}

impl Outcome {
    /// Whether the attempt certainly failed.
    #[must_use]
    pub fn failed(self) -> bool {
        !matches!(self, Self::Completed | Self::Unclear)
    }

    /// Whether some interface rejected the request or the reply.
    #[must_use]
    pub fn is_rejection(self) -> bool {
        matches!(self.step_state(), StepState::RequestRejected | StepState::ReplyRejected)
    }

    /// The state in reports.
    #[must_use]
    pub fn step_state(self) -> StepState {
        match self {
            Self::Completed => StepState::Completed,
            Self::RequestRejectedNear | Self::RequestRejectedFar(_) => StepState::RequestRejected,
            Self::ReplyRejectedNear | Self::ReplyRejectedFar(_) => StepState::ReplyRejected,
            Self::Unanswered => StepState::Unanswered,
            Self::Reset => StepState::Reset,
            Self::Stalled => StepState::Stalled,
            Self::Unclear => StepState::Unclear,
        }
    }
}

/// One attempt: one source port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// The service at the destination.
    pub service: Service,
    /// Where it went.
    pub destination: SocketAddr,
    /// The conversation at the task's own interface; none if only other interfaces were logged.
    pub near: Option<Conversation>,
    /// The same packets at other interfaces.
    pub mirrors: Vec<Mirror>,
    /// The result.
    pub outcome: Outcome,
    /// First packet.
    pub first: Timestamp,
    /// Last packet.
    pub last: Timestamp,
    /// The configured path of its packets; no hops if it was not evaluated.
    pub configured: ConfiguredPath,
}

impl Attempt {
    /// Combines the views; there is at least one.
    #[must_use]
    pub fn new(
        service: Service,
        destination: SocketAddr,
        near: Option<Conversation>,
        mirrors: Vec<Mirror>,
    ) -> Self {
        let views = || near.iter().chain(mirrors.iter().map(|mirror| &mirror.conversation));
        let first = views().map(Conversation::first).min().unwrap_or(0);
        let last = views().map(Conversation::last).max().unwrap_or(0);
        let outcome = outcome(near.map(|conversation| conversation.state()), &mirrors);
        let (first, last) = (Timestamp(first.into()), Timestamp(last.into()));
        let configured = ConfiguredPath::default();
        Self { service, destination, near, mirrors, outcome, first, last, configured }
    }

    /// Its packets, as the configuration sees them.
    #[must_use]
    pub fn request(&self) -> Request {
        let view = self.views().next();
        Request {
            destination: self.destination.ip(),
            service: self.service.clone(),
            protocol: self.protocol(),
            source_port: view.map_or(0, |view| view.initiator_port),
            destination_port: self.destination.port(),
        }
    }

    /// The same with its destination as far as it is known: a record of a device that forwards shows, without packet
    /// addresses, only the address of that device.
    #[must_use]
    pub fn query(&self) -> Query {
        let query = Query::from(&self.request());
        match self.device_in_front() {
            Some(device) => {
                let name = format!("a service behind {device}");
                Query { extent: Extent::Behind(device.clone()), name, ..query }
            }
            None => query,
        }
    }

    /// The device that forwards to a destination that no record shows.
    #[must_use]
    pub fn device_in_front(&self) -> Option<&InterfaceId> {
        let mirror = self.mirrors.first().filter(|_| self.near.is_none())?;
        let is_known = self.views().any(|view| view.far.is_some()) || self.is_its_own(mirror);
        let forwards = matches!(mirror.role, InterfaceRole::NatGateway | InterfaceRole::Appliance);
        (forwards && !is_known).then_some(&mirror.interface_id)
    }

    /// Whether an appliance is the destination itself: the task sent to its address, or asked it for a name.
    #[must_use]
    pub fn is_its_own(&self, mirror: &Mirror) -> bool {
        let is_asked = |view: &Conversation| view.responder == mirror.conversation.responder;
        let by_name = self.destination.port() == DNS_PORT;
        let is_appliance = mirror.role == InterfaceRole::Appliance && mirror.conversation.far.is_none();
        is_appliance && self.near.as_ref().map_or(by_name, |near| near.far.is_none() && is_asked(near))
    }

    /// The mirrors at devices that forward its packets: NAT gateways and appliances.
    pub fn forwarders(&self) -> impl Iterator<Item = &Mirror> {
        self.mirrors.iter().filter(|mirror| {
            matches!(mirror.role, InterfaceRole::NatGateway | InterfaceRole::Appliance)
                && !self.is_its_own(mirror)
        })
    }

    /// Its protocol.
    #[must_use]
    pub fn protocol(&self) -> Protocol {
        self.views().next().map_or(Protocol::TCP, |view| view.protocol)
    }

    /// The views of the attempt, the task's own first.
    pub fn views(&self) -> impl Iterator<Item = &Conversation> {
        self.near.iter().chain(self.mirrors.iter().map(|mirror| &mirror.conversation))
    }

    /// Whether the records show that the task sent something to the destination; see
    /// [`Conversation::shows_request`]. Otherwise only packets from the destination are recorded.
    #[must_use]
    pub fn shows_request(&self) -> bool {
        self.views().any(Conversation::shows_request)
    }

    /// The answer to an opening that was rejected where the opening itself is not recorded, as in a log of REJECT records.
    #[must_use]
    pub fn lone_answer(&self) -> Option<&Sums> {
        let view = self
            .views()
            .next()
            .filter(|view| self.outcome == Outcome::Unclear && view.request.accepted.is_none())?;
        let rejected = view.reply.rejected.as_ref()?;
        rejected.tcp_flags.is_none_or(TcpFlags::accepts).then_some(rejected)
    }

    /// The mirror that rejected, if one did.
    #[must_use]
    pub fn rejecting_mirror(&self) -> Option<&Mirror> {
        match self.outcome {
            Outcome::RequestRejectedFar(at) | Outcome::ReplyRejectedFar(at) => self.mirrors.get(at),
            _ => None,
        }
    }
}

fn outcome(near: Option<ConversationState>, mirrors: &[Mirror]) -> Outcome {
    let rejected = |state| mirrors.iter().position(|mirror| mirror.state == state);
    let far = || {
        let request = rejected(ConversationState::RequestRejected).map(Outcome::RequestRejectedFar);
        request.or_else(|| rejected(ConversationState::ReplyRejected).map(Outcome::ReplyRejectedFar))
    };
    let lone_answer = || mirrors.iter().position(is_lone_rejected_answer).map(Outcome::ReplyRejectedFar);
    // Such an interface only forwards, so an answer that it rejected is one to the task.
    let at_attachment = || {
        let is_it =
            |mirror: &Mirror| mirror.role == InterfaceRole::TransitGateway && is_lone_rejected_answer(mirror);
        mirrors.iter().position(is_it).map(Outcome::ReplyRejectedFar)
    };
    match near {
        Some(ConversationState::Completed) => Outcome::Completed,
        Some(ConversationState::RequestRejected) => Outcome::RequestRejectedNear,
        Some(ConversationState::ReplyRejected) => Outcome::ReplyRejectedNear,
        Some(ConversationState::Reset) => Outcome::Reset,
        Some(ConversationState::Stalled) => Outcome::Stalled,
        Some(ConversationState::Unanswered) => far().or_else(lone_answer).unwrap_or(Outcome::Unanswered),
        Some(ConversationState::Unclear) => far().unwrap_or(Outcome::Unclear),
        None => far().or_else(at_attachment).unwrap_or_else(|| far_only(mirrors)),
    }
}

/// Whether an interface recorded only that the answer was rejected, as a log of REJECT records does: the task's own record
/// shows that the opening left it.
fn is_lone_rejected_answer(mirror: &Mirror) -> bool {
    let view = &mirror.conversation;
    let rejected = view.reply.rejected.filter(|_| view.request.accepted.is_none());
    rejected.is_some_and(|sums| sums.tcp_flags.is_some_and(TcpFlags::accepts))
}

/// The attempt was recorded at other interfaces only. Replies that they did not record never left them; nothing else is
/// known.
///
/// Data of a TCP connection shows that the task took part in it; a datagram that left the far side may be lost.
fn far_only(mirrors: &[Mirror]) -> Outcome {
    let is_tcp = mirrors.first().is_some_and(|mirror| mirror.conversation.protocol == Protocol::TCP);
    match mirrors.first().map(|mirror| mirror.state) {
        Some(ConversationState::Completed) if is_tcp => Outcome::Completed,
        Some(ConversationState::Unanswered) => Outcome::Unanswered,
        Some(ConversationState::Reset) => Outcome::Reset,
        Some(ConversationState::Stalled) => Outcome::Stalled,
        _ => Outcome::Unclear,
    }
}
