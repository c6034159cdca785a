//! The laws of removal: inputs with known answers (`exhibit`), the removals and damages of a part of them (`change`), and
//! the source formats of the records (`stored`), the documents of single calls (`single_calls`), the comparison of the answers before and after (`answer`), with the breaches that are known today (`known`).

pub(crate) mod answer;
pub(crate) mod change;
pub(crate) mod exhibit;
pub(crate) mod known;
mod single_calls;
pub(crate) mod stored;
