//! The things that the text of a finding names: ids, ARNs, actions, hosts, addresses, services.

use std::net::IpAddr;

use crate::model::service::Service;

/// Prefixes of ids that findings name.
const IDS: [&str; 10] = ["sg-", "acl-", "rtb-", "subnet-", "vpce-", "nat-", "eni-", "vpc-", "igw-", "fs-"];

/// Services of the actions of a start.
const ACTION_SERVICES: [&str; 8] =
    ["ecr", "secretsmanager", "ssm", "kms", "logs", "s3", "sts", "elasticfilesystem"];

/// Services of which findings name endpoints.
const ENDPOINTS: [&str; 10] = [
    "ecr.dkr",
    "ecr.api",
    "s3",
    "logs",
    "secretsmanager",
    "ssm",
    "kms",
    "ssmmessages",
    "elasticfilesystem",
    "sts",
];

/// The things that a text names, each once, in its order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct NamedThings {
    pub(super) ids: Vec<String>,
    pub(super) arns: Vec<String>,
    pub(super) actions: Vec<String>,
    pub(super) hosts: Vec<String>,
    pub(super) addresses: Vec<IpAddr>,
    pub(super) services: Vec<Service>,
    /// Texts in brackets that are none of these, such as the name of a repository.
    pub(super) others: Vec<String>,
}

impl NamedThings {
    /// The names in a text.
    pub(super) fn of(text: &str) -> Self {
        let mut names = Self::default();
        for word in words(text).filter(|word| *word != "logs" || names_logs(text)) {
            names.add(word);
        }
        names.others = bracketed(text).filter(|name| !names.has(name)).map(ToOwned::to_owned).collect();
        names.others.dedup();
        names
    }

    fn add(&mut self, word: &str) {
        if word.starts_with("arn:") {
            add(&mut self.arns, word.to_owned());
        } else if IDS.iter().any(|prefix| word.strip_prefix(prefix).is_some_and(is_id)) {
            add(&mut self.ids, word.to_owned());
        } else if is_action(word) {
            add(&mut self.actions, word.to_owned());
        } else if let Ok(address) = word.parse::<IpAddr>() {
            add(&mut self.addresses, address);
        } else if let Some(service) = service(word) {
            if word.contains(".amazonaws.") || word.ends_with(".api.aws") || word.ends_with(".on.aws") {
                add(&mut self.hosts, word.to_owned());
            }
            add(&mut self.services, service);
        } else if is_host(word) {
            add(&mut self.hosts, word.to_owned());
        }
    }

    fn has(&self, name: &str) -> bool {
        let lists = [&self.ids, &self.arns, &self.actions, &self.hosts];
        name.parse::<IpAddr>().is_ok()
            || service(name).is_some()
            || lists.iter().any(|list| list.iter().any(|one| one == name))
    }

    /// Those with this prefix.
    pub(super) fn ids_of(&self, prefix: &str) -> Vec<&str> {
        self.ids.iter().map(String::as_str).filter(|id| id.starts_with(prefix)).collect()
    }

    /// ARNs of things of this service of AWS.
    pub(super) fn arns_of(&self, service: &str) -> Vec<&str> {
        let is_of = |arn: &&str| arn.split(':').nth(2) == Some(service);
        self.arns.iter().map(String::as_str).filter(is_of).collect()
    }

    /// All of them for a report.
    pub(super) fn subjects(&self) -> Vec<String> {
        let services =
            self.services.iter().filter(|_| self.hosts.is_empty()).map(|service| service.name().to_owned());
        let lists = [&self.actions, &self.arns, &self.ids, &self.hosts, &self.others];
        lists.into_iter().flatten().cloned().chain(services).collect()
    }
}

fn add<T: PartialEq>(list: &mut Vec<T>, value: T) {
    if !list.contains(&value) {
        list.push(value);
    }
}

/// The words of a text without quotes, brackets and the marks around them.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let is_mark = |one: char| one.is_whitespace() || "[](){}<>'\"`,;".contains(one);
    text.split(is_mark).map(|word| word.trim_matches(['.', ':', '?', '!'])).filter(|word| !word.is_empty())
}

