//! Keys of KMS and the grants on them.

use super::SavedPolicy;
use crate::model::time::Timestamp;

/// A key: `kms describe-key`, `kms get-key-policy`, `kms list-grants`, `kms list-aliases`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Key {
    /// `KeyId` without the rest of the ARN.
    pub id: String,
    /// `Arn`; none if only the id is known.
    pub arn: Option<String>,
    /// `KeyState`, as written: `Enabled`, `Disabled`, `PendingDeletion`, …
    pub state: Option<String>,
    /// Whether `KeyManager` is `AWS`; none if no document shows it.
    pub is_aws_managed: Option<bool>,
    /// `CreationDate`.
    pub created_at: Option<Timestamp>,
    /// `DeletionDate`.
    pub deletion_at: Option<Timestamp>,
    /// The key policy; a key always has one.
    pub policy: SavedPolicy,
    /// All grants; none if no whole list was saved.
    pub grants: Option<Vec<Grant>>,
    /// Names of aliases, such as `alias/orders`.
    pub aliases: Vec<String>,
}

/// A grant on a key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Grant {
    /// `GrantId`.
    pub id: String,
    /// `GranteePrincipal`.
    pub grantee: String,
    /// `Operations`, as written: `Decrypt`, …
    pub operations: Vec<String>,
    /// `Constraints.EncryptionContextSubset`, by key.
    pub context_subset: Vec<(String, String)>,
    /// `Constraints.EncryptionContextEquals`, by key; none if there is no such constraint.
    pub context_equals: Option<Vec<(String, String)>>,
}
