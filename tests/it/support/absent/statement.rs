//! The empty lists and the missing keys with which AWS itself states that there is nothing. `null` never does.

use serde_json::Value;

use crate::support::absent::place::{Place, Replacement};

/// Lists that AWS prints empty if there is nothing, each with its meaning.
///
/// Not among them, although they are lists of controls: `Entries` of an ACL, which always has the entry that denies the rest;
/// `Routes`, which always has the route to the VPC; `Cidrs` of a prefix list of AWS; `Groups` of an interface that can have
/// some.
const EMPTY: [(&str, &str); 11] = [
    ("IpPermissions", "no rule allows packets in"),
    ("IpPermissionsEgress", "no rule allows packets out"),
    ("IpRanges", "the permission has other peers"),
    ("Ipv6Ranges", "the permission has other peers"),
    ("PrefixListIds", "the permission has other peers"),
    ("UserIdGroupPairs", "the permission has other peers"),
    ("Attachments", "the gateway is detached"),
    ("VpcEndpoints", "there is no endpoint"),
    ("RouteTableIds", "no table has a route to the gateway endpoint"),
    ("Associations", "the table or the ACL is that of no subnet"),
    ("securityGroups", "the tasks have the default group of the VPC"),
];

/// Keys that AWS leaves out if there is nothing, each with its meaning.
const MISSING: [(&str, &str); 1] = [("Association", "the interface has no public address")];

/// Whether a replacement is a statement of AWS rather than an absent value.
pub(crate) fn is_statement(document: &Value, place: &Place, replacement: Replacement) -> bool {
    let is_in = |all: &[(&str, &str)]| all.iter().any(|(key, _)| place.0.ends_with(&format!("/{key}")));
    let is_list = document.pointer(&place.0).is_some_and(Value::is_array);
    match replacement {
        Replacement::Empty => is_list && is_in(&EMPTY),
        Replacement::Missing => is_in(&MISSING),
        Replacement::Null | Replacement::WrongType => false,
    }
}
