#![doc = include_str!("s3_gateway_missing.md")]

use crate::attribution::endpoints::NameTarget;
use crate::diagnose::assessment::{Assessment, Certainty};
use crate::diagnose::case::Case;
use crate::diagnose::cause::Cause;
use crate::diagnose::endpoint_use::lacks_s3_gateway;
use crate::diagnose::intended_service::IntendedService;
use crate::diagnose::phrases::show_routes;
use crate::diagnose::saved_lists;
use crate::diagnose::tried_fix::tried_fix;
use crate::diagnose::unanswered::{ClaimDraft, Unanswered};
use crate::finding::CauseId;
use crate::model::service::Service;

pub(super) static CAUSE: Cause = Cause {
    id: CauseId::S3GatewayMissing,
    title: "There is no path to S3: its gateway endpoint is not on the task's route table",
    since: "0.1.0",
    aliases: &[],
    page: include_str!("s3_gateway_missing.md"),
    assess,
};

fn assess(case: &Case<'_>) -> Assessment {
    let Some(unanswered) = Unanswered::of(case) else { return Assessment::NotApplicable };
    let intended = IntendedService::of(case);
    if intended.service != Some(Service::S3) {
        return Assessment::NotApplicable;
    }
    let by_route = unanswered.stopped_by(CauseId::NoRoute).filter(|_| lacks_s3_gateway(case));
    let Some(hops) = by_route.or_else(|| unanswered.stopped_by(CAUSE.id)) else {
        return Assessment::NotApplicable;
    };
    let reason = hops.first().map(|hop| hop.reason.clone()).unwrap_or_default();
    let gateway = case.endpoints().s3_gateway();
    let culprits = unanswered.culprits(CAUSE.id, &unanswered.blocking(hops));
    let why = match gateway {
        Some(endpoint) => format!("the S3 gateway endpoint {} is not on the path: {reason}", endpoint.id),
        None => format!("there is no S3 gateway endpoint, and {reason}"),
    };
    let serving = match case.endpoints().name_target(&Service::S3) {
        NameTarget::Endpoint(endpoint) => Some(format!(
            "the names of S3 should lead to the interface endpoint {}, whose private DNS serves this VPC",
            endpoint.id
        )),
        NameTarget::Public { .. } => None,
    };
    let outside = saved_lists::clause(case, &unanswered.attempts);
    let certainty = Certainty::confirmed_if(intended.is_named && outside.is_none() && serving.is_none());
    let why = [Some(why), serving, outside].into_iter().flatten().collect::<Vec<_>>().join("; ");
    unanswered.conclude(ClaimDraft {
        service: intended.service.clone(),
        certainty,
        culprits,
        why,
        more_proofs: Vec::new(),
        missing: intended.missing(),
        fix: tried_fix(
            case,
            &unanswered.attempts,
            "Image layers are downloaded from S3, even if the registry has endpoints.",
            show_routes(case),
        ),
    })
}
