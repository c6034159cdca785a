//! Firewalls on the configured path of attempts: the hop to look at where packets are lost and no control explains it.

use crate::diagnose::case::{Attempt, Case};
use crate::finding::{Control, Culprit, CulpritKind, Hop, Leg};
use crate::model::ids::EndpointId;

/// The firewall that attempts pass.
pub(super) struct PassedFirewall<'c> {
    case: &'c Case<'c>,
    /// The endpoint that the route leads to.
    pub(super) endpoint: &'c EndpointId,
    /// The hop of replies that come back through another endpoint.
    pub(super) other_way: Option<&'c Hop>,
}

impl<'c> PassedFirewall<'c> {
    /// The firewall of these attempts, if all of them pass the same one.
    pub(super) fn of(case: &'c Case<'c>, attempts: &[&'c Attempt]) -> Option<Self> {
        let found = Self::on(case, &attempts.first()?.configured.hops)?;
        let is_same = |attempt: &&'c Attempt| {
            firewall_of(&attempt.configured.hops, Leg::Request).map(|(_, id)| id) == Some(found.endpoint)
        };
        attempts.iter().all(is_same).then_some(found)
    }

    /// The firewall on a path.
    pub(super) fn on(case: &'c Case<'c>, hops: &'c [Hop]) -> Option<Self> {
        let endpoint = firewall_of(hops, Leg::Request)?.1;
        let other_way = firewall_of(hops, Leg::Reply).map(|(hop, _)| hop);
        Some(Self { case, endpoint, other_way })
    }

    /// The endpoint, then the firewall of AWS Network Firewall behind it. An endpoint that only replies pass comes first.
    pub(super) fn culprits(&self) -> Vec<Culprit> {
        let of = |id: &EndpointId| {
            let endpoint = Culprit { id: Some(id.to_string()), ..Culprit::of(CulpritKind::VpcEndpoint) };
            let firewall =
                self.arn(id).map(|arn| Culprit { id: Some(arn), ..Culprit::of(CulpritKind::Firewall) });
            std::iter::once(endpoint).chain(firewall)
        };
        match self.other_way.map(|hop| &hop.control) {
            Some(Control::Firewall(other)) => of(other).collect(),
            _ => of(self.endpoint).collect(),
        }
    }

    /// `the firewall arn:… at vpce-1`, or `the firewall behind vpce-1`.
    pub(super) fn name(&self) -> String {
        match self.arn(self.endpoint) {
            Some(arn) => {
                format!("the firewall {} at {}", arn.rsplit('/').next().unwrap_or(&arn), self.endpoint)
            }
            None => format!("the firewall behind {}", self.endpoint),
        }
    }

    /// The ARN of the firewall, from its own document or from the tags of its endpoint.
    fn arn(&self, id: &EndpointId) -> Option<String> {
        let inventory = self.case.facts.inventory;
        let by_document = inventory.firewalls.values().find(|firewall| firewall.endpoint_ids.contains(id));
        let by_tag = || inventory.endpoints.get(id)?.firewall.clone().filter(|arn| !arn.is_empty());
        by_document.map(|firewall| firewall.arn.clone()).or_else(by_tag)
    }

    /// The places to look at in the firewall: its log and its rules for the names that the task contacted.
    pub(super) fn advice(&self) -> String {
        let names = self.names();
        let names = if names.is_empty() { "the server's name".to_owned() } else { names.join(", ") };
        format!("Look at {}: its alert log, and its rules or list of domains, for {names}.", self.name())
    }

    /// The host in the stopped reason. Docker Hub needs two more.
    fn names(&self) -> Vec<&'c str> {
        let Some(host) = self.case.reason.host.as_deref() else { return Vec::new() };
        let more: &[&str] = if host.ends_with("docker.io") {
            &["auth.docker.io", "production.cloudflare.docker.com"]
        } else {
            &[]
        };
        std::iter::once(host).chain(more.iter().copied()).collect()
    }
}

fn firewall_of(hops: &[Hop], leg: Leg) -> Option<(&Hop, &EndpointId)> {
    hops.iter().find_map(|hop| match &hop.control {
        Control::Firewall(id) if hop.leg == leg => Some((hop, id)),
        _ => None,
    })
}
