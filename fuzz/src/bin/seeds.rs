//! Writes the first texts for the target `parse`: formulas as papers and source code print them, and
//! texts with a mistake.
//!
//! ```text
//! cargo run --release --bin seeds
//! ```

use std::fs;
use std::path::Path;

// The coverage that everything here is compiled with needs its runtime.
use libfuzzer_sys as _;

#[allow(dead_code, reason = "seeds are texts alone")]
#[path = "../../../crates/formula/tests/it/printed.rs"]
mod printed;

/// Tests whose string literals are texts with a mistake.
const MESSAGES: &str = include_str!("../../../crates/formula/tests/it/messages.rs");

fn main() -> std::io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/parse");
    fs::create_dir_all(&folder)?;
    let printed = printed::printed().into_iter();
    let printed = printed.flat_map(|known| [known.text.clone(), known.meaning.to_owned()]);
    let catalogue = ogive_catalog::ALL.iter().map(|entry| entry.text.to_owned());
    let texts: Vec<String> = printed.chain(catalogue).chain(literals(MESSAGES)).collect();
    for (number, text) in texts.iter().enumerate() {
        fs::write(folder.join(format!("seed-{number:03}")), text)?;
    }
    Ok(())
}

/// The string literals that stand alone in a line, as elements of an array do.
fn literals(source: &str) -> impl Iterator<Item = String> {
    source.lines().filter_map(|line| {
        let literal = line.trim().strip_suffix(',')?;
        syn::parse_str::<syn::LitStr>(literal).ok().map(|literal| literal.value())
    })
}
