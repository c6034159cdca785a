//! The effect of each change: it is undone alone, and the request is evaluated again.

use std::collections::{BTreeMap, BTreeSet};

use crate::changes::assumptions::{assumed, by_main_part, with_nat_gateway, with_replaced_rules};
use crate::changes::request::{FailingRequest, RequestState, UndoingResult};
use crate::changes::saved::{ChangeSpan, ChangesBySubject};
use crate::changes::subjects::subjects;
use crate::finding::{ChangeEffect, JudgedChange};
use crate::inventory::{Inventory, without};
use crate::model::arn::Arn;
use crate::model::configuration_change::{Attribute, ConfigurationChange, Part, SubjectKind};
use crate::model::time::Timestamp;
use crate::path::Sender;

/// The largest number of changes of one task that are evaluated and listed: the latest ones.
const MOST: usize = 100;

/// The failing request and the configuration at its failure.
pub(super) struct Undoing<'u, 'c, 'i, 'a> {
    pub(super) request: &'u FailingRequest<'c, 'i>,
    /// The request with that configuration.
    pub(super) base: RequestState,
    pub(super) then: &'u Inventory,
    /// The time of the failure.
    pub(super) at: Timestamp,
    pub(super) saved: &'u ChangesBySubject<'a>,
    /// The place from which a task of the same service succeeded.
    pub(super) earlier_sender: Option<Sender>,
}

/// The changes that a request depends on.
pub(super) struct Judged {
    /// By time.
    pub(super) events: Vec<JudgedChange>,
    /// The number of those that are not listed.
    pub(super) omitted: usize,
    /// Whether an event of a change that opens the way does not show the state before it.
    pub(super) is_assumed: bool,
}

/// The identity of a call.
type CallKey<'a> = (Timestamp, Option<&'a str>, &'a str);

