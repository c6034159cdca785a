//! From options to a finished report: the one module that knows every stage.
//!
//! Goes in: [`Options`], checked by the command line. Comes out: a [`Report`].
//! It prints nothing and reads neither clock nor environment: same inputs, same report.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;

use rayon::ThreadPool;

use crate::assemble::{Diagnosed, assemble};
use crate::check::{self, Asked};
use crate::converse::{pair, suspects};
use crate::diagnose::case::{CaseBuilder, Facts, Selection, Subject, select_subjects};
use crate::diagnose::verdict::diagnose;
use crate::error::Error;
use crate::ingest::files::{LogFile, find_files, is_stream, read_stream};
use crate::ingest::options::{Formats, ReadOptions};
use crate::inventory::{Inventory, LoadedFiles, Past, load};
use crate::model::defect::Defects;
use crate::model::field::Field;
use crate::model::ids::{FlowLogId, InterfaceId, TaskId};
use crate::model::interface::NetworkInterface;
use crate::model::log_format::LogFormat;
use crate::model::network::FlowLog;
use crate::model::route_table::RouteTarget;
use crate::model::time::{Timestamp, Window};
use crate::progress::Progress;
use crate::reduce::{FileTotals, Scope, ScopeOf, Totals, reduce_files};
use crate::report::check::CheckReport;
use crate::report::{Inputs, Report};

/// Where flow records come from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogInput {
    /// A file, or a folder to walk.
    Path(PathBuf),
    /// The standard input.
    Stdin,
}

/// As the user knows it: the path, or `standard input`.
impl fmt::Display for LogInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) => path.display().fmt(f),
            Self::Stdin => f.write_str("standard input"),
        }
    }
}

/// What to explain.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Flow logs, in the order given; patterns are expanded already and paths exist.
    pub logs: Vec<LogInput>,
    /// Files and folders of AWS documents; they exist.
    pub metadata: Vec<PathBuf>,
    /// Task ids or ARNs; empty means every task that failed to start.
    pub tasks: Vec<String>,
    /// Interface ids; empty means those of the tasks.
    pub interfaces: Vec<String>,
    /// Only records that touch it; none means the windows of the tasks.
    pub window: Option<Window>,
    /// Ports of the services, sorted; never empty when it comes from the command line.
    pub ports: Vec<u16>,
    /// The order of the fields of records that come without a header.
    pub log_format: Option<LogFormat>,
    /// Worker threads; none means one a core.
    pub threads: Option<usize>,
}

/// Reads the inputs and says what each task died of.
pub fn explain(options: &Options, progress: &dyn Progress) -> Result<Report, Error> {
    let prepared = prepare(options)?;
    let job = Job {
        files: prepared.files.clone(),
        selection: prepared.selection.clone(),
        may_suspect: prepared.may_suspect,
        earlier: Earlier::default(),
    };
    let (report, _) = diagnose_all(options, &prepared, job, progress)?;
    progress.finish();
    Ok(report)
}

/// What is known before a log is read.
pub(crate) struct Prepared {
    pool: ThreadPool,
    /// The documents.
    pub(crate) inventory: Inventory,
    documents: LoadedFiles,
    defects: Defects,
    /// How logs are read.
    reading: ReadOptions,
    /// Every log file.
    pub(crate) files: Vec<LogFile>,
    /// Everyone whom the documents and the options name.
    pub(crate) selection: Selection,
    /// Whether nobody is named, so that the records are searched for interfaces that look like failed tasks.
    pub(crate) may_suspect: bool,
}

/// What is read and who is diagnosed.
pub(crate) struct Job {
    pub(crate) files: Vec<LogFile>,
    pub(crate) selection: Selection,
    pub(crate) may_suspect: bool,
    pub(crate) earlier: Earlier,
}

/// What earlier runs know of logs that this one does not read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Earlier {
    /// Their counts.
    pub(crate) totals: Totals,
    /// The names of their files.
    pub(crate) names: Vec<String>,
}

