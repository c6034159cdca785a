//! Hosts and addresses in a text: the host that was looked up, the address that was dialled, the DNS server that was
//! queried.
//!
//! Goes in: the text as written and in lower case, of the same length. A place that the end of the text may have cut is not
//! given: half an address is another address.

use std::net::SocketAddr;

use crate::model::service::Service;
use crate::path::Region;

/// Old records are cut here, in characters; a shorter text is whole.
const CUT_AT: usize = 255;

/// Newer ones are cut here, in bytes.
const LATER_CUT_AT: usize = 1024;

/// The texts that follow the host or address that failed.
const FAILURES: [&str; 8] =
    ["dial tcp", "dial udp", "read tcp", "write tcp", "net/http:", "context deadli", "x509:", "tls:"];

/// The methods of a call, before the URL that was called.
const METHODS: [&str; 5] = ["get", "post", "head", "put", "options"];

/// Other words before a URL that was called. A URL after anything else is advice.
const CALLS: [&str; 3] = ["status code", "request to", "endpoint url:"];

/// The words before the name in a look-up by the agent.
const LOOKUPS: [&str; 5] = ["dial tcp:", "dial tcp4:", "dial tcp6:", "dial udp:", "dial udp4:"];

/// The texts after the name in a look-up that failed. A `lookup` before anything else is a word of a sentence.
const LOOKUP_FAILURES: [&str; 4] =
    [": no such host", ": i/o timeout", ": server misbehaving", ": temporary failure"];

/// The labels that regional endpoints of AWS have before the Region.
const REGIONAL: [&[&str]; 5] = [&["logs"], &["secretsmanager"], &["ssm"], &["api", "ecr"], &["kms"]];

/// A host in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Host<'a> {
    pub(super) text: &'a str,
    /// Whether the text continues after it.
    pub(super) is_whole: bool,
}

impl<'a> Host<'a> {
    /// The host at the start of `rest`.
    fn at(rest: &'a str) -> Option<Self> {
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
        let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        let text = rest[..end].trim_end_matches('.');
        let was_cut = end == rest.len() || end - text.len() > 1 || rest[end..].starts_with('…');
        (!text.is_empty()).then_some(Self { text, is_whole: !was_cut })
    }

    /// The service of the host, or of the start of one.
    pub(super) fn service(self) -> Option<Service> {
        let lower = self.text.to_ascii_lowercase().replace("-fips.", ".");
        let labels: Vec<&str> = lower.split('.').collect();
        match labels.as_slice() {
            [first, "efs", ..] if first.starts_with("fs-") => Some(Service::Efs),
            [_, "dkr" | "dkr-ecr", ..] => Some(Service::EcrDkr),
            ["api", "ecr", ..] | ["ecr", _, ..] => Some(Service::EcrApi),
            [first @ ("secretsmanager" | "ssm" | "logs"), _, ..] => Some(Service::from_name(first)),
            _ if self.is_whole => {
                Service::from_host(self.text).or_else(|| Some(Service::Other(self.text.to_ascii_lowercase())))
            }
            _ => None,
        }
    }

    /// Whether it is the name of a regional endpoint with something else in the place of the Region, such as
    /// `logs.undefined.amazonaws.com`: no server can resolve it.
    pub(super) fn has_no_region(self) -> bool {
        self.wrong_region().is_some()
    }

    /// The text that such a name has in the place of the Region.
    pub(super) fn wrong_region(self) -> Option<&'a str> {
        let labels: Vec<&'a str> = self.text.split('.').collect();
        let starts_with = |own: &[&str]| {
            own.len() < labels.len() && own.iter().zip(&labels).all(|(a, b)| a.eq_ignore_ascii_case(b))
        };
        let own = REGIONAL.iter().find(|own| starts_with(own))?;
        let place = labels.get(own.len()).copied()?;
        (self.is_whole && !is_region(&place.to_ascii_lowercase())).then_some(place)
    }
}

fn is_region(label: &str) -> bool {
    Region::of_zone(label).is_some_and(|region| region.as_str() == label)
}

/// The host that was looked up, else called, else named by an image.
pub(super) fn host<'a>(text: &'a str, lower: &str) -> Option<Host<'a>> {
    looked_up(text, lower)
        .or_else(|| called(text, lower))
        .or_else(|| file_system(text, lower))
        .or_else(|| registry(text, lower))
}

/// The service of AWS in the certificate of `x509: certificate is valid for a, b, not c`.
pub(super) fn presented(text: &str, lower: &str) -> Option<Service> {
    let rest = after(text, lower, "certificate is valid for ")?;
    let names = rest.split_once(", not ")?.0.split(", ");
    names
        .filter_map(Service::from_host)
        .find(|service| !matches!(service, Service::Other(_) | Service::Unknown))
}

/// Whether the text may be cut at its end.
pub(super) fn is_cut(text: &str) -> bool {
    let has_dots = ["...", "…"].iter().any(|dots| text.ends_with(dots));
    has_dots || text.chars().count() == CUT_AT || text.len() >= LATER_CUT_AT
}

