//! The documents, one file each, and what all of them together describe.
//!
//! Goes in: items of documents, in any order. Comes out: an [`Inventory`] that does not depend on that order. The table of
//! [`crate::model::document`] has a row for each file here: it names the reader and the table that the items go to.

use std::collections::{BTreeMap, BTreeSet};

use crate::inventory::changes::Changes;
use crate::inventory::files_read::FilesRead;
use crate::inventory::history::History;
use crate::inventory::index::Index;
use crate::inventory::item::DocumentItem;
use crate::inventory::merge::{Descriptions, add, merge_all};
use crate::inventory::recognise::PageExtent;
use crate::inventory::whole_lists::ListsRead;
use crate::model;
use crate::model::access::{Bucket, CompleteList, DeniedCall, Manifest, RegistryPolicy, UnplacedDocument};
use crate::model::defect::Defects;
use crate::model::deployment::TaskNetwork;
use crate::model::document::{DocumentKind, documents};
use crate::model::prefix_list::AddressRanges;
use crate::model::resolution::ResolverQuery;
use crate::model::runbook::AutomationExecution;

/// The type that a file reads: the thing of its table, unless the row names another one.
macro_rules! description {
    ($thing:ty) => {
        $thing
    };
    ($thing:ty, $description:ty) => {
        $description
    };
}

