//! The documents of a scenario: a named inventory of `tests/scenarios/README.md`, and how a scenario differs from it.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::support::page::{self, Block};

/// Where each kind of document keeps the id of a thing.
const IDENTITIES: &[(&str, &str)] = &[
    ("DhcpOptions", "DhcpOptionsId"),
    ("FlowLogs", "FlowLogId"),
    ("InternetGateways", "InternetGatewayId"),
    ("NatGateways", "NatGatewayId"),
    ("NetworkAcls", "NetworkAclId"),
    ("NetworkInterfaces", "NetworkInterfaceId"),
    ("PrefixLists", "PrefixListId"),
    ("Reservations", "ReservationId"),
    ("RouteTables", "RouteTableId"),
    ("SecurityGroups", "GroupId"),
    ("Subnets", "SubnetId"),
    ("TransitGatewayVpcAttachments", "TransitGatewayAttachmentId"),
    ("VpcEndpoints", "VpcEndpointId"),
    ("VpcPeeringConnections", "VpcPeeringConnectionId"),
    ("Vpcs", "VpcId"),
    ("containerInstances", "containerInstanceArn"),
    ("services", "serviceArn"),
    ("tasks", "taskArn"),
];

/// Every named inventory.
#[derive(Debug, Default)]
pub(crate) struct Inventories(BTreeMap<String, Inventory>);

/// Documents, taken apart into the things they describe.
#[derive(Clone, Debug, Default)]
struct Inventory {
    /// Things by kind, in the order of their first description.
    things: BTreeMap<String, Vec<Map<String, Value>>>,
    /// Documents that are not a list of things with an id: added as they are.
    others: Vec<Value>,
}

impl Inventories {
    /// Reads the page that defines them: the block under each heading is the inventory of that name.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let mut inventories = Self::default();
        for section in page::sections(text) {
            if let Some(block) =
                page::blocks(section.text).into_iter().find(|block| block.language == "inventory")
            {
                let inventory = inventories.resolve(&block)?;
                inventories.0.insert(section.heading.to_owned(), inventory);
            }
        }
        Ok(inventories)
    }

    /// The documents of a block, one a line.
    pub(crate) fn documents(&self, block: &Block) -> Result<String, String> {
        Ok(self.resolve(block)?.to_text())
    }

    /// `inventory`, `inventory NAME`, `inventory NAME only KIND, …` or `inventory NAME without KIND-or-id, …`.
    fn resolve(&self, block: &Block) -> Result<Inventory, String> {
        let (name, selection) = block.info.split_once(' ').unwrap_or((block.info, ""));
        let mut inventory = match name {
            "" => Inventory::default(),
            name => self.0.get(name).cloned().ok_or_else(|| format!("no inventory is named `{name}`"))?,
        };
        inventory.select(selection)?;
        inventory.merge(block.content)?;
        Ok(inventory)
    }
}

impl Inventory {
    fn select(&mut self, selection: &str) -> Result<(), String> {
        match selection.split_once(' ') {
            None if selection.is_empty() => Ok(()),
            Some(("only", kinds)) => self.keep(&kinds.split(", ").collect::<Vec<_>>()),
            Some(("without", names)) => names.split(", ").try_for_each(|name| self.remove(name)),
            _ => Err(format!("`{selection}` is neither `only …` nor `without …`")),
        }
    }

    fn keep(&mut self, kinds: &[&str]) -> Result<(), String> {
        if let Some(kind) = kinds.iter().find(|kind| !self.things.contains_key(**kind)) {
            return Err(format!("`only {kind}`: the inventory has no such documents"));
        }
        self.things.retain(|kind, _| kinds.contains(&kind.as_str()));
        Ok(())
    }

    /// Removes a kind of documents, or the one thing with this id.
    fn remove(&mut self, name: &str) -> Result<(), String> {
        if self.things.remove(name).is_some() {
            return Ok(());
        }
        for (kind, things) in &mut self.things {
            let identity = identity(kind).unwrap_or_default();
            if let Some(index) =
                things.iter().position(|thing| thing.get(identity).is_some_and(|id| id == name))
            {
                things.remove(index);
                return Ok(());
            }
        }
        Err(format!("`without {name}`: the inventory has no such documents and no such id"))
    }

