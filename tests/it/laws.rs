//! Laws for any records: storage, split and order do not change the aggregate, and neither the aggregate nor pairing loses or
//! invents traffic.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use flowcause::converse::{Conversation, Half, pair};
use flowcause::ingest::files::LogFile;
use flowcause::ingest::options::ReadOptions;
use flowcause::ingest::record::DESCRIPTIVE;
use flowcause::model::field::Field;
use flowcause::model::ids::InterfaceId;
use flowcause::model::time::{Timestamp, Window};
use flowcause::progress::NoProgress;
use flowcause::reduce::{AggregatedFlow, Flow, Limits, RecordFilter, RecordSet, Reduced, reduce_files};
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::Config;

use crate::support::rng::Rng;
use crate::support::scenarios;
use crate::support::table::{Codec, Missing, Names, Numbers, Table, Texts, Variant};
use crate::support::write::gzip;

/// The records of every sample incident.
pub(crate) static TABLES: LazyLock<Vec<Table>> = LazyLock::new(|| {
    scenarios::all().iter().map(|incident| Table::of(incident, &incident.records())).collect()
});

const PORTS: [u16; 2] = [53, 443];

fn reduce(contents: Vec<Vec<u8>>) -> Reduced {
    reduce_with(contents, &ReadOptions::default())
}

/// The aggregate of files with these contents, none of them damaged.
pub(crate) fn reduce_with(contents: Vec<Vec<u8>>, options: &ReadOptions) -> Reduced {
    reduce_within(contents, options, Limits::NONE)
}

fn reduce_within(contents: Vec<Vec<u8>>, options: &ReadOptions, limits: Limits) -> Reduced {
    let files: Vec<LogFile> = contents
        .into_iter()
        .enumerate()
        .map(|(n, bytes)| LogFile::of_bytes(&format!("{n}"), bytes))
        .collect();
    let pool = rayon_pool();
    let aggregate =
        reduce_files(&files, options, &RecordFilter::unfiltered(&PORTS), limits, &pool, &NoProgress)
            .expect("room");
    assert!(aggregate.defects.is_empty(), "{:?}", aggregate.defects);
    aggregate.select(&pool, &RecordSet::All).expect("room")
}

/// The retained records of some cases: once read for these cases alone, and once selected from unfiltered records.
fn for_cases(contents: &[Vec<u8>], of: &RecordSet) -> [Reduced; 2] {
    let pool = rayon_pool();
    let files: Vec<LogFile> = contents
        .iter()
        .enumerate()
        .map(|(n, bytes)| LogFile::of_bytes(&format!("{n}"), bytes.clone()))
        .collect();
    let keep = |scope: &RecordFilter| {
        let options = ReadOptions::default();
        reduce_files(&files, &options, scope, Limits::NONE, &pool, &NoProgress).expect("room")
    };
    let alone = keep(&RecordFilter::new(&PORTS, Window::ALWAYS, of.clone()));
    let unfiltered = keep(&RecordFilter::unfiltered(&PORTS));
    [alone.select(&pool, &RecordSet::All).expect("room"), unfiltered.select(&pool, of).expect("room")]
}

/// Some interfaces and addresses of the table, each with a random window.
fn cases(table: &Table, seed: u64) -> RecordSet {
    let mut rng = Rng::new(seed);
    let at = |field| table.fields.iter().position(|&have| have == field).expect("a column");
    let values = |field| table.rows.iter().filter_map(move |row| row[at(field)].clone());
    let starts: Vec<i64> = values(Field::Start).filter_map(|text| text.parse().ok()).collect();
    let (first, last) = (starts.iter().min().expect("rows"), starts.iter().max().expect("rows"));
    let mut window = || {
        let from = first + rng.pause(0, last - first);
        Window { from: Timestamp(from), to: Timestamp(from + 1 + rng.pause(0, 300)) }
    };
    let some = |field: Field, nth: usize| values(field).collect::<BTreeSet<_>>().into_iter().step_by(nth);
    let interfaces: BTreeMap<_, _> =
        some(Field::InterfaceId, 2).map(|id| (InterfaceId::new(id), window())).collect();
    let addresses =
        some(Field::SrcAddr, 3).filter_map(|text| text.parse().ok()).map(|at| (at, window())).collect();
    let watched = some(Field::InterfaceId, 3).map(InterfaceId::new).collect();
    RecordSet::Cases { interfaces, addresses, watched }
}

