//! From options to a finished report: the only module that uses every stage.
//!
//! Input: [`Options`], checked by the command line. Output: a [`Report`]. It prints nothing and reads neither clock
//! nor environment: the same inputs give the same report.

mod context;
mod filter;
mod named;
mod options;
mod ports;
mod select;
mod subjects;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use bytesize::ByteSize;
use rayon::ThreadPool;

use self::context::RunContext;
use self::filter::record_filter;
pub use self::options::{LogInput, Options};
use self::ports::start_ports;
use self::subjects::{ResolvedSubjects, resolve_subjects};
use crate::assemble::{Diagnosed, assemble};
use crate::changes::ChangeHistory;
use crate::check::{self, LaunchTargetSelection};
use crate::converse::pair;
use crate::diagnose::case::{Case, CaseBuilder, Facts, Selection, Subject, select_subjects};
use crate::diagnose::finding::Finding;
use crate::diagnose::verdict::diagnose;
use crate::diagnose::{configuration_only, reason_only, refusal};
use crate::error::Error;
use crate::finding::RunbookReview;
use crate::ingest::files::{LogFile, find_files, is_stream, read_stream};
use crate::ingest::options::{Formats, ReadOptions};
use crate::inspect;
use crate::inventory::{Inventory, LoadedFiles, Past, load};
use crate::model::defect::Defects;
use crate::model::ids::FlowLogId;
use crate::model::log_format::LogFormat;
use crate::model::network::FlowLog;
use crate::model::service::Service;
use crate::model::time::Timestamp;
use crate::progress::Progress;
use crate::reduce::{FileTotals, Limits, Totals, reduce_files};
use crate::report::check::CheckReport;
use crate::report::inspect::InspectReport;
use crate::report::{Inputs, Report};
use crate::runbook;

/// Reads the inputs and determines why each task failed.
pub fn explain(options: &Options, progress: &dyn Progress) -> Result<Report, Error> {
    let prepared = prepare(options)?;
    let job = Job {
        files: prepared.files.clone(),
        selection: prepared.selection.clone(),
        may_suspect: prepared.may_suspect,
        earlier: None,
    };
    let (report, _) = diagnose_all(options, &prepared, job, progress)?;
    progress.finish();
    Ok(report)
}

/// Everything that is known before a log is read.
pub(crate) struct Prepared {
    pool: ThreadPool,
    /// The documents.
    pub(crate) inventory: Inventory,
    documents: LoadedFiles,
    defects: Defects,
    /// Limits of everything but the documents.
    limits: Limits,
    /// How logs are read.
    reading: ReadOptions,
    /// Every log file.
    pub(crate) files: Vec<LogFile>,
    /// The ports whose records are retained.
    ports: Vec<u16>,
    /// All tasks and interfaces that the documents and the options name.
    pub(crate) selection: Selection,
    /// Whether no task or interface is named. Then the records are searched for interfaces that look like failed
    /// tasks.
    pub(crate) may_suspect: bool,
}

/// The files to read and the tasks to diagnose.
pub(crate) struct Job {
    pub(crate) files: Vec<LogFile>,
    pub(crate) selection: Selection,
    pub(crate) may_suspect: bool,
    /// The data of earlier runs; none for a run without a state.
    pub(crate) earlier: Option<EarlierRuns>,
}

/// Data of earlier runs about logs that this run does not read.
#[derive(Clone, Debug, Default)]
pub(crate) struct EarlierRuns {
    /// The counts of their records.
    pub(crate) totals: Totals,
    /// The names of their files.
    pub(crate) names: Vec<String>,
}

/// Reads the documents and lists the logs.
pub(crate) fn prepare(options: &Options) -> Result<Prepared, Error> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(options.threads.unwrap_or(0)).build()?;
    let (inventory, mut defects, documents) = load_documents(&options.metadata, options.limits)?;
    options.interfaces.iter().try_for_each(|id| named::check_role(id, &inventory))?;
    let files = open_logs(&options.logs, &mut defects)?;
    let selection = select_subjects(&inventory, &options.tasks, &options.interfaces);
    let is_restricted = !options.tasks.is_empty() || !options.interfaces.is_empty();
    let may_suspect = selection.subjects.is_empty() && !is_restricted;
    let reading = ReadOptions { formats: formats(options.log_format.clone(), &inventory) };
    let ports = start_ports(&options.ports, &inventory);
    let limits = options.limits.beside_documents(documents.kept);
    Ok(Prepared {
        pool,
        inventory,
        documents,
        defects,
        limits,
        reading,
        files,
        ports,
        selection,
        may_suspect,
    })
}

