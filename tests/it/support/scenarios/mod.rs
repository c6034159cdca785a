//! The sample incidents, each a short script: who is there, what is broken, who starts, how it was logged.

mod authorization;
mod groups;
mod neighbourhood;
mod routes;
mod unconfigured;

use crate::support::incident::Incident;

/// Every sample incident, in the order of the index.
pub(crate) fn all() -> Vec<Incident> {
    vec![
        groups::endpoint_group(),
        groups::s3_prefix_list(),
        routes::no_public_address(),
        routes::private_dns_off(),
        routes::nat_without_way_out(),
        groups::repaired_afterwards(),
        unconfigured::endpoint_rejects(),
        unconfigured::endpoint_rejects_parquet(),
        unconfigured::task_egress_rejected_v2(),
        unconfigured::return_blocked(),
        unconfigured::ecs_fields_v7(),
        unconfigured::dns_unanswered(),
        unconfigured::not_the_network(),
        authorization::layer_bucket(),
        authorization::kms_key(),
        authorization::secret_region(),
        authorization::task_role(),
        unconfigured::reject_only(),
        unconfigured::silent_drop(),
    ]
}
