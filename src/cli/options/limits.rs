//! Limits of memory, disk space, open files and threads.

use std::num::NonZeroUsize;
use std::path::Path;

use sysinfo::{MemoryRefreshKind, RefreshKind, System};

use crate::spill::Limits;

/// The default memory limit is the machine's memory divided by this number.
const MEMORY_SHARE: u64 = 4;
/// Assumed memory if the system does not report it, bytes.
const UNKNOWN_MEMORY: u64 = 4 << 30;
/// The limit of temporary files is the free disk space divided by this number.
const DISK_SHARE: u64 = 2;

/// Threads per core that can be useful.
const THREADS_PER_CORE: usize = 4;
/// The number of threads that every machine can start.
const MOST_THREADS_ANYWHERE: usize = 16;

/// Limit of open files: three for each partition of the buffered records, some for smaller partitions, and the inputs.
#[cfg(unix)]
const OPEN_FILES: u64 = 4096;

/// Returns the limits of a run: `memory` in bytes, by default a quarter of the memory of the machine or its container, and
/// half of the free disk space. Also raises the limit of open files of this process.
pub(super) fn limits(memory: Option<u64>) -> Limits {
    allow_open_files();
    let memory = memory.unwrap_or_else(|| available_memory() / MEMORY_SHARE);
    let disk = free_space(&std::env::temp_dir()).map_or(u64::MAX, |free| free / DISK_SHARE);
    Limits { memory: usize::try_from(memory).unwrap_or(usize::MAX), disk }
}

/// Returns the number of worker threads: by default one per core, and never more than the machine can use.
pub(super) fn threads(wanted: Option<NonZeroUsize>) -> usize {
    wanted.map_or_else(cores, |wanted| wanted.get().min(most_threads()))
}

/// The message for a number of threads that was reduced.
#[must_use]
pub fn reduced_threads(wanted: Option<NonZeroUsize>) -> Option<String> {
    let wanted = wanted.filter(|wanted| wanted.get() > most_threads())?;
    let (most, cores) = (most_threads(), cores());
    Some(format!(
        "`--threads {wanted}` is more than this machine can use ({cores} cores): {most} threads are used"
    ))
}

/// Threads that wait for a disk leave their core to others, so some more than the cores are useful.
fn most_threads() -> usize {
    (cores() * THREADS_PER_CORE).max(MOST_THREADS_ANYWHERE)
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, NonZeroUsize::get)
}

fn available_memory() -> u64 {
    let only_memory = RefreshKind::nothing().with_memory(MemoryRefreshKind::nothing().with_ram());
    let Ok(system) = System::new_with_specifics(only_memory) else { return UNKNOWN_MEMORY };
    let machine = Some(system.total_memory()).filter(|&bytes| bytes > 0);
    let container = system.cgroup_limits().map(|limits| limits.total_memory).filter(|&bytes| bytes > 0);
    machine.into_iter().chain(container).min().unwrap_or(UNKNOWN_MEMORY)
}

/// Raises the limit of open files. Shells often set it to 256 or 1024 and allow the process to raise it.
#[cfg(unix)]
fn allow_open_files() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let allowed = getrlimit(Resource::Nofile);
    let wanted = allowed.maximum.map_or(OPEN_FILES, |most| most.min(OPEN_FILES));
    if allowed.current.is_some_and(|now| now < wanted) {
        // If the system refuses this, a run that needs more files fails with a hint.
        let _ = setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), ..allowed });
    }
}

#[cfg(not(unix))]
fn allow_open_files() {}

/// Free space of the disk that holds the folder, bytes.
#[cfg(unix)]
fn free_space(folder: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(folder).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

/// The free space is unknown on this system.
#[cfg(not(unix))]
fn free_space(_folder: &Path) -> Option<u64> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_are_limited_by_the_cores() {
        let of = |wanted| (threads(NonZeroUsize::new(wanted)), reduced_threads(NonZeroUsize::new(wanted)));
        assert_eq!(threads(None), cores());
        assert_eq!(of(3), (3, None));
        assert_eq!(of(16), (16, None));
        for wanted in [20_000, 65_535] {
            let (used, message) = of(wanted);
            assert_eq!(used, most_threads());
            let message = message.expect("the number was reduced");
            assert!(message.contains(&format!("--threads {wanted}")), "{message}");
            assert!(message.ends_with(&format!("{used} threads are used")), "{message}");
        }
    }

    #[test]
    fn an_explicit_limit_is_used() {
        assert_eq!(limits(Some(1 << 28)).memory, 1 << 28);
        assert!(limits(None).memory > 0 && limits(None).disk > 0);
    }
}
