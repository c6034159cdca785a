//! Whether a statement applies to a request, and which of its parts does not.

use crate::policy::decision::StatementPart;
use crate::policy::document::{PolicyDocument, PolicyStatement};
use crate::policy::policy_type::PolicyType;
use crate::policy::principal::{CallerTruth, PrincipalScene};
use crate::policy::truth::{Decider, Truth};
use crate::policy::{action, resource};

/// A statement of a document, and the request that it is compared with.
#[derive(Clone, Copy)]
pub(super) struct StatementScene<'a> {
    pub(super) scene: PrincipalScene<'a>,
    pub(super) document: &'a PolicyDocument,
    pub(super) statement: &'a PolicyStatement,
}

impl StatementScene<'_> {
    /// Whether all parts of the statement apply, by the way in which it names the caller.
    pub(super) fn applies(self) -> CallerTruth {
        // Most statements are about other actions, which is quickly decided.
        let action = self.action();
        if action.is_no() {
            return CallerTruth::OTHER;
        }
        let conditions = Truth::all(self.conditions());
        let rest = action.and(self.resource()).and(conditions).and(self.unclear());
        self.principal().and(&rest)
    }

    /// The parts that do not match, for a statement whose action matches.
    pub(super) fn mismatches(self) -> Vec<StatementPart> {
        let principal = self.principal().any().is_no().then_some(StatementPart::Principal);
        let resource = self.resource().is_no().then_some(StatementPart::Resource);
        let conditions = self.statement.conditions.iter().zip(self.conditions());
        let conditions = conditions.filter(|(_, truth)| truth.is_no());
        let named = conditions
            .map(|(test, _)| StatementPart::Condition { operator: test.name.clone(), key: test.key.clone() });
        principal.into_iter().chain(resource).chain(named).collect()
    }

    pub(super) fn action(self) -> Truth {
        match &self.statement.actions {
            Some(element) => action::covers(element, &self.scene.request.action),
            None => Truth::unknown(Decider::Element("Action".to_owned())),
        }
    }

    fn resource(self) -> Truth {
        let (request, policy_type) = (self.scene.request, self.scene.policy_type);
        match &self.statement.resources {
            Some(element) => resource::covers(
                element,
                &request.resource,
                &request.context,
                self.document.has_variables,
                policy_type.completes_short_arns(),
            ),
            None if self.needs_no_resource() => Truth::Yes,
            None => Truth::unknown(Decider::Element("Resource".to_owned())),
        }
    }

    /// Trust policies and the policies of repositories have no `Resource`. AWS refuses every other policy without it, so that
    /// a saved one has lost it.
    fn needs_no_resource(self) -> bool {
        match self.scene.policy_type {
            PolicyType::Trust => true,
            PolicyType::Resource => self.scene.request.service() == "ecr",
            _ => false,
        }
    }

    fn principal(self) -> CallerTruth {
        self.scene.judge(self.statement)
    }

    fn conditions(self) -> impl Iterator<Item = Truth> {
        let (context, has_variables) = (&self.scene.request.context, self.document.has_variables);
        self.statement.conditions.iter().map(move |test| test.evaluate(context, has_variables))
    }

    fn unclear(self) -> Truth {
        let unclear = self.statement.unclear.iter();
        Truth::all(unclear.map(|name| Truth::unknown(Decider::Element(name.clone()))))
    }
}
