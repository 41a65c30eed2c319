//! Makes a marshal stream depend on the values in it alone.
//!
//! What CPython writes depends on what else its process did: an object is marked for later reference
//! when anyone else holds it (`w_ref` of <https://github.com/python/cpython/blob/main/Python/marshal.c>),
//! a one-letter string is interned if any module before had that letter as a name, a frozenset
//! is one object or two by whether its strings were interned before, and its order is that of
//! addresses before 3.11. So the stream is read into values and written anew: equal constants are one
//! object, marked if and only if it is used again. No recursion, and nothing that the compiler does not write.

use std::collections::{BTreeMap, BTreeSet};

use sha2::Digest as _;

use crate::domain::PythonMinor;

/// What CPython itself nests and reads at most (`MAX_MARSHAL_STACK_DEPTH`).
const DEPTH_MAX: usize = 2000;
/// Marks an object that is referred to later.
const FLAG_REF: u8 = 0x80;
/// The fields of a code object: `n` a number, `o` an object.
const CODE_TO_3_10: &[u8] = b"nnnnnnoooooooono";
const CODE_SINCE_3_11: &[u8] = b"nnnnnoooooooonoo";

/// A stream that is not marshalled code as the compiler makes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the marshalled code cannot be read: {0}")]
pub struct Malformed(&'static str);

/// The same values as `stream`, which a compiler of `python` wrote, in the one form that they have.
///
/// # Errors
/// When it is anything else.
pub fn canonical(python: PythonMinor, stream: &[u8]) -> Result<Vec<u8>, Malformed> {
    let code_fields = if python.minor() <= 10 { CODE_TO_3_10 } else { CODE_SINCE_3_11 };
    let mut reader = Reader { rest: stream, code_fields, references: Vec::new(), values: Values::default() };
    let root = reader.read_all()?;
    Ok(reader.values.written(root))
}

type Id = usize;

/// A value, with those that it is made of before it.
struct Value<'a> {
    /// Its type: that of the stream, but one for all tuples (`(`) and one for all strings (`u`).
    kind: u8,
    body: Body<'a>,
    /// How many times it is named by others.
    uses: usize,
    /// Whether any of the strings that it stands for is interned.
    interned: bool,
}

enum Body<'a> {
    Bytes(&'a [u8]),
    Parts(Vec<Part>),
}

#[derive(Clone, Copy)]
enum Part {
    Number([u8; 4]),
    Value(Id),
}

/// A value whose parts are being read.
struct Open {
    kind: u8,
    reference: Option<usize>,
    parts: Vec<Part>,
    wanted: usize,
}

struct Reader<'a> {
    rest: &'a [u8],
    code_fields: &'static [u8],
    /// What the marked objects became; nothing while they are being read.
    references: Vec<Option<Id>>,
    values: Values<'a>,
}

impl<'a> Reader<'a> {
    fn read_all(&mut self) -> Result<Id, Malformed> {
        let mut stack: Vec<Open> = Vec::new();
        let mut done = self.object(&mut stack)?;
        loop {
            if let Some(id) = done {
                let Some(open) = stack.last_mut() else {
                    return if self.rest.is_empty() { Ok(id) } else { Err(Malformed("there is more of it than one object")) };
                };
                open.parts.push(Part::Value(id));
            }
            let open = stack.last_mut().expect("an object that is not done is open");
            while open.kind == b'c' && self.code_fields.get(open.parts.len()) == Some(&b'n') {
                open.parts.push(Part::Number(take_array(&mut self.rest)?));
            }
            done = if open.parts.len() == open.wanted {
                let open = stack.pop().expect("it was there");
                let id = self.values.with_parts(open.kind, open.parts)?;
                if let Some(reference) = open.reference {
                    self.references[reference] = Some(id);
                }
                Some(id)
            } else if stack.len() > DEPTH_MAX {
                return Err(Malformed("it is nested too deeply"));
            } else {
                self.object(&mut stack)?
            };
        }
    }

