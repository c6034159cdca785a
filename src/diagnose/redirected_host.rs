//! A stopped reason that names the wrong host: the registry redirects layer downloads to S3, and the error still names the
//! registry.

use crate::diagnose::case::{Attempt, Case};
use crate::model::service::Service;

/// Returns a sentence about it for the end of a summary; an empty text if the host is correct or not named.
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
            " The stopped reason names {host}, but the registry redirects layer downloads to S3, and the address \
             {address} is one of S3's."
        )
    })
}
