//! A Route 53 Resolver query log: reads one record as a [`ResolverQuery`].

use std::net::IpAddr;

use crate::inventory::documents::Inventory;
use crate::inventory::item::DocumentItem;
use crate::model::ids::VpcId;
use crate::model::resolution::ResolverQuery;

/// Reads one record; returns whether it has a time and a name.
pub(super) fn read(item: DocumentItem<'_>, inventory: &mut Inventory) -> bool {
    let query = query(item);
    let is_read = query.is_some();
    if let Some(query) = &query {
        item.keep(query);
    }
    inventory.resolver_queries.extend(query);
    is_read
}

fn query(item: DocumentItem<'_>) -> Option<ResolverQuery> {
    let name = item.identifier("query_name")?;
    let at = item.time("query_timestamp")?;
    Some(ResolverQuery {
        at,
        vpc_id: item.text("vpc_id").map(VpcId::new),
        source: item.address("srcaddr"),
        name: name.strip_suffix('.').unwrap_or(&name).to_owned(),
        kind: item.text("query_type").unwrap_or_default(),
        response_code: item.text("rcode").unwrap_or_default(),
        addresses: answers(item),
        file: item.file().to_string(),
        line: item.line(),
    })
}

/// The answers that are addresses; the others are names.
fn answers(item: DocumentItem<'_>) -> Vec<IpAddr> {
    let mut addresses: Vec<IpAddr> = item
        .items("answers")
        .into_iter()
        .filter_map(|answer| answer.text("Rdata")?.trim().parse().ok())
        .collect();
    addresses.sort();
    addresses
}

/// Sorts queries by time and removes duplicates: equal records in several places.
pub(super) fn merge(queries: &mut Vec<ResolverQuery>) {
    queries.sort();
    queries.dedup_by(|one, other| {
        let place = (other.file.clone(), other.line);
        let same_place = ResolverQuery { file: place.0, line: place.1, ..one.clone() };
        same_place == *other
    });
}

#[cfg(test)]
mod tests {
    use crate::inventory::parse;

    const RECORD: &str = r#"{"version":"1.1","account_id":"123456789012","region":"eu-west-1","vpc_id":"vpc-1","query_timestamp":"2026-11-23T03:12:00Z","query_name":"api.ecr.eu-west-1.amazonaws.com.","query_type":"A","query_class":"IN","rcode":"NOERROR","answers":[{"Rdata":"x.amazonaws.com.","Type":"CNAME","Class":"IN"},{"Rdata":"10.40.12.36","Type":"A","Class":"IN"}],"srcaddr":"10.40.1.31","srcport":"49999","transport":"UDP","srcids":{"instance":"i-1"}}"#;

    fn check(text: &str, want: &[&str], defects: u64) {
        let (inventory, found, _) = parse([("q", text.as_bytes())]);
        let queries: Vec<String> = inventory
            .resolver_queries
            .iter()
            .map(|query| {
                format!(
                    "{} {} {} {} {:?} {}",
                    query.at, query.name, query.kind, query.response_code, query.addresses, query.line
                )
            })
            .collect();
        assert_eq!(queries, want, "{text}");
        assert_eq!(found.iter().map(|(_, count, _)| count).sum::<u64>(), defects, "{found:?}");
    }

    #[test]
    fn records_are_read_from_lines_lists_and_messages() {
        let one = |line| {
            format!("2026-11-23T03:12:00Z api.ecr.eu-west-1.amazonaws.com A NOERROR [10.40.12.36] {line}")
        };
        let failed = RECORD.replace("NOERROR", "NXDOMAIN").replace("03:12:00", "03:13:00");
        let failed = failed.replace(r#""answers":["#, r#""answers":null,"x":["#);
        let other = "2026-11-23T03:13:00Z api.ecr.eu-west-1.amazonaws.com A NXDOMAIN [] 2";
        check(&format!("{RECORD}\n{failed}\n{RECORD}"), &[&one(1), other], 0);
        check(&format!("[{RECORD},{RECORD}]"), &[&one(1)], 0);
        let message = serde_json::to_string(RECORD).unwrap();
        check(&format!(r#"{{"events":[{{"timestamp":1,"message":{message}}}]}}"#), &[&one(1)], 0);
    }

    #[test]
    fn a_record_requires_time_and_name() {
        check(&RECORD.replace("2026-11-23T03:12:00Z", "soon"), &[], 1);
        check(&RECORD.replace(r#""api.ecr.eu-west-1.amazonaws.com.""#, "null"), &[], 1);
        check(
            &RECORD.replace("10.40.1.31", "task"),
            &["2026-11-23T03:12:00Z api.ecr.eu-west-1.amazonaws.com A NOERROR [10.40.12.36] 1"],
            1,
        );
    }
}
