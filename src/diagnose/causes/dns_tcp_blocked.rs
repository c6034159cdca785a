#![doc = include_str!("dns_tcp_blocked.md")]

use crate::diagnose::assessment::{Assessment, Certainty};
use crate::diagnose::case::{Attempt, Case};
use crate::attribution::culprits;
use crate::diagnose::lead::{Lead, reject_policy};
use crate::diagnose::mend::mend;
use crate::diagnose::queries::{is_tcp_only, rejected};
use crate::diagnose::registry::Cause;
use crate::finding::CauseId;
use crate::diagnose::silence::{Silence, Told};
use crate::diagnose::words::{lack, path_culprit};

pub(super) static CAUSE: Cause = Cause {
    id: CauseId::DnsTcpBlocked,
    title: "The DNS server answers over UDP, but its long answers over TCP do not get through",
    since: "0.1.0",
    aliases: &[],
    page: include_str!("dns_tcp_blocked.md"),
    assess,
};

/// An answer too long for UDP is truncated, and asked for again over TCP.
fn assess(case: &Case<'_>) -> Assessment {
    let Some(lead) = Lead::of_resolution(case) else { return Lead::no_resolution_failure(case) };
    let failed = lead.failing(|attempt| attempt.outcome.failed());
    if !is_tcp_only(case, &failed) {
        return Assessment::NotConcerned;
    }
    let is_rejection =
        |attempt: &Attempt| attempt.outcome.is_rejection() && reject_policy(case, attempt).is_none();
    let blocked = lead.failing(is_rejection);
    if blocked.is_empty() {
        return silent(case);
    }
    rejected(case, &blocked, "answers over UDP came, and over TCP ")
}

/// Nothing was rejected where logs exist: the configuration may say where the TCP queries end.
fn silent(case: &Case<'_>) -> Assessment {
    let Some(silence) = Silence::of_resolution(case) else { return Assessment::NotConcerned };
    let hops = silence.stopping().unwrap_or_default();
    let reason = hops.first().map_or_else(String::new, |hop| format!(", because {}", hop.reason));
    let culprits = if hops.is_empty() {
        vec![path_culprit(&silence.attempts)]
    } else {
        culprits::of_hops(hops.iter().copied())
    };
    silence.tell(Told {
        service: None,
        certainty: Certainty::Likely,
        culprits,
        why: format!("answers over UDP came, and over TCP the queries were not answered{reason}"),
        more_proofs: Vec::new(),
        missing: vec![lack(
            "the flow log of the DNS server's interface, and whether it listens on TCP port 53",
            "where the TCP queries ended",
        )],
        fix: mend(case, &silence.attempts, "Allow port 53 over TCP wherever it is allowed over UDP.", []),
    })
}
