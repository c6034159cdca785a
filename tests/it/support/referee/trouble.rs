//! The troubles of a task's start, one in each case, and their causes.

/// How tasks reach the services that they need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Interface endpoints and the S3 gateway endpoint; no route to the internet.
    Endpoints,
    /// The same, with the VPC's own DNS server.
    Resolver,
    /// A NAT gateway.
    Nat,
    /// A public address and an internet gateway.
    Public,
    /// A transit gateway with an inspecting firewall behind it.
    Transit,
}

macro_rules! troubles {
    ($($(#[doc = $doc:literal])+ $trouble:ident = $name:literal, $cause:literal, [$($shape:ident),+];)+) => {
        /// One fault.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum Trouble {
            $($(#[doc = $doc])+ $trouble,)+
        }

        impl Trouble {
            /// All troubles, in the order of the table.
            pub(crate) const ALL: [Self; [$($name),+].len()] = [$(Self::$trouble),+];

            /// The name in the table and in `REFEREE_ONLY`.
            pub(crate) fn name(self) -> &'static str {
                match self { $(Self::$trouble => $name),+ }
            }

            /// The true cause.
            pub(crate) fn cause(self) -> &'static str {
                match self { $(Self::$trouble => $cause),+ }
            }

            /// The kinds of network that can have it.
            pub(crate) fn shapes(self) -> &'static [Shape] {
                match self { $(Self::$trouble => &[$(Shape::$shape),+]),+ }
            }
        }
    };
}