/// Reads the files and returns the report, with the counts of each file.
pub(crate) fn diagnose_all(
    options: &Options,
    prepared: &Prepared,
    job: Job,
    progress: &dyn Progress,
) -> Result<(Report, Vec<FileTotals>), Error> {
    let Job { files, selection, may_suspect, earlier } = job;
    let Prepared { pool, inventory, .. } = prepared;
    let mut filter = record_filter(options.window, &prepared.ports, inventory, &selection, may_suspect);
    // The state of a scheduled run must contain the counts of every file, so none is skipped by its name. Names are
    // not used either if they would exclude all files, because then they are probably wrong.
    if earlier.is_none() && files.iter().any(|file| !filter.excludes_by_name(&file.name)) {
        filter = filter.trusting_file_names();
    }
    let earlier = earlier.unwrap_or_default();
    let read = files.iter().filter(|file| filter.skipped_file(&file.name).is_none());
    let (n_read, bytes_of_logs) = read.fold((0, 0), |(n, bytes), file| (n + 1, bytes + file.size));
    progress.start(n_read, bytes_of_logs);
    let mut aggregate = reduce_files(&files, &prepared.reading, &filter, prepared.limits, pool, progress)?;
    let mut defects = prepared.defects.clone();
    defects.merge(std::mem::take(&mut aggregate.defects));
    if aggregate.totals.records == 0 && earlier.totals.records == 0 {
        return Err(no_usable_input(options, defects));
    }
    // An earlier run may have read the records of the interface.
    if earlier.totals.records == 0 {
        named::check_interfaces(options, inventory, &selection, || aggregate.names())?;
    }
    let file_totals = std::mem::take(&mut aggregate.files);
    let names = files.iter().map(|file| &file.name);
    let flow_logs = named_flow_logs(names.chain(&earlier.names));
    let limits = prepared.limits;
    let context = RunContext { limits, ports: &prepared.ports, inventory, pool, flow_logs: &flow_logs };
    let ResolvedSubjects { mut reduced, selection } =
        resolve_subjects(&context, &aggregate, &filter, selection, may_suspect)?;
    runbook::note_unused(inventory, selection.subjects.iter(), &mut defects);
    let inputs = Inputs {
        files: n_read + prepared.documents.files,
        records: aggregate.totals.records,
        records_in_scope: reduced.totals.retained,
        duplicates: reduced.totals.duplicates,
        files_skipped: files.len() as u64 - n_read,
        bytes_read: bytes_of_logs + prepared.documents.bytes,
        defects,
    };
    drop(aggregate);
    reduced.totals.continue_from(&earlier.totals);
    let conversations = pool.install(|| pair(&reduced, &prepared.ports))?;
    let facts = context.facts(&reduced, &conversations, &selection.neighbours);
    let diagnosed = diagnose_each(facts, &selection.subjects);
    let report =
        pool.install(|| assemble(&diagnosed, &reduced, &files, inputs, options.window, selection.healthy));
    Ok((report, file_totals))
}

/// Reads the documents and determines from the configuration alone which destinations tasks could reach.
pub fn check(
    metadata: &[PathBuf],
    selection: &LaunchTargetSelection,
    limits: Limits,
) -> Result<CheckReport, Error> {
    let (inventory, defects, documents) = load_documents(metadata, limits).map_err(without_flag)?;
    if let Some(id) = selection.subnet_ids.iter().find(|id| !inventory.subnets.contains_key(*id)) {
        return Err(Error::UnknownSubnet { id: id.to_string() });
    }
    let launch_targets = check::check(&inventory, selection);
    if launch_targets.is_empty() {
        let names: Vec<String> = metadata.iter().map(|path| format!("`{}`", path.display())).collect();
        return Err(Error::NoLaunchTargets { looked_for: names.join(", "), defects });
    }
    let unplaced = check::unplaced(&inventory, selection);
    Ok(CheckReport { files: documents.files, bytes_read: documents.bytes, defects, launch_targets, unplaced })
}

/// Reads the logs, and the documents if there are any. Reports their contents and the data that `explain` would lack.
pub fn inspect(options: &Options, progress: &dyn Progress) -> Result<InspectReport, Error> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(options.threads.unwrap_or(0)).build()?;
    let (inventory, mut defects, documents) = load_documents(&options.metadata, options.limits)?;
    let files = open_logs(&options.logs, &mut defects)?;
    progress.start(files.len() as u64, files.iter().map(|file| file.size).sum());
    let reading = ReadOptions { formats: formats(options.log_format.clone(), &inventory) };
    let limits = options.limits.beside_documents(documents.kept);
    let given = (!options.metadata.is_empty()).then_some(&inventory);
    let mut report = inspect::inspect(&files, &reading, given, limits, &pool, progress)?;
    progress.finish();
    report.defects.merge(defects);
    (report.metadata_files, report.metadata_bytes) = (documents.files, documents.bytes);
    Ok(report)
}

fn load_documents(paths: &[PathBuf], limits: Limits) -> Result<(Inventory, Defects, LoadedFiles), Error> {
    load(paths, limits.documents()).map_err(|too_much| {
        let size = |bytes: u64| ByteSize(bytes).display().iec().to_string();
        let mib = Limits::memory_for_documents(too_much.needed).div_ceil(1 << 20);
        Error::DocumentsTooLarge {
            used: size(too_much.needed),
            limit: size(limits.memory as u64),
            needed: Some(format!("{mib}MiB")),
        }
    })
}

