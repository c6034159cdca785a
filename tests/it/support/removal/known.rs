//! Breaches of the laws that are known today. The list may only become shorter.

/// A known breach.
#[derive(Debug)]
pub(crate) struct Known {
    /// `cause confidence -> cause confidence`.
    pub(crate) causes: &'static str,
    /// Why the answer changes.
    #[expect(dead_code, reason = "for readers")]
    reason: &'static str,
}

impl Known {
    const fn new(causes: &'static str, reason: &'static str) -> Self {
        Self { causes, reason }
    }
}

const GAPS: &str = "The record or the document that shows a gap is gone or cannot be read";
const NO_GROUPS: &str = "The groups of a NAT instance are gone, and its interface counts as at fault";
const UNKNOWN_INTERFACE: &str =
    "The document of the rejecting interface is gone, and it counts as an endpoint's";
const OTHER_SERVICE: &str = "The document that shows which service has the address is gone";
const NO_REASON: &str = "The stopped reason is gone, and a rejected step counts as the one that failed";
const RIGHT_RULE: &str = "The document that shows that no path follows behind the task is gone, and the rule of the group counts as wrong";
const ATTACHMENTS: &str = "A part of the task's attachments is gone";
const EMPTY_RULE: &str =
    "A rule of a security group without a list of peers counts as a rule that allows nothing";

/// All of them.
pub(crate) const KNOWN: &[Known] = &[
    Known::new("undetermined undetermined -> path-unanswered likely", GAPS),
    Known::new("nat-broken confirmed -> nat-broken confirmed", NO_GROUPS),
    Known::new("nat-broken confirmed -> endpoint-ingress-rejected confirmed", UNKNOWN_INTERFACE),
    Known::new("undetermined undetermined -> endpoint-ingress-rejected confirmed", UNKNOWN_INTERFACE),
    Known::new("path-unanswered likely -> endpoint-ingress-rejected confirmed", UNKNOWN_INTERFACE),
    Known::new("undetermined undetermined -> endpoint-ingress-rejected likely", UNKNOWN_INTERFACE),
    Known::new("undetermined undetermined -> endpoint-nacl-blocks-return likely", UNKNOWN_INTERFACE),
    Known::new("undetermined undetermined -> network-healthy confirmed", OTHER_SERVICE),
    Known::new("network-healthy likely -> network-healthy confirmed", OTHER_SERVICE),
    Known::new("undetermined undetermined -> task-sg-blocks-egress likely", NO_REASON),
    Known::new("network-healthy confirmed -> task-egress-rejected confirmed", NO_REASON),
    Known::new("undetermined undetermined -> slow-transfer likely", NO_REASON),
    Known::new("undetermined undetermined -> task-sg-blocks-egress confirmed", NO_REASON),
    Known::new("network-healthy confirmed -> connection-reset confirmed", NO_REASON),
    Known::new("endpoint-missing confirmed -> task-sg-blocks-egress confirmed", RIGHT_RULE),
    Known::new("undetermined undetermined -> dns-blocked likely", ATTACHMENTS),
    Known::new("task-nacl-blocks-egress confirmed -> task-sg-blocks-egress confirmed", EMPTY_RULE),
    Known::new("undetermined undetermined -> endpoint-missing likely", NO_REASON),
    Known::new("undetermined undetermined -> no-attempt-seen likely", NO_REASON),
];

/// Whether a breach is a known one.
pub(crate) fn is_known(causes: &str) -> bool {
    KNOWN.iter().any(|known| known.causes == causes)
}
