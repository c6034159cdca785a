//! The table of AWS documents: how each is recognised, which module reads it, and how `flowcause collect` gets it.
//!
//! A document is one row of `documents!` and one file, `src/inventory/documents/<read>.rs`. The macro passes its rows to
//! the macro that is named in its argument, so that each stage takes the columns it needs: this file takes the plain data,
//! the inventory takes the readers and the tables. The columns:
//!
//! - the variant of [`DocumentKind`], with the command or the source of the document as its comment;
//! - `name`: the name of the document in messages;
//! - `known_by`: the keys that identify it, see [`KnownBy`];
//! - `collect`: the calls of the AWS CLI that save it, see [`Collect`];
//! - `read`: the file that reads one item;
//! - the target of an item that was read, one of
//!   - `table NAME: ID => THING`: a new table of the inventory, with its comment; `from DESCRIPTION` is added where the file
//!     reads a type of its own, which converts into the thing,
//!   - `joins TABLE`: the table of another row,
//!   - `completes TYPE`: values that complete the tables of other rows by the function `complete` of the file,
//!   - `into inventory`: the inventory itself; the file does the merging.
//!
//! An item belongs to the first row whose keys it has, so a row comes before rows that need fewer of its keys.

use crate::model::document::Collect::{Calls, Elsewhere};
use crate::model::document::KnownBy::{Event, Item, Page, Single, SingleWith};

