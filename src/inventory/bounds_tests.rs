//! Documents that are too large for memory are read item by item, as if they were small. An item that is too large is
//! lost alone, or counted.

use proptest::prelude::*;

use super::json::{DEEPEST, Most};
use super::load::{load, parse, parse_within};
use super::tests::{example, kinds, wrapped_events};
use super::*;
use crate::model::defect::{DefectKind, Defects};
use crate::model::document::{DOCUMENTS, KnownBy};

/// Reads a text of which no value may have more than so many bytes.
fn read_within(text: &str, bytes: usize) -> (Inventory, Defects, LoadedFiles) {
    parse_within([("f", text.as_bytes())], Most { bytes, ..Most::default() })
}

/// Reads a text as a whole, and with its outermost value too large.
fn same_if_large(name: &str, text: &str) {
    let whole = read_within(text, usize::MAX);
    let parts = read_within(text, text.trim().len() - 1);
    assert_eq!((parts.0, parts.1), (whole.0, whole.1), "{name}");
    assert_eq!(parts.2.items, whole.2.items, "{name}");
}

#[test]
fn a_large_page_is_read_like_a_small_one() {
    for document in DOCUMENTS {
        let pages = document.known_by.iter().filter_map(|known_by| match known_by {
            KnownBy::Page(key) => Some(*key),
            _ => None,
        });
        let text = example(document.file);
        let Ok(serde_json::Value::Object(mut fields)) = serde_json::from_str(text) else { continue };
        for key in pages {
            if !fields.get(key).is_some_and(serde_json::Value::is_array) {
                continue;
            }
            same_if_large(document.file, &serde_json::Value::Object(fields.clone()).to_string());
            for (beside, value) in [
                ("NextToken", serde_json::json!("x")),
                ("failures", serde_json::json!([{"arn": "a", "reason": "MISSING"}, {}])),
                ("Addresses", serde_json::json!([{"AllocationId": "a"}])),
            ] {
                fields.insert(beside.to_owned(), value);
                same_if_large(document.file, &serde_json::Value::Object(fields.clone()).to_string());
            }
            let items = fields[key].to_string();
            same_if_large(document.file, &items);
            same_if_large(document.file, &format!("[{{\"{key}\":{items}}},[{{\"x\":1}}],[{items}]]"));
            same_if_large(document.file, &format!("{{\"{key}\":[7,{}]}}", &items[1..items.len() - 1]));
        }
    }
}

#[test]
fn a_large_envelope_is_read_like_a_small_one() {
    for (name, text) in wrapped_events().into_iter().skip(1).filter(|(_, text)| text.starts_with(['{', '[']))
    {
        same_if_large(name, &text);
    }
    same_if_large(
        "other messages",
        r#"{"events": [{"message": "START"}, {"message": "x"}], "logStream": "x"}"#,
    );
    same_if_large(
        "a test",
        r#"{"messageType": "CONTROL_MESSAGE", "logEvents": [{"message": "{1}"}], "Subnets": []}"#,
    );
}

