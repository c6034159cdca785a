//! The corpus: seeded flow logs, the same rows as text version 2, text version 5 and Parquet version 5.
//!
//! Model: 3000 interfaces (fewer in a small corpus, at the same density), a quarter of them idle, 2 % of them tasks
//! that cannot start; 20 to 140 peers each, popularity log-uniform; three quarters of the rows touch 443 or 53,
//! 0.2 % are REJECT, 0.4 % NODATA or SKIPDATA, 22 % of those that touch 443 or 53 are IPv6; windows of 60 s, files of 5
//! minutes; connections as in [`traffic`]. Rows are made on one thread and encoded on several; the number of threads does
//! not change the files.

mod fleet;
mod parquet;
mod random;
mod row;
mod text;
mod traffic;

use std::fs;
use std::io;
use std::path::Path;
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use flowcause::model::field::{DEFAULT_FORMAT, FIELDS, FieldSpec};

use fleet::Fleet;
use row::{ACCOUNT, REGION, Row};
use traffic::{Traffic, WINDOW_SECONDS};

/// The sub-folder of gzip text in the default format.
pub(crate) const TEXT_V2: &str = "text_v2";
/// The sub-folder of gzip text with the 29 fields up to version 5.
pub(crate) const TEXT_V5: &str = "text_v5";
/// The sub-folder of Parquet with the 29 fields up to version 5.
pub(crate) const PARQUET_V5: &str = "parquet_v5";

/// 2026-01-01T00:00:00Z.
const EPOCH: u32 = 1_767_225_600;
const WINDOWS_A_FILE: u32 = 5;
/// Windows that are generated before the first file, so that the file begins with long-lived connections too.
const WARM_UP: u32 = 10;
const ROWS_A_FILE: u64 = 1_000_000;
/// The number of interfaces of a scoped job.
const CASES: usize = 50;

/// The size and the seed of a corpus.
#[derive(Clone, Copy)]
pub(crate) struct Plan {
    pub(crate) records: u64,
    pub(crate) seed: u64,
    pub(crate) threads: usize,
}

/// The sums that a reduction of the corpus to ports 443 and 53 must reproduce.
#[derive(Default)]
pub(crate) struct Made {
    pub(crate) files: u64,
    pub(crate) rows: u64,
    pub(crate) matching: u64,
    pub(crate) packets: u64,
    pub(crate) bytes: u64,
    /// The interfaces of a scoped job: tasks that cannot start, and the same number of healthy clients.
    pub(crate) interfaces: Vec<String>,
    /// The first second of the first file, and the first after the last.
    pub(crate) span: (u32, u32),
}

struct Batch {
    file: u64,
    rows: Vec<Row>,
}

/// Writes the corpus into `folder`, with one sub-folder for each format.
pub(crate) fn write(plan: Plan, folder: &Path) -> io::Result<Made> {
    for format in [TEXT_V2, TEXT_V5, PARQUET_V5] {
        fs::create_dir_all(folder.join(format))?;
    }
    let files = plan.records.div_ceil(ROWS_A_FILE).max(4);
    let fleet = Fleet::new(plan.seed, fleet_size(plan.records / files));
    let (sender, receiver) = sync_channel(0);
    let receiver = Arc::new(Mutex::new(receiver));
    thread::scope(|scope| {
        let fleet = &fleet;
        let spawn =
            |receiver: Arc<Mutex<Receiver<Batch>>>| scope.spawn(move || encode_all(&receiver, fleet, folder));
        let encoders: Vec<_> = (0..plan.threads.max(1)).map(|_| spawn(receiver.clone())).collect();
        drop(receiver); // so that sending fails instead of waiting when every encoder has stopped
        let made = make_all(plan, files, fleet, |batch| sender.send(batch).is_ok());
        drop(sender);
        for encoder in encoders {
            encoder.join().expect("encoders do not panic")?;
        }
        Ok(made)
    })
}

