//! The verdicts about the policies of every type, together.

use crate::policy::grant_verdict::GrantVerdict;
use crate::policy::layer_verdict::LayerVerdict;
use crate::policy::policy_type::PolicyType;

/// The policies of every type, and the grants of the key.
pub(super) struct Verdicts {
    layers: [LayerVerdict; 9],
    pub(super) grants: GrantVerdict,
}

impl Verdicts {
    /// Takes the policies in the order of [`PolicyType::ALL`].
    pub(super) fn new(layers: [LayerVerdict; 9], grants: GrantVerdict) -> Self {
        Self { layers, grants }
    }

    /// The policies of a type.
    pub(super) fn get(&self, policy_type: PolicyType) -> &LayerVerdict {
        // `ALL` has the order of the enum.
        &self.layers[policy_type as usize]
    }

    /// The policies of all types, in the order of [`PolicyType::ALL`].
    pub(super) fn all(&self) -> impl Iterator<Item = &LayerVerdict> {
        self.layers.iter()
    }
}
