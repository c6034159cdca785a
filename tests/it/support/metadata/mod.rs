//! The AWS documents of an incident, as the CLI prints them some minutes later.
//!
//! A stopped task is still described, its interface is not: that is what people have when they start to look.

mod ec2;
mod ecs;

use serde_json::Value;

use crate::support::clock::{Ms, calendar, epoch_second};
use crate::support::incident::Incident;
use crate::support::vpc::{Interface, REGION, Subnet};

/// File name and content of every document.
pub(crate) fn documents(incident: &Incident) -> Vec<(&'static str, Value)> {
    vec![
        ("describe-tasks.json", ecs::tasks(incident)),
        ("describe-network-interfaces.json", ec2::interfaces(incident)),
        ("describe-vpc-endpoints.json", ec2::endpoints(incident)),
        ("describe-subnets.json", ec2::subnets(incident)),
        ("describe-vpcs.json", ec2::vpcs(incident)),
        ("describe-flow-logs.json", ec2::flow_logs(incident)),
    ]
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
