//! Folding of copies: exact copies of a record are replaced by few records before they take memory.

/// Words of the table that estimates the number of distinct records.
const WORDS: usize = 4;

/// How exact copies of a record are found and folded.
#[derive(Clone, Copy, Debug)]
pub struct Folding<const N: usize> {
    /// Returns a hash of a record. Copies have the same hash.
    pub hash: fn(&[u64; N]) -> u64,
    /// Returns about how many of some records are distinct. [`about_distinct`] does so.
    pub distinct: fn(&[[u64; N]]) -> usize,
    /// Folds the records: at most two of each set of copies are left.
    pub fold: fn(&mut Vec<[u64; N]>),
}

impl<const N: usize> Folding<N> {
    /// All records stay as they are.
    pub const NONE: Self = Self { hash: |record| record[0], distinct: <[_]>::len, fold: |_| {} };

    /// Folds the records if that leaves at most half of them: if at most a quarter are distinct.
    pub(super) fn fold_if_repetitive(&self, records: &mut Vec<[u64; N]>) {
        if (self.distinct)(records) * 4 <= records.len() {
            (self.fold)(records);
        }
    }

    /// Whether at most about a quarter of the records are distinct, judged by a sixteenth of all hashes.
    pub(super) fn are_repetitive<'a>(&self, records: impl Iterator<Item = &'a [u64; N]>) -> bool {
        let mut sample: Vec<u64> = records.map(self.hash).filter(|hash| hash >> 60 == 0).collect();
        let total = sample.len();
        sample.sort_unstable();
        sample.dedup();
        sample.len() * 4 <= total
    }
}

/// Returns about how many of a few hundred records at most are distinct. A larger number is estimated too low.
#[inline]
pub fn about_distinct<const N: usize>(records: &[[u64; N]], hash: impl Fn(&[u64; N]) -> u64) -> usize {
    let mut seen = [0_u64; WORDS];
    for record in records {
        let [.., byte] = hash(record).to_le_bytes();
        seen[usize::from(byte >> 6)] |= 1 << (byte & 63);
    }
    seen.iter().map(|word| word.count_ones() as usize).sum()
}