    fn merge(&mut self, documents: &str) -> Result<(), String> {
        for document in serde_json::Deserializer::from_str(documents).into_iter::<Value>() {
            let document = document.map_err(|error| error.to_string())?;
            match things(&document) {
                Some((kind, things)) => {
                    let known = self.things.entry(kind.to_owned()).or_default();
                    things.iter().try_for_each(|thing| patch(known, kind, thing))?;
                }
                None => self.others.push(document),
            }
        }
        Ok(())
    }

    fn to_text(&self) -> String {
        let lists = self.things.iter().map(|(kind, things)| serde_json::json!({ kind: things }));
        let documents: Vec<Value> = lists.chain(self.others.iter().cloned()).collect();
        documents.iter().fold(String::new(), |text, document| text + &document.to_string() + "\n")
    }
}

/// Adds a thing, or replaces those fields of the thing with its id that are given; `null` removes a field.
fn patch(known: &mut Vec<Map<String, Value>>, kind: &str, thing: &Map<String, Value>) -> Result<(), String> {
    let identity = identity(kind).unwrap_or_default();
    let id = thing.get(identity).ok_or_else(|| format!("{kind}: a thing has no `{identity}`"))?;
    let Some(current) = known.iter_mut().find(|one| one.get(identity) == Some(id)) else {
        known.push(thing.clone());
        return Ok(());
    };
    for (field, value) in thing.iter().filter(|(field, _)| *field != identity) {
        if current.get(field).unwrap_or(&Value::Null) == value {
            return Err(format!("{id}: `{field}` is the same in the inventory: leave it out"));
        }
        match value {
            Value::Null => current.remove(field),
            value => current.insert(field.clone(), value.clone()),
        };
    }
    Ok(())
}

fn identity(kind: &str) -> Option<&'static str> {
    IDENTITIES.iter().find(|(name, _)| *name == kind).map(|(_, identity)| *identity)
}

/// The kind and the things of a document that is one list of things with an id.
fn things(document: &Value) -> Option<(&str, Vec<&Map<String, Value>>)> {
    let mut fields = document.as_object()?.iter();
    let (kind, list) = fields.next().filter(|(kind, _)| identity(kind).is_some())?;
    let things = list.as_array()?.iter().map(Value::as_object).collect::<Option<Vec<_>>>()?;
    fields.next().is_none().then_some((kind, things))
}

#[test]
fn a_scenario_states_how_its_inventory_differs() {
    let page = "# Inventories\n\n## base\n\n```inventory\n{\"Vpcs\": [{\"VpcId\": \"v\", \"A\": 1, \"B\": 2}]}\n\
                {\"Subnets\": [{\"SubnetId\": \"s\"}, {\"SubnetId\": \"t\"}]}\n```\n";
    let inventories = Inventories::read(page).expect("a page");
    let check = |info: &str, content: &str, expect: Result<&str, &str>| {
        let block = Block { language: "inventory", info, content, start: 0 };
        let documents = inventories.documents(&block);
        match expect {
            Ok(expect) => {
                assert_eq!(documents.as_deref().map(str::trim_end), Ok(expect), "{info}: {content}");
            }
            Err(part) => assert!(documents.unwrap_err().contains(part), "{info}: {content}"),
        }
    };
    let subnets = r#"{"Subnets":[{"SubnetId":"s"},{"SubnetId":"t"}]}"#;
    check("base without Vpcs", "", Ok(subnets));
    check("base only Subnets", "", Ok(subnets));
    check("base without Vpcs, s", "", Ok(r#"{"Subnets":[{"SubnetId":"t"}]}"#));
    let patch = r#"{"Vpcs": [{"VpcId": "v", "A": null, "B": 3}, {"VpcId": "w"}]}"#;
    check("base only Vpcs", patch, Ok(r#"{"Vpcs":[{"B":3,"VpcId":"v"},{"VpcId":"w"}]}"#));
    check("base only Vpcs", r#"{"Vpcs": [{"VpcId": "v", "A": 1}]}"#, Err("leave it out"));
    check("base only Vpcs", r#"{"Vpcs": [{"A": 1}]}"#, Err("has no `VpcId`"));
    check("", r#"{"answers": []}"#, Ok(r#"{"answers":[]}"#));
    check("other", "", Err("no inventory is named `other`"));
    check("base without x", "", Err("no such id"));
    check("base only x", "", Err("no such documents"));
    check("base but x", "", Err("neither"));
}
