//! `aws logs describe-log-groups`: reads one group as a [`LogGroup`].

use crate::inventory::item::DocumentItem;
use crate::inventory::merge::{Describe, complete_option};
use crate::model::access::LogGroup;
use crate::model::time::Timestamp;

/// The text before the name in the ARN of a group.
const BEFORE_NAME: &str = ":log-group:";

/// Reads one group; none if it has no ARN, which alone names the Region.
pub(super) fn read(item: DocumentItem<'_>) -> Option<LogGroup> {
    let arn = item.text("logGroupArn").or_else(|| item.identifier("arn"))?;
    let arn = arn.strip_suffix(":*").unwrap_or(&arn).to_owned();
    let in_arn = || arn.split_once(BEFORE_NAME).map(|(_, name)| name.to_owned());
    let name = item.text("logGroupName").or_else(in_arn).or_else(|| item.identifier("logGroupName"))?;
    let created_at = item.number("creationTime").filter(|time| *time > 0);
    Some(LogGroup { arn, name, created_at: created_at.map(Timestamp::from_seconds_or_milliseconds) })
}

impl Describe for LogGroup {
    type Id = String;

    fn id(&self) -> Self::Id {
        self.arn.clone()
    }

    fn complete(&mut self, other: &Self) {
        complete_option(&mut self.created_at, other.created_at.as_ref());
    }

    /// A group that was made again has another time: it was there at both, and not in between.
    fn invalidate(&mut self, _: &[Self]) {
        self.created_at = None;
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::inventory::parse;

    #[test]
    fn a_group_is_known_by_its_arn() {
        let arn = "arn:aws:logs:eu-west-1:123456789012:log-group:/ecs/orders";
        let check = |groups: Value, want: Option<(&str, Option<i64>)>, defects: usize| {
            let text = json!({"logGroups": groups}).to_string();
            let (inventory, found, _) = parse([("f.json", text.as_bytes())]);
            let group = inventory.log_groups.get(arn);
            let group = group.map(|one| (one.name.as_str(), one.created_at.map(|time| time.0)));
            assert_eq!((group, found.iter().count()), (want, defects), "{text}");
        };
        let name = "/ecs/orders";
        let plain =
            json!({"logGroupName": name, "creationTime": 1_760_000_000_000_i64, "arn": format!("{arn}:*")});
        check(json!([plain]), Some((name, Some(1_760_000_000))), 0);
        check(
            json!([plain, {"logGroupName": name, "logGroupArn": arn}]),
            Some((name, Some(1_760_000_000))),
            0,
        );
        check(json!([{"arn": arn, "creationTime": null}]), Some((name, None)), 0);
        check(json!([{"arn": arn, "creationTime": "soon"}]), Some((name, None)), 1);
        check(json!([{"logGroupName": name}]), None, 1);
        check(json!([plain, {"arn": arn, "creationTime": 1_770_000_000_000_i64}]), Some((name, None)), 1);
        check(json!([]), None, 0);
        check(json!({"a": {}}), None, 1);
    }
}
