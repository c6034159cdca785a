//! Secrets, parameters, log groups and buckets, and the lists of them that were saved whole.

use super::SavedPolicy;
use crate::model::time::Timestamp;

/// A secret: `secretsmanager describe-secret`, `list-secrets`, `get-resource-policy`. Its value is never read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Secret {
    /// `ARN`, with the suffix of six characters.
    pub arn: String,
    /// `Name`.
    pub name: Option<String>,
    /// `KmsKeyId`: a key's id, ARN or alias; none for the key `aws/secretsmanager`.
    pub key: Option<String>,
    /// Whether a description was saved, so that a missing `KmsKeyId` means the AWS managed key.
    pub is_described: bool,
    /// `DeletedDate`: the secret is marked for deletion.
    pub deleted_at: Option<Timestamp>,
    /// `CreatedDate`.
    pub created_at: Option<Timestamp>,
    /// `LastChangedDate`.
    pub changed_at: Option<Timestamp>,
    /// The staging labels of all versions; none if no document shows them.
    pub stages: Option<Vec<String>>,
    /// `ResourcePolicy`.
    pub policy: SavedPolicy,
    /// `Tags`, by key; none if no document shows them.
    pub tags: Option<Vec<(String, String)>>,
}

/// A parameter: `ssm describe-parameters`. Its value is never read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// `Name`.
    pub name: String,
    /// `ARN`; none in documents of older versions of the AWS CLI.
    pub arn: Option<String>,
    /// `Type`, as written: `String`, `StringList`, `SecureString`.
    pub kind: Option<String>,
    /// `KeyId` of a `SecureString`: a key's id, ARN or alias.
    pub key: Option<String>,
    /// `LastModifiedDate`.
    pub modified_at: Option<Timestamp>,
}

/// A log group: `logs describe-log-groups`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogGroup {
    /// `logGroupArn`, or `arn` without its trailing `:*`.
    pub arn: String,
    /// `logGroupName`.
    pub name: String,
    /// `creationTime`.
    pub created_at: Option<Timestamp>,
}

/// A bucket: `s3api get-bucket-policy`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// The name, from the manifest or the name of the file.
    pub name: String,
    /// `Policy`.
    pub policy: SavedPolicy,
}

/// A list that was saved whole: a thing that it does not contain did not exist when it was saved.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CompleteList {
    /// The call of the AWS CLI, such as `logs describe-log-groups`.
    pub call: String,
    /// The account; none if no document shows it.
    pub account: Option<String>,
    /// The Region; none if no document shows it, and of a list that is of no Region.
    pub region: Option<String>,
    /// When it was saved; none if no document shows it.
    pub saved_at: Option<Timestamp>,
    /// Whether it is certain that no filter was used: a manifest shows it, or the call has none that leaves out things. The
    /// content of a list does not show it.
    pub is_unfiltered: bool,
}
