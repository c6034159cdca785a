//! The things that a failing request depends on, as changes name them.

use std::collections::BTreeSet;

use crate::changes::request::FailingRequest;
use crate::changes::saved::ChangesBySubject;
use crate::diagnose::case::{Case, StartAccess};
use crate::finding::{Control, Hop};
use crate::inventory::Inventory;
use crate::model::arn::Arn;
use crate::model::configuration_change::{ChangeSubject, SubjectKind};
use crate::model::ids::{RouteTableId, SecurityGroupId, VpcId};
use crate::model::route_table::{RouteDestination, RouteTarget};
use crate::model::security_group::RulePeer;

/// The subjects of the saved changes that a request depends on.
pub(super) fn subjects<'a>(
    request: &FailingRequest<'_, '_>,
    hops: &[Hop],
    inventory: &Inventory,
    saved: &ChangesBySubject<'a>,
) -> BTreeSet<&'a ChangeSubject> {
    let mut wanted = Wanted { inventory, all: BTreeSet::new() };
    match (&request.case.access, request.is_refused()) {
        (Some(access), true) => wanted.add_access(request.case, access),
        _ => wanted.add_network(request.case, hops),
    }
    let vpc = request.case.subject.vpc_id.as_ref();
    let is_wanted = |subject: &&ChangeSubject| match subject.kind {
        // The documents do not show an endpoint that was deleted.
        SubjectKind::Endpoint => is_of_vpc(inventory, &subject.id, vpc),
        // The id of an association.
        SubjectKind::Subnet if !subject.id.starts_with("subnet-") => !request.is_refused(),
        SubjectKind::Service => is_service(request.case, &subject.id),
        _ => wanted.contains(subject),
    };
    KINDS.iter().flat_map(|kind| saved.subjects(*kind)).filter(is_wanted).collect()
}

/// The kinds of things that a request may depend on.
const KINDS: [SubjectKind; 24] = [
    SubjectKind::SecurityGroup,
    SubjectKind::NetworkAcl,
    SubjectKind::RouteTable,
    SubjectKind::Subnet,
    SubjectKind::Endpoint,
    SubjectKind::NatGateway,
    SubjectKind::InternetGateway,
    SubjectKind::EgressOnlyGateway,
    SubjectKind::Peering,
    SubjectKind::TransitGateway,
    SubjectKind::Vpc,
    SubjectKind::Interface,
    SubjectKind::PrefixList,
    SubjectKind::Role,
    SubjectKind::Policy,
    SubjectKind::Key,
    SubjectKind::Secret,
    SubjectKind::Parameter,
    SubjectKind::Bucket,
    SubjectKind::Repository,
    SubjectKind::Registry,
    SubjectKind::Service,
    SubjectKind::LogGroup,
    SubjectKind::HostedZone,
];

fn is_of_vpc(inventory: &Inventory, endpoint: &str, vpc: Option<&VpcId>) -> bool {
    let known = inventory.endpoints.get(endpoint);
    known.is_none_or(|known| known.vpc_id.is_none() || vpc.is_none() || known.vpc_id.as_ref() == vpc)
}

fn is_service(case: &Case<'_>, id: &str) -> bool {
    let Some(name) = case.subject.service_name.as_deref() else { return false };
    id.rsplit('/').next() == Some(name) && !is_foreign(case, id)
}

/// Whether an ARN is of another account than the task.
fn is_foreign(case: &Case<'_>, arn: &str) -> bool {
    let own = case.subject.task_arn.as_deref().and_then(Arn::parse).and_then(|arn| arn.account());
    let other = Arn::parse(arn).and_then(|arn| arn.account());
    own.zip(other).is_some_and(|(own, other)| own != other)
}

struct Wanted<'i> {
    inventory: &'i Inventory,
    all: BTreeSet<(SubjectKind, String)>,
}

