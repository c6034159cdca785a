//! Incidents without a saved configuration: only the records show the fault.

use flowcause::model::field::Field;
use flowcause::model::network::TrafficType;

use crate::support::clock::s;
use crate::support::fault::{Effect, Fault};
use crate::support::flow_log::{FlowLog, Storage, Watched};
use crate::support::incident::{Incident, Story};
use crate::support::messages;
use crate::support::packets::Direction::{Egress, Ingress};
use crate::support::stage::{Stage, default_format, fields_up_to};
use crate::support::startup::ALL_STEPS;

/// The security group of the Secrets Manager endpoint does not know the task.
pub(super) fn endpoint_rejects() -> Incident {
    let mut stage = Stage::new(0xE1);
    let [secrets, ..] = stage.endpoints(["secretsmanager", "ecr.api", "logs", "ecr.dkr"]);
    stage.s3_gateway();
    let (task, neighbour) = (stage.task(1, 31), stage.task(2, 44));
    stage.fault(Fault::at(secrets, Ingress, Effect::Reject(None)).begun_by(&[task]));
    stage.neighbour(neighbour, "billing", None);
    stage.fail(task, "orders", 0, ALL_STEPS, None, messages::KILLED);
    let log = stage.log(&fields_up_to(5));
    let story = Story {
        title: "The endpoint rejects the task",
        cause: "endpoint-ingress-rejected",
        confidence: "confirmed",
        logs: "text, all 29 fields up to version 5, of the whole VPC",
        truth: "The security group of the `secretsmanager` interface endpoint admits the tasks of `billing`, but not \
                those of the new service `orders`.\n\
                The task's requests leave its interface (ACCEPT, SYN alone) and are rejected on arrival at the \
                endpoint's interface.\n\
                `billing` uses the same endpoint without errors.",
        verdict: "`endpoint-ingress-rejected`, confirmed: the REJECT at the endpoint's interface allows only this \
                  explanation.\n\
                  Neither security groups nor network ACLs were saved, so the report does not name one of them.\n\
                  The REJECTs of a scanner at the task's own port 443 are unrelated.",
    };
    stage.finish("endpoint-rejects", log, story)
}

/// The same, delivered as Parquet.
pub(super) fn endpoint_rejects_parquet() -> Incident {
    let text = endpoint_rejects();
    Incident {
        name: "endpoint-rejects-parquet",
        log: FlowLog { storage: Storage::Parquet, ..text.log },
        story: Story {
            title: "The endpoint rejects the task, as Parquet",
            logs: "Parquet, all 29 fields up to version 5, of the whole VPC: the records of `endpoint-rejects`",
            ..text.story
        },
        ..text
    }
}

/// The task's own security group lets nothing out to the endpoints.
pub(super) fn task_egress_rejected_v2() -> Incident {
    let mut stage = Stage::new(0xE2);
    stage.endpoints(["secretsmanager", "ecr.api", "logs", "ecr.dkr"]);
    stage.s3_gateway();
    let (task, neighbour) = (stage.task(1, 31), stage.task(2, 44));
    stage.fault(Fault::at(task, Egress, Effect::Reject(None)).on_ports(&[443]).begun_by(&[task]));
    stage.neighbour(neighbour, "billing", None);
    stage.fail(task, "orders", 0, &["ecr.api", "logs", "ecr.dkr", "s3"], None, messages::TOKEN_UNANSWERED);
    let log = stage.log(&default_format());
    let story = Story {
        title: "The request never leaves the task",
        cause: "task-egress-rejected",
        confidence: "confirmed",
        logs: "text in the default format of 14 fields, of the whole VPC",
        truth: "The security group of `orders` was tightened, and its rule for port 443 was lost.\n\
                Every request to the `ecr.api` endpoint, which is in another subnet, is rejected at the task's \
                interface; the endpoint never receives one.",
        verdict: "`task-egress-rejected`, confirmed: the REJECT is at the task's interface and the task is the \
                  sender.\n\
                  The default format has neither direction nor flags; both follow from the addresses.\n\
                  Without documents, the security group and the network ACL of the task's subnet cannot be \
                  distinguished.",
    };
    stage.finish("task-egress-rejected-v2", log, story)
}

