//! A request of a start that AWS denied, or that the saved policies deny.

/// A denied request. Unknown values are absent.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DeniedRequest {
    /// The action, such as `secretsmanager:GetSecretValue`.
    pub action: String,
    /// The ARN of the role or session, or the service of AWS, that made the request.
    pub principal: Option<String>,
    /// The ARN of the resource, or `*`.
    pub resource: Option<String>,
    /// The type of the policy, as `policy` names it: `identity`, `endpoint`, `scp`, …
    pub policy_type: Option<&'static str>,
    /// The document that has the policy, or the ARN of the policy.
    pub document: Option<String>,
    /// The `Sid` of the statement that denies, else its position in the document.
    pub statement: Option<String>,
    /// How it was denied.
    pub effect: Option<DeniedBy>,
}

/// How a request is denied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DeniedBy {
    /// A statement with the effect `Deny`.
    Statement,
    /// The absence of a statement with the effect `Allow`.
    NoStatement,
}

impl DeniedBy {
    /// The name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Statement => "explicit",
            Self::NoStatement => "implicit",
        }
    }
}

impl DeniedRequest {
    /// The denial as a sentence without its period: `ACTION on RESOURCE: no identity-based policy allows it`.
    #[must_use]
    pub fn sentence(&self) -> String {
        let on = self.resource.as_ref().map_or_else(String::new, |resource| format!(" on {resource}"));
        let policy = self.policy_type.map_or("policy", policy_words);
        let by = match self.effect {
            Some(DeniedBy::Statement) => {
                let article = if policy.starts_with('i') { "an" } else { "a" };
                format!(": {article} {policy} denies it explicitly")
            }
            Some(DeniedBy::NoStatement) => format!(": no {policy} allows it"),
            None => String::new(),
        };
        let document = match (&self.document, &self.statement) {
            (Some(document), Some(statement)) => format!(" ({document}, statement {statement})"),
            (Some(document), None) => format!(" ({document})"),
            (None, Some(statement)) => format!(" (statement {statement})"),
            (None, None) => String::new(),
        };
        format!("{}{on}{by}{document}", self.action)
    }
}

/// The words of AWS for a type of policy.
pub(crate) fn policy_words(policy_type: &str) -> &str {
    match policy_type {
        "rcp" => "resource control policy",
        "scp" => "service control policy",
        "endpoint" => "VPC endpoint policy",
        "resource" => "resource-based policy",
        "key" => "key policy",
        "trust" => "trust policy",
        "identity" => "identity-based policy",
        "boundary" => "permissions boundary",
        "session" => "session policy",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_denial_reads_as_a_sentence() {
        let mut denied = DeniedRequest {
            action: "ssm:GetParameters".to_owned(),
            principal: None,
            resource: None,
            policy_type: None,
            document: None,
            statement: None,
            effect: None,
        };
        assert_eq!(denied.sentence(), "ssm:GetParameters");
        denied.resource = Some("*".to_owned());
        (denied.policy_type, denied.effect) = (Some("identity"), Some(DeniedBy::NoStatement));
        assert_eq!(denied.sentence(), "ssm:GetParameters on *: no identity-based policy allows it");
        (denied.document, denied.statement) = (Some("inline".to_owned()), Some("NoDb".to_owned()));
        denied.effect = Some(DeniedBy::Statement);
        denied.policy_type = Some("scp");
        let want =
            "ssm:GetParameters on *: a service control policy denies it explicitly (inline, statement NoDb)";
        assert_eq!(denied.sentence(), want);
    }
}
