//! A stopped reason whose host is not the one that did not answer: the registry redirects layer downloads to S3, and the
//! error goes on naming the registry.

use crate::diagnose::case::{Attempt, Case};
use crate::model::service::Service;

/// A sentence about it, after a summary; nothing where the host is the right one or not named.
pub(super) fn redirected_host(case: &Case<'_>, attempts: &[&Attempt]) -> String {
    sentence(case, attempts).unwrap_or_default()
}

fn sentence(case: &Case<'_>, attempts: &[&Attempt]) -> Option<String> {
    let reason = &case.reason;
    let (host, address) = (reason.host.as_deref()?, reason.address?);
    let went_to_s3 =
        attempts.iter().any(|attempt| attempt.destination == address && attempt.service == Service::S3);
    (reason.service == Some(Service::EcrDkr) && went_to_s3).then(|| {
        let address = address.ip();
        format!(
            " The stopped reason names {host}, which sends downloads of layers on to S3: the address in it, {address}, is one of \
             S3's."
        )
    })
}