    /// Reads an object without parts, or opens one with parts.
    fn object(&mut self, stack: &mut Vec<Open>) -> Result<Option<Id>, Malformed> {
        let [code] = take_array(&mut self.rest)?;
        let (kind, is_marked) = (code & !FLAG_REF, code & FLAG_REF != 0);
        if is_marked && b"NTF.Sr".contains(&kind) {
            return Err(Malformed("an object is marked that cannot be"));
        }
        let id = match kind {
            b'r' => {
                let index = u32::from_le_bytes(take_array(&mut self.rest)?) as usize;
                return self.references.get(index).copied().flatten().map(Some).ok_or(Malformed("a reference leads nowhere"));
            }
            b'N' | b'T' | b'F' | b'.' | b'S' => self.values.with_bytes(kind, &[]),
            b'i' => self.leaf(kind, 4)?,
            b'g' => self.leaf(kind, 8)?,
            b'y' => self.leaf(kind, 16)?,
            b'l' => {
                let digits = i32::from_le_bytes(*self.rest.first_chunk().ok_or(SHORT)?);
                self.leaf(kind, 4 + 2 * digits.unsigned_abs() as usize)?
            }
            b's' => {
                let length = self.length()?;
                self.leaf(kind, length)?
            }
            b'z' | b'Z' | b'a' | b'A' | b'u' | b't' => {
                let length = if matches!(kind, b'z' | b'Z') { self.short_length()? } else { self.length()? };
                if !matches!(kind, b'u' | b't') && !self.rest.get(..length).is_some_and(<[u8]>::is_ascii) {
                    return Err(Malformed("a string is not what its type says"));
                }
                let id = self.leaf(b'u', length)?;
                self.values.all[id].interned |= matches!(kind, b'Z' | b'A' | b't');
                id
            }
            b')' | b'(' | b'>' | b':' | b'c' => {
                let wanted = match kind {
                    b')' => self.short_length()?,
                    b':' => 3,
                    b'c' => self.code_fields.len(),
                    _ => self.length()?,
                };
                if wanted > self.rest.len() {
                    return Err(SHORT);
                }
                let reference = is_marked.then_some(self.references.len());
                self.references.extend(is_marked.then_some(None));
                stack.push(Open { kind: if kind == b')' { b'(' } else { kind }, reference, parts: Vec::new(), wanted });
                return Ok(None);
            }
            _ => return Err(Malformed("an object is of a type that is not in code")),
        };
        self.references.extend(is_marked.then_some(Some(id)));
        Ok(Some(id))
    }

    fn leaf(&mut self, kind: u8, length: usize) -> Result<Id, Malformed> {
        let (bytes, rest) = self.rest.split_at_checked(length).ok_or(SHORT)?;
        self.rest = rest;
        Ok(self.values.with_bytes(kind, bytes))
    }

    fn length(&mut self) -> Result<usize, Malformed> {
        Ok(u32::from_le_bytes(take_array(&mut self.rest)?) as usize)
    }

    fn short_length(&mut self) -> Result<usize, Malformed> {
        Ok(u8::from_le_bytes(take_array(&mut self.rest)?).into())
    }
}

const SHORT: Malformed = Malformed("it ends too early");

fn take_array<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], Malformed> {
    let (bytes, after) = rest.split_first_chunk::<N>().ok_or(SHORT)?;
    *rest = after;
    Ok(*bytes)
}

/// All values of a stream, each once.
#[derive(Default)]
struct Values<'a> {
    all: Vec<Value<'a>>,
    by_bytes: BTreeMap<(u8, &'a [u8]), Id>,
    by_parts: BTreeMap<(u8, Vec<Id>), Id>,
    /// What the elements of sets are ordered by.
    digests: BTreeMap<Id, [u8; 32]>,
}

impl<'a> Values<'a> {
    fn with_bytes(&mut self, kind: u8, bytes: &'a [u8]) -> Id {
        *self.by_bytes.entry((kind, bytes)).or_insert_with(|| {
            self.all.push(Value { kind, body: Body::Bytes(bytes), uses: 0, interned: kind == b'u' && is_one_letter(bytes) });
            self.all.len() - 1
        })
    }

    fn with_parts(&mut self, kind: u8, mut parts: Vec<Part>) -> Result<Id, Malformed> {
        let mut ids: Vec<Id> = ids(&parts).collect();
        if kind == b'>' {
            self.digest_all(&ids)?;
            ids.sort_by_key(|id| self.digests[id]);
            parts = ids.iter().map(|id| Part::Value(*id)).collect();
        }
        // Two pieces of code are never taken for one: Python tells them apart by more than their values.
        let new = self.all.len();
        if kind != b'c' {
            let known = *self.by_parts.entry((kind, ids.clone())).or_insert(new);
            if known != new {
                return Ok(known);
            }
        }
        for id in ids {
            self.all[id].uses += 1;
        }
        self.all.push(Value { kind, body: Body::Parts(parts), uses: 0, interned: false });
        Ok(new)
    }

