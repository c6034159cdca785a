//! EventBridge "ECS Task State Change": an event that contains the description of a task.
//!
//! Goes in: one event. Comes out: the description in `detail`, with the time of the event.

use crate::inventory::documents::tasks::{self, TaskDescription};
use crate::inventory::item::DocumentItem;

/// Reads one event; none if its `detail` describes no task.
pub(super) fn read(item: DocumentItem<'_>) -> Option<TaskDescription> {
    let Some(detail) = item.item("detail") else {
        item.note("expected `detail`, found none".to_owned());
        return None;
    };
    let description = tasks::read(detail)?;
    let described_at = item.time("time").max(description.described_at);
    Some(TaskDescription { described_at, ..description })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::inventory::item::Notes;
    use crate::model::time::Timestamp;

    fn read_value(value: &Value) -> (Option<TaskDescription>, Vec<String>) {
        let notes = Notes::default();
        let task = read(DocumentItem::new(value.as_object().unwrap(), &notes));
        (task, notes.into_inner())
    }

    #[test]
    fn an_event_dates_its_task() {
        let detail = json!({"taskArn": "a:task/c/1", "updatedAt": "2026-11-23T03:12:00Z", "version": 3});
        let event =
            json!({"detail-type": "ECS Task State Change", "time": "2026-11-23T03:12:01Z", "detail": detail});
        let found = read_value(&event).0.unwrap();
        assert_eq!((found.version, found.described_at), (3, Some(Timestamp(1_795_403_521))));
    }

    #[test]
    fn an_event_requires_a_task() {
        assert_eq!(
            read_value(&json!({"detail-type": "ECS Task State Change"})).1,
            ["expected `detail`, found none"]
        );
        assert_eq!(read_value(&json!({"detail": {}})).1, ["expected `taskArn`, found none"]);
    }
}
