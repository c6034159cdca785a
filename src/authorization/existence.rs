//! Whether the resources exist that a start uses, by descriptions, by dates, and by lists that were saved whole.
//!
//! A document shows the time when it was saved. So "exists" and "missing" are about that time, except where a date decides:
//! a thing that was created after the failure did not exist before, or another one of the same name did.

use crate::authorization::denials::AccessFault;
use crate::authorization::requests::{RequestSubject, StartRequest, StartStep, requests_of_start};
use crate::authorization::secret_id::without_suffix;
use crate::authorization::start::StartInputs;
use crate::model::access::{CompleteList, Repository, Secret};
use crate::model::arn::Arn;
use crate::model::time::Timestamp;

const SECRETS: &str = "secretsmanager list-secrets";
const PARAMETERS: &str = "ssm describe-parameters";
const LOG_GROUPS: &str = "logs describe-log-groups";
const REPOSITORIES: &str = "ecr describe-repositories";

/// The state of a resource, as far as documents show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResourceState {
    /// It exists, and nothing of it hinders the start.
    Exists,
    /// A list that was saved whole lacks it.
    Missing(CompleteList),
    /// It was created after the failure.
    CreatedLater(Timestamp),
    /// The image with the tag was pushed after the failure. Another image may have had the tag before.
    PushedLater(Timestamp),
    /// A secret of this name exists with another suffix: this ARN.
    OtherSuffix(String),
    /// It exists only in another Region: this ARN.
    OtherRegion(String),
    /// A secret that is marked for deletion, since this time.
    MarkedForDeletion(Timestamp),
    /// A secret has no version with this staging label.
    NoVersion(String),
    /// A key is not `Enabled`: its state as written.
    KeyState(String),
    /// A secret of another account is encrypted with the AWS managed key, which only its own account can use.
    ForeignDefaultKey,
    /// A parameter's name that AWS never accepts, because a level of it is empty.
    InvalidName,
    /// No document shows it.
    NotKnown,
}

impl ResourceState {
    /// Whether the start cannot use the resource.
    #[must_use]
    pub fn is_fault(&self) -> bool {
        !matches!(self, Self::Exists | Self::NotKnown | Self::PushedLater(_))
    }

    /// The name in reports.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Exists => "exists",
            Self::Missing(_) => "missing",
            Self::CreatedLater(_) | Self::PushedLater(_) => "created-later",
            Self::OtherSuffix(_) => "other-suffix",
            Self::OtherRegion(_) => "other-region",
            Self::MarkedForDeletion(_) => "marked-for-deletion",
            Self::NoVersion(_) => "no-version",
            Self::KeyState(_) => "key-state",
            Self::ForeignDefaultKey => "default-key-of-another-account",
            Self::InvalidName => "invalid-name",
            Self::NotKnown => "unknown",
        }
    }
}

/// A resource that a start uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StartResource {
    /// The part of the start that needs it.
    pub step: StartStep,
    /// The thing.
    pub subject: RequestSubject,
    /// Its ARN as far as it is known, or the name of a log group or parameter.
    pub id: String,
    /// Its Region.
    pub region: Option<String>,
    /// The first container that needs it.
    pub container: Option<String>,
    /// Its state.
    pub state: ResourceState,
    /// Whether the state rests on a list that may have been saved with a filter: then it proves no absence.
    pub rests_on_open_list: bool,
}

impl StartResource {
    /// The fault as a clause; none if there is none.
    #[must_use]
    pub fn clause(&self) -> Option<String> {
        Some(match &self.state {
            ResourceState::Missing(list) if list.is_unfiltered => {
                format!("the whole list of `aws {}` does not contain it", list.call)
            }
            ResourceState::Missing(list) => {
                format!("the list of `aws {}` does not contain it, if no filter was used", list.call)
            }
            ResourceState::CreatedLater(date) => format!("it was created after the failure, at {date}"),
            ResourceState::PushedLater(date) => {
                format!("the image with this tag was pushed after the failure, at {date}")
            }
            ResourceState::OtherSuffix(arn) => format!("the secret of this name has another suffix: {arn}"),
            ResourceState::OtherRegion(arn) => format!("it exists in another Region only: {arn}"),
            ResourceState::MarkedForDeletion(date) => format!("it is marked for deletion since {date}"),
            ResourceState::NoVersion(stage) => format!("no version has the label {stage}"),
            ResourceState::KeyState(state) => format!("the key {} is in the state {state}", self.id),
            ResourceState::ForeignDefaultKey => {
                "it is encrypted with the default key of its account, which no other account can use"
                    .to_owned()
            }
            ResourceState::InvalidName => "no parameter can have this name".to_owned(),
            ResourceState::Exists | ResourceState::NotKnown => return None,
        })
    }

