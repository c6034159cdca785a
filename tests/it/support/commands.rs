//! The commands of the AWS CLI that a report may contain: commands that read, and commands of a fix, option by option.
//!
//! Ids come from logs and documents. A value is one plain word, or a quoted one where the CLI takes a structure: no shell
//! syntax, no file, no address of a server, nothing that the CLI reads as another option.

/// The allowed value of an option.
#[derive(Clone, Copy)]
enum Value {
    /// Nothing.
    Nothing,
    /// One plain word.
    Plain,
    /// One or more plain words.
    Several,
    /// One quoted word.
    Quoted,
    /// Nothing, or the attribute's value true.
    True,
    /// One quoted document in JSON.
    Document,
    /// This word.
    Exactly(&'static str),
}

use Value::{Document, Exactly, Nothing, Plain, Quoted, Several, True};

/// Options of `aws ec2 describe-…`.
const LOOKS: &[(&str, Value)] = &[
    ("--filters", Several),
    ("--network-interface-ids", Plain),
    ("--group-ids", Several),
    ("--network-acl-ids", Plain),
    ("--route-table-ids", Plain),
    ("--vpc-endpoint-ids", Plain),
    ("--vpc-id", Plain),
    ("--attribute", Plain),
];

/// Commands of other services that read, and their options.
const OTHER_LOOKS: &[(&str, &[(&str, Value)])] = &[
    ("ecs describe-services", &[("--cluster", Plain), ("--services", Plain)]),
    ("route53 list-hosted-zones-by-vpc", &[("--vpc-id", Plain), ("--vpc-region", Plain)]),
    ("iam list-role-policies", &[("--role-name", Plain)]),
    ("iam get-role", &[("--role-name", Plain)]),
    ("secretsmanager get-resource-policy", &[("--secret-id", Plain)]),
    ("ecr get-repository-policy", REPOSITORY),
    ("s3api get-bucket-policy", &[("--bucket", Plain)]),
    ("kms get-key-policy", &[("--key-id", Plain)]),
    ("cloudtrail lookup-events", &[("--lookup-attributes", Plain), ("--start-time", Plain)]),
];

const REPOSITORY: &[(&str, Value)] = &[
    ("--repository-name", Plain),
    ("--registry-id", Plain),
    ("--region", Plain),
    ("--policy-text", Document),
];

const ROUTE: &[(&str, Value)] = &[
    ("--route-table-id", Plain),
    ("--destination-cidr-block", Plain),
    ("--destination-ipv6-cidr-block", Plain),
    ("--destination-prefix-list-id", Plain),
    ("--nat-gateway-id", Plain),
    ("--gateway-id", Plain),
    ("--vpc-peering-connection-id", Plain),
    ("--transit-gateway-id", Plain),
    ("--egress-only-internet-gateway-id", Plain),
];

const PERMISSION: &[(&str, Value)] = &[("--group-id", Plain), ("--ip-permissions", Quoted)];

/// Commands that change something, and their options.
const CHANGES: &[(&str, &[(&str, Value)])] = &[
    ("ec2 authorize-security-group-egress", PERMISSION),
    ("ec2 authorize-security-group-ingress", PERMISSION),
    (
        "ec2 create-network-acl-entry",
        &[
            ("--network-acl-id", Plain),
            ("--egress", Nothing),
            ("--ingress", Nothing),
            ("--rule-number", Plain),
            ("--protocol", Plain),
            ("--port-range", Plain),
            ("--rule-action", Exactly("allow")),
            ("--cidr-block", Plain),
            ("--ipv6-cidr-block", Plain),
        ],
    ),
    ("ec2 create-route", ROUTE),
    ("ec2 replace-route", ROUTE),
    (
        "ec2 modify-vpc-endpoint",
        &[
            ("--vpc-endpoint-id", Plain),
            ("--add-route-table-ids", Plain),
            ("--private-dns-enabled", Nothing),
            ("--ip-address-type", Plain),
            ("--dns-options", Plain),
            ("--policy-document", Document),
        ],
    ),
    (
        "iam put-role-policy",
        &[("--role-name", Plain), ("--policy-name", Plain), ("--policy-document", Document)],
    ),
    ("iam update-assume-role-policy", &[("--role-name", Plain), ("--policy-document", Document)]),
    ("secretsmanager put-resource-policy", &[("--secret-id", Plain), ("--resource-policy", Document)]),
    (
        "secretsmanager replicate-secret-to-regions",
        &[("--secret-id", Plain), ("--add-replica-regions", Plain), ("--region", Plain)],
    ),
    ("secretsmanager restore-secret", &[("--secret-id", Plain), ("--region", Plain)]),
    ("ecr set-repository-policy", REPOSITORY),
    ("s3api put-bucket-policy", &[("--bucket", Plain), ("--policy", Document)]),
    ("logs create-log-group", &[("--log-group-name", Plain), ("--region", Plain)]),
    ("kms enable-key", &[("--key-id", Plain), ("--region", Plain)]),
    ("kms cancel-key-deletion", &[("--key-id", Plain), ("--region", Plain)]),
    (
        "ec2 create-vpc-endpoint",
        &[
            ("--vpc-id", Plain),
            ("--vpc-endpoint-type", Plain),
            ("--service-name", Plain),
            ("--route-table-ids", Plain),
            ("--subnet-ids", Several),
            ("--security-group-ids", Several),
            ("--private-dns-enabled", Nothing),
        ],
    ),
    (
        "ec2 modify-network-interface-attribute",
        &[("--network-interface-id", Plain), ("--no-source-dest-check", Nothing)],
    ),
    (
        "ec2 modify-vpc-attribute",
        &[("--vpc-id", Plain), ("--enable-dns-support", True), ("--enable-dns-hostnames", True)],
    ),
    (
        "ecs update-service",
        &[("--cluster", Plain), ("--service", Plain), ("--network-configuration", Quoted)],
    ),
];

/// A word of a command, and whether it was quoted.
pub(crate) type Word<'a> = (&'a str, bool);