troubles! {
    /// The task's group does not allow an endpoint as a destination.
    GroupLacksEndpoint = "group-lacks-endpoint", "task-sg-blocks-egress", [Endpoints, Resolver];
    /// The task's group does not allow S3's prefix list as a destination.
    GroupLacksList = "group-lacks-list", "task-sg-blocks-egress", [Endpoints];
    /// The task's group allows no destination outside the VPC.
    GroupLacksWorld = "group-lacks-world", "task-sg-blocks-egress", [Nat, Public];
    /// The ACL of the task's subnet denies outbound 443.
    TaskAclOut = "task-acl-out", "task-nacl-blocks-egress", [Endpoints, Resolver, Nat, Public];
    /// The ACL of the task's subnet denies the replies.
    TaskAclReturn = "task-acl-return", "task-nacl-blocks-return", [Endpoints, Resolver, Nat, Public];
    /// An endpoint's group does not admit the task.
    EndpointGroup = "endpoint-group", "endpoint-sg-blocks-ingress", [Endpoints, Resolver];
    /// The ACL of an endpoint's subnet denies requests from the task's subnet.
    EndpointAclIn = "endpoint-acl-in", "endpoint-nacl-blocks-ingress", [Endpoints, Resolver];
    /// The ACL of an endpoint's subnet denies replies to the task's subnet.
    EndpointAclReturn = "endpoint-acl-return", "endpoint-nacl-blocks-return", [Endpoints, Resolver];
    /// The table of the task's subnet has no default route.
    NoDefaultRoute = "no-default-route", "no-route", [Nat, Public];
    /// The NAT gateway was deleted long ago; the route to it is a black hole.
    BlackHole = "black-hole", "no-route", [Nat];
    /// The task in a public subnet has no public address.
    NoPublicAddress = "no-public-address", "no-public-ip", [Public];
    /// The NAT gateway failed, or is being deleted.
    NatState = "nat-state", "nat-broken", [Nat];
    /// The NAT gateway's subnet has no route to an internet gateway.
    NatNoWayOut = "nat-no-way-out", "nat-broken", [Nat];
    /// The ACL of the NAT gateway's subnet denies outbound 443.
    NatAclOut = "nat-acl-out", "nat-broken", [Nat];
    /// The ACL of the NAT gateway's subnet denies replies from outside.
    NatAclReturn = "nat-acl-return", "nat-broken", [Nat];
    /// The ACL of the NAT gateway's subnet denies requests from the task's subnet.
    NatAclIn = "nat-acl-in", "nat-broken", [Nat];
    /// The NAT gateway has no port left for the task's destination.
    NatPorts = "nat-ports", "nat-port-exhaustion", [Nat];
    /// The S3 gateway endpoint is not on the task's route table.
    S3NotRouted = "s3-not-routed", "s3-gateway-missing", [Endpoints];
    /// There is no S3 gateway endpoint.
    S3Missing = "s3-missing", "s3-gateway-missing", [Endpoints];
    /// One needed service has no endpoint.
    EndpointMissing = "endpoint-missing", "endpoint-missing", [Endpoints];
    /// The same, and the task's group rightly allows no public address: the packets are rejected, and a rule would not help.
    EndpointMissingNarrow = "endpoint-missing-narrow", "endpoint-missing", [Endpoints];
    /// An endpoint's private DNS is off.
    PrivateDnsOff = "private-dns-off", "private-dns-off", [Endpoints];
    /// The same, and the task's group rightly allows no public address.
    PrivateDnsOffNarrow = "private-dns-off-narrow", "private-dns-off", [Endpoints];
    /// The task's group does not allow queries.
    ResolverTaskGroup = "resolver-task-group", "dns-blocked", [Resolver];
    /// The ACL of the task's subnet denies queries.
    ResolverTaskAcl = "resolver-task-acl", "dns-blocked", [Resolver];
    /// The DNS server's group does not admit the task's subnet.
    ResolverGroup = "resolver-group", "dns-blocked", [Resolver];
    /// The DNS server does not reply.
    ResolverHangs = "resolver-hangs", "dns-unanswered", [Resolver];
    /// Answers are truncated, and the task's group does not allow TCP to port 53.
    ResolverTcp = "resolver-tcp", "dns-tcp-blocked", [Resolver];
    /// The VPC's own resolver is turned off.
    ResolverOff = "resolver-off", "resolver-unusable", [Endpoints, Nat];
    /// Block Public Access rejects outbound packets.
    PublicAccess = "public-access", "vpc-policy-rejected", [Public];
    /// A middlebox on the path answers with RST.
    PathResets = "path-resets", "connection-reset", [Transit];
    /// A middlebox on the path drops all packets after the handshake.
    PathStalls = "path-stalls", "connection-stalled", [Transit];
    /// A middlebox on the path drops all packets.
    PathSilent = "path-silent", "path-unanswered", [Transit, Nat];
    /// Layers are transferred too slowly.
    SlowLayers = "slow-layers", "slow-transfer", [Endpoints, Nat];
    /// The task sends nothing, for an unknown reason.
    SendsNothing = "sends-nothing", "no-attempt-seen", [Endpoints, Nat, Public];
    /// The network works: a service refuses the request.
    Refused = "refused", "network-healthy", [Endpoints, Resolver, Nat, Public];
    /// The mount target's group does not admit the task.
    MountTargetGroup = "mount-target-group", "endpoint-sg-blocks-ingress", [Endpoints, Nat];
    /// One needed service has an endpoint in another VPC only.
    EndpointOfOtherVpc = "endpoint-of-other-vpc", "endpoint-missing", [Endpoints];
    /// The endpoint serves the same service of another Region, so that the name does not lead to it.
    EndpointOfOtherRegion = "endpoint-of-other-region", "endpoint-missing", [Endpoints];
    /// The VPC's attribute enableDnsHostnames is off, and private DNS with it.
    DnsHostnamesOff = "dns-hostnames-off", "private-dns-off", [Endpoints];
    /// The Amazon resolver is off, and private DNS with it; the VPC's own DNS server answers with public addresses.
    OwnServersAlone = "own-servers-alone", "private-dns-off", [Resolver];
    /// The VPC's own DNS server does not forward to the Amazon resolver: it answers with public addresses.
    OwnServersBypass = "own-servers-bypass", "no-route", [Resolver];
    /// The group of an endpoint does not admit the task; a second endpoint of the service has its private DNS off.
    EndpointGroupOfTwo = "endpoint-group-of-two", "endpoint-sg-blocks-ingress", [Endpoints];
    /// The task needs a service in another Region that has no endpoints across Regions.
    NeedInOtherRegion = "need-in-other-region", "no-route", [Endpoints];
    /// The image comes from a registry outside AWS, and the subnet lost its default route.
    RegistryOutside = "registry-outside", "no-route", [Endpoints];
    /// The S3 gateway endpoint is not on the task's route table; names do not lead to the S3 interface endpoint.
    S3NotRoutedOfTwo = "s3-not-routed-of-two", "s3-gateway-missing", [Endpoints];
    /// Names lead to the S3 interface endpoint, whose group does not admit the task; the gateway endpoint is in order.
    S3InterfaceGroup = "s3-interface-group", "endpoint-sg-blocks-ingress", [Endpoints];
    /// The image is in another Region, and the group of the VPC's endpoint for that Region does not admit the task.
    EndpointAcrossRegions = "endpoint-across-regions", "endpoint-sg-blocks-ingress", [Endpoints];
}