fn rayon_pool() -> rayon::ThreadPool {
    rayon::ThreadPoolBuilder::new().num_threads(2).build().expect("threads")
}

/// All values of the flows as text, without the locations of their sample records.
fn described_flows(reduced: &Reduced) -> Vec<String> {
    let address = |id| reduced.address(id);
    let flow = |flow: &Flow| {
        let (key, sums) = (&flow.key, &flow.sums);
        let described = DESCRIPTIVE.map(|field| reduced.described(sums.description, field).unwrap_or("-"));
        format!(
            "{} {}:{} {}:{} {} {:?} {:?} {:?} {:?} {} | {} {} {} {:?} {} {} | {}",
            reduced.name(key.interface),
            address(key.src),
            key.src_port,
            address(key.dst),
            key.dst_port,
            key.protocol,
            key.action,
            key.direction,
            key.pkt_src.map(address),
            key.pkt_dst.map(address),
            key.bucket,
            sums.records,
            sums.packets,
            sums.bytes,
            sums.tcp_flags,
            sums.first_start,
            sums.last_end,
            described.join(" "),
        )
    };
    reduced.flows.iter().map(flow).collect()
}

/// All values of the aggregate as text.
pub(crate) fn described(reduced: &Reduced) -> Vec<String> {
    let coverage = reduced.coverage.iter().map(|row| {
        let name = reduced.name(row.interface);
        let counts = (
            row.ok,
            row.nodata,
            row.skipdata,
            row.first_start,
            row.last_end,
            (row.minutes, row.skipped_minutes),
        );
        format!("{name} {} {counts:?}", row.bucket)
    });
    let totals = format!("{:?}", reduced.totals);
    described_flows(reduced).into_iter().chain(coverage).chain([totals]).collect()
}

/// The conversations as text, sorted.
fn conversations(reduced: &Reduced) -> Vec<String> {
    let half = |half: &Half| {
        [half.accepted, half.rejected].map(|sums| {
            sums.map(|sums| (sums.records, sums.packets, sums.bytes, sums.tcp_flags, sums.first, sums.last))
        })
    };
    let described = |c: &Conversation| {
        let ends =
            (reduced.address(c.initiator), c.initiator_port, reduced.address(c.responder), c.responder_port);
        let far = c.far.map(|far| reduced.address(far));
        let name = reduced.name(c.interface);
        format!("{name} {ends:?} {far:?} {:?} {:?} {:?}", c.protocol, half(&c.request), half(&c.reply))
    };
    let mut all: Vec<String> = pair(reduced, &PORTS).expect("a table").iter().map(described).collect();
    all.sort();
    all
}

/// A table of the samples, by number.
fn table(number: usize) -> &'static Table {
    &TABLES[number % TABLES.len()]
}

fn shuffled(table: &Table, seed: u64) -> Table {
    let mut table = table.clone();
    Rng::new(seed).shuffle(&mut table.rows);
    table
}

fn variants() -> impl Strategy<Value = Variant> {
    let numbers = prop::sample::select(vec![Numbers::AsAws, Numbers::Int64, Numbers::Text, Numbers::Double]);
    let texts = prop::sample::select(vec![
        Texts::Utf8,
        Texts::LargeUtf8,
        Texts::Utf8View,
        Texts::Binary,
        Texts::Dictionary,
    ]);
    let names = prop::sample::select(vec![Names::Underscored, Names::Hyphenated, Names::Upper]);
    let codec = prop::sample::select(vec![Codec::None, Codec::Snappy, Codec::Gzip, Codec::Zstd]);
    let missing = prop::sample::select(vec![Missing::Null, Missing::Hyphen, Missing::Empty, Missing::None]);
    (numbers, texts, names, codec, missing, 20_usize..400, any::<bool>(), any::<bool>()).prop_map(
        |(numbers, texts, names, codec, missing, group, dictionary, arrow_schema)| Variant {
            numbers,
            texts,
            names,
            codec,
            missing,
            group,
            dictionary,
            arrow_schema,
        },
    )
}

