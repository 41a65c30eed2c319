//! Inputs: what the fuzzer found worth keeping, and changes of it that are the same each time.

use std::path::Path;

/// The files of a corpus, in the order of their names.
pub fn corpus(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let files = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<_> = files.map(|file| file.expect("a file").path()).collect();
    paths.sort();
    paths.iter().map(|path| std::fs::read(path).expect("read")).collect()
}

/// `count` inputs that are nearly those of `corpus`: bytes turned, cut, repeated, replaced, and halves of two put together.
pub fn changed(corpus: &[Vec<u8>], count: usize) -> impl Iterator<Item = Vec<u8>> {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    (0..count).map(move |_| {
        let mut input = corpus[random.below(corpus.len())].clone();
        for _ in 0..=random.below(4) {
            change(&mut input, corpus, &mut random);
        }
        input
    })
}

fn change(input: &mut Vec<u8>, corpus: &[Vec<u8>], random: &mut Random) {
    const WORDS: [&[u8]; 16] = [
        b"\0",
        b"\n",
        b"\r\n",
        b"\"",
        b",",
        b"\x0c",
        b"\xff",
        b"\x1b[31m",
        b"../",
        b"{",
        b"[[[[",
        b"99999999999999999999",
        b"::error::x",
        b"\xe2\x80\xae",
        b"=",
        b"-1",
    ];
    let from = random.below(input.len() + 1);
    let to = from + random.below((input.len() - from).min(64) + 1);
    match random.below(6) {
        0 if from < input.len() => input[from] ^= 1 << random.below(8),
        1 if from < input.len() => input[from] = random.below(256) as u8,
        2 => drop(input.drain(from..to)),
        3 => {
            let part = input[from..to].to_vec();
            input.splice(from..from, part);
        }
        4 => {
            let word = WORDS[random.below(WORDS.len())];
            input.splice(from..from, word.iter().copied());
        }
        _ => {
            let other = &corpus[random.below(corpus.len())];
            input.truncate(from);
            input.extend_from_slice(&other[random.below(other.len() + 1)..]);
        }
    }
}

/// An input for a message, as it can be written down.
pub fn escaped(input: &[u8]) -> String {
    input.iter().take(4_000).flat_map(|&byte| std::ascii::escape_default(byte)).map(char::from).collect()
}

/// Numbers that are the same each time (xorshift).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit.max(1) as u64).expect("less than a size")
    }
}