/// The network ACL of the task's subnet drops the replies.
pub(super) fn return_blocked() -> Incident {
    let mut stage = Stage::new(0xE3);
    let endpoints = stage.endpoints(["secretsmanager", "ecr.api", "logs", "ecr.dkr"]);
    stage.s3_gateway();
    for endpoint in endpoints {
        stage.sim.vpc.get_mut(endpoint).logged_account = "unknown";
    }
    let (task, neighbour) = (stage.task(1, 31), stage.task(2, 44));
    stage.fault(Fault::at(task, Ingress, Effect::Reject(None)).begun_by(&[task]));
    stage.neighbour(neighbour, "billing", None);
    stage.fail(task, "orders", 0, ALL_STEPS, None, messages::SECRET_DEADLINE);
    let log = stage.log(&[
        Field::FlowDirection,
        Field::Action,
        Field::Bytes,
        Field::DstAddr,
        Field::DstPort,
        Field::End,
        Field::InterfaceId,
        Field::AccountId,
        Field::LogStatus,
        Field::Packets,
        Field::TcpFlags,
        Field::Protocol,
        Field::SrcAddr,
        Field::SrcPort,
        Field::Start,
        Field::SubnetId,
        Field::TrafficPath,
    ]);
    let story = Story {
        title: "The reply is dropped at the task",
        cause: "task-nacl-blocks-return",
        confidence: "confirmed",
        logs: "text, 17 selected fields in an unusual order and without `version`, of the whole VPC",
        truth: "The inbound rules of the network ACL of the task's subnet allow port 443, but not the ephemeral \
                ports.\n\
                The request leaves the task and reaches the `secretsmanager` endpoint. The endpoint's SYN-ACK leaves \
                it and is rejected on arrival at the task's interface.\n\
                `billing` is in another subnet.",
        verdict: "`task-nacl-blocks-return`, confirmed: security groups are stateful, so only a network ACL rejects \
                  the reply to a request that was allowed.\n\
                  The records at the endpoint's interface have the account `unknown`, as AWS writes it for \
                  interfaces that AWS created.",
    };
    stage.finish("return-blocked", log, story)
}

/// The network ACL of the `ecr.dkr` endpoint's subnet drops its replies to one subnet.
pub(super) fn ecs_fields_v7() -> Incident {
    let mut stage = Stage::new(0xE4);
    let [_, _, logs, registry] = stage.endpoints(["secretsmanager", "ecr.api", "logs", "ecr.dkr"]);
    stage.s3_gateway();
    let (first, second, neighbour) = (stage.task(1, 31), stage.task(1, 57), stage.task(2, 44));
    stage.fault(Fault::at(registry, Egress, Effect::Reject(None)).begun_by(&[first, second]));
    stage.neighbour(neighbour, "orders", None);
    stage.fail(first, "orders", 0, ALL_STEPS, None, messages::MANIFEST_UNANSWERED);
    stage.fail(second, "orders", s(9), ALL_STEPS, None, messages::MANIFEST_UNANSWERED);
    stage.sim.late_packets(first, logs.into(), s(2), s(31));
    let log = stage.log(&fields_up_to(7));
    let story = Story {
        title: "The reply of the registry is dropped at its endpoint",
        cause: "endpoint-nacl-blocks-return",
        confidence: "confirmed",
        logs: "text, all 39 fields up to version 7 with the ECS fields, of the whole VPC",
        truth: "The outbound rules of the network ACL in the subnet of the `ecr.dkr` endpoint allow the ephemeral \
                ports to 10.40.2.0/24 only.\n\
                Both new tasks of `orders` are in 10.40.1.0/24. They get their secret, their token and their log \
                stream from endpoints in another subnet; then the SYN-ACK of the registry is rejected when it leaves \
                the endpoint.\n\
                The third task of the service, in 10.40.2.0/24, started five minutes before and runs.",
        verdict: "`endpoint-nacl-blocks-return`, confirmed, for both tasks: the request was accepted at the \
                  endpoint, so its security group admits it, and only a network ACL rejects a reply.\n\
                  A FIN and a RST from the `logs` endpoint arrive after a close and are rejected too; they block \
                  nothing.",
    };
    stage.finish("ecs-fields-v7", log, story)
}

/// The company's resolver hangs.
pub(super) fn dns_unanswered() -> Incident {
    let mut stage = Stage::new(0xE5);
    stage.endpoints(["secretsmanager", "ecr.api", "logs", "ecr.dkr"]);
    stage.s3_gateway();
    let resolver = stage.server(0, 200, "name server");
    let (task, neighbour) = (stage.task(1, 31), stage.task(2, 44));
    stage.fault(Fault::at(resolver, Ingress, Effect::Lose).on_ports(&[53]).since(s(-90)));
    stage.neighbour(neighbour, "billing", Some(resolver));
    for minute in [-1, 1, 2, 4] {
        stage.sim.look_up(neighbour, resolver, s(60 * minute + 11));
    }
    stage.fail(task, "orders", 0, ALL_STEPS, Some(resolver), messages::LOOKUP_UNANSWERED);
    let mut fields = default_format();
    fields.extend([Field::VpcId, Field::SubnetId, Field::TcpFlags, Field::PktSrcAddr, Field::PktDstAddr]);
    let log = stage.log(&fields);
    let story = Story {
        title: "The DNS server does not answer",
        cause: "dns-unanswered",
        confidence: "confirmed",
        logs: "text, the default fields and five of version 3, of the whole VPC",
        truth: "The DHCP options of the VPC name the company's own resolver, 10.40.0.200, and its process has hung \
                since 03:10:30.\n\
                The task's queries are accepted at both interfaces and never answered, so the task never opens a \
                connection.\n\
                `billing` resolved its names before that time. Its later queries are not answered either, but it \
                keeps running.",
        verdict: "`dns-unanswered`, confirmed: queries are accepted where they leave and where they arrive, and no \
                  answer leaves the server.",
    };
    stage.finish("dns-unanswered", log, story)
}

