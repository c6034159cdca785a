//! The policies of one type together: whether one allows or denies the request.

use std::sync::Arc;

use crate::policy::decision::{NearMiss, StatementRef};
use crate::policy::document::PolicyEffect;
use crate::policy::layers::PolicyLayer;
use crate::policy::policy_type::PolicyType;
use crate::policy::principal::{CallerTruth, PrincipalScene};
use crate::policy::saved_document::SavedDocument;
use crate::policy::statement::StatementScene;
use crate::policy::truth::{Decider, Truth};

/// The policies of one type, for a request.
pub(super) struct LayerVerdict {
    /// The type.
    pub(super) policy_type: PolicyType,
    /// Which policies of this type there are.
    pub(super) presence: LayerPresence,
    /// Whether a policy allows; for an organization, at every level. Missing documents make it unknown.
    pub(super) allows: CallerTruth,
    /// Whether a saved statement denies.
    pub(super) denies: Truth,
    /// The statements that certainly deny.
    pub(super) denied_by: Vec<StatementRef>,
    /// The first statement that certainly allows.
    pub(super) allowed_by: Option<StatementRef>,
    /// The statements for this action that allow something else.
    pub(super) near_misses: Vec<NearMiss>,
    /// Whether documents of this type are missing or unusable.
    pub(super) is_unseen: bool,
}

/// Which policies of a type there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LayerPresence {
    /// No policy of this type applies.
    NotApplicable,
    /// Policies of this type may apply, and none is saved.
    NotSaved,
    /// All documents are known, and there are none.
    Empty,
    /// Documents are saved, or some are known to be missing.
    Saved,
}

impl LayerVerdict {
    /// Judges the policies of a type.
    pub(super) fn judge(scene: PrincipalScene<'_>) -> Self {
        let mut verdict = Self::new(scene.policy_type);
        match scene.layers.get(scene.policy_type) {
            PolicyLayer::NotApplicable => {}
            PolicyLayer::NotSaved => verdict.judge_missing(),
            PolicyLayer::Saved { levels, is_complete } => verdict.judge_levels(scene, levels, *is_complete),
        }
        verdict
    }

    fn new(policy_type: PolicyType) -> Self {
        Self {
            policy_type,
            presence: LayerPresence::NotApplicable,
            allows: CallerTruth::OTHER,
            denies: Truth::No,
            denied_by: Vec::new(),
            allowed_by: None,
            near_misses: Vec::new(),
            is_unseen: false,
        }
    }

    /// Whether policies of this type apply or may apply.
    pub(super) fn applies(&self) -> bool {
        self.presence != LayerPresence::NotApplicable
    }

    /// Policies of a type without effect on the request.
    pub(super) fn without_effect(policy_type: PolicyType) -> Self {
        Self::new(policy_type)
    }

    /// Policies of a type that may apply, of which none is known.
    pub(super) fn missing(policy_type: PolicyType) -> Self {
        let mut verdict = Self::new(policy_type);
        verdict.judge_missing();
        verdict
    }

    fn judge_missing(&mut self) {
        self.presence = LayerPresence::NotSaved;
        self.is_unseen = true;
        self.allows = CallerTruth::unknown(&Decider::Policies(self.policy_type));
    }

    fn judge_levels(
        &mut self,
        scene: PrincipalScene<'_>,
        levels: &[Vec<Arc<SavedDocument>>],
        is_complete: bool,
    ) {
        let is_empty = is_complete && levels.iter().all(Vec::is_empty);
        self.presence = if is_empty { LayerPresence::Empty } else { LayerPresence::Saved };
        self.is_unseen = !is_complete;
        let mut allows: Option<CallerTruth> = None;
        for level in levels {
            let mut level_allows = self.judge_level(scene, level);
            if !is_complete {
                level_allows = level_allows.or(CallerTruth::unknown(&Decider::Policies(self.policy_type)));
            }
            allows = Some(match allows {
                Some(before) => before.and(&level_allows.any()),
                None => level_allows,
            });
        }
        self.allows = match allows {
            Some(allows) => allows,
            None if is_complete => CallerTruth::OTHER,
            None => CallerTruth::unknown(&Decider::Policies(self.policy_type)),
        };
    }

    fn judge_level(&mut self, scene: PrincipalScene<'_>, documents: &[Arc<SavedDocument>]) -> CallerTruth {
        documents
            .iter()
            .map(|document| self.judge_document(scene, document))
            .fold(CallerTruth::OTHER, CallerTruth::or)
    }

    fn judge_document(&mut self, scene: PrincipalScene<'_>, document: &SavedDocument) -> CallerTruth {
        let Ok(content) = &document.content else {
            self.is_unseen = true;
            let (policy_type, name) = (self.policy_type, document.name.clone());
            return CallerTruth::unknown(&Decider::Document { policy_type, name });
        };
        let mut allows = CallerTruth::OTHER;
        for (index, statement) in content.statements.iter().enumerate() {
            let policy_type = self.policy_type;
            let place = || StatementRef {
                policy_type,
                document: document.name.clone(),
                index,
                sid: statement.sid.clone(),
            };
            let statement = StatementScene { scene, document: content, statement };
            let applies = statement.applies();
            let effect = statement.statement.effect;
            if effect != PolicyEffect::Allow {
                self.add_denial(&applies, place());
            }
            if effect != PolicyEffect::Deny {
                self.add_allow(&applies, statement, place());
                allows = allows.or(applies);
            }
        }
        allows
    }

    fn add_denial(&mut self, applies: &CallerTruth, place: StatementRef) {
        let denies = applies.any();
        if denies.is_yes() {
            self.denied_by.push(place);
        }
        self.denies = std::mem::replace(&mut self.denies, Truth::No).or(denies);
    }

    fn add_allow(&mut self, applies: &CallerTruth, statement: StatementScene<'_>, place: StatementRef) {
        let allows = applies.any();
        if allows.is_yes() {
            self.allowed_by.get_or_insert(place);
        } else if allows.is_no() && !statement.action().is_no() {
            self.near_misses.push(NearMiss { statement: place, mismatches: statement.mismatches() });
        }
    }
}