fn looked_up<'a>(text: &'a str, lower: &str) -> Option<Host<'a>> {
    Host::at(lookup(text, lower)?)
}

/// The text after the `lookup` of a call: behind `dial tcp: `, or before the failure of a look-up.
fn lookup<'a>(text: &'a str, lower: &str) -> Option<&'a str> {
    lower.match_indices("lookup ").find_map(|(at, word)| {
        let start = at + word.len();
        let rest = &lower[start..];
        let name = rest.find(|c: char| c.is_whitespace() || c == ':').unwrap_or(rest.len());
        let before = lower[..at].trim_end();
        let after = &rest[name..];
        let server = after.strip_prefix(" on ").unwrap_or_default();
        let has_failed = LOOKUP_FAILURES.iter().any(|failure| after.starts_with(failure))
            || server.starts_with(|c: char| c.is_ascii_digit() || c == '[');
        let is_dialled = LOOKUPS.iter().any(|call| before.ends_with(call));
        (name > 0 && (is_dialled || has_failed)).then(|| &text[start..])
    })
}

/// The host of the URL last called before the failure; without a failure the first one that was called.
fn called<'a>(text: &'a str, lower: &str) -> Option<Host<'a>> {
    let failure = FAILURES.iter().filter_map(|fragment| lower.find(fragment)).min();
    let mut calls = lower.match_indices("://").map(|(at, _)| at).filter(|at| is_called(lower, *at));
    let scheme = match failure {
        Some(end) => calls.filter(|at| *at < end).last()?,
        None => calls.next()?,
    };
    Host::at(&text[scheme + "://".len()..])
}

/// Whether the URL with its `://` at this place was called: it follows the name of a call, or a failure follows it.
fn is_called(lower: &str, scheme: usize) -> bool {
    let before = lower[..scheme].trim_end_matches(|c: char| c.is_ascii_alphanumeric());
    let before = before.trim_end_matches(['"', ' ']);
    let is_method = METHODS.iter().filter_map(|method| before.strip_suffix(method)).any(|rest| {
        let rest = rest.trim_end();
        rest.is_empty() || rest.ends_with([':', ',', '(', ';'])
    });
    let url = &lower[scheme..];
    let end = url.find([' ', '"']).unwrap_or(url.len());
    let after = url[end..].trim_start_matches(['"', ':', ' ']);
    is_method
        || CALLS.iter().any(|call| before.ends_with(call))
        || FAILURES.iter().any(|failure| after.starts_with(failure))
}

/// The file system of `Failed to resolve "fs-1.efs.eu-west-1.amazonaws.com"`.
fn file_system<'a>(text: &'a str, lower: &str) -> Option<Host<'a>> {
    after(text, lower, "failed to resolve \"").filter(|rest| rest.starts_with("fs-")).and_then(Host::at)
}

/// The registry of an image in the text.
fn registry<'a>(text: &'a str, lower: &str) -> Option<Host<'a>> {
    let inside = [".dkr.ecr.", ".dkr.ecr-fips.", ".dkr-ecr."].iter().find_map(|part| lower.find(part))?;
    let account = lower[..inside].trim_end_matches(|c: char| c.is_ascii_alphanumeric());
    Host::at(&text[account.len()..])
}

/// The address that was dialled, or whose connection broke.
pub(super) fn address(text: &str, lower: &str) -> Option<SocketAddr> {
    ["dial tcp", "read tcp", "write tcp"].into_iter().find_map(|verb| {
        // `dial tcp4` and `dial tcp6` exist too.
        let rest = after(text, lower, verb)?.trim_start_matches(['4', '6']);
        far_end(text, rest.strip_prefix(' ')?)
    })
}

/// The DNS server of `lookup H on D:53`, or of `read udp A:1->D:53`.
pub(super) fn resolver(text: &str, lower: &str) -> Option<SocketAddr> {
    let by_name = lookup(text, lower)?.split_once(" on ").filter(|(host, _)| !host.contains(' '));
    let server = by_name.and_then(|(_, rest)| far_end(text, rest));
    server.or_else(|| far_end(text, after(text, lower, "read udp ")?))
}

/// The address at the start of `rest`, or after the arrow where both ends are given; none if it may be cut.
fn far_end(text: &str, rest: &str) -> Option<SocketAddr> {
    let (word, continues) = match rest.split_once(char::is_whitespace) {
        Some((word, _)) => (word, true),
        None => (rest, text.chars().count() < CUT_AT),
    };
    let end = word.rsplit("->").next()?;
    let address = end.trim_end_matches([':', ',']);
    (continues || address.len() < end.len()).then(|| address.parse().ok()).flatten()
}

/// Returns the text after the first `fragment`.
fn after<'a>(text: &'a str, lower: &str, fragment: &str) -> Option<&'a str> {
    let start = lower.find(fragment)?;
    text.get(start + fragment.len()..)
}