/// The texts in square brackets or quotes.
fn bracketed(text: &str) -> impl Iterator<Item = &str> {
    let inner = text.split('[').skip(1).filter_map(|part| part.split_once(']')).map(|(inner, _)| inner);
    inner
        .map(|inner| inner.trim_matches(['[', ']', '\'', '"', ' ']))
        .filter(|name| !name.is_empty() && !name.contains([' ', ',']))
}

/// Whether `logs` is the name of an endpoint in a text, and not the word for what a program writes.
fn names_logs(text: &str) -> bool {
    ["'logs'", "(logs)", "[logs ", "[logs]", "\"logs\"", "logs VPC", "logs endpoint"]
        .iter()
        .any(|name| text.contains(name))
}

fn is_id(rest: &str) -> bool {
    !rest.is_empty() && rest.chars().all(|one| one.is_ascii_alphanumeric() || one == '-')
}

/// Whether a word is an action, such as `ecr:BatchGetImage`.
fn is_action(word: &str) -> bool {
    word.split_once(':').is_some_and(|(service, action)| {
        ACTION_SERVICES.contains(&service)
            && (action == "*" || action.starts_with(|one: char| one.is_ascii_uppercase()))
            && action.chars().all(|one| one.is_ascii_alphanumeric() || one == '*')
    })
}

/// The service of an endpoint or of a host of AWS.
fn service(word: &str) -> Option<Service> {
    let name = word.to_ascii_lowercase();
    if name.starts_with("com.amazonaws.") || name.starts_with("cn.com.amazonaws.") {
        return Some(Service::from_endpoint_name(&name));
    }
    if ENDPOINTS.contains(&name.as_str()) {
        return Some(Service::from_name(&name));
    }
    let is_host =
        [".amazonaws.com", ".amazonaws.com.cn", ".api.aws", ".on.aws"].iter().any(|end| name.ends_with(end));
    // Pages of AWS are no service of a start.
    let is_page = name.contains('/') || name.starts_with("docs.");
    if is_host && !is_page { Service::from_host(&name) } else { None }
}

/// Whether a word is the name of a registry outside AWS, such as `registry-1.docker.io`.
fn is_host(word: &str) -> bool {
    let labels: Vec<&str> = word.split('.').collect();
    let is_label = |label: &&str| {
        !label.is_empty() && label.chars().all(|one| one.is_ascii_alphanumeric() || one == '-')
    };
    let is_top = |label: &&str| label.len() >= 2 && label.chars().all(|one| one.is_ascii_lowercase());
    labels.len() >= 2 && labels.iter().all(is_label) && labels.last().is_some_and(is_top)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(list: &[&str]) -> Vec<String> {
        list.iter().map(|&text| text.to_owned()).collect()
    }

    #[test]
    fn names_are_found_in_brackets_quotes_and_lists() {
        let names = NamedThings::of(
            "The IP's [['10.0.66.95', '10.0.66.95', '10.0.7.74']] resolved from domain name \
             [123456789012.dkr.ecr.eu-west-1.amazonaws.com] is not allowed in the egress of Security Group/s [['sg-1']] of the agent",
        );
        assert_eq!(names.addresses.len(), 2);
        assert_eq!(names.hosts, ["123456789012.dkr.ecr.eu-west-1.amazonaws.com"]);
        assert_eq!(
            (names.services, names.ids, names.others),
            (vec![Service::EcrDkr], texts(&["sg-1"]), texts(&[]))
        );
    }

    #[test]
    fn actions_arns_and_names_of_repositories_are_distinguished() {
        let names = NamedThings::of(
            "The role [arn:aws:iam::123456789012:role/orders] lacks ['ecr:BatchGetImage', 'kms:Decrypt'] for [orders/api] in ecr.api, see docs.docker.io.",
        );
        assert_eq!(names.actions, ["ecr:BatchGetImage", "kms:Decrypt"]);
        assert_eq!((names.arns_of("iam").len(), names.others), (1, texts(&["orders/api"])));
        assert_eq!((names.services, names.hosts), (vec![Service::EcrApi], texts(&["docs.docker.io"])));
        assert_eq!(
            NamedThings::of("sg- rtb-1. fs-0a: review the logs"),
            NamedThings { ids: texts(&["rtb-1", "fs-0a"]), ..NamedThings::default() }
        );
    }
}
