//! The facts of one start.

use crate::authorization::documents::AccessDocuments;
use crate::authorization::path::RequestPaths;
use crate::model::arn::Arn;
use crate::model::deployment::TaskDefinition;
use crate::model::time::Timestamp;

/// The age in seconds up to which a role counts as fresh.
const FRESH_SECONDS: i64 = 300;

/// The facts of one start, or of a start that `check` examines in advance.
#[derive(Clone, Copy, Debug)]
pub struct StartInputs<'a> {
    /// The task definition.
    pub definition: &'a TaskDefinition,
    /// The documents of the start.
    pub documents: &'a AccessDocuments,
    /// How the requests leave the VPC.
    pub paths: &'a RequestPaths,
    /// The id of the task, which is the name of the role's session.
    pub task_id: Option<&'a str>,
    /// When the start failed; none before a start.
    pub incident: Option<Timestamp>,
    /// For a start that is still to come: a time before it, such as that of saving the documents. A condition on the time is
    /// decided only if all its times are over by then.
    pub not_before: Option<Timestamp>,
    /// Whether the task runs on Fargate. On an instance, the role of the instance may pull the image and write the log.
    pub is_fargate: bool,
}

impl<'a> StartInputs<'a> {
    /// The same start with other documents.
    #[must_use]
    pub fn with_documents<'b>(&self, documents: &'b AccessDocuments) -> StartInputs<'b>
    where
        'a: 'b,
    {
        StartInputs { documents, ..*self }
    }

    /// The roles that were created shortly before the failure, with their dates: a new role takes a while to be known to all
    /// servers of AWS, so a denial may be about that and not about a policy.
    #[must_use]
    pub fn fresh_roles(&self) -> Vec<(&'a str, Timestamp)> {
        let Some(incident) = self.incident else { return Vec::new() };
        let roles = [self.execution_role(), self.task_role()].into_iter().flatten();
        let created = roles.filter_map(|arn| Some((arn, self.documents.roles.get(arn)?.created_at?)));
        created.filter(|(_, date)| (0..=FRESH_SECONDS).contains(&incident.seconds_since(*date))).collect()
    }

    /// The execution role.
    pub(super) fn execution_role(&self) -> Option<&'a str> {
        self.definition.execution_role_arn.as_deref().filter(|arn| !arn.is_empty())
    }

    /// The task role.
    pub(super) fn task_role(&self) -> Option<&'a str> {
        self.definition.task_role_arn.as_deref().filter(|arn| !arn.is_empty())
    }

    /// Where the task runs.
    pub(super) fn home(&self) -> StartHome<'a> {
        let definition = Arn::parse(&self.definition.arn);
        let role = self.execution_role().and_then(Arn::parse);
        StartHome {
            partition: definition.or(role).map_or("aws", |arn| arn.partition),
            region: definition.and_then(|arn| arn.region()),
            account: definition.or(role).and_then(|arn| arn.account()),
        }
    }
}

/// The partition, Region and account of a start.
#[derive(Clone, Copy, Debug)]
pub(super) struct StartHome<'a> {
    pub(super) partition: &'a str,
    pub(super) region: Option<&'a str>,
    pub(super) account: Option<&'a str>,
}
