//! `ip-ranges.json`: the address ranges that AWS publishes, as [`AddressRanges`].

use crate::inventory::documents::Inventory;
use crate::inventory::item::DocumentItem;
use crate::model::prefix_list::{AddressRange, AddressRanges};

/// Reads the file; the latest of several files wins.
pub(super) fn read(item: DocumentItem<'_>, inventory: &mut Inventory) -> bool {
    let ranges = ranges(item);
    if is_later(&ranges, &inventory.address_ranges) {
        item.keep(&ranges);
        inventory.address_ranges = ranges;
    }
    true
}

/// The ranges of a file, without those that cannot be read.
fn ranges(item: DocumentItem<'_>) -> AddressRanges {
    let of = |list, block: &'static str| {
        item.items(list).into_iter().filter_map(move |range| range_of(range, block))
    };
    let mut ranges: Vec<AddressRange> =
        of("prefixes", "ip_prefix").chain(of("ipv6_prefixes", "ipv6_prefix")).collect();
    ranges.sort();
    ranges.dedup();
    AddressRanges { created: item.text("createDate"), ranges }
}

fn range_of(range: DocumentItem<'_>, block: &str) -> Option<AddressRange> {
    Some(AddressRange {
        block: range.cidr(block)?,
        service: range.identifier("service")?,
        region: range.text("region").unwrap_or_default(),
    })
}

/// Whether a file is later than another one: dates start with the year.
fn is_later(one: &AddressRanges, other: &AddressRanges) -> bool {
    (&one.created, &one.ranges) > (&other.created, &other.ranges)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::parse;

    fn check(texts: &[&str], created: &str, want: &[&str], defects: u64) {
        let named = || texts.iter().map(|text| ("f", text.as_bytes()));
        let (inventory, found, _) = parse(named());
        let ranges = &inventory.address_ranges;
        let text = |range: &AddressRange| format!("{} {} {}", range.block, range.service, range.region);
        assert_eq!(ranges.created.as_deref(), Some(created), "{texts:?}");
        assert_eq!(ranges.ranges.iter().map(text).collect::<Vec<_>>(), want, "{texts:?}");
        assert_eq!(found.iter().map(|(_, count, _)| count).sum::<u64>(), defects, "{found:?}");
        assert_eq!(parse(named().rev()).0, inventory);
    }

    const OLD: &str = r#"{"syncToken": "1", "createDate": "2022-01-01-00-00-00", "prefixes": []}"#;
    const NEW: &str = r#"{"syncToken": "2", "createDate": "2026-11-20-00-00-00",
        "prefixes": [{"ip_prefix": "52.216.0.0/15", "region": "us-east-1", "service": "S3", "network_border_group": "us-east-1"},
            {"ip_prefix": "3.5.0.0/19", "region": "us-east-1", "service": "AMAZON"},
            {"ip_prefix": "3.5.0.0/19", "region": "us-east-1", "service": "AMAZON"}],
        "ipv6_prefixes": [{"ipv6_prefix": "2600:1f60::/32", "region": "GLOBAL", "service": "S3"}]}"#;

    #[test]
    fn the_later_file_wins() {
        let want = &["3.5.0.0/19 AMAZON us-east-1", "52.216.0.0/15 S3 us-east-1", "2600:1f60::/32 S3 GLOBAL"];
        check(&[NEW], "2026-11-20-00-00-00", want, 0);
        check(&[OLD, NEW, NEW], "2026-11-20-00-00-00", want, 0);
    }

    #[test]
    fn a_bad_range_loses_only_itself() {
        let text = NEW
            .replace("52.216.0.0/15", "52.216.0.0/99")
            .replace(r#""service": "S3"}"#, r#""service": null}"#);
        check(&[&text], "2026-11-20-00-00-00", &["3.5.0.0/19 AMAZON us-east-1"], 2);
        check(&[&OLD.replace("[]", "7")], "2022-01-01-00-00-00", &[], 1);
    }
}
