//! `aws ec2 describe-dhcp-options`: reads one item of `DhcpOptions` as [`DhcpOptions`].

use crate::inventory::item::{DocumentItem, shorten};
use crate::inventory::merge::{Describe, complete_list};
use crate::model::ids::DhcpOptionsId;
use crate::model::resolution::{DhcpOptions, NameServer};

/// Reads one set of options; none if it has no `DhcpOptionsId`.
pub(super) fn read(item: DocumentItem<'_>) -> Option<DhcpOptions> {
    let id = DhcpOptionsId::new(item.identifier("DhcpOptionsId")?);
    let options = item.items("DhcpConfigurations").into_iter();
    let of_servers = options.filter(|option| option.text("Key").as_deref() == Some("domain-name-servers"));
    let values = of_servers.flat_map(|option| option.texts_in("Values", "Value"));
    Some(DhcpOptions { id, name_servers: values.filter_map(|text| name_server(item, &text)).collect() })
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
        complete_list(&mut self.name_servers, &other.name_servers);
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
        check(servers(json!([{"Value": "AmazonProvidedDNS"}])), "[Amazon]", 0);
        check(
            servers(json!([{"Value": "10.0.0.9"}, {"Value": "AmazonProvidedDNS"}])),
            "[Address(10.0.0.9), Amazon]",
            0,
        );
        check(servers(json!(["10.0.0.9", "2001:db8::9"])), "[Address(10.0.0.9), Address(2001:db8::9)]", 0);
        check(servers(json!([{"Value": "dns.example"}])), "[]", 1);
        check(servers(json!([7, {}])), "[]", 2);
        check(json!([{"Key": "ntp-servers", "Values": [{"Value": "10.0.0.1"}]}]), "[]", 0);
        check(json!([]), "[]", 0);
    }
}
