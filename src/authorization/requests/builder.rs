//! Collects the requests of a start, each once.

use crate::authorization::requests::request::{
    RequestPrincipal, RequestSubject, StartRequest, StartRequests, StartStep,
};
use crate::authorization::start::{StartHome, StartInputs};
use crate::finding::MissingData;
use crate::model::service::Service;

/// The requests of a start that were found so far.
pub(super) struct RequestBuilder<'a> {
    pub(super) inputs: StartInputs<'a>,
    pub(super) home: StartHome<'a>,
    /// The container whose needs are read.
    pub(super) container: Option<String>,
    found: StartRequests,
}

impl<'a> RequestBuilder<'a> {
    pub(super) fn new(inputs: &StartInputs<'a>) -> Self {
        Self { inputs: *inputs, home: inputs.home(), container: None, found: StartRequests::default() }
    }

    /// A request of the execution role; none without one.
    pub(super) fn of_role(
        &self,
        step: StartStep,
        action: &'static str,
        resource: String,
        service: Service,
        subject: RequestSubject,
    ) -> Option<StartRequest> {
        let role = self.inputs.execution_role()?;
        Some(StartRequest {
            step,
            action,
            resource,
            is_resource_certain: true,
            principal: RequestPrincipal::ExecutionRole(role.to_owned()),
            service,
            region: self.home.region.map(str::to_owned),
            container: self.container.clone(),
            subject,
            is_conditional: false,
        })
    }

    /// The roles that ECS becomes for a task.
    pub(super) fn add_roles(&mut self) {
        let roles = [self.inputs.execution_role(), self.inputs.task_role()];
        for role in roles.into_iter().flatten() {
            self.push(StartRequest {
                step: StartStep::AssumeRole,
                action: "sts:AssumeRole",
                resource: role.to_owned(),
                is_resource_certain: true,
                principal: RequestPrincipal::TasksService,
                service: Service::from_name("sts"),
                region: self.home.region.map(str::to_owned),
                container: None,
                subject: RequestSubject::Role(role.to_owned()),
                is_conditional: false,
            });
        }
    }

    /// Adds a request unless an equal one is there already.
    pub(super) fn push(&mut self, request: impl Into<Option<StartRequest>>) {
        let Some(request) = request.into() else { return };
        let is_same = |known: &StartRequest| {
            (known.action, &known.resource, &known.principal)
                == (request.action, &request.resource, &request.principal)
                && known.subject == request.subject
        };
        if !self.found.requests.iter().any(is_same) {
            self.found.requests.push(request);
        }
    }

    /// Adds a document that is missing.
    pub(super) fn miss(&mut self, what: String, would_show: String) {
        let missing = MissingData { what, would_show };
        if !self.found.missing.contains(&missing) {
            self.found.missing.push(missing);
        }
    }

    /// The requests in the order of a start.
    pub(super) fn finish(mut self) -> StartRequests {
        self.found.requests.sort_by_key(|request| request.step);
        self.found
    }
}
