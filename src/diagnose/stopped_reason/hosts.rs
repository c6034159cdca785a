//! Hosts and addresses in a text: the host that was looked up, the address that was dialled, the DNS server that was
//! queried.
//!
//! Goes in: the text as written and in lower case, of the same length. A place that the end of the text may have cut is not
//! given: half an address is another address.

use std::net::SocketAddr;

use crate::model::service::Service;

/// Old records are cut here, in characters; a shorter text is whole.
const CUT_AT: usize = 255;

/// The texts that follow the host or address that failed.
const FAILURES: [&str; 6] = ["dial tcp", "read tcp", "net/http:", "context deadli", "x509:", "tls:"];

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
        let was_cut = end == rest.len() || end - text.len() > 1;
        (!text.is_empty()).then_some(Self { text, is_whole: !was_cut })
    }

    /// The service of the host, or of the start of one.
    pub(super) fn service(self) -> Option<Service> {
        let lower = self.text.to_ascii_lowercase();
        let labels: Vec<&str> = lower.split('.').collect();
        match labels.as_slice() {
            [first, "efs", ..] if first.starts_with("fs-") => Some(Service::Efs),
            [_, "dkr", ..] => Some(Service::EcrDkr),
            ["api", "ecr", ..] => Some(Service::EcrApi),
            [first @ ("secretsmanager" | "ssm" | "logs"), _, ..] => Some(Service::from_name(first)),
            _ if self.is_whole => Service::from_host(self.text).or(Some(Service::Other(lower))),
            _ => None,
        }
    }
}

/// The host that was looked up, else called, else named by an image.
pub(super) fn host<'a>(text: &'a str, lower: &str) -> Option<Host<'a>> {
    looked_up(text, lower).or_else(|| called(text, lower)).or_else(|| registry(text, lower))
}

fn looked_up<'a>(text: &'a str, lower: &str) -> Option<Host<'a>> {
    Host::at(after(text, lower, "lookup ")?)
}

/// The host of the address last named before the failure; without a failure the first one, as later ones are advice.
fn called<'a>(text: &'a str, lower: &str) -> Option<Host<'a>> {
    let failure = FAILURES.iter().filter_map(|fragment| lower.find(fragment)).min();
    let scheme = failure.and_then(|end| lower[..end].rfind("://")).or_else(|| lower.find("://"))?;
    Host::at(&text[scheme + "://".len()..])
}

/// The registry of an image in the text.
fn registry<'a>(text: &'a str, lower: &str) -> Option<Host<'a>> {
    let inside = lower.find(".dkr.ecr.")?;
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
    let lookup = after(text, lower, "lookup ")?;
    let by_name = lookup.split_once(" on ").filter(|(host, _)| !host.contains(' '));
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
