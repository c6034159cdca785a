//! Requests that AWS refused, as CloudTrail recorded them.

use crate::model::ids::EndpointId;
use crate::model::time::Timestamp;

/// A refused request: an event of CloudTrail with an `errorCode`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeniedCall {
    /// `eventID`.
    pub event_id: String,
    /// `eventTime`.
    pub time: Timestamp,
    /// Which kind of event it is.
    pub source: DenialSource,
    /// `eventSource` and `eventName` as an action: `secretsmanager:GetSecretValue`.
    pub action: String,
    /// `errorCode`.
    pub error_code: String,
    /// `errorMessage`, as written.
    pub error_message: Option<String>,
    /// `requestID`: the `RequestID` of a stopped reason.
    pub request_id: Option<String>,
    /// `userIdentity.arn`: the session of a role.
    pub session_arn: Option<String>,
    /// `userIdentity.sessionContext.sessionIssuer.arn`: the role.
    pub role_arn: Option<String>,
    /// The name of the session, which is the task's id: the end of `userIdentity.arn`, or `requestParameters.roleSessionName`
    /// of `AssumeRole`.
    pub session_name: Option<String>,
    /// `awsRegion`.
    pub region: Option<String>,
    /// `vpcEndpointId`.
    pub endpoint_id: Option<EndpointId>,
    /// `sourceIPAddress`, as written.
    pub source_address: Option<String>,
    /// Names and ARNs of resources: `resources[].ARN` and the names in `requestParameters`.
    pub resources: Vec<String>,
}

/// The kinds of events that record a refused request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DenialSource {
    /// `eventCategory` `Management`.
    Management,
    /// `eventCategory` `NetworkActivity`: the policy of a VPC endpoint denied it.
    NetworkActivity,
    /// `eventCategory` `Data`: a request for an object of S3.
    Data,
}
