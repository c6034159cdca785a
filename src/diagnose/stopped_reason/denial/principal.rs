//! The principal of a request: a session of a role, a role, or another one.

/// The account in which AWS keeps the layers of ECR.
const LAYER_ACCOUNT: &str = "812812325446";

/// The roles with which AWS signs the requests for layers begin with it; the name of the Region follows.
const LAYER_ROLE: &str = "storage-access-role-prod-";

/// The digits of an account id.
const ACCOUNT_DIGITS: usize = 12;

/// The principal of a request as a text states it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatedPrincipal(String);

impl StatedPrincipal {
    /// From its written form.
    #[must_use]
    pub fn new(written: &str) -> Self {
        Self(written.to_owned())
    }

    /// As written: the ARN of a session, of a role or of a user, or a word such as `anonymous`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The account; none if the text does not show twelve digits.
    #[must_use]
    pub fn account(&self) -> Option<&str> {
        let account = self.segment(4)?;
        let is_account = account.len() == ACCOUNT_DIGITS && account.bytes().all(|b| b.is_ascii_digit());
        is_account.then_some(account)
    }

    /// The name of the role, without its path; none if it is no role.
    #[must_use]
    pub fn role_name(&self) -> Option<&str> {
        self.session().map(|(role, _)| role).or_else(|| self.role_path()?.rsplit('/').next())
    }

    /// The name of the session; the agent gives it the id of the task. None if it is no session.
    #[must_use]
    pub fn session_name(&self) -> Option<&str> {
        self.session().map(|(_, session)| session)
    }

    /// Whether it is a session that has the id of this task as its name.
    #[must_use]
    pub fn is_session_of(&self, task_id: &str) -> bool {
        !task_id.is_empty() && self.session_name() == Some(task_id)
    }

    /// The ARN of the role. That of a session has no path: a role in a path has another ARN, so compare with
    /// [`is_role`](Self::is_role).
    #[must_use]
    pub fn role_arn(&self) -> Option<String> {
        if self.role_path().is_some() {
            return Some(self.0.clone());
        }
        let (role, _) = self.session()?;
        Some(format!("arn:{}:iam::{}:role/{role}", self.segment(1)?, self.segment(4)?))
    }

    /// Whether it is the role with this ARN, or a session of it. The ARN of a session does not contain the path of the role,
    /// and within an account the names of roles are unique.
    #[must_use]
    pub fn is_role(&self, role_arn: &str) -> bool {
        let role = Self::new(role_arn);
        let is_same =
            |segment| self.segment(segment).is_some() && self.segment(segment) == role.segment(segment);
        let has_name = role.role_path().is_some() && self.role_name() == role.role_name();
        let has_path = self.session().is_some() || self.0 == role_arn;
        has_name && has_path && is_same(1) && is_same(4)
    }

    /// Whether it is a role of AWS, with which ECR signs the requests for layers: no policy of a role of the task decides about
    /// such a request.
    #[must_use]
    pub fn is_layer_role(&self) -> bool {
        let has_name = self.role_name().is_some_and(|role| role.starts_with(LAYER_ROLE));
        has_name && self.account() == Some(LAYER_ACCOUNT)
    }

    /// A segment of the ARN, from 0.
    fn segment(&self, index: usize) -> Option<&str> {
        self.0.strip_prefix("arn:")?;
        self.0.split(':').nth(index)
    }

    /// The name of the role and of the session of `arn:aws:sts::A:assumed-role/ROLE/SESSION`.
    fn session(&self) -> Option<(&str, &str)> {
        let names = self.resource_of("sts")?.strip_prefix("assumed-role/")?;
        names
            .split_once('/')
            .filter(|(role, name)| !role.is_empty() && !name.is_empty() && !name.contains('/'))
    }

    /// The path and name of `arn:aws:iam::A:role/PATH/ROLE`.
    fn role_path(&self) -> Option<&str> {
        self.resource_of("iam")?.strip_prefix("role/").filter(|path| !path.is_empty() && !path.ends_with('/'))
    }

    /// The last segment of an ARN of this service.
    fn resource_of(&self, service: &str) -> Option<&str> {
        self.segment(2).filter(|own| *own == service)?;
        self.0.splitn(6, ':').nth(5)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_names_its_role_without_the_path() {
        let session = StatedPrincipal::new("arn:aws:sts::123456789012:assumed-role/orders/7f3c");
        assert_eq!(session.account(), Some("123456789012"));
        assert_eq!(session.role_name(), Some("orders"));
        assert_eq!(session.session_name(), Some("7f3c"));
        assert_eq!(session.role_arn().as_deref(), Some("arn:aws:iam::123456789012:role/orders"));
        assert!(session.is_session_of("7f3c") && !session.is_session_of("7f3") && !session.is_session_of(""));
        assert!(session.is_role("arn:aws:iam::123456789012:role/orders"));
        assert!(session.is_role("arn:aws:iam::123456789012:role/service-role/orders"));
        assert!(!session.is_role("arn:aws:iam::123456789012:role/orders-2"));
        assert!(!session.is_role("arn:aws:iam::210987654321:role/orders"));
        assert!(!session.is_role("arn:aws:iam::123456789012:user/orders"));
        assert!(!session.is_role("orders") && !session.is_role(""));
    }

    #[test]
    fn a_role_is_itself_only() {
        let role = StatedPrincipal::new("arn:aws-cn:iam::123456789012:role/service-role/orders");
        assert_eq!((role.role_name(), role.session_name()), (Some("orders"), None));
        assert_eq!(role.role_arn().as_deref(), Some(role.as_str()));
        assert!(role.is_role("arn:aws-cn:iam::123456789012:role/service-role/orders"));
        assert!(!role.is_role("arn:aws-cn:iam::123456789012:role/orders"));
    }

    #[test]
    fn the_role_of_layers_has_its_account_and_its_name() {
        let is_layer_role = |arn: &str| StatedPrincipal::new(arn).is_layer_role();
        assert!(is_layer_role("arn:aws:sts::812812325446:assumed-role/storage-access-role-prod-us-west-2/x"));
        assert!(!is_layer_role(
            "arn:aws:sts::123456789012:assumed-role/storage-access-role-prod-us-west-2/x"
        ));
        assert!(!is_layer_role("arn:aws:sts::812812325446:assumed-role/orders/x"));
    }

    #[test]
    fn other_principals_are_no_roles() {
        for other in
            ["anonymous", "arn:aws:iam::123456789012:user/a", "arn:aws:sts::1:assumed-role/a", "arn:", ""]
        {
            let principal = StatedPrincipal::new(other);
            assert_eq!((principal.role_name(), principal.role_arn()), (None, None), "{other}");
        }
        assert_eq!(StatedPrincipal::new("arn:aws:sts::xxxxxxxxxxxx:assumed-role/a/b").account(), None);
    }
}
