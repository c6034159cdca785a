//! Adds to the tables of an inventory what only its history shows.

use std::collections::BTreeMap;

use crate::inventory::documents::Inventory;
use std::sync::Arc;

use crate::inventory::files_read::SavedAt;
use crate::inventory::history::config_changes;
use crate::inventory::history::timelines_of::timelines_of;
use crate::inventory::history::{History, Lives};
use crate::inventory::merge::Describe;
use crate::model::document::DocumentKind;
use crate::model::time::Timestamp;

/// Adds the last state of things that no `describe-*` document shows.
fn join<T: Describe>(lives: &mut Lives<T::Id, T>, table: &mut BTreeMap<T::Id, T>)
where
    T::Id: Clone,
{
    for (id, life) in lives {
        life.is_described = table.contains_key(id);
        if !life.is_described {
            table.extend(life.last().map(|last| (id.clone(), last.clone())));
        }
    }
}

impl History {
    /// Adds to an inventory's tables what only this history shows.
    pub(in crate::inventory) fn join(
        mut self,
        inventory: &mut Inventory,
        saved: BTreeMap<DocumentKind, SavedAt>,
    ) {
        join(&mut self.endpoints, &mut inventory.endpoints);
        join(&mut self.subnets, &mut inventory.subnets);
        join(&mut self.vpcs, &mut inventory.vpcs);
        join(&mut self.security_groups, &mut inventory.security_groups);
        join(&mut self.network_acls, &mut inventory.network_acls);
        join(&mut self.route_tables, &mut inventory.route_tables);
        join(&mut self.nat_gateways, &mut inventory.nat_gateways);
        join(&mut self.internet_gateways, &mut inventory.internet_gateways);
        self.join_interfaces(inventory);
        inventory.history = self;
        inventory.history.timelines = Arc::new(timelines_of(inventory, saved));
        for change in config_changes::changes(inventory) {
            inventory.changes.insert(&change);
        }
    }

    /// Interfaces that only CloudTrail shows may be deleted by now, because CloudTrail records their creation.
    fn join_interfaces(&mut self, inventory: &mut Inventory) {
        for (id, life) in &mut self.interfaces {
            life.is_described = inventory.interfaces.contains_key(id);
            if life.is_described {
                continue;
            }
            if life.last().is_none() || !self.configured.contains(id) {
                self.gone.insert(id.clone());
            }
            let state = life.nearest(Timestamp(i64::MAX));
            inventory.interfaces.extend(state.map(|state| (id.clone(), state)));
        }
    }
}