    /// The cause that a start has which cannot use the resource; none if it can, as far as documents show.
    #[must_use]
    pub fn fault(&self) -> Option<AccessFault> {
        let fault = match &self.subject {
            _ if !self.state.is_fault() => return None,
            _ if self.state == ResourceState::ForeignDefaultKey => AccessFault::KeyUnusable,
            RequestSubject::Secret { .. } => AccessFault::SecretNotFound,
            RequestSubject::Parameter { .. } => AccessFault::ParameterNotFound,
            RequestSubject::Key { .. } => AccessFault::KeyUnusable,
            RequestSubject::LogGroup(_) => AccessFault::LogGroupMissing,
            RequestSubject::Image { .. } => AccessFault::ImageNotFound,
            _ => return None,
        };
        Some(fault)
    }
}

/// The resources that a start uses, each once, in the order of the start.
#[must_use]
pub fn resources_of_start(inputs: &StartInputs<'_>) -> Vec<StartResource> {
    let mut resources: Vec<StartResource> = Vec::new();
    for request in requests_of_start(inputs).requests {
        let Some((id, state)) = state_of(inputs, &request) else { continue };
        let rests_on_open_list = rests_on_open_list(inputs, &request, &state);
        let StartRequest { step, subject, region, container, .. } = request;
        let is_same = |known: &StartResource| known.id == id && known.subject == subject;
        if !resources.iter().any(is_same) {
            resources.push(StartResource { step, subject, id, region, container, state, rests_on_open_list });
        }
    }
    resources
}

/// Whether the absence in a state follows from a list that may have been saved with a filter. A name that has another suffix
/// needs no list, because a secret's name is unique.
fn rests_on_open_list(inputs: &StartInputs<'_>, request: &StartRequest, state: &ResourceState) -> bool {
    let call = match &request.subject {
        RequestSubject::Secret { .. } => SECRETS,
        RequestSubject::Parameter { .. } => PARAMETERS,
        RequestSubject::LogGroup(_) => LOG_GROUPS,
        _ => REPOSITORIES,
    };
    match state {
        ResourceState::Missing(list) => !list.is_unfiltered,
        ResourceState::OtherRegion(_) => Arn::parse(&request.resource)
            .and_then(|parts| inputs.documents.whole_list(call, parts.account, parts.region))
            .is_none_or(|list| !list.is_unfiltered),
        _ => false,
    }
}

/// The id and the state of the thing that a request is about; none for things that are not looked up.
fn state_of(inputs: &StartInputs<'_>, request: &StartRequest) -> Option<(String, ResourceState)> {
    let id = request.resource.clone();
    match &request.subject {
        RequestSubject::Secret { stored, stage, version, .. } => {
            let stored = stored.as_ref().and_then(|arn| inputs.documents.secrets.get(arn));
            let state = match stored {
                Some(secret) => stored_secret(inputs, secret, stage.as_deref(), version.as_deref()),
                None => absent_secret(inputs, &id),
            };
            Some((id, state))
        }
        RequestSubject::Parameter { name } => Some((name.clone(), parameter(inputs, &id, name))),
        RequestSubject::Key { id: key, .. } => {
            let key = inputs.documents.keys.get(key);
            let state = match key.and_then(|key| key.state.as_deref()) {
                None => ResourceState::NotKnown,
                Some("Enabled") => ResourceState::Exists,
                Some(state) => ResourceState::KeyState(state.to_owned()),
            };
            Some((id, state))
        }
        RequestSubject::LogGroup(name) if request.action == "logs:CreateLogStream" => {
            Some((name.clone(), log_group(inputs, &id, name)))
        }
        RequestSubject::Image { repository, tag } if request.step == StartStep::PullImage => {
            Some((repository.clone(), image(inputs, repository, tag)))
        }
        _ => None,
    }
}

/// A date after the failure, if both are known.
fn later(inputs: &StartInputs<'_>, date: Option<Timestamp>) -> Option<Timestamp> {
    let incident = inputs.incident?;
    date.filter(|date| *date > incident)
}

fn stored_secret(
    inputs: &StartInputs<'_>,
    secret: &Secret,
    stage: Option<&str>,
    version: Option<&str>,
) -> ResourceState {
    if let Some(date) = later(inputs, secret.created_at) {
        return ResourceState::CreatedLater(date);
    }
    if let Some(date) = secret.deleted_at.filter(|date| later(inputs, Some(*date)).is_none()) {
        return ResourceState::MarkedForDeletion(date);
    }
    let stage = stage.unwrap_or("AWSCURRENT");
    let lacks_stage = |stages: &Vec<String>| !stages.iter().any(|one| one == stage);
    if version.is_none() && secret.stages.as_ref().is_some_and(lacks_stage) {
        return ResourceState::NoVersion(stage.to_owned());
    }
    let is_foreign = Arn::parse(&secret.arn).and_then(|arn| arn.account()) != inputs.home().account;
    let has_default_key =
        secret.is_described && secret.key.as_deref().is_none_or(|key| key.contains("alias/aws/"));
    if is_foreign && has_default_key && inputs.home().account.is_some() {
        return ResourceState::ForeignDefaultKey;
    }
    ResourceState::Exists
}

