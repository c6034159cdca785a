//! `manifest.json` of `flowcause collect`: the calls that saved the files of its folder.

use crate::inventory::documents::Inventory;
use crate::inventory::files_read::{file_key, folder_of};
use crate::inventory::item::DocumentItem;

use crate::model::access::SavedCall;

/// The version of the manifest that this version of flowcause reads.
const VERSION: i64 = 1;

/// Reads one manifest; returns whether its version is known.
pub(super) fn read(item: DocumentItem<'_>, inventory: &mut Inventory) -> bool {
    let folder = folder_of(item.file());
    inventory.manifest.folders.insert(folder.to_owned());
    match item.number("flowcause_manifest") {
        Some(VERSION) => {}
        Some(other) => {
            item.note(format!("`flowcause_manifest`: expected {VERSION}, found {other}"));
            return false;
        }
        None => return false,
    }
    let calls = item.items("files").into_iter().filter_map(|entry| read_call(entry, folder));
    inventory.manifest.calls.extend(calls);
    true
}

fn read_call(entry: DocumentItem<'_>, folder: &str) -> Option<SavedCall> {
    let file = entry.identifier("file")?;
    if !folder_of(&file).is_empty() {
        entry.note(format!("`file`: expected a name without a folder, found `{file}`"));
        return None;
    }
    let filters = entry.whole_list_of_texts("filters");
    let exit_code = entry.number("exit_code");
    // An entry that lost its filters or its exit code shows no whole list.
    let shows_all = filters.is_some() && exit_code.is_some();
    Some(SavedCall {
        file: file_key(&format!("{folder}{file}")).to_owned(),
        call: entry.identifier("call")?,
        subject: entry.text("subject"),
        account: entry.text("account"),
        region: entry.text("region"),
        filters: filters.unwrap_or_default(),
        has_all_pages: shows_all && entry.flag("all_pages") == Some(true),
        saved_at: entry.time("saved_at"),
        exit_code,
        error: entry.text("error"),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::inventory::{Inventory, parse};

    fn read_from(file: &str, manifest: &Value) -> (Inventory, u64) {
        let (inventory, defects, _) = parse([(file, manifest.to_string().as_bytes())]);
        (inventory, defects.iter().map(|(_, count, _)| count).sum())
    }

    #[test]
    fn a_call_belongs_to_a_file_of_the_folder() {
        let calls = json!([
            {"file": "role-policies-a.json.gz", "call": "iam list-role-policies", "subject": "arn:aws:iam::1:role/a",
             "all_pages": true, "saved_at": "2026-11-23T03:12:00Z", "exit_code": 0, "error": null},
            {"file": "bucket-policy-b.json", "call": "s3api get-bucket-policy", "exit_code": 254, "error": "AccessDenied"},
        ]);
        let (inventory, defects) =
            read_from("saved/today/manifest.json", &json!({"flowcause_manifest": 1, "files": calls}));
        assert_eq!(defects, 0);
        let manifest = &inventory.manifest;
        let files: Vec<&str> = manifest.calls.iter().map(|call| call.file.as_str()).collect();
        assert_eq!(files, ["saved/today/bucket-policy-b.json", "saved/today/role-policies-a.json"]);
        assert!(manifest.saved_at("iam list-role-policies", "arn:aws:iam::1:role/a").is_some());
        assert_eq!(manifest.saved_at("iam list-role-policies", "arn:aws:iam::1:role/b"), None);
        assert_eq!(manifest.denied().count(), 1);
    }

    #[test]
    fn a_file_of_another_folder_and_another_version_are_refused() {
        let check = |manifest: Value, calls, defects| {
            let (inventory, found) = read_from("manifest.json", &manifest);
            assert_eq!((inventory.manifest.calls.len(), found), (calls, defects), "{manifest}");
        };
        let call = |file: &str| json!({"file": file, "call": "iam get-role"});
        check(json!({"flowcause_manifest": 1, "files": [call("a.json"), call("../a.json")]}), 1, 1);
        check(json!({"flowcause_manifest": 1, "files": [call("c:\\a.json"), {"call": "x"}, 7]}), 0, 3);
        check(json!({"flowcause_manifest": 2, "files": [call("a.json")]}), 0, 1);
        check(json!({"flowcause_manifest": 1}), 0, 0);
        let both = json!([
            {"file": "a.json", "call": "iam get-role", "exit_code": 254, "error": "AccessDenied"},
            {"file": "a.json", "call": "iam get-role", "exit_code": 0},
        ]);
        let (inventory, _) = read_from("manifest.json", &json!({"flowcause_manifest": 1, "files": both}));
        assert_eq!(inventory.manifest.denied().count(), 0, "an earlier call saved the document");
    }
}
