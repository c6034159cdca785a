//! Roles, policies and the resources that a start uses, as the AWS CLI shows them.
//!
//! The documents of this kind keep policies as text. The room that evaluates them parses them, and only those of the roles
//! and resources that a start uses.

mod denied_call;
mod key;
mod organization_policy;
mod policy_text;
mod registry;
mod resources;
mod role;
mod saved_call;
mod start;

pub use denied_call::{DenialSource, DeniedCall};
pub use key::{Grant, Key};
pub use organization_policy::{OrganizationPolicy, OrganizationPolicyKind};
pub use policy_text::{PolicyText, SavedPolicy};
pub use registry::{Image, PullThroughRule, RegistryPolicy, Repository};
pub use resources::{Bucket, CompleteList, LogGroup, Parameter, Secret};
pub use role::{Boundary, InlinePolicy, ManagedPolicy, PolicyVersion, Role};
pub use saved_call::{Manifest, SavedCall, UnplacedDocument, UnplacedReason};
pub use start::{LogConfiguration, SecretReference, StartContainer};
