//! The permissions of the starts of one service: worlds in which everything is allowed, with one change each.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::check::{LaunchTargetSelection, check};
use crate::inventory::parse;
use crate::model::ids::SubnetId;
use crate::report::check::{CheckedRequest, CheckedResource, PermissionAnswer, StartPermissions};

const NETWORK: &str = include_str!("../../../tests/fixtures/check/metadata.json");
const ROLE: &str = "arn:aws:iam::111122223333:role/orders-execution";
const TASK_ROLE: &str = "arn:aws:iam::111122223333:role/orders-task";
const SECRET: &str = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbCdEf";
const PARAMETER: &str = "arn:aws:ssm:eu-west-1:111122223333:parameter/orders/flags";
const KEY: &str = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const GET_SECRET: &str = "secretsmanager:GetSecretValue";

/// The documents of the service `orders`, by file name.
#[derive(Clone)]
struct World {
    network: String,
    documents: Vec<(String, Value)>,
}

impl World {
    /// Everything that the start needs is allowed, and everything about it is saved.
    fn new() -> Self {
        let roles = json!({"executionRoleArn": ROLE, "taskRoleArn": TASK_ROLE}).to_string();
        let roles = roles.trim_matches(['{', '}']);
        let network = NETWORK
            .replace("\"networkMode\": \"awsvpc\",", &format!("\"networkMode\": \"awsvpc\", {roles},"))
            .replace("\"deploymentController\"", "\"x\"");
        let mut world = Self { network, documents: Vec::new() };
        world.put("roles", roles_document(&execution_statements(), &json!([])));
        world.put(
            "secret",
            json!({"ARN": SECRET, "Name": "db", "CreatedDate": "2026-01-01T00:00:00Z",
            "VersionIdsToStages": {"11111111-2222-3333-4444-555555555555": ["AWSCURRENT"]}}),
        );
        world.put("secret-policy", json!({"ARN": SECRET, "Name": "db"}));
        world.put(
            "parameters",
            json!({"Parameters": [
            {"Name": "/orders/flags", "ARN": PARAMETER, "Type": "String", "Version": 1}]}),
        );
        world
    }

    fn put(&mut self, name: &str, document: Value) {
        self.documents.retain(|(known, _)| known != name);
        self.documents.push((name.to_owned(), document));
    }

    fn with(mut self, name: &str, document: Value) -> Self {
        self.put(name, document);
        self
    }

    fn without(mut self, name: &str) -> Self {
        self.documents.retain(|(known, _)| known != name);
        self
    }

    /// Replaces a text of the network's documents and of the task definition.
    fn replaced(mut self, from: &str, to: &str) -> Self {
        assert!(self.network.contains(from), "{from}");
        self.network = self.network.replace(from, to);
        self
    }

    /// Gives an endpoint a policy with these statements.
    fn endpoint_policy(self, endpoint: &str, statements: &Value) -> Self {
        let policy = Value::String(policy(statements).to_string()).to_string();
        let id = format!("\"VpcEndpointId\": \"{endpoint}\",");
        let with_policy = format!("{id} \"PolicyDocument\": {policy},");
        self.replaced(&id, &with_policy)
    }

    /// Replaces the statements of the execution role.
    fn execution(self, statements: &Value) -> Self {
        self.with("roles", roles_document(statements, &json!([])))
    }

    /// Encrypts the secret with a key that has these statements, or none if they are not saved.
    fn key(self, statements: Option<&Value>) -> Self {
        let id = KEY.rsplit('/').next().unwrap();
        let secret = json!({"ARN": SECRET, "Name": "db", "KmsKeyId": KEY,
            "VersionIdsToStages": {"11111111-2222-3333-4444-555555555555": ["AWSCURRENT"]}});
        let key = json!({"KeyMetadata": {"KeyId": id, "Arn": KEY, "KeyState": "Enabled", "KeyManager": "CUSTOMER"}});
        let world = self.with("secret", secret).with("key", key).with("grants", json!({"Grants": []}));
        let world = world.with(
            "manifest",
            manifest(&[
                ("grants", "kms list-grants", KEY),
                (&format!("key-policy-{id}"), "kms get-key-policy", KEY),
            ]),
        );
        match statements {
            Some(statements) => {
                let text = policy(statements).to_string();
                world.with(&format!("key-policy-{id}"), json!({"PolicyName": "default", "Policy": text}))
            }
            None => world,
        }
    }

