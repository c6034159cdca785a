//! Breaches of the laws that are known today. The list may only become shorter.

/// A known breach.
#[derive(Debug)]
pub(crate) struct Known {
    /// The inputs.
    pub(crate) exhibit: &'static str,
    /// The changes of them.
    pub(crate) changes: &'static [&'static str],
    /// Why the answer changes.
    #[expect(dead_code, reason = "for readers")]
    reason: &'static str,
}

impl Known {
    /// Whether it is the breach that a change of these inputs causes.
    pub(crate) fn is(&self, exhibit: &str, change: &str) -> bool {
        self.exhibit == exhibit && self.changes.contains(&change)
    }
}

/// All of them.
pub(crate) const KNOWN: &[Known] = &[];
