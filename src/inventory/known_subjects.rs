//! The things that documents name, as candidates for the subject of a document that does not name its own.

use std::collections::BTreeSet;

use crate::inventory::Inventory;
use crate::inventory::origin::KnownSubject;
use crate::model::access::Boundary;

impl Inventory {
    /// The roles that are described or that a task definition names.
    pub(super) fn known_roles(&self) -> BTreeSet<KnownSubject> {
        let named = self.task_definitions.values();
        let named = named.flat_map(|one| [&one.execution_role_arn, &one.task_role_arn]).flatten();
        let arns = self.roles.keys().chain(named);
        arns.filter_map(|arn| Some(KnownSubject { name: role_name(arn)?.to_owned(), id: arn.clone() }))
            .collect()
    }

    /// A version of the managed policies that are described, attached to a role, or its boundary: as `POLICYNAME-VERSION`.
    pub(super) fn known_policy_versions(&self, version: &str) -> BTreeSet<KnownSubject> {
        let attached =
            self.roles.values().flat_map(|role| role.attached.iter().flatten().chain(&role.partly_attached));
        let boundaries = self.roles.values().filter_map(|role| match &role.boundary {
            Boundary::Policy(arn) => Some(arn),
            _ => None,
        });
        let arns = self.managed_policies.keys().chain(attached).chain(boundaries);
        let subject = |arn: &String| {
            Some(KnownSubject { name: format!("{}-{version}", policy_name(arn)?), id: arn.clone() })
        };
        arns.filter_map(subject).collect()
    }

    /// The policies of the organization that are described.
    pub(super) fn known_organization_policies(&self) -> BTreeSet<KnownSubject> {
        let ids = self.organization_policies.keys();
        ids.map(|id| KnownSubject { name: id.clone(), id: id.clone() }).collect()
    }
}

/// The name of a role, which is the last part of its ARN; none if the ARN is of something else.
pub(super) fn role_name(arn: &str) -> Option<&str> {
    name_after(arn, "role/")
}

/// The name of a managed policy, which is the last part of its ARN; none if the ARN is of something else.
pub(super) fn policy_name(arn: &str) -> Option<&str> {
    name_after(arn, "policy/")
}

fn name_after<'a>(arn: &'a str, kind: &str) -> Option<&'a str> {
    let resource = arn.strip_prefix("arn:")?.split_once(":iam::")?.1.split_once(':')?.1;
    resource.strip_prefix(kind)?.rsplit('/').next().filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_is_the_last_part() {
        assert_eq!(role_name("arn:aws:iam::1:role/a"), Some("a"));
        assert_eq!(policy_name("arn:aws:iam::aws:policy/service-role/P"), Some("P"));
        assert_eq!(role_name("arn:aws-cn:iam::1:role/service-role/team/a"), Some("a"));
        for other in ["", "a", "role/a", "x:role/a", "arn:aws:iam::1:role/", "arn:aws:iam::1:user/a"] {
            assert_eq!(role_name(other), None, "{other}");
        }
    }
}
