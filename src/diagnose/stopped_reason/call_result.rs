//! Whether anything answered.
//!
//! Goes in: a text in lower case. A status that is not 0 or a request id outweighs everything. Symptoms of the network
//! come before the fragments of other failures, because those are words that an image or a secret may be called.

use super::hosts::{self, Host};
use super::{CallResult, wording};

/// Symptoms of the network; the first that occurs counts.
const SYMPTOMS: &[(&str, CallResult)] = &[
    ("no such host", CallResult::NameNotResolved),
    ("server misbehaving", CallResult::NameNotResolved),
    ("name resolution", CallResult::NameNotResolved),
    ("could not resolve host", CallResult::NameNotResolved),
    ("failed to resolve \"fs-", CallResult::NameNotResolved),
    ("connection refused", CallResult::Refused),
    ("no route to host", CallResult::Refused),
    ("network is unreachable", CallResult::Refused),
    ("connection reset", CallResult::Reset),
    ("broken pipe", CallResult::Reset),
    ("unexpected eof", CallResult::Reset),
    (": eof", CallResult::Reset),
    ("tls handshake timeout", CallResult::TlsTimeout),
    ("x509:", CallResult::CertificateUnknown),
    ("signed by unknown authority", CallResult::CertificateUnknown),
    ("failed to verify certificate", CallResult::CertificateUnknown),
    ("certificate verify failed", CallResult::CertificateUnknown),
    ("i/o timeout", CallResult::TimedOut),
    ("connection timed out", CallResult::TimedOut),
    ("connect timeout on endpoint", CallResult::TimedOut),
    ("could not connect to the endpoint", CallResult::TimedOut),
    ("context deadline exceeded", CallResult::TimedOut),
    ("requestcanceled", CallResult::TimedOut),
    ("request canceled", CallResult::TimedOut),
    ("client.timeout", CallResult::TimedOut),
    ("failed due to timeout", CallResult::TimedOut),
];

/// Failures outside the network.
const OTHER_FAILURES: &[&str] = &[
    // A limit or a full disk.
    "no space left",
    "toomanyrequests",
    "too many requests",
    "rate exceeded",
    "rate limit",
    "throttl",
    "killed due to memory",
    // The image, and the platform it is for.
    "no processor for media-type",
    "manifest unknown",
    "no match for platform",
    "no matching manifest for",
    "descriptor matching platform",
    "find a descriptor for platform",
    "mismatched image rootfs",
    "invalid reference format",
    "exec format error",
    "oci runtime",
    // A name that does not exist.
    "not found",
    "notfound",
    "does not exist",
    "find the specified secret",
    "specified secret value for staging label",
    "marked for deletion",
    "no such file or directory",
    // A permission, a role or a key.
    "accessdenied",
    "access denied",
    "not authorized",
    "permission denied",
    "is denied",
    "explicit deny",
    "no basic auth credentials",
    "nocredentialproviders",
    "expiredtoken",
    "unable to assume the role",
    "cannot be assumed",
    "access to kms is not allowed",
    "customer master key",
    "decryptionfailure",
    "kmsinvalidstate",
    "default kms service key",
    // A value that cannot be used.
    "missingendpoint",
    "missingregion",
    "unsupported protocol scheme",
    "in host name",
    wording::PARAMETERS,
    wording::SSM_PARAMETERS,
    "invalidparameter",
    "invalid arn",
    "validationexception",
    "invalidrequestexception",
    "did not contain json key",
    "invalid character '",
    "unexpected end of json",
    "authorizationdata is malformed",
    "unmarshal",
    // The interface was not there yet.
    "insufficientfreeaddresses",
    "network interface provisioning",
];

/// HTTP statuses in words.
const STATUSES: &[&str] = &[
    "unexpected status",
    "401 unauthorized",
    "403 forbidden",
    "404 not found",
    "429 too many",
    "500 internal",
    "502 bad gateway",
    "503 service unavailable",
    "api error ",
];

/// Messages of the agent about a failed call that do not name the cause of the failure.
const UNANSWERED: &[&str] = &[
    "request send failed",
    "send request failed",
    "connection issue between the task",
    "check your network",
    "check your task network",
    "statuscode: 0,",
];

