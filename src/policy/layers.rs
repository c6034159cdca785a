//! The policies that apply to a request, type by type, and what of them was saved.

use std::sync::Arc;

use crate::model::endpoint::EndpointKind;
use crate::policy::grant::KeyGrant;
use crate::policy::policy_type::PolicyType;
use crate::policy::saved_document::SavedDocument;

/// The policies of one type.
#[derive(Clone, Debug, Default)]
pub enum PolicyLayer {
    /// No policy of this type applies to the request.
    #[default]
    NotApplicable,
    /// Policies of this type may apply, and none is saved. A boundary, an endpoint policy, a key policy and a trust policy
    /// are taken to exist.
    NotSaved,
    /// Policies of this type are saved.
    Saved {
        /// The documents of each level: one level, except for the policies of an organization (root, each OU, account).
        levels: Vec<Vec<Arc<SavedDocument>>>,
        /// Whether these are all documents of this type that apply.
        is_complete: bool,
    },
}

impl PolicyLayer {
    /// All documents of a type are saved.
    #[must_use]
    pub fn saved(documents: Vec<Arc<SavedDocument>>) -> Self {
        Self::Saved { levels: vec![documents], is_complete: true }
    }

    /// These documents are saved, and others of the type may exist.
    #[must_use]
    pub fn incomplete(documents: Vec<Arc<SavedDocument>>) -> Self {
        Self::Saved { levels: vec![documents], is_complete: false }
    }

    /// All documents of every level of an organization are saved.
    #[must_use]
    pub fn levels(levels: Vec<Vec<Arc<SavedDocument>>>) -> Self {
        Self::Saved { levels, is_complete: true }
    }

    /// Whether policies of this type apply or may apply.
    #[must_use]
    pub fn applies(&self) -> bool {
        !matches!(self, Self::NotApplicable)
    }
}

/// The grants of a KMS key.
#[derive(Clone, Debug, Default)]
pub enum GrantLayer {
    /// The key has no grants, or the resource is no key.
    #[default]
    NotApplicable,
    /// The key may have grants.
    NotSaved,
    /// Grants are saved.
    Saved {
        /// The grants.
        grants: Vec<KeyGrant>,
        /// Whether these are all grants of the key.
        is_complete: bool,
    },
}

/// All policies that apply to a request.
#[derive(Clone, Debug)]
pub struct PolicyLayers {
    /// Inline and attached policies of the role or user.
    pub identity: PolicyLayer,
    /// Its permissions boundary.
    pub boundary: PolicyLayer,
    /// Policies that were passed for the session.
    pub session: PolicyLayer,
    /// The policy of the resource, if it is neither a key nor a role.
    pub resource: PolicyLayer,
    /// The policy of the KMS key.
    pub key: PolicyLayer,
    /// The grants of the KMS key.
    pub grants: GrantLayer,
    /// The trust policy of the role that is assumed.
    pub trust: PolicyLayer,
    /// The policy of the VPC endpoint that the request passes.
    pub endpoint: PolicyLayer,
    /// The kind of that endpoint.
    pub endpoint_kind: EndpointKind,
    /// Service control policies of the caller's account; not applicable in the management account.
    pub scp: PolicyLayer,
    /// Resource control policies of the resource's account; not applicable in the management account.
    pub rcp: PolicyLayer,
}

impl Default for PolicyLayers {
    fn default() -> Self {
        Self {
            identity: PolicyLayer::default(),
            boundary: PolicyLayer::default(),
            session: PolicyLayer::default(),
            resource: PolicyLayer::default(),
            key: PolicyLayer::default(),
            grants: GrantLayer::default(),
            trust: PolicyLayer::default(),
            endpoint: PolicyLayer::default(),
            endpoint_kind: EndpointKind::Interface,
            scp: PolicyLayer::default(),
            rcp: PolicyLayer::default(),
        }
    }
}

impl PolicyLayers {
    /// The policies of a type.
    #[must_use]
    pub fn get(&self, policy_type: PolicyType) -> &PolicyLayer {
        match policy_type {
            PolicyType::Rcp => &self.rcp,
            PolicyType::Scp => &self.scp,
            PolicyType::Endpoint => &self.endpoint,
            PolicyType::Resource => &self.resource,
            PolicyType::Key => &self.key,
            PolicyType::Trust => &self.trust,
            PolicyType::Identity => &self.identity,
            PolicyType::Boundary => &self.boundary,
            PolicyType::Session => &self.session,
        }
    }
}
