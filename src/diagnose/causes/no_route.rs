#![doc = include_str!("no_route.md")]

use crate::attribution::endpoints::can_cross_regions;
use crate::attribution::fix::route_of_v6;
use crate::diagnose::assessment::{Assessment, Certainty};
use crate::diagnose::case::{Attempt, Case};
use crate::diagnose::cause::Cause;
use crate::diagnose::central_endpoint::PublicName;
use crate::diagnose::endpoint_use::{
    hidden_endpoints, lacks_endpoint, lacks_s3_gateway, may_hide_endpoint, may_lack_endpoint, v4_endpoint,
};
use crate::diagnose::intended_service::IntendedService;
use crate::diagnose::phrases::{missing_data, show_routes};
use crate::diagnose::stopped_reason::Phase;
use crate::diagnose::tried_fix::tried_fix;
use crate::diagnose::unanswered::{ClaimDraft, Unanswered};
use crate::finding::{CauseId, Control, Hop, HopDecision, Leg, Side};
use crate::model::service::Service;
use crate::path::Region;

pub(super) static CAUSE: Cause = Cause {
    id: CauseId::NoRoute,
    title: "The task's subnet has no route to the service",
    since: "0.1.0",
    aliases: &[],
    page: include_str!("no_route.md"),
    assess,
};

fn assess(case: &Case<'_>) -> Assessment {
    let Some(unanswered) = Unanswered::of(case) else { return Assessment::NotApplicable };
    let Some(hops) = unanswered.stopped_by(CAUSE.id) else { return Assessment::NotApplicable };
    if lacks_endpoint(case) || lacks_s3_gateway(case) || PublicName::of(case).is_some() {
        return Assessment::NotApplicable;
    }
    let why = hops.first().map(|hop| hop.reason.clone()).unwrap_or_default();
    // The VPC relies on endpoints: one may be missing, or its name may not resolve to it.
    let may_lack_endpoint_ = may_lack_endpoint(case);
    let has_v4_endpoint = v4_endpoint(case, &unanswered.attempts).is_some();
    let is_hidden = may_hide_endpoint(case);
    let is_unknown = may_lack_endpoint_ || is_hidden && IntendedService::of(case).service.is_none();
    let question = is_unknown.then(|| {
        missing_data(
            "the task definition, or the address or host in the stopped reason",
            "which service the packets were for, and so whether its endpoint is missing or not reached by name",
        )
    });
    let documents = is_hidden.then(|| hidden_endpoints(case));
    unanswered.conclude(ClaimDraft {
        service: None,
        certainty: Certainty::confirmed_if(
            !is_unknown && !is_hidden && is_of_subnet(&hops) && !has_v4_endpoint,
        ),
        culprits: unanswered.culprits(CAUSE.id, &unanswered.blocking(hops)),
        why,
        more_proofs: Vec::new(),
        missing: question.into_iter().chain(documents).collect(),
        fix: tried_fix(case, &unanswered.attempts, advice(case, &unanswered.attempts), show_routes(case)),
    })
}

/// Whether the table is that of the task's own subnet, and without a route: behind a firewall, the packets may have ended before.
/// An address of NAT64 that a gateway takes may have been answered otherwise.
fn is_of_subnet(hops: &[&Hop]) -> bool {
    let is_untranslated = |hop: &Hop| {
        matches!(hop.control, Control::RouteTable { .. })
            && hop.decision == HopDecision::Denied
            && hop.rule.as_ref().is_some_and(|rule| !rule.ends_with("(blackhole)"))
    };
    hops.iter().all(|hop| hop.side == Side::Task && !is_untranslated(hop))
}

/// The advice; endpoints only where a service can have one.
fn advice(case: &Case<'_>, attempts: &[&Attempt]) -> String {
    let first = attempts.first().and_then(|attempt| route_of_v6(attempt.destination.ip()));
    let is_same = |attempt: &&Attempt| route_of_v6(attempt.destination.ip()) == first;
    if let Some(advice) = first.filter(|_| attempts.iter().all(is_same)) {
        return advice.to_owned();
    }
    if let Some(advice) = advice_elsewhere(case, attempts) {
        return advice;
    }
    let way_out = way_out(attempts);
    let Some(host) = foreign_host(case) else {
        return format!("{way_out}, or create VPC endpoints for the services that the task needs.");
    };
    let way_out = format!(
        "No VPC endpoint serves {host}. {way_out}, or copy the image to a registry that the task reaches, such as Amazon ECR."
    );
    let is_cached = case.reason.phase == Some(Phase::Layers)
        && case.subject.images.iter().any(|image| image.contains(".dkr.ecr."));
    if !is_cached {
        return way_out;
    }
    format!(
        "{way_out} The image is one of ECR: its pull-through cache does not hold this layer yet and redirects to the original \
         registry. Pull the image once from a place with a way out, so that the cache holds it, and check the rule of the \
         cache and its credentials."
    )
}

/// `Add a route to a NAT gateway`; where the destination has a route already, that route must be replaced.
fn way_out(attempts: &[&Attempt]) -> String {
    let mut hops = attempts.iter().flat_map(|attempt| &attempt.configured.hops);
    let dead = hops.find_map(|hop| match &hop.control {
        Control::RouteTable { id: Some(id), .. } if hop.side == Side::Task && hop.leg == Leg::Request => {
            Some((id, hop.rule.as_ref()?.strip_suffix(" (blackhole)")?))
        }
        _ => None,
    });
    dead.map_or("Add a route to a NAT gateway".to_owned(), |(table, route)| {
        format!("Replace the route {route} of {table}, whose target is gone, by a route to a NAT gateway (`aws ec2 replace-route`)")
    })
}

/// The advice for a service that the task needs in another Region, where the endpoints of its VPC do not lead.
fn advice_elsewhere(case: &Case<'_>, attempts: &[&Attempt]) -> Option<String> {
    let service =
        IntendedService::of(case).service.filter(|service| case.needs.elsewhere.contains(service))?;
    let region = case.reason.region();
    let region = region.as_ref().map_or("another Region", Region::as_str);
    let endpoint = if can_cross_regions(&service) && service != Service::S3 {
        ", or create an interface endpoint for the service of that Region"
    } else {
        ""
    };
    let way_out = way_out(attempts);
    let own = match service {
        Service::EcrApi | Service::EcrDkr => "replicate the image to the task's Region and name it there",
        Service::SecretsManager => "replicate the secret to the task's Region and name it there",
        _ => "use one of the task's Region",
    };
    Some(format!(
        "The task needs {service} in {region}, and no endpoint of this VPC leads there. {way_out}{endpoint}; \
         or {own}."
    ))
}

/// The host outside AWS that the packets were for.
fn foreign_host(case: &Case<'_>) -> Option<String> {
    match IntendedService::of(case).service {
        Some(Service::Other(host)) if case.needs.hosts.contains(&host) => Some(host),
        _ => None,
    }
}
