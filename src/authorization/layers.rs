//! The policies that count for a request, with what of them was saved and their dates.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use crate::authorization::documents::AccessDocuments;
use crate::authorization::path::RequestPath;
use crate::authorization::requests::{RequestPrincipal, RequestSubject, StartRequest};
use crate::authorization::start::StartInputs;
use crate::model::access::{Boundary, Grant, Key, OrganizationPolicyKind, PolicyText, Role, SavedPolicy};
use crate::model::arn::Arn;
use crate::model::time::Timestamp;
use crate::policy::{
    ConditionTest, GrantLayer, KeyGrant, PolicyLayer, PolicyLayers, PolicyType, SavedDocument,
};

/// When a document was last changed, or a thing was created.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum DocumentDate {
    /// This time.
    Known(Timestamp),
    /// Documents of this kind have no date.
    #[default]
    OfNone,
    /// Documents of this kind have a date, and it was not saved.
    Lost,
}

impl From<Option<Timestamp>> for DocumentDate {
    fn from(date: Option<Timestamp>) -> Self {
        date.map_or(Self::Lost, Self::Known)
    }
}

/// The policies of a request. Documents are named so that a reader finds them: an inline policy by its name, a managed one
/// by its ARN, the policy of a thing by the thing.
#[derive(Clone, Debug, Default)]
pub(super) struct RequestLayers {
    /// The input of the evaluation.
    pub(super) layers: PolicyLayers,
    /// When documents were last changed, by type and name; documents that are not listed have no date.
    dates: BTreeMap<(PolicyType, String), DocumentDate>,
    /// When the things were created that the policies of a type belong to.
    owners: BTreeMap<PolicyType, DocumentDate>,
}

impl RequestLayers {
    /// The policies that count for a request.
    pub(super) fn of(inputs: &StartInputs<'_>, request: &StartRequest) -> Self {
        let mut found = Self::default();
        found.add_principal(inputs, request);
        found.add_subject(inputs.documents, request);
        found.add_endpoint(inputs, request);
        found.add_organization(inputs.documents, request);
        found
    }

    /// The identity policies of a role alone, as if nothing else decided.
    pub(super) fn identity_of(documents: &AccessDocuments, role: &str) -> PolicyLayers {
        let mut found = Self::default();
        found.add_identity(documents, role);
        PolicyLayers { identity: found.layers.identity, ..PolicyLayers::default() }
    }

    /// The parsed document of a name.
    pub(super) fn document(&self, policy_type: PolicyType, name: &str) -> Option<&SavedDocument> {
        documents_of(self.layers.get(policy_type)).find(|document| document.name == name).map(|one| &**one)
    }

    /// The names of the documents of a type.
    pub(super) fn names(&self, policy_type: PolicyType) -> Vec<&str> {
        documents_of(self.layers.get(policy_type)).map(|document| document.name.as_str()).collect()
    }

    /// When a document was last changed.
    pub(super) fn date(&self, policy_type: PolicyType, name: &str) -> DocumentDate {
        self.dates.get(&(policy_type, name.to_owned())).copied().unwrap_or_default()
    }

    /// When the thing was created that the policies of a type belong to.
    pub(super) fn owner_created_at(&self, policy_type: PolicyType) -> DocumentDate {
        self.owners.get(&policy_type).copied().unwrap_or_default()
    }

    /// All conditions of all documents.
    pub(super) fn conditions(&self) -> impl Iterator<Item = &ConditionTest> {
        PolicyType::ALL
            .into_iter()
            .flat_map(|policy_type| documents_of(self.layers.get(policy_type)))
            .filter_map(|document| document.content.as_ref().ok())
            .flat_map(|content| content.statements.iter())
            .flat_map(|statement| statement.conditions.iter())
    }

    fn add_principal(&mut self, inputs: &StartInputs<'_>, request: &StartRequest) {
        let RequestPrincipal::ExecutionRole(role) = &request.principal else { return };
        self.add_identity(inputs.documents, role);
        // A policy of the session is nearly never passed, and no document shows it.
        self.layers.session = PolicyLayer::NotSaved;
    }

