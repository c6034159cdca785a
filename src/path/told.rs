//! A hop as reports tell it.

use crate::path::{Control, Hop, Leg, Passage, Side};
use crate::report::{HopState, PathHop};

impl From<&Hop> for PathHop {
    fn from(hop: &Hop) -> Self {
        let (control, ids) = named(&hop.control);
        let (state, needs) = match &hop.passage {
            Passage::Allowed => (HopState::Allowed, None),
            Passage::Denied => (HopState::Denied, None),
            Passage::Unknown { needs } => (HopState::Unknown, Some(needs)),
            Passage::Beyond => (HopState::Beyond, None),
        };
        Self {
            leg: match hop.leg {
                Leg::Request => "request",
                Leg::Reply => "reply",
            },
            control,
            direction: if hop.is_outbound { "outbound" } else { "inbound" },
            side: match hop.side {
                Side::Task => "task",
                Side::Nat => "nat",
                Side::Destination => "destination",
            },
            ids,
            state,
            rule: hop.rule.clone(),
            says: needs
                .map_or_else(|| hop.because.clone(), |needs| format!("{} (missing: {needs})", hop.because)),
        }
    }
}

fn named(control: &Control) -> (&'static str, Vec<String>) {
    let one = |id: Option<String>| id.into_iter().collect();
    match control {
        Control::SecurityGroups { ids, .. } => {
            ("security-group", ids.iter().map(ToString::to_string).collect())
        }
        Control::NetworkAcl { id, .. } => ("network-acl", one(id.as_ref().map(ToString::to_string))),
        Control::RouteTable { id, .. } => ("route-table", one(id.as_ref().map(ToString::to_string))),
        Control::InternetGateway(id) => ("internet-gateway", one(Some(id.to_string()))),
        Control::PublicAddress(id) => ("public-address", one(id.as_ref().map(ToString::to_string))),
        Control::NatGateway(id) => ("nat-gateway", one(Some(id.to_string()))),
        Control::Endpoint(id) => ("vpc-endpoint", one(Some(id.to_string()))),
        Control::Interface(id) => ("interface", one(Some(id.to_string()))),
        Control::Beyond(target) => ("beyond", one(Some(target.to_string()))),
    }
}
