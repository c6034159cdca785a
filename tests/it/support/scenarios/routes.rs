//! Incidents of routes, addresses, gateways and names: nothing rejects anything, and nothing comes back.

use std::net::Ipv4Addr;

use crate::support::clock::s;
use crate::support::config::Peer;
use crate::support::incident::{Incident, Story};
use crate::support::messages;
use crate::support::metadata::Forms;
use crate::support::stage::{Stage, default_format, fields_up_to};
use crate::support::startup::ALL_STEPS;

/// A public subnet, an internet gateway, and a task without a public address.
pub(super) fn no_public_address() -> Incident {
    let mut stage = Stage::new(0xF3);
    stage.guard_bystanders();
    let (orders, billing) = (stage.task(101, 31), stage.task(101, 44));
    for task in [orders, billing] {
        stage.guard_task(task, &[Peer::anyone()]);
    }
    stage.sim.vpc.publish(billing, Ipv4Addr::new(203, 0, 113, 44));
    stage.neighbour(billing, "billing", None);
    stage.fail(orders, "orders", 0, ALL_STEPS, None, messages::SECRET_UNANSWERED);
    let log = stage.log(&fields_up_to(5));
    let story = Story {
        title: "A public subnet alone does not make a task public",
        cause: "no-public-ip",
        confidence: "confirmed",
        logs: "text, all 29 fields up to version 5, of the whole VPC",
        truth: "The VPC has neither endpoints nor a NAT gateway: its tasks are in a public subnet and use the \
                internet gateway.\n\
                The service `orders` was created with `assignPublicIp` DISABLED, the default of the API, and an \
                internet gateway drops packets from an interface without a public address.\n\
                `billing` is in the same subnet, behind the same route table and ACL, and has a public address.",
        verdict: "`no-public-ip`, confirmed: SYNs were accepted at the task's interface and left by the internet \
                  gateway (`traffic-path` 8), no reply came back, and the service does not assign public addresses \
                  to its tasks.\n\
                  A running task cannot get a public address afterwards: the service has to start new tasks.",
    };
    stage.finish("no-public-address", log, story).configured(Forms::default())
}

/// An endpoint that no name leads to.
pub(super) fn private_dns_off() -> Incident {
    let mut stage = Stage::new(0xF4);
    let endpoints = stage.endpoints(["secretsmanager", "ecr.api", "logs", "ecr.dkr"]);
    stage.s3_gateway();
    stage.guard_bystanders();
    let (orders, billing) = (stage.task(1, 31), stage.task(2, 44));
    stage.one_endpoint_group(&endpoints, &[orders, billing]);
    for task in [orders, billing] {
        stage.guard_task(task, &[Peer::anyone()]);
    }
    stage.neighbour(billing, "billing", None);
    stage.sim.vpc.private_dns_off(endpoints[1]);
    stage.fail(orders, "orders", 0, ALL_STEPS, None, messages::TOKEN_UNANSWERED_OUTSIDE);
    let log = stage.log(&fields_up_to(5));
    let story = Story {
        title: "The endpoint exists, but its name leads elsewhere",
        cause: "private-dns-off",
        confidence: "confirmed",
        logs: "text, all 29 fields up to version 5, of the whole VPC",
        truth: "At 03:11 a change of the endpoints' module set `private_dns_enabled` of the `ecr.api` endpoint to \
                false.\n\
                From then on `api.ecr.eu-west-1.amazonaws.com` resolves to public addresses again, and the VPC has \
                no route to them.\n\
                The task of `orders` gets its secret from an endpoint, then sends its SYNs for a token to \
                34.248.173.22: its security group allows them, and no route leads there.\n\
                `billing` started five minutes before, when the name still led to the endpoint.",
        verdict: "`private-dns-off`, confirmed: the address in the stopped reason is public, the SYNs to it are \
                  accepted at the task's interface and never answered, and the `ecr.api` endpoint, which received no \
                  packet of this task, has `PrivateDnsEnabled` false.\n\
                  The route table has no default route, but this is not the cause: with private DNS on, none is \
                  needed.",
    };
    stage.finish("private-dns-off", log, story).configured(Forms::default())
}

/// The subnet of the NAT gateway lost its own way out.
pub(super) fn nat_without_way_out() -> Incident {
    let mut stage = Stage::new(0xF5);
    stage.guard_bystanders();
    let nat = stage.nat_at(102, 9);
    let (orders, billing) = (stage.task(1, 31), stage.task(2, 44));
    for task in [orders, billing] {
        stage.guard_task(task, &[Peer::anyone()]);
    }
    stage.neighbour(billing, "billing", None);
    stage.sim.vpc.cut_off(nat);
    stage.fail(orders, "orders", s(20), ALL_STEPS, None, messages::KILLED);
    let log = stage.log(&default_format());
    let story = Story {
        title: "The NAT gateway itself has no route to the internet",
        cause: "nat-broken",
        confidence: "likely",
        logs: "text in the default format of 14 fields, of the whole VPC",
        truth: "During a cleanup of the route table of the NAT gateway's public subnet, its route to the internet \
                gateway was removed by mistake.\n\
                The NAT gateway is `available`, and the tasks' own route table leads to it. It forwards their SYNs, \
                and they end in its own subnet.\n\
                `billing` started five minutes before that.",
        verdict: "`nat-broken`, likely, because the format has no flags: the SYNs leave the task, arrive at the NAT gateway's interface and leave \
                  it, no reply comes back to it, and the route table of its subnet has no route for the destination.\n\
                  The default format has neither flags nor directions; both follow from the addresses.",
    };
    stage.finish("nat-without-way-out", log, story).configured(Forms::default())
}
