//! The log stream of a container, by the log driver `awslogs`.

use crate::authorization::requests::builder::RequestBuilder;
use crate::authorization::requests::request::{RequestSubject, StartRequest, StartStep};
use crate::model::access::StartContainer;
use crate::model::service::Service;

impl RequestBuilder<'_> {
    /// The driver creates the stream, and if AWS answers that there is no group, the group and then the stream.
    pub(super) fn add_log(&mut self, container: &StartContainer) {
        let log = container.log.as_ref().filter(|log| log.driver == "awslogs" && self.inputs.is_fargate);
        let Some((log, group)) = log.and_then(|log| Some((log, log.group.as_ref()?))) else { return };
        let region = log.region.as_deref().or(self.home.region);
        let (Some(region), Some(account)) = (region, self.home.account) else { return };
        let group_arn = format!("arn:{}:logs:{region}:{account}:log-group:{group}", self.home.partition);
        let stream = [log.stream_prefix.as_deref(), container.name.as_deref()];
        let stream = stream.into_iter().flatten().chain([self.inputs.task_id.unwrap_or("*")]);
        let stream = stream.collect::<Vec<_>>().join("/");
        let has_group = self.inputs.documents.has_log_group(&group_arn, self.inputs.incident);
        let mut add = |action, resource, is_conditional| {
            let subject = RequestSubject::LogGroup(group.clone());
            let request = self.of_role(StartStep::CreateLogStream, action, resource, Service::Logs, subject);
            let region = Some(region.to_owned());
            self.push(request.map(|request| StartRequest { region, is_conditional, ..request }));
        };
        add("logs:CreateLogStream", format!("{group_arn}:log-stream:{stream}"), false);
        if log.creates_group && !has_group {
            // The resource as denials print it.
            add("logs:CreateLogGroup", format!("{group_arn}:log-stream:"), true);
        }
    }
}
