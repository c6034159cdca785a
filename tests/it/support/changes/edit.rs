//! The changes of a network.

use crate::support::changes::api::Call;
use crate::support::changes::network::Network;
use crate::support::clock::Ms;
use crate::support::worlds::net::{Cidr, Entry, Route, Rule};

/// How much of a rule an event shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    /// The request and the answer show it.
    Whole,
    /// The request names its id, the answer shows it.
    Answer,
    /// The request names its id, and the answer shows nothing.
    Id,
}

/// One change. Groups, ACLs, tables, subnets and interfaces are places in the world.
#[derive(Clone, Debug)]
pub(crate) enum Edit {
    /// A rule is added to a group.
    Authorize(usize, Rule),
    /// A rule is taken out of a group.
    Revoke(usize, Rule, Shown),
    /// A rule of a group becomes another.
    Modify(usize, Rule, Rule),
    /// An entry is added to an ACL.
    AddEntry(usize, Entry),
    /// An entry is taken out of an ACL.
    DropEntry(usize, Entry),
    /// A subnet takes an ACL.
    UseAcl(usize, usize),
    /// A route is added to a table.
    AddRoute(usize, Route),
    /// A route is taken out of a table.
    DropRoute(usize, Cidr),
    /// A route of a table gets another target.
    TurnRoute(usize, Route),
    /// A subnet takes a table.
    UseTable(usize, usize),
    /// An endpoint for Secrets Manager with private DNS is made, in a subnet and with a group.
    MakeEndpoint(usize, usize),
    /// An endpoint gets a policy.
    SetPolicy(String, String),
    /// The private DNS of the endpoint for Secrets Manager.
    SetPrivateDns(bool),
    /// `enableDnsHostnames`.
    SetHostNames(bool),
    /// A NAT gateway is made in the subnet of the first one; the first one is only described, because it exists.
    MakeNat(usize),
    /// A NAT gateway is deleted.
    DropNat(usize),
    /// The source/destination check of an interface.
    SetCheck(usize, bool),
    /// The service gets a group and a subnet.
    MoveService(usize, usize),
    /// A version of the role's policy becomes the default.
    SetVersion(&'static str),
    /// The second version of the role's policy is made, and is the default from then on.
    MakeVersion,
    /// The role's policy is attached or detached.
    Attach(bool),
    /// The secret is scheduled for deletion, or restored.
    DropSecret(bool),
    /// The secret's key is enabled or disabled.
    EnableKey(bool),
}

impl Network {
    /// Makes a change, and returns the call that made it.
    pub(crate) fn carry_out(&mut self, edit: &Edit, at: Ms) -> Call {
        match edit {
            Edit::Authorize(group, rule) => self.authorize(*group, rule),
            Edit::Revoke(group, rule, shown) => self.revoke(*group, rule, *shown),
            Edit::Modify(group, from, to) => self.modify(*group, from, to),
            Edit::AddEntry(acl, entry) => self.add_entry(*acl, entry),
            Edit::DropEntry(acl, entry) => self.drop_entry(*acl, entry),
            Edit::UseAcl(subnet, acl) => self.use_acl(*subnet, *acl),
            Edit::AddRoute(table, route) => self.add_route(*table, route),
            Edit::DropRoute(table, net) => self.drop_route(*table, *net),
            Edit::TurnRoute(table, route) => self.turn_route(*table, route),
            Edit::UseTable(subnet, table) => self.use_table(*subnet, *table),
            Edit::MakeEndpoint(subnet, group) => self.make_endpoint(*subnet, *group, at),
            Edit::SetPolicy(id, policy) => self.set_policy(id, policy),
            Edit::SetPrivateDns(is_on) => self.set_private_dns(*is_on),
            Edit::SetHostNames(is_on) => self.set_host_names(*is_on),
            Edit::MakeNat(nat) => self.make_nat(*nat, at),
            Edit::DropNat(nat) => self.drop_nat(*nat),
            Edit::SetCheck(eni, is_on) => self.set_check(*eni, *is_on),
            Edit::MoveService(group, subnet) => self.move_service(*group, *subnet),
            Edit::SetVersion(version) => self.set_version(version),
            Edit::MakeVersion => self.make_version(at),
            Edit::Attach(is_attached) => self.attach(*is_attached),
            Edit::DropSecret(is_deleted) => self.drop_secret(*is_deleted, at),
            Edit::EnableKey(is_enabled) => self.enable_key(*is_enabled),
        }
    }
}
