//! Incidents of security groups whose rules were saved with the rest of the configuration.

use crate::support::config::{Peer, Rule};
use crate::support::incident::{Incident, Story};
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
    let story = Story {
        title: "The endpoint's security group does not admit the new service",
        cause: "endpoint-sg-blocks-ingress",
        confidence: "confirmed",
        logs: "text, all 29 fields up to version 5, of the whole VPC",
        truth: "The team of `billing` created the `secretsmanager` endpoint for its own service, so the endpoint's \
                security group admits only the security group of `billing` on port 443.\n\
                `orders` has another security group. On its first deployment it uses the same endpoint, because \
                private DNS leads every task of the VPC to it.\n\
                Its requests leave the task (ACCEPT, SYN alone) and are rejected on arrival at the endpoint's \
                interface.\n\
                `billing` uses the same endpoint without errors, so the team looked for the difference in IAM.",
        verdict: "`endpoint-sg-blocks-ingress`, confirmed: the REJECT is at the endpoint's interface, the network \
                  ACLs of both subnets allow the packets, and no rule of the group admits the task.\n\
                  The report names the group and the rule to add, and confirms that the observed packets pass in \
                  both directions with this rule.\n\
                  A task of `billing` in the same subnet reached the same address.",
    };
    stage.finish("endpoint-group", log, story).configured(Forms::default())
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
    let story = Story {
        title: "The layers come from S3, and the task is not allowed to reach it",
        cause: "task-sg-blocks-egress",
        confidence: "confirmed",
        logs: "text, all 29 fields up to version 5, of the whole VPC",
        truth: "During hardening, the rule \"all outbound\" in the security group of `orders` was replaced by port \
                443 to the endpoints' group.\n\
                Secret, token, log stream and manifest come from these endpoints. The layers of the image come from \
                S3 through the gateway endpoint, which has no interface and no group, but public addresses in a \
                managed prefix list.\n\
                The SYNs to these addresses are rejected at the task's own interface.\n\
                The error names the host of the registry, although its address belongs to S3. Therefore the team \
                suspected the endpoint of the registry first.\n\
                The group of `billing` has the rule for the prefix list, and `billing` runs.",
        verdict: "`task-sg-blocks-egress`, confirmed: the REJECT is at the task's interface and the task is the \
                  sender; the network ACL of its subnet allows the packets, and no rule of the group does.\n\
                  The step is `s3`, which follows from the address and not from the host, as the report notes. The \
                  rule to add is the one for the prefix list.",
    };
    stage.finish("s3-prefix-list", log, story).configured(Forms::default())
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
    let story = Story {
        title: "Repaired before the evidence was saved",
        cause: "endpoint-ingress-rejected",
        confidence: "confirmed",
        logs: "text, all 29 fields up to version 5, of the whole VPC",
        truth: "At the time of the failure, the security group of the `secretsmanager` endpoint admitted only \
                `billing`.\n\
                The engineer on call added a rule for `orders` and restarted the service.\n\
                The metadata was saved the next morning, with that rule in it.",
        verdict: "`endpoint-ingress-rejected`, confirmed: the REJECT at the endpoint's interface is a fact, but the \
                  saved configuration cannot explain it, because it allows these packets.\n\
                  Therefore the report does not blame a security group for its present rules. It notes that the \
                  configuration allows the packets now, that nothing is left to change, and where to find the person \
                  who changed it.",
    };
    stage.finish("repaired-afterwards", log, story).configured(Forms::default())
}