impl Wanted<'_> {
    fn add(&mut self, kind: SubjectKind, id: impl ToString) {
        self.all.insert((kind, id.to_string()));
    }

    fn contains(&self, subject: &ChangeSubject) -> bool {
        let is_alike = |(kind, id): &(SubjectKind, String)| {
            *kind == subject.kind && is_same_name(*kind, id, &subject.id)
        };
        match subject.kind {
            SubjectKind::Key
            | SubjectKind::Secret
            | SubjectKind::Parameter
            | SubjectKind::Repository
            | SubjectKind::Bucket
            | SubjectKind::LogGroup => self.all.iter().any(is_alike),
            kind => self.all.contains(&(kind, subject.id.clone())),
        }
    }

    fn add_network(&mut self, case: &Case<'_>, hops: &[Hop]) {
        for hop in hops {
            self.add_control(&hop.control);
        }
        for group in case.sender.group_ids.iter().flatten() {
            self.add_group(group);
        }
        self.all.extend(case.sender.subnet_id.iter().map(|id| (SubjectKind::Subnet, id.to_string())));
        self.all.extend(case.sender.interface_id.iter().map(|id| (SubjectKind::Interface, id.to_string())));
        self.all.extend(case.subject.vpc_id.iter().map(|id| (SubjectKind::Vpc, id.to_string())));
    }

    fn add_control(&mut self, control: &Control) {
        match control {
            Control::SecurityGroups { ids, interface_id } => {
                for id in ids {
                    self.add_group(id);
                }
                self.all.extend(interface_id.iter().map(|id| (SubjectKind::Interface, id.to_string())));
            }
            Control::NetworkAcl { id, subnet_id } => {
                self.all.extend(id.iter().map(|id| (SubjectKind::NetworkAcl, id.to_string())));
                self.all.extend(subnet_id.iter().map(|id| (SubjectKind::Subnet, id.to_string())));
            }
            Control::RouteTable { id, subnet_id } => {
                if let Some(id) = id {
                    self.add_table(id);
                }
                self.all.extend(subnet_id.iter().map(|id| (SubjectKind::Subnet, id.to_string())));
            }
            Control::InternetGateway(id) => self.add(SubjectKind::InternetGateway, id),
            Control::NatGateway(id) => self.add(SubjectKind::NatGateway, id),
            Control::Endpoint(id) | Control::Firewall(id) => self.add(SubjectKind::Endpoint, id),
            Control::Interface(id) | Control::SourceDestCheck(id) | Control::Appliance(id) => {
                self.add(SubjectKind::Interface, id);
            }
            Control::PublicAddress(id) => {
                self.all.extend(id.iter().map(|id| (SubjectKind::Interface, id.to_string())));
            }
            Control::TransitGateway(id) => self.add(SubjectKind::TransitGateway, id),
            Control::External(target) => self.add_target(target),
        }
    }

    fn add_group(&mut self, id: &SecurityGroupId) {
        self.add(SubjectKind::SecurityGroup, id);
        let Some(group) = self.inventory.security_groups.get(id) else { return };
        for rule in group.ingress.iter().chain(&group.egress).flatten() {
            if let RulePeer::PrefixList(list) = &rule.peer {
                self.add(SubjectKind::PrefixList, list);
            }
        }
    }

    fn add_table(&mut self, id: &RouteTableId) {
        self.add(SubjectKind::RouteTable, id);
        let Some(table) = self.inventory.route_tables.get(id) else { return };
        for route in &table.routes {
            self.add_target(&route.target);
            if let RouteDestination::PrefixList(list) = &route.destination {
                self.add(SubjectKind::PrefixList, list);
            }
        }
    }

    fn add_target(&mut self, target: &RouteTarget) {
        match target {
            RouteTarget::Local => {}
            RouteTarget::InternetGateway(id) => self.add(SubjectKind::InternetGateway, id),
            RouteTarget::Endpoint(id) => self.add(SubjectKind::Endpoint, id),
            RouteTarget::NatGateway(id) => self.add(SubjectKind::NatGateway, id),
            RouteTarget::TransitGateway(id) => self.add(SubjectKind::TransitGateway, id),
            RouteTarget::Peering(id) => self.add(SubjectKind::Peering, id),
            RouteTarget::Interface(id) => self.add(SubjectKind::Interface, id),
            RouteTarget::Other(id) => self.add(SubjectKind::EgressOnlyGateway, id),
        }
    }

    fn add_access(&mut self, case: &Case<'_>, access: &StartAccess) {
        let inventory = self.inventory;
        let task = case.subject.task_arn.as_ref().and_then(|arn| inventory.tasks.get(arn));
        let definition = task.and_then(|task| inventory.task_definition_of(task));
        let roles = definition.iter().flat_map(|one| [&one.execution_role_arn, &one.task_role_arn]);
        for arn in roles.flatten() {
            if let Some(parsed) = Arn::parse(arn) {
                self.add(SubjectKind::Role, parsed.name());
            }
            let Some(role) = inventory.roles.get(arn) else { continue };
            for policy in role.attached.iter().flatten().chain(&role.partly_attached) {
                self.add(SubjectKind::Policy, policy);
            }
        }
        let account = case.subject.task_arn.as_deref().and_then(Arn::parse).and_then(|arn| arn.account());
        self.all.extend(account.map(|account| (SubjectKind::Registry, account.to_owned())));
        let resources = access.resources.iter().map(|one| &one.id);
        let requested = access.evaluated.iter().map(|one| &one.request.resource);
        for id in resources.chain(requested).filter(|id| *id != "*") {
            for kind in [
                SubjectKind::Key,
                SubjectKind::Secret,
                SubjectKind::Parameter,
                SubjectKind::Repository,
                SubjectKind::Bucket,
                SubjectKind::LogGroup,
            ] {
                self.add(kind, id);
            }
        }
    }
}

/// Whether the id of a change names a resource of a start: both may be ARNs or names.
fn is_same_name(kind: SubjectKind, resource: &str, id: &str) -> bool {
    if id.is_empty() {
        return false;
    }
    let names = |text: &str| -> String {
        let text = match kind {
            SubjectKind::Secret => text.split_once(":secret:").map_or(text, |(_, name)| name),
            SubjectKind::LogGroup => text.split_once(":log-group:").map_or(text, |(_, name)| name),
            SubjectKind::Parameter => text.split_once(":parameter").map_or(text, |(_, name)| name),
            SubjectKind::Bucket => text.split_once(":::").map_or(text, |(_, name)| name),
            _ => text.rsplit('/').next().unwrap_or(text),
        };
        text.trim_end_matches(":*").trim_start_matches('/').to_owned()
    };
    let (resource, id) = (names(resource), names(id));
    let is_without_end = |long: &str, short: &str| {
        long.strip_prefix(short).is_some_and(|rest| rest.len() == 7 && rest.starts_with('-'))
    };
    match kind {
        SubjectKind::Secret => {
            resource == id || is_without_end(&resource, &id) || is_without_end(&id, &resource)
        }
        SubjectKind::Bucket => resource.split('/').next() == Some(id.as_str()),
        _ => resource == id,
    }
}
