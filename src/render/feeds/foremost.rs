//! The first few of very many, without keeping the others.

/// The first `max` of both, in order. Which they are does not depend on how the whole was split.
pub fn foremost<T: Ord>(mut some: Vec<T>, others: Vec<T>, max: usize) -> Vec<T> {
    some.extend(others);
    some.sort();
    some.truncate(max);
    some
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_split_does_not_matter() {
        let all: Vec<u32> = (0..100).map(|number| number * 37 % 101).collect();
        let whole = foremost(all.clone(), Vec::new(), 7);
        for parts in [1, 3, 50] {
            let joined = all.chunks(parts).fold(Vec::new(), |joined, part| foremost(joined, part.to_vec(), 7));
            assert_eq!(joined, whole, "{parts}");
        }
        assert_eq!(whole.len(), 7);
    }
}
