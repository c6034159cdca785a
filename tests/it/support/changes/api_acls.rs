//! Changes of network ACLs.
//!
//! The members of `CreateNetworkAclEntry` are in published examples; `DeleteNetworkAclEntry` names the entry by number and
//! direction and never shows it. Inferred from the API and the form of the other events: the members of
//! `ReplaceNetworkAclAssociation`, which names the association that it ends and the one that it makes, and not the subnet.

use serde_json::json;

use crate::support::changes::api::Call;
use crate::support::changes::network::Network;
use crate::support::worlds::net::Entry;

impl Network {
    pub(super) fn add_entry(&mut self, acl: usize, entry: &Entry) -> Call {
        let acl = &mut self.world.acls[acl];
        acl.entries.push(entry.clone());
        acl.entries.sort_by_key(|entry| entry.number);
        let ports = entry.ports.map_or_else(|| json!({}), |(from, to)| json!({ "from": from, "to": to }));
        let request = json!({ "networkAclId": acl.id, "ruleNumber": entry.number, "egress": entry.egress,
            "ruleAction": if entry.denies { "deny" } else { "allow" }, "icmpTypeCode": {}, "portRange": ports,
            "aclProtocol": if entry.ports.is_some() { "6" } else { "-1" }, "cidrBlock": entry.net.to_string() });
        Call::of_ec2("CreateNetworkAclEntry", request)
    }

    pub(super) fn drop_entry(&mut self, acl: usize, entry: &Entry) -> Call {
        let acl = &mut self.world.acls[acl];
        acl.entries.retain(|one| one.number != entry.number || one.egress != entry.egress);
        let request = json!({ "networkAclId": acl.id, "ruleNumber": entry.number, "egress": entry.egress });
        Call::of_ec2("DeleteNetworkAclEntry", request)
    }

    pub(super) fn use_acl(&mut self, subnet: usize, acl: usize) -> Call {
        self.world.subnets[subnet].acl = acl;
        let fresh = self.world.rng.id("aclassoc");
        let ended = std::mem::replace(&mut self.links[subnet][0], fresh.clone());
        let request = json!({ "networkAclId": self.world.acls[acl].id, "associationId": ended });
        let call = Call::of_ec2("ReplaceNetworkAclAssociation", request);
        call.answered(json!({ "newAssociationId": fresh }))
    }
}