/// The error of a command that has no `--memory`.
fn without_flag(error: Error) -> Error {
    match error {
        Error::DocumentsTooLarge { used, limit, .. } => {
            Error::DocumentsTooLarge { used, limit, needed: None }
        }
        other => other,
    }
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

/// Collects the known field orders of records without a header: from the option, and from the descriptions of the
/// flow logs.
pub(crate) fn formats(given: Option<LogFormat>, inventory: &Inventory) -> Formats {
    let described = |log: &FlowLog| log.log_format.as_deref().and_then(|text| LogFormat::parse(text).ok());
    let mut by_flow_log = BTreeMap::new();
    let mut by_resource: BTreeMap<String, BTreeSet<LogFormat>> = BTreeMap::new();
    for log in inventory.flow_logs.values() {
        if let Some(format) = described(log) {
            if let Some(resource) = &log.resource_id {
                by_resource.entry(resource.clone()).or_default().insert(format.clone());
            }
            by_flow_log.insert(log.id.clone(), format);
        }
    }
    // A record may name only its interface or only its subnet.
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

/// Returns the diagnosis of every subject, in their order. Internally they are processed by time: each is diagnosed
/// with the configuration at its stop, as far as dated documents show it.
fn diagnose_each(facts: Facts<'_>, subjects: &[Subject]) -> Vec<Diagnosed> {
    let builder = CaseBuilder::new(facts, subjects);
    let mut past = Past::of(facts.inventory);
    let mut history = ChangeHistory::of(facts.inventory);
    let mut by_time: Vec<(Option<Timestamp>, usize)> =
        subjects.iter().enumerate().map(|(place, subject)| (last_seen(subject), place)).collect();
    by_time.sort_unstable();
    let diagnosed = by_time.into_iter().map(|(at, place)| {
        let inventory = at.map_or(facts.inventory, |at| past.at(at));
        let case = builder.build(&subjects[place], inventory);
        let mut finding = finding(&case);
        finding.changes = history.before(&case, &finding);
        let runbook = review(&case, &finding);
        (place, Diagnosed::of(&case, finding, runbook))
    });
    diagnosed.collect::<BTreeMap<_, _>>().into_values().collect()
}

/// Returns the finding of a case. Where the records decide nothing, the configuration of the task's place is checked, and then
/// the stopped reason.
fn finding(case: &Case<'_>) -> Finding {
    let finding = refusal::conclude_without_records(case, diagnose(case));
    let is_silent = configuration_only::is_silent(case, &finding);
    if !is_silent && !reason_only::can_decide(case, &finding) {
        return finding;
    }
    let task = case.subject.task_arn.as_ref().and_then(|arn| case.facts.inventory.tasks.get(arn));
    let definition = task.and_then(|task| task.definition_arn.as_ref());
    let inventory = case.facts.inventory;
    let checked = check::check_start(inventory, &case.sender, definition);
    let call = check::CalledService {
        service: case.reason.service.clone().unwrap_or(Service::Unknown),
        region: case.reason.region(),
        address: case.reason.address,
    };
    let called = check::check_called(inventory, &case.sender, definition, &call);
    let finding = if is_silent {
        configuration_only::conclude(case, finding, &checked, called.as_ref())
    } else {
        finding
    };
    reason_only::conclude(finding, case, (&checked, called.as_ref()))
}

/// Compares the findings of AWS's runbook with the case, if an execution about its task was saved.
fn review(case: &Case<'_>, finding: &Finding) -> Option<RunbookReview> {
    let inventory = case.facts.inventory;
    if runbook::executions_of(inventory, &case.subject).is_empty() {
        return None;
    }
    let task = case.subject.task_arn.as_ref().and_then(|arn| inventory.tasks.get(arn));
    let definition = task.and_then(|task| task.definition_arn.as_ref());
    runbook::review(case, finding, &check::check_start(inventory, &case.sender, definition))
}

/// Returns the stop of a subject, or its creation if the stop is unknown.
fn last_seen(subject: &Subject) -> Option<Timestamp> {
    subject.stopped_at.or(subject.created_at)
}

/// Returns the flow logs that wrote the files: AWS puts the id of the flow log in the name of each file.
fn named_flow_logs<'a>(names: impl Iterator<Item = &'a String>) -> BTreeSet<FlowLogId> {
    let parts = names.flat_map(|name| name.split(['/', '\\', '_']));
    parts.filter(|part| part.starts_with("fl-")).map(FlowLogId::new).collect()
}

fn no_usable_input(options: &Options, defects: Defects) -> Error {
    let inputs: Vec<String> = options.logs.iter().map(|input| format!("`{input}`")).collect();
    Error::NoUsableInput { looked_for: inputs.join(", "), defects }
}
