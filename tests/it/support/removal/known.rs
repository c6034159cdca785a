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

const DHCP_OPTIONS: &str = "Unreadable DHCP options count as those of Amazon's resolver";
const ONLY_THE_ROUTE: &str =
    "The document that shows an endpoint for the name is gone, and only the missing route is left";
const GAPS: &str = "The record or the document that shows a gap is gone or cannot be read";
const DETACHED_GATEWAY: &str = "An internet gateway without readable attachments counts as detached";
const UNKNOWN_INTERFACE: &str =
    "The document of the rejecting interface is gone, and it counts as an endpoint's";
const OTHER_SERVICE: &str = "The document that shows which service has the address is gone";
const NO_REASON: &str = "The stopped reason is gone, and a rejected step counts as the one that failed";
const RIGHT_RULE: &str = "The document that shows that no path follows behind the task is gone, and the rule of the group counts as wrong";
const ATTACHMENTS: &str = "A part of the task's attachments is gone";
const EMPTY_RULE: &str =
    "A rule of a security group without a list of peers counts as a rule that allows nothing";

const PRIVATE_DNS: &str =
    "An endpoint without the value of its private DNS counts as one whose private DNS is off";

/// All of them.
pub(crate) const KNOWN: &[Known] = &[
    Known::new("no-attempt-seen confirmed -> resolver-unusable confirmed", DHCP_OPTIONS),
    Known::new("private-dns-off confirmed -> no-route confirmed", ONLY_THE_ROUTE),
    Known::new("path-unanswered likely -> no-route confirmed", ONLY_THE_ROUTE),
    Known::new("private-dns-off likely -> no-route confirmed", ONLY_THE_ROUTE),
    Known::new("no-route likely -> no-route confirmed", ONLY_THE_ROUTE),
    Known::new("s3-gateway-missing likely -> no-route confirmed", ONLY_THE_ROUTE),
    Known::new("private-dns-off confirmed -> endpoint-missing confirmed", ONLY_THE_ROUTE),
    Known::new("endpoint-missing likely -> no-route confirmed", ONLY_THE_ROUTE),
    Known::new("undetermined undetermined -> path-unanswered likely", GAPS),
    Known::new("undetermined undetermined -> no-attempt-seen confirmed", GAPS),
    Known::new("endpoint-missing confirmed -> task-nacl-blocks-return confirmed", GAPS),
    Known::new("task-nacl-blocks-return likely -> task-nacl-blocks-return confirmed", GAPS),
    Known::new("undetermined undetermined -> dns-blocked confirmed", GAPS),
    Known::new("undetermined undetermined -> resolver-unusable confirmed", GAPS),
    Known::new("undetermined undetermined -> slow-transfer confirmed", GAPS),
    Known::new("nat-broken likely -> nat-broken confirmed", DETACHED_GATEWAY),
    Known::new("no-public-ip confirmed -> no-public-ip confirmed", DETACHED_GATEWAY),
    Known::new("path-unanswered likely -> nat-broken confirmed", DETACHED_GATEWAY),
    Known::new("nat-broken confirmed -> nat-broken confirmed", DETACHED_GATEWAY),
    Known::new("nat-broken confirmed -> endpoint-ingress-rejected confirmed", UNKNOWN_INTERFACE),
    Known::new("transit-nacl-blocks confirmed -> endpoint-nacl-blocks-return confirmed", UNKNOWN_INTERFACE),
    Known::new("undetermined undetermined -> endpoint-ingress-rejected confirmed", UNKNOWN_INTERFACE),
    Known::new("path-unanswered likely -> endpoint-ingress-rejected confirmed", UNKNOWN_INTERFACE),
    Known::new("undetermined undetermined -> endpoint-ingress-rejected likely", UNKNOWN_INTERFACE),
    Known::new("undetermined undetermined -> endpoint-nacl-blocks-return likely", UNKNOWN_INTERFACE),
    Known::new("undetermined undetermined -> endpoint-nacl-blocks-return confirmed", UNKNOWN_INTERFACE),
    Known::new("undetermined undetermined -> network-healthy confirmed", OTHER_SERVICE),
    Known::new("network-healthy likely -> network-healthy confirmed", OTHER_SERVICE),
    Known::new("undetermined undetermined -> task-sg-blocks-egress likely", NO_REASON),
    Known::new("network-healthy confirmed -> endpoint-ingress-rejected confirmed", NO_REASON),
    Known::new("undetermined undetermined -> task-egress-rejected likely", NO_REASON),
    Known::new("endpoint-missing confirmed -> task-egress-rejected confirmed", NO_REASON),
    Known::new("network-healthy confirmed -> task-egress-rejected confirmed", NO_REASON),
    Known::new("network-healthy confirmed -> task-sg-blocks-egress confirmed", NO_REASON),
    Known::new("undetermined undetermined -> slow-transfer likely", NO_REASON),
    Known::new("undetermined undetermined -> task-sg-blocks-egress confirmed", NO_REASON),
    Known::new("network-healthy confirmed -> connection-reset confirmed", NO_REASON),
    Known::new("endpoint-missing confirmed -> task-sg-blocks-egress confirmed", RIGHT_RULE),
    Known::new("private-dns-off confirmed -> task-sg-blocks-egress confirmed", RIGHT_RULE),
    Known::new("undetermined undetermined -> dns-blocked likely", ATTACHMENTS),
    Known::new("no-attempt-seen likely -> task-egress-rejected confirmed", ATTACHMENTS),
    Known::new("endpoint-ingress-rejected confirmed -> endpoint-sg-blocks-ingress confirmed", EMPTY_RULE),
    Known::new(
        "endpoint-nacl-blocks-ingress confirmed -> endpoint-nacl-blocks-ingress confirmed",
        EMPTY_RULE,
    ),
    Known::new("dns-blocked confirmed -> dns-blocked confirmed", EMPTY_RULE),
    Known::new("task-egress-rejected confirmed -> task-sg-blocks-egress confirmed", EMPTY_RULE),
    Known::new("task-nacl-blocks-egress confirmed -> task-sg-blocks-egress confirmed", EMPTY_RULE),
    Known::new("undetermined undetermined -> private-dns-off likely", OTHER_SERVICE),
    Known::new("undetermined undetermined -> no-route likely", OTHER_SERVICE),
    Known::new("undetermined undetermined -> endpoint-missing likely", NO_REASON),
    Known::new("no-route confirmed -> private-dns-off confirmed", PRIVATE_DNS),
];

/// Whether a breach is a known one.
pub(crate) fn is_known(causes: &str) -> bool {
    KNOWN.iter().any(|known| known.causes == causes)
}
