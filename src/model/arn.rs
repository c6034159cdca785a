//! The parts of an ARN.

/// An ARN in its parts: `arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arn<'a> {
    /// `aws`, `aws-cn`, `aws-us-gov`.
    pub partition: &'a str,
    /// The service, such as `secretsmanager`.
    pub service: &'a str,
    /// The Region; empty for global resources and buckets.
    pub region: &'a str,
    /// The account; empty for buckets.
    pub account: &'a str,
    /// The rest, which may contain colons.
    pub resource: &'a str,
}

impl<'a> Arn<'a> {
    /// The parts of a text; none if it is no ARN.
    #[must_use]
    pub fn parse(text: &'a str) -> Option<Self> {
        let mut parts = text.splitn(6, ':');
        if parts.next()? != "arn" {
            return None;
        }
        Some(Self {
            partition: parts.next()?,
            service: parts.next()?,
            region: parts.next()?,
            account: parts.next()?,
            resource: parts.next()?,
        })
    }

    /// The Region, if the ARN has one.
    #[must_use]
    pub fn region(&self) -> Option<&'a str> {
        Some(self.region).filter(|region| !region.is_empty())
    }

    /// The account, if the ARN has one.
    #[must_use]
    pub fn account(&self) -> Option<&'a str> {
        Some(self.account).filter(|account| !account.is_empty())
    }

    /// The part of the resource after its last slash or colon: the name of a role without its path, the id of a key.
    #[must_use]
    pub fn name(&self) -> &'a str {
        self.resource.rsplit(['/', ':']).next().unwrap_or(self.resource)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_has_six_parts_and_the_last_may_contain_colons() {
        let arn = Arn::parse("arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbC1dE").unwrap();
        assert_eq!((arn.region(), arn.account()), (Some("eu-west-1"), Some("111122223333")));
        assert_eq!(arn.resource, "secret:db-AbC1dE");
        let role = Arn::parse("arn:aws:iam::111122223333:role/service/orders").unwrap();
        assert_eq!((role.region(), role.name()), (None, "orders"));
        for text in ["", "orders", "arn:aws:iam", "arn:aws:s3::1", "xrn:aws:iam::1:role/x"] {
            assert_eq!(Arn::parse(text), None, "{text}");
        }
    }
}
