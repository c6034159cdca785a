//! The facts that all cases of a run share: records and documents.

use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};

use crate::converse::Conversation;
use crate::diagnose::case::Subject;
use crate::ingest::record::{AddressId, NameId};
use crate::inventory::Inventory;
use crate::model::field::Field;
use crate::model::ids::{FlowLogId, InterfaceId, SubnetId, VpcId};
use crate::model::network::FlowLog;
use crate::model::service::Service;
use crate::reduce::Reduced;

/// The records and the documents of a run.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The aggregate.
    pub reduced: &'a Reduced,
    /// Its conversations, sorted as [`pair`](crate::converse::pair) leaves them.
    pub conversations: &'a [Conversation],
    /// The metadata, as of the task's time where they are dated.
    pub inventory: &'a Inventory,
    /// The metadata as they are now: fixes change this configuration.
    pub latest: &'a Inventory,
    /// The flow logs that wrote the files, as far as the names of the files show.
    pub flow_logs: &'a BTreeSet<FlowLogId>,
    /// The service ports whose records were kept.
    pub ports: &'a [u16],
    /// Tasks that started: failed tasks are compared with them.
    pub neighbours: &'a [Subject],
}

impl<'a> Facts<'a> {
    /// The flow logs whose records of a subject were read: of those that cover it the ones the files are named after, or all
    /// if no name shows it.
    #[must_use]
    pub fn flow_logs_of(&self, subject: &Subject) -> Vec<&'a FlowLog> {
        let Some(id) = &subject.interface_id else { return Vec::new() };
        let covering =
            self.inventory.flow_logs_covering(id, subject.subnet_id.as_ref(), subject.vpc_id.as_ref());
        let was_read = |log: &&FlowLog| self.flow_logs.contains(&log.id);
        if covering.iter().any(was_read) { covering.into_iter().filter(was_read).collect() } else { covering }
    }

    /// The service whose endpoint has an address, as a subject reaches it.
    #[must_use]
    pub fn service_at(&self, address: IpAddr, subject: &Subject) -> Option<Service> {
        self.inventory.service_of_address(address, subject.vpc_id.as_ref())
    }

    /// The VPC an interface is in, from documents or from its own records.
    #[must_use]
    pub fn vpc_of(&self, id: &InterfaceId) -> Option<VpcId> {
        let documented = self.inventory.interface(id).and_then(|interface| interface.vpc_id.clone());
        documented.or_else(|| {
            let mut own = self.conversations_at(id).iter();
            own.find_map(|conversation| self.described(conversation, Field::VpcId)).map(VpcId::new)
        })
    }

    /// The interface of a name number.
    #[must_use]
    pub fn interface_id(&self, name: NameId) -> InterfaceId {
        InterfaceId::new(self.reduced.name(name))
    }

    /// An address number's address.
    #[must_use]
    pub fn address(&self, id: AddressId) -> IpAddr {
        self.reduced.address(id)
    }

    /// Where a conversation was meant to go: the responder in the packets themselves.
    #[must_use]
    pub fn destination(&self, conversation: &Conversation) -> SocketAddr {
        let address = conversation.far.unwrap_or(conversation.responder);
        SocketAddr::new(self.address(address), conversation.responder_port)
    }

    /// The first value of a descriptive field among a conversation's rows.
    #[must_use]
    pub fn described(&self, conversation: &Conversation, field: Field) -> Option<&'a str> {
        conversation.descriptions().find_map(|id| self.reduced.described(id, field))
    }

    /// The conversations one interface recorded: they are sorted by interface, and interfaces by name.
    #[must_use]
    pub fn conversations_at(&self, id: &InterfaceId) -> &'a [Conversation] {
        let name = |conversation: &Conversation| self.reduced.name(conversation.interface);
        let start = self.conversations.partition_point(|conversation| name(conversation) < id.as_str());
        let rest = &self.conversations[start..];
        &rest[..rest.partition_point(|conversation| name(conversation) == id.as_str())]
    }

    /// The subnet an interface is in, from documents or from its own records.
    #[must_use]
    pub fn subnet_of(&self, id: &InterfaceId) -> Option<SubnetId> {
        let documented = self.inventory.interface(id).and_then(|interface| interface.subnet_id.clone());
        let of_gateway = || self.inventory.nat_gateway_of_interface(id)?.subnet_id.clone();
        documented.or_else(of_gateway).or_else(|| {
            let mut own = self.conversations_at(id).iter();
            own.find_map(|conversation| self.described(conversation, Field::SubnetId)).map(SubnetId::new)
        })
    }
}
