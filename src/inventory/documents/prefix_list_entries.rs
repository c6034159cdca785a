//! `aws ec2 get-managed-prefix-list-entries`: `Entries` of one prefix list.
//!
//! The document does not contain the id of the list. It comes from `PrefixListId` beside `Entries`, if someone added it, or
//! from the name of the file.

use crate::inventory::documents::Inventory;
use crate::inventory::item::DocumentItem;
use crate::inventory::merge::Describe;
use crate::model::blocks::Blocks;
use crate::model::ids::PrefixListId;
use crate::model::prefix_list::PrefixList;

/// The entries of a prefix list, or a page of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PrefixListEntries {
    id: PrefixListId,
    /// Sorted; none if a block cannot be read.
    blocks: Option<Blocks>,
    /// Whether the page announces no further one.
    is_last: bool,
}

/// Reads one document. Without the id of the list it returns none and adds a note on the name of the file.
pub(super) fn read(item: DocumentItem<'_>) -> Option<PrefixListEntries> {
    let Some(id) = item.text("PrefixListId").or_else(|| id_in_name(item.file())) else {
        let text = "expected the id of the list in the file's name, as in \
                    `get-managed-prefix-list-entries.pl-0123.json`, found none";
        item.note(text.to_owned());
        return None;
    };
    let blocks = item.without_note(|| item.cidrs("Entries", "Cidr"));
    let blocks = blocks.map(Blocks::from_iter);
    Some(PrefixListEntries { id: PrefixListId::new(id), blocks, is_last: item.text("NextToken").is_none() })
}

/// The first `pl-…` of a file's name.
fn id_in_name(file: &str) -> Option<String> {
    let name = file.rsplit(['/', '\\']).next()?;
    let is_alone = |start: usize| !name[..start].ends_with(|before: char| before.is_ascii_alphanumeric());
    let start = name.match_indices("pl-").map(|(start, _)| start).find(|start| is_alone(*start))?;
    let length = name[start + 3..].find(|letter: char| !letter.is_ascii_alphanumeric());
    let end = length.map_or(name.len(), |length| start + 3 + length);
    (end > start + 3).then(|| name[start..end].to_owned())
}

/// Gives each list its blocks, if all of them are known; a list that no other document names is added.
pub(super) fn complete(
    inventory: &mut Inventory,
    entries: impl Iterator<Item = PrefixListEntries>,
    _is_complete: bool,
) {
    for PrefixListEntries { id, blocks, is_last } in entries {
        let unknown = || PrefixList { id: id.clone(), name: None, blocks: None };
        let list = inventory.prefix_lists.entry(id.clone()).or_insert_with(unknown);
        if list.blocks.is_none() && is_last {
            list.blocks = blocks;
        }
    }
}

impl Describe for PrefixListEntries {
    type Id = PrefixListId;

    fn id(&self) -> Self::Id {
        self.id.clone()
    }

    /// Adds the blocks of another page.
    fn complete(&mut self, other: &Self) {
        let both = self.blocks.take().zip(other.blocks.as_ref());
        self.blocks = both.map(|(mine, other)| mine.iter().chain(other.iter()).copied().collect());
        self.is_last |= other.is_last;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::parse;

    #[test]
    fn the_name_of_the_file_contains_the_id() {
        let check = |name: &str, want: Option<&str>| assert_eq!(id_in_name(name).as_deref(), want, "{name}");
        check("get-managed-prefix-list-entries.pl-0123.json", Some("pl-0123"));
        check("metadata/pl-63a5400a", Some("pl-63a5400a"));
        check("C:\\metadata\\entries_pl-63a5400a_2.json", Some("pl-63a5400a"));
        check("pl-1/entries.json", None);
        check("example-ppl-12.json", None);
        check("pl-.json", None);
        check("", None);
    }

    /// The blocks of `pl-1` after reading these files.
    fn check(files: &[(&str, &str)], want: Option<&[&str]>, defects: usize) {
        let named = || files.iter().map(|(name, text)| (*name, text.as_bytes()));
        let (inventory, found, _) = parse(named());
        let blocks = inventory.prefix_lists.get("pl-1").and_then(|list| list.blocks.as_ref());
        let blocks: Option<Vec<String>> =
            blocks.map(|blocks| blocks.iter().map(ToString::to_string).collect());
        let want = want.map(|want| want.iter().map(ToString::to_string).collect::<Vec<_>>());
        assert_eq!(blocks, want, "{files:?}");
        assert_eq!(found.iter().count(), defects, "{files:?} {found:?}");
        assert_eq!(parse(named().rev()).0, inventory);
    }

    #[test]
    fn entries_complete_their_list() {
        let list =
            ("lists.json", r#"{"PrefixLists": [{"PrefixListId": "pl-1", "PrefixListName": "offices"}]}"#);
        let entries =
            r#"{"Entries": [{"Cidr": "10.2.0.0/16", "Description": "b"}, {"Cidr": "10.0.0.0/16"}]}"#;
        let both: &[&str] = &["10.0.0.0/16", "10.2.0.0/16"];
        check(&[list, ("entries.pl-1.json", entries)], Some(both), 0);
        check(&[("entries.pl-1.json", entries)], Some(both), 0);
        check(&[("e.json", r#"{"PrefixListId": "pl-1", "Entries": []}"#)], Some(&[]), 0);
        check(&[list, ("entries.json", entries)], None, 1);
        check(&[list, ("pl-1", r#"{"Entries": [{"Cidr": "10.0.0.0/16"}, {"Cidr": "x"}]}"#)], None, 1);
        check(&[list, ("pl-1", r#"{"Entries": [{"Cidr": "10.0.0.0/16"}, {"Ci"#)], None, 1);
        check(&[list, ("pl-1", r#"{"Entries": 7}"#)], None, 1);
    }

    #[test]
    fn pages_add_up() {
        let first = ("pl-1.a", r#"{"Entries": [{"Cidr": "10.0.0.0/16"}], "NextToken": "x"}"#);
        let last = ("pl-1.b", r#"{"Entries": [{"Cidr": "10.2.0.0/16"}]}"#);
        check(&[first, last], Some(&["10.0.0.0/16", "10.2.0.0/16"]), 0);
        check(&[first], None, 0);
    }
}