/// The network is fine; the role is not.
pub(super) fn not_the_network() -> Incident {
    let mut stage = Stage::new(0xE6);
    let [secrets, ..] = stage.endpoints(["secretsmanager", "ecr.api", "logs", "ecr.dkr"]);
    stage.s3_gateway();
    let (task, neighbour) = (stage.task(1, 31), stage.task(2, 44));
    stage.neighbour(neighbour, "billing", None);
    stage.fail(task, "orders", 0, &["secretsmanager", "ecr.api", "logs"], None, messages::LOG_STREAM_DENIED);
    stage.sim.late_packets(task, secrets.into(), s(1), s(9));
    let log = stage.log(&fields_up_to(5));
    let story = Story {
        title: "Not the network",
        cause: "permission-missing",
        confidence: "likely",
        logs: "text, all 29 fields up to version 5, of the whole VPC",
        truth: "The execution role of `orders` lacks `logs:CreateLogStream`.\n\
                The task got its secret and its token, and CloudWatch Logs answered with a refusal.",
        verdict: "`permission-missing`, likely: every step that the task started was completed at both interfaces, \
                  and the message names the role, the action and the type of policy. \
                  No policy was saved, so the message is the only source.\n\
                  The REJECTs at the task's interface come from a scanner and from two packets that arrived after a \
                  close.",
    };
    stage.finish("not-the-network", log, story)
}

/// The flow log keeps REJECTs only.
pub(super) fn reject_only() -> Incident {
    let mut stage = Stage::new(0xE7);
    stage.nat();
    let (task, neighbour) = (stage.task(1, 31), stage.task(2, 44));
    stage.sim.vpc.cut_off(task);
    stage.neighbour(neighbour, "billing", None);
    stage.fail(task, "orders", 0, ALL_STEPS, None, messages::KILLED);
    let log = FlowLog { traffic: TrafficType::Reject, ..stage.log(&fields_up_to(5)) };
    let story = Story {
        title: "A flow log of REJECT records only",
        cause: "undetermined",
        confidence: "undetermined",
        logs: "text, all 29 fields up to version 5, of the whole VPC, REJECT records only",
        truth: "The task's subnet lost its association with the route table that leads to the NAT gateway.\n\
                Its SYNs pass its interface and have no route. No control rejects them, so this flow log has no \
                record of them.",
        verdict: "`undetermined`: the `TrafficType` of the flow log is REJECT, so accepted packets without an answer \
                  are not in it, and a NODATA record means only that no packet was rejected.\n\
                  The REJECT records in the log belong to scanners.",
    };
    stage.finish("reject-only", log, story)
}

/// The way out is broken beyond what is logged.
pub(super) fn silent_drop() -> Incident {
    let mut stage = Stage::new(0xE8);
    let nat = stage.nat();
    let (task, neighbour) = (stage.task(1, 31), stage.task(1, 90));
    stage.fault(Fault::at(nat, Egress, Effect::Lose).on_ports(&[443]).since(s(-30)));
    stage.neighbour(neighbour, "billing", None);
    stage.fail(task, "orders", 0, ALL_STEPS, None, messages::SECRET_UNANSWERED);
    let mut log = stage.log(&fields_up_to(5));
    log.watched = Watched::Subnet(stage.sim.vpc.get(task).subnet);
    log.skipped.clear();
    let story = Story {
        title: "Sent and never answered",
        cause: "path-unanswered",
        confidence: "likely",
        logs: "text, all 29 fields up to version 5, of the task's subnet alone",
        truth: "At 03:11:30 the default route of the public subnet of the NAT gateway was removed.\n\
                The task's SYNs pass its interface, reach the NAT gateway, leave it and have no route.\n\
                `billing` is in the same subnet and started before that time.",
        verdict: "`path-unanswered`, likely: SYNs to a public address of Secrets Manager were accepted at the \
                  only interface that was logged, from several ports, and no reply came back.\n\
                  The report cannot name the place on the path where they end, because the NAT gateway's interface \
                  is not in the logs and route tables are not in the metadata.",
    };
    stage.finish("silent-drop", log, story)
}
