//! Whole checks of one small VPC with small changes.

use std::net::IpAddr;

use crate::check::{LaunchTargetSelection, check};
use crate::finding::CauseId;
use crate::inventory::{DocumentKind, Inventory, parse};
use crate::model::deployment::Need;
use crate::model::ids::{DhcpOptionsId, InterfaceId, NetworkAclId, SecurityGroupId, SubnetId};
use crate::model::interface::{InterfaceKind, NetworkInterface};
use crate::model::network_acl::{AclEntry, NetworkAcl};
use crate::model::resolution::{DhcpOptions, NameServer};
use crate::model::service::Service;
use crate::model::traffic_rule::{PortRange, TrafficSelector};
use crate::report::check::{CheckedLaunchTarget, CheckedService, Reachability};

const DOCUMENTS: &[u8] = include_bytes!("../../tests/fixtures/check/metadata.json");
const DEFINITION: &str = "arn:aws:ecs:eu-west-1:111122223333:task-definition/orders:7";

fn inventory() -> Inventory {
    let (inventory, defects, _) = parse([("metadata.json", DOCUMENTS)]);
    assert!(defects.is_empty(), "{defects:?}");
    inventory
}

/// The first launch target of a changed VPC.
fn first_target(change: impl FnOnce(&mut Inventory)) -> CheckedLaunchTarget {
    let mut inventory = inventory();
    change(&mut inventory);
    check(&inventory, &LaunchTargetSelection::default()).remove(0)
}

fn of<'a>(target: &'a CheckedLaunchTarget, name: &str) -> &'a CheckedService {
    target.services.iter().find(|service| service.service.name() == name).expect(name)
}

/// The result for a service after a change, with the cause and whether its fix is verified.
fn answer(
    change: impl FnOnce(&mut Inventory),
    name: &str,
    reachability: Reachability,
    cause: Option<CauseId>,
    verified: bool,
) {
    let target = first_target(change);
    let service = of(&target, name);
    assert_eq!(
        (service.reachability, service.cause, service.fix.verified),
        (reachability, cause, verified),
        "{service:#?}"
    );
}

#[test]
fn each_need_of_the_definition_has_its_answer() {
    let target = first_target(|_| ());
    let answers: Vec<(&str, Reachability, Option<CauseId>)> = (target.services.iter())
        .map(|service| (service.service.name(), service.reachability, service.cause))
        .collect();
    assert_eq!(
        answers,
        [
            ("dns", Reachability::Reachable, None),
            ("secretsmanager", Reachability::Reachable, None),
            ("ssm", Reachability::Blocked, Some(CauseId::PrivateDnsOff)),
            ("ecr.api", Reachability::Reachable, None),
            ("logs", Reachability::Blocked, Some(CauseId::EndpointSgBlocksIngress)),
            ("ecr.dkr", Reachability::Reachable, None),
            ("registry-1.docker.io", Reachability::Blocked, Some(CauseId::TaskSgBlocksEgress)),
            ("s3", Reachability::Blocked, Some(CauseId::TaskSgBlocksEgress)),
        ]
    );
    assert_eq!(target.service_name.as_deref(), Some("orders"));
    assert!(target.needs_from_task_definition && !target.fix.verified);
    assert_eq!(of(&target, "s3").fix.text, "Allow TCP 443 to pl-0635 in the egress rules of sg-0a7a.");
    assert!(of(&target, "s3").fix.verified && of(&target, "ssm").fix.verified);
}

#[test]
fn one_fix_opens_everything_if_everything_can_be_opened() {
    let target = first_target(|inventory| {
        let definition = inventory.task_definitions.get_mut(DEFINITION).unwrap();
        definition.needs.retain(|need| need.host.is_none());
    });
    assert!(target.fix.verified, "{:?}", target.fix);
    assert_eq!(target.fix.commands.len(), 3);
}

#[test]
fn a_missing_document_leaves_the_answer_undetermined() {
    let undetermined = Reachability::Undetermined;
    let without = |kind| move |inventory: &mut Inventory| inventory.documents.retain(|own| *own != kind);
    answer(
        |inventory| {
            without(DocumentKind::VpcEndpoints)(inventory);
            inventory.endpoints.clear();
        },
        "secretsmanager",
        undetermined,
        None,
        false,
    );
    answer(|inventory| inventory.interfaces.clear(), "secretsmanager", undetermined, None, false);
    answer(|inventory| inventory.security_groups.clear(), "s3", undetermined, None, false);
    answer(|inventory| inventory.dhcp_options.clear(), "dns", undetermined, None, false);
    let bare = first_target(|inventory| inventory.network_acls.clear());
    let needs = &of(&bare, "secretsmanager").missing;
    assert!(needs.contains(&"describe-network-acls of subnet-0a31".to_owned()), "{needs:?}");
}