macro_rules! documents {
    ($with:ident) => {
        $with! {
            /// `ec2 describe-network-interfaces`.
            NetworkInterfaces {
                name: "NetworkInterfaces",
                known_by: [
                    Page("NetworkInterfaces"),
                    Single("NetworkInterface"),
                    Item(&["NetworkInterfaceId"]),
                ],
                collect: Calls(&[Call::ec2("describe-network-interfaces").of_vpc("--filters", "vpc-id")]),
                read: network_interfaces,
                /// Interfaces that existed when the metadata was saved, and interfaces known from AWS Config or CloudTrail.
                /// The interface of a stopped task is known only from the latter two.
                table interfaces: model::ids::InterfaceId => model::interface::NetworkInterface;
            }
            /// `ec2 describe-vpc-endpoints`.
            VpcEndpoints {
                name: "VpcEndpoints",
                known_by: [Page("VpcEndpoints"), Single("VpcEndpoint"), Item(&["VpcEndpointId"])],
                collect: Calls(&[Call::ec2("describe-vpc-endpoints").of_vpc("--filters", "vpc-id")]),
                read: vpc_endpoints,
                /// VPC endpoints.
                table endpoints: model::ids::EndpointId => model::endpoint::Endpoint;
            }
            /// `ec2 describe-subnets`.
            Subnets {
                name: "Subnets",
                known_by: [
                    Page("Subnets"),
                    Single("Subnet"),
                    Item(&["SubnetId", "CidrBlock"]),
                    Item(&["SubnetId", "Ipv6CidrBlockAssociationSet"]),
                ],
                collect: Calls(&[Call::ec2("describe-subnets").of_vpc("--filters", "vpc-id")]),
                read: subnets,
                /// Subnets.
                table subnets: model::ids::SubnetId => model::network::Subnet;
            }
            /// `ec2 describe-vpcs`.
            Vpcs {
                name: "Vpcs",
                known_by: [
                    Page("Vpcs"),
                    Single("Vpc"),
                    Item(&["VpcId", "CidrBlock"]),
                    Item(&["VpcId", "CidrBlockAssociationSet"]),
                    Item(&["VpcId", "Ipv6CidrBlockAssociationSet"]),
                ],
                collect: Calls(&[Call::ec2("describe-vpcs").of_vpc("--filters", "vpc-id")]),
                read: vpcs,
                /// VPCs.
                table vpcs: model::ids::VpcId => model::network::Vpc;
            }
            /// `ec2 describe-flow-logs`.
            FlowLogs {
                name: "FlowLogs",
                known_by: [Page("FlowLogs"), Item(&["FlowLogId"])],
                // A flow log belongs to a VPC, a subnet or an interface: no filter finds all three.
                collect: Calls(&[Call::ec2("describe-flow-logs")]),
                read: flow_logs,
                /// Flow logs.
                table flow_logs: model::ids::FlowLogId => model::network::FlowLog;
            }
            /// `ecs describe-tasks`.
            Tasks {
                name: "tasks",
                known_by: [Page("tasks"), Single("task"), Item(&["taskArn"])],
                collect: Calls(&[
                    Call::ecs("list-clusters").of(Scope::EveryCluster),
                    Call::ecs("list-tasks").of(Scope::Cluster),
                    Call::ecs("describe-tasks").of(Scope::Cluster),
                ]),
                read: tasks,
                /// Tasks by ARN. Of several documents of one task the latest state wins, field by field.
                table tasks: String => model::task::Task, from tasks::TaskDescription;
            }
            /// `ecs describe-container-instances`.
            ContainerInstances {
                name: "containerInstances",
                known_by: [Page("containerInstances"), Item(&["containerInstanceArn"])],
                collect: Calls(&[
                    Call::ecs("list-container-instances").of(Scope::Cluster),
                    Call::ecs("describe-container-instances").of(Scope::Cluster),
                ]),
                read: container_instances,
                /// Container instances, by ARN.
                table container_instances: String => model::container_instance::ContainerInstance;
            }
            /// `ec2 describe-instances`.
            Instances {
                name: "Reservations",
                known_by: [
                    Page("Reservations"),
                    Item(&["ReservationId", "Instances"]),
                    Item(&["InstanceId", "NetworkInterfaces"]),
                ],
                collect: Calls(&[Call::ec2("describe-instances").of_vpc("--filters", "vpc-id")]),
                read: instances,
                completes Reservation;
            }
            /// EventBridge "ECS Task State Change".
            TaskEvents {
                name: "ECS Task State Change",
                known_by: [Event("ECS Task State Change")],
                collect: Elsewhere(
                    "tasks that stopped earlier: events archived by an EventBridge rule, see `flowcause collect --event-rule`"
                ),
                read: task_events,
                joins tasks;
            }
            /// `ec2 describe-security-groups`.
            SecurityGroups {
                name: "SecurityGroups",
                known_by: [
                    Page("SecurityGroups"),
                    Item(&["GroupId", "IpPermissions"]),
                    Item(&["GroupId", "IpPermissionsEgress"]),
                ],
                collect: Calls(&[Call::ec2("describe-security-groups").of_vpc("--filters", "vpc-id")]),
                read: security_groups,
                /// Security groups.
                table security_groups: model::ids::SecurityGroupId => model::security_group::SecurityGroup;
            }
            /// `ec2 describe-security-group-rules`.
            SecurityGroupRules {
                name: "SecurityGroupRules",
                known_by: [Page("SecurityGroupRules"), Item(&["SecurityGroupRuleId"])],
                collect: Calls(&[Call::ec2("describe-security-group-rules")]),
                read: security_group_rules,
                completes GroupRule;
            }
            /// `ec2 describe-network-acls`.
            NetworkAcls {
                name: "NetworkAcls",
                known_by: [
                    Page("NetworkAcls"),
                    Single("NetworkAcl"),
                    Item(&["NetworkAclId", "Entries"]),
                ],
                collect: Calls(&[Call::ec2("describe-network-acls").of_vpc("--filters", "vpc-id")]),
                read: network_acls,
                /// Network ACLs.
                table network_acls: model::ids::NetworkAclId => model::network_acl::NetworkAcl;
            }
            /// `ec2 describe-route-tables`.
            RouteTables {
                name: "RouteTables",
                known_by: [
                    Page("RouteTables"),
                    Single("RouteTable"),
                    Item(&["RouteTableId", "Routes"]),
                ],
                collect: Calls(&[Call::ec2("describe-route-tables").of_vpc("--filters", "vpc-id")]),
                read: route_tables,
                /// Route tables.
                table route_tables: model::ids::RouteTableId => model::route_table::RouteTable;
            }
            /// `ec2 describe-nat-gateways`.
            NatGateways {
                name: "NatGateways",
                known_by: [
                    Page("NatGateways"),
                    Single("NatGateway"),
                    Item(&["NatGatewayId", "VpcId"]),
                ],
                collect: Calls(&[Call::ec2("describe-nat-gateways").of_vpc("--filter", "vpc-id")]),
                read: nat_gateways,
                /// NAT gateways.
                table nat_gateways: model::ids::NatGatewayId => model::gateway::NatGateway;
            }
            /// `ec2 describe-internet-gateways`.
            InternetGateways {
                name: "InternetGateways",
                known_by: [
                    Page("InternetGateways"),
                    Single("InternetGateway"),
                    Item(&["InternetGatewayId", "Attachments"]),
                ],
                collect: Calls(&[
                    Call::ec2("describe-internet-gateways").of_vpc("--filters", "attachment.vpc-id"),
                ]),
                read: internet_gateways,
                /// Internet gateways.
                table internet_gateways: model::ids::InternetGatewayId => model::gateway::InternetGateway;
            }
            /// `ec2 describe-dhcp-options`.
            DhcpOptions {
                name: "DhcpOptions",
                known_by: [Page("DhcpOptions"), Item(&["DhcpOptionsId", "DhcpConfigurations"])],
                collect: Calls(&[Call::ec2("describe-dhcp-options")]),
                read: dhcp_options,
                /// DHCP options.
                table dhcp_options: model::ids::DhcpOptionsId => model::resolution::DhcpOptions;
            }
            /// `ec2 describe-vpc-attribute`: one attribute a document.
            VpcAttributes {
                name: "VpcAttribute",
                known_by: [Item(&["VpcId", "EnableDnsSupport"]), Item(&["VpcId", "EnableDnsHostnames"])],
                collect: Calls(&[Call::ec2("describe-vpc-attribute").of(Scope::Each)]),
                read: vpc_attributes,
                joins vpcs;
            }
            /// `ec2 describe-prefix-lists` and `ec2 describe-managed-prefix-lists`.
            PrefixLists {
                name: "PrefixLists",
                known_by: [
                    Page("PrefixLists"),
                    Single("PrefixList"),
                    Item(&["PrefixListId", "PrefixListName"]),
                ],
                collect: Calls(&[Call::ec2("describe-prefix-lists"), Call::ec2("describe-managed-prefix-lists")]),
                read: prefix_lists,
                /// Prefix lists.
                table prefix_lists: model::ids::PrefixListId => model::prefix_list::PrefixList;
            }
            /// `ec2 get-managed-prefix-list-entries`.
            PrefixListEntries {
                name: "Entries",
                known_by: [Item(&["Entries"])],
                collect: Calls(&[Call::ec2("get-managed-prefix-list-entries").of(Scope::Each)]),
                read: prefix_list_entries,
                completes PrefixListEntries;
            }
            /// `ec2 describe-vpc-peering-connections`.
            PeeringConnections {
                name: "VpcPeeringConnections",
                known_by: [
                    Page("VpcPeeringConnections"),
                    Single("VpcPeeringConnection"),
                    Item(&["VpcPeeringConnectionId", "RequesterVpcInfo"]),
                ],
                collect: Calls(&[Call::ec2("describe-vpc-peering-connections")]),
                read: peering_connections,
                /// VPC peering connections.
                table peerings: model::ids::PeeringId => model::gateway::Peering;
            }
            /// `ec2 describe-transit-gateway-attachments` and `ec2 describe-transit-gateway-vpc-attachments`.
            TransitGatewayAttachments {
                name: "TransitGatewayAttachments",
                known_by: [
                    Page("TransitGatewayAttachments"),
                    Page("TransitGatewayVpcAttachments"),
                    Item(&["TransitGatewayAttachmentId", "TransitGatewayId"]),
                ],
                collect: Calls(&[
                    Call::ec2("describe-transit-gateway-attachments").of_vpc("--filters", "resource-id"),
                    Call::ec2("describe-transit-gateway-vpc-attachments").of_vpc("--filters", "vpc-id"),
                ]),
                read: transit_gateway_attachments,
                /// Transit gateway attachments.
                table transit_gateway_attachments:
                    model::ids::TransitGatewayAttachmentId => model::gateway::TransitGatewayAttachment;
            }
            /// `ec2 describe-egress-only-internet-gateways`.
            EgressOnlyGateways {
                name: "EgressOnlyInternetGateways",
                known_by: [
                    Page("EgressOnlyInternetGateways"),
                    Item(&["EgressOnlyInternetGatewayId", "Attachments"]),
                ],
                collect: Calls(&[Call::ec2("describe-egress-only-internet-gateways")]),
                read: egress_only_gateways,
                /// Egress-only internet gateways.
                table egress_only_gateways: String => model::gateway::EgressOnlyGateway;
            }
            /// `network-firewall describe-firewall`.
            Firewalls {
                name: "Firewall",
                known_by: [Item(&["Firewall", "FirewallStatus"])],
                collect: Calls(&[
                    Call::of_service("network-firewall", "list-firewalls").of(Scope::Each),
                    Call::of_service("network-firewall", "describe-firewall").of(Scope::Each),
                ]),
                read: firewalls,
                /// Firewalls of AWS Network Firewall, by ARN.
                table firewalls: String => model::gateway::Firewall;
            }
            /// `route53 list-hosted-zones-by-vpc`, `list-hosted-zones` and `get-hosted-zone`.
            HostedZones {
                name: "HostedZones",
                known_by: [
                    Page("HostedZoneSummaries"),
                    Page("HostedZones"),
                    Item(&["HostedZone", "VPCs"]),
                    Item(&["HostedZoneId", "Name", "Owner"]),
                    Item(&["Id", "Name", "CallerReference"]),
                ],
                collect: Calls(&[Call::of_service("route53", "list-hosted-zones-by-vpc").of(Scope::Each)]),
                read: hosted_zones,
                /// Hosted zones of Route 53, by the last part of their id.
                table hosted_zones: String => model::name_resolution::HostedZone;
            }
            /// `route53 list-resource-record-sets`.
            RecordSets {
                name: "ResourceRecordSets",
                known_by: [
                    Page("ResourceRecordSets"),
                    Item(&["Name", "Type", "AliasTarget"]),
                    Item(&["Name", "Type", "ResourceRecords"]),
                ],
                collect: Calls(&[Call::of_service("route53", "list-resource-record-sets").of(Scope::Each)]),
                read: record_sets,
                /// Records of hosted zones, by name, type and alias.
                table record_sets: String => model::name_resolution::ResourceRecordSet;
            }
            /// `route53resolver list-resolver-rules`.
            ResolverRules {
                name: "ResolverRules",
                known_by: [Page("ResolverRules"), Item(&["Id", "DomainName", "RuleType"])],
                collect: Calls(&[Call::of_service("route53resolver", "list-resolver-rules")]),
                read: resolver_rules,
                /// Rules of the Resolver, by id.
                table resolver_rules: String => model::name_resolution::ResolverRule;
            }
            /// `route53resolver list-resolver-rule-associations`.
            ResolverRuleAssociations {
                name: "ResolverRuleAssociations",
                known_by: [Page("ResolverRuleAssociations"), Item(&["Id", "ResolverRuleId"])],
                collect: Calls(&[Call::of_service("route53resolver", "list-resolver-rule-associations")]),
                read: resolver_rule_associations,
                /// Associations of rules with VPCs, by id.
                table resolver_rule_associations: String => model::name_resolution::ResolverRuleAssociation;
            }
            /// `ecs describe-services`.
            Services {
                name: "services",
                known_by: [
                    Page("services"),
                    Single("service"),
                    Item(&["serviceArn", "serviceName"]),
                ],
                collect: Calls(&[
                    Call::ecs("list-services").of(Scope::Cluster),
                    Call::ecs("describe-services").of(Scope::Cluster),
                ]),
                read: services,
                /// ECS services, by ARN.
                table services: String => model::deployment::EcsService, from services::ServiceDescription;
            }
            /// `ecs describe-task-definition`.
            TaskDefinition {
                name: "taskDefinition",
                known_by: [
                    Single("taskDefinition"),
                    Item(&["taskDefinitionArn", "containerDefinitions"]),
                ],
                collect: Calls(&[Call::ecs("describe-task-definition").of(Scope::Each)]),
                read: task_definitions,
                /// Task definitions, by ARN.
                table task_definitions: String => model::deployment::TaskDefinition;
            }
            /// `efs describe-mount-targets`.
            MountTargets {
                name: "MountTargets",
                known_by: [Page("MountTargets"), Item(&["MountTargetId"])],
                collect: Calls(&[Call::efs("describe-mount-targets").of(Scope::Each)]),
                read: mount_targets,
                completes MountTarget;
            }
            /// `ip-ranges.json`.
            AddressRanges {
                name: "prefixes",
                known_by: [Item(&["prefixes", "createDate"]), Item(&["prefixes", "syncToken"])],
                collect: Elsewhere(
                    "which service an address belongs to: https://ip-ranges.amazonaws.com/ip-ranges.json"
                ),
                read: address_ranges,
                into inventory;
            }
            /// Configuration items of AWS Config.
            ConfigurationItems {
                name: "configurationItems",
                known_by: [
                    Page("configurationItems"),
                    Page("baseConfigurationItems"),
                    Item(&["resourceType", "configurationItemStatus"]),
                    Item(&["resourceType", "configurationItemCaptureTime"]),
                ],
                collect: Elsewhere(
                    "earlier states: aws configservice get-resource-config-history \
                     --resource-type AWS::EC2::SecurityGroup --resource-id GROUP"
                ),
                read: configuration_items,
                into inventory;
            }
            /// CloudTrail events.
            CloudTrailEvents {
                name: "Records",
                known_by: [
                    Page("Records"),
                    Page("Events"),
                    Item(&["eventSource", "eventName"]),
                    Item(&["CloudTrailEvent"]),
                ],
                collect: Elsewhere(
                    "which network and groups a task was started in, and which of its requests AWS refused: \
                     aws cloudtrail lookup-events --lookup-attributes AttributeKey=EventName,AttributeValue=RunTask, and \
                     the same with AttributeKey=Username,AttributeValue=TASKID"
                ),
                read: cloudtrail_events,
                into inventory;
            }
            /// `ssm describe-parameters`.
            Parameters {
                name: "Parameters",
                known_by: [
                    Page("Parameters"),
                    Single("Parameter"),
                    Item(&["Name", "Type", "LastModifiedDate"]),
                    Item(&["Name", "Type", "Value"]),
                ],
                collect: Calls(&[Call::of_service("ssm", "describe-parameters")]),
                read: parameters,
                /// Parameters, by ARN, or by name if no document has the ARN; without their values.
                table parameters: String => model::access::Parameter;
            }
            /// `secretsmanager describe-secret`, `list-secrets` and `get-resource-policy`.
            Secrets {
                name: "SecretList",
                known_by: [
                    Page("SecretList"),
                    Item(&["ARN", "Name"]),
                    Item(&["SecretString"]),
                    Item(&["SecretBinary"]),
                ],
                collect: Calls(&[
                    Call::of_service("secretsmanager", "list-secrets").of(Scope::Each),
                    Call::of_service("secretsmanager", "describe-secret").of(Scope::Each),
                    Call::of_service("secretsmanager", "get-resource-policy").of(Scope::Each),
                ]),
                read: secrets,
                /// Secrets, by ARN, without their values.
                table secrets: String => model::access::Secret;
            }
            /// `kms describe-key`.
            Keys {
                name: "KeyMetadata",
                known_by: [Single("KeyMetadata"), Item(&["KeyId", "KeyState"]), Item(&["KeyId", "KeyManager"])],
                collect: Calls(&[Call::of_service("kms", "describe-key").of(Scope::Each)]),
                read: keys,
                /// Keys of KMS, by ARN, or by id if no document has the ARN.
                table keys: String => model::access::Key;
            }
            /// `kms list-aliases`.
            KeyAliases {
                name: "Aliases",
                known_by: [Page("Aliases"), Item(&["AliasName", "AliasArn"])],
                collect: Calls(&[Call::of_service("kms", "list-aliases")]),
                read: key_aliases,
                completes KeyAlias;
            }
            /// `ecr describe-repositories`.
            Repositories {
                name: "repositories",
                known_by: [Page("repositories"), Item(&["repositoryArn", "repositoryName"])],
                collect: Calls(&[Call::of_service("ecr", "describe-repositories")]),
                read: repositories,
                /// Repositories of ECR, by ARN.
                table repositories: String => model::access::Repository;
            }
            /// `ecr describe-pull-through-cache-rules`.
            PullThroughRules {
                name: "pullThroughCacheRules",
                known_by: [Page("pullThroughCacheRules"), Item(&["ecrRepositoryPrefix", "upstreamRegistryUrl"])],
                collect: Calls(&[Call::of_service("ecr", "describe-pull-through-cache-rules")]),
                read: pull_through_rules,
                /// Pull-through cache rules, by registry and prefix.
                table pull_through_rules: String => model::access::PullThroughRule;
            }
            /// `logs describe-log-groups`.
            LogGroups {
                name: "logGroups",
                known_by: [Page("logGroups"), Item(&["logGroupName", "arn"]), Item(&["logGroupName", "logGroupArn"])],
                collect: Calls(&[Call::of_service("logs", "describe-log-groups")]),
                read: log_groups,
                /// Log groups, by ARN without `:*`.
                table log_groups: String => model::access::LogGroup;
            }
            /// `kms list-grants`.
            KeyGrants {
                name: "Grants",
                known_by: [Item(&["Grants"])],
                collect: Calls(&[Call::of_service("kms", "list-grants").of(Scope::Each)]),
                read: key_grants,
                completes KeyGrants;
            }
            /// `kms get-key-policy`.
            KeyPolicies {
                name: "key policy",
                known_by: [Item(&["Policy", "PolicyName"])],
                collect: Calls(&[Call::of_service("kms", "get-key-policy").of(Scope::Each)]),
                read: key_policies,
                completes KeyPolicy;
            }
            /// `ecr get-repository-policy`.
            RepositoryPolicies {
                name: "repository policy",
                known_by: [Item(&["repositoryName", "policyText"])],
                collect: Calls(&[Call::of_service("ecr", "get-repository-policy").of(Scope::Each)]),
                read: repository_policies,
                completes RepositoryPolicy;
            }
            /// `ecr describe-images`.
            RepositoryImages {
                name: "imageDetails",
                known_by: [Item(&["imageDetails"])],
                collect: Calls(&[Call::of_service("ecr", "describe-images").of(Scope::Each)]),
                read: repository_images,
                completes RepositoryImages;
            }
            /// `ecr get-registry-policy`.
            RegistryPolicies {
                name: "registry policy",
                known_by: [Item(&["registryId", "policyText"])],
                collect: Calls(&[Call::of_service("ecr", "get-registry-policy").of(Scope::Each)]),
                read: registry_policies,
                completes PolicyOfRegistry;
            }
            /// `s3api get-bucket-policy`.
            BucketPolicies {
                name: "bucket policy",
                known_by: [Item(&["Policy"])],
                collect: Calls(&[Call::of_service("s3api", "get-bucket-policy").of(Scope::Each)]),
                read: bucket_policies,
                completes BucketPolicy;
            }
            /// Route 53 Resolver query logs.
            ResolverQueries {
                name: "Resolver query log",
                known_by: [Item(&["query_timestamp", "query_name"])],
                collect: Elsewhere(
                    "DNS queries: Resolver query logs, aws logs filter-log-events --log-group-name GROUP \
                     --start-time FROM --end-time TO"
                ),
                read: resolver_queries,
                into inventory;
            }
            /// `iam get-account-authorization-details`: the roles of an account.
            RoleDetails {
                name: "RoleDetailList",
                known_by: [Page("RoleDetailList"), Item(&["RoleName", "RolePolicyList"])],
                collect: Elsewhere(
                    "every role and policy of the account at once: aws iam get-account-authorization-details \
                     --filter Role LocalManagedPolicy AWSManagedPolicy"
                ),
                read: role_details,
                joins roles;
            }
            /// `iam get-role`.
            Roles {
                name: "Role",
                known_by: [Single("Role")],
                collect: Calls(&[Call::iam("get-role").of(Scope::Each)]),
                read: roles,
                /// Roles, by ARN. Each description is complete only in the parts that its document shows.
                table roles: String => model::access::Role;
            }
            /// `iam list-role-policies`.
            RolePolicyNames {
                name: "PolicyNames",
                known_by: [Item(&["PolicyNames"])],
                collect: Calls(&[Call::iam("list-role-policies").of(Scope::Each)]),
                read: role_policy_names,
                completes RolePolicyNames;
            }
            /// `iam get-role-policy`.
            RolePolicies {
                name: "PolicyDocument",
                known_by: [Item(&["RoleName", "PolicyName", "PolicyDocument"])],
                collect: Calls(&[Call::iam("get-role-policy").of(Scope::Each)]),
                read: role_policies,
                completes RolePolicy;
            }
            /// `iam list-attached-role-policies`.
            AttachedRolePolicies {
                name: "AttachedPolicies",
                known_by: [Item(&["AttachedPolicies"])],
                collect: Calls(&[Call::iam("list-attached-role-policies").of(Scope::Each)]),
                read: attached_role_policies,
                completes AttachedPolicies;
            }
            /// `iam get-account-authorization-details`: the managed policies.
            PolicyDetails {
                name: "Policies",
                known_by: [Page("Policies"), Item(&["Arn", "PolicyVersionList"])],
                collect: Elsewhere(
                    "managed policies without roles: aws iam get-account-authorization-details \
                     --filter LocalManagedPolicy AWSManagedPolicy"
                ),
                read: policy_details,
                joins managed_policies;
            }
            /// `iam get-policy`.
            Policies {
                name: "Policy",
                known_by: [SingleWith("Policy", "DefaultVersionId")],
                collect: Calls(&[Call::iam("get-policy").of(Scope::Each)]),
                read: policies,
                /// Managed policies, by ARN, with the versions that were saved.
                table managed_policies: String => model::access::ManagedPolicy;
            }
            /// `iam get-policy-version`.
            PolicyVersions {
                name: "PolicyVersion",
                known_by: [Single("PolicyVersion")],
                collect: Calls(&[Call::iam("get-policy-version").of(Scope::Each)]),
                read: policy_versions,
                completes SavedVersion;
            }
            /// `organizations describe-policy`.
            OrganizationPolicies {
                name: "PolicySummary",
                known_by: [SingleWith("Policy", "PolicySummary"), Item(&["PolicySummary", "Content"])],
                collect: Calls(&[
                    Call::of_service("organizations", "list-policies").of(Scope::Each),
                    Call::of_service("organizations", "describe-policy").of(Scope::Each),
                ]),
                read: organization_policies,
                /// Policies of the organization, by id.
                table organization_policies: String => model::access::OrganizationPolicy;
            }
            /// `organizations list-targets-for-policy`.
            OrganizationPolicyTargets {
                name: "Targets",
                known_by: [Item(&["Targets"])],
                collect: Calls(&[Call::of_service("organizations", "list-targets-for-policy").of(Scope::Each)]),
                read: organization_policy_targets,
                completes PolicyTargets;
            }
            /// `ssm get-automation-execution`.
            AutomationExecutions {
                name: "AutomationExecution",
                known_by: [
                    Single("AutomationExecution"),
                    Item(&["AutomationExecutionId", "DocumentName", "Outputs"]),
                ],
                collect: Calls(&[
                    Call::of_service("ssm", "describe-automation-executions").of(Scope::Each),
                    Call::of_service("ssm", "get-automation-execution").of(Scope::Each),
                ]),
                read: automation_executions,
                into inventory;
            }
            /// `manifest.json`: the calls that saved the other files of its folder.
            Manifest {
                name: "manifest.json",
                known_by: [Item(&["flowcause_manifest"])],
                collect: Calls(&[]),
                read: manifest,
                into inventory;
            }
        }
    };
}

