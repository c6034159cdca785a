//! Incidents of security groups whose rules were saved with the rest of the configuration.

use crate::support::config::{Peer, Rule};
use crate::support::incident::{Incident, Telling};
use crate::support::messages;
use crate::support::metadata::Forms;
use crate::support::stage::{Stage, fields_up_to};
use crate::support::startup::ALL_STEPS;
use crate::support::vpc::Eni;

/// The services for which the VPCs of these incidents have endpoints.
const SERVICES: [&str; 4] = ["secretsmanager", "ecr.api", "logs", "ecr.dkr"];

/// A VPC without a way out: `orders` and `billing` in one subnet, endpoints for everything.
struct Cast {
    stage: Stage,
    orders: Eni,
    billing: Eni,
    endpoints: [Eni; 4],
}

impl Cast {
    fn new(seed: u64) -> Self {
        let mut stage = Stage::new(seed);
        let endpoints = stage.endpoints(SERVICES);
        stage.s3_gateway();
        stage.guard_bystanders();
        let (orders, billing) = (stage.task(1, 31), stage.task(1, 90));
        Self { stage, orders, billing, endpoints }
    }

    /// Both tasks may talk to all endpoints, and the first endpoint has a group of its own.
    fn guard(&mut self) {
        let (orders, billing) = (self.orders, self.billing);
        self.stage.one_endpoint_group(&self.endpoints[1..], &[orders, billing]);
        self.stage.admit(self.endpoints[0], &[orders, billing]);
        let peers = self.stage.endpoint_peers(&self.endpoints[..2]);
        self.stage.guard_task(orders, &peers);
        self.stage.guard_task(billing, &peers);
    }
}

/// The group of the Secrets Manager endpoint admits one service and not the other.
pub(super) fn endpoint_group() -> Incident {
    let mut cast = Cast::new(0xF1);
    cast.guard();
    let Cast { mut stage, orders, billing, endpoints: [secrets, ..] } = cast;
    stage.admit(secrets, &[billing]);
    stage.neighbour(billing, "billing", None);
    stage.fail(orders, "orders", 0, ALL_STEPS, None, messages::KILLED);
    let log = stage.log(&fields_up_to(5));
    let telling = Telling {
        title: "The endpoint's security group does not know the service",
        cause: "endpoint-sg-blocks-ingress",
        standing: "confirmed",
        logs: "text, all 29 fields up to version 5, of the whole VPC",
        truth: "The team of `billing` made the `secretsmanager` endpoint for itself, and the endpoint's security group \
                admits the security group of `billing` on port 443.\n\
                On its first deployment `orders`, with a group of its own, finds the same endpoint: private DNS points \
                every task of the VPC at it.\n\
                Its requests leave the task (ACCEPT, SYN alone) and are rejected on arrival at the endpoint's interface.\n\
                `billing` uses the same endpoint and is fine, so everybody looked for the difference in IAM.",
        verdict: "`endpoint-sg-blocks-ingress`, confirmed: the REJECT is at the endpoint's interface, the network ACLs of \
                  both subnets let everything through, and none of the group's rules admits the task.\n\
                  It names the group, the rule to add, and that with this rule the observed packets pass both ways.\n\
                  A task of `billing` in the same subnet reached the same address.",
    };
    stage.finish("endpoint-group", log, telling).configured(Forms::default())
}

/// The task's group lets it talk to the endpoints and not to S3.
pub(super) fn s3_prefix_list() -> Incident {
    let mut cast = Cast::new(0xF2);
    let (orders, billing) = (cast.orders, cast.billing);
    let endpoints = cast.stage.one_endpoint_group(&cast.endpoints, &[orders, billing]);
    let peers = cast.stage.endpoint_peers(&cast.endpoints[..1]);
    let Cast { mut stage, .. } = cast;
    stage.guard_task(billing, &peers);
    stage.guard_task(orders, &[Peer::group(&endpoints)]);
    stage.neighbour(billing, "billing", None);
    stage.fail(orders, "orders", 0, ALL_STEPS, None, messages::LAYER_UNANSWERED);
    let log = stage.log(&fields_up_to(5));
    let telling = Telling {
        title: "The layers come from S3, and the task may not ask it",
        cause: "task-sg-blocks-egress",
        standing: "confirmed",
        logs: "text, all 29 fields up to version 5, of the whole VPC",
        truth: "In a hardening round the rule \"all outbound\" of the security group of `orders` was replaced by port 443 \
                to the endpoints' group.\n\
                Secret, token, log stream and manifest come from there; the image's layers come from S3 over the gateway \
                endpoint, which has no interface and no group, only public addresses in a managed prefix list.\n\
                The SYNs to them are rejected at the task's own interface.\n\
                The error names the registry's host although the address in it is one of S3's, so the registry's \
                endpoint was suspected first.\n\
                The group of `billing` has the rule for the prefix list, and `billing` runs.",
        verdict: "`task-sg-blocks-egress`, confirmed: the REJECT is at the task's interface and the task is the sender; \
                  the network ACL of its subnet lets it out, and none of the group's rules does.\n\
                  The step is `s3`, by the address and not by the host, and the report says so; the rule to add is the one \
                  for the prefix list.",
    };
    stage.finish("s3-prefix-list", log, telling).configured(Forms::default())
}

/// Rejected at night, repaired in the morning, and only then was the configuration saved.
pub(super) fn repaired_afterwards() -> Incident {
    let mut cast = Cast::new(0xF6);
    cast.guard();
    let Cast { mut stage, orders, billing, endpoints: [secrets, ..] } = cast;
    stage.admit(secrets, &[billing]);
    stage.neighbour(billing, "billing", None);
    stage.fail(orders, "orders", 0, ALL_STEPS, None, messages::SECRET_DEADLINE);
    let log = stage.log(&fields_up_to(5));
    let group = stage.sim.vpc.group_of(orders).to_owned();
    stage.sim.vpc.group_mut(secrets).ingress.push(Rule::tcp(443, Peer::group(&group)));
    let telling = Telling {
        title: "Repaired before anybody saved the evidence",
        cause: "endpoint-ingress-rejected",
        standing: "confirmed",
        logs: "text, all 29 fields up to version 5, of the whole VPC",
        truth: "At the time of the failure the security group of the `secretsmanager` endpoint admitted `billing` alone.\n\
                The engineer on call added a rule for `orders`, restarted the service, and went back to bed.\n\
                The metadata was saved the next morning, with that rule in it.",
        verdict: "`endpoint-ingress-rejected`, confirmed: the REJECT at the endpoint's interface is a fact, and the saved \
                  configuration cannot explain it, because it lets these packets through.\n\
                  So no security group is blamed for what it says today: the report says that the configuration allows \
                  this now, that nothing is left to change, and where to see who changed it.",
    };
    stage.finish("repaired-afterwards", log, telling).configured(Forms::default())
}