impl<'a> Undoing<'_, '_, '_, 'a> {
    /// The changes of a span that the request depends on.
    pub(super) fn judge(&self, span: ChangeSpan) -> Judged {
        let mut calls: BTreeMap<CallKey<'a>, &'a ConfigurationChange> = BTreeMap::new();
        for subject in subjects(self.request, &self.base.hops, self.then, self.saved) {
            for &change in self.saved.of_subject(subject, span) {
                if self.is_foreign(change) {
                    continue;
                }
                let key = (change.at, change.event_id.as_deref(), change.event_name.as_str());
                calls.entry(key).or_insert(change);
            }
        }
        let omitted = calls.len().saturating_sub(MOST);
        let mut is_assumed = false;
        let mut events: Vec<JudgedChange> = Vec::new();
        for change in calls.into_values().skip(omitted) {
            let Some((effect, from_assumption)) = self.effect(change) else { continue };
            is_assumed |= from_assumption && effect == ChangeEffect::Opens;
            events.push(judged(change, effect));
        }
        let is_opening = |one: &&mut JudgedChange| one.effect == ChangeEffect::Opens;
        if events.iter_mut().filter(is_opening).count() == 1 {
            events.iter_mut().filter(is_opening).for_each(|one| one.effect = ChangeEffect::BrokeIt);
        }
        Judged { events, omitted, is_assumed }
    }

    /// Whether a change is of another account: names, unlike ids, occur in several accounts.
    fn is_foreign(&self, change: &ConfigurationChange) -> bool {
        let is_named = matches!(
            change.subject.kind,
            SubjectKind::Role
                | SubjectKind::Secret
                | SubjectKind::Parameter
                | SubjectKind::LogGroup
                | SubjectKind::Repository
                | SubjectKind::Service
        );
        let own = self.request.case.subject.task_arn.as_deref().and_then(Arn::parse);
        let is_other = |own: Option<&str>, other: Option<&String>| {
            own.zip(other).is_some_and(|(own, other)| own != other)
        };
        let is_global = change.subject.kind == SubjectKind::Role;
        is_named
            && (is_other(own.and_then(|arn| arn.account()), change.account.as_ref())
                || !is_global && is_other(own.and_then(|arn| arn.region()), change.region.as_ref()))
    }

    /// The effect of undoing a call; none if it is certainly not about the request.
    fn effect(&self, change: &'a ConfigurationChange) -> Option<(ChangeEffect, bool)> {
        let case = self.request.case;
        if change.subject.kind == SubjectKind::Service {
            return self.effect_of_service(change).map(|effect| (effect, true));
        }
        let alternatives = self.undone(change);
        let is_assumed = alternatives.len() > 1 || alternatives.iter().any(|one| one.is_assumed);
        let mut effects: Vec<ChangeEffect> = alternatives
            .iter()
            .map(|one| effect(self.base.compared(&self.request.state_in(&one.inventory, &case.sender))))
            .collect();
        effects.dedup();
        let [effect] = effects[..] else { return Some((ChangeEffect::Unknown, is_assumed)) };
        let is_of_other_subnet =
            change.subject.kind == SubjectKind::Subnet && !change.subject.id.starts_with("subnet-");
        (effect != ChangeEffect::None || !is_of_other_subnet).then_some((effect, is_assumed))
    }

    /// The configuration without a call, for each state that may have been before it; empty if that is not known.
    fn undone(&self, change: &'a ConfigurationChange) -> Vec<Undone> {
        let mut all = vec![Undone { inventory: self.then.clone(), is_assumed: false }];
        for one in self.saved.of_call(change) {
            let one = by_main_part(one);
            let of_subject = |one: &ConfigurationChange| self.saved.until(&one.subject, self.at);
            all = all.iter().flat_map(|undone| undone.without(&one, of_subject(&one))).collect();
        }
        all
    }

    /// A service that was moved: its tasks started elsewhere before. No event shows where, but the task that succeeded does.
    fn effect_of_service(&self, change: &ConfigurationChange) -> Option<ChangeEffect> {
        let parts = change.parts.as_deref().unwrap_or_default();
        let changes = |attribute| parts.iter().any(|one| one.part == Part::Attribute(attribute));
        if self.request.is_refused() {
            return changes(Attribute::TaskDefinition).then_some(ChangeEffect::Unknown);
        }
        if !changes(Attribute::Network) {
            return None;
        }
        let sender = &self.request.case.sender;
        let Some(earlier) = &self.earlier_sender else { return Some(ChangeEffect::Unknown) };
        let sorted = |sender: &Sender| {
            sender.group_ids.as_ref().map(|ids| ids.iter().cloned().collect::<BTreeSet<_>>())
        };
        let is_same = earlier.subnet_id == sender.subnet_id && sorted(earlier) == sorted(sender);
        if is_same {
            return Some(ChangeEffect::None);
        }
        Some(effect(self.base.compared(&self.request.state_in(self.then, earlier))))
    }
}

/// The configuration without a change.
struct Undone {
    inventory: Inventory,
    /// Whether the state before the change is not shown, but follows because it had an effect.
    is_assumed: bool,
}

impl Undone {
    /// `of_subject` are the changes of the same thing up to the failure.
    fn without(&self, change: &ConfigurationChange, of_subject: &[&ConfigurationChange]) -> Vec<Self> {
        if let Some(inventory) = without(&self.inventory, change) {
            return vec![Self { inventory, is_assumed: self.is_assumed }];
        }
        let known = with_nat_gateway(change, &self.inventory)
            .or_else(|| with_replaced_rules(change, &self.inventory, of_subject));
        if let Some(inventory) = known {
            return vec![Self { inventory, is_assumed: true }];
        }
        let all = assumed(change, &self.inventory).into_iter();
        all.filter_map(|one| Some(Self { inventory: without(&self.inventory, &one)?, is_assumed: true }))
            .collect()
    }
}

fn effect(comparison: UndoingResult) -> ChangeEffect {
    match comparison {
        UndoingResult::Opens => ChangeEffect::Opens,
        UndoingResult::Same => ChangeEffect::None,
        UndoingResult::Unknown => ChangeEffect::Unknown,
    }
}

fn judged(change: &ConfigurationChange, effect: ChangeEffect) -> JudgedChange {
    JudgedChange {
        at: change.at,
        event_id: change.event_id.clone(),
        event_name: change.event_name.clone(),
        principal: change.principal.clone(),
        source: change.source,
        subject: change.subject.clone(),
        account: change.account.clone(),
        region: change.region.clone(),
        effect,
    }
}
