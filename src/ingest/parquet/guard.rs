//! Runs a decoder of another crate so that its panic on damaged bytes becomes an ordinary error.
//!
//! The panic message still goes to the panic hook of the process. The hook can suppress it by checking [`is_decoding`].
//! The flag belongs to the thread, so panics of other code and other threads are still printed.

use std::cell::Cell;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

thread_local! {
    static DECODING: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread is inside a decoder whose panic will be reported as a defect of the input.
#[must_use]
pub fn is_decoding() -> bool {
    DECODING.get()
}

/// Runs the decoder. Returns its result, or the reason of its failure.
pub(super) fn guarded<T, E: fmt::Display>(decode: impl FnOnce() -> Result<T, E>) -> Result<T, String> {
    let before = DECODING.replace(true);
    let outcome = catch_unwind(AssertUnwindSafe(decode));
    DECODING.set(before);
    match outcome {
        Ok(result) => result.map_err(|error| error.to_string()),
        Err(_) => Err("the decoder failed on damaged bytes".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_an_error_and_the_flag_is_restored() {
        let fails = || -> Result<(), String> {
            assert!(is_decoding());
            None::<()>.ok_or_else(|| "told".to_owned())
        };
        assert_eq!(guarded(fails), Err("told".to_owned()));
        let panics = || -> Result<(), String> {
            std::hint::black_box(None::<Result<(), String>>).expect("a test of panics")
        };
        assert!(guarded(panics).is_err_and(|message| message.contains("failed on damaged bytes")));
        assert!(!is_decoding());
    }
}
