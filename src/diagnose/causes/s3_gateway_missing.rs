#![doc = include_str!("s3_gateway_missing.md")]

use crate::diagnose::assessment::{Assessment, Certainty};
use crate::diagnose::case::Case;
use crate::diagnose::mend::mend;
use crate::diagnose::private_dns::lacks_s3_gateway;
use crate::diagnose::purpose::Purpose;
use crate::diagnose::registry::Cause;
use crate::diagnose::silence::{Silence, Told};
use crate::diagnose::words::show_routes;
use crate::model::service::Service;
use crate::finding::CauseId;

pub(super) static CAUSE: Cause = Cause {
    id: CauseId::S3GatewayMissing,
    title: "There is no path to S3: its gateway endpoint is not on the task's route table",
    since: "0.1.0",
    aliases: &[],
    page: include_str!("s3_gateway_missing.md"),
    assess,
};

fn assess(case: &Case<'_>) -> Assessment {
    let Some(silence) = Silence::of(case) else { return Assessment::NotConcerned };
    let purpose = Purpose::of(case);
    if purpose.service != Some(Service::S3) {
        return Assessment::NotConcerned;
    }
    let by_route = silence.stopped_by(CauseId::NoRoute).filter(|_| lacks_s3_gateway(case));
    let Some(hops) = by_route.or_else(|| silence.stopped_by(CAUSE.id)) else {
        return Assessment::NotConcerned;
    };
    let reason = hops.first().map(|hop| hop.reason.clone()).unwrap_or_default();
    let gateway = case.endpoints().s3_gateway();
    let culprits = silence.culprits(CAUSE.id, &silence.in_the_way(hops));
    let why = match gateway {
        Some(endpoint) => format!("the S3 gateway endpoint {} is not on the way: {reason}", endpoint.id),
        None => format!("there is no S3 gateway endpoint, and {reason}"),
    };
    silence.tell(Told {
        service: purpose.service.clone(),
        certainty: Certainty::confirmed_if(purpose.is_named),
        culprits,
        why,
        more_proofs: Vec::new(),
        missing: purpose.missing(),
        fix: mend(
            case,
            &silence.attempts,
            "The layers of an image come from S3, whatever the registry's own endpoints.",
            show_routes(case),
        ),
    })
}
