//! Cases whose records or documents cannot show the truth, and the right answers to them.
//!
//! Nothing outside this table is excused, and each line of it has a reason.

use flowcause::finding::CulpritKind;

use crate::support::referee::Case;
use crate::support::referee::play::Played;
use crate::support::referee::trouble::Trouble::{self, *};
use crate::support::referee::truth::{Answer, Blamed};
use crate::support::referee::variant::Variant::{self, *};
use crate::support::vpc::Role;

/// The culprit that an answer of the table names.
#[derive(Clone, Copy, Debug)]
enum Named {
    /// The true culprit.
    True,
    /// The task's interface.
    Near,
    /// The interface at the other end.
    Far,
    /// The ACL of the subnet, whose id no document has.
    AclOfSubnet,
    /// A part of the path that no document shows.
    Path,
    /// The route table of the task's subnet.
    Table,
    /// The NAT gateway.
    Gateway,
    /// None.
    Nobody,
}

/// Stands for the true cause.
const TRUE: &str = "";

/// A line of the table.
struct Exception {
    variant: Variant,
    troubles: &'static [Trouble],
    /// Right answers: cause and first culprit.
    answers: &'static [(&'static str, Named)],
    /// Why the truth cannot be shown.
    #[expect(dead_code, reason = "for the reader")]
    reason: &'static str,
}

/// Causes that are proved by the absence of replies or of requests.
const MISSING_RETURN: &[Trouble] = &[
    NoDefaultRoute,
    BlackHole,
    NoPublicAddress,
    NatState,
    NatNoWayOut,
    NatPorts,
    S3NotRouted,
    S3NotRoutedOfTwo,
    S3Missing,
    EndpointMissing,
    EndpointOfOtherVpc,
    EndpointOfOtherRegion,
    PrivateDnsOff,
    DnsHostnamesOff,
    OwnServersAlone,
    OwnServersBypass,
    NeedInOtherRegion,
    RegistryOutside,
    ResolverHangs,
    ResolverOff,
    PathStalls,
    PathSilent,
    SlowLayers,
    SendsNothing,
];