#[test]
fn a_service_without_an_endpoint_needs_one_or_a_route() {
    let without_endpoint = |inventory: &mut Inventory| drop(inventory.endpoints.remove("vpce-0511"));
    answer(without_endpoint, "secretsmanager", Reachability::Blocked, Some(CauseId::EndpointMissing), false);
    let target = first_target(without_endpoint);
    let fix = &of(&target, "secretsmanager").fix;
    assert_eq!(
        fix.commands.last().map(String::as_str),
        Some(
            "aws ec2 create-vpc-endpoint --vpc-endpoint-type Interface --vpc-id vpc-0a40 --service-name \
             com.amazonaws.eu-west-1.secretsmanager --subnet-ids subnet-0e12 subnet-0e13 --security-group-ids sg-0e4d \
             --private-dns-enabled"
        )
    );
    // Without any endpoint the VPC does not rely on endpoints.
    answer(
        |inventory| inventory.endpoints.clear(),
        "secretsmanager",
        Reachability::Blocked,
        Some(CauseId::TaskSgBlocksEgress),
        false,
    );
    // In another Region no endpoint helps.
    let target = self::first_target(|inventory| {
        let definition = inventory.task_definitions.get_mut(DEFINITION).unwrap();
        definition.needs[0].region = Some("us-east-1".to_owned());
    });
    let service = of(&target, "secretsmanager");
    assert_eq!(service.paths[0].destination, "the public addresses of secretsmanager");
    assert_eq!(service.notes, ["It is in us-east-1, where no endpoint of this VPC leads"]);
    assert!(!service.fix.commands.iter().any(|command| command.contains("create-vpc-endpoint")));
}

#[test]
fn a_service_of_another_region_needs_an_endpoint_of_that_region() {
    let in_us = |service: Service| {
        move |inventory: &mut Inventory| {
            let definition = inventory.task_definitions.get_mut(DEFINITION).unwrap();
            let mut needs = definition.needs.iter_mut();
            needs.find(|need| need.service == service).unwrap().region = Some("us-east-1".to_owned());
        }
    };
    let target = first_target(in_us(Service::EcrApi));
    let note = "It is in us-east-1, where no endpoint of this VPC leads; an interface endpoint for the service in that \
                Region would lead there";
    assert_eq!(of(&target, "ecr.api").notes, [note]);
    // A cross-Region endpoint serves the Region of its service.
    let target = first_target(|inventory| {
        in_us(Service::EcrApi)(inventory);
        let endpoints = inventory.endpoints.values_mut();
        for endpoint in endpoints.filter(|endpoint| endpoint.service == Service::EcrApi) {
            endpoint.service_region = Some("us-east-1".to_owned());
        }
    });
    assert_eq!(of(&target, "ecr.api").reachability, Reachability::Reachable);
}

#[test]
fn a_url_is_no_region() {
    let target = first_target(|inventory| {
        let definition = inventory.task_definitions.get_mut(DEFINITION).unwrap();
        let mut needs = definition.needs.iter_mut();
        needs.find(|need| need.service == Service::Logs).unwrap().region =
            Some("https://logs.eu-west-1.amazonaws.com".to_owned());
    });
    let logs = of(&target, "logs");
    assert_eq!((logs.reachability, logs.cause), (Reachability::Undetermined, None));
    assert!(logs.notes[0].contains("is not the name of a Region"), "{:?}", logs.notes);
}

#[test]
fn a_private_registry_may_be_inside_the_network() {
    let target = first_target(|inventory| {
        let definition = inventory.task_definitions.get_mut(DEFINITION).unwrap();
        let need = definition.needs.iter_mut().find(|need| need.host.is_some()).unwrap();
        need.service = Service::Other("registry.corp:5000".to_owned());
        need.host = Some("registry.corp:5000".to_owned());
    });
    let registry = of(&target, "registry.corp:5000");
    assert_eq!((registry.reachability, registry.cause), (Reachability::Undetermined, None));
    assert!(registry.missing.iter().any(|missing| missing.contains("addresses of the registry")));
}

#[test]
fn ecs_exec_needs_its_service() {
    let target = first_target(|inventory| {
        inventory.services.values_mut().for_each(|service| service.has_exec = true);
    });
    assert_eq!(of(&target, "ssmmessages").reason, "enableExecuteCommand, for ECS Exec after the start");
    let target = first_target(|_| ());
    assert!(target.services.iter().all(|service| service.service != Service::SsmMessages));
}

