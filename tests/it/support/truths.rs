//! A table of the records of failed tasks in every sample: the records that can prove a verdict.
//!
//! A line is a destination the first failed task tried and, for each place its packets were logged, direction, action
//! and or-ed flags: `T` the task's interface, `E` the far end's.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::net::Ipv4Addr;

use crate::support::flow_log::Status;
use crate::support::incident::Incident;
use crate::support::packets::Direction;
use crate::support::scenarios;

/// The destinations of the first task and what was seen on the way.
fn seen(incident: &Incident) -> String {
    let task = incident.tasks.first().expect("a sample has a task").eni;
    let address = incident.sim.vpc.get(task).address;
    let mut destinations: BTreeMap<(Ipv4Addr, u16), BTreeSet<String>> = BTreeMap::new();
    for record in incident.records() {
        let Status::Ok(flow) = record.status else { continue };
        let far = match (flow.hop.src, flow.hop.dst) {
            (src, far) if src.0 == address && matches!(far.1, 53 | 443) => far,
            (far, dst) if dst.0 == address && matches!(far.1, 53 | 443) => far,
            _ => continue,
        };
        let view = format!(
            "{} {} {} {}",
            if record.eni == task { "T" } else { "E" },
            if flow.hop.direction == Direction::Egress { "egress" } else { "ingress" },
            if flow.rejected { "REJECT" } else { "ACCEPT" },
            flow.flags,
        );
        destinations.entry(far).or_default().insert(view);
    }
    let mut text = String::new();
    for ((address, port), views) in destinations {
        let views: Vec<String> = views.into_iter().collect();
        let _ = writeln!(text, "  {address}:{port}  {}", views.join(", "));
    }
    text
}

#[test]
fn the_logs_show_what_happened() {
    let mut text = String::new();
    for incident in scenarios::all() {
        let _ = write!(text, "{}\n{}", incident.name, seen(&incident));
    }
    assert_eq!(text, TRUTHS);
}

const TRUTHS: &str = "\
endpoint-group
  10.40.12.36:443  E ingress REJECT 2, T egress ACCEPT 2
s3-prefix-list
  10.40.12.36:443  E egress ACCEPT 19, E ingress ACCEPT 3, T egress ACCEPT 3, T ingress ACCEPT 19
  10.40.12.52:443  E egress ACCEPT 19, E ingress ACCEPT 3, T egress ACCEPT 3, T ingress ACCEPT 19
  10.40.12.88:443  E egress ACCEPT 19, E ingress ACCEPT 3, T egress ACCEPT 3, T ingress ACCEPT 19
  10.40.13.71:443  E egress ACCEPT 19, E ingress ACCEPT 3, T egress ACCEPT 3, T ingress ACCEPT 19
  52.218.36.74:443  T egress REJECT 2
no-public-address
  54.239.35.118:443  T egress ACCEPT 2
private-dns-off
  10.40.12.36:443  E egress ACCEPT 19, E ingress ACCEPT 3, T egress ACCEPT 3, T ingress ACCEPT 19
  34.248.173.22:443  T egress ACCEPT 2
nat-without-way-out
  10.40.102.9:443  E ingress ACCEPT 2
  54.239.35.118:443  T egress ACCEPT 2
repaired-afterwards
  10.40.12.36:443  E ingress REJECT 2, T egress ACCEPT 2
endpoint-rejects
  10.40.12.36:443  E ingress REJECT 2, T egress ACCEPT 2
endpoint-rejects-parquet
  10.40.12.36:443  E ingress REJECT 2, T egress ACCEPT 2
task-egress-rejected-v2
  10.40.12.52:443  T egress REJECT 2
return-blocked
  10.40.12.36:443  E egress ACCEPT 18, E ingress ACCEPT 2, T egress ACCEPT 2, T ingress REJECT 18
ecs-fields-v7
  10.40.12.36:443  E egress ACCEPT 19, E ingress ACCEPT 3, T egress ACCEPT 3, T ingress ACCEPT 19
  10.40.12.52:443  E egress ACCEPT 19, E ingress ACCEPT 3, T egress ACCEPT 3, T ingress ACCEPT 19
  10.40.12.88:443  E egress ACCEPT 19, E egress ACCEPT 23, E ingress ACCEPT 3, T egress ACCEPT 3, T ingress ACCEPT 19, T ingress REJECT 5
  10.40.13.71:443  E egress REJECT 18, E ingress ACCEPT 2, T egress ACCEPT 2
dns-unanswered
  10.40.0.200:53  E ingress ACCEPT 0, T egress ACCEPT 0
not-the-network
  10.40.12.36:443  E egress ACCEPT 19, E egress ACCEPT 23, E ingress ACCEPT 3, T egress ACCEPT 3, T ingress ACCEPT 19, T ingress REJECT 5
  10.40.12.52:443  E egress ACCEPT 19, E ingress ACCEPT 3, T egress ACCEPT 3, T ingress ACCEPT 19
  10.40.12.88:443  E egress ACCEPT 19, E ingress ACCEPT 3, T egress ACCEPT 3, T ingress ACCEPT 19
layer-bucket
  10.40.12.36:443  E egress ACCEPT 19, E ingress ACCEPT 3, T egress ACCEPT 3, T ingress ACCEPT 19
  10.40.12.52:443  E egress ACCEPT 19, E ingress ACCEPT 3, T egress ACCEPT 3, T ingress ACCEPT 19
  10.40.12.88:443  E egress ACCEPT 19, E ingress ACCEPT 3, T egress ACCEPT 3, T ingress ACCEPT 19
  10.40.13.71:443  E egress ACCEPT 19, E ingress ACCEPT 3, T egress ACCEPT 3, T ingress ACCEPT 19
  52.218.36.74:443  T egress ACCEPT 3, T ingress ACCEPT 19
kms-key
  10.40.12.36:443  E egress ACCEPT 19, E ingress ACCEPT 3, T egress ACCEPT 3, T ingress ACCEPT 19
secret-region
  10.40.12.36:443  E egress ACCEPT 19, E ingress ACCEPT 3, T egress ACCEPT 3, T ingress ACCEPT 19
task-role
  10.40.12.36:443  E egress ACCEPT 19, E ingress ACCEPT 3, T egress ACCEPT 3, T ingress ACCEPT 19
reject-only
silent-drop
  54.239.35.118:443  T egress ACCEPT 2
";
