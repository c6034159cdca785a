//! The answer that a stopped reason reports: its meaning, and the place to look for its reason.

use crate::diagnose::case::Case;
use crate::diagnose::phrases::fix;
use crate::diagnose::stopped_reason::{Answer, CallResult};
use crate::finding::Fix;

/// The advice where the text names no failure.
const GENERAL_ADVICE: &str = "Check the service's error message, the execution role's permissions, endpoint and bucket \
    policies, the names of secrets, log groups and images, and the Region in their ARNs.";

/// A clause on the failure in the stopped reason; none if it reports no answer.
pub(super) fn clause(case: &Case<'_>) -> Option<String> {
    let failure = case.reason.answer.map(Answer::statement);
    let reported = match case.reason.result {
        CallResult::Answered => "the stopped reason is the service's own answer",
        CallResult::NotNetwork => "the stopped reason reports a failure outside the network",
        CallResult::CertificateUnknown => "the stopped reason reports a certificate",
        _ => return None,
    };
    let failure = failure.map_or_else(String::new, |failure| format!(": {failure}"));
    let quote = case.reason.quote.as_ref().map_or_else(String::new, |text| format!(" (`{text}`)"));
    Some(format!("{reported}{failure}{quote}"))
}

/// The advice that follows from it.
pub(super) fn advice(case: &Case<'_>) -> Fix {
    let advice = case
        .reason
        .answer
        .map_or_else(|| GENERAL_ADVICE.to_owned(), |answer| answer.advice(case.region().as_ref()));
    let region = other_region_of_image(case).map_or_else(String::new, |region| {
        format!(" The image is in {region}, which is not the Region of the task: check that this is meant.")
    });
    fix(format!("{advice}{region}"), [])
}

/// The Region of an image in ECR if it is not the task's, where the failure may be that of an image.
fn other_region_of_image<'c>(case: &'c Case<'_>) -> Option<&'c str> {
    let may_be_image = matches!(
        case.reason.answer,
        Some(
            Answer::Image
                | Answer::Permission
                | Answer::Denied
                | Answer::ResourcePolicy
                | Answer::LayerRefused
        )
    );
    let arn = case.subject.task_arn.as_deref().filter(|_| may_be_image)?;
    let own = arn.split(':').nth(3)?;
    let regions = case.subject.images.iter().filter_map(|image| {
        let host = image.split('/').next()?;
        let (_, rest) = host.split_once(".dkr.ecr.")?;
        rest.split('.').next()
    });
    regions.into_iter().find(|region| *region != own)
}
