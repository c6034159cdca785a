//! The texts that AWS writes about tasks that did not start, each with its class, its step, its service and its host.

use super::*;

/// Blocks of two lines: the expected facts, and the text.
const TEXTS: &str = include_str!("../../../tests/fixtures/stopped_reasons.txt");

/// The classes, and the fewest texts of each.
const CLASSES: [(&str, usize); 3] = [("network", 10), ("not-network", 60), ("cannot-tell", 3)];

fn class(result: CallResult) -> &'static str {
    match result {
        CallResult::Answered | CallResult::NotNetwork | CallResult::CertificateUnknown => "not-network",
        CallResult::Unknown => "cannot-tell",
        CallResult::TimedOut
        | CallResult::Refused
        | CallResult::Reset
        | CallResult::TlsTimeout
        | CallResult::NameNotResolved
        | CallResult::Killed => "network",
    }
}

fn phase(phase: Phase) -> &'static str {
    match phase {
        Phase::Secrets => "secrets",
        Phase::RegistryAuth => "registry-auth",
        Phase::SecretsOrRegistryAuth => "secrets-or-registry-auth",
        Phase::Logging => "logging",
        Phase::EnvironmentFiles => "environment-files",
        Phase::Manifest => "manifest",
        Phase::Layers => "layers",
        Phase::Pull => "pull",
        Phase::FileSystem => "file-system",
        Phase::Start => "start",
    }
}

/// The expected facts and the text of each block.
pub(super) fn texts() -> impl Iterator<Item = (&'static str, &'static str)> {
    TEXTS.split("\n\n").skip(1).map(|block| block.trim_end().split_once('\n').expect(block))
}

#[test]
fn every_text_has_its_class_step_service_and_host() {
    let mut wrong = Vec::new();
    for (expected, text) in texts() {
        let number = expected.split(' ').next().unwrap_or_default();
        let own = StoppedReason::parse(text);
        let found = format!(
            "{number} | {} | {} | {} | {}",
            class(own.result),
            own.phase.map_or("-", phase),
            own.service.as_ref().map_or("-", Service::name),
            own.host.as_deref().unwrap_or("-")
        );
        if found != expected {
            wrong.push(format!("expected {expected}\n   found {found}\n         {text}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_class_is_in_the_table() {
    for (class, least) in CLASSES {
        let number = texts().filter(|(expected, _)| expected.contains(&format!("| {class} |"))).count();
        assert!(number >= least, "{class}: {number}");
    }
}
