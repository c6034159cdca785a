//! The causes: a file and a page for each, in the order of the list in [`finding`](crate::finding::CauseId).

use crate::diagnose::cause::Cause;
use crate::finding::with_causes;

macro_rules! causes {
    ($($name:ident $variant:ident $id:literal)*) => {
        $(mod $name;)*

        /// Every cause, in the order in which equal claims win and documentation lists them.
        pub const CAUSES: &[&Cause] = &[$(&$name::CAUSE,)*];

        /// The file of each cause, without its ending, in the same order.
        #[cfg(test)]
        pub(super) const FILES: &[&str] = &[$(stringify!($name),)*];
    };
}

with_causes!(causes);
