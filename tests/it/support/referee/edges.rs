//! The network ACLs of a scene: the default one, or narrow ones that allow the traffic of a start and no more.

use crate::support::config::Acl;
use crate::support::packets::{TCP, UDP};
use crate::support::referee::groups::VPC;
use crate::support::referee::scene::Scene;

/// All addresses, as entries write them.
pub(super) const ANYONE: &str = "0.0.0.0/0";
/// The destination ports of replies.
pub(super) const EPHEMERAL: (u16, u16) = (1024, u16::MAX);

impl Scene {
    /// Gives the subnets of the task, the endpoints and the NAT gateway narrow ACLs, if the plan has them.
    pub(super) fn narrow_edges(&mut self) {
        if !self.plan.narrow_acls {
            return;
        }
        let vpc = &mut self.stage.sim.vpc;
        let task_subnet = vpc.get(self.task).subnet;
        narrow_task(vpc.own_acl(self.task));
        let far = self.endpoints.iter().map(|&(_, eni)| eni).chain(self.mount);
        for eni in far {
            if vpc.get(eni).subnet != task_subnet {
                narrow_far(vpc.own_acl(eni));
            }
        }
        if let Some(nat) = self.nat {
            narrow_nat(vpc.own_acl(nat));
        }
    }
}

/// Of the task's subnet: 443, 2049, 53 and the database out, replies in, health checks in and their replies out.
fn narrow_task(acl: &mut Acl) {
    acl.clear(true);
    acl.add(100, true, true, Some(TCP), (443, 443), ANYONE);
    acl.add(110, true, true, Some(TCP), EPHEMERAL, VPC);
    acl.add(120, true, true, Some(UDP), (53, 53), VPC);
    acl.add(130, true, true, Some(TCP), (53, 53), VPC);
    acl.clear(false);
    acl.add(100, false, true, Some(TCP), EPHEMERAL, ANYONE);
    acl.add(110, false, true, Some(UDP), EPHEMERAL, VPC);
    // Endpoints in the task's subnet also receive requests from other subnets.
    acl.add(120, false, true, Some(TCP), (443, 443), VPC);
}

/// Of an endpoint's subnet: requests in, replies out.
fn narrow_far(acl: &mut Acl) {
    acl.clear(false);
    acl.add(100, false, true, Some(TCP), (443, 443), VPC);
    acl.add(110, false, true, Some(TCP), (2049, 2049), VPC);
    acl.clear(true);
    acl.add(100, true, true, Some(TCP), EPHEMERAL, VPC);
}

/// Of a NAT gateway's subnet: requests in and out, replies in and out.
fn narrow_nat(acl: &mut Acl) {
    acl.clear(false);
    acl.add(100, false, true, Some(TCP), (443, 443), VPC);
    acl.add(110, false, true, Some(TCP), EPHEMERAL, ANYONE);
    acl.clear(true);
    acl.add(100, true, true, Some(TCP), (443, 443), ANYONE);
    acl.add(110, true, true, Some(TCP), EPHEMERAL, VPC);
}
