//! Converts rows of OCSF to the fields of a flow log.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use arrow::array::{Array, ArrayRef, AsArray, Int32Array, Int64Array, RecordBatch, StringArray};

use super::columns::Nested;
use super::merged_column::{MergedColumn, dictionary};
use super::unmapped::unmapped;
use crate::ingest::parquet::batch::RowBatch;
use crate::ingest::parquet::columns::{NumberColumn, TextColumn};
use crate::model::field::Field;

/// The class of OCSF's Network Activity.
const NETWORK_ACTIVITY: u64 = 4001;
/// `metadata.product.name` of flow logs.
const PRODUCT: &[u8] = b"Amazon VPC";
/// `boundary_id` is traffic-path plus this number.
const BOUNDARY: u64 = 3;

static ACTIONS: LazyLock<ArrayRef> = LazyLock::new(|| Arc::new(StringArray::from(vec!["ACCEPT", "REJECT"])));
static DIRECTIONS: LazyLock<ArrayRef> =
    LazyLock::new(|| Arc::new(StringArray::from(vec!["ingress", "egress"])));

/// Columns that contain the field unchanged.
const SAME: [(Field, &str); 8] = [
    (Field::SrcPort, "src_endpoint.port"),
    (Field::DstPort, "dst_endpoint.port"),
    (Field::Protocol, "connection_info.protocol_num"),
    (Field::TcpFlags, "connection_info.tcp_flags"),
    (Field::Packets, "traffic.packets"),
    (Field::Bytes, "traffic.bytes"),
    (Field::LogStatus, "status_code"),
    (Field::PktDstAwsService, "dst_endpoint.svc_name"),
];

/// Columns that exist for both sides and have a value at the interface's side.
const SIDED: [(Field, [&str; 2]); 3] = [
    (Field::InterfaceId, ["src_endpoint.interface_uid", "dst_endpoint.interface_uid"]),
    (Field::VpcId, ["src_endpoint.vpc_uid", "dst_endpoint.vpc_uid"]),
    (Field::SubnetId, ["src_endpoint.subnet_uid", "dst_endpoint.subnet_uid"]),
];

/// `srcaddr` and `dstaddr`, the same fields of the packet, and the columns that contain both.
const ADDRESSES: [(Field, Field, &str, &str); 2] = [
    (Field::SrcAddr, Field::PktSrcAddr, "src_endpoint.ip", "src_endpoint.intermediate_ips"),
    (Field::DstAddr, Field::PktDstAddr, "dst_endpoint.ip", "dst_endpoint.intermediate_ips"),
];

/// Converts decoded batches to batches of flow-log fields.
#[derive(Default)]
pub(in crate::ingest::parquet) struct Flattener {
    sided: [MergedColumn; SIDED.len()],
    addresses: [MergedColumn; ADDRESSES.len()],
}

impl Flattener {
    /// Converts the rows of a batch. `first` is the number of its first row.
    pub(in crate::ingest::parquet) fn flatten(&mut self, decoded: &RecordBatch, first: u64) -> RowBatch {
        let nested = Nested(decoded);
        let mut fields = BTreeMap::new();
        let mut put = |field, array: Option<ArrayRef>| {
            if let Some(array) = array {
                fields.insert(field, array);
            }
        };
        for (field, path) in SAME {
            put(field, nested.at(path));
        }
        put(Field::Start, Some(nested.times(&["start_time", "start_time_dt", "time"])));
        put(Field::End, Some(nested.times(&["end_time", "end_time_dt"])));
        put(Field::Action, actions(nested));
        put(Field::TrafficPath, Some(traffic_paths(nested)));
        let sides = sides(nested);
        put(Field::FlowDirection, directions(&sides));
        for ((field, paths), joined) in SIDED.into_iter().zip(&mut self.sided) {
            put(field, sided(nested, paths, &sides, joined));
        }
        for ((own, packet, ip, intermediate), joined) in ADDRESSES.into_iter().zip(&mut self.addresses) {
            put(own, own_addresses(nested, ip, intermediate, joined));
            put(packet, nested.at(ip));
        }
        if let Some(column) = nested.at("unmapped") {
            fields.extend(unmapped(&column));
        }
        let mut batch = RowBatch::new(fields, nested.rows(), first);
        batch.non_records = non_records(nested);
        batch
    }
}

/// The side of the interface: 0 is the sender's side (egress), 1 the receiver's (ingress); none if it is not known.
fn sides(nested: Nested<'_>) -> Vec<Option<usize>> {
    let ids = nested.numbers("connection_info.direction_id");
    let words = nested.text("connection_info.direction");
    let side = |row| match (number(&ids, row), words.as_ref().and_then(|words| words.get(row))) {
        (Some(1), _) | (_, Some(b"Inbound")) => Some(1),
        (Some(2), _) | (_, Some(b"Outbound")) => Some(0),
        _ => None,
    };
    (0..nested.rows()).map(side).collect()
}

