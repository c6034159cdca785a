//! Starts on EC2: the instance whose primary interface pulls, and its documents.
//!
//! The task's own interface, table and groups are of no use to the pull, in every network mode.

use serde_json::{Value, json};

use crate::support::vpc::{ACCOUNT, REGION};
use crate::support::worlds::net::{Kind, World};

/// The launch type, with the network mode on EC2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Launch {
    /// Fargate.
    Fargate,
    /// EC2 with an interface for each task.
    Awsvpc,
    /// EC2 behind the bridge of the instance.
    Bridge,
    /// EC2 in the instance's network.
    Host,
}

impl Launch {
    /// `networkMode`.
    pub(crate) const fn mode(self) -> &'static str {
        match self {
            Self::Fargate | Self::Awsvpc => "awsvpc",
            Self::Bridge => "bridge",
            Self::Host => "host",
        }
    }

    /// `launchType`.
    pub(crate) const fn kind(self) -> &'static str {
        if matches!(self, Self::Fargate) { "FARGATE" } else { "EC2" }
    }

    /// Whether the task has an interface.
    pub(crate) const fn has_interface(self) -> bool {
        matches!(self, Self::Fargate | Self::Awsvpc)
    }
}

/// The ARN of the container instance.
pub(crate) fn instance_arn() -> String {
    format!("arn:aws:ecs:{REGION}:{ACCOUNT}:container-instance/production/6f1d5e0c8a7b4d2e9c3f0a1b2c3d4e5f")
}

/// `describe-container-instances` and `describe-instances`; nothing for Fargate.
pub(crate) fn documents(world: &World) -> Vec<(&'static str, Value)> {
    let eni = &world.enis[world.caller];
    let Kind::Instance(instance) = &eni.kind else { return Vec::new() };
    let (subnet, vpc) = (&world.subnets[eni.subnet].id, &world.vpcs[world.vpc_of(world.caller)].id);
    let groups: Vec<Value> =
        eni.groups.iter().map(|group| json!({ "GroupId": world.groups[*group].id })).collect();
    let mut interface = json!({ "NetworkInterfaceId": eni.id, "SubnetId": subnet, "VpcId": vpc,
        "PrivateIpAddress": eni.v4.to_string(), "Groups": groups, "SourceDestCheck": true,
        "Attachment": { "AttachmentId": "eni-attach-01", "DeviceIndex": 0, "Status": "attached" } });
    let mut document = json!({ "InstanceId": instance, "InstanceType": "m5.large", "SubnetId": subnet, "VpcId": vpc,
        "PrivateIpAddress": eni.v4.to_string(), "State": { "Code": 16, "Name": "running" } });
    if let Some(public) = eni.public {
        document["PublicIpAddress"] = public.to_string().into();
        interface["Association"] = json!({ "IpOwnerId": ACCOUNT, "PublicIp": public.to_string() });
    }
    document["NetworkInterfaces"] = json!([interface]);
    let host = json!({ "containerInstanceArn": instance_arn(), "ec2InstanceId": instance, "agentConnected": true,
        "status": "ACTIVE" });
    vec![
        ("container-instances.json", json!({ "containerInstances": [host], "failures": [] })),
        ("instances.json", json!({ "Reservations": [{ "ReservationId": "r-01", "Instances": [document] }] })),
    ]
}