    fn add_identity(&mut self, documents: &AccessDocuments, arn: &str) {
        let Some(role) = documents.roles.get(arn) else {
            self.layers.identity = PolicyLayer::NotSaved;
            self.layers.boundary = PolicyLayer::NotSaved;
            return;
        };
        for policy_type in [PolicyType::Identity, PolicyType::Boundary] {
            self.owners.insert(policy_type, role.created_at.into());
        }
        let inline = role.inline.iter().map(|policy| read(&policy.name, &policy.document));
        let mut all: Vec<Arc<SavedDocument>> = inline.collect();
        let managed: Vec<_> =
            attached(role).map(|arn| self.managed(documents, PolicyType::Identity, arn)).collect();
        let is_complete =
            has_all_inline(role) && role.attached.is_some() && managed.iter().all(Option::is_some);
        all.extend(managed.into_iter().flatten());
        self.layers.identity = PolicyLayer::Saved { levels: vec![all], is_complete };
        self.layers.boundary = match &role.boundary {
            Boundary::NotSaved => PolicyLayer::NotSaved,
            Boundary::Absent => PolicyLayer::NotApplicable,
            Boundary::Policy(arn) => self
                .managed(documents, PolicyType::Boundary, arn)
                .map_or(PolicyLayer::NotSaved, |document| PolicyLayer::saved(vec![document])),
        };
    }

    /// The version of a managed policy that counts, with the date of its last change.
    fn managed(
        &mut self,
        documents: &AccessDocuments,
        policy_type: PolicyType,
        arn: &str,
    ) -> Option<Arc<SavedDocument>> {
        let policy = documents.managed_policies.get(arn)?;
        let version = policy.default_version()?;
        // The later one shows the last change, so that both are needed.
        let date = policy.updated_at.zip(version.created_at).map(|(updated, created)| updated.max(created));
        self.dates.insert((policy_type, arn.to_owned()), date.into());
        Some(read(arn, &version.document))
    }

    fn add_subject(&mut self, documents: &AccessDocuments, request: &StartRequest) {
        match &request.subject {
            RequestSubject::Role(arn) => self.add_trust(documents, arn),
            RequestSubject::Secret { stored, .. } => {
                let secret = stored.as_ref().and_then(|arn| documents.secrets.get(arn));
                self.owners.insert(PolicyType::Resource, secret.and_then(|secret| secret.created_at).into());
                self.layers.resource = resource(secret.map(|secret| &secret.policy), &request.resource);
            }
            RequestSubject::Image { repository, .. } => {
                let known = documents.repositories.get(repository);
                let policy = match request.action {
                    "ecr:CreateRepository" | "ecr:BatchImportUpstreamImage" => {
                        Some(&documents.registry_policy)
                    }
                    _ => known.map(|known| &known.policy),
                };
                self.layers.resource = resource(policy, repository);
            }
            RequestSubject::EnvironmentFile(file) => {
                let name = Arn::parse(file).and_then(|arn| arn.resource.split('/').next());
                let bucket = name.and_then(|name| documents.buckets.get(name));
                self.layers.resource = resource(bucket.map(|bucket| &bucket.policy), name.unwrap_or(file));
            }
            RequestSubject::Key { id, .. } => self.add_key(documents.keys.get(id), id),
            RequestSubject::Registry
            | RequestSubject::LayerBucket
            | RequestSubject::Parameter { .. }
            | RequestSubject::LogGroup(_) => {}
        }
    }

    fn add_trust(&mut self, documents: &AccessDocuments, arn: &str) {
        let role = documents.roles.get(arn);
        self.owners.insert(PolicyType::Trust, role.and_then(|role| role.created_at).into());
        let trust = role.and_then(|role| role.trust.as_ref());
        self.layers.trust =
            trust.map_or(PolicyLayer::NotSaved, |trust| PolicyLayer::saved(vec![read(arn, trust)]));
    }

    fn add_key(&mut self, key: Option<&Key>, id: &str) {
        self.owners.insert(PolicyType::Key, key.and_then(|key| key.created_at).into());
        self.layers.key = match key.map(|key| &key.policy) {
            Some(SavedPolicy::Saved(text)) => PolicyLayer::saved(vec![read(id, text)]),
            _ => PolicyLayer::NotSaved,
        };
        let grants = key.and_then(|key| key.grants.as_ref());
        self.layers.grants = grants.map_or(GrantLayer::NotSaved, |grants| GrantLayer::Saved {
            grants: grants.iter().map(key_grant).collect(),
            is_complete: true,
        });
    }

