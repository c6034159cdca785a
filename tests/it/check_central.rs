//! `check` in a VPC whose endpoints stand in another VPC: private hosted zones lead the names of services there.
//!
//! The network is the simulator's world of central endpoints. Secrets Manager and ECR's API have endpoints behind a transit
//! gateway, and the private DNS of both is off.

use std::fs;

use flowcause::check::LaunchTargetSelection;
use flowcause::finding::CauseId;
use flowcause::pipeline;
use flowcause::reduce::Limits;
use flowcause::report::check::{CheckedService, Reachability};
use serde_json::json;

use crate::support::vpc::REGION;
use crate::support::worlds::Case;
use crate::support::worlds::names::{ZONE, Zone};
use crate::support::worlds::net::World;
use crate::support::worlds::play::{files, play};
use crate::support::worlds::shapes::{At, Base, Fault, Shape};
use crate::support::worlds::variant::Variant;

/// The records of the zones that are saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Records {
    /// None are saved.
    Unsaved,
    /// The name has the address of the endpoint's interface.
    Right,
    /// The name has another address.
    Elsewhere,
}

/// The answer for a service in a world of central endpoints, and the world.
fn answer(service: &str, fault: Fault, records: Records) -> (CheckedService, World) {
    let shape = Shape { name: "central", base: Base::Central, fault, second: Fault::None, is_mended: false };
    let case = Case { shape, variant: Variant::Full, seed: 11 };
    let played = play(case);
    let world = played.world.clone();
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("metadata")).expect("a folder");
    let documents = files(case, &played).into_iter().filter(|(name, _)| name.starts_with("metadata/"));
    for (name, bytes) in documents.chain(record_sets(&world, records)) {
        fs::write(folder.path().join(name), bytes).expect("a file");
    }
    let report =
        pipeline::check(&[folder.path().join("metadata")], &LaunchTargetSelection::default(), Limits::NONE)
            .expect("a report");
    let services = report.launch_targets.into_iter().flat_map(|target| target.services);
    let found = services.into_iter().find(|one| one.service.name() == service).expect("the service");
    (found, world)
}

/// The document of the records, where they are saved.
fn record_sets(world: &World, records: Records) -> Option<(String, Vec<u8>)> {
    let endpoint = &world.enis[world.endpoint_for("ecr.api").expect("the endpoint")];
    let address = match records {
        Records::Unsaved => return None,
        Records::Right => endpoint.v4.to_string(),
        Records::Elsewhere => "10.77.0.9".to_owned(),
    };
    let record = json!({ "Name": format!("api.ecr.{REGION}.amazonaws.com."), "Type": "A", "TTL": 60,
        "ResourceRecords": [{ "Value": address }] });
    let document = json!({ "ResourceRecordSets": [record], "IsTruncated": false, "MaxItems": "300" });
    Some(("metadata/records.json".to_owned(), document.to_string().into_bytes()))
}

/// Checks a service's answer: its reachability and cause, whether its path leads to the endpoint's interface, and whether the
/// records of the zone are listed as missing.
fn expect(
    (fault, records): (Fault, Records),
    outcome: (Reachability, Option<CauseId>),
    leads_to_endpoint: bool,
    lacks_records: bool,
) {
    let (found, world) = answer("ecr.api", fault, records);
    let endpoint = &world.enis[world.endpoint_for("ecr.api").expect("the endpoint")].id;
    let leads = found.paths.iter().any(|path| path.destination.contains(endpoint.as_str()));
    let lacks = found.missing.iter().any(|what| *what == format!("list-resource-record-sets of {ZONE}"));
    let all = ((found.reachability, found.cause), leads, lacks);
    assert_eq!(all, (outcome, leads_to_endpoint, lacks_records), "{fault:?} {records:?}: {found:#?}");
    let is_named = found.notes.iter().any(|note| note.contains(ZONE));
    assert_eq!(is_named, leads_to_endpoint, "{:?}", found.notes);
}

/// The route tables of a transit gateway are in no document: a path through it is open as far as documents show.
#[test]
fn a_hosted_zone_leads_a_name_to_the_endpoint_of_another_vpc() {
    let open = (Reachability::External, None);
    expect((Fault::None, Records::Right), open, true, false);
    expect((Fault::None, Records::Unsaved), (Reachability::Undetermined, None), true, true);
    // A name that leads elsewhere does not lead to the endpoint.
    expect((Fault::None, Records::Elsewhere), open, false, false);
}

#[test]
fn controls_of_the_other_vpc_are_judged_on_the_way_to_its_endpoint() {
    let blocked = |cause| (Reachability::Blocked, Some(cause));
    let no_return = blocked(CauseId::NoReturnRoute);
    expect((Fault::NoReturn(At::Endpoint), Records::Right), no_return, true, false);
    // Without a record the name leads nowhere, so what is blocked stays blocked.
    expect((Fault::NoReturn(At::Endpoint), Records::Unsaved), no_return, true, false);
    let acl = blocked(CauseId::EndpointNaclBlocksIngress);
    expect((Fault::AclIn(At::Endpoint), Records::Right), acl, true, false);
    let group = blocked(CauseId::TaskSgBlocksEgress);
    expect((Fault::GroupOut(At::Task), Records::Right), group, true, false);
}

#[test]
fn a_zone_that_is_missing_or_not_associated_leads_nowhere() {
    for zone in [Zone::Missing, Zone::Elsewhere, Zone::Misnamed, Zone::Unsaved] {
        expect((Fault::Zone(zone), Records::Unsaved), (Reachability::External, None), false, false);
    }
    // Records of a zone that is not the VPC's do not answer its queries.
    let elsewhere = (Fault::Zone(Zone::Elsewhere), Records::Right);
    expect(elsewhere, (Reachability::External, None), false, false);
}
