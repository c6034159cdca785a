//! Laws of this module: lines read in batches give the same records as lines read one by one, on every processor.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::sample::select;

use super::LineBatch;
use super::addresses::ipv4;
use super::numbers::{numbers, times};
use super::table::MAX_ROWS;
use crate::ingest::defects::FileContext;
use crate::ingest::options::ReadOptions;
use crate::ingest::prefilter::RecordBounds;
use crate::ingest::recorder::{RecordedRow, Recorder};
use crate::ingest::schema::number::parse_number;
use crate::ingest::source::lines::for_each_line;
use crate::ingest::text::TextReader;
use crate::ingest::text::lines::for_all_lines;
use crate::ingest::text::separators::{Separators, levels};
use crate::ingest::totals::Totals;
use crate::model::defect::Defects;
use crate::model::field::Field;
use crate::model::ids::InterfaceId;
use crate::model::source::SourceId;
use crate::model::time::{Timestamp, Window};

/// Formats with and without a header. One has no log-status, and one has the fields in reverse order.
const FORMATS: [&str; 4] = [
    "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status",
    "interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status tcp-flags \
     pkt-srcaddr pkt-dstaddr flow-direction vpc-id my-field",
    "srcaddr dstaddr srcport dstport protocol packets bytes start end action",
    "log-status action end start bytes packets protocol dstport srcport dstaddr srcaddr tcp-flags interface-id",
];

/// A value of a field: usually valid, otherwise invalid or in a form that is only read one by one.
fn value(name: &str) -> BoxedStrategy<String> {
    let of = |usual: &'static [&'static str], irregular: &'static [&'static str]| {
        prop_oneof![30 => select(usual), 1 => select(irregular)].prop_map(str::to_owned).boxed()
    };
    match Field::from_name(name.as_bytes()) {
        Some(Field::Version) => of(&["2"], &["5", "-"]),
        Some(Field::InterfaceId) => of(
            &["eni-0a1b2c3d4e5f60718", "eni-0a1b2c3d4e5f60719", "eni-1"],
            &["-", "eni-0a1b2c3d4e5f60718-and-more", "x"],
        ),
        Some(Field::SrcAddr | Field::DstAddr | Field::PktSrcAddr | Field::PktDstAddr) => of(
            &["10.0.0.1", "10.0.1.20", "255.255.255.255", "192.168.100.200", "fd00::1", "2001:db8:0:0:1::ff"],
            &[
                "-",
                "10.0.0",
                "10.0.0.256",
                "10.0.0.01",
                "1.2.3.4.5",
                "a.b.c.d",
                "::ffff:10.0.0.1",
                "2001:::1",
                "é",
            ],
        ),
        Some(Field::SrcPort | Field::DstPort) => {
            of(&["443", "53", "40000", "0"], &["-", "65536", "443443443", "4x3", "00000443", "-1"])
        }
        Some(Field::Protocol | Field::TcpFlags) => {
            of(&["6", "17", "2"], &["-", "256", "65536", "x", "123456789"])
        }
        Some(Field::Packets | Field::Bytes) => of(
            &["1", "60", "12345678"],
            &["-", "123456789", "18446744073709551615", "12345678901234567", "1.0"],
        ),
        Some(Field::Start | Field::End) => of(
            &["1795403523", "1795403583", "1795410000"],
            &[
                "-",
                "1795403523000",
                "4294967295",
                "4294967296",
                "12",
                "0795403523",
                "17954035x3",
                "2795403523",
            ],
        ),
        Some(Field::Action) => of(&["ACCEPT", "REJECT"], &["-", "accept", "DROP"]),
        Some(Field::LogStatus) => of(&["OK"], &["NODATA", "SKIPDATA", "-", "ok"]),
        Some(Field::FlowDirection) => of(&["ingress", "egress", "-"], &["both"]),
        _ => of(&["123456789010", "vpc-1"], &["-"]),
    }
}

fn record(format: &str) -> impl Strategy<Value = String> + use<> {
    format.split_whitespace().map(value).collect::<Vec<_>>().prop_map(|values| values.join(" "))
}

/// Lines of one format, sometimes with other lines among them.
fn lines() -> impl Strategy<Value = Vec<String>> {
    let formats = || select(&FORMATS[..]).prop_map(str::to_owned);
    (formats(), any::<bool>()).prop_flat_map(move |(format, has_header)| {
        let other = prop_oneof![
            3 => formats(),
            1 => Just("version account-id TransitGateway tgw-id resource-type".to_owned()),
            1 => Just("2 TransitGateway a b".to_owned()),
            1 => Just("# a comment".to_owned()),
            1 => Just("some prose".to_owned()),
            1 => record(&format).prop_map(|line| line + " more"),
            1 => record(&format).prop_map(|line| line + " #more"),
            1 => record(FORMATS[0]),
        ];
        let line = prop_oneof![40 => record(&format), 1 => other];
        let begin = if has_header { vec![format] } else { Vec::new() };
        prop::collection::vec(line, 0..200).prop_map(move |lines| [begin.clone(), lines].concat())
    })
}

