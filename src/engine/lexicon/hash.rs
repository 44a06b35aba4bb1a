//! A hash of words that is the same on every machine and in every build, and maps and sets of such hashes.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

/// FNV-1a, 64 bits: the offset basis and the prime.
const START: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0100_0000_01b3;

/// The hash of bytes (FNV-1a, 64 bits).
pub fn hash(bytes: &[u8]) -> u64 {
    more(START, bytes)
}

/// The hash of what was hashed before, with more bytes after it.
pub fn more(before: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(before, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(PRIME))
}

/// A map whose keys are hashes already.
pub type ByHash<Value> = HashMap<u64, Value, BuildHasherDefault<Hashed>>;

/// A set of hashes.
pub type Hashes = HashSet<u64, BuildHasherDefault<Hashed>>;

/// Hands a key on as it is.
#[derive(Debug, Default)]
pub struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = more(self.0, bytes);
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_those_of_the_standard_vectors() {
        let check = |text: &str, expected: u64| assert_eq!(hash(text.as_bytes()), expected, "{text}");
        check("", START);
        check("a", 0xaf63_dc4c_8601_ec8c);
        check("foobar", 0x8594_4171_f739_67e8);
        assert_eq!(more(hash(b"foo"), b"bar"), hash(b"foobar"));
    }
}