    /// The policy of the endpoint on the way. A key is used by the service itself, so no endpoint is on its way.
    fn add_endpoint(&mut self, inputs: &StartInputs<'_>, request: &StartRequest) {
        if matches!(request.subject, RequestSubject::Key { .. } | RequestSubject::Role(_)) {
            return;
        }
        let way = inputs.paths.get(&request.service, request.region.as_deref(), inputs.home().region);
        self.layers.endpoint = match way {
            RequestPath::Public { .. } => PolicyLayer::NotApplicable,
            RequestPath::Unknown => PolicyLayer::NotSaved,
            RequestPath::Endpoint(id) => {
                let endpoint = inputs.documents.endpoints.get(id);
                if let Some(endpoint) = endpoint {
                    self.layers.endpoint_kind = endpoint.kind;
                }
                let policy = endpoint.and_then(|endpoint| endpoint.policy.as_ref());
                policy.map_or(PolicyLayer::NotSaved, |text| PolicyLayer::saved(vec![read(id.as_str(), text)]))
            }
        };
    }

    /// The policies of the organization that apply to every account or to this one. Others may exist, and the units between
    /// are not known, so that they can deny and never complete the type.
    fn add_organization(&mut self, documents: &AccessDocuments, request: &StartRequest) {
        let caller = match &request.principal {
            RequestPrincipal::ExecutionRole(arn) => Arn::parse(arn).and_then(|arn| arn.account()),
            RequestPrincipal::TasksService | RequestPrincipal::LayerReader => None,
        };
        let owner = Arn::parse(&request.resource).and_then(|arn| arn.account()).or(caller);
        if let Some(account) = caller {
            self.layers.scp = organization(documents, OrganizationPolicyKind::ServiceControl, account);
        }
        if let Some(account) = owner.filter(|_| request.principal != RequestPrincipal::LayerReader) {
            self.layers.rcp = organization(documents, OrganizationPolicyKind::ResourceControl, account);
        }
    }
}

/// Reads a policy under the name that answers show.
fn read(name: &str, text: &PolicyText) -> Arc<SavedDocument> {
    Arc::new(SavedDocument::read(name, &Value::String(text.0.clone())))
}

fn documents_of(layer: &PolicyLayer) -> impl Iterator<Item = &Arc<SavedDocument>> {
    let levels = match layer {
        PolicyLayer::Saved { levels, .. } => levels.as_slice(),
        PolicyLayer::NotApplicable | PolicyLayer::NotSaved => &[],
    };
    levels.iter().flatten()
}

/// The ARNs of the managed policies that are known to be attached, also by a list that is not whole.
fn attached(role: &Role) -> impl Iterator<Item = &str> {
    role.attached.iter().flatten().chain(&role.partly_attached).map(String::as_str)
}

/// Whether every inline policy that a whole list names is saved.
fn has_all_inline(role: &Role) -> bool {
    let is_saved = |name: &String| role.inline.iter().any(|policy| policy.name == *name);
    role.inline_names.as_ref().is_some_and(|names| names.iter().all(is_saved))
}

fn resource(policy: Option<&SavedPolicy>, name: &str) -> PolicyLayer {
    match policy {
        None | Some(SavedPolicy::NotSaved) => PolicyLayer::NotSaved,
        Some(SavedPolicy::Absent) => PolicyLayer::saved(Vec::new()),
        Some(SavedPolicy::Saved(text)) => PolicyLayer::saved(vec![read(name, text)]),
    }
}

fn key_grant(grant: &Grant) -> KeyGrant {
    let pairs = |pairs: &[(String, String)]| pairs.iter().cloned().collect::<BTreeMap<_, _>>();
    KeyGrant {
        id: grant.id.clone(),
        grantee: grant.grantee.clone(),
        operations: grant.operations.clone(),
        context_subset: Some(pairs(&grant.context_subset)).filter(|pairs| !pairs.is_empty()),
        context_equals: grant.context_equals.as_deref().map(pairs),
        unclear: Vec::new(),
    }
}

fn organization(documents: &AccessDocuments, kind: OrganizationPolicyKind, account: &str) -> PolicyLayer {
    let applies = |target: &String| target == account || target.starts_with("r-");
    let saved = documents.organization_policies.values().filter(|policy| policy.kind == kind);
    // The policies of an organization have no effect in its management account, whose number is in their ARN. Without the ARN
    // this may be that account.
    let is_elsewhere = |arn: &String| Arn::parse(arn).is_some_and(|arn| arn.account != account);
    let saved = saved.filter(|policy| policy.arn.as_ref().is_some_and(is_elsewhere));
    let saved =
        saved.filter(|policy| policy.targets.as_ref().is_some_and(|targets| targets.iter().any(applies)));
    let documents: Vec<_> =
        saved.map(|policy| read(policy.arn.as_ref().unwrap_or(&policy.id), &policy.content)).collect();
    if documents.is_empty() { PolicyLayer::NotSaved } else { PolicyLayer::incomplete(documents) }
}
