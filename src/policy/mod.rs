//! Whether IAM policies allow a request: yes, no, or unknown with the keys and documents that would decide.
//!
//! Input: an [`AccessRequest`] and the [`PolicyLayers`] that apply to it, each with what of it was saved. Output: an
//! [`AccessDecision`] with the documents and statements that decide. [`evaluate()`] is a pure function: it uses no files, no
//! clock and no AWS account. docs/policies.md describes what each answer means and its exact condition.
//!
//! Modules, from the lowest: `truth` (three values), `key_names`, `context` and `request` (the request); `pattern` and
//! `variables` (texts with wildcards and variables); `condition`; `document`, `decode`, `parse` and `saved_document` (from JSON
//! to statements); `layers` and `grant` (the input); `action`, `resource`, `principal` and `statement` (whether a statement
//! applies); `layer_verdict` and `grant_verdict` (the policies of one type); `permission` (which types must allow); `evaluate`.

mod action;
mod condition;
mod context;
mod decision;
mod decode;
mod document;
mod evaluate;
mod grant;
mod grant_verdict;
mod key_names;
mod layer_verdict;
mod layers;
mod parse;
mod pattern;
mod permission;
mod policy_type;
mod principal;
mod request;
mod resource;
mod saved_document;
mod statement;
mod truth;
mod variables;
mod verdicts;

pub use condition::{
    ConditionOperator, ConditionTest, Relation, SetOperator, ValueComparison, time_of_value,
};
pub use context::{ContextValue, RequestContext};
pub use decision::{AccessDecision, AccessDenial, DenialEffect, NearMiss, StatementPart, StatementRef};
pub use document::{
    DocumentError, ListedPrincipals, ListedValues, NamedPrincipal, PolicyDocument, PolicyEffect,
    PolicyStatement,
};
pub use evaluate::evaluate;
pub use grant::KeyGrant;
pub use key_names::is_aws_key;
pub use layers::{GrantLayer, PolicyLayer, PolicyLayers};
pub use policy_type::PolicyType;
pub use request::{AccessRequest, RequestCaller};
pub use saved_document::SavedDocument;
pub use truth::{Decider, Truth};
