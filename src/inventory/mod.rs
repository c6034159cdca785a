//! AWS documents to plain values, with look-ups by id, by address and by time.
//!
//! Goes in: files and folders of AWS CLI, EventBridge and Batfish JSON. Comes out: an [`Inventory`] and defects.
//! A document's kind is known by its content, never by its file's name. Pages may be concatenated, in one array, or one a line.
//! Diagnosis is not done here: this module says what was configured, not what it means.

use std::collections::BTreeMap;

use crate::model::endpoint::Endpoint;
use crate::model::ids::{EndpointId, InterfaceId, SubnetId, VpcId};
use crate::model::interface::NetworkInterface;
use crate::model::network::{FlowLog, Subnet, Vpc};
use crate::model::task::Task;

/// Everything the metadata says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inventory {
    /// Interfaces that existed when the metadata was saved; a stopped task's is not among them.
    pub interfaces: BTreeMap<InterfaceId, NetworkInterface>,
    /// VPC endpoints.
    pub endpoints: BTreeMap<EndpointId, Endpoint>,
    /// Subnets.
    pub subnets: BTreeMap<SubnetId, Subnet>,
    /// VPCs.
    pub vpcs: BTreeMap<VpcId, Vpc>,
    /// Flow logs, by id.
    pub flow_logs: Vec<FlowLog>,
    /// Tasks by ARN; of several documents of one task the latest state wins, field by field.
    pub tasks: BTreeMap<String, Task>,
}
