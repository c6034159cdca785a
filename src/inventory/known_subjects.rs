//! The things that documents name, as candidates for the subject of a document that does not name its own.

use std::collections::BTreeSet;

use crate::inventory::Inventory;
use crate::inventory::origin::KnownSubject;

impl Inventory {
    /// The roles that are described or that a task definition names.
    pub(super) fn known_roles(&self) -> BTreeSet<KnownSubject> {
        let named = self.task_definitions.values();
        let named = named.flat_map(|one| [&one.execution_role_arn, &one.task_role_arn]).flatten();
        let arns = self.roles.keys().chain(named);
        arns.filter_map(|arn| Some(KnownSubject { name: role_name(arn)?.to_owned(), id: arn.clone() }))
            .collect()
    }
}

/// The name of a role, which is the last part of its ARN; none if the ARN is of something else.
pub(super) fn role_name(arn: &str) -> Option<&str> {
    let (_, path) = arn.split_once(":role/").filter(|_| arn.starts_with("arn:"))?;
    path.rsplit('/').next().filter(|name| !name.is_empty())
}

/// The text of an ARN after the account: `policy/service-role/NAME` of `arn:aws:iam::aws:policy/service-role/NAME`.

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_is_the_last_part() {
        assert_eq!(role_name("arn:aws:iam::1:role/a"), Some("a"));
        assert_eq!(role_name("arn:aws-cn:iam::1:role/service-role/team/a"), Some("a"));
        for other in ["", "a", "role/a", "x:role/a", "arn:aws:iam::1:role/", "arn:aws:iam::1:user/a"] {
            assert_eq!(role_name(other), None, "{other}");
        }
    }
}
