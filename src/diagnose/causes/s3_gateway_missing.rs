#![doc = include_str!("s3_gateway_missing.md")]

use crate::diagnose::assessment::{Assessment, Certainty};
use crate::diagnose::case::Case;
use crate::diagnose::culprits;
use crate::diagnose::mend::mend;
use crate::diagnose::private_dns::{lacks_s3_gateway, s3_gateway};
use crate::diagnose::purpose::Purpose;
use crate::diagnose::registry::Cause;
use crate::diagnose::silence::{Obstacle, Silence, Told};
use crate::diagnose::words::show_routes;
use crate::model::service::Service;
use crate::finding::{CauseId, Culprit, CulpritKind};

pub(super) static CAUSE: Cause = Cause {
    id: CauseId::S3GatewayMissing,
    title: "There is no way to S3: its gateway endpoint is not on the task's route table",
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
    let by_route = silence.stopped_by(Obstacle::Route).filter(|_| lacks_s3_gateway(case));
    let Some(hops) = by_route.or_else(|| silence.stopped_by(Obstacle::Endpoint)) else {
        return Assessment::NotConcerned;
    };
    let reason = hops.first().map(|hop| hop.reason.clone()).unwrap_or_default();
    let gateway = s3_gateway(case);
    let endpoint = gateway.map(|endpoint| Culprit {
        kind: CulpritKind::VpcEndpoint,
        id: Some(endpoint.id.to_string()),
        subnet_id: None,
        rule: None,
    });
    let mut in_the_way = culprits::of_hops(silence.in_the_way(hops));
    in_the_way.retain(|one| endpoint.as_ref().is_none_or(|endpoint| one.id != endpoint.id));
    let why = match gateway {
        Some(endpoint) => format!("the S3 gateway endpoint {} is not on the way: {reason}", endpoint.id),
        None => format!("there is no S3 gateway endpoint, and {reason}"),
    };
    silence.tell(Told {
        service: purpose.service.clone(),
        certainty: Certainty::confirmed_if(purpose.is_named),
        culprits: endpoint.into_iter().chain(in_the_way).collect(),
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
