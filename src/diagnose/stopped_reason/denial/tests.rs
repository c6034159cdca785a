//! The fields of every text, whole and cut at any place.

use std::fmt::Write;

use proptest::prelude::*;

use super::*;
use crate::diagnose::stopped_reason::texts::texts;
use crate::diagnose::stopped_reason::{Answer, StoppedReason};

/// The expected fields: a line for each text, with its number first.
const FIELDS: &str = include_str!("../../../../tests/fixtures/stopped_reason_denials.txt");

/// The expected line of each text.
fn lines() -> impl Iterator<Item = &'static str> {
    FIELDS.lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn number(line: &str) -> &str {
    line.split(' ').next().unwrap_or_default()
}

fn name(stated: &StatedName) -> String {
    format!("{}{}", stated.text, if stated.is_complete { "" } else { "~" })
}

fn kind(kind: ReferenceKind) -> &'static str {
    match kind {
        ReferenceKind::Secret => "secret",
        ReferenceKind::StagingLabel => "label",
        ReferenceKind::JsonKey => "json-key",
        ReferenceKind::Parameter => "parameter",
        ReferenceKind::LogGroup => "log-group",
        ReferenceKind::Region => "region",
        ReferenceKind::Image => "image",
        ReferenceKind::EnvironmentFile => "env-file",
    }
}

fn principal(stated: &StatedPrincipal) -> String {
    let owner = if stated.is_layer_role() { "aws:" } else { "" };
    match (stated.role_name(), stated.session_name()) {
        (Some(role), Some(session)) => format!("{owner}{role}/{session}"),
        _ => stated.as_str().to_owned(),
    }
}

/// The fields after the first two, as in the table.
fn fields(denial: &StatedDenial) -> String {
    let action = denial.action.as_ref().map(|action| {
        let how = if action.is_stated { "" } else { "implied " };
        format!("{how}{}", action.name)
    });
    let policy = denial.effect.map(|effect| {
        let mut policy = format!("{} {}", denial.policy_type.map_or("-", PolicyType::name), effect.name());
        if let Some(arn) = &denial.policy_arn {
            write!(policy, " {}", name(arn)).unwrap();
        }
        policy
    });
    let references: Vec<String> = denial
        .references
        .iter()
        .map(|reference| format!("{}={}", kind(reference.kind), name(&reference.name)))
        .collect();
    [
        action,
        denial.principal.as_ref().map(principal),
        denial.resource.as_ref().map(name),
        policy,
        denial.error_code.clone(),
        denial.request_id.clone(),
        (!references.is_empty()).then(|| references.join(" ")),
        denial.call.clone(),
    ]
    .map(|field| field.unwrap_or_else(|| "-".to_owned()))
    .join(" | ")
}

/// The letters of the fields that a text states.
fn letters(denial: &StatedDenial) -> String {
    let has_name = denial.resource.is_some() || !denial.references.is_empty();
    let all = [
        ('A', denial.action.is_some()),
        ('P', denial.principal.is_some()),
        ('R', has_name),
        ('T', denial.policy_type.is_some()),
    ];
    all.iter().filter(|(_, is_stated)| *is_stated).map(|(letter, _)| letter).collect()
}