pub(crate) use documents;

macro_rules! plain_data {
    ($(
        $(#[$about:meta])*
        $kind:ident {
            name: $name:literal,
            known_by: [$($known_by:expr),* $(,)?],
            collect: $collect:expr,
            read: $read:ident,
            $($target:tt)*
        }
    )*) => {
        /// A kind of document this version uses.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum DocumentKind {
            $($(#[$about])* $kind,)*
        }

        impl DocumentKind {
            /// The name in messages: the key of its pages where it has pages, the `detail-type` of an event.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$kind => $name,)*
                }
            }
        }

        /// Every kind of document, in the order of the table.
        pub const DOCUMENTS: &[Document] = &[
            $(Document {
                kind: DocumentKind::$kind,
                file: stringify!($read),
                known_by: &[$($known_by),*],
                collect: $collect,
            },)*
        ];
    };
}

documents!(plain_data);

/// One row of the table, without its reader.
#[derive(Clone, Copy, Debug)]
pub struct Document {
    /// The kind.
    pub kind: DocumentKind,
    /// The file in `src/inventory/documents/` that reads it, without its ending.
    pub file: &'static str,
    /// The keys that identify it.
    pub known_by: &'static [KnownBy],
    /// How `flowcause collect` gets it.
    pub collect: Collect,
}

