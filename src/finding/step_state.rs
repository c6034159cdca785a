//! The result of a step of a start.

/// The result of the conversations with one destination.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StepState {
    /// The destination returned useful data.
    Completed,
    /// The request was rejected, here or at the far interface.
    RequestRejected,
    /// The reply was rejected, here or at the far interface.
    ReplyRejected,
    /// Requests without a reply.
    Unanswered,
    /// The far side closed the connection before it sent useful data.
    Reset,
    /// The connection was opened, but no useful data came back.
    Stalled,
    /// The records do not show the result.
    Unclear,
}

impl StepState {
    /// Returns the name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::RequestRejected => "request-rejected",
            Self::ReplyRejected => "reply-rejected",
            Self::Unanswered => "unanswered",
            Self::Reset => "reset",
            Self::Stalled => "stalled",
            Self::Unclear => "unclear",
        }
    }
}
