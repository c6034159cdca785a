//! What the readers are told besides the files: the formats of records that come without a header.

use std::collections::BTreeMap;

use crate::model::ids::FlowLogId;
use crate::model::log_format::LogFormat;

/// Everything that `read_file` and `quote` take besides a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadOptions {
    /// Formats of records without a header.
    pub formats: Formats,
}

/// Formats of records without a header, by what tells which one it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Formats {
    /// `--log-format`.
    pub given: Option<LogFormat>,
    /// `LogFormat` of describe-flow-logs, by the id that is part of an object's name.
    pub by_flow_log: BTreeMap<FlowLogId, LogFormat>,
    /// The same by what is logged: ids of interfaces, subnets and VPCs, each with every format that may be meant, sorted.
    pub by_resource: BTreeMap<String, Vec<LogFormat>>,
}

impl Formats {
    /// The format of the flow log that a file's name names, as AWS names objects.
    #[must_use]
    pub fn of_file(&self, name: &str) -> Option<&LogFormat> {
        let mut parts = name.rsplit(['/', '\\', '_', '.']).filter(|part| part.starts_with("fl-"));
        parts.find_map(|part| self.by_flow_log.get(part))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_known_by_its_flow_log() {
        let format = LogFormat::parse("${srcaddr}").unwrap();
        let by_flow_log = BTreeMap::from([(FlowLogId::new("fl-1"), format.clone())]);
        let formats = Formats { by_flow_log, ..Formats::default() };
        let check =
            |name: &str, is_known: bool| assert_eq!(formats.of_file(name).is_some(), is_known, "{name}");
        check("a/1_vpcflowlogs_eu-west-1_fl-1_20261123T0305Z_6c8ce491.log.gz", true);
        check("fl-1/records.log", true);
        check("a/1_vpcflowlogs_eu-west-1_fl-2_20261123T0305Z_6c8ce491.log.gz", false);
        check("records.log", false);
    }
}
