//! The place to look for a failure outside the network.

use super::Answer;
use crate::path::Region;

impl Answer {
    /// The advice, in sentences; `region` is that of the request, if it is known.
    #[must_use]
    pub fn advice(self, region: Option<&Region>) -> String {
        match self {
            Self::LayerRefused => layer_refused(region),
            other => other.general_advice().to_owned(),
        }
    }

    fn general_advice(self) -> &'static str {
        match self {
            Self::RateLimit => {
                "Authenticate the pulls, or pull a copy of the image from Amazon ECR, for example through a pull-through \
                 cache: registries count the pulls of an address, and all tasks behind one NAT gateway share its address."
            }
            Self::EndpointPolicy => {
                "Allow the action and the resource of the message in the policy of the VPC endpoint that the request went \
                 through."
            }
            Self::LayerRefused => "",
            Self::OrganizationPolicy => {
                "Change the service control policy or resource control policy of the message."
            }
            Self::ResourcePolicy => {
                "Allow the role in the policy of the secret or repository of the message; across accounts, the role needs \
                 the permission as well."
            }
            Self::Key => {
                "Check that the key exists and is enabled, and allow kms:Decrypt on it in the execution role and in the \
                 policy of the key."
            }
            Self::DefaultKey => {
                "Encrypt the secret with a customer managed key, and allow kms:Decrypt on it in the execution role and in the \
                 policy of the key: the default key of an account cannot be used from another one."
            }
            Self::Role => {
                "Check that the role of the message exists and that its trust policy names ecs-tasks.amazonaws.com."
            }
            Self::Permission => {
                "Allow the action of the message in the execution role (on EC2, in the role of the instance or agent), and \
                 check the policies of the endpoints."
            }
            Self::ExplicitDeny => {
                "Change the statement with the effect Deny in the policy of the message: no other permission outweighs it."
            }
            Self::Denied => {
                "Check that the execution role (on EC2, the role of the instance or agent), the policy of the resource and the \
                 policy of the endpoint allow the action of the message."
            }
            Self::Region => {
                "Set awslogs-region in the task definition to the name of a Region, such as eu-west-1, and not to a URL or \
                 an empty value."
            }
            Self::AgentUrl => {
                "Check the version of the ECS agent and its settings for endpoints and FIPS: no change of the network helps."
            }
            Self::Certificate => {
                "Fargate trusts public certificate authorities only: give the registry a certificate of one, or copy the \
                 image to Amazon ECR. If a firewall inspects TLS on the path, exempt this host."
            }
            Self::OtherService => {
                "The name that was called leads to the endpoint of another service: correct its record in the private hosted \
                 zone or in the DNS server of the VPC, so that it names the endpoint of its own service."
            }
            Self::Platform => {
                "Build the image for the CPU architecture and operating system in runtimePlatform, or for several platforms."
            }
            Self::BrokenImage => "Build the image again and push it under a new tag.",
            Self::Image => {
                "Check the repository, the tag, the account and the Region in the name of the image, and the permission to \
                 pull it."
            }
            Self::LogGroup => {
                "Create the log group in the Region of awslogs-region, or set awslogs-create-group and allow \
                 logs:CreateLogGroup."
            }
            Self::Secret => {
                "Check the name, the suffix and the Region in the ARN of the secret, and that it has a current value."
            }
            Self::EmptySecret => {
                "Give the secret a value with the staging label that the task definition names, AWSCURRENT if it names none."
            }
            Self::DeletedSecret => {
                "Restore the secret with secretsmanager restore-secret, or name another one in the task definition."
            }
            Self::SecretValue => {
                "Check that the secret is JSON and has the key that the task definition names."
            }
            Self::Parameter => "Check the names and the Region of the parameters in the task definition.",
            Self::EnvironmentFile => {
                "Check the name of the environment file: S3 answers 403 for a missing object too, unless the role has \
                 s3:ListBucket. Check s3:GetObject and s3:GetBucketLocation."
            }
            Self::FileSystem => {
                "Check the directory and the access point of the volume, and the policy of the file system."
            }
            Self::Space => "Give the task more ephemeral storage or memory, or free space on the instance.",
            Self::Interface => "Check the free addresses of the subnet, and start the task again.",
            Self::Container => "Check the command, the entry point and the files of the image.",
        }
    }
}

/// The advice for a layer that S3 refused; the bucket of the layers has the name of its Region.
fn layer_refused(region: Option<&Region>) -> String {
    let bucket = region.map_or("arn:aws:s3:::prod-REGION-starport-layer-bucket/*".to_owned(), |region| {
        let name = region.as_str();
        let partition = match name {
            china if china.starts_with("cn-") => "aws-cn",
            gov if gov.starts_with("us-gov-") => "aws-us-gov",
            _ => "aws",
        };
        format!("arn:{partition}:s3:::prod-{name}-starport-layer-bucket/*")
    });
    format!(
        "Allow s3:GetObject on the bucket of the layers, {bucket}, for every principal in the policy of the S3 endpoint: ECR \
         signs the request, so the execution role is not the place."
    )
}