const EXCEPTIONS: &[Exception] = &[
    Exception {
        variant: DefaultV2,
        troubles: &[PathResets],
        answers: &[("undetermined", Named::Nobody)],
        reason: "a RST is a flag, and there are none",
    },
    Exception {
        variant: DefaultV2,
        troubles: &[PathStalls],
        answers: &[(TRUE, Named::True), ("undetermined", Named::Nobody)],
        reason: "without flags a short reply may be a RST too",
    },
    Exception {
        variant: DefaultV2,
        troubles: &[PublicAccess],
        answers: &[("task-egress-rejected", Named::Near)],
        reason: "the reason of a rejection is a field of version 8",
    },
    Exception {
        variant: TaskSide,
        troubles: &[NatPorts],
        answers: &[("path-unanswered", Named::Path)],
        reason: "only the records of the NAT gateway show that packets arrive there and do not leave",
    },
    Exception {
        variant: NoConfiguration,
        troubles: &[GroupLacksEndpoint, GroupLacksList, GroupLacksWorld, TaskAclOut],
        answers: &[("task-egress-rejected", Named::Near)],
        reason: "a REJECT of the task's request is a group's or an ACL's",
    },
    Exception {
        variant: NoConfiguration,
        troubles: &[
            EndpointGroup,
            EndpointGroupOfTwo,
            S3InterfaceGroup,
            EndpointAcrossRegions,
            EndpointAclIn,
            MountTargetGroup,
        ],
        answers: &[("endpoint-ingress-rejected", Named::Far)],
        reason: "a REJECT of a request that arrives is a group's or an ACL's",
    },
    Exception {
        variant: NoConfiguration,
        troubles: &[TaskAclReturn, EndpointAclReturn],
        answers: &[(TRUE, Named::AclOfSubnet)],
        reason: "no document has the ACL's id",
    },
    Exception {
        variant: NoConfiguration,
        troubles: &[NatAclOut, NatAclReturn, NatAclIn],
        answers: &[(TRUE, Named::AclOfSubnet)],
        reason: "a NAT gateway has no group, so its REJECT is the ACL's, whose id no document has",
    },
    Exception {
        variant: NoConfiguration,
        troubles: &[
            NoDefaultRoute,
            BlackHole,
            NoPublicAddress,
            NatState,
            NatNoWayOut,
            S3NotRouted,
            S3NotRoutedOfTwo,
            S3Missing,
            RegistryOutside,
        ],
        answers: &[("path-unanswered", Named::Path)],
        reason: "routes, gateways and public addresses are in no document",
    },
    Exception {
        variant: NoConfiguration,
        troubles: &[NatPorts],
        answers: &[(TRUE, Named::True)],
        reason: "the records show it: packets arrive at the NAT gateway and none leaves it, while others pass",
    },
    Exception {
        variant: NoConfiguration,
        troubles: &[
            EndpointMissing,
            EndpointOfOtherVpc,
            EndpointOfOtherRegion,
            PrivateDnsOff,
            DnsHostnamesOff,
            OwnServersAlone,
            OwnServersBypass,
            NeedInOtherRegion,
        ],
        answers: &[("path-unanswered", Named::Path), ("task-egress-rejected", Named::Near)],
        reason: "routes are in no document; a group that allows only endpoints as destinations rejects the packets",
    },
    Exception {
        variant: NoConfiguration,
        troubles: &[EndpointMissingNarrow],
        answers: &[("task-egress-rejected", Named::Near)],
        reason: "a REJECT of the task's request is a group's or an ACL's, and routes are in no document",
    },
    Exception {
        variant: NoConfiguration,
        troubles: &[PrivateDnsOffNarrow],
        answers: &[("task-egress-rejected", Named::Near), (TRUE, Named::True)],
        reason: "the document of the endpoint shows that its private DNS is off; no document shows that there is no route",
    },
    Exception {
        variant: NoConfiguration,
        troubles: &[ResolverTaskGroup, ResolverTaskAcl, ResolverTcp],
        answers: &[(TRUE, Named::Near)],
        reason: "a REJECT of the task's query is a group's or an ACL's",
    },
    Exception {
        variant: NoConfiguration,
        troubles: &[ResolverGroup],
        answers: &[(TRUE, Named::Far)],
        reason: "a REJECT of a query that arrives is a group's or an ACL's",
    },
    Exception {
        variant: NoConfiguration,
        troubles: &[ResolverOff],
        answers: &[("no-attempt-seen", Named::Near)],
        reason: "the VPC's attributes are in no document",
    },
    Exception {
        variant: NoServices,
        troubles: &[GroupLacksEndpoint, GroupLacksList, GroupLacksWorld],
        answers: &[(TRUE, Named::True), ("task-egress-rejected", Named::Near)],
        reason: "the task's interface and its service are gone, and with them its groups",
    },
    Exception {
        variant: NoServices,
        troubles: &[
            EndpointGroup,
            EndpointGroupOfTwo,
            MountTargetGroup,
            S3InterfaceGroup,
            EndpointAcrossRegions,
        ],
        answers: &[
            (TRUE, Named::True),
            ("endpoint-ingress-rejected", Named::True),
            ("endpoint-ingress-rejected", Named::Far),
        ],
        reason: "whether a rule that names groups admits the task depends on its groups, which no document has",
    },
    Exception {
        variant: NoServices,
        troubles: &[ResolverTaskGroup, ResolverTcp],
        answers: &[(TRUE, Named::True), (TRUE, Named::Near)],
        reason: "the task's interface and its service are gone, and with them its groups",
    },
    Exception {
        variant: NoServices,
        troubles: &[
            EndpointMissing,
            EndpointOfOtherVpc,
            EndpointOfOtherRegion,
            PrivateDnsOff,
            DnsHostnamesOff,
            OwnServersAlone,
            S3NotRouted,
            S3NotRoutedOfTwo,
            S3Missing,
        ],
        answers: &[(TRUE, Named::True), ("no-route", Named::Table)],
        reason: "without the task definition, the service of a public address may not be known",
    },
    Exception {
        variant: NoServices,
        troubles: &[EndpointMissingNarrow],
        answers: &[(TRUE, Named::True), ("task-egress-rejected", Named::Near)],
        reason: "the REJECT is certain, and nothing names the service of the public address, so whether an endpoint for it is \
                 missing is not known",
    },
    Exception {
        variant: NoVpcId,
        troubles: &[EndpointOfOtherVpc],
        answers: &[(TRUE, Named::True), ("no-route", Named::Table)],
        reason: "the VPC of an endpoint follows from its subnets alone",
    },
    Exception {
        variant: SkipData,
        troubles: MISSING_RETURN,
        answers: &[(TRUE, Named::True), ("undetermined", Named::Nobody)],
        reason: "the lost records may hold the reply",
    },
    Exception {
        variant: RejectOnly,
        troubles: MISSING_RETURN,
        answers: &[("undetermined", Named::Nobody), (TRUE, Named::True)],
        reason: "nothing was rejected, so nothing is recorded",
    },
    Exception {
        variant: RejectOnly,
        troubles: &[PathResets],
        answers: &[("undetermined", Named::Nobody)],
        reason: "nothing was rejected, so nothing is recorded",
    },
    Exception {
        variant: SkipData,
        troubles: &[Refused],
        answers: &[(TRUE, Named::True), ("undetermined", Named::Nobody)],
        reason: "the conversation with the service that refused may be among the lost records",
    },
    Exception {
        variant: RejectOnly,
        troubles: &[Refused],
        answers: &[(TRUE, Named::True), ("undetermined", Named::Nobody)],
        reason: "only the text shows it, and a verdict needs records",
    },
    Exception {
        variant: RejectOnly,
        troubles: &[NatAclOut, NatAclReturn],
        answers: &[(TRUE, Named::True), ("undetermined", Named::Nobody)],
        reason: "only accepted records connect the packets of the NAT gateway with the task",
    },
    Exception {
        variant: RejectOnly,
        troubles: &[ResolverTcp],
        answers: &[(TRUE, Named::True), ("dns-blocked", Named::True)],
        reason: "no record shows that queries over UDP pass",
    },
    Exception {
        variant: Repaired,
        troubles: &[GroupLacksEndpoint, GroupLacksList, GroupLacksWorld, TaskAclOut],
        answers: &[("task-egress-rejected", Named::Near)],
        reason: "groups and ACLs allow it now, and a REJECT of the task's request was either's",
    },
    Exception {
        variant: Repaired,
        troubles: &[
            EndpointGroup,
            EndpointGroupOfTwo,
            S3InterfaceGroup,
            EndpointAcrossRegions,
            EndpointAclIn,
            MountTargetGroup,
        ],
        answers: &[("endpoint-ingress-rejected", Named::Far)],
        reason: "groups and ACLs allow it now, and a REJECT of a request that arrives was either's",
    },
    Exception {
        variant: Repaired,
        troubles: &[TaskAclReturn, EndpointAclReturn, NatAclOut, NatAclReturn, NatAclIn],
        answers: &[(TRUE, Named::AclOfSubnet)],
        reason: "the subnet may have another ACL now",
    },
    Exception {
        variant: Repaired,
        troubles: &[
            NoDefaultRoute,
            BlackHole,
            NoPublicAddress,
            NatState,
            NatNoWayOut,
            S3NotRouted,
            S3NotRoutedOfTwo,
            S3Missing,
            RegistryOutside,
        ],
        answers: &[("path-unanswered", Named::Path)],
        reason: "routes and gateways are in order now",
    },
    Exception {
        variant: Repaired,
        troubles: &[ResolverTaskGroup, ResolverTaskAcl, ResolverTcp],
        answers: &[(TRUE, Named::Near)],
        reason: "groups and ACLs allow it now, and a REJECT of the task's query was either's",
    },
    Exception {
        variant: Repaired,
        troubles: &[ResolverGroup],
        answers: &[(TRUE, Named::Far)],
        reason: "groups and ACLs allow it now, and a REJECT of a query that arrives was either's",
    },
    Exception {
        variant: Repaired,
        troubles: &[ResolverOff],
        answers: &[("no-attempt-seen", Named::Near)],
        reason: "the VPC's attributes are in order now",
    },
];

