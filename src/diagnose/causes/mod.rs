//! One file a cause, and its page beside it.

use crate::diagnose::registry::Cause;

macro_rules! causes {
    ($($name:ident)*) => {
        $(mod $name;)*

        /// Every cause, in the order in which equal claims win and docs list them.
        pub const CAUSES: &[&Cause] = &[$(&$name::CAUSE,)*];

        /// The file each cause is in, without its ending, in the same order.
        #[cfg(test)]
        pub(super) const FILES: &[&str] = &[$(stringify!($name),)*];
    };
}

causes! {
    vpc_policy_rejected
    task_egress_rejected
    task_nacl_blocks_return
    endpoint_ingress_rejected
    endpoint_nacl_blocks_return
    dns_blocked
    dns_unanswered
    connection_reset
    connection_stalled
    path_unanswered
    no_attempt_seen
    network_healthy
    undetermined
}
