//! The permissions of the start of a task, as `flowcause check` reports it: each request with its answer, and each resource.

use crate::finding::{CauseId, DeniedRequest, Fix, MissingData};
use crate::model::service::Service;
use crate::model::time::Timestamp;

/// The answer about a request, or about all of a start. The worse one is the larger.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PermissionAnswer {
    /// Nothing was evaluated.
    #[default]
    NotChecked,
    /// Allowed by everything that is saved.
    Allowed,
    /// A document or a key of the request decides, and it is not known.
    Unknown,
    /// It is denied under an assumption that the answer names.
    DeniedIfAssumed,
    /// It is denied, whatever is not known.
    Denied,
}

impl PermissionAnswer {
    /// The name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::NotChecked => "not-checked",
            Self::Allowed => "allowed",
            Self::Unknown => "unknown",
            Self::DeniedIfAssumed => "denied-under-assumption",
            Self::Denied => "denied",
        }
    }
}

/// A reason why a request is denied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedDenial {
    /// The cause that a start would have.
    pub cause: CauseId,
    /// The denial, as `explain` lists it.
    pub denied: DeniedRequest,
    /// The mistakes that explain it, each a sentence.
    pub hints: Vec<String>,
    /// The conditions that it depends on and no document shows, each a clause; empty for a certain denial.
    pub assumptions: Vec<String>,
}

/// A statement that allows a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllowingStatement {
    /// The type of its policy.
    pub policy_type: &'static str,
    /// The document that has it.
    pub document: String,
    /// Its `Sid`, else its position in the document.
    pub statement: String,
}

/// A request that a start makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedRequest {
    /// The action.
    pub action: &'static str,
    /// The ARN of the resource, or `*`.
    pub resource: String,
    /// The ARN of the role, or the service of AWS, that makes it.
    pub principal: String,
    /// The service that gets it.
    pub service: Service,
    /// The Region of that service.
    pub region: Option<String>,
    /// The first container that needs it.
    pub container: Option<String>,
    /// The answer.
    pub answer: PermissionAnswer,
    /// Why it is denied; empty if it is not.
    pub denials: Vec<CheckedDenial>,
    /// The statements that allow it, one for each type of policy; empty if it is not allowed.
    pub allowed_by: Vec<AllowingStatement>,
    /// For an allowed request: the types of policies of which not all were seen, so that one of them may deny it.
    pub not_seen: Vec<&'static str>,
    /// The data that would decide it; empty if it is decided.
    pub missing: Vec<MissingData>,
}

/// A resource that a start uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedResource {
    /// `secret`, `parameter`, `key`, `log-group` or `image`.
    pub kind: &'static str,
    /// Its ARN as far as it is known, or the name of a log group or parameter.
    pub id: String,
    /// Its Region.
    pub region: Option<String>,
    /// The first container that needs it.
    pub container: Option<String>,
    /// Its state.
    pub state: &'static str,
    /// The cause that a start would have; none if the start can use it, as far as documents show.
    pub cause: Option<CauseId>,
    /// The fault, a clause without its period; empty if there is none.
    pub summary: String,
    /// The fix; empty if there is no fault.
    pub fix: Fix,
}

/// The permissions of a start.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StartPermissions {
    /// Why nothing was evaluated, a clause without its period; none if it was.
    pub not_checked: Option<String>,
    /// Whether that is because nothing about permissions was saved.
    pub is_nothing_saved: bool,
    /// The last time at which a document was saved, if a manifest shows it: the start is later.
    pub saved_at: Option<Timestamp>,
    /// The requests, in the order of a start.
    pub requests: Vec<CheckedRequest>,
    /// The resources, in the order of a start.
    pub resources: Vec<CheckedResource>,
    /// The data that would show whether there are further requests.
    pub missing: Vec<MissingData>,
    /// Further remarks, each a sentence without its period.
    pub notes: Vec<String>,
    /// The changes that let every request succeed; empty if none is denied.
    pub fix: Fix,
}

impl StartPermissions {
    /// The worst answer of all requests and resources. A request that is not known yet leaves it unknown.
    #[must_use]
    pub fn answer(&self) -> PermissionAnswer {
        if self.not_checked.is_some() {
            return PermissionAnswer::NotChecked;
        }
        let of_requests = self.requests.iter().map(|request| request.answer);
        let of_resources = self.faults().map(|_| PermissionAnswer::Denied);
        let of_others = (!self.missing.is_empty()).then_some(PermissionAnswer::Unknown);
        let all = of_requests.chain(of_resources).chain(of_others);
        all.max().unwrap_or(PermissionAnswer::Unknown)
    }

    /// The resources that the start cannot use.
    pub fn faults(&self) -> impl Iterator<Item = &CheckedResource> {
        self.resources.iter().filter(|resource| resource.cause.is_some())
    }

    /// The requests with an answer.
    pub fn answered(&self, answer: PermissionAnswer) -> impl Iterator<Item = &CheckedRequest> {
        self.requests.iter().filter(move |request| request.answer == answer)
    }

    /// All data that would decide what is open, each once.
    #[must_use]
    pub fn all_missing(&self) -> Vec<&MissingData> {
        let all = self.requests.iter().flat_map(|request| &request.missing).chain(&self.missing);
        let mut once: Vec<&MissingData> = Vec::new();
        for one in all {
            if !once.contains(&one) {
                once.push(one);
            }
        }
        once
    }
}
