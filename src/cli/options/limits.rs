//! How much memory and disk a run may take.

use std::path::Path;

use sysinfo::{MemoryRefreshKind, RefreshKind, System};

use crate::spill::Limits;

/// The share of the machine's memory that a run takes unless told otherwise: 1 of so many.
const MEMORY_SHARE: u64 = 4;
/// Where the system does not say how much it has, bytes.
const UNKNOWN_MEMORY: u64 = 4 << 30;
/// The share of the disk's free space that temporary files take at most.
const DISK_SHARE: u64 = 2;

/// Files that may be open at once: three for each part of the records that wait, some for finer ones, and what is read.
#[cfg(unix)]
const OPEN_FILES: u64 = 4096;

/// The memory asked for, else a quarter of what the machine, or its container, has; half of what is free of the disk;
/// and as many open files as these take, which the process asks for itself.
pub(super) fn limits(memory: Option<u64>) -> Limits {
    allow_open_files();
    let memory = memory.unwrap_or_else(|| available_memory() / MEMORY_SHARE);
    let disk = free_space(&std::env::temp_dir()).map_or(u64::MAX, |free| free / DISK_SHARE);
    Limits { memory: usize::try_from(memory).unwrap_or(usize::MAX), disk }
}

fn available_memory() -> u64 {
    let only_memory = RefreshKind::nothing().with_memory(MemoryRefreshKind::nothing().with_ram());
    let Ok(system) = System::new_with_specifics(only_memory) else { return UNKNOWN_MEMORY };
    let machine = Some(system.total_memory()).filter(|&bytes| bytes > 0);
    let container = system.cgroup_limits().map(|limits| limits.total_memory).filter(|&bytes| bytes > 0);
    machine.into_iter().chain(container).min().unwrap_or(UNKNOWN_MEMORY)
}

/// Shells often allow a process 256 or 1024 open files, and itself to ask for more.
#[cfg(unix)]
fn allow_open_files() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let allowed = getrlimit(Resource::Nofile);
    let wanted = allowed.maximum.map_or(OPEN_FILES, |most| most.min(OPEN_FILES));
    if allowed.current.is_some_and(|now| now < wanted) {
        // Where it is refused, a run that needs more says so.
        let _ = setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), ..allowed });
    }
}

#[cfg(not(unix))]
fn allow_open_files() {}

/// Of the disk that holds the folder, bytes.
#[cfg(unix)]
fn free_space(folder: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(folder).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

/// Nothing is known of it here.
#[cfg(not(unix))]
fn free_space(_folder: &Path) -> Option<u64> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_counts() {
        assert_eq!(limits(Some(1 << 28)).memory, 1 << 28);
        assert!(limits(None).memory > 0 && limits(None).disk > 0);
    }
}
