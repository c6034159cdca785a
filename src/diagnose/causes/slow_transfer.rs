#![doc = include_str!("slow_transfer.md")]

use crate::converse::{Conversation, Sums};
use crate::diagnose::assessment::{Assessment, Certainty, Claim};
use crate::diagnose::case::{Attempt, Case, Outcome};
use crate::diagnose::cause::Cause;
use crate::diagnose::failing_step::FailingStep;
use crate::diagnose::missing_data::needs_complete_records;
use crate::diagnose::phrases::{destination, fix, how_often, missing_data, path_culprit, proof};
use crate::diagnose::stopped_reason::CallResult;
use crate::finding::CauseId;
use crate::model::service::Service;
use crate::model::tcp_flags::TcpFlags;
use crate::model::time::Timestamp;

pub(super) static CAUSE: Cause = Cause {
    id: CauseId::SlowTransfer,
    title: "Data was still arriving when the task was stopped",
    since: "0.1.0",
    aliases: &[],
    page: include_str!("slow_transfer.md"),
    assess,
};

/// Less than this is an answer, not a download.
const LEAST_BYTES: u64 = 1_000_000;
/// Seconds before the stop in which the last data may have come: a window and its lag.
const LATEST: i64 = 120;
/// Seconds a download must have lasted to be slow.
const LEAST_SECONDS: i64 = 30;

fn assess(case: &Case<'_>) -> Assessment {
    if FailingStep::of(case).is_some() {
        return Assessment::NotApplicable;
    }
    // A text that shows no deadline is another reason; without a text, nothing speaks against it.
    let ran_out = match case.reason.result {
        CallResult::TimedOut | CallResult::Killed | CallResult::Reset | CallResult::TlsTimeout => true,
        CallResult::Unknown if case.subject.stopped_reason.is_none() => false,
        _ => return Assessment::NotApplicable,
    };
    let flowing: Vec<&Attempt> = case.attempts.iter().filter(|attempt| is_flowing(case, attempt)).collect();
    let statement =
        "Data came back until shortly before the task was stopped, and the connection was not closed.";
    let Some(came) = proof(statement, &flowing, received) else { return Assessment::NotApplicable };
    let bytes: u64 =
        flowing.iter().filter_map(|attempt| received(attempt)?.sizes()).map(|(_, bytes)| bytes).sum();
    let seconds =
        flowing.iter().map(|attempt| attempt.last.seconds_since(attempt.first)).max().unwrap_or(1).max(1);
    let rate = bytes / u64::try_from(seconds).unwrap_or(1);
    Assessment::Holds(Box::new(Claim {
        service: flowing.first().map(|attempt| attempt.service.clone()),
        // No document of AWS states how long a start may take, so the records cannot prove that it took too long.
        certainty: Certainty::Likely,
        culprits: vec![path_culprit(&flowing)],
        summary: format!(
            "{} {} while data still came from {}: {} in {seconds} s, {} a second ({}).",
            case.subject.name(),
            if ran_out { "ran out of time" } else { "was stopped" },
            destination(&flowing),
            size(bytes),
            size(rate),
            how_often(&flowing)
        ),
        proof: came,
        more_proofs: Vec::new(),
        missing: std::iter::once(missing_data(
            "the size of the image, and pullStartedAt and pullStoppedAt of the task",
            "how much was left to download",
        ))
        .chain(needs_complete_records(case))
        .collect(),
        fix: fix(
            "Make the image smaller or load it lazily (SOCI), give the task more CPU and with it more bandwidth, and \
             download layers through an S3 gateway endpoint in the same Region instead of a NAT gateway or a firewall.",
            [],
        ),
    }))
}

/// A download that had not ended when the task was stopped.
fn is_flowing(case: &Case<'_>, attempt: &Attempt) -> bool {
    let Some(stopped) = case.subject.stopped_at else { return false };
    let is_large = received(attempt).and_then(Sums::sizes).is_some_and(|(_, bytes)| bytes >= LEAST_BYTES);
    attempt.outcome == Outcome::Completed
        && attempt.service != Service::Dns
        && is_large
        && !is_closed(attempt)
        && !has_late_packets(attempt)
        && attempt.last.seconds_since(attempt.first) >= LEAST_SECONDS
        && received(attempt).is_some_and(|sums| stopped.seconds_since(Timestamp(sums.last.into())) <= LATEST)
}

fn received(attempt: &Attempt) -> Option<&Sums> {
    attempt.views().find_map(|view| view.reply.accepted.as_ref())
}

/// Whether the responder closed it: the initiator's own FIN or RST is the end of the task. Without flags it is not known.
fn is_closed(attempt: &Attempt) -> bool {
    received(attempt).and_then(|sums| sums.tcp_flags).is_some_and(TcpFlags::closes)
}

/// Whether packets were rejected after replies had passed: they came late, after a close. Without flags this is the only sign
/// that the transfer had ended.
fn has_late_packets(attempt: &Attempt) -> bool {
    let is_late = |view: &Conversation| {
        view.reply.accepted.is_some() && (view.request.rejected.is_some() || view.reply.rejected.is_some())
    };
    attempt.views().any(is_late)
}

/// `38.4 MB`.
fn size(bytes: u64) -> String {
    match bytes {
        0..1_000_000 => format!("{} kB", bytes / 1000),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}