#[test]
fn every_text_has_its_fields() {
    let mut wrong = Vec::new();
    for ((expected, text), line) in texts().zip(lines()) {
        assert_eq!(number(expected), number(line), "the tables are in the same order");
        let recorded = line.split(" | ").nth(1).unwrap_or_default();
        let found = match StoppedReason::parse(text).denial {
            Some(denial) => fields(&denial),
            None => ["-"; 8].join(" | "),
        };
        let found = format!("{} | {recorded} | {found}", number(line));
        if found != line {
            wrong.push(format!("expected {line}\n   found {found}"));
        }
    }
    assert_eq!(texts().count(), lines().count());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A secret that the text mentions is no resource of a denial about its key.
const KEY_OF_NAMED_SECRET: [&str; 1] = ["19"];

#[test]
fn every_text_states_the_fields_that_were_recorded() {
    for ((_, text), line) in texts().zip(lines()) {
        let recorded = line.split(" | ").nth(1).unwrap_or_default();
        let denial = StoppedReason::parse(text).denial;
        match recorded {
            "none" => assert_eq!(denial, None, "{line}"),
            _ if KEY_OF_NAMED_SECRET.contains(&number(line)) => {
                assert_eq!(denial.and_then(|denial| denial.resource), None, "{line}");
            }
            recorded => {
                let found = denial.as_ref().map(letters).unwrap_or_default();
                assert_eq!(found, recorded.trim_matches('-'), "{line}");
            }
        }
    }
}

/// Whether all fields of `part` are fields of `whole`, and all names in it the same ones or their beginnings.
fn is_part(part: &StatedDenial, whole: &StatedDenial) -> bool {
    fn is_same<T: PartialEq>(part: Option<&T>, whole: Option<&T>) -> bool {
        part.is_none() || part == whole
    }
    let is_name = |part: &StatedName, whole: &StatedName| {
        if part.is_complete { part == whole } else { whole.text.starts_with(&part.text) }
    };
    let is_named = |part: Option<&StatedName>, whole: Option<&StatedName>| match (part, whole) {
        (Some(part), Some(whole)) => is_name(part, whole),
        (part, _) => part.is_none(),
    };
    is_same(part.action.as_ref(), whole.action.as_ref())
        && is_same(part.call.as_ref(), whole.call.as_ref())
        && is_same(part.principal.as_ref(), whole.principal.as_ref())
        && is_named(part.resource.as_ref(), whole.resource.as_ref())
        && is_same(part.policy_type.as_ref(), whole.policy_type.as_ref())
        && is_same(part.effect.as_ref(), whole.effect.as_ref())
        && is_named(part.policy_arn.as_ref(), whole.policy_arn.as_ref())
        && is_same(part.error_code.as_ref(), whole.error_code.as_ref())
        && is_same(part.request_id.as_ref(), whole.request_id.as_ref())
        && is_same(part.authorization_id.as_ref(), whole.authorization_id.as_ref())
        && part.references.iter().all(|part| {
            whole.references.iter().any(|whole| part.kind == whole.kind && is_name(&part.name, &whole.name))
        })
}

#[test]
fn a_text_cut_at_any_place_gives_no_other_fields() {
    for (_, text) in texts() {
        let whole = StoppedReason::parse(text).denial;
        for (at, _) in text.char_indices() {
            for mark in ["", ["...", "…", " ..."][at % 3]] {
                let cut = format!("{}{mark}", &text[..at]);
                let Some(part) = StoppedReason::parse(&cut).denial else { continue };
                let is_part = whole.as_ref().is_some_and(|whole| is_part(&part, whole));
                assert!(is_part, "{cut}\n{part:#?}\n{whole:#?}");
            }
        }
    }
}

#[test]
fn a_text_cut_at_any_place_gives_no_other_failure() {
    /// Failures that leave open what later words name.
    const GENERAL: [Answer; 5] =
        [Answer::Denied, Answer::ExplicitDeny, Answer::Image, Answer::Secret, Answer::EnvironmentFile];
    let mut wrong = Vec::new();
    for (expected, text) in texts() {
        let whole = StoppedReason::parse(text).answer;
        let others = text.char_indices().map(|(at, _)| &text[..at]).filter_map(|cut| {
            let part = StoppedReason::parse(cut).answer.filter(|part| !GENERAL.contains(part))?;
            (Some(part) != whole).then_some((part, cut))
        });
        for (part, cut) in others {
            let last = cut.char_indices().rev().nth(30).map_or(cut, |(at, _)| &cut[at..]);
            wrong.push(format!("{} {part:?} instead of {whole:?} after {last:?}", number(expected)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_denial_without_the_policy_does_not_blame_the_role() {
    let answer = |text: &str| StoppedReason::parse(text).answer;
    let start = "AccessDeniedException: User: arn:aws:sts::123456789012:assumed-role/orders/7f3c is not authorized to perform: \
                 ssm:GetParameters on resource: arn:aws:ssm:eu-west-1:123456789012:parameter/a";
    assert_eq!(answer(start), Some(Answer::Denied));
    assert_eq!(answer(&format!("{start} because no identity-bas")), Some(Answer::Denied));
    assert_eq!(answer(&format!("{start} because no identity-based policy allows")), Some(Answer::Permission));
    assert_eq!(
        answer(&format!("{start} with an explicit deny in an identity-based policy")),
        Some(Answer::ExplicitDeny)
    );
    assert_eq!(
        answer(&format!("{start} with an explicit deny in a VPC endpoint policy")),
        Some(Answer::EndpointPolicy)
    );
}

#[test]
fn a_text_that_ecs_cut_does_not_give_its_last_word() {
    let (_, text) = texts().find(|(expected, _)| number(expected) == "4").unwrap();
    let at = text.find(" status code").unwrap();
    let cut = |length: usize| {
        let rest = &text[..at - 5];
        let text = format!("{} {rest}", "x".repeat(length - rest.len() - 1));
        StoppedReason::parse(&text).denial.unwrap()
    };
    assert_eq!(cut(700).resource.map(|name| name.is_complete), Some(false));
    assert!(cut(700).is_open && cut(700).action.is_some());
    assert_eq!(cut(1024).resource, None, "ECS cuts there");
    assert!(cut(1024).is_open && cut(1024).action.is_some());
}

#[test]
fn the_type_is_open_only_where_the_sentence_is_not_finished() {
    let is_open = |text: &str| StatedDenial::parse(text).is_some_and(|denial| denial.is_open);
    let start = "User: arn:aws:sts::123456789012:assumed-role/orders/7f3c is not authorized to perform: \
                 ssm:GetParameters on resource: arn:aws:ssm:eu-west-1:123456789012:parameter/a";
    assert!(is_open("AccessDeniedException: User: arn:aws:sts::1234"));
    assert!(is_open(start));
    assert!(is_open(&format!("{start} because no identity-based pol")));
    assert!(is_open(&format!("{start} with an explicit deny")));
    assert!(!is_open(&format!("{start} because no identity-based policy")));
    assert!(!is_open(&format!("{start} status code: 400, request id: 1")));
    assert!(!is_open("ResourceNotFoundException: Secrets Manager can't find the specified secret."));
}

#[test]
fn a_name_that_ends_with_the_text_fits_what_begins_with_it() {
    let name = |text: &str, is_complete| StatedName { text: text.to_owned(), is_complete };
    assert!(name("/orders/db", true).fits("/orders/db") && !name("/orders/db", true).fits("/orders/db2"));
    assert!(name("/orders/db", false).fits("/orders/db2") && !name("/orders/db", false).fits("/orders/d"));
}

#[test]
fn newer_texts_name_the_policy_and_the_authorization() {
    let (_, text) = texts().find(|(expected, _)| number(expected) == "d1").unwrap();
    let denial = StoppedReason::parse(text).denial.unwrap();
    assert_eq!(denial.authorization_id.as_deref(), Some("4k2m9x7q1w5e8r3t6y0u"));
    let lines = text.replace(" on resource", "\non resource").replace(" with an", "\nwith an");
    assert_eq!(StoppedReason::parse(&lines).denial, Some(denial), "line breaks are blanks");
}

#[test]
fn hostile_texts_stay_inert() {
    let parse = |text: &str| StoppedReason::parse(text).denial;
    assert_eq!(parse(""), None);
    assert_eq!(parse("User: "), None);
    assert_eq!(parse("\u{1b}[31m<script>User: arn:\u{202e}"), None);
    // Names of images and log groups have no blanks, so they cannot hold a sentence.
    let image = "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref \
                 h.example/user:arn:aws:iam/is-not-authorized-to-perform:kms:Decrypt: not found";
    let denial = parse(image).unwrap();
    assert_eq!((denial.action, denial.principal, denial.policy_type), (None, None, None));
    // The name of an object may hold one: the name is then a beginning, or ends with its quote.
    let start = "AccessDenied: User: arn:aws:sts::123456789012:assumed-role/a/b is not authorized to perform: s3:GetObject on \
                 resource: ";
    let bare =
        parse(&format!("{start}arn:aws:s3:::b/my file because no identity-based policy allows it")).unwrap();
    assert_eq!(bare.resource, Some(StatedName { text: "arn:aws:s3:::b/my".into(), is_complete: false }));
    let quoted = parse(&format!(
        "{start}\"arn:aws:s3:::b/a because no session policy allows it\" because no VPC endpoint policy allows it"
    ))
    .unwrap();
    assert_eq!(quoted.policy_type, Some(PolicyType::Endpoint));
    // Actions and ids with other characters are not given.
    let odd = parse(
        "AccessDenied: User: arn:aws:sts::1:assumed-role/a/b is not authorized to perform: s3:Get\u{202e}Object on \
                     resource: * because no identity-based policy allows it RequestID: \u{202e}, x",
    );
    assert_eq!(odd.map(|denial| (denial.action, denial.request_id)), Some((None, None)));
    assert_eq!(
        parse("CannotPullContainerError: no matching manifest for linux/amd64 in the manifest list entries"),
        None
    );
}

#[test]
fn text_about_the_network_states_no_denial() {
    let text = "ResourceInitializationError: unable to retrieve secret from asm: failed to fetch secret \
                arn:aws:secretsmanager:eu-west-1:123456789012:secret:a-AbCdEf from secrets manager: operation error Secrets \
                Manager: GetSecretValue, exceeded maximum number of attempts, 3, https response error StatusCode: 0, \
                RequestID: , request send failed, Post \"https://secretsmanager.eu-west-1.amazonaws.com/\": dial tcp \
                10.40.12.36:443: i/o timeout";
    assert_eq!(StoppedReason::parse(text).denial, None);
    assert!(
        StatedDenial::parse(text).is_some_and(|denial| denial.action.is_none()),
        "the call was not denied"
    );
}

proptest! {
    #[test]
    fn any_mixture_of_fragments_is_read_without_panic(
        parts in proptest::collection::vec(proptest::sample::select(vec![
            "User: ", "arn:aws:sts::123456789012:assumed-role/a/b", " is not authorized to perform: ", "s3:GetObject",
            " on resource: ", "\"", "'", "*", " because no ", "VPC endpoint policy", " with an explicit deny", " in a ",
            "service control policy", ": ", ".", "...", "é", "\u{202e}", "İ", "K", "\n", " ", "request id: ", "RequestID: ",
            "operation error S3: HeadObject,", "invalid parameters: ", ",", "json key ", "assume the role '", "api error X:",
            "env file with key ", " from bucket ", "failed to resolve ref ", "/authorization-details/", "logs.undefined.com",
        ]), 0..24),
        cut in 0usize..400,
    ) {
        let text: String = parts.concat().chars().take(cut).collect();
        let _ = StatedDenial::parse(&text);
    }

    #[test]
    fn any_text_is_read_without_panic(text in "\\PC{0,120}") {
        let _ = StatedDenial::parse(&text);
    }
}