/// Whether a command is one of these.
pub(crate) fn is_permitted(command: &str) -> bool {
    let Some(words) = words(command) else { return false };
    let [("aws", false), (service, false), (operation, false), rest @ ..] = words.as_slice() else {
        return false;
    };
    let name = format!("{service} {operation}");
    let options = match OTHER_LOOKS.iter().chain(CHANGES).find(|(known, _)| *known == name) {
        Some((_, options)) => options,
        None if name.starts_with("ec2 describe-") => LOOKS,
        None => return false,
    };
    options_hold(rest, options)
}

/// The words between single spaces; none if a quote is not closed or is inside a word.
pub(crate) fn words(command: &str) -> Option<Vec<Word<'_>>> {
    let mut words = Vec::new();
    for (place, part) in command.split('\'').enumerate() {
        let is_quoted = place % 2 == 1;
        if is_quoted {
            words.push((part, true));
        } else if place == 0 {
            words.extend(part.trim_end_matches(' ').split(' ').map(|word| (word, false)));
        } else if !part.is_empty() {
            words.extend(part.strip_prefix(' ')?.trim_end_matches(' ').split(' ').map(|word| (word, false)));
        }
    }
    command.matches('\'').count().is_multiple_of(2).then_some(words)
}

fn options_hold(words: &[Word<'_>], options: &[(&str, Value)]) -> bool {
    let Some((&(name, is_quoted), rest)) = words.split_first() else { return true };
    let Some((_, value)) = options.iter().find(|(known, _)| *known == name && !is_quoted) else {
        return false;
    };
    let end = rest.iter().position(|(word, quoted)| !quoted && word.starts_with('-')).unwrap_or(rest.len());
    let (values, rest) = rest.split_at(end);
    let holds = match (value, values) {
        (Nothing | True, []) => true,
        (True, [value]) => *value == (r#"{"Value":true}"#, true),
        (Plain, [value]) => is_plain(*value),
        (Several, [_, ..]) => values.iter().all(|value| is_plain(*value)),
        (Quoted, [(value, true)]) => has_only(value, ".,=:/-[]{}"),
        (Document, [(value, true)]) => is_document(value),
        (Exactly(wanted), [value]) => *value == (*wanted, false),
        _ => false,
    };
    holds && options_hold(rest, options)
}

fn is_plain((word, is_quoted): Word<'_>) -> bool {
    !word.is_empty() && !is_quoted && has_only(word, ".,=:/-_")
}

/// JSON without characters that the shell or the CLI reads. It stands in single quotes, which `words` has taken away.
fn is_document(text: &str) -> bool {
    serde_json::from_str::<serde_json::Value>(text).is_ok_and(|value| value.is_object())
        && text.chars().all(|c| !c.is_control())
        && !text.contains("://")
}

/// Only letters, digits and these characters, and no scheme of a file or a server.
fn has_only(text: &str, marks: &str) -> bool {
    text.chars().all(|c| c.is_ascii_alphanumeric() || marks.contains(c)) && !text.contains("://")
}

#[test]
fn only_known_commands_are_permitted() {
    let check = |command: &str, want| assert_eq!(is_permitted(command), want, "{command}");
    check("aws ec2 describe-dhcp-options", true);
    check(
        "aws ec2 describe-route-tables --filters Name=vpc-id,Values=vpc-1 Name=association.main,Values=true",
        true,
    );
    check("aws ec2 describe-route-tables --filters", false);
    check("aws ec2 describe-network-interfaces --endpoint-url=http://x", false);
    check("aws ec2 describe-network-interfaces --network-interface-ids file:///etc/passwd", false);
    check("aws ec2 describe-network-interfaces --network-interface-ids eni-1;id", false);
    check("aws ec2 describe-network-interfaces --network-interface-ids $(id)", false);
    check("aws ec2 describe-network-interfaces --network-interface-ids eni-1 eni-2", false);
    check("aws ec2 delete-vpc --vpc-id vpc-1", false);
    check("aws iam describe-users", false);
    let permission = "IpProtocol=tcp,FromPort=443,ToPort=443,PrefixListIds=[{PrefixListId=pl-1}]";
    let authorize =
        format!("aws ec2 authorize-security-group-egress --group-id sg-1 --ip-permissions '{permission}'");
    check(&authorize, true);
    check(&authorize.replace("egress", "ingress"), true);
    check(&authorize.replace("authorize", "revoke"), false);
    check(&authorize.replace('\'', ""), false);
    check(&authorize.replace("sg-1", "sg-1 --debug"), false);
    check(&authorize.replace("pl-1", "$(id)"), false);
    check(&authorize.replace("pl-1}]'", "pl-1}]"), false);
    let entry = "aws ec2 create-network-acl-entry --network-acl-id acl-1 --ingress --rule-number 90 --protocol tcp \
                 --port-range From=1024,To=65535 --rule-action allow --cidr-block 10.40.12.0/24";
    check(entry, true);
    check(&entry.replace("allow", "deny"), false);
    check("aws ec2 modify-vpc-attribute --vpc-id vpc-1 --enable-dns-support", true);
    check(r#"aws ec2 modify-vpc-attribute --vpc-id vpc-1 --enable-dns-support '{"Value":true}'"#, true);
    check(r#"aws ec2 modify-vpc-attribute --vpc-id vpc-1 --enable-dns-support '{"Value":false}'"#, false);
    check("aws ec2 modify-vpc-endpoint --vpc-endpoint-id vpce-1 --private-dns-enabled", true);
    check("aws ec2 modify-vpc-endpoint --vpc-endpoint-id vpce-1 --no-private-dns-enabled", false);
}