    /// Makes the digests of these values and of all that they are made of.
    fn digest_all(&mut self, of: &[Id]) -> Result<(), Malformed> {
        let mut wanted = BTreeSet::new();
        let mut to_see = of.to_vec();
        while let Some(id) = to_see.pop() {
            if !self.digests.contains_key(&id) && wanted.insert(id) {
                let value = &self.all[id];
                match &value.body {
                    Body::Parts(_) if value.kind == b'c' => return Err(Malformed("a set has code in it")),
                    Body::Parts(parts) => to_see.extend(ids(parts)),
                    Body::Bytes(_) => {}
                }
            }
        }
        // In this order parts come before what is made of them.
        for id in wanted {
            let value = &self.all[id];
            let mut hasher = sha2::Sha256::new();
            hasher.update([value.kind]);
            match &value.body {
                Body::Bytes(bytes) => hasher.update(bytes),
                Body::Parts(parts) => ids(parts).for_each(|part| hasher.update(self.digests[&part])),
            }
            self.digests.insert(id, hasher.finalize().into());
        }
        Ok(())
    }

    fn written(&self, root: Id) -> Vec<u8> {
        let mut out = Vec::new();
        let mut references: BTreeMap<Id, u32> = BTreeMap::new();
        let mut to_write = vec![Part::Value(root)];
        while let Some(part) = to_write.pop() {
            let id = match part {
                Part::Number(number) => {
                    out.extend_from_slice(&number);
                    continue;
                }
                Part::Value(id) => id,
            };
            if let Some(reference) = references.get(&id) {
                out.push(b'r');
                out.extend_from_slice(&reference.to_le_bytes());
                continue;
            }
            let value = &self.all[id];
            let is_singleton = matches!(value.body, Body::Bytes([])) && !matches!(value.kind, b's' | b'u');
            let mark = if value.uses > 1 && !is_singleton { FLAG_REF } else { 0 };
            if mark != 0 {
                references.insert(id, u32::try_from(references.len()).expect("fewer than bytes of the stream"));
            }
            match &value.body {
                Body::Bytes(bytes) => value.put_bytes(bytes, mark, &mut out),
                Body::Parts(parts) => {
                    value.put_head(parts.len(), mark, &mut out);
                    to_write.extend(parts.iter().rev());
                }
            }
        }
        out
    }
}

impl Value<'_> {
    fn put_bytes(&self, bytes: &[u8], mark: u8, out: &mut Vec<u8>) {
        let length = u32::try_from(bytes.len()).expect("it was read with four bytes of length").to_le_bytes();
        match self.kind {
            b'u' => {
                let is_ascii = bytes.is_ascii();
                let kind = match (is_ascii, bytes.len() < 256, self.interned) {
                    (true, true, false) => b'z',
                    (true, true, true) => b'Z',
                    (true, false, false) => b'a',
                    (true, false, true) => b'A',
                    (false, _, false) => b'u',
                    (false, _, true) => b't',
                };
                out.push(kind | mark);
                out.extend_from_slice(if matches!(kind, b'z' | b'Z') { &length[..1] } else { &length });
            }
            b's' => {
                out.push(b's' | mark);
                out.extend_from_slice(&length);
            }
            other => out.push(other | mark),
        }
        out.extend_from_slice(bytes);
    }

    fn put_head(&self, parts: usize, mark: u8, out: &mut Vec<u8>) {
        let length = u32::try_from(parts).expect("it was read with four bytes of length").to_le_bytes();
        match self.kind {
            b'(' if parts < 256 => out.extend_from_slice(&[b')' | mark, length[0]]),
            b'(' | b'>' => {
                out.push(self.kind | mark);
                out.extend_from_slice(&length);
            }
            other => out.push(other | mark),
        }
    }
}

fn ids(parts: &[Part]) -> impl Iterator<Item = Id> + '_ {
    parts.iter().filter_map(|part| match part {
        Part::Value(id) => Some(*id),
        Part::Number(_) => None,
    })
}