/// The keys that identify a document, or a single item of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KnownBy {
    /// The key of a list of items, as AWS CLI commands print them in pages.
    Page(&'static str),
    /// The key of one item.
    Single(&'static str),
    /// The key of one item, and a key that the item has: documents of several kinds share the first one.
    SingleWith(&'static str, &'static str),
    /// Keys of an item that no item of a later row has all of.
    Item(&'static [&'static str]),
    /// The `detail-type` of an EventBridge event.
    Event(&'static str),
}

/// How `flowcause collect` gets a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Collect {
    /// By calls that the script makes.
    Calls(&'static [Call]),
    /// Not by the script, which names the source in a comment: what the document shows, and how to get it.
    Elsewhere(&'static str),
}

/// A call of the AWS CLI.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call {
    /// The first word, such as `ec2`.
    pub service: &'static str,
    /// The second word, such as `describe-subnets`.
    pub command: &'static str,
    /// The scope of one call.
    pub scope: Scope,
}

/// The scope of one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The whole region.
    Region,
    /// The whole region, or one VPC if one is chosen: by an option and the name of a filter.
    Vpc {
        /// `--filters`, or `--filter` of some commands.
        option: &'static str,
        /// Name of the filter whose value is the id of the VPC.
        filter: &'static str,
    },
    /// Every cluster: called only if none is chosen.
    EveryCluster,
    /// One cluster. The permission can be limited to that cluster.
    Cluster,
    /// One thing that another document names: a function of the script lists them.
    Each,
}

