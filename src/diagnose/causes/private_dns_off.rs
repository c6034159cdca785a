#![doc = include_str!("private_dns_off.md")]

use crate::attribution::{culprits, fix};
use crate::diagnose::assessment::{Assessment, Certainty};
use crate::diagnose::astray::Astray;
use crate::diagnose::case::Case;
use crate::diagnose::private_dns::unused_endpoint;
use crate::diagnose::purpose::Purpose;
use crate::diagnose::registry::Cause;
use crate::diagnose::silence::Told;
use crate::path::remedy_with_private_dns;
use crate::finding::CauseId;

pub(super) static CAUSE: Cause = Cause {
    id: CauseId::PrivateDnsOff,
    title: "The service has an endpoint, but its name does not resolve to it",
    since: "0.1.0",
    aliases: &[],
    page: include_str!("private_dns_off.md"),
    assess,
};

fn assess(case: &Case<'_>) -> Assessment {
    let Some(astray) = Astray::of(case) else { return Assessment::NotConcerned };
    let purpose = Purpose::of(case);
    let Some(unused) = unused_endpoint(case, &purpose) else { return Assessment::NotConcerned };
    let reason = astray.reason();
    let endpoint = unused.endpoint;
    let why = format!(
        "the packets went to a public address although the endpoint {} serves {}{}: {}; {reason}",
        endpoint.id,
        endpoint.service,
        purpose.reasoning(),
        unused.setting.reason()
    );
    let remedy = remedy_with_private_dns(case.facts.inventory, &case.sender, &endpoint.id);
    astray.tell(Told {
        service: purpose.service.clone(),
        certainty: Certainty::confirmed_if(purpose.is_named),
        culprits: culprits::of_unused(&unused),
        why,
        more_proofs: Vec::new(),
        missing: purpose.missing(),
        fix: fix::of_remedy(
            &remedy,
            "The service's public name then leads to the endpoint for the whole VPC, one or two minutes later: its security \
             groups must admit everyone who uses the service.",
            [],
        ),
    })
}
