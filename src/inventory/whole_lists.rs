//! Lists that their own content shows to be whole.
//!
//! Goes in: the items of pages, as they are read. Comes out: the account and the Region of each list that is whole. The ARNs of
//! the items name both, so an empty list shows nothing without a manifest. A list counts only if its file has no defect and
//! no page in its folder announces a further one. Whether a filter was used, only a manifest shows.

use std::collections::{BTreeMap, BTreeSet};

use crate::inventory::files_read::{FilesRead, file_key};
use crate::inventory::item::DocumentItem;
use crate::inventory::recognise::PageExtent;
use crate::model::access::CompleteList;
use crate::model::arn::Arn;
use crate::model::document::{DOCUMENTS, DocumentKind};

/// An account and a Region.
type Home = (String, String);

/// The call of each kind of list, and the keys of the ARN of an item.
fn list_of(kind: DocumentKind) -> Option<(&'static str, &'static [&'static str])> {
    Some(match kind {
        DocumentKind::Secrets => ("secretsmanager list-secrets", &["ARN"]),
        DocumentKind::Parameters => ("ssm describe-parameters", &["ARN"]),
        DocumentKind::KeyAliases => ("kms list-aliases", &["AliasArn"]),
        DocumentKind::Repositories => ("ecr describe-repositories", &["repositoryArn"]),
        DocumentKind::LogGroups => ("logs describe-log-groups", &["logGroupArn", "arn"]),
        _ => return None,
    })
}

/// The kind of the list that a call saves.
pub(super) fn kind_of_list(call: &str) -> Option<DocumentKind> {
    let is_saved_by = |kind: DocumentKind| list_of(kind).is_some_and(|(known, _)| known == call);
    DOCUMENTS.iter().map(|document| document.kind).find(|kind| is_saved_by(*kind))
}

/// A page whose end was not read yet.
#[derive(Clone, Debug)]
struct OpenPage {
    kind: DocumentKind,
    /// The place of its next item, from 1.
    next: usize,
    /// None if an item does not show it.
    homes: Option<BTreeSet<Home>>,
}

/// The lists that were read.
#[derive(Clone, Debug, Default)]
pub(super) struct ListsRead {
    open: Option<OpenPage>,
    /// By file and kind; none if an item does not show its account and Region.
    homes: BTreeMap<(String, DocumentKind), Option<BTreeSet<Home>>>,
}

impl ListsRead {
    /// Notes that another value begins: a page ends within its value.
    pub(super) fn value(&mut self) {
        self.open = None;
    }

    /// Notes an item of a page.
    pub(super) fn item(&mut self, kind: DocumentKind, item: DocumentItem<'_>) {
        let Some((_, keys)) = list_of(kind) else { return };
        let Some(place) = item.place() else {
            self.open = None;
            return;
        };
        if place == 1 {
            self.open = Some(OpenPage { kind, next: 1, homes: Some(BTreeSet::new()) });
        }
        let open = self.open.take().filter(|open| open.kind == kind && open.next == place);
        self.open = open.map(|open| {
            let arn = keys.iter().find_map(|key| item.text(key));
            let home = arn
                .as_deref()
                .and_then(Arn::parse)
                .and_then(|arn| Some((arn.account()?.to_owned(), arn.region()?.to_owned())));
            let homes = open.homes.zip(home).map(|(mut homes, home)| {
                homes.insert(home);
                homes
            });
            OpenPage { homes, next: place + 1, ..open }
        });
    }

    /// Notes the end of a page.
    pub(super) fn page(&mut self, file: &str, kind: DocumentKind, extent: PageExtent) {
        let open = self.open.take().filter(|open| open.kind == kind);
        let (Some(open), PageExtent::Last) = (open, extent) else { return };
        let of_file = self.homes.entry((file_key(file).to_owned(), kind)).or_insert(Some(BTreeSet::new()));
        let both = of_file.take().zip(open.homes);
        *of_file = both.map(|(mut all, more)| {
            all.extend(more);
            all
        });
    }

    /// The whole lists. A manifest alone decides about the files of its folder, so `is_free` holds for files in folders
    /// without one.
    pub(super) fn whole(self, is_free: impl Fn(&str) -> bool, files: &FilesRead) -> BTreeSet<CompleteList> {
        let is_whole = |file: &str, kind| {
            is_free(file) && files.is_whole(file, kind) && !files.is_continued_beside(file, kind)
        };
        let whole = self.homes.into_iter().filter(|((file, kind), _)| is_whole(file, *kind));
        let lists = whole.filter_map(|((_, kind), homes)| Some((list_of(kind)?.0, homes?)));
        let list = |call: &str, (account, region): Home| CompleteList {
            call: call.to_owned(),
            account: Some(account),
            region: Some(region),
            saved_at: None,
            is_unfiltered: false,
        };
        lists.flat_map(|(call, homes)| homes.into_iter().map(move |home| list(call, home))).collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::inventory::parse;

    fn group(region: &str, name: &str) -> Value {
        json!({"logGroupName": name, "arn": format!("arn:aws:logs:{region}:123456789012:log-group:{name}:*")})
    }

    /// The Regions of whole lists of log groups.
    fn check(files: &[(&str, Value)], want: &[&str]) {
        let texts: Vec<(&str, String)> =
            files.iter().map(|(name, value)| (*name, value.to_string())).collect();
        let lists = parse(texts.iter().map(|(name, text)| (*name, text.as_bytes()))).0.complete_lists;
        assert!(lists.iter().all(|list| list.call == "logs describe-log-groups" && list.account.is_some()));
        let regions: Vec<&str> = lists.iter().filter_map(|list| list.region.as_deref()).collect();
        assert_eq!(regions, want, "{files:?}");
    }

    #[test]
    fn the_arns_of_the_items_name_the_region() {
        let (a, b) = (group("a-1", "x"), group("b-1", "x"));
        check(&[("f.json", json!({"logGroups": [a, a]}))], &["a-1"]);
        check(&[("f.json", json!({"logGroups": [a, b]}))], &["a-1", "b-1"]);
        check(&[("f.json", json!([{"logGroups": [a]}, {"logGroups": [b]}]))], &["a-1", "b-1"]);
        check(&[("f.json", json!({"logGroups": []}))], &[]);
        check(&[("f.json", a.clone())], &[]);
        check(&[("f.json", json!([a]))], &[]);
        check(&[("f.json", json!([a])), ("g.json", json!({"logGroups": []}))], &[]);
    }

    #[test]
    fn a_list_that_may_go_on_is_not_whole() {
        let a = group("a-1", "x");
        let page = |more: Value| {
            let mut page = json!({"logGroups": [a]});
            page.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            page
        };
        check(&[("f.json", page(json!({"nextToken": null})))], &["a-1"]);
        for more in [
            json!({"nextToken": "x"}),
            json!({"NextToken": 7}),
            json!({"IsTruncated": true}),
            json!({"IsTruncated": null}),
            json!({"Truncated": "no"}),
        ] {
            check(&[("f.json", page(more.clone()))], &[]);
            check(&[("f.json", page(more)), ("g.json", page(json!({})))], &[]);
        }
        check(&[("m/f.json", page(json!({"nextToken": "x"}))), ("n/g.json", page(json!({})))], &["a-1"]);
        check(&[("f.json", json!({"logGroups": [a, 7]}))], &[]);
        check(&[("f.json", json!({"logGroups": [a, {"arn": 7.5}]}))], &[]);
        check(&[("f.json", json!({"logGroups": [a, {"logGroupName": "y"}]}))], &[]);
        check(&[("f.json", json!({"logGroups": a}))], &[]);
        check(&[("f.json", json!({"logGroups": null}))], &[]);
    }

    #[test]
    fn the_manifest_decides_about_its_files() {
        let list = ("log-groups.json", json!({"logGroups": [group("a-1", "x")]}));
        let manifest = |more: Value| {
            let mut entry = json!({"file": "log-groups.json", "call": "logs describe-log-groups", "account": "123456789012",
                "region": "a-1", "filters": [], "all_pages": true, "exit_code": 0});
            entry.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            ("manifest.json", json!({"flowcause_manifest": 1, "files": [entry]}))
        };
        check(&[list.clone(), manifest(json!({}))], &["a-1"]);
        check(&[list.clone(), manifest(json!({"filters": ["prefix"]}))], &[]);
        check(&[list.clone(), manifest(json!({"all_pages": false}))], &[]);
        check(&[list.clone(), manifest(json!({"filters": null}))], &[]);
        check(&[list.clone(), manifest(json!({"exit_code": null}))], &[]);
        // The entry of the list may be lost.
        check(&[list.clone(), manifest(json!({"file": "other.json"}))], &[]);
        check(&[list.clone(), ("manifest.json", json!({"flowcause_manifest": 2}))], &[]);
        check(&[list.clone(), ("manifest.json", json!(7))], &[]);
        check(&[list, ("m/manifest.json", json!({"flowcause_manifest": 1, "files": []}))], &["a-1"]);
        let empty = ("log-groups.json", json!({"logGroups": []}));
        check(&[empty, manifest(json!({}))], &["a-1"]);
    }
}
