//! The AWS documents of an incident, as the CLI prints them some minutes later.
//!
//! A stopped task is still described, but its interface is not, as in a real investigation. The configuration is written only
//! for incidents that need it.

pub(crate) mod access;
mod collected;
mod ec2;
mod ecs;
mod interfaces;
mod naming;
mod routing;
mod security;
mod services;

use serde_json::Value;

use crate::support::clock::{Ms, calendar, epoch_second};
use crate::support::incident::Incident;
use crate::support::vpc::{Interface, REGION, Subnet};

/// How the configuration is written where there are two ways to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Forms {
    /// Rules by `describe-security-group-rules`, not inside their groups.
    pub(crate) rules_apart: bool,
    /// Prefix lists by `describe-managed-prefix-lists` and `get-managed-prefix-list-entries`.
    pub(crate) managed_lists: bool,
    /// `describe-vpc-endpoints` without the endpoints' `VpcId`.
    pub(crate) endpoints_without_vpc: bool,
}

/// File name and content of every document.
pub(crate) fn documents(incident: &Incident) -> Vec<(String, Value)> {
    let mut documents: Vec<(String, Value)> = vec![
        ("describe-tasks.json".into(), ecs::tasks(incident)),
        ("describe-network-interfaces.json".into(), interfaces::interfaces(incident)),
        ("describe-vpc-endpoints.json".into(), ec2::endpoints(incident)),
        ("describe-subnets.json".into(), ec2::subnets(incident)),
        ("describe-vpcs.json".into(), ec2::vpcs(incident)),
        ("describe-flow-logs.json".into(), ec2::flow_logs(incident)),
    ];
    if let Some(forms) = incident.configuration {
        documents.extend(configuration(incident, forms));
    }
    match &incident.access {
        Some(access) => collected::files(documents, access::documents(incident, access)),
        None => documents,
    }
}

/// The documents of the configuration as it stands at the scenario's end.
fn configuration(incident: &Incident, forms: Forms) -> Vec<(String, Value)> {
    let names = &incident.sim.vpc.config.names;
    let mut documents: Vec<(String, Value)> = vec![
        ("describe-network-acls.json".into(), security::acls(incident)),
        ("describe-route-tables.json".into(), routing::tables(incident)),
        ("describe-nat-gateways.json".into(), routing::nat_gateways(incident)),
        ("describe-internet-gateways.json".into(), routing::internet_gateways(incident)),
        ("describe-dhcp-options.json".into(), naming::dhcp_options(incident)),
        (
            "describe-vpc-attribute.enableDnsSupport.json".into(),
            naming::attribute(incident, "EnableDnsSupport", names.support),
        ),
        (
            "describe-vpc-attribute.enableDnsHostnames.json".into(),
            naming::attribute(incident, "EnableDnsHostnames", names.hostnames),
        ),
        ("describe-services.json".into(), services::services(incident)),
    ];
    documents.extend(services::definitions(incident));
    documents.push(if forms.rules_apart {
        ("describe-security-group-rules.json".into(), security::rules(incident))
    } else {
        ("describe-security-groups.json".into(), security::groups(incident))
    });
    if forms.managed_lists {
        documents.push(("describe-managed-prefix-lists.json".into(), routing::managed_lists(incident)));
        for list in &incident.sim.vpc.config.prefix_lists {
            let file = format!("get-managed-prefix-list-entries.{}.json", list.id);
            documents.push((file, routing::list_entries(list)));
        }
    } else {
        documents.push(("describe-prefix-lists.json".into(), routing::prefix_lists(incident)));
    }
    documents
}

fn zone(subnet: &Subnet) -> String {
    format!("{REGION}{}", subnet.zone)
}

fn dns_name(interface: &Interface) -> String {
    let dashes = interface.address.to_string().replace('.', "-");
    format!("ip-{dashes}.{REGION}.compute.internal")
}

/// A time as the READMEs write it: `03:11:42`.
pub(crate) fn clock(at: Ms) -> String {
    calendar(epoch_second(at), "%H:%M:%S")
}
