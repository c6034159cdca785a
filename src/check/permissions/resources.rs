//! The resources of a start: missing, unusable, or as needed.

use crate::authorization::{AccessFault, RequestSubject, ResourceState, StartResource, fix_resource};
use crate::report::check::{CheckedRequest, CheckedResource};

/// The resources, in the order of the start. One that the start itself creates is no fault if it is missing.
pub(super) fn check(resources: &[StartResource], requests: &[CheckedRequest]) -> Vec<CheckedResource> {
    resources.iter().filter_map(|resource| checked(resource, requests)).collect()
}

fn checked(resource: &StartResource, requests: &[CheckedRequest]) -> Option<CheckedResource> {
    let kind = match &resource.subject {
        RequestSubject::Secret { .. } => "secret",
        RequestSubject::Parameter { .. } => "parameter",
        RequestSubject::Key { .. } => "key",
        RequestSubject::LogGroup(_) => "log-group",
        RequestSubject::Image { .. } => "image",
        _ => return None,
    };
    let id = match &resource.subject {
        RequestSubject::Image { repository, tag } if tag.contains(':') => format!("{repository}@{tag}"),
        RequestSubject::Image { repository, tag } => format!("{repository}:{tag}"),
        _ => resource.id.clone(),
    };
    let fault = resource.fault().filter(|_| !is_created(resource, requests));
    Some(CheckedResource {
        kind,
        id,
        region: resource.region.clone(),
        container: resource.container.clone(),
        state: resource.state.name(),
        cause: fault.map(AccessFault::cause),
        summary: fault.and_then(|_| resource.clause()).unwrap_or_default(),
        fix: fault.and_then(|_| fix_resource(resource)).unwrap_or_default(),
    })
}

/// Whether the start creates what is missing: a log group by its driver, an image by a pull-through cache rule. The requests
/// for it have answers of their own.
fn is_created(resource: &StartResource, requests: &[CheckedRequest]) -> bool {
    let creates = |action: &str, is_its: &dyn Fn(&str) -> bool| {
        requests.iter().any(|request| request.action == action && is_its(&request.resource))
    };
    match (&resource.state, &resource.subject) {
        (ResourceState::Missing(_) | ResourceState::OtherRegion(_), RequestSubject::LogGroup(name)) => {
            let group = format!(":log-group:{name}:log-stream:");
            creates("logs:CreateLogGroup", &|arn| arn.ends_with(&group))
        }
        (ResourceState::Missing(_), RequestSubject::Image { repository, .. }) => {
            creates("ecr:BatchImportUpstreamImage", &|arn| arn == repository)
        }
        _ => false,
    }
}