#[test]
fn an_item_that_is_too_large_loses_only_itself() {
    let check = |item: &str, want: &str| {
        let text = format!(r#"{{"Subnets": [{{"SubnetId": "a"}}, {item}, {{"SubnetId": "b"}}]}}"#);
        let (inventory, defects, _) = read_within(&text, 400);
        let found: Vec<&str> = defects.iter().map(|(_, _, place)| place.text.as_str()).collect();
        assert_eq!(found, [want]);
        assert_eq!(kinds(&defects), [("bad-item", 1)]);
        assert_eq!(inventory.subnets.len(), 2);
        assert!(!inventory.documents.contains(&DocumentKind::Subnets), "the list is not complete");
    };
    let long = format!(r#"{{"SubnetId": "{}"}}"#, "]}\\\"[".repeat(400));
    check(&long, "`Subnets` item 2: expected at most 400 bytes in one item, found more");
    let deep = format!(r#"{{"SubnetId": {}}}"#, "[".repeat(DEEPEST) + &"]".repeat(DEEPEST));
    check(&deep, "`Subnets` item 2: expected at most 128 levels in one item, found more");
}

#[test]
fn documents_that_are_no_pages_are_named_if_they_are_too_large() {
    let check = |text: &str, want: &str| {
        let (_, defects, _) = read_within(text, 50);
        let found: Vec<&str> = defects.iter().map(|(_, _, place)| place.text.as_str()).collect();
        assert_eq!(found, [want], "{text}");
    };
    let long = "x".repeat(50);
    check(&format!("\"{long}\""), "expected at most 50 bytes in one item, found more");
    check(
        &format!(r#"{{"VpcId": "v", "CidrBlock": "{long}"}} "#),
        "expected at most 50 bytes in one item, found more, with the keys `CidrBlock`, `VpcId`",
    );
    let keys: Vec<String> = (0..5000).map(|n| format!("\"k{n}\":0")).collect();
    let (_, defects, _) = parse([("f", format!("{{{}}}", keys.join(",")).as_bytes())]);
    assert_eq!(kinds(&defects), [("unknown-document", 1)]);
}

#[test]
fn of_a_damaged_page_the_items_before_the_damage_are_read() {
    let text = r#"{"Subnets": [{"SubnetId": "a"}, {"SubnetId": "b"}, {"SubnetId" "c"}]}"#;
    let whole = format!("{text}\n{}", example("vpcs"));
    for bytes in [usize::MAX, text.len() - 10] {
        let (inventory, defects, _) = read_within(&whole, bytes);
        assert_eq!((inventory.subnets.len(), inventory.vpcs.len()), (2, 1), "{bytes}");
        assert!(!inventory.documents.contains(&DocumentKind::Subnets));
        assert_eq!(kinds(&defects), [("damaged-json", 1)], "{bytes}");
    }
}

#[test]
fn of_equal_keys_the_last_one_counts() {
    let text = r#"{"Subnets": [{"SubnetId": "a", "VpcId": "v", "VpcId": "w"}], "Subnets": [{"SubnetId": "b", "Subnet\u0049d": "c"}]}"#;
    let (inventory, ..) = parse([("f", text.as_bytes())]);
    assert_eq!(inventory.subnets.keys().map(ToString::to_string).collect::<Vec<_>>(), ["c"]);
}

#[test]
fn problems_of_one_item_are_counted_not_kept() {
    let text = format!(r#"{{"tasks": [{{"taskArn": "t/1", "containers": [{}1]}}]}}"#, "0,".repeat(1000));
    let (_, defects, _) = parse([("f", text.as_bytes())]);
    let per_reading = defects.count(DefectKind::BadItem) / 1001;
    assert!(per_reading > 0 && defects.count(DefectKind::BadItem).is_multiple_of(1001), "{defects:?}");
}

/// Saves a text and reads it with a limit of memory.
fn load_within(text: &str, memory: u64) -> Result<LoadedFiles, TooMuch> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.json");
    std::fs::write(&path, text).unwrap();
    load(&[path], memory).map(|(.., read)| read)
}

#[test]
fn what_does_not_fit_is_counted_to_its_end() {
    let tasks: Vec<String> =
        (0..500).map(|n| format!(r#"{{"taskArn": "t/{n}", "group": "service:x"}}"#)).collect();
    let text = format!(r#"{{"tasks": [{}]}}"#, tasks.join(","));
    let kept = load_within(&text, u64::MAX).unwrap().kept;
    assert!(kept > 500 * 400, "{kept}");
    assert_eq!(load_within(&text, kept).unwrap().kept, kept);
    assert_eq!(load_within(&text, kept - 1), Err(TooMuch { needed: kept }));
    assert_eq!(load_within(&text, 1000), Err(TooMuch { needed: kept }));
    let unused: Vec<String> =
        (0..500).map(|n| format!(r#"{{"taskArn": "t/{n}", "group": "service:x", "tags": [{n}]}}"#)).collect();
    let text = format!(r#"{{"tasks": [{}], "clusters": [{{"clusterName": "x"}}]}}"#, unused.join(","));
    assert_eq!(
        load_within(&text, kept).unwrap().kept,
        kept,
        "fields and kinds that nothing uses take nothing"
    );
}

proptest! {
    #[test]
    fn memory_does_not_depend_on_order_or_copies(
        order in Just((0..DOCUMENTS.len()).collect::<Vec<_>>()).prop_shuffle(),
        again in proptest::collection::vec(0..DOCUMENTS.len(), 0..4),
    ) {
        let read = |order: &[usize]| {
            let texts: Vec<&str> = order.iter().map(|place| example(DOCUMENTS[*place].file)).collect();
            parse([("f", texts.join("\n").as_bytes())]).2.kept
        };
        // A query names the line it was read from, so that a copy of it is kept until all are read.
        let is_query = |place: &usize| DOCUMENTS[*place].kind == DocumentKind::ResolverQueries;
        let (mut order, mut again) = (order, again);
        order.retain(|place| !is_query(place));
        again.retain(|place| !is_query(place));
        let once: Vec<usize> = (0..DOCUMENTS.len()).filter(|place| !is_query(place)).collect();
        prop_assert_eq!(read(&[order, again].concat()), read(&once));
    }
}
