//! Images of private registries of ECR: token, manifest, layers, and the import of a pull-through cache rule.

use crate::authorization::requests::builder::RequestBuilder;
use crate::authorization::requests::request::{RequestPrincipal, RequestSubject, StartRequest, StartStep};
use crate::model::access::StartContainer;
use crate::model::deployment::{EcrRegistry, registry_of_image};
use crate::model::service::Service;

impl RequestBuilder<'_> {
    pub(super) fn add_image(&mut self, container: &StartContainer) {
        let Some(image) = container.image.as_deref().filter(|_| self.inputs.is_fargate) else { return };
        let host = registry_of_image(image);
        let Some(registry) = EcrRegistry::of_host(host) else { return };
        let Some(name) = image.strip_prefix(host).and_then(|rest| rest.strip_prefix('/')) else { return };
        let (name, tag) = name_and_tag(name);
        let (partition, region) = (self.home.partition, registry.region);
        let repository = format!("arn:{partition}:ecr:{region}:{}:repository/{name}", registry.account);
        self.add_token(registry);
        self.add_import(registry, name, &repository, tag);
        for action in ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"] {
            self.push(self.of_image(StartStep::PullImage, action, registry, &repository, tag));
        }
        self.add_layers(region);
    }

    fn add_token(&mut self, registry: EcrRegistry<'_>) {
        let region = Some(registry.region.to_owned());
        let request = self.of_role(
            StartStep::GetRegistryToken,
            "ecr:GetAuthorizationToken",
            "*".to_owned(),
            Service::EcrApi,
            RequestSubject::Registry,
        );
        self.push(request.map(|request| StartRequest { region, ..request }));
    }

    fn of_image(
        &self,
        step: StartStep,
        action: &'static str,
        registry: EcrRegistry<'_>,
        repository: &str,
        tag: &str,
    ) -> Option<StartRequest> {
        let region = Some(registry.region.to_owned());
        let subject = RequestSubject::Image { repository: repository.to_owned(), tag: tag.to_owned() };
        let request = self.of_role(step, action, repository.to_owned(), Service::EcrDkr, subject)?;
        Some(StartRequest { region, ..request })
    }

    /// A pull-through cache rule imports an image that the repository does not have yet, and creates the repository. An
    /// import is certain only if a document shows that the image is not there.
    fn add_import(&mut self, registry: EcrRegistry<'_>, name: &str, repository: &str, tag: &str) {
        let documents = self.inputs.documents;
        let is_rule = documents.pull_through_rules.iter().any(|rule| {
            let rest = name.strip_prefix(rule.prefix.as_str());
            let is_covered = rule.prefix == "ROOT" || rest.is_some_and(|rest| rest.starts_with('/'));
            rule.registry_id == registry.account && is_covered
        });
        if !is_rule {
            return;
        }
        let known = documents.repositories.get(repository);
        let list = documents.whole_list("ecr describe-repositories", registry.account, registry.region);
        let lacks_repository = known.is_none() && list.is_some();
        let images = known.and_then(|known| known.images.as_ref());
        let lacks_image = images.is_some_and(|images| {
            !images.iter().any(|image| image.digest == tag || image.tags.iter().any(|one| one == tag))
        });
        if lacks_repository {
            self.push(self.of_image(
                StartStep::ImportImage,
                "ecr:CreateRepository",
                registry,
                repository,
                tag,
            ));
        }
        if lacks_repository || lacks_image {
            let action = "ecr:BatchImportUpstreamImage";
            self.push(self.of_image(StartStep::ImportImage, action, registry, repository, tag));
        }
    }

    /// The layers, which a role of AWS reads from a bucket of AWS: only the policy of an S3 endpoint can deny it.
    fn add_layers(&mut self, region: &str) {
        self.push(StartRequest {
            step: StartStep::ReadLayers,
            action: "s3:GetObject",
            resource: format!("arn:{}:s3:::{}/*", self.home.partition, layer_bucket(region)),
            is_resource_certain: true,
            principal: RequestPrincipal::LayerReader,
            service: Service::S3,
            region: Some(region.to_owned()),
            container: self.container.clone(),
            subject: RequestSubject::LayerBucket,
            is_conditional: false,
        });
    }
}

/// The bucket in which ECR keeps the layers of a Region.
pub(super) fn layer_bucket(region: &str) -> String {
    format!("prod-{region}-starport-layer-bucket")
}

/// The repository of an image, and its tag or digest.
fn name_and_tag(name: &str) -> (&str, &str) {
    if let Some((name, digest)) = name.split_once('@') {
        let name = name.rsplit_once(':').map_or(name, |(name, _)| name);
        return (name, digest);
    }
    name.rsplit_once(':').unwrap_or((name, "latest"))
}
