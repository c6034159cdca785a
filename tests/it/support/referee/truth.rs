//! The truth of a case, and the comparison of culprits with it.

use flowcause::finding::{Culprit, CulpritKind};

/// The resource at fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Blamed {
    /// None.
    Nobody,
    /// A part of the path that no document shows.
    Path,
    /// One of these resources.
    One(CulpritKind, Vec<String>),
    /// Any one of these.
    Any(Vec<Blamed>),
    /// The network ACL of a subnet, named by the subnet or by the id in the documents.
    AclOf(AclPlace),
}

/// A network ACL by the subnet that it protects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AclPlace {
    /// The subnet.
    pub(super) subnet: String,
    /// The id of the subnet's ACL in the documents.
    pub(super) documented: Option<String>,
}

impl Blamed {
    /// One resource.
    pub(super) fn one(kind: CulpritKind, id: impl Into<String>) -> Self {
        Self::One(kind, vec![id.into()])
    }

    /// Whether the first culprit of a verdict is the resource at fault.
    pub(super) fn is(&self, culprits: &[Culprit]) -> bool {
        match (self, culprits.first()) {
            (Self::Nobody, first) => first.is_none(),
            (Self::Path, Some(first)) => first.kind == CulpritKind::Path,
            (Self::One(kind, ids), Some(first)) => {
                first.kind == *kind && first.id.as_ref().is_some_and(|id| ids.contains(id))
            }
            (Self::AclOf(place), Some(first)) => {
                let of_subnet = first.subnet_id.as_ref().is_some_and(|id| id.as_str() == place.subnet);
                first.kind == CulpritKind::NetworkAcl && (of_subnet || first.id == place.documented)
            }
            (Self::Any(blamed), _) => blamed.iter().any(|one| one.is(culprits)),
            (_, None) => false,
        }
    }
}

/// A right answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    /// The cause's id.
    pub(crate) cause: &'static str,
    /// The first culprit.
    pub(crate) blamed: Blamed,
}

/// Other resources of a case that answers may name.
#[derive(Clone, Debug)]
pub(super) struct CaseResources {
    /// The task's interface.
    pub(super) near: String,
    /// The interface of the step that failed, where it is in the VPC.
    pub(super) far: Option<String>,
    /// The ACL at fault.
    pub(super) acl: Option<AclPlace>,
}
