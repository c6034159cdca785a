//! What can be wrong with a task's start, one thing at a time, and the cause that it is.

/// How tasks reach what they need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Interface endpoints and the S3 gateway endpoint; no way out.
    Endpoints,
    /// The same, with a DNS server of one's own.
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
        /// One thing that is wrong.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum Trouble {
            $($(#[doc = $doc])+ $trouble,)+
        }

        impl Trouble {
            /// All of them, in the order of the table.
            pub(crate) const ALL: [Self; [$($name),+].len()] = [$(Self::$trouble),+];

            /// As the table and `REFEREE_ONLY` call it.
            pub(crate) fn name(self) -> &'static str {
                match self { $(Self::$trouble => $name),+ }
            }

            /// The true cause.
            pub(crate) fn cause(self) -> &'static str {
                match self { $(Self::$trouble => $cause),+ }
            }

            /// The networks it can happen in.
            pub(crate) fn shapes(self) -> &'static [Shape] {
                match self { $(Self::$trouble => &[$(Shape::$shape),+]),+ }
            }
        }
    };
}

troubles! {
    /// The task's group lets nothing out to an endpoint.
    GroupLacksEndpoint = "group-lacks-endpoint", "task-sg-blocks-egress", [Endpoints, Resolver];
    /// The task's group lets nothing out to S3's prefix list.
    GroupLacksList = "group-lacks-list", "task-sg-blocks-egress", [Endpoints];
    /// The task's group lets nothing out of the VPC.
    GroupLacksWorld = "group-lacks-world", "task-sg-blocks-egress", [Nat, Public];
    /// The ACL of the task's subnet stops 443 on its way out.
    TaskAclOut = "task-acl-out", "task-nacl-blocks-egress", [Endpoints, Resolver, Nat, Public];
    /// The ACL of the task's subnet stops the replies.
    TaskAclReturn = "task-acl-return", "task-nacl-blocks-return", [Endpoints, Resolver, Nat, Public];
    /// An endpoint's group does not admit the task.
    EndpointGroup = "endpoint-group", "endpoint-sg-blocks-ingress", [Endpoints, Resolver];
    /// The ACL of an endpoint's subnet stops what comes from the task's subnet.
    EndpointAclIn = "endpoint-acl-in", "endpoint-nacl-blocks-ingress", [Endpoints, Resolver];
    /// The ACL of an endpoint's subnet stops its replies to the task's subnet.
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
    /// The ACL of the NAT gateway's subnet stops 443 on its way out.
    NatAclOut = "nat-acl-out", "nat-broken", [Nat];
    /// The ACL of the NAT gateway's subnet stops replies from outside.
    NatAclReturn = "nat-acl-return", "nat-broken", [Nat];
    /// The ACL of the NAT gateway's subnet stops what comes from the task's.
    NatAclIn = "nat-acl-in", "nat-broken", [Nat];
    /// The NAT gateway has no port left for the task's destination.
    NatPorts = "nat-ports", "nat-port-exhaustion", [Nat];
    /// The S3 gateway endpoint is not on the task's route table.
    S3NotRouted = "s3-not-routed", "s3-gateway-missing", [Endpoints];
    /// There is no S3 gateway endpoint.
    S3Missing = "s3-missing", "s3-gateway-missing", [Endpoints];
    /// One needed service has no endpoint.
    EndpointMissing = "endpoint-missing", "endpoint-missing", [Endpoints];
    /// The same, and the task's group rightly lets nothing out to public addresses: a REJECT that no rule should mend.
    EndpointMissingNarrow = "endpoint-missing-narrow", "endpoint-missing", [Endpoints];
    /// An endpoint's private DNS is off.
    PrivateDnsOff = "private-dns-off", "private-dns-off", [Endpoints];
    /// The same, and the task's group rightly lets nothing out to public addresses.
    PrivateDnsOffNarrow = "private-dns-off-narrow", "private-dns-off", [Endpoints];
    /// The task's group lets no queries out.
    ResolverTaskGroup = "resolver-task-group", "dns-blocked", [Resolver];
    /// The ACL of the task's subnet lets no queries out.
    ResolverTaskAcl = "resolver-task-acl", "dns-blocked", [Resolver];
    /// The DNS server's group does not admit the task's subnet.
    ResolverGroup = "resolver-group", "dns-blocked", [Resolver];
    /// The DNS server hangs.
    ResolverHangs = "resolver-hangs", "dns-unanswered", [Resolver];
    /// Answers are truncated, and the task's group lets no TCP out to port 53.
    ResolverTcp = "resolver-tcp", "dns-tcp-blocked", [Resolver];
    /// The VPC's own resolver is turned off.
    ResolverOff = "resolver-off", "resolver-unusable", [Endpoints, Nat];
    /// Block Public Access rejects what leaves.
    PublicAccess = "public-access", "vpc-policy-rejected", [Public];
    /// Something on the path answers with RST.
    PathResets = "path-resets", "connection-reset", [Transit];
    /// Something on the path swallows what follows the handshake.
    PathStalls = "path-stalls", "connection-stalled", [Transit];
    /// Something on the path swallows everything.
    PathSilent = "path-silent", "path-unanswered", [Transit, Nat];
    /// Layers come too slowly.
    SlowLayers = "slow-layers", "slow-transfer", [Endpoints, Nat];
    /// The task sends nothing, and nobody knows why.
    SendsNothing = "sends-nothing", "no-attempt-seen", [Endpoints, Nat, Public];
    /// Nothing is wrong with the network: a service refuses in its own words.
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
}

impl Trouble {
    /// Whether the task's group must let out everything (`false`), or no more than it needs (`true`).
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

    /// Whether it lies in a configuration that, once mended, no longer shows any reason for what the records show.
    ///
    /// Without a way to public addresses, a task that dials one has no route, whatever was mended.
    pub(super) fn can_be_mended(self) -> bool {
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

    /// Whether documents of the configuration show it: it is no outage, no policy and nothing that happened once.
    pub(super) fn is_in_configuration(self) -> bool {
        self.can_be_mended()
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

    /// Whether it lies in groups, so that a task with the same groups in the same place would share it.
    pub(super) fn is_of_groups(self) -> bool {
        matches!(
            self,
            Self::GroupLacksEndpoint
                | Self::GroupLacksList
                | Self::GroupLacksWorld
                | Self::EndpointGroup
                | Self::EndpointGroupOfTwo
                | Self::S3InterfaceGroup
                | Self::ResolverTaskGroup
                | Self::ResolverTcp
                | Self::MountTargetGroup
                | Self::NoPublicAddress
        )
    }
}
