"""An account in moto: a VPC with two private subnets, NAT, endpoints and one service, whose tasks cannot reach ecr.api.

The security group of the ecr.api endpoint has no rule. Everything else that a task needs is there. A start has
three faults beside it: the execution role may not decrypt with the customer key of the secret, the policy of the bucket denies the
environment file, and the policy of the repository denies the image. One task stopped with a text of Secrets Manager.
"""

import json
from dataclasses import dataclass

import boto3

REGION = "eu-west-1"
CLUSTER = "shop"
SERVICE = "orders"
LOG_GROUP = "/ecs/orders"
BUCKET = "orders-environment"
REPOSITORY = "shop/orders"
PARAMETER = "/orders/token"
ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/execution"
STOPPED_REASON = (
    "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to "
    "retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret "
    "arn:aws:secretsmanager:eu-west-1:123456789012:secret:orders/database from secrets manager: AccessDeniedException: "
    "Access to KMS is not allowed"
)


def policy(**statement) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})


@dataclass
class Account:
    """The ids of what was made."""

    vpc: str
    subnets: list[str]
    task_group: str
    closed_group: str
    nat_gateway: str
    endpoints: dict[str, str]
    key: str
    secret: str
    stopped_task: str


class Maker:
    """Makes the account through the API at `url`."""

    def __init__(self, url: str) -> None:
        def client(service: str):
            keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
            return boto3.client(service, region_name=REGION, endpoint_url=url, **keys)

        self.ec2 = client("ec2")
        self.ecs = client("ecs")
        self.logs = client("logs")
        self.secrets = client("secretsmanager")
        self.iam = client("iam")
        self.kms = client("kms")
        self.ecr = client("ecr")
        self.s3 = client("s3")
        self.ssm = client("ssm")
        self.organizations = client("organizations")

    def make(self) -> Account:
        vpc = self.ec2.create_vpc(CidrBlock="10.40.0.0/16")["Vpc"]["VpcId"]
        for attribute in ("EnableDnsSupport", "EnableDnsHostnames"):
            self.ec2.modify_vpc_attribute(VpcId=vpc, **{attribute: {"Value": True}})
        public = self.subnet(vpc, "10.40.0.0/24", "a")
        private = [self.subnet(vpc, "10.40.1.0/24", "a"), self.subnet(vpc, "10.40.2.0/24", "b")]
        nat = self.way_out(vpc, public, private)
        task_group = self.group(vpc, "tasks")
        endpoint_group, closed_group = self.group(vpc, "endpoints"), self.group(vpc, "ecr-api")
        https = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "UserIdGroupPairs": [{"GroupId": task_group}]}
        self.ec2.authorize_security_group_ingress(GroupId=endpoint_group, IpPermissions=[https])
        groups = {"ecr.api": closed_group, "ecr.dkr": endpoint_group, "secretsmanager": endpoint_group, "logs": endpoint_group}
        endpoints = {name: self.interface_endpoint(vpc, name, private, group) for name, group in groups.items()}
        key, secret = self.secret()
        stopped = self.deploy(private, task_group, secret)
        return Account(vpc, private, task_group, closed_group, nat, endpoints, key, secret, stopped)

    def subnet(self, vpc: str, block: str, zone: str) -> str:
        made = self.ec2.create_subnet(VpcId=vpc, CidrBlock=block, AvailabilityZone=f"{REGION}{zone}")
        return made["Subnet"]["SubnetId"]

    def group(self, vpc: str, name: str) -> str:
        return self.ec2.create_security_group(VpcId=vpc, GroupName=name, Description=name)["GroupId"]

    def way_out(self, vpc: str, public: str, private: list[str]) -> str:
        gateway = self.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        self.ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
        address = self.ec2.allocate_address(Domain="vpc")["AllocationId"]
        nat = self.ec2.create_nat_gateway(SubnetId=public, AllocationId=address)["NatGateway"]["NatGatewayId"]
        self.table(vpc, [public], GatewayId=gateway)
        table = self.table(vpc, private, NatGatewayId=nat)
        self.ec2.create_vpc_endpoint(
            VpcId=vpc, VpcEndpointType="Gateway", ServiceName=f"com.amazonaws.{REGION}.s3", RouteTableIds=[table]
        )
        return nat

    def table(self, vpc: str, subnets: list[str], **target: str) -> str:
        table = self.ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
        self.ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", **target)
        for subnet in subnets:
            self.ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
        return table

    def interface_endpoint(self, vpc: str, service: str, subnets: list[str], group: str) -> str:
        made = self.ec2.create_vpc_endpoint(
            VpcId=vpc,
            VpcEndpointType="Interface",
            ServiceName=f"com.amazonaws.{REGION}.{service}",
            SubnetIds=subnets,
            SecurityGroupIds=[group],
            PrivateDnsEnabled=True,
        )
        return made["VpcEndpoint"]["VpcEndpointId"]

    def secret(self) -> tuple[str, str]:
        """A customer key with a grant and an alias, and the secret and the parameter that use it."""
        key = self.kms.create_key(Policy=policy(Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, Action="kms:*", Resource="*"))
        arn = key["KeyMetadata"]["Arn"]
        self.kms.create_alias(AliasName="alias/orders", TargetKeyId=arn)
        other = f"arn:aws:iam::{ACCOUNT}:role/other"
        self.kms.create_grant(KeyId=arn, GranteePrincipal=other, Operations=["Decrypt"])
        secret = self.secrets.create_secret(Name="orders/database", SecretString="{}", KmsKeyId="alias/orders")["ARN"]
        allow = policy(Principal={"AWS": ROLE}, Action="secretsmanager:GetSecretValue", Resource="*")
        self.secrets.put_resource_policy(SecretId=secret, ResourcePolicy=allow)
        self.ssm.put_parameter(Name=PARAMETER, Type="SecureString", Value="x", KeyId=arn)
        return arn, secret

    def image(self) -> str:
        """A repository with one image, whose policy denies it to the execution role."""
        self.ecr.create_repository(repositoryName=REPOSITORY)
        manifest = {"schemaVersion": 2, "mediaType": "application/vnd.docker.distribution.manifest.v2+json"}
        self.ecr.put_image(repositoryName=REPOSITORY, imageManifest=json.dumps(manifest), imageTag="1")
        deny = policy(Effect="Deny", Principal={"AWS": ROLE}, Action="ecr:BatchGetImage")
        self.ecr.set_repository_policy(repositoryName=REPOSITORY, policyText=deny)
        self.ecr.put_registry_policy(
            policyText=policy(
                Sid="Import",
                Principal={"AWS": ROLE},
                Action="ecr:CreateRepository",  # moto refuses BatchImportUpstreamImage
                Resource=f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/quay/*",
            )
        )
        return f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/{REPOSITORY}:1"

    def environment_file(self) -> str:
        """An environment file, which the policy of its bucket denies to everyone."""
        self.s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
        deny = policy(Effect="Deny", Principal="*", Action="s3:GetObject", Resource=f"arn:aws:s3:::{BUCKET}/*")
        self.s3.put_bucket_policy(Bucket=BUCKET, Policy=deny)
        return f"arn:aws:s3:::{BUCKET}/production.env"

    def role(self, secret: str) -> str:
        """The execution role: an inline policy for the secret, a managed one for the rest, and nothing for the key."""
        trust = policy(Principal={"Service": "ecs-tasks.amazonaws.com"}, Action="sts:AssumeRole")
        role = self.iam.create_role(RoleName="execution", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
        read = policy(Action="secretsmanager:GetSecretValue", Resource=secret)
        self.iam.put_role_policy(RoleName="execution", PolicyName="secret", PolicyDocument=read)
        start = ["ecr:*", "logs:CreateLogStream", "logs:PutLogEvents", "ssm:GetParameters", "s3:GetObject", "s3:GetBucketLocation"]
        pull = policy(Action=start, Resource="*")
        managed = self.iam.create_policy(PolicyName="start", PolicyDocument=pull)["Policy"]["Arn"]
        self.iam.attach_role_policy(RoleName="execution", PolicyArn=managed)
        return role

    def deploy(self, subnets: list[str], group: str, secret: str) -> str:
        """The service, a task that runs, and a task that did not start; returns the last one's ARN."""
        self.logs.create_log_group(logGroupName=LOG_GROUP)
        self.organizations.create_organization(FeatureSet="ALL")
        self.ecs.create_cluster(clusterName=CLUSTER)
        definition = self.ecs.register_task_definition(
            family=SERVICE,
            networkMode="awsvpc",
            requiresCompatibilities=["FARGATE"],
            cpu="256",
            memory="512",
            executionRoleArn=self.role(secret),
            containerDefinitions=[
                {
                    "name": SERVICE,
                    "memory": 512,
                    "image": self.image(),
                    "secrets": [
                        {"name": "DATABASE", "valueFrom": f"{secret}:password::"},
                        {"name": "TOKEN", "valueFrom": PARAMETER},
                    ],
                    "environmentFiles": [{"type": "s3", "value": self.environment_file()}],
                    "logConfiguration": {
                        "logDriver": "awslogs",
                        "options": {"awslogs-group": LOG_GROUP, "awslogs-region": REGION, "awslogs-stream-prefix": "o"},
                    },
                }
            ],
        )["taskDefinition"]["taskDefinitionArn"]
        network = {"awsvpcConfiguration": {"subnets": subnets, "securityGroups": [group], "assignPublicIp": "DISABLED"}}
        common = {"cluster": CLUSTER, "taskDefinition": definition, "launchType": "FARGATE", "networkConfiguration": network}
        self.ecs.create_service(serviceName=SERVICE, desiredCount=1, **common)
        self.ecs.run_task(count=1, **common)
        stopped = self.ecs.run_task(count=1, **common)["tasks"][0]["taskArn"]
        self.ecs.stop_task(cluster=CLUSTER, task=stopped, reason=STOPPED_REASON)
        return stopped