/// Reads the documents and lists the logs.
pub(crate) fn prepare(options: &Options) -> Result<Prepared, Error> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(options.threads.unwrap_or(0)).build()?;
    let (inventory, mut defects, documents) = load(&options.metadata);
    options.interfaces.iter().try_for_each(|id| check_interface(id, &inventory))?;
    let files = open_logs(&options.logs, &mut defects)?;
    let selection = select_subjects(&inventory, &options.tasks, &options.interfaces);
    let is_asked = !options.tasks.is_empty() || !options.interfaces.is_empty();
    let may_suspect = selection.subjects.is_empty() && !is_asked;
    let reading = ReadOptions { formats: formats(options.log_format.clone(), &inventory) };
    Ok(Prepared { pool, inventory, documents, defects, reading, files, selection, may_suspect })
}

/// From files to a report; beside it, what each file held.
pub(crate) fn diagnose_all(
    options: &Options,
    prepared: &Prepared,
    job: Job,
    progress: &dyn Progress,
) -> Result<(Report, Vec<FileTotals>), Error> {
    let Job { files, mut selection, may_suspect, earlier } = job;
    let Prepared { pool, inventory, .. } = prepared;
    let bytes_of_logs = files.iter().map(|file| file.size).sum();
    progress.start(files.len() as u64, bytes_of_logs);
    let scope = scope(options, inventory, &selection, may_suspect);
    let mut reduced = reduce_files(&files, &prepared.reading, &scope, pool, progress);
    let mut defects = prepared.defects.clone();
    defects.merge(std::mem::take(&mut reduced.defects));
    if reduced.totals.records == 0 && earlier.totals.records == 0 {
        return Err(no_usable_input(options, defects));
    }
    let inputs = Inputs {
        files: files.len() as u64 + prepared.documents.files,
        records: reduced.totals.records,
        kept: reduced.totals.kept,
        bytes_read: bytes_of_logs + prepared.documents.bytes,
        defects,
    };
    reduced.totals.continue_from(&earlier.totals);
    let conversations = pool.install(|| pair(&reduced, &options.ports))?;
    let names = files.iter().map(|file| &file.name);
    let flow_logs = named_flow_logs(names.chain(&earlier.names));
    let neighbours = std::mem::take(&mut selection.neighbours);
    let facts = Facts {
        reduced: &reduced,
        conversations: &conversations,
        inventory,
        latest: inventory,
        flow_logs: &flow_logs,
        ports: &options.ports,
        neighbours: &neighbours,
    };
    complete(&mut selection, facts, may_suspect)?;

    let diagnosed = diagnose_each(facts, &selection.subjects);
    let report =
        pool.install(|| assemble(&diagnosed, &reduced, &files, inputs, options.window, selection.healthy));
    Ok((report, reduced.files))
}

/// Reads the documents and says what tasks could reach, by the configuration alone.
pub fn check(metadata: &[PathBuf], asked: &Asked) -> Result<CheckReport, Error> {
    let (inventory, defects, documents) = load(metadata);
    if let Some(id) = asked.subnet_ids.iter().find(|id| !inventory.subnets.contains_key(*id)) {
        return Err(Error::UnknownSubnet { id: id.to_string() });
    }
    let places = check::check(&inventory, asked);
    if places.is_empty() {
        let names: Vec<String> = metadata.iter().map(|path| format!("`{}`", path.display())).collect();
        return Err(Error::NoPlaces { looked_for: names.join(", "), defects });
    }
    Ok(CheckReport { files: documents.files, bytes_read: documents.bytes, defects, places })
}

fn open_logs(logs: &[LogInput], defects: &mut Defects) -> Result<Vec<LogFile>, Error> {
    let mut walked = Vec::new();
    let mut streams = Vec::new();
    for input in logs {
        match input {
            LogInput::Stdin => {
                let spooled = LogFile::of_stream("standard input", std::io::stdin().lock(), defects);
                streams.push(spooled.map_err(|source| Error::StandardInput { source })?);
            }
            LogInput::Path(path) if is_stream(path) => streams.extend(read_stream(path, defects)),
            LogInput::Path(path) => walked.push(path.clone()),
        }
    }
    let mut files = find_files(&walked, defects);
    files.extend(streams);
    Ok(files)
}

