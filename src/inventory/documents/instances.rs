//! `aws ec2 describe-instances`: reads one item of `Reservations`, or one instance, as the interfaces of its instances.
//!
//! They complete the table of interfaces, because an instance matters only by the interfaces that it sends from.

use crate::inventory::documents::{Inventory, network_interfaces};
use crate::inventory::item::DocumentItem;
use crate::inventory::merge::Describe;
use crate::model::ids::InstanceId;
use crate::model::interface::NetworkInterface;

/// The interfaces of the instances of one reservation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reservation {
    /// `ReservationId`, or the `InstanceId` of an instance that stands alone.
    id: String,
    interfaces: Vec<NetworkInterface>,
}

/// Reads one reservation or one instance; none if it has neither id.
pub(super) fn read(item: DocumentItem<'_>) -> Option<Reservation> {
    if let Some(id) = item.text("InstanceId") {
        return Some(Reservation { id, interfaces: interfaces(item) });
    }
    let instances = item.items("Instances");
    Some(Reservation {
        id: item.identifier("ReservationId")?,
        interfaces: instances.into_iter().flat_map(interfaces).collect(),
    })
}

/// The interfaces of one instance: each item is that of `describe-network-interfaces`, without the id of the instance.
fn interfaces(instance: DocumentItem<'_>) -> Vec<NetworkInterface> {
    let Some(id) = instance.identifier("InstanceId").map(InstanceId::new) else { return Vec::new() };
    let of_instance = |interface| NetworkInterface { instance_id: Some(id.clone()), ..interface };
    let read = instance.items("NetworkInterfaces").into_iter().filter_map(network_interfaces::read);
    read.map(of_instance).collect()
}

/// Adds the interfaces to those of other documents.
pub(super) fn complete(
    inventory: &mut Inventory,
    reservations: impl Iterator<Item = Reservation>,
    _is_complete: bool,
) {
    for interface in reservations.flat_map(|reservation| reservation.interfaces) {
        match inventory.interfaces.get_mut(&interface.id) {
            Some(known) => known.complete(&interface),
            None => {
                inventory.interfaces.insert(interface.id.clone(), interface);
            }
        }
    }
}

impl Describe for Reservation {
    type Id = String;

    fn id(&self) -> Self::Id {
        self.id.clone()
    }

    fn complete(&mut self, other: &Self) {
        for interface in &other.interfaces {
            match self.interfaces.iter_mut().find(|own| own.id == interface.id) {
                Some(own) => own.complete(interface),
                None => self.interfaces.push(interface.clone()),
            }
        }
        self.interfaces.sort_by(|one, other| one.id.cmp(&other.id));
    }

    /// Instances of a reservation start and end, and interfaces are attached and detached.
    fn may_change() -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use std::slice::from_ref;

    use serde_json::{Value, json};

    use super::*;
    use crate::inventory::parse;

    /// The interfaces as `interface instance device`.
    fn check(documents: &[Value], want: &[&str]) {
        let texts: Vec<String> = documents.iter().map(ToString::to_string).collect();
        let (inventory, ..) = parse(texts.iter().map(|text| ("f", text.as_bytes())));
        let text = |interface: &NetworkInterface| {
            let instance = interface.instance_id.as_ref().map_or("-", InstanceId::as_str);
            let device = interface.device_index.map_or("-".to_owned(), |index| index.to_string());
            format!("{} {instance} {device} {}", interface.id, interface.group_ids.len())
        };
        assert_eq!(inventory.interfaces.values().map(text).collect::<Vec<_>>(), want, "{documents:?}");
    }

    #[test]
    fn interfaces_of_instances_complete_the_table() {
        let interface = |id: &str, index: i64| json!({"NetworkInterfaceId": id, "Attachment": {"DeviceIndex": index}, "Groups": [{"GroupId": "sg-1"}]});
        let instance = |id: &str, interfaces: &[Value]| json!({"InstanceId": id, "InstanceType": "m5.large", "NetworkInterfaces": interfaces});
        let first = instance("i-1", &[interface("eni-1", 0), interface("eni-2", 1)]);
        let second = instance("i-2", &[interface("eni-3", 0)]);
        let page = json!({"Reservations": [{"ReservationId": "r-1", "Instances": [first, second]}]});
        let all = ["eni-1 i-1 0 1", "eni-2 i-1 1 1", "eni-3 i-2 0 1"];
        check(from_ref(&page), &all);
        check(&[page.clone(), page], &all);
        check(&[json!([first, second])], &all);
        let own = json!({"NetworkInterfaces": [{"NetworkInterfaceId": "eni-3", "Groups": []}]});
        check(&[own, json!([second])], &["eni-3 i-2 0 1"]);
    }

    #[test]
    fn damaged_instances_give_no_interface() {
        check(
            &[json!({"Reservations": [{"ReservationId": "r-1", "Instances": [{"NetworkInterfaces": []}]}]})],
            &[],
        );
        check(&[json!({"Reservations": [{"ReservationId": "r-1", "Instances": "x"}]})], &[]);
        check(&[json!({"Reservations": [{"Instances": []}]})], &[]);
    }
}
