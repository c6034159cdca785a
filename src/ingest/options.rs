//! Options of the readers: the formats of records that have no header.

use std::collections::BTreeMap;

use crate::model::ids::FlowLogId;
use crate::model::log_format::LogFormat;

/// The options that `read_file` and `quote` take in addition to a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadOptions {
    /// Formats of records without a header.
    pub formats: Formats,
}

/// Formats of records without a header, by the way in which the format is identified.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Formats {
    /// The format given by `--log-format`.
    pub given: Option<LogFormat>,
    /// `LogFormat` of describe-flow-logs, by the id of the flow log, which is part of an object's name.
    pub by_flow_log: BTreeMap<FlowLogId, LogFormat>,
    /// `LogFormat` of describe-flow-logs by the resource that is logged: the id of an interface, subnet or VPC. Each
    /// has every format that is possible, sorted.
    pub by_resource: BTreeMap<String, Vec<LogFormat>>,
}

impl Formats {
    /// The format of the flow log whose id is part of the file name, as in AWS's object names.
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
    fn the_flow_log_in_a_file_name_gives_the_format() {
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