impl Call {
    const fn ec2(command: &'static str) -> Self {
        Self { service: "ec2", command, scope: Scope::Region }
    }

    const fn of_service(service: &'static str, command: &'static str) -> Self {
        Self { service, command, scope: Scope::Region }
    }

    const fn ecs(command: &'static str) -> Self {
        Self { service: "ecs", command, scope: Scope::Region }
    }

    const fn efs(command: &'static str) -> Self {
        Self { service: "efs", command, scope: Scope::Region }
    }

    const fn iam(command: &'static str) -> Self {
        Self { service: "iam", command, scope: Scope::Region }
    }

    const fn of_vpc(self, option: &'static str, filter: &'static str) -> Self {
        self.of(Scope::Vpc { option, filter })
    }

    const fn of(self, scope: Scope) -> Self {
        Self { scope, ..self }
    }

    /// Whether the service is global: a condition on the Region of requests would deny its calls outside of one Region.
    #[must_use]
    pub fn is_global(&self) -> bool {
        matches!(self.service, "iam" | "organizations" | "route53")
    }

    /// Whether it describes what a start uses: task definitions may name secrets, images and buckets of other Regions.
    #[must_use]
    pub fn may_be_elsewhere(&self) -> bool {
        matches!(self.service, "secretsmanager" | "ssm" | "kms" | "ecr" | "logs" | "s3api")
    }