#[test]
fn replies_to_a_part_of_the_ports_are_partly_blocked() {
    let tcp = |ports| TrafficSelector { protocol: Some(crate::model::protocol::Protocol::TCP), ports };
    let target = first_target(|inventory| {
        let entries = &mut inventory.network_acls.get_mut("acl-0d01").unwrap().entries;
        let mut requests = Vec::new();
        for entry in entries.iter_mut().filter(|entry| !entry.egress && entry.allows) {
            let number = entry.number + 1;
            requests.push(AclEntry { number, traffic: tcp(PortRange::one(443)), ..entry.clone() });
            entry.traffic = tcp(PortRange { first: 49_152, last: 65_535 });
        }
        entries.extend(requests);
        entries.sort();
    });
    let secrets = of(&target, "secretsmanager");
    assert_eq!(
        (secrets.reachability, secrets.cause, secrets.fix.verified),
        (Reachability::PartlyBlocked, Some(CauseId::TaskNaclBlocksReturn), true),
        "{secrets:#?}"
    );
    assert!(secrets.summary.starts_with("connections from some ports fail: "), "{}", secrets.summary);
}

#[test]
fn one_interface_of_two_may_be_blocked() {
    let change = |inventory: &mut Inventory| {
        let subnet = SubnetId::new("subnet-0e13");
        inventory.network_acls.get_mut("acl-0d01").unwrap().subnet_ids.retain(|id| *id != subnet);
        let entry = AclEntry {
            egress: false,
            number: 100,
            allows: true,
            traffic: TrafficSelector {
                protocol: Some(crate::model::protocol::Protocol::TCP),
                ports: PortRange::one(22),
            },
            block: "0.0.0.0/0".parse().unwrap(),
        };
        let acl = NetworkAcl {
            id: NetworkAclId::new("acl-0e13"),
            subnet_ids: vec![subnet],
            entries: vec![entry.clone(), AclEntry { egress: true, traffic: TrafficSelector::ALL, ..entry }],
            ..inventory.network_acls["acl-0d01"].clone()
        };
        inventory.network_acls.insert(acl.id.clone(), acl);
    };
    answer(
        change,
        "secretsmanager",
        Reachability::PartlyBlocked,
        Some(CauseId::EndpointNaclBlocksIngress),
        true,
    );
    let target = first_target(change);
    let service = of(&target, "secretsmanager");
    assert!(service.summary.starts_with("1 of 2 destinations cannot be reached: "), "{}", service.summary);
}

#[test]
fn names_are_resolved_first() {
    let own = |inventory: &mut Inventory| {
        let servers = vec![NameServer::Address("10.40.12.53".parse::<IpAddr>().unwrap())];
        let options = DhcpOptions { id: DhcpOptionsId::new("dopt-0a1"), name_servers: Some(servers) };
        inventory.dhcp_options.insert(options.id.clone(), options);
    };
    answer(own, "dns", Reachability::Blocked, Some(CauseId::DnsBlocked), false);
    let open = |inventory: &mut Inventory| {
        own(inventory);
        let interface = NetworkInterface {
            id: InterfaceId::new("eni-0d53"),
            kind: InterfaceKind::Other,
            addresses: vec!["10.40.12.53".parse().unwrap()],
            ..inventory.interfaces["eni-0106a"].clone()
        };
        inventory.interfaces.insert(interface.id.clone(), interface);
        for group in ["sg-0a7a", "sg-0106"] {
            let group = inventory.security_groups.get_mut(group).unwrap();
            let mut rule = group.egress.iter().chain(&group.ingress).flatten().next().unwrap().clone();
            rule.traffic = TrafficSelector {
                protocol: Some(crate::model::protocol::Protocol::UDP),
                ports: PortRange::one(53),
            };
            rule.peer = crate::model::security_group::RulePeer::Block("10.40.0.0/16".parse().unwrap());
            group.egress.as_mut().unwrap().push(rule.clone());
            group.ingress.as_mut().unwrap().push(rule);
        }
    };
    answer(open, "dns", Reachability::PartlyBlocked, Some(CauseId::DnsTcpBlocked), true);
    let target = first_target(open);
    assert!(of(&target, "secretsmanager").notes[0].contains("own DNS servers"));
    answer(
        |inventory| inventory.vpcs.get_mut("vpc-0a40").unwrap().dns_support = Some(false),
        "dns",
        Reachability::Blocked,
        Some(CauseId::ResolverUnusable),
        true,
    );
}

