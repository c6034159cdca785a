//! The AWS services that a task needs while it starts, with the names of their endpoints.

use std::cmp::Ordering;
use std::fmt;

/// A service that a task contacts, or the server on its port.
///
/// Ordered as a Fargate task (platform version 1.4) needs them: the names are looked up first, then secrets, the
/// registry token, the log stream, the manifest and the layers. Services without a known position come last.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Service {
    /// Name resolution by a custom resolver; queries to the Amazon resolver are never logged.
    Dns,
    /// `secretsmanager`: secrets, and credentials of a private registry.
    SecretsManager,
    /// `ssm`: parameters.
    Ssm,
    /// `ecr.api`: the registry token.
    EcrApi,
    /// `logs`: the log stream, created before the image is pulled.
    Logs,
    /// `ecr.dkr`: the manifest of the image.
    EcrDkr,
    /// `s3`: the layers of the image, and environment files.
    S3,
    /// `ssmmessages`: ECS Exec, after the start.
    SsmMessages,
    /// `elasticfilesystem`: an EFS mount target on port 2049, after the image.
    Efs,
    /// Another service with an endpoint or a name, by the last part of the endpoint, such as `kms`.
    Other(String),
    /// An address that no document and no message identifies.
    Unknown,
}

impl Service {
    /// Whether it is a service of ECS that the agent of an instance contacts all the time: that shows nothing about the start of
    /// a task.
    #[must_use]
    pub fn is_of_agent(&self) -> bool {
        matches!(self, Self::Other(name) if matches!(name.as_str(), "ecs" | "ecs-agent" | "ecs-telemetry"))
    }

    /// From the last part of an endpoint's service name: `com.amazonaws.eu-west-1.ecr.api` gives `ecr.api`.
    #[must_use]
    pub fn from_endpoint_name(service_name: &str) -> Self {
        let mut parts = service_name.splitn(4, '.');
        let last = match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some("com"), Some("amazonaws"), Some(_region), Some(rest)) => rest,
            // China: cn.com.amazonaws.cn-north-1.ecr.api
            (Some("cn"), Some("com"), Some("amazonaws"), Some(rest)) => {
                rest.split_once('.').map_or(rest, |(_region, rest)| rest)
            }
            _ => service_name,
        };
        Self::from_name(last)
    }

    /// From the short name in reports, such as `ecr.dkr`.
    #[must_use]
    pub fn from_name(name: &str) -> Self {
        match name {
            "dns" => Self::Dns,
            "secretsmanager" => Self::SecretsManager,
            "ssm" => Self::Ssm,
            "ecr.api" => Self::EcrApi,
            "logs" => Self::Logs,
            "ecr.dkr" => Self::EcrDkr,
            "s3" | "s3-global.accesspoint" => Self::S3,
            "ssmmessages" => Self::SsmMessages,
            "elasticfilesystem" => Self::Efs,
            "unknown" => Self::Unknown,
            other => Self::Other(other.to_owned()),
        }
    }

    /// From a host name in an error text, such as `api.ecr.eu-west-1.amazonaws.com`; `None` if it is not a host of AWS. Names of
    /// FIPS endpoints (`ecr-fips.…`), of dual-stack endpoints (`ecr.eu-west-1.api.aws`) and of an endpoint itself
    /// (`vpce-….ssm.eu-west-1.vpce.amazonaws.com`) lead to the same services.
    #[must_use]
    pub fn from_host(host: &str) -> Option<Self> {
        let host = host.trim_end_matches('.').to_ascii_lowercase().replace("-fips.", ".");
        let own = [".amazonaws.com", ".amazonaws.com.cn", ".api.aws", ".on.aws"];
        let name = own.iter().find_map(|suffix| host.strip_suffix(suffix))?;
        let mut labels: Vec<&str> = name.split('.').collect();
        labels.retain(|label| !label.starts_with("vpce"));
        let has = |label| labels.contains(&label);
        let service = match labels.first() {
            _ if has("dkr-ecr") || (has("dkr") && has("ecr")) => Self::EcrDkr,
            Some(&("api" | "ecr")) if has("ecr") => Self::EcrApi,
            Some(&"api") if labels.len() > 1 => Self::from_name(labels[1]),
            _ if has("s3") || labels.iter().any(|label| label.starts_with("s3-")) => Self::S3,
            _ if has("efs") => Self::Efs,
            Some(&first) => Self::from_name(first),
            None => return None,
        };
        Some(service)
    }

    /// From a `pkt-dst-aws-service` value; only some services have an address range of their own.
    #[must_use]
    pub fn from_address_range(name: &str) -> Option<Self> {
        match name {
            "S3" => Some(Self::S3),
            "ROUTE53_RESOLVER" => Some(Self::Dns),
            _ => None,
        }
    }

    /// The short name: the last part of the endpoint.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Dns => "dns",
            Self::SecretsManager => "secretsmanager",
            Self::Ssm => "ssm",
            Self::EcrApi => "ecr.api",
            Self::Logs => "logs",
            Self::EcrDkr => "ecr.dkr",
            Self::S3 => "s3",
            Self::SsmMessages => "ssmmessages",
            Self::Efs => "elasticfilesystem",
            Self::Other(name) => name,
            Self::Unknown => "unknown",
        }
    }
}