    /// The IAM permission of the call: `ec2:DescribeSubnets` of `ec2 describe-subnets`. Its prefix is the command's first word,
    /// except for EFS and for S3.
    #[must_use]
    pub fn permission(&self) -> String {
        let words = self.command.split('-');
        let action: String = words.map(|word| word[..1].to_ascii_uppercase() + &word[1..]).collect();
        let prefix = match self.service {
            "efs" => "elasticfilesystem",
            "s3api" => "s3",
            service => service,
        };
        format!("{prefix}:{action}")
    }
}

/// Every call that the script of `flowcause collect` makes, in the order of the table.
pub fn calls() -> impl Iterator<Item = &'static Call> {
    DOCUMENTS.iter().flat_map(|document| match document.collect {
        Collect::Calls(calls) => calls,
        Collect::Elsewhere(_) => &[],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item_keys(document: &Document) -> impl Iterator<Item = &'static [&'static str]> {
        document.known_by.iter().filter_map(|known_by| match known_by {
            Item(keys) => Some(*keys),
            _ => None,
        })
    }

    #[test]
    fn no_row_takes_the_items_of_a_later_row() {
        for (place, document) in DOCUMENTS.iter().enumerate() {
            for later in &DOCUMENTS[place + 1..] {
                for keys in item_keys(document) {
                    let takes = |other: &[&str]| keys.iter().all(|key| other.contains(key));
                    assert!(
                        !item_keys(later).any(takes),
                        "{:?} must come after {:?}",
                        document.kind,
                        later.kind
                    );
                }
            }
        }
    }

    #[test]
    fn a_page_key_belongs_to_one_row() {
        let keys =
            DOCUMENTS.iter().flat_map(|document| document.known_by).filter_map(|known_by| match known_by {
                Page(key) | Single(key) | Event(key) => Some(*key),
                Item(_) | SingleWith(..) => None,
            });
        let mut keys: Vec<&str> = keys.collect();
        let count = keys.len();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), count);
    }

    #[test]
    fn a_permission_follows_from_the_call() {
        assert_eq!(Call::ec2("describe-vpc-attribute").permission(), "ec2:DescribeVpcAttribute");
        let of_efs = Call::efs("describe-mount-targets").permission();
        assert_eq!(of_efs, "elasticfilesystem:DescribeMountTargets");
        let of_bucket = Call::of_service("s3api", "get-bucket-policy").permission();
        assert_eq!(of_bucket, "s3:GetBucketPolicy");
    }

    #[test]
    fn no_call_returns_the_value_of_a_secret_or_of_a_parameter() {
        let values = [
            "secretsmanager:GetSecretValue",
            "secretsmanager:BatchGetSecretValue",
            "ssm:GetParameter",
            "ssm:GetParameters",
            "ssm:GetParametersByPath",
            "ssm:GetParameterHistory",
            "kms:Decrypt",
        ];
        assert!(calls().all(|call| !values.contains(&call.permission().as_str())));
    }
}
