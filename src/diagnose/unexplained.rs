//! A rejection that no control of the rejecting interface explains by its rules: they allow the packets as saved, or
//! documents are missing.

use crate::diagnose::assessment::{Assessment, Claim};
use crate::diagnose::elimination::{Remaining, most_likely};
use crate::diagnose::rejection::{Rejection, allowed_now, needs_documents};
use crate::diagnose::rejection_point::Explanation;
use crate::finding::{Culprit, Fix, MissingData};

/// The rest that the configuration shows of such a rejection.
pub(super) struct Unexplained<'c> {
    /// The only control that can have rejected, if all others are known to allow the packets.
    pub(super) remaining: Option<Remaining<'c>>,
    /// Sentences that continue the summary; empty if there is nothing to add.
    note: String,
    needs: Vec<MissingData>,
}

impl<'c> Rejection<'c> {
    /// The rest that the configuration shows, if no control is shown to have rejected. `whose` is the owner of the rejecting
    /// interface, as a genitive.
    pub(super) fn unexplained(&self, whose: &str) -> Option<Unexplained<'c>> {
        let remaining = self.remaining();
        if remaining.as_ref().is_some_and(|remaining| remaining.is_certain) {
            return None;
        }
        let (note, needs) = match &self.explanation {
            Explanation::Denied(..) => return None,
            Explanation::Allowed(hops) => (allowed_now(hops), Vec::new()),
            Explanation::Unknown(needs) => {
                (most_likely(self.case, remaining.as_ref()), needs_documents(needs, whose))
            }
        };
        Some(Unexplained { remaining, note, needs })
    }
}

impl Unexplained<'_> {
    /// The claim that one of the interface's controls rejected; `interfaces` are those that did.
    pub(super) fn claim(self, rejection: &Rejection<'_>, interfaces: Vec<Culprit>, fix: Fix) -> Assessment {
        let culprits = match &self.remaining {
            Some(remaining) => remaining.culprits_before(interfaces),
            None => interfaces,
        };
        Assessment::Holds(Box::new(Claim {
            service: None,
            certainty: rejection.certainty(),
            culprits,
            summary: rejection.summary("") + &self.note,
            missing: self.needs.into_iter().chain(rejection.missing()).collect(),
            proof: rejection.rejected.clone(),
            more_proofs: rejection.more_proofs(),
            fix,
        }))
    }
}