#[test]
fn a_file_system_is_reached_at_its_mount_targets() {
    let with_file_system = |inventory: &mut Inventory| {
        inventory.task_definitions.get_mut(DEFINITION).unwrap().needs.push(Need {
            service: Service::Efs,
            region: None,
            reason: "efsVolumeConfiguration fs-0c".to_owned(),
            host: None,
        });
    };
    answer(with_file_system, "elasticfilesystem", Reachability::Undetermined, None, false);
    let with_target = |inventory: &mut Inventory| {
        with_file_system(inventory);
        let interface = NetworkInterface {
            id: InterfaceId::new("eni-0ef5"),
            kind: InterfaceKind::EfsMountTarget,
            addresses: vec!["10.40.12.49".parse().unwrap()],
            description: "EFS mount target for fs-0c (fsmt-0d)".to_owned(),
            ..inventory.interfaces["eni-0106a"].clone()
        };
        inventory.interfaces.insert(interface.id.clone(), interface);
    };
    let target = first_target(with_target);
    let service = of(&target, "elasticfilesystem");
    assert_eq!(
        (service.reachability, service.cause),
        (Reachability::Blocked, Some(CauseId::TaskSgBlocksEgress))
    );
    assert!(service.fix.verified && service.fix.text.contains("TCP 2049"), "{:?}", service.fix);
}

#[test]
fn launch_targets_are_selected_or_found() {
    let check_targets = |change: fn(&mut Inventory), selection: &LaunchTargetSelection, want: &[&str]| {
        let mut inventory = inventory();
        change(&mut inventory);
        let launch_targets = check(&inventory, selection);
        let answers = launch_targets.iter().map(|target| {
            let groups: Vec<&str> = target.group_ids.iter().map(SecurityGroupId::as_str).collect();
            let name = target.service_name.as_deref().unwrap_or("-");
            format!("{name} {} {} {}", target.subnet_id, groups.join(","), target.services.len())
        });
        assert_eq!(answers.collect::<Vec<_>>(), want);
    };
    let found = LaunchTargetSelection::default();
    check_targets(|_| (), &found, &["orders subnet-0a31 sg-0a7a 8", "orders subnet-0b32 sg-0a7a 8"]);
    check_targets(|inventory| inventory.services.clear(), &found, &[]);
    check_targets(
        |inventory| inventory.task_definitions.clear(),
        &found,
        &["orders subnet-0a31 sg-0a7a 7", "orders subnet-0b32 sg-0a7a 7"],
    );
    let here = LaunchTargetSelection {
        subnet_ids: vec![SubnetId::new("subnet-0b32")],
        ..LaunchTargetSelection::default()
    };
    check_targets(|_| (), &here, &["- subnet-0b32 sg-0d00 7"]);
    let with_groups = LaunchTargetSelection {
        group_ids: vec![SecurityGroupId::new("sg-0a7a"), SecurityGroupId::new("sg-9")],
        ..here
    };
    check_targets(|_| (), &with_groups, &["- subnet-0b32 sg-0a7a,sg-9 7"]);
    check_targets(
        |inventory| {
            inventory.services.clear();
            let (with_task, _, _) = parse([(
                "tasks.json",
                br#"{"tasks": [{"taskArn": "arn:aws:ecs:eu-west-1:1:task/prod/1", "group": "family:batch",
                 "attachments": [{"type": "eni", "details": [{"name": "subnetId", "value": "subnet-0a31"},
                 {"name": "networkInterfaceId", "value": "eni-0106a"}]}]}]}"#
                    .as_slice(),
            )]);
            inventory.tasks = with_task.tasks;
        },
        &found,
        &["- subnet-0a31 sg-0106 7"],
    );
}

#[test]
fn a_missing_document_never_makes_a_service_reachable() {
    let documents: Vec<serde_json::Value> = serde_json::Deserializer::from_slice(DOCUMENTS)
        .into_iter()
        .map(|document| document.unwrap())
        .collect();
    let reachability = |launch_targets: &[CheckedLaunchTarget], name: &str| {
        let services = launch_targets.iter().flat_map(|target| &target.services);
        let own = services.filter(|service| service.service.name() == name);
        own.map(|service| service.reachability).collect::<Vec<Reachability>>()
    };
    let whole = check(&inventory(), &LaunchTargetSelection::default());
    for left_out in 0..documents.len() {
        let texts: Vec<String> = (documents.iter().enumerate())
            .filter(|(number, _)| *number != left_out)
            .map(|(_, document)| document.to_string())
            .collect();
        let (poorer, _, _) = parse(texts.iter().map(|text| ("some.json", text.as_bytes())));
        let launch_targets = check(&poorer, &LaunchTargetSelection::default());
        for name in
            ["dns", "secretsmanager", "ssm", "ecr.api", "logs", "ecr.dkr", "s3", "registry-1.docker.io"]
        {
            for reachability in reachability(&launch_targets, name) {
                let was = self::reachability_of(&whole, name);
                let what = documents[left_out].as_object().unwrap().keys().next().unwrap();
                assert!(
                    reachability != Reachability::Reachable || was == Reachability::Reachable,
                    "{name} without {what}"
                );
            }
        }
    }
}

fn reachability_of(launch_targets: &[CheckedLaunchTarget], name: &str) -> Reachability {
    of(&launch_targets[0], name).reachability
}
