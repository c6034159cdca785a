//! The random choices of a case. They are the same for every variant of it.

use crate::support::referee::Case;
use crate::support::referee::trouble::{Shape, Trouble};
use crate::support::referee::variant::Variant;
use crate::support::rng::Rng;
use crate::support::startup::{ALL_STEPS, FILE_SYSTEM};

/// How the rules of a task's group are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// A rule for each group and prefix list that the task needs.
    Named,
    /// Rules for networks.
    Networks,
    /// One rule that allows everything.
    Open,
}

/// A healthy task that runs at the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Neighbour {
    /// Whether it is of the failing task's service.
    pub(super) same_service: bool,
    /// Whether it is in the failing task's subnet.
    pub(super) same_subnet: bool,
}

/// The random choices of a case.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is an independent random choice")]
pub(super) struct Plan {
    pub(super) shape: Shape,
    pub(super) style: Style,
    pub(super) steps: Vec<&'static str>,
    pub(super) neighbour: Option<Neighbour>,
    /// An earlier task with the same address, and whether it started.
    pub(super) predecessor: Option<bool>,
    /// Endpoints and mount targets in the task's own subnet.
    pub(super) one_subnet: bool,
    /// All endpoints share one group.
    pub(super) shared_endpoint_group: bool,
    /// ACLs of their own, with narrow rules, for the subnets of the task, the endpoints and the NAT gateway.
    pub(super) narrow_acls: bool,
    /// A route table of its own for the task's subnet, else the main one.
    pub(super) own_table: bool,
    /// An S3 gateway endpoint where it is not needed.
    pub(super) spare_s3_gateway: bool,
    /// A second group at the task.
    pub(super) second_group: bool,
    /// A scanner sends packets to the task's ports.
    pub(super) scanned: bool,
    /// Packets arrive at the task's interface after a close.
    pub(super) late_packets: bool,
    /// The random numbers for all later choices.
    pub(super) rng: Rng,
}

impl Plan {
    /// The plan of a case.
    pub(super) fn of(case: Case) -> Self {
        let place = Trouble::ALL.iter().position(|&one| one == case.trouble).expect("one of them") as u64;
        let mut rng = Rng::new((case.seed << 8) ^ place);
        let mut coin = |out_of: u64| rng.between(1, out_of) == 1;
        let of_groups = case.trouble.is_of_groups();
        let neighbour = (!coin(5))
            .then(|| Neighbour { same_service: coin(2) && !of_groups, same_subnet: coin(2) && of_groups });
        let predecessor = coin(2).then(|| coin(2));
        let one_subnet = coin(4) && case.trouble.fits_one_subnet();
        let plan = Self {
            shape: Shape::Endpoints,
            style: Style::Named,
            steps: Vec::new(),
            neighbour,
            // The document of its service would still show that public addresses are assigned.
            predecessor: predecessor.filter(|_| case.trouble != Trouble::NoPublicAddress),
            one_subnet: one_subnet && case.variant != Variant::TaskSide,
            shared_endpoint_group: coin(2),
            narrow_acls: coin(2),
            own_table: coin(2),
            spare_s3_gateway: coin(3),
            second_group: coin(3),
            scanned: coin(2),
            late_packets: coin(2),
            rng: Rng::new(0),
        };
        let shapes = case.trouble.shapes();
        let shape = shapes[pick(&mut rng, shapes.len())];
        let all = [Style::Named, Style::Networks, Style::Open];
        let styles = match case.trouble.wants_narrow_group() {
            Some(true) => &all[..2],
            Some(false) => &all[2..],
            None => &all,
        };
        let style = styles[pick(&mut rng, styles.len())];
        Self { shape, style, steps: steps(case.trouble, &mut rng), rng, ..plan }
    }
}

impl Trouble {
    /// Whether the destination may be in the task's subnet. It may not where ACLs or routes are at fault, because packets
    /// inside one subnet meet neither.
    fn fits_one_subnet(self) -> bool {
        matches!(
            self,
            Self::GroupLacksEndpoint
                | Self::EndpointGroup
                | Self::MountTargetGroup
                | Self::Refused
                | Self::S3NotRouted
                | Self::S3Missing
                | Self::EndpointMissing
                | Self::EndpointMissingNarrow
        )
    }
}

/// A random index of a list of this length.
pub(super) fn pick(rng: &mut Rng, length: usize) -> usize {
    usize::try_from(rng.between(0, length as u64 - 1)).expect("a place")
}

/// The services that the task needs, in order.
fn steps(trouble: Trouble, rng: &mut Rng) -> Vec<&'static str> {
    let mut steps = ALL_STEPS.to_vec();
    match rng.between(1, 4) {
        1 => steps[0] = "ssm",
        2 => steps.insert(1, "ssm"),
        3 => {
            steps.remove(0);
        }
        _ => {}
    }
    if trouble == Trouble::MountTargetGroup {
        steps.push(FILE_SYSTEM);
    }
    steps
}
