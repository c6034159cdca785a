//! The causes by id: the one list of them.
//!
//! A cause has one line here. Its code and its page are files of `diagnose/causes/`, which are declared from the same line.

use std::fmt;

/// Calls a macro with one line for each cause: file name, variant, id. The order is the order in which equal claims win, and
/// in which documentation lists the causes. `undetermined` is last, because it holds only if no other cause does.
macro_rules! with_causes {
    ($callback:ident) => {
        $callback! {
            vpc_policy_rejected VpcPolicyRejected "vpc-policy-rejected"
            private_dns_off PrivateDnsOff "private-dns-off"
            endpoint_missing EndpointMissing "endpoint-missing"
            task_sg_blocks_egress TaskSgBlocksEgress "task-sg-blocks-egress"
            task_nacl_blocks_egress TaskNaclBlocksEgress "task-nacl-blocks-egress"
            task_egress_rejected TaskEgressRejected "task-egress-rejected"
            task_nacl_blocks_return TaskNaclBlocksReturn "task-nacl-blocks-return"
            endpoint_sg_blocks_ingress EndpointSgBlocksIngress "endpoint-sg-blocks-ingress"
            endpoint_nacl_blocks_ingress EndpointNaclBlocksIngress "endpoint-nacl-blocks-ingress"
            endpoint_ingress_rejected EndpointIngressRejected "endpoint-ingress-rejected"
            endpoint_nacl_blocks_return EndpointNaclBlocksReturn "endpoint-nacl-blocks-return"
            transit_nacl_blocks TransitNaclBlocks "transit-nacl-blocks"
            nat_broken NatBroken "nat-broken"
            s3_gateway_missing S3GatewayMissing "s3-gateway-missing"
            no_public_ip NoPublicIp "no-public-ip"
            no_route NoRoute "no-route"
            no_return_route NoReturnRoute "no-return-route"
            nat_port_exhaustion NatPortExhaustion "nat-port-exhaustion"
            dns_tcp_blocked DnsTcpBlocked "dns-tcp-blocked"
            dns_blocked DnsBlocked "dns-blocked"
            dns_unanswered DnsUnanswered "dns-unanswered"
            connection_reset ConnectionReset "connection-reset"
            connection_stalled ConnectionStalled "connection-stalled"
            path_unanswered PathUnanswered "path-unanswered"
            resolver_unusable ResolverUnusable "resolver-unusable"
            no_attempt_seen NoAttemptSeen "no-attempt-seen"
            slow_transfer SlowTransfer "slow-transfer"
            role_not_assumable RoleNotAssumable "role-not-assumable"
            permission_missing PermissionMissing "permission-missing"
            explicit_deny ExplicitDeny "explicit-deny"
            endpoint_policy_denies EndpointPolicyDenies "endpoint-policy-denies"
            s3_endpoint_policy_lacks_layer_bucket S3EndpointPolicyLacksLayerBucket "s3-endpoint-policy-lacks-layer-bucket"
            resource_policy_denies ResourcePolicyDenies "resource-policy-denies"
            key_unusable KeyUnusable "key-unusable"
            secret_not_found SecretNotFound "secret-not-found"
            parameter_not_found ParameterNotFound "parameter-not-found"
            log_group_missing LogGroupMissing "log-group-missing"
            log_region_wrong LogRegionWrong "log-region-wrong"
            image_not_found ImageNotFound "image-not-found"
            env_file_denied EnvFileDenied "env-file-denied"
            registry_credentials_invalid RegistryCredentialsInvalid "registry-credentials-invalid"
            registry_rate_limited RegistryRateLimited "registry-rate-limited"
            certificate_untrusted CertificateUntrusted "certificate-untrusted"
            network_healthy NetworkHealthy "network-healthy"
            undetermined Undetermined "undetermined"
        }
    };
}

macro_rules! cause_ids {
    ($($file:ident $variant:ident $id:literal)*) => {
        /// The id of a cause. Ids are stable and never reused.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum CauseId {
            $(#[doc = concat!("`", $id, "`.")] $variant,)*
        }

        impl CauseId {
            /// Every cause, in the order of the list.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The id as reports spell it, in kebab-case.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $id,)*
                }
            }
        }
    };
}

with_causes!(cause_ids);

pub(crate) use with_causes;

impl fmt::Display for CauseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
