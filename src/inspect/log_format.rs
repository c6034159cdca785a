//! The recommended flow log: its format, and the command that creates it.

use std::collections::BTreeSet;

use crate::model::field::{DEFAULT_FORMAT, Field};
use crate::model::ids::plain_id;

/// The fields beyond the default format that improve a diagnosis.
pub(super) const BESIDE_DEFAULT: [Field; 13] = [
    Field::VpcId,
    Field::SubnetId,
    Field::TcpFlags,
    Field::PktSrcAddr,
    Field::PktDstAddr,
    Field::PktDstAwsService,
    Field::FlowDirection,
    Field::TrafficPath,
    Field::EcsServiceName,
    Field::EcsTaskArn,
    Field::EcsTaskId,
    Field::RejectReason,
    Field::NextHopInterfaceId,
];

/// Limit of VPCs in the command.
const MOST_VPCS: usize = 10;

/// The format, `${version} ${account-id} …`.
pub(super) fn log_format() -> String {
    let names = DEFAULT_FORMAT.iter().chain(&BESIDE_DEFAULT).map(|field| format!("${{{field}}}"));
    names.collect::<Vec<_>>().join(" ")
}

/// The command that creates a flow log of these VPCs with all recommended fields; `VPC_ID` and `BUCKET` are placeholders.
pub(super) fn command(vpcs: &BTreeSet<String>) -> String {
    let plain = vpcs.iter().filter_map(|id| plain_id(id)).filter(|id| id.starts_with("vpc-"));
    let ids: Vec<&str> = plain.take(MOST_VPCS).collect();
    let ids = if ids.is_empty() { "VPC_ID".to_owned() } else { ids.join(" ") };
    format!(
        "aws ec2 create-flow-logs --resource-type VPC --resource-ids {ids} --traffic-type ALL \
         --max-aggregation-interval 60 --log-destination-type s3 --log-destination arn:aws:s3:::BUCKET \
         --log-format '{}'",
        log_format()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_format_has_every_field_once() {
        let format = log_format();
        let names: BTreeSet<&str> = format.split(' ').collect();
        assert_eq!(names.len(), DEFAULT_FORMAT.len() + BESIDE_DEFAULT.len());
        assert!(format.starts_with("${version} ${account-id} ${interface-id} "), "{format}");
    }

    #[test]
    fn only_plain_ids_are_in_the_command() {
        let check = |ids: &[&str], expect: &str| {
            let vpcs = ids.iter().map(|&id| id.to_owned()).collect();
            let command = command(&vpcs);
            assert!(command.contains(&format!(" --resource-ids {expect} --traffic-type ALL ")), "{command}");
        };
        check(&[], "VPC_ID");
        check(&["vpc-1", "vpc-0a2b"], "vpc-0a2b vpc-1");
        check(&["vpc-1;reboot", "--endpoint-url=x", "$(id)", "eni-1", "vpc-2"], "vpc-2");
        check(&["-"], "VPC_ID");
    }
}
