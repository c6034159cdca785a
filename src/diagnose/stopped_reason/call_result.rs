//! Whether anything answered.
//!
//! Goes in: a text in lower case. A status that is not 0 or a request id outweighs everything. Symptoms of the network
//! come before the fragments of other failures, because those are words that an image or a secret may be called.

use super::CallResult;

/// Symptoms of the network; the first that occurs counts.
const SYMPTOMS: &[(&str, CallResult)] = &[
    ("no such host", CallResult::NameNotResolved),
    ("server misbehaving", CallResult::NameNotResolved),
    ("name resolution", CallResult::NameNotResolved),
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
    ("i/o timeout", CallResult::TimedOut),
    ("context deadli", CallResult::TimedOut),
    ("requestcanceled", CallResult::TimedOut),
    ("request canceled", CallResult::TimedOut),
    ("client.timeout", CallResult::TimedOut),
    ("failed due to timeout", CallResult::TimedOut),
];

/// Failures outside the network.
const OTHER_FAILURES: &[&str] = &[
    "no space left",
    "toomanyrequests",
    "too many requests",
    "rate exceeded",
    "throttl",
    "no processor for media-type",
    "manifest unknown",
    "no match for platform",
    "exec format error",
    "not found",
    "notfound",
    "does not exist",
    "no such file or directory",
    "accessdenied",
    "access denied",
    "not authorized",
    "no basic auth credentials",
    "nocredentialproviders",
    "missingendpoint",
    "missingregion",
    "expiredtoken",
    "invalid parameters",
    "validationexception",
    "did not contain json key",
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
const UNANSWERED: &[&str] =
    &["request send failed", "send request failed", "connection issue between the task", "statuscode: 0,"];

/// The agent's own deadline.
const KILLED: &[&str] = &["signal: killed", "context canceled", "could not transition to"];

/// Returns the result of the call; `resolver_named` is true if the text names a DNS server.
pub(super) fn of(lower: &str, resolver_named: bool) -> CallResult {
    let any = |fragments: &[&str]| fragments.iter().any(|fragment| lower.contains(fragment));
    if has_status(lower) || has_request_id(lower) {
        CallResult::Answered
    } else if let Some(symptom) = symptom(lower, resolver_named) {
        symptom
    } else if any(STATUSES) {
        CallResult::Answered
    } else if any(OTHER_FAILURES) {
        CallResult::NotNetwork
    } else if any(KILLED) {
        CallResult::Killed
    } else if any(UNANSWERED) {
        CallResult::TimedOut
    } else {
        CallResult::Unknown
    }
}

/// A timeout of a look-up is the DNS server's if one is named.
fn symptom(lower: &str, resolver_named: bool) -> Option<CallResult> {
    let found = super::first_of(SYMPTOMS, lower).copied()?;
    let is_lookup = lower.contains("dial tcp: lookup ");
    let unnamed = found == CallResult::TimedOut && is_lookup && !resolver_named;
    Some(if unnamed { CallResult::NameNotResolved } else { found })
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
    values(lower, &["requestid: ", "request id: "])
        .any(|value| value.chars().take_while(char::is_ascii_alphanumeric).count() >= 4)
}

/// Returns the text after each occurrence of each key.
fn values<'a>(lower: &'a str, keys: &'a [&'a str]) -> impl Iterator<Item = &'a str> {
    keys.iter().flat_map(move |key| lower.match_indices(key).map(move |(at, _)| &lower[at + key.len()..]))
}
