//! The report of `flowcause check` as JSON, schema `check`, version 1.
//!
//! Input: a [`CheckReport`]. Output: a [`CheckV1`] to serialize. Within version 1, fields keep their names, order
//! and meaning, and new fields may be added. The schema is docs/check-v1.schema.json, the prose docs/check.md.

use serde::Serialize;

use crate::finding::CauseId;
use crate::model::ids::{SecurityGroupId, SubnetId, VpcId};
use crate::report::check::permissions_v1::PermissionsV1;
use crate::report::check::{
    CheckReport, CheckedLaunchTarget, CheckedPath, CheckedService, Reachability, UnplacedService,
};
use crate::report::json_v1::{CulpritV1, DefectV1, FixV1, GeneratedBy, HopV1, all, defects};

/// The version that these types write.
pub const SCHEMA_VERSION: &str = "1";

/// The whole report.
#[derive(Debug, Serialize)]
pub struct CheckV1<'a> {
    schema: &'static str,
    schema_version: &'static str,
    generated_by: GeneratedBy,
    inputs: CheckInputsV1<'a>,
    launch_targets: Vec<LaunchTargetV1<'a>>,
    unplaced_services: Vec<UnplacedV1<'a>>,
}

#[derive(Debug, Serialize)]
struct CheckInputsV1<'a> {
    files: u64,
    bytes_read: u64,
    defects: Vec<DefectV1<'a>>,
}

#[derive(Debug, Serialize)]
struct LaunchTargetV1<'a> {
    service_name: Option<&'a str>,
    cluster_arn: Option<&'a str>,
    task_definition_arn: Option<&'a str>,
    subnet_id: &'a SubnetId,
    vpc_id: Option<&'a VpcId>,
    security_group_ids: &'a [SecurityGroupId],
    has_public_address: Option<bool>,
    needs_from_task_definition: bool,
    reachability: &'static str,
    services: Vec<ServiceV1<'a>>,
    fix: FixV1<'a>,
    permissions: PermissionsV1<'a>,
}

#[derive(Debug, Serialize)]
struct ServiceV1<'a> {
    service: &'a str,
    host: Option<&'a str>,
    reason: &'a str,
    reachability: &'static str,
    cause: Option<&'static str>,
    culprits: Vec<CulpritV1<'a>>,
    summary: &'a str,
    paths: Vec<PathV1<'a>>,
    notes: &'a [String],
    missing: &'a [String],
    fix: FixV1<'a>,
}

#[derive(Debug, Serialize)]
struct PathV1<'a> {
    destination: &'a str,
    reachability: &'static str,
    hops: Vec<HopV1<'a>>,
}

#[derive(Debug, Serialize)]
struct UnplacedV1<'a> {
    service_name: &'a str,
    cluster_arn: Option<&'a str>,
    reachability: &'static str,
    summary: &'a str,
    missing: &'a [String],
    commands: &'a [String],
}

impl<'a> From<&'a UnplacedService> for UnplacedV1<'a> {
    fn from(service: &'a UnplacedService) -> Self {
        Self {
            service_name: &service.service_name,
            cluster_arn: service.cluster_arn.as_deref(),
            reachability: Reachability::Undetermined.name(),
            summary: &service.summary,
            missing: &service.missing,
            commands: &service.commands,
        }
    }
}

impl<'a> From<&'a CheckReport> for CheckV1<'a> {
    fn from(report: &'a CheckReport) -> Self {
        Self {
            schema: "check",
            schema_version: SCHEMA_VERSION,
            generated_by: GeneratedBy::this(),
            inputs: CheckInputsV1 {
                files: report.files,
                bytes_read: report.bytes_read,
                defects: defects(&report.defects),
            },
            launch_targets: all(&report.launch_targets),
            unplaced_services: all(&report.unplaced),
        }
    }
}

impl<'a> From<&'a CheckedLaunchTarget> for LaunchTargetV1<'a> {
    fn from(target: &'a CheckedLaunchTarget) -> Self {
        Self {
            service_name: target.service_name.as_deref(),
            cluster_arn: target.cluster_arn.as_deref(),
            task_definition_arn: target.definition_arn.as_deref(),
            subnet_id: &target.subnet_id,
            vpc_id: target.vpc_id.as_ref(),
            security_group_ids: &target.group_ids,
            has_public_address: target.has_public_address,
            needs_from_task_definition: target.needs_from_task_definition,
            reachability: target.reachability().name(),
            services: all(&target.services),
            fix: (&target.fix).into(),
            permissions: (&target.permissions).into(),
        }
    }
}

impl<'a> From<&'a CheckedService> for ServiceV1<'a> {
    fn from(service: &'a CheckedService) -> Self {
        Self {
            service: service.service.name(),
            host: service.host.as_deref(),
            reason: &service.reason,
            reachability: service.reachability.name(),
            cause: service.cause.map(CauseId::name),
            culprits: all(&service.culprits),
            summary: &service.summary,
            paths: all(&service.paths),
            notes: &service.notes,
            missing: &service.missing,
            fix: (&service.fix).into(),
        }
    }
}

impl<'a> From<&'a CheckedPath> for PathV1<'a> {
    fn from(path: &'a CheckedPath) -> Self {
        Self { destination: &path.destination, reachability: path.reachability.name(), hops: all(&path.hops) }
    }
}