fn directions(sides: &[Option<usize>]) -> Option<ArrayRef> {
    let key = |side: &Option<usize>| side.map(|side| i32::from(side == 0));
    dictionary(sides.iter().map(key).collect(), DIRECTIONS.clone())
}

/// The value at the interface's side, or at the other side if there is none, as in records without traffic.
fn sided(
    nested: Nested<'_>,
    paths: [&str; 2],
    sides: &[Option<usize>],
    joined: &mut MergedColumn,
) -> Option<ArrayRef> {
    let columns = paths.map(|path| nested.text(path));
    let at = |side: usize, row| {
        let text = columns[side].as_ref()?;
        text.get(row).and_then(|_| Some((side, text.key(row)?)))
    };
    joined.column(columns.each_ref().map(Option::as_ref), nested.rows(), |row| {
        let side = sides[row].unwrap_or(0);
        at(side, row).or_else(|| at(1 - side, row))
    })
}

/// The address as the interface sees it: the intermediate address, or the packet's address if there is none.
fn own_addresses(
    nested: Nested<'_>,
    ip: &str,
    intermediate: &str,
    joined: &mut MergedColumn,
) -> Option<ArrayRef> {
    let packet = nested.text(ip)?;
    let lists = nested.at(intermediate);
    let Some(lists) = lists.as_ref().and_then(|lists| lists.as_list_opt::<i32>()) else {
        return nested.at(ip);
    };
    let Some(items) = TextColumn::of(lists.values()).filter(|items| items.len() > 0) else {
        return nested.at(ip);
    };
    let first = |row: usize| {
        let offsets = lists.value_offsets();
        let (from, to) = (usize::try_from(offsets[row]).ok()?, usize::try_from(offsets[row + 1]).ok()?);
        let item = (from..to).find(|&item| items.get(item).is_some()).filter(|_| lists.is_valid(row))?;
        items.key(item)
    };
    joined.column([Some(&packet), Some(&items)], nested.rows(), |row| match first(row) {
        Some(key) => Some((1, key)),
        None => Some((0, packet.key(row)?)),
    })
}

/// ACCEPT or REJECT, from the attribute that contains it in this version.
fn actions(nested: Nested<'_>) -> Option<ArrayRef> {
    let ids = ["action_id", "activity_id", "type_uid", "disposition_id"].map(|path| nested.numbers(path));
    let words = nested.text("disposition");
    let key = |row| {
        let [action, activity, kind, disposition] = ids.each_ref().map(|ids| number(ids, row));
        let word = words.as_ref().and_then(|words| words.get(row));
        let refused = activity == Some(5) || kind == Some(400_105) || disposition == Some(2);
        let passed = activity == Some(6) || kind == Some(400_106) || disposition == Some(1);
        match action {
            Some(1) => Some(0),
            Some(2) => Some(1),
            _ if refused || word == Some(b"Blocked") => Some(1),
            _ if passed || word == Some(b"Allowed") => Some(0),
            _ => None,
        }
    };
    let keys: Int32Array = (0..nested.rows()).map(key).collect();
    dictionary(keys, ACTIONS.clone())
}

fn traffic_paths(nested: Nested<'_>) -> ArrayRef {
    let boundaries = nested.numbers("connection_info.boundary_id");
    let path = |row| match number(&boundaries, row) {
        Some(boundary @ 4..=11) => i64::try_from(boundary - BOUNDARY).ok(),
        _ => None,
    };
    Arc::new((0..nested.rows()).map(path).collect::<Int64Array>())
}

/// The rows that are not records of a VPC flow log, with a description of each.
fn non_records(nested: Nested<'_>) -> BTreeMap<usize, String> {
    let classes = nested.at("class_uid").map(|array| NumberColumn::new(Field::Version, Some(&array)));
    let products = nested.text("metadata.product.name");
    let other = |row| {
        if let Some(classes) = &classes
            && number(classes, row) != Some(NETWORK_ACTIVITY)
        {
            let found = number(classes, row).map_or_else(|| "none".to_owned(), |class| class.to_string());
            return Some(format!("class_uid: expected {NETWORK_ACTIVITY}, found `{found}`"));
        }
        let product = products.as_ref().and_then(|products| products.get(row))?;
        let message = || {
            format!(
                "metadata.product.name: expected `Amazon VPC`, found `{}`",
                String::from_utf8_lossy(product)
            )
        };
        (product != PRODUCT).then(message)
    };
    (0..nested.rows()).filter_map(|row| Some((row, other(row)?))).collect()
}

/// A number; none if it is missing or invalid.
fn number(numbers: &NumberColumn, row: usize) -> Option<u64> {
    numbers.get(row).ok().flatten()
}
