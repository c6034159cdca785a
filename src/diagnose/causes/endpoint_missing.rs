#![doc = include_str!("endpoint_missing.md")]

use crate::diagnose::assessment::{Assessment, Certainty};
use crate::diagnose::astray::Astray;
use crate::diagnose::case::Case;
use crate::diagnose::culprits;
use crate::diagnose::private_dns::{misses_endpoint, unused_endpoint};
use crate::diagnose::purpose::Purpose;
use crate::diagnose::registry::Cause;
use crate::diagnose::silence::{Obstacle, Silence, Told};
use crate::diagnose::words::{fix, plain_id};
use crate::model::service::Service;
use crate::finding::{CauseId, Culprit, CulpritKind};

pub(super) static CAUSE: Cause = Cause {
    id: CauseId::EndpointMissing,
    title: "The service has no endpoint in a VPC that has no other way out",
    since: "0.1.0",
    aliases: &[],
    page: include_str!("endpoint_missing.md"),
    assess,
};

fn assess(case: &Case<'_>) -> Assessment {
    let purpose = Purpose::of(case);
    if purpose.service == Some(Service::S3) {
        return Assessment::NotConcerned;
    }
    if let Some(assessment) = Silence::of(case).and_then(|silence| unavailable(&silence)) {
        return assessment;
    }
    let Some(astray) = Astray::of(case).filter(misses_endpoint) else { return Assessment::NotConcerned };
    if unused_endpoint(&astray).is_some() {
        return Assessment::NotConcerned;
    }
    let Some(service) = &purpose.service else { return Assessment::NotConcerned };
    let culprit = Culprit {
        kind: CulpritKind::Vpc,
        id: case.subject.vpc_id.as_ref().map(ToString::to_string),
        subnet_id: None,
        rule: Some(format!("no endpoint for {service}")),
    };
    let told = Told {
        service: Some(service.clone()),
        certainty: Certainty::confirmed_if(purpose.is_named),
        culprits: std::iter::once(culprit).chain(culprits::of_hops(astray.in_the_way())).collect(),
        why: format!(
            "there is no interface endpoint for {service}{}, and {}",
            purpose.reasoning(),
            astray.reason()
        ),
        more_proofs: Vec::new(),
        missing: purpose.missing(),
        fix: create(case, service),
    };
    astray.tell(told)
}

/// The endpoint is there and not in a state to take packets.
fn unavailable(silence: &Silence<'_>) -> Option<Assessment> {
    let hops = silence.stopped_by(Obstacle::Endpoint)?;
    Some(silence.tell(Told {
        service: None,
        certainty: Certainty::Confirmed,
        culprits: culprits::of_hops(silence.in_the_way(hops.clone())),
        why: hops.first().map(|hop| hop.reason.clone()).unwrap_or_default(),
        more_proofs: Vec::new(),
        missing: Vec::new(),
        fix: fix("Bring the endpoint to the state `available`, or make it anew.", []),
    }))
}

/// The endpoint to make. It gives the service another address, so nothing observed can show that it works.
fn create(case: &Case<'_>, service: &Service) -> crate::finding::Fix {
    let words = "Make an interface endpoint for the service with private DNS, in subnets of the task's zones, with a security \
                 group that admits the task on 443; or give the subnet a way out. Where one service lacks its endpoint, look \
                 whether the others of the task definition have theirs: `flowcause check` lists them.";
    let command = || {
        let vpc = plain_id(case.subject.vpc_id.as_ref()?.as_str())?;
        let subnet = plain_id(case.subject.subnet_id.as_ref()?.as_str())?;
        let name = endpoint_name(case, service)?;
        Some(format!(
            "aws ec2 create-vpc-endpoint --vpc-endpoint-type Interface --vpc-id {vpc} --service-name {name} --subnet-ids {subnet} \
             --security-group-ids SECURITY_GROUP --private-dns-enabled"
        ))
    };
    fix(words, command())
}

/// As the VPC's other endpoints are named, with another last part.
fn endpoint_name(case: &Case<'_>, service: &Service) -> Option<String> {
    let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte));
    let known = crate::diagnose::purpose::interface_endpoints(case).find_map(|endpoint| {
        endpoint.service_name.strip_suffix(endpoint.service.name()).filter(|prefix| plain(prefix))
    })?;
    plain(service.name()).then(|| format!("{known}{service}"))
}
