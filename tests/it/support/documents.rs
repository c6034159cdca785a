//! A copy of the documents of a sample, which commands of the AWS CLI can change as they would change the account.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::commands::words;

/// The metadata of a sample, to read and to change.
pub(crate) struct Documents {
    /// Where it is.
    pub(crate) folder: TempDir,
}

impl Documents {
    /// A copy of a sample's.
    pub(crate) fn copy_of(sample: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data").join(sample).join("metadata");
        for entry in fs::read_dir(from).expect("metadata") {
            let entry = entry.expect("an entry");
            fs::copy(entry.path(), folder.path().join(entry.file_name())).expect("room for it");
        }
        Self { folder }
    }

    fn read(&self, name: &str) -> Value {
        let bytes = fs::read(self.path(name)).expect("a document");
        serde_json::from_slice(&bytes).expect("JSON")
    }

    /// The file of a call: `flowcause collect` leaves out the word `describe`.
    fn path(&self, name: &str) -> PathBuf {
        let file = |name: &str| self.folder.path().join(format!("{name}.json"));
        let (full, short) = (file(name), file(name.trim_start_matches("describe-")));
        if full.exists() { full } else { short }
    }

    /// Changes the item of a document whose `key` is `id`.
    fn change(&self, name: &str, list: &str, (key, id): (&str, &str), change: impl FnOnce(&mut Value)) {
        self.rewrite(name, |document| {
            let items = document[list].as_array_mut().expect("a list");
            change(items.iter_mut().find(|item| item[key] == id).expect("the item of a command"));
        });
    }

    /// Changes a document.
    pub(crate) fn rewrite(&self, name: &str, change: impl FnOnce(&mut Value)) {
        let mut document = self.read(name);
        change(&mut document);
        fs::write(self.path(name), document.to_string()).expect("room for it");
    }

    /// The `wanted` value of the item of a document whose `key` ends in `end`.
    fn find(&self, name: &str, list: &str, (key, end): (&str, &str), wanted: &str) -> Value {
        let document = self.read(name);
        let is_it = |item: &&Value| item[key].as_str().is_some_and(|value| value.ends_with(end));
        document[list].as_array().expect("a list").iter().find(is_it).expect("the item")[wanted].clone()
    }

    /// The id of the security group of a name.
    pub(crate) fn group(&self, name: &str) -> Value {
        self.find("describe-security-groups", "SecurityGroups", ("GroupName", name), "GroupId")
    }

    /// The id of the endpoint of a service.
    pub(crate) fn endpoint(&self, service: &str) -> Value {
        self.find("describe-vpc-endpoints", "VpcEndpoints", ("ServiceName", service), "VpcEndpointId")
    }

    /// The id of the NAT gateway.
    pub(crate) fn nat_gateway(&self) -> Value {
        self.find("describe-nat-gateways", "NatGateways", ("State", "available"), "NatGatewayId")
    }

    /// The id of the failed task's interface.
    pub(crate) fn task_interface(&self) -> Value {
        let stopped = self.find("describe-tasks", "tasks", ("lastStatus", "STOPPED"), "attachments");
        let details = stopped[0]["details"].as_array().expect("a list").clone();
        details.iter().find(|detail| detail["name"] == "networkInterfaceId").expect("an interface")["value"]
            .clone()
    }

    /// Applies the change of a command of the AWS CLI.
    pub(crate) fn apply(&self, command: &str) {
        let words = plain_words(command);
        let option = |name: &str| {
            let place = words.iter().position(|word| *word == name).expect("an option of the command");
            words[place + 1]
        };
        match words[2] {
            "authorize-security-group-ingress" => self.authorize("IpPermissions", &option),
            "authorize-security-group-egress" => self.authorize("IpPermissionsEgress", &option),
            "create-route" => {
                let route = json!({
                    "DestinationCidrBlock": option("--destination-cidr-block"),
                    "GatewayId": option("--gateway-id"),
                    "Origin": "CreateRoute",
                    "State": "active",
                });
                let table = ("RouteTableId", option("--route-table-id"));
                self.change("describe-route-tables", "RouteTables", table, |table| {
                    push(table, "Routes", route);
                });
            }
            "modify-vpc-endpoint" => {
                assert!(words.contains(&"--private-dns-enabled"), "{command}");
                let endpoint = ("VpcEndpointId", option("--vpc-endpoint-id"));
                self.change("describe-vpc-endpoints", "VpcEndpoints", endpoint, |endpoint| {
                    endpoint["PrivateDnsEnabled"] = true.into();
                });
            }
            "update-service" => {
                assert!(option("--network-configuration").ends_with("assignPublicIp=ENABLED}"), "{command}");
                let service = ("serviceName", option("--service"));
                self.change("describe-services", "services", service, |service| {
                    for place in ["/networkConfiguration", "/deployments/0/networkConfiguration"] {
                        let network = service.pointer_mut(place).expect("a network configuration");
                        network["awsvpcConfiguration"]["assignPublicIp"] = "ENABLED".into();
                    }
                });
            }
            _ => panic!("a command that is new here: {command}"),
        }
    }

    /// One permission in the CLI's shorthand: `IpProtocol=tcp,FromPort=443,ToPort=443,PrefixListIds=[{PrefixListId=pl-1}]`.
    fn authorize<'a>(&self, list: &str, option: &impl Fn(&str) -> &'a str) {
        let (traffic, peers) = option("--ip-permissions").split_once("=[{").expect("a list of peers");
        let (traffic, kind) = traffic.rsplit_once(',').expect("the list's name comes last");
        let (key, peer) = peers.strip_suffix("}]").and_then(|peers| peers.split_once('=')).expect("one peer");
        let mut permission = json!({ kind: [{ key: peer }] });
        for (name, value) in traffic.split(',').filter_map(|pair| pair.split_once('=')) {
            permission[name] = value.parse::<u16>().map_or_else(|_| value.into(), Value::from);
        }
        let group = ("GroupId", option("--group-id"));
        self.change("describe-security-groups", "SecurityGroups", group, |group| {
            push(group, list, permission);
        });
    }
}

fn push(item: &mut Value, list: &str, value: Value) {
    item[list].as_array_mut().expect("a list").push(value);
}

/// The words of a command line, without the quotes around some.
pub(crate) fn plain_words(command: &str) -> Vec<&str> {
    words(command).expect("a command line").into_iter().map(|(word, _)| word).collect()
}
