//! The whole stage: files and folders in, one inventory out, in every form of files.

use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;

use super::*;
use crate::model::defect::{DefectKind, Defects};
use crate::model::document::DOCUMENTS;

/// The example of a document in `tests/fixtures/documents/`, by the name of its file.
pub(super) fn example(file: &str) -> &'static str {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/documents");
    fs::read_to_string(folder.join(format!("{file}.json"))).expect(file).leak()
}

/// An example of every document.
fn examples() -> Vec<&'static str> {
    DOCUMENTS.iter().map(|document| example(document.file)).collect()
}

pub(super) fn kinds(defects: &Defects) -> Vec<(&'static str, u64)> {
    defects.iter().map(|(kind, count, _)| (kind.name(), count)).collect()
}

#[test]
fn every_example_is_read_as_its_kind() {
    for document in DOCUMENTS {
        let (_, defects, read) = parse([("f", example(document.file).as_bytes())]);
        assert_eq!(kinds(&defects), [], "{}", document.file);
        assert!(read.items.contains_key(&document.kind), "{}", document.file);
    }
}

fn load_files(files: &[(&str, &[u8])], named: &[&str]) -> (Inventory, Defects, LoadedFiles) {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    let paths: Vec<PathBuf> = named.iter().map(|name| folder.path().join(name)).collect();
    load(&paths, u64::MAX).unwrap()
}

#[test]
fn folders_are_walked_and_other_files_skipped() {
    let files: &[(&str, &[u8])] = &[
        ("a/eni.json", example("network_interfaces").as_bytes()),
        ("a/b/c.txt", example("vpc_endpoints").as_bytes()),
        ("README.md", b"# about"),
        ("flows.log", b"2 123456789012 eni-1 10.0.0.1"),
        ("flows.parquet", b"PAR1"),
        ("empty.txt", b""),
    ];
    let (inventory, defects, read) = load_files(files, &[""]);
    assert_eq!((inventory.interfaces.len(), inventory.endpoints.len()), (2, 1));
    assert_eq!(kinds(&defects), []);
    assert_eq!(
        (read.files, read.bytes),
        (2, (example("network_interfaces").len() + example("vpc_endpoints").len()) as u64)
    );
    let items: Vec<_> = read.items.into_iter().collect();
    assert_eq!(items, [(DocumentKind::NetworkInterfaces, 2), (DocumentKind::VpcEndpoints, 1)]);
}

/// A folder may hold anything, but a file that is named as a document is never skipped silently.
#[test]
fn json_files_of_a_folder_must_be_documents() {
    let warned = format!("WARNING: retrying\n{}", example("network_interfaces"));
    let files: &[(&str, &[u8])] = &[
        ("describe-tasks.json", b"An error occurred (ExpiredTokenException) when calling DescribeTasks\n"),
        ("describe-vpcs.JSON", b" \n"),
        ("eni.json", warned.as_bytes()),
    ];
    let (inventory, defects, read) = load_files(files, &[""]);
    assert_eq!((inventory.interfaces.len(), read.files), (2, 1));
    assert_eq!(kinds(&defects), [("empty-file", 1), ("unrecognised-file", 1), ("damaged-json", 1)]);
}

#[test]
fn named_files_must_be_documents() {
    let files: &[(&str, &[u8])] = &[
        ("README.md", b"# about"),
        ("empty.json", b""),
        ("eni.json", example("network_interfaces").as_bytes()),
    ];
    let (_, defects, read) = load_files(files, &["README.md", "empty.json", "eni.json", "", "gone.json"]);
    assert_eq!(kinds(&defects), [("unreadable-file", 1), ("empty-file", 1), ("unrecognised-file", 1)]);
    assert_eq!(read.items[&DocumentKind::NetworkInterfaces], 2, "a file named twice is read once");
}

#[test]
fn defects_have_a_line_and_a_reason() {
    let check = |text: &str, kind: DefectKind, line, want: &str| {
        let (_, defects, _) = parse([("f.json", text.as_bytes())]);
        let found: Vec<_> =
            defects.iter().map(|(kind, _, place)| (kind, place.line, place.text.as_str())).collect();
        assert_eq!(found, [(kind, Some(line), want)], "{text}");
    };
    check(
        "{\"Subnets\": []}\n{\"Subnets\": [{\"SubnetId\": \"a\"}, {\"VpcId\": \"v\"}]}",
        DefectKind::BadItem,
        2,
        "`Subnets` item 2: expected `SubnetId`, found none",
    );
    check(
        r#"{"VpcEndpoints": [{"VpcEndpointId": "a", "ServiceName": "b", "CreationTimestamp": "soon"}]}"#,
        DefectKind::BadItem,
        1,
        "`VpcEndpoints` item 1: `CreationTimestamp`: expected a time, found `soon`",
    );
    check(
        r#"{"tasks": [], "failures": [{"arn": "a:task/c/1", "reason": "MISSING"}]}"#,
        DefectKind::BadItem,
        1,
        "task `a:task/c/1` is not described: `MISSING`",
    );
    check("\n{\"Addresses\": []}", DefectKind::UnknownDocument, 2, "`Addresses` is not used by this version");
    check(
        "{\"Subnets\": []}\n{\"Sub",
        DefectKind::DamagedJson,
        2,
        "expected JSON, found EOF while parsing a string",
    );
}

