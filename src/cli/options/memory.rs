//! How much memory a run may take.

use sysinfo::{MemoryRefreshKind, RefreshKind, System};

/// The share of the machine's memory that a run takes unless told otherwise: 1 of so many.
const SHARE: u64 = 4;
/// Where the system does not say how much it has, bytes.
const UNKNOWN: u64 = 4 << 30;

/// Bytes: what was asked for, else a quarter of what the machine, or its container, has.
pub(super) fn limit(asked: Option<u64>) -> usize {
    let bytes = asked.unwrap_or_else(|| available() / SHARE);
    usize::try_from(bytes).unwrap_or(usize::MAX)
}

fn available() -> u64 {
    let only_memory = RefreshKind::nothing().with_memory(MemoryRefreshKind::nothing().with_ram());
    let Ok(system) = System::new_with_specifics(only_memory) else { return UNKNOWN };
    let machine = Some(system.total_memory()).filter(|&bytes| bytes > 0);
    let container = system.cgroup_limits().map(|limits| limits.total_memory).filter(|&bytes| bytes > 0);
    machine.into_iter().chain(container).min().unwrap_or(UNKNOWN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_counts() {
        assert_eq!(limit(Some(1 << 28)), 1 << 28);
        assert!(limit(None) > 0);
    }
}
