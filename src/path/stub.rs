//! Temporary.
use super::*;
use crate::inventory::Inventory;
use crate::model::ids::EndpointId;
/// x
pub struct Change;
impl Change {
    /// x
    #[must_use]
    pub fn text(&self) -> String {
        String::new()
    }
    /// x
    #[must_use]
    pub fn command(&self) -> Option<String> {
        None
    }
}
/// x
pub struct Remedy {
    /// x
    pub changes: Vec<Change>,
    /// x
    pub is_verified: bool,
}
/// x
pub fn remedy(_: &Inventory, _: &Sender, _: &[Request]) -> Remedy {
    Remedy { changes: vec![], is_verified: false }
}
/// x
pub fn remedy_with_private_dns(_: &Inventory, _: &Sender, _: &EndpointId) -> Remedy {
    Remedy { changes: vec![], is_verified: false }
}