/// Advice that the agent writes about a call that was refused. A text that continues may name a failure of the network, so
/// this counts only if the text is whole.
const REFUSED: &[&str] = &[
    "check whether the secret exists",
    "check whether the image exists",
    "check that the role has the permissions",
    "check whether the log group exists",
];

/// The agent's own deadline.
const KILLED: &[&str] = &["signal: killed", "context canceled", "could not transition to"];

/// The fewest characters of a fragment by which it is recognised where the text ends within it.
const LEAST_OF_FRAGMENT: usize = 9;

/// Returns the result of the call; `resolver_named` is true if the text names a DNS server.
pub(super) fn of(lower: &str, host: Option<Host<'_>>, resolver_named: bool) -> CallResult {
    let any = |fragments: &[&str]| fragments.iter().any(|fragment| lower.contains(fragment));
    let is_cut = hosts::is_cut(lower);
    if has_status(lower) || has_request_id(lower) {
        CallResult::Answered
    } else if let Some(symptom) = symptom(lower, resolver_named) {
        let is_no_name = symptom == CallResult::NameNotResolved && host.is_some_and(Host::has_no_region);
        if is_no_name { CallResult::NotNetwork } else { symptom }
    } else if any(STATUSES) {
        CallResult::Answered
    } else if is_other_failure(lower) {
        CallResult::NotNetwork
    } else if any(KILLED) {
        CallResult::Killed
    } else if let Some(symptom) = cut_symptom(lower).filter(|_| is_cut) {
        symptom
    } else if any(UNANSWERED) {
        CallResult::TimedOut
    } else if any(REFUSED) && !is_cut {
        CallResult::NotNetwork
    } else {
        CallResult::Unknown
    }
}

/// A timeout of a look-up is the DNS server's if one is named.
fn symptom(lower: &str, resolver_named: bool) -> Option<CallResult> {
    let found = super::first_of(SYMPTOMS, lower).copied()?;
    let unnamed = found == CallResult::TimedOut && lower.contains("dial tcp: lookup ") && !resolver_named;
    Some(if unnamed { CallResult::NameNotResolved } else { found })
}

/// The symptom within which the text ends.
fn cut_symptom(lower: &str) -> Option<CallResult> {
    let text = lower.trim_end_matches(['.', '…', ' ']);
    let ends_within = |fragment: &str| {
        let lengths = LEAST_OF_FRAGMENT..fragment.len();
        lengths.rev().any(|length| fragment.get(..length).is_some_and(|start| text.ends_with(start)))
    };
    let killed = KILLED.iter().map(|fragment| (*fragment, CallResult::Killed));
    let mut all = SYMPTOMS.iter().copied().chain(killed);
    all.find(|(fragment, _)| ends_within(fragment)).map(|(_, result)| result)
}

/// Whether it names a failure outside the network. Paths, URLs and ARNs are not considered: an image or a secret may have
/// any name.
fn is_other_failure(lower: &str) -> bool {
    let is_name = |word: &&str| word.contains('/') || word.contains("arn:");
    let prose: Vec<&str> = lower.split(' ').map(|word| if is_name(&word) { "_" } else { word }).collect();
    let prose = prose.join(" ");
    OTHER_FAILURES.iter().any(|fragment| prose.contains(fragment))
}

/// `StatusCode: 400`, `status code: 400`; 0 is none.
fn has_status(lower: &str) -> bool {
    values(lower, &["statuscode: ", "status code: "]).any(|value| {
        let digits = value.bytes().take_while(u8::is_ascii_digit).count();
        value[..digits].parse::<u16>().is_ok_and(|status| (100..600).contains(&status))
    })
}

/// `RequestID: 1f3c…`, `request id: 1f3c…`; an empty one is none.
fn has_request_id(lower: &str) -> bool {
    values(lower, &wording::REQUEST_IDS)
        .any(|value| value.chars().take_while(char::is_ascii_alphanumeric).count() >= 4)
}

/// Returns the text after each occurrence of each key.
fn values<'a>(lower: &'a str, keys: &'a [&'a str]) -> impl Iterator<Item = &'a str> {
    keys.iter().flat_map(move |key| lower.match_indices(key).map(move |(at, _)| &lower[at + key.len()..]))
}
