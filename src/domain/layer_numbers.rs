//! The number that a build's layer version has in each region. A ledger has millions, so they lie side by side.

use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::RegionCode;

/// Numbers by region, sorted by the region's code. In files an object: `{"eu-west-1":9}`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LayerNumbers(Vec<(RegionCode, u64)>);

impl LayerNumbers {
    /// The numbers of no region.
    pub fn new() -> Self {
        Self::default()
    }

    /// The number in a region, if there is one.
    pub fn get(&self, region: &RegionCode) -> Option<&u64> {
        self.find(region).ok().map(|at| &self.0[at].1)
    }

    /// Whether there is a number in a region.
    pub fn contains_key(&self, region: &RegionCode) -> bool {
        self.find(region).is_ok()
    }

    /// Sets the number in a region, in place of one that is there.
    pub fn insert(&mut self, region: RegionCode, number: u64) {
        match self.find(&region) {
            Ok(at) => self.0[at].1 = number,
            Err(at) => self.0.insert(at, (region, number)),
        }
    }

    /// The regions and their numbers, sorted by code.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&RegionCode, &u64)> {
        self.0.iter().map(|(region, number)| (region, number))
    }

    /// The regions, sorted by code.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = &RegionCode> {
        self.0.iter().map(|(region, _)| region)
    }

    /// How many regions there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no region.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn find(&self, region: &RegionCode) -> Result<usize, usize> {
        // Mostly they come in order.
        match self.0.last() {
            Some((last, _)) if last < region => Err(self.0.len()),
            Some(_) | None => self.0.binary_search_by(|(known, _)| known.cmp(region)),
        }
    }
}

impl FromIterator<(RegionCode, u64)> for LayerNumbers {
    /// Of a region that comes twice the last number counts.
    fn from_iter<I: IntoIterator<Item = (RegionCode, u64)>>(numbers: I) -> Self {
        let mut made = Self::new();
        numbers.into_iter().for_each(|(region, number)| made.insert(region, number));
        made.0.shrink_to_fit();
        made
    }
}

impl<const N: usize> From<[(RegionCode, u64); N]> for LayerNumbers {
    fn from(numbers: [(RegionCode, u64); N]) -> Self {
        numbers.into_iter().collect()
    }
}

impl<'a> IntoIterator for &'a LayerNumbers {
    type Item = (&'a RegionCode, &'a u64);
    type IntoIter = std::iter::Map<std::slice::Iter<'a, (RegionCode, u64)>, fn(&'a (RegionCode, u64)) -> (&'a RegionCode, &'a u64)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter().map(|(region, number)| (region, number))
    }
}

impl IntoIterator for LayerNumbers {
    type Item = (RegionCode, u64);
    type IntoIter = std::vec::IntoIter<(RegionCode, u64)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl Serialize for LayerNumbers {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self)
    }
}

impl<'de> Deserialize<'de> for LayerNumbers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Numbers;
        impl<'de> Visitor<'de> for Numbers {
            type Value = LayerNumbers;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("numbers by region")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<LayerNumbers, A::Error> {
                let mut numbers = LayerNumbers::new();
                while let Some((region, number)) = map.next_entry()? {
                    numbers.insert(region, number);
                }
                numbers.0.shrink_to_fit();
                Ok(numbers)
            }
        }
        deserializer.deserialize_map(Numbers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_found_by_region_in_the_order_of_codes() {
        let region = |code: &str| -> RegionCode { code.parse().expect("valid") };
        let numbers: LayerNumbers = [("us-east-1", 3), ("eu-west-1", 1), ("us-east-1", 4)].map(|(code, number)| (region(code), number)).into();
        assert_eq!(numbers.iter().map(|(region, number)| (region.as_str(), *number)).collect::<Vec<_>>(), [("eu-west-1", 1), ("us-east-1", 4)]);
        assert_eq!((numbers.get(&region("us-east-1")), numbers.get(&region("eu-west-2")), numbers.len()), (Some(&4), None, 2));
        assert!(numbers.contains_key(&region("eu-west-1")) && !numbers.is_empty() && LayerNumbers::new().is_empty());
        let text = serde_json::to_string(&numbers).expect("plain data");
        assert_eq!(text, r#"{"eu-west-1":1,"us-east-1":4}"#);
        assert_eq!(serde_json::from_str::<LayerNumbers>(&text).expect("read back"), numbers);
        assert!(serde_json::from_str::<LayerNumbers>("[]").is_err() && serde_json::from_str::<LayerNumbers>(r#"{"x":1}"#).is_err());
    }
}