/// The right answers to a case, the best first.
pub(super) fn answers(case: Case, played: &Played) -> Vec<Answer> {
    let answers = exception(case).map_or(&[(TRUE, Named::True)][..], |exception| exception.answers);
    answers
        .iter()
        .chain(unrecorded(case, played))
        .map(|&(cause, named)| Answer {
            cause: if cause == TRUE { case.trouble.cause() } else { cause },
            blamed: blamed(named, played),
        })
        .collect()
}

/// Troubles of packets that have no route, which some flow logs do not record.
const UNROUTED: &[Trouble] = &[
    NoDefaultRoute,
    BlackHole,
    NatNoWayOut,
    S3NotRouted,
    S3NotRoutedOfTwo,
    S3Missing,
    EndpointMissing,
    EndpointOfOtherVpc,
    EndpointOfOtherRegion,
    PrivateDnsOff,
    DnsHostnamesOff,
    OwnServersAlone,
    OwnServersBypass,
    NeedInOtherRegion,
    RegistryOutside,
];

/// Further right answers where the failed step left no record. The inputs are then those of another case with another cause.
fn unrecorded(case: Case, played: &Played) -> &'static [(&'static str, Named)] {
    const NONE: &[(&str, Named)] = &[("undetermined", Named::Nobody)];
    let shows_no_fault = matches!(case.variant, NoConfiguration | Repaired);
    let is_unrouted = !played.incident.log.habits.records_unrouted && UNROUTED.contains(&case.trouble);
    let is_unnamed = case.variant == NoServices && !played.names_host();
    match case.trouble {
        // Without the task definition and without a host, nothing shows that the service is one of another Region.
        NeedInOtherRegion if is_unrouted && is_unnamed => NONE,
        // An interface without traffic has no NODATA: the same inputs as `resolver-off:repaired`, and the other way round.
        SendsNothing => NONE,
        ResolverOff if shows_no_fault => NONE,
        // The gateway takes the packets and sends none on: the same records as `nat-ports`.
        NatNoWayOut if is_unrouted && shows_no_fault => {
            &[("nat-port-exhaustion", Named::Gateway), ("nat-broken", Named::Gateway)]
        }
        // The server's answers are in no document and in no record: the same inputs as of a task that stops by itself.
        OwnServersBypass if is_unrouted => NONE,
        // Nothing shows the step: the same inputs as of a task that stops by itself after the step before.
        _ if is_unrouted && shows_no_fault => NONE,
        _ => &[],
    }
}