impl Service {
    /// The position in the start of a Fargate task of platform version 1.4: names are resolved first, then come secrets, the
    /// registry token, the log stream, the manifest and the layers. Source: the order that error texts show.
    fn position(&self) -> u8 {
        match self {
            Self::Dns => 0,
            Self::SecretsManager => 1,
            Self::Ssm => 2,
            Self::EcrApi => 3,
            Self::Logs => 4,
            Self::EcrDkr => 5,
            Self::S3 => 6,
            Self::SsmMessages => 7,
            Self::Efs => 8,
            Self::Other(_) => 9,
            Self::Unknown => 10,
        }
    }

    /// Whether a start contacts it before the image is there, at a known position.
    #[must_use]
    pub fn is_start_step(&self) -> bool {
        self.position() <= Self::S3.position()
    }
}

/// In the order of a start, then by name.
impl Ord for Service {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.position(), self.name()).cmp(&(other.position(), other.name()))
    }
}

impl PartialOrd for Service {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_and_hosts_give_the_same_services() {
        let check = |endpoint, host, service: Service| {
            assert_eq!(Service::from_endpoint_name(endpoint), service, "{endpoint}");
            assert_eq!(Service::from_host(host).as_ref(), Some(&service), "{host}");
            assert_eq!(Service::from_name(service.name()), service);
        };
        check("com.amazonaws.eu-west-1.ecr.api", "api.ecr.eu-west-1.amazonaws.com", Service::EcrApi);
        check(
            "com.amazonaws.us-east-1.ecr.dkr",
            "123456789012.dkr.ecr.us-east-1.amazonaws.com",
            Service::EcrDkr,
        );
        check(
            "com.amazonaws.us-east-1.s3",
            "prod-us-east-1-starport-layer-bucket.s3.us-east-1.amazonaws.com",
            Service::S3,
        );
        check(
            "com.amazonaws.eu-west-1.secretsmanager",
            "secretsmanager.eu-west-1.amazonaws.com",
            Service::SecretsManager,
        );
        check("cn.com.amazonaws.cn-north-1.logs", "logs.cn-north-1.amazonaws.com.cn", Service::Logs);
        check("com.amazonaws.eu-west-1.kms", "kms.eu-west-1.amazonaws.com", Service::Other("kms".into()));
        check("com.amazonaws.eu-west-1.ecr.api", "ecr-fips.us-gov-west-1.amazonaws.com", Service::EcrApi);
        check("com.amazonaws.eu-west-1.ecr.api", "ecr.eu-west-1.api.aws", Service::EcrApi);
        check("com.amazonaws.eu-west-1.ecr.dkr", "1.dkr-ecr.eu-west-1.on.aws", Service::EcrDkr);
        check(
            "com.amazonaws.eu-west-1.ecr.dkr",
            "1.dkr.ecr-fips.us-gov-west-1.amazonaws.com",
            Service::EcrDkr,
        );
        check("com.amazonaws.eu-west-1.ssm", "vpce-0a-1b.ssm.eu-west-1.vpce.amazonaws.com", Service::Ssm);
        assert_eq!(Service::from_host("registry-1.docker.io"), None);
        assert_eq!(Service::from_host("public.ecr.aws"), None);
    }

    #[test]
    fn the_order_is_that_of_a_task_start() {
        let order = [
            Service::Dns,
            Service::SecretsManager,
            Service::EcrApi,
            Service::Logs,
            Service::EcrDkr,
            Service::S3,
        ];
        assert!(order.is_sorted());
    }
}
