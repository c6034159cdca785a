#![doc = include_str!("certificate_untrusted.md")]

use crate::diagnose::cause::Cause;
use crate::diagnose::refusal;
use crate::finding::CauseId;

pub(super) static CAUSE: Cause = Cause {
    id: CauseId::CertificateUntrusted,
    title: "The certificate of the server is not trusted",
    since: "0.1.0",
    aliases: &[],
    page: include_str!("certificate_untrusted.md"),
    assess: |case| refusal::assess(case, CauseId::CertificateUntrusted),
};
