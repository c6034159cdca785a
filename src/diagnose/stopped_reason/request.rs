//! The request that failed, as the text names it: its service, its Region and its host.

use super::{CallResult, Phase, StoppedReason};
use crate::model::service::Service;
use crate::path::Region;

/// The names of the buckets of ECR's layers contain it.
const LAYER_BUCKET: &str = "starport-layer-bucket";

impl StoppedReason {
    /// Whether the text shows that a server answered, or that the failure is outside the network.
    #[must_use]
    pub fn shows_an_answer(&self) -> bool {
        matches!(self.result, CallResult::Answered | CallResult::NotNetwork | CallResult::CertificateUnknown)
    }

    /// The service that the failed request went to; none if the text does not show it.
    ///
    /// Layers come from S3 only if the registry is one of ECR, which redirects to its buckets. Other registries, and what a
    /// pull-through cache does not hold yet, redirect to hosts of their own, whatever these are built on.
    #[must_use]
    pub fn requested_service(&self) -> Option<Service> {
        let is_layer = self.phase == Some(Phase::Layers);
        let host = self.host.as_deref().map(str::to_ascii_lowercase);
        let is_of_ecr = host.as_ref().is_none_or(|host| host.contains(LAYER_BUCKET));
        match &self.service {
            Some(Service::EcrDkr) if is_layer => Some(Service::S3),
            Some(Service::S3) if is_layer && !is_of_ecr => host.map(Service::Other),
            service => service.clone(),
        }
    }

    /// The Region in the host; none if it has none.
    #[must_use]
    pub fn region(&self) -> Option<Region> {
        let mut labels = self.host.as_deref()?.split('.');
        labels.find_map(Region::named)
    }

    /// Whether the text names a phase or the result of a call; "Task failed to start" names neither.
    #[must_use]
    pub fn names_failure(&self) -> bool {
        self.phase.is_some() || self.result != CallResult::Unknown
    }

    /// The name that was looked up without success.
    #[must_use]
    pub fn unresolved_name(&self) -> Option<&str> {
        self.host.as_deref().filter(|_| self.result == CallResult::NameNotResolved)
    }

    /// The host that accepted a connection and did not answer the TLS handshake.
    #[must_use]
    pub fn silent_host(&self) -> Option<&str> {
        self.host.as_deref().filter(|_| self.result == CallResult::TlsTimeout)
    }

    /// The host whose certificate is not trusted.
    #[must_use]
    pub fn untrusted_host(&self) -> Option<&str> {
        self.host.as_deref().filter(|_| self.result == CallResult::CertificateUnknown)
    }
}