/// The calls that a reader made for a text.
#[derive(Debug, PartialEq)]
struct Read {
    rows: std::collections::BTreeMap<u64, RecordedRow>,
    skipped: Totals,
    defects: Defects,
    outcome: String,
}

fn read(text: &str, bounds: Option<&RecordBounds>, read_together: bool) -> Read {
    let (mut sink, mut defects) = (Recorder::new(bounds), Defects::default());
    let options = ReadOptions::default();
    let mut file = FileContext::new("file", SourceId(0), &mut defects);
    let mut reader = TextReader::new(&options, &file, &sink);
    let outcome = if read_together {
        for_all_lines(text.as_bytes(), |number, lines| reader.lines(number, lines, &mut file, &mut sink))
    } else {
        for_each_line(text.as_bytes(), |number, line| reader.line(number, line, &mut file, &mut sink))
    };
    let outcome = format!("{:?}", reader.finish(&mut file, outcome, &mut sink));
    Read { rows: sink.rows, skipped: sink.skipped, defects, outcome }
}

fn bounds() -> impl Strategy<Value = Option<RecordBounds>> {
    let some = (any::<bool>(), 0_i64..8000).prop_map(|(by_address, from)| RecordBounds {
        window: Window { from: Timestamp(1_795_403_000 + from), to: Timestamp(1_795_404_000 + from) },
        interfaces: BTreeSet::from([InterfaceId::new("eni-0a1b2c3d4e5f60719")]),
        addresses: ["10.0.1.20", "fd00::1"]
            .iter()
            .filter(|_| by_address)
            .map(|it| it.parse().unwrap())
            .collect(),
    });
    prop::option::of(some)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn lines_read_in_batches_equal_lines_read_one_by_one(
        lines in lines(),
        bounds in bounds(),
        end in select(&["\n", "\r\n", " \n"][..]),
        has_last_end: bool,
    ) {
        let mut text = lines.join(end);
        if has_last_end {
            text.push_str(end);
        }
        prop_assert_eq!(read(&text, bounds.as_ref(), true), read(&text, bounds.as_ref(), false));
    }
}

/// The values as the second of three columns, one line per value.
fn column(values: &[String]) -> Vec<u8> {
    let lines = values.iter().map(|value| format!("before {value} after\n")).collect::<Vec<_>>();
    format!("{:64}{}", "", lines.concat()).into_bytes()
}

proptest! {
    #[test]
    fn a_column_contains_its_values(
        usual in prop::collection::vec("[0-9]{1,8}|1[0-9]{9}|[0-9]{1,3}(\\.[0-9]{1,3}){3}", 0..MAX_ROWS),
        irregular in prop::collection::vec("[0-9./:a-f]{1,17}|é{1,4}|-", 0..MAX_ROWS),
        seed: u64,
    ) {
        let mut values: Vec<String> = usual.into_iter().chain(irregular).collect();
        values.sort_by_key(|value| value.bytes().fold(seed, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x9e37_79b9)));
        values.truncate(MAX_ROWS);
        values.push("0".into());
        let bytes = column(&values);
        let mut separators = Separators::default();
        separators.find(&bytes, 64, bytes.len());
        let rows = LineBatch::of(&bytes, &separators).expect("blanks are single");
        let places: Vec<u8> = (0..u8::try_from(values.len() - 1).unwrap()).collect();
        let table = rows.table(0, 3);
        for level in levels() {
            let cells = table.cells(1, &places);
            let (mut whole, mut seconds, mut addresses) = ([0; MAX_ROWS], [0; MAX_ROWS], [0; MAX_ROWS]);
            let irregular = [
                numbers(level, cells, &mut whole),
                times(level, cells, &mut seconds),
                ipv4(level, cells, &mut addresses),
            ];
            for place in 0..places.len() {
                let value = &values[place];
                let [whole_odd, seconds_odd, address_odd] = irregular.map(|bits| bits >> place & 1 == 1);
                let number = parse_number(value.as_bytes());
                prop_assert_eq!(whole_odd, number.is_none() || value.len() > 8, "{} {:?}", value, level);
                prop_assert!(whole_odd || number == Some(whole[place].into()), "{} {:?}", value, level);
                prop_assert!(seconds_odd || number == Some(seconds[place].into()) && value.len() == 10);
                let address = value.parse::<std::net::Ipv4Addr>().ok().map(std::net::Ipv4Addr::to_bits);
                prop_assert_eq!((!address_odd).then_some(addresses[place]), address, "{} {:?}", value, level);
            }
        }
    }
}