/// One interface for 333 rows of a file.
fn fleet_size(rows_a_file: u64) -> u32 {
    u32::try_from(rows_a_file / 333).unwrap_or(u32::MAX).clamp(24, 3000)
}

/// Generates the rows file by file and sends them, until there is no receiver.
fn make_all(plan: Plan, files: u64, fleet: &Fleet, mut hand_on: impl FnMut(Batch) -> bool) -> Made {
    let mut traffic = Traffic::new(fleet, plan.seed);
    let length = u32::try_from(files).unwrap_or(u32::MAX).saturating_mul(WINDOWS_A_FILE * WINDOW_SECONDS);
    let span = (EPOCH, EPOCH.saturating_add(length));
    let mut made = Made { files, interfaces: fleet.cases(CASES), span, ..Made::default() };
    let window_rows = share(plan.records, files, 0) / u64::from(WINDOWS_A_FILE);
    let mut start = EPOCH - WARM_UP * WINDOW_SECONDS;
    for _ in 0..WARM_UP {
        traffic.window(start, in_memory(window_rows), &mut Vec::new());
        start += WINDOW_SECONDS;
    }
    for file in 0..files {
        let of_file = share(plan.records, files, file);
        let mut rows = Vec::with_capacity(in_memory(of_file));
        for window in 0..u64::from(WINDOWS_A_FILE) {
            traffic.window(start, in_memory(share(of_file, WINDOWS_A_FILE.into(), window)), &mut rows);
            start += WINDOW_SECONDS;
        }
        made.count(&rows);
        if !hand_on(Batch { file, rows }) {
            break;
        }
    }
    made
}

impl Made {
    fn count(&mut self, rows: &[Row]) {
        self.rows += rows.len() as u64;
        for row in rows.iter().filter(|row| row.matches()) {
            self.matching += 1;
            self.packets += u64::from(row.packets);
            self.bytes += u64::from(row.bytes);
        }
    }
}

/// The share of a total that belongs to one of `parts` places.
fn share(total: u64, parts: u64, place: u64) -> u64 {
    total * (place + 1) / parts - total * place / parts
}

fn in_memory(rows: u64) -> usize {
    usize::try_from(rows).expect("one file's rows fit in memory")
}

fn encode_all(batches: &Mutex<Receiver<Batch>>, fleet: &Fleet, folder: &Path) -> io::Result<()> {
    loop {
        let next = batches.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(batch) = next else { return Ok(()) };
        encode(&batch, fleet, folder)?;
    }
}

fn encode(batch: &Batch, fleet: &Fleet, folder: &Path) -> io::Result<()> {
    let v2: Vec<FieldSpec> = DEFAULT_FORMAT.iter().map(|field| *field.spec()).collect();
    let v5: Vec<FieldSpec> = FIELDS.iter().filter(|spec| spec.version <= 5).copied().collect();
    let name = file_name(batch.file);
    text::write(&folder.join(TEXT_V2).join(format!("{name}.log.gz")), &v2, &batch.rows, fleet)?;
    text::write(&folder.join(TEXT_V5).join(format!("{name}.log.gz")), &v5, &batch.rows, fleet)?;
    parquet::write(&folder.join(PARQUET_V5).join(format!("{name}.log.parquet")), &v5, &batch.rows, fleet)
        .map_err(io::Error::other)
}

/// The name of a file as in S3: account, log, time, hash.
fn file_name(file: u64) -> String {
    let minutes = file * u64::from(WINDOWS_A_FILE);
    let (day, hour, minute) = (1 + minutes / 1440, minutes / 60 % 24, minutes % 60);
    let hash = random::mix(file + 1) >> 32;
    format!(
        "{ACCOUNT}_vpcflowlogs_{REGION}_fl-0123456789abcdef0_202601{day:02}T{hour:02}{minute:02}Z_{hash:08x}"
    )
}
