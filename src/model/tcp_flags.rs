//! TCP flags as flow logs record them: combined by `or` over the window, and ACK alone is recorded as 0.
//!
//! Source: flow log field `tcp-flags` (version 3). A data or ACK packet adds 0; ACK is recorded only together with SYN (18).

use std::fmt;

/// The bitwise OR of the flags of one direction of a conversation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TcpFlags(pub u16);

impl TcpFlags {
    /// FIN: the sender closes normally.
    pub const FIN: u16 = 1;
    /// SYN: the sender opens.
    pub const SYN: u16 = 2;
    /// Resetting.
    pub const RST: u16 = 4;
    /// Acknowledging; recorded only together with SYN.
    pub const ACK: u16 = 16;

    /// Whether this side opened the connection: SYN without ACK.
    #[must_use]
    pub fn opens(self) -> bool {
        self.0 & Self::SYN != 0 && self.0 & Self::ACK == 0
    }

    /// Whether this side accepted the connection: SYN and ACK.
    #[must_use]
    pub fn accepts(self) -> bool {
        self.0 & Self::SYN != 0 && self.0 & Self::ACK != 0
    }

    /// Only SYN, in all packets.
    #[must_use]
    pub fn only_opens(self) -> bool {
        self.0 == Self::SYN
    }

    /// Reset the connection.
    #[must_use]
    pub fn resets(self) -> bool {
        self.0 & Self::RST != 0
    }

    /// Whether this side closed the connection normally.
    #[must_use]
    pub fn closes(self) -> bool {
        self.0 & Self::FIN != 0
    }
}

impl fmt::Display for TcpFlags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const NAMES: [(u16, &str); 4] =
            [(TcpFlags::SYN, "SYN"), (TcpFlags::ACK, "ACK"), (TcpFlags::FIN, "FIN"), (TcpFlags::RST, "RST")];
        let mut names = NAMES.iter().filter(|(bit, _)| self.0 & bit != 0).map(|(_, name)| name);
        match names.next() {
            None => f.write_str("none"),
            Some(first) => {
                f.write_str(first)?;
                names.try_for_each(|name| write!(f, "+{name}"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_values_seen_in_real_logs() {
        let check = |value, text| assert_eq!(TcpFlags(value).to_string(), text);
        check(0, "none");
        check(2, "SYN");
        check(18, "SYN+ACK");
        check(19, "SYN+ACK+FIN");
        check(22, "SYN+ACK+RST");
        assert!(TcpFlags(2).only_opens() && !TcpFlags(3).only_opens());
        assert!(TcpFlags(3).opens() && !TcpFlags(19).opens() && TcpFlags(19).accepts());
    }
}