/// Whether CPython has only one object for this string, which anyone may have interned: those of no
/// letter and of one letter of Latin-1.
fn is_one_letter(utf8: &[u8]) -> bool {
    matches!(utf8, [] | [_] | [0xC2 | 0xC3, _])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rewritten(stream: &[u8]) -> Result<Vec<u8>, Malformed> {
        canonical("3.13".parse().expect("valid"), stream)
    }

    #[test]
    fn marks_are_those_that_are_needed() {
        for (stream, expected) in [
            (&b"\xe9\x01\x00\x00\x00"[..], &b"i\x01\x00\x00\x00"[..]),
            (b")\x02\xfa\x02ab\xfa\x02cd", b")\x02z\x02abz\x02cd"),
            (b"\xa9\x03\xfa\x02ab\xfa\x02cdr\x02\x00\x00\x00", b")\x03z\x02ab\xfa\x02cdr\x00\x00\x00\x00"),
            // Equal values become one, and it is interned if one of them is.
            (b")\x02z\x02abZ\x02ab", b")\x02\xda\x02abr\x00\x00\x00\x00"),
            (b")\x02)\x01z\x02ab)\x01z\x02ab", b")\x02\xa9\x01z\x02abr\x00\x00\x00\x00"),
            (b")\x03NNi\x00\x00\x00\x00", b")\x03NNi\x00\x00\x00\x00"),
            (b")\x02z\x01*z\x02**", b")\x02Z\x01*z\x02**"),
            (b"u\x02\x00\x00\x00\xc3\xa9", b"t\x02\x00\x00\x00\xc3\xa9"),
            // A tuple and a frozenset of the same are two.
            (b")\x02)\x00>\x00\x00\x00\x00", b")\x02)\x00>\x00\x00\x00\x00"),
            (b":NNN", b":NNN"),
        ] {
            assert_eq!(rewritten(stream).as_deref(), Ok(expected), "{stream:x?}");
            assert_eq!(rewritten(expected).as_deref(), Ok(expected), "{stream:x?}");
        }
    }

    #[test]
    fn the_order_of_a_set_is_that_of_its_values() {
        let first = rewritten(b">\x03\x00\x00\x00)\x01\xfa\x02ab)\x02r\x00\x00\x00\x00Nz\x02cd");
        let second = rewritten(b">\x03\x00\x00\x00z\x02cd)\x02\xda\x02abN)\x01r\x00\x00\x00\x00");
        assert_eq!(first.map(|bytes| bytes.len()), second.as_ref().map(Vec::len).map_err(|error| *error));
        let third = rewritten(b">\x03\x00\x00\x00)\x02\xda\x02abN)\x01r\x00\x00\x00\x00z\x02cd");
        assert_eq!(second, third);
    }

    #[test]
    fn anything_else_is_refused() {
        let deep: Vec<u8> = b")\x01".repeat(DEPTH_MAX + 1).into_iter().chain(*b"N").collect();
        let wide = [b"(\xff\xff\xff\xff".as_slice(), b"N"].concat();
        for stream in [
            &b""[..],
            b"NN",
            b"\xce",
            b"r\x00\x00\x00\x00",
            b"\xa9\x01r\x00\x00\x00\x00",
            b"[\x00\x00\x00\x00",
            b"{0",
            b"<\x00\x00\x00\x00",
            b"0",
            b"z\x05abc",
            b"z\x01\xe9",
            b"l\xff\xff\xff\x7f",
            b"l\x00\x00\x00\x80",
            b"c",
            &deep,
            &wide,
        ] {
            assert!(rewritten(stream).is_err(), "{:x?}", &stream[..stream.len().min(20)]);
        }
        assert!(rewritten(&deep[2..]).is_ok());
    }

    #[test]
    fn a_bomb_of_tuples_stays_small() {
        // Each has the one before twice: 2^1000 leaves if it were unfolded. The set makes all be digested.
        let mut stream = b">\x01\x00\x00\x00".to_vec();
        stream.extend(b"\xa9\x02".repeat(1000));
        stream.extend(b"NN");
        for index in (1..1000_u32).rev() {
            stream.push(b'r');
            stream.extend(index.to_le_bytes());
        }
        assert!(rewritten(&stream).expect("fine").len() < 10_000);
    }
}