/// A secret that is not saved under its ARN: another one of the same name, in this Region or in another one, or none.
fn absent_secret(inputs: &StartInputs<'_>, arn: &str) -> ResourceState {
    let Some(parts) = Arn::parse(arn) else { return ResourceState::NotKnown };
    let Some(list) = inputs.documents.whole_list(SECRETS, parts.account, parts.region) else {
        return ResourceState::NotKnown;
    };
    let base = without_suffix(arn).unwrap_or(arn);
    let named = |secret: &&Secret| {
        let own = without_suffix(&secret.arn).unwrap_or(&secret.arn);
        [base, arn].iter().any(|wanted| resource_of(own) == resource_of(wanted))
    };
    let others: Vec<&Secret> = inputs.documents.secrets.values().filter(named).collect();
    let is_here = |secret: &&&Secret| {
        Arn::parse(&secret.arn).is_some_and(|one| one.region == parts.region && one.account == parts.account)
    };
    if let Some(here) = others.iter().find(is_here) {
        return ResourceState::OtherSuffix(here.arn.clone());
    }
    match others.first() {
        Some(other) => ResourceState::OtherRegion(other.arn.clone()),
        None => ResourceState::Missing(list.clone()),
    }
}

/// The part of an ARN that names the resource.
fn resource_of(arn: &str) -> Option<&str> {
    Arn::parse(arn).map(|arn| arn.resource)
}

fn parameter(inputs: &StartInputs<'_>, arn: &str, name: &str) -> ResourceState {
    if name.contains("//") {
        return ResourceState::InvalidName;
    }
    if inputs.documents.parameter(arn).is_some() {
        return ResourceState::Exists;
    }
    let Some(parts) = Arn::parse(arn) else { return ResourceState::NotKnown };
    let Some(list) = inputs.documents.whole_list(PARAMETERS, parts.account, parts.region) else {
        return ResourceState::NotKnown;
    };
    let mut arns = inputs.documents.parameters.values().filter_map(|parameter| parameter.arn.as_ref());
    match arns.find(|other| resource_of(other) == Some(parts.resource)) {
        Some(other) => ResourceState::OtherRegion(other.clone()),
        None => ResourceState::Missing(list.clone()),
    }
}

fn log_group(inputs: &StartInputs<'_>, stream: &str, name: &str) -> ResourceState {
    let Some(parts) = Arn::parse(stream) else { return ResourceState::NotKnown };
    let same = inputs.documents.log_groups.values().filter(|group| group.name == name);
    let mut elsewhere = None;
    for group in same {
        let Some(found) = Arn::parse(&group.arn) else { continue };
        if found.region != parts.region || found.account != parts.account {
            elsewhere = elsewhere.or(Some(group.arn.clone()));
        } else if let Some(date) = later(inputs, group.created_at) {
            return ResourceState::CreatedLater(date);
        } else {
            return ResourceState::Exists;
        }
    }
    let list = inputs.documents.whole_list(LOG_GROUPS, parts.account, parts.region);
    match (list, elsewhere) {
        (None, _) => ResourceState::NotKnown,
        (Some(_), Some(other)) => ResourceState::OtherRegion(other),
        (Some(list), None) => ResourceState::Missing(list.clone()),
    }
}

fn image(inputs: &StartInputs<'_>, repository: &str, tag: &str) -> ResourceState {
    let Some(parts) = Arn::parse(repository) else { return ResourceState::NotKnown };
    let Some(known) = inputs.documents.repositories.get(repository) else {
        let list = inputs.documents.whole_list(REPOSITORIES, parts.account, parts.region);
        return list.map_or(ResourceState::NotKnown, |list| ResourceState::Missing(list.clone()));
    };
    if let Some(date) = later(inputs, known.created_at) {
        return ResourceState::CreatedLater(date);
    }
    image_of(inputs, known, tag, parts)
}

/// An image of a saved repository. A tag moves, so the date of the image with the tag decides alone only for a digest.
fn image_of(inputs: &StartInputs<'_>, repository: &Repository, tag: &str, parts: Arn<'_>) -> ResourceState {
    let Some(images) = &repository.images else { return ResourceState::NotKnown };
    let is_named =
        |one: &&crate::model::access::Image| one.digest == tag || one.tags.iter().any(|known| known == tag);
    let Some(found) = images.iter().find(is_named) else {
        return ResourceState::Missing(CompleteList {
            call: "ecr describe-images".to_owned(),
            account: Some(parts.account.to_owned()),
            region: Some(parts.region.to_owned()),
            saved_at: None,
            is_unfiltered: repository.are_images_unfiltered,
        });
    };
    match later(inputs, found.pushed_at) {
        Some(date) if found.digest == tag => ResourceState::CreatedLater(date),
        Some(date) => ResourceState::PushedLater(date),
        None => ResourceState::Exists,
    }
}
