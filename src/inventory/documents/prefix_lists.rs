//! `aws ec2 describe-prefix-lists` and `describe-managed-prefix-lists`: reads one item of `PrefixLists` as a [`PrefixList`].
//!
//! The first command prints the lists of AWS with their blocks, the second all lists without blocks.

use crate::inventory::item::DocumentItem;
use crate::inventory::merge::{Describe, complete_option};
use crate::model::blocks::Blocks;
use crate::model::ids::PrefixListId;
use crate::model::prefix_list::PrefixList;

/// Reads one list; none if it has no `PrefixListId`. If one block cannot be read, the blocks are unknown.
pub(super) fn read(item: DocumentItem<'_>) -> Option<PrefixList> {
    let id = PrefixListId::new(item.identifier("PrefixListId")?);
    let blocks = item.without_note(|| item.cidrs("Cidrs", "Cidr"));
    // Only lists of AWS come with their blocks, and none of them is empty.
    let blocks = blocks.filter(|blocks| !blocks.is_empty());
    Some(PrefixList { id, name: item.text("PrefixListName"), blocks: blocks.map(Blocks::from_iter) })
}

impl Describe for PrefixList {
    type Id = PrefixListId;

    fn id(&self) -> Self::Id {
        self.id.clone()
    }

    fn complete(&mut self, other: &Self) {
        complete_option(&mut self.name, other.name.as_ref());
        complete_option(&mut self.blocks, other.blocks.as_ref());
    }

    /// The lists of AWS grow, so the blocks of all documents count. Other lists may have changed in any way.
    fn invalidate(&mut self, others: &[Self]) {
        let all = others.iter().filter_map(|other| other.blocks.as_ref());
        if self.is_of_aws() {
            self.blocks = Some(all.flat_map(|blocks| blocks.iter()).copied().collect());
        } else if all.into_iter().any(|blocks| Some(blocks) != self.blocks.as_ref()) {
            self.blocks = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::inventory::item::Notes;

    fn read_value(value: &Value) -> (Option<PrefixList>, usize) {
        let notes = Notes::default();
        let list = read(DocumentItem::new(value.as_object().unwrap(), &notes));
        (list, notes.into_inner().len())
    }

    fn blocks(list: &PrefixList) -> Option<Vec<String>> {
        list.blocks.as_ref().map(|blocks| blocks.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn blocks_are_known_if_all_can_be_read() {
        let check = |cidrs: Value, want: Option<&[&str]>, noted| {
            let (list, notes) = read_value(&json!({"PrefixListId": "pl-1", "Cidrs": cidrs}));
            let want = want.map(|want| want.iter().map(ToString::to_string).collect::<Vec<_>>());
            assert_eq!((blocks(&list.unwrap()), notes), (want, noted), "{cidrs}");
        };
        check(json!(["54.231.0.0/17", "3.5.0.0/20"]), Some(&["3.5.0.0/20", "54.231.0.0/17"]), 0);
        check(json!([]), None, 0);
        check(Value::Null, None, 0);
        check(json!(["54.231.0.0/17", "3.5.0.0"]), None, 1);
        check(json!("3.5.0.0/20"), None, 1);
        assert_eq!(read_value(&json!({"PrefixListName": "x"})), (None, 1));
    }

    #[test]
    fn descriptions_of_a_list_that_differ() {
        let check = |name: &str, want: Option<&[&str]>| {
            let list = |cidr: &str| {
                read_value(&json!({"PrefixListId": "pl-1", "PrefixListName": name, "Cidrs": [cidr]}))
                    .0
                    .unwrap()
            };
            let mut one = list("3.5.0.0/20");
            one.invalidate(&[list("3.5.0.0/20"), list("54.231.0.0/17")]);
            let want = want.map(|want| want.iter().map(ToString::to_string).collect::<Vec<_>>());
            assert_eq!(blocks(&one), want, "{name}");
        };
        check("com.amazonaws.eu-west-1.s3", Some(&["3.5.0.0/20", "54.231.0.0/17"]));
        check("offices", None);
    }
}
