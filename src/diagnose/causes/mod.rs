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
    private_dns_off
    endpoint_missing
    task_sg_blocks_egress
    task_nacl_blocks_egress
    task_egress_rejected
    task_nacl_blocks_return
    endpoint_sg_blocks_ingress
    endpoint_nacl_blocks_ingress
    endpoint_ingress_rejected
    endpoint_nacl_blocks_return
    nat_broken
    s3_gateway_missing
    no_public_ip
    no_route
    nat_port_exhaustion
    dns_tcp_blocked
    dns_blocked
    dns_unanswered
    connection_reset
    connection_stalled
    path_unanswered
    resolver_unusable
    no_attempt_seen
    slow_transfer
    network_healthy
    undetermined
}
