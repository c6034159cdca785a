//! The check line: the same answer gives the same line in every tool.

/// Groups, then the sums over them of packets, bytes, records, first start, last end and or-ed flags.
#[derive(Clone, Copy, Default)]
pub(crate) struct Check([u64; 7]);

impl Check {
    /// The line of one group; the arguments have the order of the line.
    pub(crate) fn of_group(sums: [u64; 6]) -> Self {
        let [packets, bytes, records, first_start, last_end, tcp_flags] = sums;
        Self([1, packets, bytes, records, first_start, last_end, tcp_flags])
    }

    /// The line of several groups together.
    pub(crate) fn add(self, other: Self) -> Self {
        Self(std::array::from_fn(|place| self.0[place] + other.0[place]))
    }

    pub(crate) fn line(self) -> String {
        self.0.map(|sum| sum.to_string()).join(" ")
    }
}
