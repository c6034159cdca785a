//! Identifiers as AWS writes them. Each kind has its own type, so a subnet cannot be used as a VPC.

use std::borrow::Borrow;
use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Box<str>);

        impl $name {
            /// Takes the identifier as AWS writes it.
            pub fn new(id: impl Into<Box<str>>) -> Self {
                Self(id.into())
            }

            /// The identifier as AWS writes it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }
    )*};
}

ids! {
    /// An elastic network interface, `eni-…`.
    InterfaceId
    /// A subnet, `subnet-…`.
    SubnetId
    /// A VPC, `vpc-…`.
    VpcId
    /// A VPC endpoint, `vpce-…`.
    EndpointId
    /// A security group, `sg-…`.
    SecurityGroupId
    /// A route table, `rtb-…`.
    RouteTableId
    /// A network ACL, `acl-…`.
    NetworkAclId
    /// A prefix list, `pl-…`.
    PrefixListId
    /// A NAT gateway, `nat-…`.
    NatGatewayId
    /// An internet gateway, `igw-…`.
    InternetGatewayId
    /// A VPC peering connection, `pcx-…`.
    PeeringId
    /// A transit gateway, `tgw-…`.
    TransitGatewayId
    /// A transit gateway's attachment, `tgw-attach-…`.
    TransitGatewayAttachmentId
    /// A set of DHCP options, `dopt-…`.
    DhcpOptionsId
    /// A flow log, `fl-…`.
    FlowLogId
    /// A task's id, the last part of its ARN.
    TaskId
    /// An EC2 instance, `i-…`.
    InstanceId
}

/// An id in the form of AWS, `eni-0a1b`; none for any other text, and then there is no command.
///
/// Ids come from logs and documents that anyone may have written. Quotes would stop the shell from reading one as a command,
/// but not the AWS CLI from reading it as an option (`--endpoint-url=…`) or as a file (`file://…`).
#[must_use]
pub fn plain_id(text: &str) -> Option<&str> {
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (text.starts_with(|c: char| c.is_ascii_lowercase()) && text.split('-').all(is_word)).then_some(text)
}

/// Returns a name of a cluster or service, such as `orders_v2`; none for a text that a command could misread.
#[must_use]
pub fn plain_name(text: &str) -> Option<&str> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    let begins = text.starts_with(|c: char| c.is_ascii_alphanumeric());
    (begins && text.bytes().all(is_plain)).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_contain_only_plain_ids() {
        let check = |text, expect: bool| assert_eq!(plain_id(text).is_some(), expect, "{text}");
        check("eni-0a1b2c", true);
        check("subnet-t", true);
        for hostile in [
            "",
            "eni-1;reboot",
            "--endpoint-url=http://x",
            "--debug",
            "file:///etc/passwd",
            "$(id)",
            "a b",
            "a'b",
            "eni-",
            "eni-1,Name=x",
            "eni-1\nreboot",
        ] {
            check(hostile, false);
        }
    }

    #[test]
    fn names_in_commands_are_plain_too() {
        let check = |text, expect: bool| assert_eq!(plain_name(text).is_some(), expect, "{text}");
        check("Orders_v2", true);
        check("4-weekly", true);
        for hostile in ["", "-v", "_x", "a b", "a;b", "a$b", "a=b", "a/b"] {
            check(hostile, false);
        }
    }
}