#[test]
fn a_bad_item_loses_only_itself() {
    let text = r#"{"Subnets": [{"VpcId": "v"}, {"SubnetId": "a", "CidrBlock": 7}, {"SubnetId": "b"}]}"#;
    let (inventory, defects, _) = parse([("f", text.as_bytes())]);
    assert_eq!(inventory.subnets.len(), 2);
    assert_eq!(kinds(&defects), [("bad-item", 2)]);
}

#[test]
fn archived_events_are_read_from_log_exports() {
    let message = serde_json::to_string(example("task_events")).unwrap();
    let text = format!(r#"{{"events": [{{"message": {message}}}, {{"message": "START"}}]}}"#);
    let (inventory, defects, _) = parse([("f", text.as_bytes())]);
    assert_eq!(inventory.tasks.len(), 1);
    assert_eq!(kinds(&defects), [("unknown-document", 1)]);
}

#[test]
fn a_later_event_completes_a_task() {
    let (inventory, ..) = parse([("f", [example("tasks"), example("task_events")].concat().as_bytes())]);
    let task = &inventory.tasks["a:task/c/1"];
    assert_eq!(task.last_status.as_deref(), Some("STOPPED"));
    assert!(task.created_at.is_some());
}

#[test]
fn a_kind_is_complete_if_its_list_was_read_to_the_end() {
    let check = |texts: &[&str], want: &[&str]| {
        let (inventory, ..) = parse(texts.iter().map(|text| ("pl-1", text.as_bytes())));
        let found: Vec<&str> = inventory.documents.iter().map(|kind| kind.name()).collect();
        assert_eq!(found, want, "{texts:?}");
    };
    let named = r#"{"VpcEndpoints": [{"VpcEndpointId": "a", "ServiceName": "b"}]}"#;
    check(&[named], &["VpcEndpoints"]);
    check(&[r#"{"VpcEndpoints": []}"#], &["VpcEndpoints"]);
    check(&[r#"{"VpcEndpoints": [], "NextToken": "x"}"#], &[]);
    check(&[r#"{"VpcEndpoints": [], "NextToken": "x"}"#, named], &["VpcEndpoints"]);
    check(&[named, r#"{"VpcEndpoints": [{"ServiceName": "b"}]}"#], &[]);
    check(&[named, r#"{"VpcEndpoints": [{"VpcEndpointId": "c"}, {"Vpc"#], &[]);
    check(&[named, r#"{"VpcEndpoints": [7]}"#], &[]);
    check(&[r#"{"VpcEndpointId": "a", "ServiceName": "b"}"#], &[]);
    check(&[r#"{"VpcId": "v", "EnableDnsSupport": {"Value": true}}"#], &["VpcAttribute"]);
    check(&[r#"{"Entries": []}"#], &["Entries"]);
    check(&[r#"{"taskDefinition": {"taskDefinitionArn": "a"}}"#], &["taskDefinition"]);
    check(&["{}"], &[]);
}

/// Removes the lines of queries, because they depend on the split.
fn unplaced(mut inventory: Inventory) -> Inventory {
    inventory.resolver_queries.iter_mut().for_each(|query| query.line = 0);
    inventory
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = parse([("f", bytes.as_slice())]);
    }

    #[test]
    fn damaged_documents_are_read_without_panic(
        place in 0usize..5000, byte in any::<u8>(), end in 0usize..5000,
    ) {
        let mut bytes = examples().join("\n").into_bytes();
        let length = bytes.len();
        bytes[place % length] = byte;
        bytes.truncate(end % length + 1);
        let _ = parse([("f", bytes.as_slice())]);
    }

    /// Documents in any order, some of them twice, in one file, several files, one array or one per line, give the same
    /// inventory.
    #[test]
    fn the_split_into_files_does_not_matter(
        order in Just((0..DOCUMENTS.len()).collect::<Vec<_>>()).prop_shuffle(),
        joined in proptest::collection::vec(any::<bool>(), DOCUMENTS.len()),
        again in proptest::collection::vec(0..DOCUMENTS.len(), 0..4),
        in_array in any::<bool>(),
    ) {
        let whole = parse([("f", examples().join("\n").as_bytes())]).0;
        let mut texts: Vec<String> = Vec::new();
        let order: Vec<usize> = order.into_iter().chain(again).collect();
        for (place, joined) in order.iter().zip(joined.into_iter().chain([false; 4])) {
            match texts.last_mut() {
                Some(last) if joined => *last += examples()[*place],
                _ => texts.push(examples()[*place].to_owned()),
            }
        }
        let named: Vec<(&str, &[u8])> = texts.iter().map(|text| ("f", text.as_bytes())).collect();
        let (split, defects, _) = parse(named);
        prop_assert_eq!(unplaced(split), unplaced(whole.clone()));
        prop_assert!(defects.is_empty());
        if in_array {
            let pages: Vec<&str> = order.iter().map(|place| examples()[*place]).collect();
            let array = format!("[{}]", pages.join(","));
            prop_assert_eq!(unplaced(parse([("f", array.as_bytes())]).0), unplaced(whole));
        }
    }
}

/// One event, as each tool returns it that reads a log group, a stream or a queue.
pub(super) fn wrapped_events() -> Vec<(&'static str, String)> {
    let event = serde_json::from_str::<serde_json::Value>(example("task_events")).unwrap();
    let event = event.as_array().map_or(&event, |events| &events[0]);
    let text = event.to_string();
    let message = serde_json::Value::from(text.clone());
    let base64 = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, &text);
    let batch = format!(r#"{{"messageType":"DATA_MESSAGE","logEvents":[{{"id":"1","message":{message}}}]}}"#);
    let packed = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, &batch);
    let notification = format!(r#"{{"Type":"Notification","Message":{message}}}"#);
    let quoted = text.replace('"', "\"\"");
    vec![
        ("event", text.clone()),
        ("filter-log-events", format!(r#"{{"events":[{{"message":{message}}}]}}"#)),
        ("query results", format!(r#"{{"results":[[{{"field":"@message","value":{message}}}]]}}"#)),
        ("downloaded query", format!(r#"[{{"@timestamp":"t","@message":{text}}}]"#)),
        ("downloaded query of texts", format!(r#"[{{"@timestamp":"t","@message":{message}}}]"#)),
        ("subscription", batch),
        ("event of Lambda", format!(r#"{{"awslogs":{{"data":"{packed}"}}}}"#)),
        ("stream", format!(r#"{{"Records":[{{"Data":"{base64}","SequenceNumber":"1"}}]}}"#)),
        ("stream to Lambda", format!(r#"{{"Records":[{{"kinesis":{{"data":"{packed}"}}}}]}}"#)),
        ("Firehose", format!(r#"{{"records":[{{"recordId":"1","data":"{base64}"}}]}}"#)),
        ("queue", format!(r#"{{"Messages":[{{"Body":{message}}}]}}"#)),
        (
            "notification in a queue",
            format!(r#"{{"Messages":[{{"Body":{}}}]}}"#, serde_json::Value::from(notification)),
        ),
        ("notification to Lambda", format!(r#"{{"Records":[{{"Sns":{{"Message":{message}}}}}]}}"#)),
        ("table of the console", format!("timestamp,message\n1764000200000,\"{quoted}\"\n")),
        ("export", format!("2025-11-24T16:03:20.000Z {text}\n")),
        ("logs tail", format!("2025-11-24T16:03:20.000000+00:00 events/1 {text}\n")),
    ]
}

#[test]
fn an_event_is_read_from_every_envelope() {
    let (plain, ..) = parse([("f", wrapped_events()[0].1.as_bytes())]);
    assert_eq!(plain.tasks.len(), 1);
    for (name, text) in wrapped_events() {
        let (inventory, defects, _) = load_files(&[("f", text.as_bytes())], &["f"]);
        assert_eq!(kinds(&defects), [], "{name}");
        assert_eq!(inventory.tasks, plain.tasks, "{name}");
    }
}

#[test]
fn a_document_of_one_thing_is_read_like_a_page() {
    for document in DOCUMENTS {
        let keys = document.known_by.iter();
        let [page, single] = [false, true].map(|wanted| {
            keys.clone().find_map(|known_by| match known_by {
                crate::model::document::KnownBy::Page(key) if !wanted => Some(*key),
                crate::model::document::KnownBy::Single(key) if wanted => Some(*key),
                _ => None,
            })
        });
        let (Some(page), Some(single)) = (page, single) else { continue };
        let mut examples = serde_json::Deserializer::from_str(example(document.file)).into_iter();
        let example: serde_json::Value = examples.next().unwrap().unwrap();
        let item = example.get(page).unwrap_or(&example);
        let item = item.get(0).unwrap_or(item);
        let text = serde_json::json!({ single: item }).to_string();
        let (inventory, defects, read) = parse([("f", text.as_bytes())]);
        assert_eq!(kinds(&defects), [], "{single}");
        assert_eq!(read.items.get(&document.kind), Some(&1), "{single}");
        assert!(!inventory.documents.contains(&document.kind), "one thing is not the whole list: {single}");
    }
}
