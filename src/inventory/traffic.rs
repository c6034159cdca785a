//! Protocol and ports of a rule of a security group or a network ACL.

use crate::inventory::item::{DocumentItem, shorten};
use crate::model::protocol::Protocol;
use crate::model::traffic_rule::{PortRange, TrafficSelector};

/// Reads the protocol under `key` and its ports under `from` and `to` of `ports`, which only TCP and UDP need.
///
/// Returns none and adds a note if it is not valid. ICMP has types instead of ports, so it matches all ports.
pub(super) fn read(
    item: DocumentItem<'_>,
    key: &str,
    ports: Option<DocumentItem<'_>>,
    from: &str,
    to: &str,
) -> Option<TrafficSelector> {
    let text = item.identifier(key)?;
    let Some(all_ports) = every_port_of(&text) else {
        item.note(format!("`{key}`: expected a protocol, found `{}`", shorten(&text)));
        return None;
    };
    match all_ports.protocol {
        Some(Protocol::TCP | Protocol::UDP) => {
            if ports.is_none() {
                item.note(format!("expected `{from}` and `{to}`, found none"));
            }
            Some(TrafficSelector { ports: port_range(ports?, from, to)?, ..all_ports })
        }
        _ => Some(all_ports),
    }
}

/// All traffic of a protocol, given by name or number; `-1` means all protocols.
fn every_port_of(protocol: &str) -> Option<TrafficSelector> {
    let protocol = match protocol.trim().to_ascii_lowercase().as_str() {
        "-1" | "all" => None,
        "icmp" => Some(Protocol::ICMP),
        "tcp" => Some(Protocol::TCP),
        "udp" => Some(Protocol::UDP),
        "icmpv6" => Some(Protocol::ICMPV6),
        number => Some(Protocol(number.parse().ok()?)),
    };
    Some(TrafficSelector { protocol, ports: PortRange::ALL })
}

/// The ports from first to last; -1 means the lowest or the highest port. AWS prints both for TCP and UDP, so a rule without
/// them has lost them.
fn port_range(ports: DocumentItem<'_>, from: &str, to: &str) -> Option<PortRange> {
    let end = |key, otherwise| {
        let number = ports.known(key, DocumentItem::number)?;
        Some(if number == -1 { otherwise } else { number })
    };
    let (first, last) = (end(from, 0)?, end(to, i64::from(u16::MAX))?);
    let range = u16::try_from(first).ok().zip(u16::try_from(last).ok()).filter(|(first, last)| first <= last);
    if range.is_none() {
        ports.note(format!("`{from}`, `{to}`: expected ports, found `{first}` and `{last}`"));
    }
    range.map(|(first, last)| PortRange { first, last })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::inventory::item::Notes;

    fn check(value: &Value, want: Option<&str>, notes: &[&str]) {
        let noted = Notes::default();
        let item = DocumentItem::new(value.as_object().unwrap(), &noted);
        let found = read(item, "IpProtocol", Some(item), "FromPort", "ToPort");
        assert_eq!(found.map(|found| found.to_string()).as_deref(), want, "{value}");
        assert_eq!(noted.into_inner(), notes, "{value}");
    }

    #[test]
    fn protocols_have_names_and_numbers() {
        let check = |protocol: Value, want| {
            check(&json!({ "IpProtocol": protocol, "FromPort": 0, "ToPort": 65535 }), Some(want), &[]);
        };
        check(json!("tcp"), "TCP");
        check(json!("TCP"), "TCP");
        check(json!("6"), "TCP");
        check(json!(17), "UDP");
        check(json!("icmp"), "ICMP");
        check(json!("icmpv6"), "ICMPv6");
        check(json!("58"), "ICMPv6");
        check(json!("47"), "protocol 47");
        check(json!("-1"), "all traffic");
        check(json!(-1), "all traffic");
    }

    #[test]
    fn minus_one_is_every_port() {
        let check = |from: Value, to: Value, want| {
            check(&json!({"IpProtocol": "tcp", "FromPort": from, "ToPort": to}), Some(want), &[]);
        };
        check(json!(443), json!(443), "TCP 443");
        check(json!("1024"), json!(65535), "TCP 1024-65535");
        check(json!(-1), json!(-1), "TCP");
        check(json!(0), json!(65535), "TCP");
    }

    #[test]
    fn types_of_icmp_are_no_ports() {
        check(&json!({"IpProtocol": "icmp", "FromPort": 8, "ToPort": 0}), Some("ICMP"), &[]);
        check(&json!({"IpProtocol": "-1", "FromPort": 443, "ToPort": 443}), Some("all traffic"), &[]);
    }

    #[test]
    fn what_cannot_be_is_noted() {
        check(&json!({}), None, &["expected `IpProtocol`, found none"]);
        check(&json!({"IpProtocol": "tls"}), None, &["`IpProtocol`: expected a protocol, found `tls`"]);
        check(&json!({"IpProtocol": "256"}), None, &["`IpProtocol`: expected a protocol, found `256`"]);
        check(&json!({"IpProtocol": []}), None, &["`IpProtocol`: expected a text, found `[…]`"]);
        check(
            &json!({"IpProtocol": "tcp", "FromPort": "https", "ToPort": 443}),
            None,
            &["`FromPort`: expected a number, found `https`"],
        );
        let missing = "expected `FromPort`, found none";
        check(&json!({"IpProtocol": "tcp", "FromPort": null, "ToPort": null}), None, &[missing]);
        check(&json!({"IpProtocol": "17"}), None, &[missing]);
        let ports = |from, to, note: &str| {
            check(&json!({"IpProtocol": "6", "FromPort": from, "ToPort": to}), None, &[note]);
        };
        ports(443, 80, "`FromPort`, `ToPort`: expected ports, found `443` and `80`");
        ports(0, 70_000, "`FromPort`, `ToPort`: expected ports, found `0` and `70000`");
        ports(-7, 80, "`FromPort`, `ToPort`: expected ports, found `-7` and `80`");
    }
}
