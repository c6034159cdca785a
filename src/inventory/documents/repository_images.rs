//! `aws ecr describe-images`: the images of one repository. Each image names the registry and the repository, and not the Region.

use std::collections::{BTreeMap, BTreeSet};

use crate::inventory::documents::Inventory;
use crate::inventory::item::DocumentItem;
use crate::inventory::known_resources::of_registry;
use crate::inventory::merge::Describe;
use crate::inventory::origin::FileContract;
use crate::inventory::subject_list::{PlacedList, SubjectList, united};
use crate::model::access::{Image, Repository};
use crate::model::document::DocumentKind;

const CONTRACT: FileContract = FileContract {
    kind: DocumentKind::RepositoryImages,
    call: "ecr describe-images",
    prefix: None,
    expected_name: None,
};

/// The images of a repository in one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RepositoryImages {
    registry: Option<String>,
    images: SubjectList<Image>,
}

/// Reads one page.
#[expect(clippy::unnecessary_wraps, reason = "a reader may return none")]
pub(super) fn read(item: DocumentItem<'_>) -> Option<RepositoryImages> {
    let (mut registries, mut names) = (BTreeSet::new(), BTreeSet::new());
    let images = item.whole_list("imageDetails", |image| {
        registries.extend(image.text("registryId"));
        names.extend(image.text("repositoryName"));
        read_image(image)
    });
    let only = |values: BTreeSet<String>| values.first().filter(|_| values.len() == 1).cloned();
    let (registry, name) = (only(registries), only(names));
    Some(RepositoryImages { registry, images: SubjectList::page(item, name, images) })
}

/// Reads one image. An image without tags has no `imageTags`; tags that cannot be read are noted.
fn read_image(image: DocumentItem<'_>) -> Option<Image> {
    let tags = if image.has_key("imageTags") {
        image.known("imageTags", DocumentItem::whole_list_of_texts)?
    } else {
        Vec::new()
    };
    Some(Image { digest: image.identifier("imageDigest")?, tags, pushed_at: image.time("imagePushedAt") })
}

/// Gives each repository its images, if all are known.
pub(super) fn complete(
    inventory: &mut Inventory,
    lists: impl Iterator<Item = RepositoryImages>,
    _is_complete: bool,
) {
    let known = inventory.known_repositories();
    let mut placed: BTreeMap<String, Vec<PlacedList<Image>>> = BTreeMap::new();
    for RepositoryImages { registry, images } in lists {
        let known = of_registry(&known, registry.as_deref());
        if let Some(list) = images.place(inventory, &CONTRACT, &known) {
            placed.entry(list.subject.clone()).or_default().push(list);
        }
    }
    for (arn, lists) in placed {
        let unknown = || Repository { arn: arn.clone(), ..Repository::default() };
        let repository = inventory.repositories.entry(arn.clone()).or_insert_with(unknown);
        repository.images = united(&lists).0;
        repository.are_images_unfiltered =
            lists.iter().any(|list| list.is_recorded && Some(&list.entries) == repository.images.as_ref());
    }
}

impl Describe for RepositoryImages {
    type Id = String;

    fn id(&self) -> Self::Id {
        format!("{} {}", self.images.id(), self.registry.as_deref().unwrap_or_default())
    }

    fn complete(&mut self, other: &Self) {
        self.images.complete(&other.images);
    }

    fn may_change() -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::inventory::parse;

    const ARN: &str = "arn:aws:ecr:eu-west-1:123456789012:repository/orders/api";

    #[test]
    fn images_are_known_if_their_list_is_whole() {
        let check = |document: Value, want: Option<usize>, defects: u64| {
            let repository =
                json!({"repositories": [{"repositoryArn": ARN, "repositoryName": "orders/api"}]});
            let texts = [document.to_string(), repository.to_string()];
            let (inventory, found, _) = parse(texts.iter().map(|text| ("f.json", text.as_bytes())));
            let images = inventory.repositories[ARN].images.as_ref().map(Vec::len);
            let defects_found: u64 = found.iter().map(|(_, count, _)| count).sum();
            assert_eq!((images, defects_found), (want, defects), "{document}");
        };
        let image = |more: Value| {
            let mut image = json!({"registryId": "123456789012", "repositoryName": "orders/api", "imageDigest": "sha256:0a",
                "imageTags": ["1.4"], "imagePushedAt": "2026-10-01T08:00:00Z"});
            image.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            image
        };
        let untagged =
            json!({"registryId": "123456789012", "repositoryName": "orders/api", "imageDigest": "sha256:0b"});
        check(json!({"imageDetails": [image(json!({})), untagged]}), Some(2), 0);
        check(json!({"imageDetails": [image(json!({}))], "nextToken": "x"}), None, 0);
        check(json!({"imageDetails": [image(json!({"imageTags": null}))]}), None, 1);
        check(json!({"imageDetails": [image(json!({"imageTags": "1.4"}))]}), None, 1);
        check(json!({"imageDetails": [image(json!({})), 7]}), None, 1);
        check(json!({"imageDetails": [image(json!({})), image(json!({"repositoryName": "x"}))]}), None, 0);
        check(json!({"imageDetails": []}), None, 0);
        check(json!({"imageDetails": null}), None, 1);
    }
}