    fn checked(&self, selection: &LaunchTargetSelection) -> StartPermissions {
        let files: Vec<(String, String)> = self
            .documents
            .iter()
            .map(|(name, document)| (format!("{name}.json"), document.to_string()))
            .collect();
        let files = files.iter().map(|(name, text)| (name.as_str(), text.as_bytes()));
        let (inventory, defects, _) = parse(files.chain([("network.json", self.network.as_bytes())]));
        assert!(defects.is_empty(), "{defects:?}");
        check(&inventory, selection).remove(0).permissions
    }

    fn permissions(&self) -> StartPermissions {
        self.checked(&LaunchTargetSelection::default())
    }

    /// The answers that are not "allowed", and the faults of resources, one line each.
    fn answers(&self) -> Vec<String> {
        let found = self.permissions();
        let requests = found.requests.iter().filter(|one| one.answer != PermissionAnswer::Allowed).map(line);
        requests.chain(found.faults().map(fault)).collect()
    }
}

/// `secretsmanager:GetSecretValue denied identity implicit`, with the assumptions, or with what would decide.
fn line(request: &CheckedRequest) -> String {
    let mut text = format!("{} {}", request.action, request.answer.name());
    for denial in &request.denials {
        let denied = &denial.denied;
        let effect = denied.effect.unwrap().name();
        write!(text, " {} {effect}", denied.policy_type.unwrap()).unwrap();
        for assumption in &denial.assumptions {
            write!(text, "; if {assumption}").unwrap();
        }
    }
    for missing in &request.missing {
        write!(text, "; {}", missing.what).unwrap();
    }
    text
}

fn fault(resource: &CheckedResource) -> String {
    format!("{} {}", resource.kind, resource.state)
}

fn policy(statements: &Value) -> Value {
    json!({"Version": "2012-10-17", "Statement": statements})
}

fn allow(action: &Value, resource: &str) -> Value {
    json!({"Effect": "Allow", "Action": action, "Resource": resource})
}

fn anyone(effect: &str, action: &str, resource: &str) -> Value {
    json!({"Sid": "S", "Effect": effect, "Principal": "*", "Action": action, "Resource": resource})
}

/// The statements that the execution role of `orders` needs.
fn execution_statements() -> Value {
    let any = [
        "ecr:GetAuthorizationToken",
        "ecr:BatchGetImage",
        "ecr:GetDownloadUrlForLayer",
        "logs:CreateLogStream",
    ];
    json!([
        allow(&json!(any), "*"),
        allow(&json!(GET_SECRET), SECRET),
        allow(&json!("ssm:GetParameters"), PARAMETER)
    ])
}