/// What is known of records without a header: what the user says, and what the flow logs' descriptions do.
pub(crate) fn formats(given: Option<LogFormat>, inventory: &Inventory) -> Formats {
    let described = |log: &FlowLog| log.log_format.as_deref().and_then(|text| LogFormat::parse(text).ok());
    let mut by_flow_log = BTreeMap::new();
    let mut by_resource: BTreeMap<String, BTreeSet<LogFormat>> = BTreeMap::new();
    for log in &inventory.flow_logs {
        if let Some(format) = described(log) {
            by_resource.entry(log.resource_id.clone()).or_default().insert(format.clone());
            by_flow_log.insert(log.id.clone(), format);
        }
    }
    // A record may name its interface or its subnet alone.
    for subnet in inventory.subnets.values() {
        let of_vpc = subnet.vpc_id.as_ref().and_then(|vpc| by_resource.get(vpc.as_str())).cloned();
        by_resource.entry(subnet.id.to_string()).or_default().extend(of_vpc.into_iter().flatten());
    }
    for id in inventory.interfaces.keys() {
        let covering = inventory.flow_logs_covering(id, None, None);
        by_resource.entry(id.to_string()).or_default().extend(covering.into_iter().filter_map(described));
    }
    let sorted = by_resource.into_iter().map(|(id, formats)| (id, formats.into_iter().collect()));
    Formats { given, by_flow_log, by_resource: sorted.collect() }
}

/// The cases' own records where every address is known beforehand, else everyone's.
fn scope(options: &Options, inventory: &Inventory, selection: &Selection, may_suspect: bool) -> Scope {
    let everyone = Scope { window: recorded(options.window), ..Scope::everyone(&options.ports) };
    let subjects = &selection.subjects;
    if may_suspect || !selection.unmatched.is_empty() || subjects.iter().any(|one| one.addresses.is_empty()) {
        return everyone;
    }
    let mut interfaces: BTreeMap<InterfaceId, Window> = BTreeMap::new();
    let mut addresses: BTreeMap<IpAddr, Window> = BTreeMap::new();
    for subject in subjects.iter().chain(&selection.neighbours) {
        let window = subject.recorded();
        let widen = |have: &mut Window| *have = have.union(window);
        if let Some(id) = &subject.interface_id {
            interfaces.entry(id.clone()).and_modify(widen).or_insert(window);
        }
        for &address in &subject.addresses {
            addresses.entry(address).and_modify(widen).or_insert(window);
        }
        for id in gateways_of(inventory, subject) {
            interfaces.entry(id).and_modify(widen).or_insert(window);
        }
    }
    let watched: BTreeSet<InterfaceId> = inventory.interfaces.keys().cloned().collect();
    Scope { of: ScopeOf::Cases { interfaces, addresses, watched }, ..everyone }
}

/// The interfaces of the NAT gateways that the subject's route table names: they send under an address of their own.
fn gateways_of(inventory: &Inventory, subject: &Subject) -> Vec<InterfaceId> {
    let subnet = subject.subnet_id.as_ref();
    let table = subnet.and_then(|subnet| inventory.route_table_of(subnet, subject.vpc_id.as_ref()));
    let Some(table) = table else { return all_gateways(inventory, subject) };
    let targets = std::iter::once(table).flat_map(|table| &table.routes).map(|route| &route.target);
    let gateways = targets.filter_map(|target| match target {
        RouteTarget::NatGateway(id) => inventory.nat_gateways.get(id),
        _ => None,
    });
    gateways.flat_map(|gateway| gateway.interface_ids.iter().cloned()).collect()
}

/// Where no document tells the route: every NAT gateway's interface in the subject's VPC.
fn all_gateways(inventory: &Inventory, subject: &Subject) -> Vec<InterfaceId> {
    let of_vpc = |interface: &&NetworkInterface| {
        interface.kind.is_nat_gateway() && interface.vpc_id.is_some() && interface.vpc_id == subject.vpc_id
    };
    inventory.interfaces.values().filter(of_vpc).map(|interface| interface.id.clone()).collect()
}

