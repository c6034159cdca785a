//! The documents that the start of one task concerns, as values of their own, so that a fix can be tried on a changed copy.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::access::{
    Bucket, CompleteList, Key, LogGroup, ManagedPolicy, OrganizationPolicy, Parameter, PolicyText,
    PullThroughRule, Repository, Role, SavedPolicy, Secret,
};
use crate::model::arn::Arn;
use crate::model::endpoint::EndpointKind;
use crate::model::ids::{EndpointId, VpcId};
use crate::model::time::Timestamp;

/// The documents of one start.
#[derive(Clone, Debug, Default)]
pub struct AccessDocuments {
    /// The execution role and the task role, by ARN.
    pub roles: BTreeMap<String, Role>,
    /// The managed policies of these roles, by ARN.
    pub managed_policies: BTreeMap<String, ManagedPolicy>,
    /// Secrets, by ARN.
    pub secrets: BTreeMap<String, Secret>,
    /// Parameters, by ARN, or by name if no document has the ARN.
    pub parameters: BTreeMap<String, Parameter>,
    /// KMS keys, by id.
    pub keys: BTreeMap<String, Key>,
    /// Repositories of ECR, by ARN.
    pub repositories: BTreeMap<String, Repository>,
    /// The policy of the own registry.
    pub registry_policy: SavedPolicy,
    /// Pull-through cache rules.
    pub pull_through_rules: BTreeSet<PullThroughRule>,
    /// Log groups, by ARN.
    pub log_groups: BTreeMap<String, LogGroup>,
    /// Buckets, by name.
    pub buckets: BTreeMap<String, Bucket>,
    /// Policies of the organization, by id.
    pub organization_policies: BTreeMap<String, OrganizationPolicy>,
    /// VPC endpoints.
    pub endpoints: BTreeMap<EndpointId, EndpointAccess>,
    /// Lists that were saved whole.
    pub complete_lists: BTreeSet<CompleteList>,
}

/// The parts of an endpoint that decide about requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndpointAccess {
    /// Its kind.
    pub kind: EndpointKind,
    /// Its VPC.
    pub vpc_id: Option<VpcId>,
    /// `PolicyDocument`; none if it was not saved.
    pub policy: Option<PolicyText>,
}

impl AccessDocuments {
    /// Whether a list of a call was saved whole for an account and a Region. A list without a Region or an account in the
    /// documents decides nothing about another one, except that IAM has one list for all Regions. Of several lists, one that
    /// is certainly without a filter counts.
    pub(super) fn whole_list(&self, call: &str, account: &str, region: &str) -> Option<&CompleteList> {
        let is_global = call.starts_with("iam ");
        let is_wanted = |list: &&CompleteList| {
            list.call == call
                && (is_global || list.region.as_deref() == Some(region))
                && list.account.as_deref().is_none_or(|known| known == account)
        };
        self.complete_lists.iter().filter(is_wanted).max_by_key(|list| list.is_unfiltered)
    }

    /// A parameter by its ARN. Documents of older versions of the AWS CLI have only its name.
    pub(super) fn parameter(&self, arn: &str) -> Option<&Parameter> {
        let path = Arn::parse(arn)?.resource.strip_prefix("parameter/")?;
        let is_named =
            |parameter: &Parameter| parameter.name.strip_prefix('/').unwrap_or(&parameter.name) == path;
        self.parameters.values().find(|one| match &one.arn {
            Some(known) => known == arn,
            None => is_named(one),
        })
    }

    /// Whether a log group existed before a time, or exists if the time or its creation is not known.
    pub(super) fn has_log_group(&self, arn: &str, time: Option<Timestamp>) -> bool {
        self.log_groups
            .values()
            .filter(|group| group.arn == arn)
            .any(|group| time.is_none_or(|time| group.created_at.is_none_or(|created| created <= time)))
    }

    /// A key by its id, its ARN, its alias, or the ARN of its alias.
    pub(super) fn key(&self, reference: &str, region: &str) -> Option<&Key> {
        let arn = Arn::parse(reference);
        let name = arn.map_or(reference, |arn| arn.resource);
        let id = name.strip_prefix("key/").unwrap_or(name);
        let region = arn.map_or(region, |arn| arn.region);
        self.keys.values().find(|key| {
            let known = key.arn.as_deref().and_then(Arn::parse);
            let is_here = known.is_none_or(|known| known.region == region);
            key.id == id || is_here && key.aliases.iter().any(|alias| alias == name)
        })
    }
}
