//! What a record says of whose values it holds.

/// Identities up to this length stand in records as they are.
const LONGEST: usize = 120;

/// So many letters are kept of a longer one, for whoever reads the record.
const START: usize = 80;

/// The name in the catalogue, else the formula; of a long one, its start and a number that stands for all
/// of it.
pub fn identity(activation: &ogive::Activation) -> String {
    let formula = activation.formula();
    let name = activation.name();
    let known = ogive::catalog::find(name).is_some_and(|entry| entry.name == name);
    let text = if known { name.to_owned() } else { formula.print(formula.typed()) };
    if text.len() <= LONGEST {
        return text;
    }
    // FNV-1a, the same everywhere and always.
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325, step);
    let start: String = text.chars().take(START).collect();
    format!("{start}… (all of it: {hash:016x})")
}