/// Whether the records or documents of a case may be unable to show its truth.
pub(super) fn is_excused(case: Case) -> bool {
    exception(case).is_some()
}

fn exception(case: Case) -> Option<&'static Exception> {
    let is_of = |exception: &&Exception| {
        exception.variant == case.variant && exception.troubles.contains(&case.trouble)
    };
    EXCEPTIONS.iter().find(is_of)
}

fn blamed(named: Named, played: &Played) -> Blamed {
    let resources = &played.resources;
    let interface = |id: &Option<String>| {
        Blamed::one(CulpritKind::Interface, id.clone().expect("the trouble has a far end"))
    };
    match named {
        Named::True => played.blamed.clone(),
        Named::Near => Blamed::one(CulpritKind::Interface, resources.near.clone()),
        Named::Far => interface(&resources.far),
        Named::AclOfSubnet => Blamed::AclOf(resources.acl.clone().expect("the trouble is an ACL's")),
        Named::Path => Blamed::Path,
        Named::Table => {
            let vpc = &played.incident.sim.vpc;
            Blamed::one(CulpritKind::RouteTable, vpc.config.tables[vpc.table_of(played.eni)].id.clone())
        }
        Named::Gateway => {
            let vpc = &played.incident.sim.vpc;
            let gateways = vpc.interfaces.iter().filter_map(|interface| match &interface.role {
                Role::Nat { gateway, .. } => Some(gateway.clone()),
                _ => None,
            });
            Blamed::One(CulpritKind::NatGateway, gateways.collect())
        }
        Named::Nobody => Blamed::Nobody,
    }
}
