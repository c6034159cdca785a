//! Gauges for the textfile collector of Prometheus' node exporter: incidents by cause, coverage, and inputs.
//!
//! Labels contain only causes, confidences and kinds of defects, because these are few; never a task, a resource or a
//! text from logs.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Write};

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric, text};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Registry;

use crate::model::time::Timestamp;
use crate::report::{Coverage, Incident, Report};

/// Writes the gauges.
pub(super) fn render(report: &Report, out: &mut impl Write) -> io::Result<()> {
    let mut registry = Registry::default();
    registry.register_collector(Box::new(Gauges(gauges(report))));
    let mut lines = String::new();
    text::encode(&mut lines, &registry).map_err(io::Error::other)?;
    out.write_all(lines.as_bytes())
}

/// Label names and values.
type Labels = Vec<(&'static str, &'static str)>;

#[derive(Clone, Copy, Debug)]
enum SampleValue {
    Whole(u64),
    Seconds(i64),
    Ratio(f64),
}

#[derive(Debug)]
struct Gauge {
    name: &'static str,
    help: &'static str,
    samples: Vec<(Labels, SampleValue)>,
}

/// Gauges in a fixed order: the crate's own families have the order of a hash map.
#[derive(Debug)]
struct Gauges(Vec<Gauge>);

impl Collector for Gauges {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        for gauge in &self.0 {
            let mut metric = encoder.encode_descriptor(gauge.name, gauge.help, None, MetricType::Gauge)?;
            for (labels, value) in &gauge.samples {
                let sample = metric.encode_family(labels)?;
                match *value {
                    SampleValue::Whole(value) => {
                        ConstGauge::new(i64::try_from(value).unwrap_or(i64::MAX)).encode(sample)?;
                    }
                    SampleValue::Seconds(value) => ConstGauge::new(value).encode(sample)?,
                    SampleValue::Ratio(value) => ConstGauge::new(value).encode(sample)?,
                }
            }
        }
        Ok(())
    }
}

fn gauges(report: &Report) -> Vec<Gauge> {
    let gauge = |name, help, samples| Gauge { name, help, samples };
    let one = |name, help, value: Option<SampleValue>| {
        gauge(name, help, value.map(|value| (Labels::new(), value)).into_iter().collect())
    };
    let whole = |value| Some(SampleValue::Whole(value));
    let time = |at: Option<Timestamp>| at.map(|at| SampleValue::Seconds(at.0));
    let inputs = &report.inputs;
    let defects =
        inputs.defects.iter().map(|(kind, n, _)| (vec![("kind", kind.name())], SampleValue::Whole(n)));
    vec![
        gauge(
            "flowcause_incidents",
            "Groups of tasks with the same cause, service and culprits",
            by_cause(&report.incidents, |_| 1),
        ),
        gauge(
            "flowcause_incident_tasks",
            "Tasks of the incidents",
            by_cause(&report.incidents, |incident| incident.tasks.len() as u64),
        ),
        one("flowcause_tasks_diagnosed", "Tasks with a verdict", whole(report.tasks.len() as u64)),
        one("flowcause_tasks_started", "Tasks in the metadata that started", whole(report.healthy_tasks)),
        one(
            "flowcause_coverage_ratio",
            "Ratio of the expected minutes that the logs cover",
            ratio(&report.coverage),
        ),
        one("flowcause_files_read", "Log and metadata files", whole(inputs.files)),
        one("flowcause_records_read", "Flow log records of any log-status", whole(inputs.records)),
        gauge("flowcause_defects", "Defects of the inputs", defects.collect()),
        one(
            "flowcause_report_window_start_timestamp_seconds",
            "First second of the report's window",
            time(report.window.and_then(|window| window.from.dated())),
        ),
        one(
            "flowcause_report_window_end_timestamp_seconds",
            "First second after the report's window",
            time(report.window.and_then(|window| window.to.dated())),
        ),
    ]
}

fn by_cause(incidents: &[Incident], weight: impl Fn(&Incident) -> u64) -> Vec<(Labels, SampleValue)> {
    let mut sums: BTreeMap<(&'static str, &'static str), u64> = BTreeMap::new();
    for incident in incidents {
        *sums.entry((incident.cause.name(), incident.confidence.name())).or_default() += weight(incident);
    }
    let labels = |(cause, confidence)| vec![("cause", cause), ("confidence", confidence)];
    sums.into_iter().map(|(key, sum)| (labels(key), SampleValue::Whole(sum))).collect()
}

/// Seen minutes over expected ones; nothing where none were expected.
#[expect(clippy::cast_precision_loss, reason = "minutes of a report are far below 2^53")]
fn ratio(coverage: &Coverage) -> Option<SampleValue> {
    let expected: u64 = coverage.interfaces.iter().map(|interface| interface.minutes_expected).sum();
    let seen: u64 = coverage
        .interfaces
        .iter()
        .map(|interface| interface.minutes_seen.min(interface.minutes_expected))
        .sum();
    (expected > 0).then(|| SampleValue::Ratio(seen as f64 / expected as f64))
}
