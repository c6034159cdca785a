//! The check line: the same answer gives the same line, whoever found it.

/// What a group of records sums up to.
pub(crate) struct GroupSums {
    pub(crate) packets: u64,
    pub(crate) bytes: u64,
    pub(crate) records: u64,
    pub(crate) first_start: u64,
    pub(crate) last_end: u64,
    pub(crate) tcp_flags: u64,
}

/// Groups, then the sums of packets, bytes, records, first start, last end and or-ed flags.
pub(crate) fn check_line(groups: impl Iterator<Item = GroupSums>) -> String {
    let mut count = 0_u64;
    let mut sums = [0_u64; 6];
    for group in groups {
        count += 1;
        let of_group =
            [group.packets, group.bytes, group.records, group.first_start, group.last_end, group.tcp_flags];
        sums.iter_mut().zip(of_group).for_each(|(sum, part)| *sum += part);
    }
    let sums: Vec<String> = sums.iter().map(ToString::to_string).collect();
    format!("{count} {}", sums.join(" "))
}