fn config(cases: u32) -> Config {
    Config { cases, failure_persistence: None, ..Config::default() }
}

#[test]
fn every_storage_of_numbers_and_text_gives_the_same_records() {
    let aws = Variant::AWS;
    for table in TABLES.iter() {
        let text = described(&reduce(vec![table.text().into()]));
        let check = |variant: Variant| {
            assert_eq!(described(&reduce(vec![table.parquet(&variant)])), text, "{variant:?}");
        };
        check(aws);
        for numbers in [Numbers::Int64, Numbers::Text, Numbers::Double] {
            check(Variant { numbers, ..aws });
        }
        for texts in [Texts::LargeUtf8, Texts::Utf8View, Texts::Binary, Texts::Dictionary] {
            check(Variant { texts, ..aws });
        }
    }
}

proptest! {
    #![proptest_config(config(32))]

    #[test]
    fn text_and_any_parquet_agree(number in 0_usize..100, seed: u64, variant in variants()) {
        let table = shuffled(table(number), seed);
        let text = reduce(vec![table.text().into()]);
        prop_assert_eq!(described(&reduce(vec![table.parquet(&variant)])), described(&text));
    }

    #[test]
    fn order_and_files_do_not_matter(number in 0_usize..100, seed: u64, cut: Index) {
        let table = table(number);
        let whole = described(&reduce(vec![table.text().into()]));
        let other = shuffled(table, seed);
        prop_assert_eq!(&described(&reduce(vec![other.text().into()])), &whole);

        let mut columns: Vec<usize> = (0..table.fields.len()).collect();
        Rng::new(seed).shuffle(&mut columns);
        let at = cut.index(other.rows.len() + 1);
        let part = |rows: &[Vec<Option<String>>]| Table { rows: rows.to_vec(), ..other.clone() };
        let (first, second) = (part(&other.rows[..at]), part(&other.rows[at..]).reordered(&columns));
        let empty = |table: &Table| table.rows.is_empty();
        if !empty(&first) && !empty(&second) {
            let files = vec![first.text().into(), second.text().into()];
            prop_assert_eq!(&described(&reduce(files)), &whole);
            // The second header sets the columns again, and a gzip member may begin anywhere.
            let members = [gzip(first.text().as_bytes()), gzip(second.text().as_bytes())].concat();
            prop_assert_eq!(&described(&reduce(vec![members])), &whole);
        }
    }

    #[test]
    fn no_record_is_lost_or_invented(number in 0_usize..100, seed: u64) {
        let table = shuffled(table(number), seed);
        let reduced = reduce(vec![table.text().into()]);
        prop_assert_eq!(reduced.totals.records, table.rows.len() as u64);
        let kept = wanted(&table);
        let flows = reduced.flows.iter().map(|flow| [flow.sums.records, flow.sums.packets, flow.sums.bytes]);
        prop_assert_eq!(sum(flows), kept);
        let paired = pair(&reduced, &PORTS).expect("a table");
        let halves = paired.iter().flat_map(|c| [c.request, c.reply]);
        let sums = halves.flat_map(|half| [half.accepted, half.rejected]).flatten();
        prop_assert_eq!(sum(sums.map(|sums| [sums.records, sums.packets, sums.bytes])), kept);
    }

    /// Readers skip records that the cases do not need: in text by their bytes, in Parquet by columns.
    #[test]
    fn skipping_records_changes_nothing(number in 0_usize..100, seed: u64, variant in variants()) {
        let table = shuffled(table(number), seed);
        let cases = cases(&table, seed);
        for contents in [vec![table.text().into()], vec![table.parquet(&variant)]] {
            let [alone, selected] = for_cases(&contents, &cases);
            prop_assert_eq!(described_flows(&alone), described_flows(&selected));
            prop_assert_eq!(alone.totals.records, selected.totals.records);
            prop_assert_eq!(alone.totals.span, selected.totals.span);
        }
    }

    /// Two flow logs of one interface, or a file that is given twice.
    #[test]
    fn duplicate_records_count_once(number in 0_usize..100, seed: u64, variant in variants()) {
        let table = table(number);
        let once = reduce(vec![table.text().into()]);
        let twice = reduce(vec![shuffled(table, seed).text().into(), table.parquet(&variant)]);
        prop_assert_eq!(described_flows(&twice), described_flows(&once));
        prop_assert_eq!(twice.totals.retained, once.totals.retained);
        prop_assert_eq!(twice.totals.duplicates, once.totals.retained + 2 * once.totals.duplicates);
    }

    /// Copies are folded while they are read, and when memory is at its limit.
    #[test]
    fn many_copies_of_some_records_count_once(number in 0_usize..100, some in 1_usize..20, is_limited: bool) {
        let table = table(number);
        let part = Table { rows: table.rows.iter().take(some).cloned().collect(), ..table.clone() };
        let limits = Limits { memory: if is_limited { 0 } else { usize::MAX }, ..Limits::NONE };
        let within = |text: String| reduce_within(vec![text.into()], &ReadOptions::default(), limits);
        let (once, copied) = (within(table.text()), within(part.text()));
        let many = within(table.text() + &part.text().repeat(300));
        prop_assert_eq!(described_flows(&many), described_flows(&once));
        prop_assert_eq!(many.totals.retained, once.totals.retained);
        let n_copied = copied.totals.retained + copied.totals.duplicates;
        prop_assert_eq!(many.totals.duplicates, once.totals.duplicates + 300 * n_copied);
    }

    #[test]
    fn spilled_records_give_the_same_result(number in 0_usize..100, seed: u64) {
        let table = shuffled(table(number), seed);
        let contents = || vec![table.text().into()];
        let none = Limits { memory: 0, ..Limits::NONE };
        prop_assert_eq!(described(&reduce_within(contents(), &ReadOptions::default(), none)), described(&reduce(contents())));
    }

    #[test]
    fn pairing_ignores_the_order(number in 0_usize..100, seed: u64) {
        let table = table(number);
        let one = reduce(vec![table.text().into()]);
        let other = reduce(vec![shuffled(table, seed).text().into()]);
        prop_assert_eq!(conversations(&one), conversations(&other));
    }
}

