//! `aws ec2 describe-dhcp-options` and `describe-vpc-attribute`: how names become addresses.

use serde_json::{Value, json};

use crate::support::incident::Incident;
use crate::support::vpc::{ACCOUNT, REGION};

pub(super) fn dhcp_options(incident: &Incident) -> Value {
    let vpc = &incident.sim.vpc;
    let mut servers: Vec<Value> =
        vpc.config.names.servers.iter().map(|server| json!({ "Value": server.to_string() })).collect();
    if servers.is_empty() {
        servers.push(json!({ "Value": "AmazonProvidedDNS" }));
    }
    json!({ "DhcpOptions": [{
        "DhcpConfigurations": [
            { "Key": "domain-name", "Values": [{ "Value": format!("{REGION}.compute.internal") }] },
            { "Key": "domain-name-servers", "Values": servers },
        ],
        "DhcpOptionsId": vpc.id.replace("vpc-", "dopt-"),
        "OwnerId": ACCOUNT,
        "Tags": [],
    }] })
}

/// One attribute, as the command prints it: one at a time.
pub(super) fn attribute(incident: &Incident, name: &str, value: bool) -> Value {
    let mut document = json!({ "VpcId": incident.sim.vpc.id });
    document[name] = json!({ "Value": value });
    document
}
