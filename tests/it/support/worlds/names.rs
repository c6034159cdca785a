//! Where names lead: endpoints with their private DNS, S3's gateway endpoint and prefix list, private hosted zones.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::support::vpc::{ACCOUNT, REGION};
use crate::support::worlds::net::{Kind, Target, World};

/// The addresses of S3 in the saved prefix list.
pub(crate) const S3_BLOCK: &str = "52.218.0.0/17";
/// The prefix list's id.
pub(crate) const S3_LIST: &str = "pl-6da54004";

/// An interface endpoint's service and names.
#[derive(Clone, Debug)]
pub(crate) struct Named {
    /// The last part of the service's name.
    pub(crate) service: &'static str,
    /// Private DNS.
    pub(crate) is_private: bool,
    /// `PrivateDnsOnlyForInboundResolverEndpoint`.
    pub(crate) inbound_only: Option<bool>,
}

/// The state of the hosted zone for ECR's API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Zone {
    /// It is right.
    Right,
    /// It has the name of the endpoint's service.
    Misnamed,
    /// It is missing.
    Missing,
    /// It exists, and another VPC has it.
    Elsewhere,
    /// It is missing, and no zones are saved.
    Unsaved,
}

/// The names of a world.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    /// By the endpoint's id; Secrets Manager without private DNS where it is not here.
    pub(crate) endpoints: BTreeMap<String, Named>,
    /// The gateway endpoint for S3, where there is one.
    pub(crate) gateway: Option<String>,
    /// The zone for ECR's API, where endpoints are central.
    pub(crate) zone: Option<Zone>,
}

/// The id of the zone for ECR's API.
pub(crate) const ZONE: &str = "Z0ECRAPI000001";

/// The keys of an interface endpoint's document about the service.
pub(crate) fn service(world: &World, id: &str) -> Value {
    let named = world.names.endpoints.get(id);
    let service = named.map_or("secretsmanager", |named| named.service);
    let mut document = json!({ "ServiceName": format!("com.amazonaws.{REGION}.{service}"),
        "PrivateDnsEnabled": named.is_some_and(|named| named.is_private) });
    if let Some(inbound_only) = named.and_then(|named| named.inbound_only) {
        document["DnsOptions"] =
            json!({ "DnsRecordIpType": "ipv4", "PrivateDnsOnlyForInboundResolverEndpoint": inbound_only });
    }
    document
}

/// The gateway endpoint's document.
pub(crate) fn gateway(world: &World) -> Option<Value> {
    let id = world.names.gateway.as_ref()?;
    let leads = |table: &&super::net::Table| table.routes.iter().any(|route| route.target == Target::Storage);
    let tables: Vec<&str> = world.tables.iter().filter(leads).map(|table| table.id.as_str()).collect();
    Some(
        json!({ "VpcEndpointId": id, "VpcEndpointType": "Gateway", "VpcId": world.vpcs[0].id, "State": "available",
        "ServiceName": format!("com.amazonaws.{REGION}.s3"), "RouteTableIds": tables, "SubnetIds": [],
        "NetworkInterfaceIds": [], "Groups": [], "PrivateDnsEnabled": false, "OwnerId": ACCOUNT }),
    )
}

/// Prefix lists and hosted zones.
pub(crate) fn documents(world: &World) -> Vec<(&'static str, Value)> {
    let mut documents = Vec::new();
    if world.names.endpoints.values().any(|named| named.service == "s3") || world.names.gateway.is_some() {
        let list = json!({ "PrefixListId": S3_LIST, "PrefixListName": format!("com.amazonaws.{REGION}.s3"),
            "Cidrs": [S3_BLOCK] });
        documents.push(("prefix-lists.json", json!({ "PrefixLists": [list] })));
    }
    let Some(zone) = world.names.zone.filter(|zone| *zone != Zone::Unsaved) else { return documents };
    let secrets = format!("secretsmanager.{REGION}.amazonaws.com.");
    let api = format!("api.ecr.{REGION}.amazonaws.com.");
    let summary = |id: &str, name: &str| json!({ "HostedZoneId": id, "Name": name, "Owner": { "OwningAccount": ACCOUNT } });
    let mut summaries = vec![summary("Z0SECRETS00001", &secrets)];
    match zone {
        Zone::Right => summaries.push(summary(ZONE, &api)),
        Zone::Misnamed => summaries.push(summary(ZONE, &format!("ecr.api.{REGION}.amazonaws.com."))),
        Zone::Missing | Zone::Elsewhere | Zone::Unsaved => {}
    }
    documents.push(("zones-of-vpc.json", json!({ "HostedZoneSummaries": summaries, "MaxItems": "100" })));
    if zone == Zone::Elsewhere {
        let one = |id: &str, name: &str| {
            json!({ "Id": format!("/hostedzone/{id}"), "Name": name,
            "CallerReference": id, "Config": { "PrivateZone": true }, "ResourceRecordSetCount": 3 })
        };
        let all = json!([one("Z0SECRETS00001", &secrets), one(ZONE, &api)]);
        documents
            .push(("zones.json", json!({ "HostedZones": all, "IsTruncated": false, "MaxItems": "100" })));
    }
    documents
}

impl World {
    /// The interface of the endpoint for a service.
    pub(crate) fn endpoint_for(&self, service: &str) -> Option<usize> {
        let serves = |id: &String| self.names.endpoints.get(id).is_some_and(|named| named.service == service);
        self.enis.iter().position(|eni| matches!(&eni.kind, Kind::Endpoint(id) if serves(id)))
    }
}