/// A thread holds the results of a batch until the batch is done. A thread that waits inside a batch for the work of
/// others, for example for a sort, must not start a second batch. Otherwise memory would grow with the number of
/// partitions instead of the number of threads.
#[test]
fn a_thread_holds_one_batch() {
    let contents = |table: &Table| LogFile::of_bytes("log", table.text().into());
    let files: Vec<LogFile> = TABLES.iter().map(contents).collect();
    let (pool, other) = (rayon_pool(), rayon_pool());
    let (options, scope) = (ReadOptions::default(), RecordFilter::unfiltered(&PORTS));
    let aggregate = reduce_files(&files, &options, &scope, Limits::NONE, &pool, &NoProgress).expect("room");
    let (held, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let batch = |flows: &[AggregatedFlow]| {
        most.fetch_max(held.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        let addresses = other.install(|| flows.iter().map(|flow| flow.record.src).max());
        held.fetch_sub(1, Ordering::SeqCst);
        addresses
    };
    aggregate.for_each_batch(&pool, batch).expect("room");
    assert!((1..=2).contains(&most.into_inner()));
}

/// Records, packets and bytes of the records on the service ports, computed directly from the table.
fn wanted(table: &Table) -> [u64; 3] {
    let at = |field| table.fields.iter().position(|&have| have == field).expect("a column");
    let number = |row: &[Option<String>], field| {
        row[at(field)].as_ref().map_or(0, |text| text.parse::<u64>().expect("a number"))
    };
    let on_port = |row: &&Vec<Option<String>>| {
        let ports = [number(row, Field::SrcPort), number(row, Field::DstPort)];
        PORTS.iter().any(|&port| ports.contains(&u64::from(port)))
    };
    let rows = table.rows.iter().filter(on_port);
    sum(rows.map(|row| [1, number(row, Field::Packets), number(row, Field::Bytes)]))
}

fn sum(values: impl Iterator<Item = [u64; 3]>) -> [u64; 3] {
    values.fold([0; 3], |[a, b, c], [x, y, z]| [a + x, b + y, c + z])
}
