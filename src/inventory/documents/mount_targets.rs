//! `aws efs describe-mount-targets`: reads one item of `MountTargets` as the interface that serves the file system.
//!
//! Its security groups are in the document of the interface.

use crate::inventory::documents::Inventory;
use crate::inventory::item::DocumentItem;
use crate::inventory::merge::Describe;
use crate::model::ids::{InterfaceId, SubnetId, VpcId};
use crate::model::interface::{InterfaceKind, NetworkInterface};

/// A mount target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct MountTarget {
    id: String,
    /// None if the interface is missing in the document.
    interface: Option<NetworkInterface>,
}

/// Reads one mount target; none if it has no `MountTargetId`.
pub(super) fn read(item: DocumentItem<'_>) -> Option<MountTarget> {
    let id = item.identifier("MountTargetId")?;
    let file_system = item.text("FileSystemId").unwrap_or_default();
    let interface = item.text("NetworkInterfaceId").map(|interface| NetworkInterface {
        id: InterfaceId::new(interface),
        kind: InterfaceKind::EfsMountTarget,
        addresses: item.address("IpAddress").into_iter().chain(item.address("Ipv6Address")).collect(),
        public_address: None,
        hides_public_address: false,
        subnet_id: item.text("SubnetId").map(SubnetId::new),
        vpc_id: item.text("VpcId").map(VpcId::new),
        group_ids: Vec::new(),
        description: format!("EFS mount target for {file_system} ({id})"),
        source_dest_check: None,
        instance_id: None,
        device_index: None,
    });
    Some(MountTarget { id, interface })
}

/// Adds the interfaces to those of other documents.
pub(super) fn complete(
    inventory: &mut Inventory,
    targets: impl Iterator<Item = MountTarget>,
    _is_complete: bool,
) {
    for interface in targets.filter_map(|target| target.interface) {
        match inventory.interfaces.get_mut(&interface.id) {
            Some(known) => known.complete(&interface),
            None => {
                inventory.interfaces.insert(interface.id.clone(), interface);
            }
        }
    }
}

impl Describe for MountTarget {
    type Id = String;

    fn id(&self) -> Self::Id {
        self.id.clone()
    }

    fn complete(&mut self, other: &Self) {
        match (&mut self.interface, &other.interface) {
            (Some(own), Some(other)) => own.complete(other),
            (own, other) => *own = own.take().or_else(|| other.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::slice::from_ref;

    use serde_json::{Value, json};

    use super::*;
    use crate::inventory::parse;

    fn check(documents: &[Value], want: &[&str]) {
        let texts: Vec<String> = documents.iter().map(ToString::to_string).collect();
        let (inventory, ..) = parse(texts.iter().map(|text| ("f", text.as_bytes())));
        let text = |interface: &NetworkInterface| {
            let addresses: Vec<String> = interface.addresses.iter().map(ToString::to_string).collect();
            format!(
                "{} {} {} {}",
                interface.id,
                interface.kind.role(),
                addresses.join(" "),
                interface.group_ids.len()
            )
        };
        assert_eq!(inventory.interfaces.values().map(text).collect::<Vec<_>>(), want, "{documents:?}");
    }

    #[test]
    fn mount_targets_are_interfaces() {
        let target = json!({"MountTargets": [{"MountTargetId": "fsmt-1", "FileSystemId": "fs-1", "SubnetId": "subnet-1",
            "VpcId": "vpc-1", "IpAddress": "10.0.0.5", "NetworkInterfaceId": "eni-1"}]});
        check(from_ref(&target), &["eni-1 efs-mount-target 10.0.0.5 0"]);
        let interface = json!({"NetworkInterfaces": [{"NetworkInterfaceId": "eni-1", "Description": "",
            "PrivateIpAddress": "10.0.0.5", "Groups": [{"GroupId": "sg-1"}]}]});
        check(&[target, interface], &["eni-1 efs-mount-target 10.0.0.5 1"]);
        check(&[json!({"MountTargets": [{"MountTargetId": "fsmt-1"}, {"FileSystemId": "fs-1"}]})], &[]);
    }
}
