#![doc = include_str!("s3_endpoint_policy_lacks_layer_bucket.md")]

use crate::diagnose::cause::Cause;
use crate::diagnose::refusal;
use crate::finding::CauseId;

pub(super) static CAUSE: Cause = Cause {
    id: CauseId::S3EndpointPolicyLacksLayerBucket,
    title: "The policy of the S3 endpoint does not let the layers of the image pass",
    since: "0.1.0",
    aliases: &[],
    page: include_str!("s3_endpoint_policy_lacks_layer_bucket.md"),
    assess: |case| refusal::assess(case, CauseId::S3EndpointPolicyLacksLayerBucket),
};