/// `get-account-authorization-details` of both roles.
fn roles_document(execution: &Value, task: &Value) -> Value {
    let trust = json!([{"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}]);
    let role = |arn: &str, statements: &Value| {
        json!({"RoleName": arn.rsplit('/').next(), "Arn": arn, "RoleId": "AROAORDERS", "CreateDate": "2026-01-01T00:00:00Z",
            "AssumeRolePolicyDocument": policy(&trust), "AttachedManagedPolicies": [], "Tags": [],
            "RolePolicyList": [{"PolicyName": "start", "PolicyDocument": policy(statements)}]})
    };
    json!({"RoleDetailList": [role(ROLE, execution), role(TASK_ROLE, task)], "Policies": [], "UserDetailList": [],
        "GroupDetailList": [], "IsTruncated": false})
}

/// A manifest with calls for subjects: file without ending, call, ARN.
fn manifest(calls: &[(&str, &str, &str)]) -> Value {
    let entry = |(file, call, subject): &(&str, &str, &str)| {
        json!({"file": format!("{file}.json"), "call": call, "subject": Some(*subject).filter(|one| !one.is_empty()), "account": "111122223333",
            "region": "eu-west-1", "filters": [], "all_pages": true, "saved_at": "2026-11-23T03:12:00Z",
            "exit_code": 0, "error": null})
    };
    json!({"flowcause_manifest": 1, "files": calls.iter().map(entry).collect::<Vec<_>>()})
}

fn delegation() -> Value {
    json!([{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "kms:*", "Resource": "*"}])
}

fn without(action: &str) -> Value {
    let mut statements = execution_statements();
    let all = statements.as_array_mut().unwrap();
    all.retain(|one| one["Action"] != action);
    if let Some(listed) = all[0]["Action"].as_array_mut() {
        listed.retain(|one| one != action);
    }
    statements
}

#[test]
fn a_start_with_all_permissions_is_allowed_and_names_what_was_not_seen() {
    let found = World::new().permissions();
    assert_eq!(World::new().answers(), [""; 0]);
    assert_eq!(found.answer(), PermissionAnswer::Allowed, "{:?}", found.missing);
    let actions: Vec<&str> = found.requests.iter().map(|one| one.action).collect();
    let want = [
        "sts:AssumeRole",
        "sts:AssumeRole",
        GET_SECRET,
        "ssm:GetParameters",
        "ecr:GetAuthorizationToken",
        "logs:CreateLogStream",
        "ecr:BatchGetImage",
        "ecr:GetDownloadUrlForLayer",
        "s3:GetObject",
    ];
    assert_eq!(actions, want);
    let secret = &found.requests[2];
    assert_eq!(secret.allowed_by[0].document, "start");
    assert!(
        secret.not_seen.contains(&"scp") && secret.not_seen.contains(&"endpoint"),
        "{:?}",
        secret.not_seen
    );
    assert!(found.fix.text.is_empty());
}

/// The answers that are not "allowed" in a world.
#[track_caller]
fn answers(world: &World, want: &[&str]) {
    assert_eq!(world.answers(), want);
}

#[test]
fn a_permission_that_the_execution_role_lacks_is_denied() {
    let world = World::new().execution(&without(GET_SECRET));
    answers(&world, &["secretsmanager:GetSecretValue denied identity implicit"]);
    let found = world.permissions();
    assert_eq!(found.requests[2].denials[0].cause.name(), "permission-missing");
    assert!(
        found.fix.verified && found.fix.commands.iter().any(|one| one.contains("put-role-policy")),
        "{:?}",
        found.fix
    );
    // Without the policy of the secret, which may allow it, the denial rests on an assumption.
    let assumed = world.without("secret-policy");
    let policy = format!("no policy of {SECRET} allows it (not saved)");
    let call = format!("aws secretsmanager get-resource-policy --secret-id {SECRET}");
    answers(
        &assumed,
        &[&format!(
            "secretsmanager:GetSecretValue denied-under-assumption identity implicit; if {policy}; {call}"
        )],
    );
    assert_eq!(assumed.permissions().answer(), PermissionAnswer::DeniedIfAssumed);
}

#[test]
fn the_permission_on_the_task_role_is_named() {
    let task = json!([allow(&json!(GET_SECRET), SECRET)]);
    let world = World::new().with("roles", roles_document(&without(GET_SECRET), &task));
    answers(&world, &["secretsmanager:GetSecretValue denied identity implicit"]);
    let hints = &world.permissions().requests[2].denials[0].hints;
    assert!(hints[0].contains("task role"), "{hints:?}");
}

#[test]
fn an_endpoint_policy_without_the_layer_bucket_denies_the_layers() {
    let own = json!([anyone("Allow", "s3:*", "arn:aws:s3:::orders-files/*")]);
    let world = World::new().endpoint_policy("vpce-0533", &own);
    answers(&world, &["s3:GetObject denied endpoint implicit"]);
    let found = world.permissions();
    assert_eq!(found.requests[8].denials[0].cause.name(), "s3-endpoint-policy-lacks-layer-bucket");
    assert!(found.fix.verified);
    // A certain denial does not need the documents of roles.
    let bare = ["roles", "secret", "secret-policy", "parameters"].into_iter().fold(world, World::without);
    assert_eq!(bare.permissions().answer(), PermissionAnswer::Denied);
    let all = json!([anyone("Allow", "*", "*")]);
    answers(&World::new().endpoint_policy("vpce-0533", &all), &[]);
}

#[test]
fn the_policy_of_an_interface_endpoint_counts_where_the_name_leads_there() {
    let other =
        json!([anyone("Allow", GET_SECRET, "arn:aws:secretsmanager:eu-west-1:111122223333:secret:other-*")]);
    let world = World::new().endpoint_policy("vpce-0511", &other);
    answers(&world, &["secretsmanager:GetSecretValue denied endpoint implicit"]);
    // Private DNS of the endpoint of ssm is off, so its policy is not on the way.
    let closed = json!([anyone("Deny", "*", "*")]);
    answers(&World::new().endpoint_policy("vpce-0552", &closed), &[]);
    // With name servers of its own, the VPC may lead the name elsewhere.
    let own_dns = world.replaced("AmazonProvidedDNS", "10.40.9.9");
    answers(
        &own_dns,
        &[
            "secretsmanager:GetSecretValue denied-under-assumption endpoint implicit; if the VPC's own DNS servers lead the \
           name to vpce-0511",
        ],
    );
}

#[test]
fn a_key_policy_decides_about_the_key() {
    let with_key = |statements: Option<&Value>| {
        let mut execution = execution_statements();
        execution.as_array_mut().unwrap().push(allow(&json!("kms:Decrypt"), KEY));
        World::new().execution(&execution).key(statements)
    };
    answers(&with_key(Some(&delegation())), &[]);
    let other = json!([{"Effect": "Allow", "Principal": {"AWS": TASK_ROLE}, "Action": "kms:Decrypt", "Resource": "*"}]);
    answers(&with_key(Some(&other)), &["kms:Decrypt denied key implicit"]);
    answers(&with_key(None), &[&format!("kms:Decrypt unknown; aws kms get-key-policy --key-id {KEY}")]);
    let disabled = with_key(Some(&delegation())).with(
        "key",
        json!({"KeyMetadata": {"KeyId": KEY.rsplit('/').next(),
        "Arn": KEY, "KeyState": "Disabled", "KeyManager": "CUSTOMER"}}),
    );
    answers(&disabled, &["key key-state"]);
}

#[test]
fn a_secret_in_another_region_is_missing_in_its_own() {
    let other = SECRET.replace("eu-west-1", "us-east-1");
    let list = |arn: &str| json!({"SecretList": [{"ARN": arn, "Name": arn.rsplit(':').next().unwrap()}]});
    let world = World::new()
        .without("secret")
        .without("secret-policy")
        .with("list-here", list("arn:aws:secretsmanager:eu-west-1:111122223333:secret:x-AbCdEf"))
        .with("list-there", list(&other));
    let found = world.permissions();
    let faults: Vec<String> = found.faults().map(fault).collect();
    assert_eq!(faults, ["secret other-region"]);
    assert_eq!(found.answer(), PermissionAnswer::Denied);
    assert!(found.resources[0].summary.contains("us-east-1"), "{}", found.resources[0].summary);
}

#[test]
fn a_condition_on_the_organization_is_unknown() {
    let mut statements = without(GET_SECRET);
    let mut statement = allow(&json!(GET_SECRET), SECRET);
    statement["Condition"] = json!({"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}});
    statements.as_array_mut().unwrap().push(statement);
    let world = World::new().execution(&statements);
    answers(
        &world,
        &[
            "secretsmanager:GetSecretValue unknown; the value of the condition key aws:PrincipalOrgID in the request",
        ],
    );
}

#[test]
fn a_list_that_is_not_whole_denies_nothing() {
    let mut roles = roles_document(&without(GET_SECRET), &json!([]));
    roles["IsTruncated"] = json!(true);
    roles["RoleDetailList"][0].as_object_mut().unwrap().remove("AttachedManagedPolicies");
    let world = World::new().with("roles", roles);
    let call = "aws iam get-account-authorization-details --filter Role LocalManagedPolicy AWSManagedPolicy";
    answers(&world, &[&format!("secretsmanager:GetSecretValue unknown; {call}")]);
    // An explicit denial does not need the rest.
    let denied = World::new()
        .execution(&json!([{"Sid": "No", "Effect": "Deny", "Action": "ssm:*", "Resource": "*"},
        allow(&json!("*"), "*")]));
    answers(&denied, &["ssm:GetParameters denied identity explicit"]);
}

#[test]
fn without_documents_of_permissions_nothing_is_answered() {
    let bare =
        ["roles", "secret", "secret-policy", "parameters"].into_iter().fold(World::new(), World::without);
    let found = bare.permissions();
    assert_eq!(found.answer(), PermissionAnswer::NotChecked);
    assert!(found.is_nothing_saved && found.requests.is_empty());
    // Roles of other services are no documents of this one, but something was saved.
    let other = roles_document(&json!([]), &json!([])).to_string().replace("orders-", "billing-");
    let world = bare.with("roles", serde_json::from_str(&other).unwrap());
    assert_eq!(world.permissions().answer(), PermissionAnswer::Unknown);
    assert!(
        world.answers()[0].starts_with("sts:AssumeRole unknown; aws iam get-account-authorization-details")
    );
}

#[test]
fn a_subnet_of_the_command_line_names_no_task_definition() {
    let selection = LaunchTargetSelection {
        subnet_ids: vec![SubnetId::new("subnet-0a31")],
        ..LaunchTargetSelection::default()
    };
    let found = World::new().checked(&selection);
    assert_eq!(found.answer(), PermissionAnswer::NotChecked);
    assert!(!found.is_nothing_saved && found.not_checked.unwrap().contains("task definition"));
}

#[test]
fn a_start_on_an_instance_leaves_images_and_logs_to_its_role() {
    let interface = json!({"NetworkInterfaces": [{"NetworkInterfaceId": "eni-0999", "SubnetId": "subnet-0a31", "VpcId": "vpc-0a40",
        "Groups": [{"GroupId": "sg-0a7a"}], "Attachment": {"InstanceId": "i-0999", "DeviceIndex": 0}}]});
    let instance = json!({"containerInstances": [{"containerInstanceArn":
        "arn:aws:ecs:eu-west-1:111122223333:container-instance/prod/1", "ec2InstanceId": "i-0999"}]});
    let world = World::new()
        .replaced("\"serviceName\": \"orders\",", "\"serviceName\": \"orders\", \"launchType\": \"EC2\",")
        .with("interface", interface)
        .with("instance", instance)
        .execution(&json!([
            allow(&json!(GET_SECRET), SECRET),
            allow(&json!("ssm:GetParameters"), PARAMETER)
        ]));
    answers(&world, &[]);
    assert_eq!(world.permissions().notes.len(), 1);
}

#[test]
fn a_condition_on_the_time_is_decided_if_its_times_are_over() {
    let at = |operator: &str, time: &str| {
        let mut statements = without(GET_SECRET);
        let mut statement = allow(&json!(GET_SECRET), SECRET);
        statement["Condition"] = json!({operator: {"aws:CurrentTime": time}});
        statements.as_array_mut().unwrap().push(statement);
        World::new().execution(&statements)
    };
    let saved = manifest(&[("roles", "iam get-account-authorization-details", "")]);
    let unknown = "secretsmanager:GetSecretValue unknown; the value of the condition key aws:CurrentTime in the request";
    answers(&at("DateLessThan", "2026-06-01"), &[unknown]);
    let dated = |operator, time| at(operator, time).with("manifest", saved.clone());
    answers(
        &dated("DateLessThan", "2026-06-01"),
        &["secretsmanager:GetSecretValue denied identity implicit"],
    );
    answers(&dated("DateGreaterThan", "2026-06-01"), &[]);
    answers(&dated("DateLessThan", "2027"), &[unknown]);
    answers(&dated("DateGreaterThan", "2027-01-01T00:00:00Z"), &[unknown]);
}

/// The world in which requests to Secrets Manager leave through a NAT gateway, allowed from one endpoint only.
fn behind_a_nat_gateway() -> World {
    let mut statements = without(GET_SECRET);
    let mut statement = allow(&json!(GET_SECRET), SECRET);
    statement["Condition"] = json!({"StringEquals": {"aws:SourceVpce": "vpce-0511"}});
    statements.as_array_mut().unwrap().push(statement);
    let nat = json!({"NatGateways": [{"NatGatewayId": "nat-0777", "VpcId": "vpc-0a40", "SubnetId": "subnet-0e12",
        "State": "available", "NatGatewayAddresses": [{"PublicIp": "203.0.113.7", "PrivateIp": "10.40.12.7"}]}]});
    let route =
        "{\"DestinationCidrBlock\": \"0.0.0.0/0\", \"NatGatewayId\": \"nat-0777\", \"State\": \"active\"},";
    World::new()
        .replaced("com.amazonaws.eu-west-1.secretsmanager", "com.amazonaws.eu-west-1.kms")
        .replaced("\"Routes\": [", &format!("\"Routes\": [{route}"))
        .with("nat", nat)
        .execution(&statements)
}

#[test]
fn a_way_to_public_addresses_is_an_assumption_until_zones_and_rules_are_saved() {
    let calls = "aws route53 list-hosted-zones-by-vpc --vpc-id vpc-0a40 --vpc-region eu-west-1; aws route53resolver \
        list-resolver-rules; aws route53resolver list-resolver-rule-associations";
    let assumption = "no hosted zone and no other DNS server leads the name of secretsmanager elsewhere";
    let world = behind_a_nat_gateway();
    let denied = format!("{GET_SECRET} denied-under-assumption identity implicit; if {assumption}; {calls}");
    answers(&world, &[&denied]);
    let saved = world
        .with("zones", json!({"HostedZoneSummaries": []}))
        .with("rules", json!({"ResolverRules": []}))
        .with("associations", json!({"ResolverRuleAssociations": []}));
    answers(&saved, &["secretsmanager:GetSecretValue denied identity implicit"]);
    // An answer that only the assumption allows is unknown.
    let mut public = without(GET_SECRET);
    let mut statement = allow(&json!(GET_SECRET), SECRET);
    statement["Condition"] = json!({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}});
    public.as_array_mut().unwrap().push(statement);
    let unknown =
        format!("{GET_SECRET} unknown; the value of the condition key aws:SourceIp in the request; {calls}");
    answers(&behind_a_nat_gateway().execution(&public), &[&unknown]);
    answers(&saved.execution(&public), &[]);
}

#[test]
fn a_log_group_that_the_driver_creates_is_no_fault() {
    let other = json!({"logGroups": [{"logGroupName": "/ecs/other", "creationTime": 1,
        "arn": "arn:aws:logs:eu-west-1:111122223333:log-group:/ecs/other:*"}]});
    let creates = "\"awslogs-create-group\": \"true\", \"awslogs-group\"";
    answers(&World::new().with("groups", other.clone()), &["log-group missing"]);
    let world = World::new().replaced("\"awslogs-group\"", creates);
    let unsaved =
        "logs:CreateLogGroup denied-under-assumption identity implicit; if the log group does not exist yet";
    answers(&world, &[unsaved]);
    answers(&world.clone().with("groups", other), &["logs:CreateLogGroup denied identity implicit"]);
    let mut statements = execution_statements();
    statements.as_array_mut().unwrap().push(allow(&json!("logs:CreateLogGroup"), "*"));
    answers(&world.execution(&statements), &[]);
}
