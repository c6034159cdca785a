//! The sentence of IAM about a denied request.
//!
//! `User: U is not authorized to perform: A on resource: R because no identity-based policy allows the A action`, or `… with an
//! explicit deny in a service control policy: ARN`. The end is lost first where a text is cut.

use super::principal::StatedPrincipal;
use super::reading::{Reading, StatedName};
use crate::diagnose::stopped_reason::wording;
use crate::policy::{DenialEffect, PolicyType};

/// The names of the types of policies in the sentence.
const POLICY_TYPES: [(&str, PolicyType); 7] = [
    ("identity-based policy", PolicyType::Identity),
    (wording::RESOURCE_POLICY, PolicyType::Resource),
    ("permissions boundary", PolicyType::Boundary),
    ("session policy", PolicyType::Session),
    (wording::ENDPOINT_POLICY, PolicyType::Endpoint),
    (wording::SERVICE_CONTROL_POLICY, PolicyType::Scp),
    (wording::RESOURCE_CONTROL_POLICY, PolicyType::Rcp),
];

/// The words before the reason for an explicit denial.
const EXPLICIT: &str = "with an explicit deny";

/// The link that newer sentences end with.
const LINK: &str = "go to https://";

/// The texts that follow the resource.
const AFTER_RESOURCE: [&str; 5] = ["because ", EXPLICIT, "status code: ", ": exit status", LINK];

/// The texts that show that a sentence without a type of policy is whole.
const AFTER_SENTENCE: [&str; 4] =
    ["because the resource does not exist", "status code: ", ": exit status", LINK];

/// The parts of the sentence.
#[derive(Default)]
pub(super) struct Sentence {
    pub(super) principal: Option<StatedPrincipal>,
    pub(super) action: Option<String>,
    pub(super) resource: Option<StatedName>,
    pub(super) policy_type: Option<PolicyType>,
    pub(super) effect: Option<DenialEffect>,
    pub(super) policy_arn: Option<StatedName>,
    /// Whether the sentence begins in the text.
    pub(super) is_begun: bool,
    /// Whether the sentence begins and ends before the policy is named.
    pub(super) is_open: bool,
}

impl Sentence {
    pub(super) fn read(text: Reading<'_>) -> Self {
        let mut sentence = Self { principal: principal(text), ..Self::default() };
        let Some(action) = text.after("not authorized to perform: ") else {
            sentence.is_begun = text.contains("user: arn:") || text.contains("not authorized to");
            sentence.is_open = sentence.is_begun;
            return sentence;
        };
        sentence.is_begun = true;
        sentence.is_open = true;
        let Some((word, rest)) = action.whole_word() else { return sentence };
        sentence.action = Some(word).filter(|word| is_action(word)).map(str::to_owned);
        let rest = match rest.trim().strip("on resource: ").and_then(Reading::name) {
            Some((name, rest)) => {
                sentence.resource = Some(resource(name, rest));
                rest
            }
            None => rest,
        };
        sentence.read_policy(rest);
        sentence.is_open =
            sentence.policy_type.is_none() && !AFTER_SENTENCE.iter().any(|end| rest.contains(end));
        sentence
    }

    /// Reads the clause about the policy from the text after the resource.
    fn read_policy(&mut self, rest: Reading<'_>) {
        let implicit = rest.after(" because ");
        let explicit = rest.after(EXPLICIT);
        // The first of the two is of this sentence: the rest of a text is shorter the later it begins.
        let is_implicit = match (implicit, explicit) {
            (Some(implicit), Some(explicit)) => implicit.text().len() > explicit.text().len(),
            (implicit, _) => implicit.is_some(),
        };
        if is_implicit {
            let named = implicit.and_then(|clause| clause.strip("no ")).and_then(policy_type);
            self.policy_type = named.map(|(policy_type, _)| policy_type);
            self.effect = named.map(|_| DenialEffect::Implicit);
        } else if let Some(clause) = explicit {
            self.effect = Some(DenialEffect::Explicit);
            let articles = [" in a ", " in an ", " in the "];
            let named = articles.iter().find_map(|article| clause.strip(article)).and_then(policy_type);
            self.policy_type = named.map(|(policy_type, _)| policy_type);
            self.policy_arn = named.and_then(|(_, rest)| policy_arn(rest));
        }
        self.policy_type = self.policy_type.map(|named| self.type_for_action(named));
    }

    /// The resource-based policy of a key is its key policy, and that of a role its trust policy.
    fn type_for_action(&self, named: PolicyType) -> PolicyType {
        let action = self.action.as_deref().unwrap_or_default().to_ascii_lowercase();
        match named {
            PolicyType::Resource if action.starts_with("kms:") => PolicyType::Key,
            PolicyType::Resource if action.starts_with("sts:assumerole") => PolicyType::Trust,
            other => other,
        }
    }
}

/// The user of the sentence, or the role that ECS could not assume, whichever comes first.
fn principal(text: Reading<'_>) -> Option<StatedPrincipal> {
    let user = text.after_each("user: ").find_map(|rest| {
        let (word, after) = rest.whole_word()?;
        let is_user = word.starts_with("arn:") || after.begins_with(" is not authorized");
        is_user.then_some((rest.text().len(), word))
    });
    let role = text.after(wording::ASSUME_ROLE).and_then(|rest| rest.strip(" '")).and_then(|rest| {
        let (arn, _) = rest.text().split_once('\'')?;
        Some((rest.text().len(), arn))
    });
    user.into_iter().chain(role).max().map(|(_, written)| StatedPrincipal::new(written))
}

/// The resource before `rest`: complete only if `rest` continues the sentence, since names of objects may contain blanks.
fn resource(name: StatedName, rest: Reading<'_>) -> StatedName {
    let rest = rest.trim();
    let continues = AFTER_RESOURCE.iter().any(|next| rest.begins_with(next));
    let is_end_of_quote = rest.text().is_empty();
    StatedName { is_complete: name.is_complete && (continues || is_end_of_quote), ..name }
}

/// The type of policy at the start, and the text after it.
fn policy_type(clause: Reading<'_>) -> Option<(PolicyType, Reading<'_>)> {
    POLICY_TYPES.iter().find_map(|(name, policy_type)| Some((*policy_type, clause.strip(name)?)))
}

/// The ARN of the policy after its type. A sentence about it ends with a full stop, which names may contain too.
fn policy_arn(rest: Reading<'_>) -> Option<StatedName> {
    let (name, rest) = rest.strip(": ")?.name().filter(|(name, _)| name.text.starts_with("arn:"))?;
    match name.text.strip_suffix('.') {
        Some(text) => Some(StatedName { text: text.to_owned(), is_complete: rest.trim().begins_with(LINK) }),
        None => Some(name),
    }
}

/// Whether it has the form `service:Action`.
fn is_action(word: &str) -> bool {
    let is_name =
        |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    word.split_once(':').is_some_and(|(service, name)| is_name(service) && is_name(name))
}