macro_rules! inventory {
    ($(
        $(#[$about:meta])*
        $kind:ident {
            name: $name:literal,
            known_by: [$($known_by:expr),* $(,)?],
            collect: $collect:expr,
            read: $read:ident,
            $($(#[$contents:meta])* table $table:ident: $id:ty => $thing:ty $(, from $description:ty)?;)?
            $(joins $joined:ident;)?
            $(completes $part:ident;)?
            $(into $whole:ident;)?
        }
    )*) => {
        $(pub(in crate::inventory) mod $read;)*

        /// The configuration that the metadata describe.
        ///
        /// The look-ups build an index the first time one is used: fill the tables first, look up after.
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub struct Inventory {
            $($($(#[$contents])* pub $table: BTreeMap<$id, $thing>,)?)*
            /// The network that a `RunTask` call requested, by the ARN of the task it started.
            pub task_networks: BTreeMap<String, TaskNetwork>,
            /// Buckets whose policy was saved, by name.
            pub buckets: BTreeMap<String, Bucket>,
            /// Policies of private registries of ECR, by account and Region.
            pub registry_policies: BTreeMap<String, RegistryPolicy>,
            /// Requests of starts that AWS refused, by the id of their event in CloudTrail.
            pub denied_calls: BTreeMap<String, DeniedCall>,
            /// Executions of the runbook that looks for the reasons why a task did not start, by id.
            pub automation_executions: BTreeMap<String, AutomationExecution>,
            /// Changes of the configuration, by time, and the time that the saved events cover.
            pub changes: Changes,
            /// AWS's published address ranges.
            pub address_ranges: AddressRanges,
            /// DNS queries that the Resolver logged, by time.
            pub resolver_queries: Vec<ResolverQuery>,
            /// The kinds of documents that are complete, with or without items: what such a kind does not list does not
            /// exist.
            pub documents: BTreeSet<DocumentKind>,
            /// The calls of `manifest.json`.
            pub manifest: Manifest,
            /// The lists that are known to be whole, by `manifest.json` or by their content.
            pub complete_lists: BTreeSet<CompleteList>,
            /// Documents that decide nothing, because their subject is not known.
            pub unplaced: BTreeSet<UnplacedDocument>,
            /// Earlier states: see [`crate::inventory::Past`].
            pub history: History,
            /// Derived from the tables; leave it at its default.
            pub index: Index,
        }

        /// Everything read so far.
        #[derive(Default)]
        pub(super) struct Loaded {
            $($($table: Descriptions<description!($thing $(, $description)?)>,)?)*
            $($($read: Descriptions<$read::$part>,)?)*
            /// Its tables are empty until the descriptions are merged.
            inventory: Inventory,
            pages: PagesRead,
            files: FilesRead,
            lists: ListsRead,
        }

        impl Loaded {
            /// Reads an item of a kind and keeps the description; returns the bytes that this takes, or none if the item
            /// describes nothing.
            pub(super) fn item(&mut self, kind: DocumentKind, item: DocumentItem<'_>) -> Option<u64> {
                self.lists.item(kind, item);
                if !matches!(kind, DocumentKind::CloudTrailEvents | DocumentKind::ConfigurationItems) {
                    self.files.item(item.file(), kind);
                }
                match kind {
                    $(DocumentKind::$kind => {
                        $(add(&mut self.$table, $read::read(item), item.file()))?
                        $(add(&mut self.$joined, $read::read(item), item.file()))?
                        $({
                            let part: Option<$read::$part> = $read::read(item);
                            add(&mut self.$read, part, item.file())
                        })?
                        $($read::read(item, &mut self.$whole).then(|| item.kept()))?
                    })*
                }
            }

            /// Merges the descriptions of each thing; contradictions go to `defects`.
            pub(super) fn merge(mut self, defects: &mut Defects) -> Inventory {
                role_details::cut_lists(&mut self.roles, &self.files);
                let whole_roles = role_details::whole_lists(&self.roles, &self.files);
                let mut inventory = Inventory {
                    $($($table: into_things(merge_all(self.$table, defects)),)?)*
                    documents: self.pages.complete(),
                    ..self.inventory
                };
                inventory.manifest.folders.extend(self.files.folders_with_damaged("manifest.json"));
                inventory.complete_lists = inventory.whole_lists(&self.files);
                inventory.complete_lists.extend(whole_roles);
                let is_free = |file: &str| inventory.has_no_manifest(file);
                let whole = self.lists.whole(is_free, &self.files);
                inventory.complete_lists.extend(whole);
                $($({
                    let parts: BTreeMap<_, $read::$part> = merge_all(self.$read, defects);
                    let is_complete = !self.pages.lacks(DocumentKind::$kind);
                    $read::complete(&mut inventory, parts.into_values(), is_complete);
                })?)*
                if self.pages.lacks(DocumentKind::RouteTables) {
                    route_tables::invalidate_main_tables(&mut inventory);
                }
                resolver_queries::merge(&mut inventory.resolver_queries);
                inventory.changes.finish();
                let date = |file: &str| inventory.entry_of(file).ok().flatten()?.saved_at;
                let saved = self.files.saved(date);
                std::mem::take(&mut inventory.history).join(&mut inventory, saved);
                inventory
            }
        }
    };
}

documents!(inventory);

impl Loaded {
    /// Notes that another value begins.
    pub(super) fn value(&mut self) {
        self.lists.value();
    }

    /// Notes that a page of a kind was in a file.
    pub(super) fn page(&mut self, file: &str, kind: DocumentKind, extent: PageExtent) {
        self.pages.note(kind, extent);
        self.files.page(file, kind, extent);
        self.lists.page(file, kind, extent);
    }

    /// Notes that a part of a file could not be used.
    pub(super) fn damage(&mut self, file: &str) {
        self.files.damage(file);
    }
}

fn into_things<Id: Ord, D: Into<T>, T>(descriptions: BTreeMap<Id, D>) -> BTreeMap<Id, T> {
    descriptions.into_iter().map(|(id, description)| (id, description.into())).collect()
}

/// How much of each kind was read.
#[derive(Default)]
struct PagesRead {
    ended: BTreeSet<DocumentKind>,
    continued: BTreeSet<DocumentKind>,
    damaged: BTreeSet<DocumentKind>,
}

impl PagesRead {
    fn note(&mut self, kind: DocumentKind, extent: PageExtent) {
        let kinds = match extent {
            PageExtent::Last => &mut self.ended,
            PageExtent::Continued => &mut self.continued,
            PageExtent::Damaged => &mut self.damaged,
        };
        kinds.insert(kind);
    }

    /// The kinds that were read to their end: things that they do not list do not exist.
    fn complete(&self) -> BTreeSet<DocumentKind> {
        self.ended.difference(&self.damaged).copied().collect()
    }

    /// Whether items of this kind are known to be missing.
    fn lacks(&self, kind: DocumentKind) -> bool {
        let has_no_end = self.continued.contains(&kind) && !self.ended.contains(&kind);
        has_no_end || self.damaged.contains(&kind)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use std::rc::Rc;

    use super::tasks::TaskDescription;
    use super::*;
    use crate::inventory::item::Notes;
    use crate::model::defect::DefectKind;
    use crate::model::endpoint::Endpoint;
    use crate::model::ids::InterfaceId;
    use crate::model::time::Timestamp;

    fn task(text: &str) -> TaskDescription {
        let value: serde_json::Value = serde_json::from_str(text).unwrap();
        let notes = Notes::default();
        tasks::read(DocumentItem::new(value.as_object().unwrap(), &notes)).unwrap()
    }

    fn life() -> Vec<TaskDescription> {
        [
            r#"{"taskArn":"t/1","version":1,"lastStatus":"PROVISIONING","launchType":"FARGATE"}"#,
            r#"{"taskArn":"t/1","version":2,"lastStatus":"PENDING","pullStartedAt":100,"createdAt":90,
                "attachments":[{"type":"eni","details":[{"name":"networkInterfaceId","value":"eni-1"}]}]}"#,
            r#"{"taskArn":"t/1","version":4,"lastStatus":"DEPROVISIONING","stoppingAt":200,"stopCode":"TaskFailedToStart"}"#,
            r#"{"taskArn":"t/1","lastStatus":"STOPPED","stoppedAt":210,"stoppedReason":"late text"}"#,
            r#"{"taskArn":"t/1","version":3,"lastStatus":"PENDING","stoppedReason":"early text"}"#,
        ]
        .into_iter()
        .map(task)
        .collect()
    }

    fn merged(descriptions: impl IntoIterator<Item = TaskDescription>) -> Inventory {
        let mut loaded = Loaded::default();
        for found in descriptions {
            add(&mut loaded.tasks, Some(found), &Rc::from("f"));
        }
        let mut defects = Defects::default();
        let inventory = loaded.merge(&mut defects);
        assert!(defects.is_empty());
        inventory
    }

    #[test]
    fn the_latest_state_wins_and_no_field_is_lost() {
        let inventory = merged(life());
        let task = &inventory.tasks["t/1"];
        assert_eq!(task.last_status.as_deref(), Some("STOPPED"));
        assert_eq!(task.stopped_reason.as_deref(), Some("late text"));
        assert_eq!(task.stop_code.as_deref(), Some("TaskFailedToStart"));
        assert_eq!(task.launch_type.as_deref(), Some("FARGATE"));
        assert_eq!(task.interface_id, Some(InterfaceId::new("eni-1")));
        assert_eq!((task.created_at, task.stopped_at), (Some(Timestamp(90)), Some(Timestamp(210))));
    }

    proptest! {
        #[test]
        fn the_order_and_repetition_of_descriptions_do_not_matter(
            order in Just((0..life().len()).collect::<Vec<_>>()).prop_shuffle(),
            again in proptest::collection::vec(0usize..5, 0..4),
        ) {
            let life = life();
            let shuffled = order.into_iter().chain(again).map(|place| life[place].clone());
            prop_assert_eq!(merged(shuffled), merged(life.clone()));
        }
    }

    fn endpoint(fields: &str) -> Endpoint {
        let text = format!(r#"{{"VpcEndpointId":"vpce-1","ServiceName":"com.amazonaws.r.logs"{fields}}}"#);
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        let notes = Notes::default();
        vpc_endpoints::read(DocumentItem::new(value.as_object().unwrap(), &notes)).unwrap()
    }

    #[test]
    fn disagreement_is_reported_and_completion_is_not() {
        let check = |one: &str, other: &str, count| {
            let merged = |texts: [&str; 2]| {
                let mut loaded = Loaded::default();
                for text in texts {
                    add(&mut loaded.endpoints, Some(endpoint(text)), &Rc::from("f"));
                }
                let mut defects = Defects::default();
                (loaded.merge(&mut defects), defects)
            };
            let (inventory, defects) = merged([one, other]);
            assert_eq!(defects.count(DefectKind::BadItem), count, "{one} {other}");
            assert_eq!(merged([other, one]), (inventory, defects));
        };
        check(r#","State":"available""#, r#","State":"available""#, 0);
        check(r#","State":"available""#, r#","VpcId":"vpc-1""#, 0);
        check(r#","State":"available""#, r#","State":"pending""#, 1);
        check(r#","Groups":[{"GroupId":"sg-1"}]"#, r#","Groups":[{"GroupId":"sg-2"}]"#, 1);
    }
}
