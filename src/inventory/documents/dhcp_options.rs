//! `aws ec2 describe-dhcp-options`: reads one item of `DhcpOptions` as [`DhcpOptions`].
//!
//! A missing server would change who answers queries. Therefore options with an unreadable part have unknown servers.

use crate::inventory::item::{DocumentItem, shorten};
use crate::inventory::merge::{Describe, complete_option};
use crate::model::ids::DhcpOptionsId;
use crate::model::resolution::{DhcpOptions, NameServer};

/// Reads one set of options; none if it has no `DhcpOptionsId`.
pub(super) fn read(item: DocumentItem<'_>) -> Option<DhcpOptions> {
    let id = DhcpOptionsId::new(item.identifier("DhcpOptionsId")?);
    Some(DhcpOptions { id, name_servers: item.without_note(|| name_servers(item)).flatten() })
}

/// The servers in their order, empty if the option is not set; none if a part of the options is missing.
fn name_servers(item: DocumentItem<'_>) -> Option<Vec<NameServer>> {
    let mut servers = item.has("DhcpConfigurations").then(Vec::new)?;
    for option in item.items("DhcpConfigurations") {
        if option.text("Key")? == "domain-name-servers" {
            let values = option.has("Values").then(|| option.texts_in("Values", "Value"))?;
            servers.extend(values.iter().filter_map(|text| name_server(item, text)));
        }
    }
    Some(servers)
}

fn name_server(item: DocumentItem<'_>, text: &str) -> Option<NameServer> {
    if text.eq_ignore_ascii_case("AmazonProvidedDNS") {
        return Some(NameServer::Amazon);
    }
    let address = text.trim().parse().ok().map(NameServer::Address);
    if address.is_none() {
        item.note(format!("`domain-name-servers`: expected an address, found `{}`", shorten(text)));
    }
    address
}

impl Describe for DhcpOptions {
    type Id = DhcpOptionsId;

    fn id(&self) -> Self::Id {
        self.id.clone()
    }

    fn complete(&mut self, other: &Self) {
        complete_option(&mut self.name_servers, other.name_servers.as_ref());
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::inventory::item::Notes;

    #[test]
    fn servers_keep_their_order() {
        let check = |configurations: Value, want: &str, noted| {
            let value = json!({"DhcpOptionsId": "dopt-1", "DhcpConfigurations": configurations});
            let notes = Notes::default();
            let options = read(DocumentItem::new(value.as_object().unwrap(), &notes)).unwrap();
            assert_eq!(format!("{:?}", options.name_servers), want, "{value}");
            assert_eq!(notes.into_inner().len(), noted, "{value}");
        };
        let servers = |values: Value| json!([{"Key": "domain-name", "Values": [{"Value": "x"}]}, {"Key": "domain-name-servers", "Values": values}]);
        check(servers(json!([{"Value": "AmazonProvidedDNS"}])), "Some([Amazon])", 0);
        check(
            servers(json!([{"Value": "10.0.0.9"}, {"Value": "AmazonProvidedDNS"}])),
            "Some([Address(10.0.0.9), Amazon])",
            0,
        );
        check(
            servers(json!(["10.0.0.9", "2001:db8::9"])),
            "Some([Address(10.0.0.9), Address(2001:db8::9)])",
            0,
        );
        check(json!([{"Key": "ntp-servers", "Values": [{"Value": "10.0.0.1"}]}]), "Some([])", 0);
        check(json!([]), "Some([])", 0);
        // A part that is missing or unreadable could name a server.
        check(servers(json!([{"Value": "dns.example"}])), "None", 1);
        check(servers(json!([7, {}])), "None", 2);
        check(servers(json!("10.0.0.9")), "None", 1);
        check(json!([{"Key": "domain-name-servers"}]), "None", 0);
        check(json!([{"Values": [{"Value": "10.0.0.9"}]}]), "None", 0);
        check(json!([{"Key": []}]), "None", 1);
        check(Value::Null, "None", 0);
    }
}
