//! Facts of a subject that no document states, taken from its records.

use std::net::IpAddr;

use crate::converse::{Conversation, OwnAddress, own_address};
use crate::diagnose::case::minutes::coverage_of;
use crate::diagnose::case::{Facts, Subject};
use crate::model::field::Field;
use crate::model::ids::{SubnetId, TaskId, VpcId};
use crate::model::time::{Timestamp, Window};
use crate::path::is_private;

impl Subject {
    /// The interface's own address. If only the direction of the packets shows it, they may all have come from a stranger: an
    /// address in the task's subnet, or the only private one, is then the task's.
    fn own_one(&self, facts: Facts<'_>, conversations: &[Conversation], own: OwnAddress) -> IpAddr {
        let address = facts.address(own.address());
        let OwnAddress::Initiating(id) = own else { return address };
        let other =
            conversations.iter().find(|one| one.initiator == id).map(|one| facts.address(one.responder));
        let subnet = self.subnet_id.as_ref().and_then(|id| facts.inventory.subnets.get(id));
        let is_in_subnet = |address: &IpAddr| {
            subnet.is_some_and(|subnet| subnet.cidrs.iter().any(|block| block.contains(address)))
        };
        let is_own = |other: &IpAddr| {
            is_in_subnet(other) && !is_in_subnet(&address) || is_private(*other) && !is_private(address)
        };
        other.filter(is_own).unwrap_or(address)
    }

    /// Adds the interface's own address of a family of which no document states one.
    fn add_own_address(&mut self, facts: Facts<'_>, conversations: &[Conversation], is_ipv6: bool) {
        if self.addresses.iter().any(|address| address.is_ipv6() == is_ipv6) {
            return;
        }
        let of_family: Vec<Conversation> =
            conversations.iter().filter(|one| one.is_ipv6 == is_ipv6).copied().collect();
        let own = own_address(&of_family).map(|own| self.own_one(facts, &of_family, own));
        self.addresses.extend(own);
    }

    /// Adds the facts that only records show: the interface's own address, its subnet and VPC, and its task.
    pub fn complete(&mut self, facts: Facts<'_>) {
        let Some(id) = &self.interface_id else { return };
        let conversations = facts.conversations_at(id);
        // If no stop is documented, the task ends with the last record of its interface: later owners of the address are
        // other tasks.
        let last = coverage_of(facts.reduced, id).iter().map(|row| row.last_end).max();
        if let (Some(last), true) = (last, self.lived.to == Window::ALWAYS.to) {
            self.lived.to = Timestamp(last.into()).plus(1);
        }
        for is_ipv6 in [false, true] {
            self.add_own_address(facts, conversations, is_ipv6);
        }
        let described =
            |field| conversations.iter().find_map(|conversation| facts.described(conversation, field));
        // The ECS fields name the sending task, so they are read from conversations that this interface initiated.
        let of_task = |field| {
            let mut own =
                conversations.iter().filter(|c| self.addresses.contains(&facts.address(c.initiator)));
            own.find_map(|conversation| facts.described(conversation, field))
        };
        self.subnet_id = self.subnet_id.take().or_else(|| described(Field::SubnetId).map(SubnetId::new));
        self.vpc_id = self.vpc_id.take().or_else(|| described(Field::VpcId).map(VpcId::new));
        let (service, arn, task) =
            (of_task(Field::EcsServiceName), of_task(Field::EcsTaskArn), of_task(Field::EcsTaskId));
        self.service_name = self.service_name.take().or_else(|| service.map(str::to_owned));
        self.task_arn = self.task_arn.take().or_else(|| arn.map(str::to_owned));
        self.task_id = self.task_id.take().or_else(|| task.map(TaskId::new));
    }
}
