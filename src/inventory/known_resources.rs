//! The keys, repositories and buckets that documents name, as candidates for the subject of a document that does not name its
//! own.

use std::collections::BTreeSet;

use crate::inventory::Inventory;
use crate::inventory::origin::KnownSubject;
use crate::model::arn::Arn;
use crate::model::deployment::{EcrRegistry, registry_of_image};

impl Inventory {
    /// The keys that are described, or that secrets, parameters and repositories name by ARN or id.
    pub(super) fn known_keys(&self) -> BTreeSet<KnownSubject> {
        let of_secrets = self.secrets.values().filter_map(|one| one.key.as_ref());
        let of_parameters = self.parameters.values().filter_map(|one| one.key.as_ref());
        let of_repositories = self.repositories.values().filter_map(|one| one.key.as_ref());
        let named = of_secrets.chain(of_parameters).chain(of_repositories);
        let named = named.filter(|id| !id.contains("alias/")).map(|id| self.arn_of_key(id));
        let ids: BTreeSet<String> = self.keys.keys().cloned().chain(named).collect();
        ids.into_iter()
            .map(|id| KnownSubject { name: id.rsplit('/').next().unwrap_or(&id).to_owned(), id })
            .collect()
    }

    /// The ARN of the only known key with an id; the id itself if there is none or more than one.
    pub(super) fn arn_of_key(&self, id: &str) -> String {
        let arns = self.keys.values().filter(|key| key.id == id).filter_map(|key| key.arn.as_ref());
        let arns: BTreeSet<&String> = arns.collect();
        arns.first().filter(|_| arns.len() == 1).map_or_else(|| id.to_owned(), |arn| (*arn).clone())
    }

    /// The repositories that are described, and those of the images in task definitions.
    pub(super) fn known_repositories(&self) -> BTreeSet<KnownSubject> {
        let images = self.task_definitions.values().flat_map(|one| &one.images);
        let arns = self.repositories.keys().cloned().chain(images.filter_map(|image| repository_of(image)));
        arns.filter_map(|arn| {
            let name = Arn::parse(&arn)?.resource.strip_prefix("repository/")?.to_owned();
            Some(KnownSubject { name, id: arn })
        })
        .collect()
    }

    /// The buckets of environment files.
    pub(super) fn known_buckets(&self) -> BTreeSet<KnownSubject> {
        let containers = self.task_definitions.values().flat_map(|one| &one.containers);
        let files = containers.flat_map(|container| &container.environment_files);
        let names = files.filter_map(|arn| Some(Arn::parse(arn)?.resource.split('/').next()?.to_owned()));
        names.map(|name| KnownSubject { id: name.clone(), name }).collect()
    }
}

/// The repositories of an account; all of them if the account is not known.
pub(super) fn of_registry(known: &BTreeSet<KnownSubject>, account: Option<&str>) -> BTreeSet<KnownSubject> {
    let is_there = |one: &&KnownSubject| {
        account.is_none_or(|account| Arn::parse(&one.id).is_some_and(|arn| arn.account == account))
    };
    known.iter().filter(is_there).cloned().collect()
}

/// The ARN of the repository of an image in ECR.
fn repository_of(image: &str) -> Option<String> {
    let host = registry_of_image(image);
    let EcrRegistry { account, region, .. } = EcrRegistry::of_host(host)?;
    let rest = image.strip_prefix(host)?.strip_prefix('/')?;
    let name = rest.split(['@', ':']).next().filter(|name| !name.is_empty())?;
    let partition = match region {
        _ if host.rsplit('.').next() == Some("cn") => "aws-cn",
        _ if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    };
    Some(format!("arn:{partition}:ecr:{region}:{account}:repository/{name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_of_ecr_names_its_repository() {
        let check =
            |image: &str, want: Option<&str>| assert_eq!(repository_of(image).as_deref(), want, "{image}");
        let arn = "arn:aws:ecr:eu-west-1:123456789012:repository/orders/api";
        check("123456789012.dkr.ecr.eu-west-1.amazonaws.com/orders/api:1.4", Some(arn));
        check("123456789012.dkr.ecr.eu-west-1.amazonaws.com/orders/api@sha256:0a", Some(arn));
        check(
            "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/a",
            Some("arn:aws-cn:ecr:cn-north-1:123456789012:repository/a"),
        );
        check("nginx:1", None);
        check("public.ecr.aws/nginx/nginx:1", None);
        check("123456789012.dkr.ecr.eu-west-1.amazonaws.com/", None);
    }
}
