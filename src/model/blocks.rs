//! Sets of address blocks, and the blocks that contain an address.

use std::net::IpAddr;
use std::ops::Deref;

use ipnet::IpNet;

/// Address blocks, sorted, without duplicates. A look-up tries only the prefix lengths that occur, not every block.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Blocks {
    blocks: Vec<IpNet>,
    lengths: Lengths,
}

impl Blocks {
    /// The prefix length of the most specific block that contains an address.
    #[must_use]
    pub fn longest(&self, address: IpAddr) -> Option<u8> {
        self.lengths
            .around(address)
            .find(|block| self.blocks.binary_search(block).is_ok())
            .map(|block| block.prefix_len())
    }
}

impl FromIterator<IpNet> for Blocks {
    fn from_iter<I: IntoIterator<Item = IpNet>>(blocks: I) -> Self {
        let mut blocks: Vec<IpNet> = blocks.into_iter().map(|block| block.trunc()).collect();
        blocks.sort();
        blocks.dedup();
        let lengths = blocks.iter().collect();
        Self { blocks, lengths }
    }
}

impl Deref for Blocks {
    type Target = [IpNet];

    fn deref(&self) -> &[IpNet] {
        &self.blocks
    }
}

/// The prefix lengths that occur among IPv4 and IPv6 blocks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lengths {
    v4: u64,
    v6: [u128; 2],
}

impl Lengths {
    /// Adds the length of a block.
    pub fn add(&mut self, block: &IpNet) {
        let length = block.prefix_len();
        match block {
            IpNet::V4(_) => self.v4 |= 1 << length,
            IpNet::V6(_) => self.v6[usize::from(length / 128)] |= 1 << (length % 128),
        }
    }

    /// The blocks of these lengths that contain an address, the longest prefix first.
    pub fn around(self, address: IpAddr) -> impl Iterator<Item = IpNet> {
        let longest = if address.is_ipv6() { 128 } else { 32 };
        let occurs = move |length: &u8| match address {
            IpAddr::V4(_) => self.v4 >> length & 1 == 1,
            IpAddr::V6(_) => self.v6[usize::from(length / 128)] >> (length % 128) & 1 == 1,
        };
        let lengths = (0..=longest).rev().filter(occurs);
        lengths.filter_map(move |length| Some(IpNet::new(address, length).ok()?.trunc()))
    }
}

impl<'a> FromIterator<&'a IpNet> for Lengths {
    fn from_iter<I: IntoIterator<Item = &'a IpNet>>(blocks: I) -> Self {
        let mut lengths = Self::default();
        blocks.into_iter().for_each(|block| lengths.add(block));
        lengths
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_prefix_is_found() {
        let blocks: Blocks = [
            "10.0.0.0/8",
            "10.1.0.0/16",
            "10.1.2.3/32",
            "10.1.0.0/16",
            "2001:db8::/32",
            "::/0",
            "2001:db8::1/128",
        ]
        .iter()
        .map(|block| block.parse::<IpNet>().unwrap())
        .collect();
        let check = |address: &str, want| {
            let address = address.parse().unwrap();
            assert_eq!(blocks.longest(address), want, "{address}");
            let one_by_one =
                blocks.iter().filter(|block| block.contains(&address)).map(IpNet::prefix_len).max();
            assert_eq!(blocks.longest(address), one_by_one, "{address}");
        };
        assert_eq!(blocks.len(), 6);
        check("10.9.9.9", Some(8));
        check("10.1.9.9", Some(16));
        check("10.1.2.3", Some(32));
        check("11.0.0.0", None);
        check("2001:db8::1", Some(128));
        check("2001:db8::2", Some(32));
        check("fe80::1", Some(0));
    }

    #[test]
    fn a_block_may_contain_all_addresses() {
        let blocks: Blocks = ["0.0.0.0/0".parse().unwrap()].into_iter().collect();
        assert_eq!(blocks.longest("1.2.3.4".parse().unwrap()), Some(0));
        assert_eq!(blocks.longest("::1".parse().unwrap()), None);
    }
}
