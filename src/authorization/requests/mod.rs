//! The requests to AWS that the start of a task makes before its containers run.
//!
//! Source: pages `task_execution_IAM_role`, `secrets-envvar-*`, `use-environment-file` and `using_awslogs` of the ECS guide,
//! page `ECR_on_ECS` of the ECR guide, and the denials that users reported. `ecr:BatchCheckLayerAvailability` is in AWS's
//! managed policy, but no pull needs it, so it is no request here.

mod builder;
mod images;
mod logs;
mod request;
mod secrets;

use crate::authorization::start::StartInputs;

use builder::RequestBuilder;
pub(super) use request::{LAYER_READER, TASKS_SERVICE};
pub use request::{RequestPrincipal, RequestSubject, StartRequest, StartRequests, StartStep};

/// The requests that the start of a task makes.
#[must_use]
pub fn requests_of_start(inputs: &StartInputs<'_>) -> StartRequests {
    let mut builder = RequestBuilder::new(inputs);
    builder.add_roles();
    for container in &inputs.definition.containers {
        builder.container.clone_from(&container.name);
        builder.add_secrets(container);
        builder.add_files(container);
        builder.add_image(container);
        builder.add_log(container);
    }
    builder.finish()
}