impl Trouble {
    /// Whether the task's group must allow everything (`false`), or no more than the task needs (`true`).
    pub(super) fn wants_narrow_group(self) -> Option<bool> {
        match self {
            Self::EndpointMissing
            | Self::PrivateDnsOff
            | Self::EndpointOfOtherVpc
            | Self::EndpointOfOtherRegion
            | Self::DnsHostnamesOff
            | Self::OwnServersAlone
            | Self::OwnServersBypass
            | Self::NeedInOtherRegion
            | Self::RegistryOutside => Some(false),
            Self::EndpointMissingNarrow | Self::PrivateDnsOffNarrow => Some(true),
            _ => self.is_of_groups().then_some(true),
        }
    }

    /// Whether the configuration, once repaired, no longer explains the records.
    ///
    /// Without a route to public addresses, a task that contacted one has no route after the repair either.
    pub(super) fn can_be_repaired(self) -> bool {
        !matches!(
            self,
            Self::EndpointMissing
                | Self::EndpointOfOtherVpc
                | Self::EndpointOfOtherRegion
                | Self::DnsHostnamesOff
                | Self::OwnServersAlone
                | Self::OwnServersBypass
                | Self::NeedInOtherRegion
                | Self::EndpointMissingNarrow
                | Self::PrivateDnsOff
                | Self::PrivateDnsOffNarrow
                | Self::ResolverHangs
                | Self::NatPorts
                | Self::PublicAccess
                | Self::PathResets
                | Self::PathStalls
                | Self::PathSilent
                | Self::SlowLayers
                | Self::SendsNothing
                | Self::Refused
        )
    }

    /// Whether documents of the configuration show it. They show no outage, no policy and no event.
    pub(super) fn is_in_configuration(self) -> bool {
        self.can_be_repaired()
            || matches!(
                self,
                Self::EndpointMissing
                    | Self::EndpointOfOtherVpc
                    | Self::EndpointOfOtherRegion
                    | Self::DnsHostnamesOff
                    | Self::OwnServersAlone
                    | Self::NeedInOtherRegion
                    | Self::EndpointMissingNarrow
                    | Self::PrivateDnsOff
                    | Self::PrivateDnsOffNarrow
            )
    }

    /// Whether it can happen in a network with interface endpoints.
    pub(super) fn has_endpoints(self) -> bool {
        self.shapes().iter().any(|shape| matches!(shape, Shape::Endpoints | Shape::Resolver))
    }

    /// Whether names are not resolved, so that no service is tried.
    pub(super) fn is_of_resolution(self) -> bool {
        matches!(self.cause(), "dns-blocked" | "dns-unanswered" | "dns-tcp-blocked" | "resolver-unusable")
    }

    /// Whether the fault is in security groups, so that a task with the same groups in the same subnet has it too.
    pub(super) fn is_of_groups(self) -> bool {
        matches!(
            self,
            Self::GroupLacksEndpoint
                | Self::GroupLacksList
                | Self::GroupLacksWorld
                | Self::EndpointGroup
                | Self::EndpointGroupOfTwo
                | Self::S3InterfaceGroup
                | Self::EndpointAcrossRegions
                | Self::ResolverTaskGroup
                | Self::ResolverTcp
                | Self::MountTargetGroup
                | Self::NoPublicAddress
        )
    }
}