/// What became of every subject, in their order. They are looked at by time, each with the metadata as they were when it
/// stopped, as far as dated documents tell.
fn diagnose_each(facts: Facts<'_>, subjects: &[Subject]) -> Vec<Diagnosed> {
    let builder = CaseBuilder::new(facts, subjects);
    let mut past = Past::of(facts.inventory);
    let mut by_time: Vec<(Option<Timestamp>, usize)> =
        subjects.iter().enumerate().map(|(place, subject)| (last_seen(subject), place)).collect();
    by_time.sort_unstable();
    let diagnosed = by_time.into_iter().map(|(at, place)| {
        let inventory = at.map_or(facts.inventory, |at| past.at(at));
        let case = builder.build(&subjects[place], inventory);
        (place, Diagnosed::of(&case, diagnose(&case)))
    });
    diagnosed.collect::<BTreeMap<_, _>>().into_values().collect()
}

/// When a subject stopped, or was made.
fn last_seen(subject: &Subject) -> Option<Timestamp> {
    subject.stopped_at.or(subject.created_at)
}

/// The window asked for, with what a record may be late.
fn recorded(asked: Option<Window>) -> Window {
    asked.map_or(Window::ALWAYS, |window| window.widened(LATEST_RECORD, LATEST_RECORD))
}

/// Seconds between a packet and the edge of the record that holds it: an aggregation window and its lag.
const LATEST_RECORD: i64 = 660;

/// What only the records can tell: tasks that no document names, interfaces' own addresses, and suspects.
fn complete(selection: &mut Selection, facts: Facts<'_>, may_suspect: bool) -> Result<(), Error> {
    for wanted in std::mem::take(&mut selection.unmatched) {
        let found = find_task(&wanted, facts);
        selection.subjects.push(found.ok_or(Error::UnknownTask { id: wanted })?);
    }
    if may_suspect {
        for interface in suspects(facts.conversations)? {
            let id = facts.interface_id(interface);
            let kind = facts.inventory.interface(&id).map(|interface| interface.kind.clone());
            let may_be_task = kind.is_none_or(|kind| kind.is_task());
            if may_be_task && !selection.healthy_interfaces.contains(&id) {
                selection.subjects.push(Subject::of_interface(&id, facts.inventory));
            }
        }
    }
    for subject in &mut selection.subjects {
        subject.complete(facts);
    }
    Ok(())
}

/// A task that only the records' `ecs-task-id` names.
fn find_task(wanted: &str, facts: Facts<'_>) -> Option<Subject> {
    let id = wanted.rsplit('/').next().unwrap_or(wanted);
    let own = facts.conversations.iter().find(|c| facts.described(c, Field::EcsTaskId) == Some(id))?;
    let mut subject = Subject::of_interface(&facts.interface_id(own.interface), facts.inventory);
    subject.task_id = Some(TaskId::new(id));
    Some(subject)
}

/// An endpoint's or a gateway's interface sends nothing by itself: explaining its silence would blame it for nothing.
fn check_interface(id: &str, inventory: &Inventory) -> Result<(), Error> {
    let role = inventory.role(&InterfaceId::new(id));
    if matches!(role.as_str(), "task" | "other" | "unknown") {
        return Ok(());
    }
    Err(Error::NotATask { id: id.to_owned(), role })
}

/// The flow logs that wrote the files: AWS names each file after its flow log.
fn named_flow_logs<'a>(names: impl Iterator<Item = &'a String>) -> BTreeSet<FlowLogId> {
    let parts = names.flat_map(|name| name.split(['/', '\\', '_']));
    parts.filter(|part| part.starts_with("fl-")).map(FlowLogId::new).collect()
}

fn no_usable_input(options: &Options, defects: Defects) -> Error {
    let inputs: Vec<String> = options.logs.iter().map(|input| format!("`{input}`")).collect();
    Error::NoUsableInput { looked_for: inputs.join(", "), defects }
}
