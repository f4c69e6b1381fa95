//! Writes a row for each activation of the catalogue: `constructors.rs` in the build's own folder, which
//! `src/constructors.rs` includes.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs, io};

use ogive_catalog::{ALL, Entry};

/// A macro that hands all rows to another.
const START: &str = "#[doc(hidden)]
#[macro_export]
macro_rules! each_activation {
    ($config:ident $init:ident) => {
        $crate::constructor_types! { $config $init
";

const END: &str = "        }
    };
}
";

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    let mut text = String::from(START);
    for entry in ALL.iter() {
        constructor(entry, &mut text).map_err(io::Error::other)?;
    }
    text += END;
    let folder = env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("cargo sets OUT_DIR"))?;
    fs::write(Path::new(&folder).join("constructors.rs"), text)
}

fn constructor(
    entry: &Entry,
    text: &mut String,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let formula = entry.formula().map_err(|error| error.to_string())?;
    let page = escaped(entry.page);
    write!(text, "{:?} {} {:?} [", page.trim(), camel_case(entry.name), entry.name)?;
    for parameter in formula.parameters() {
        let what = if parameter.learnable { "a learned parameter" } else { "a setting" };
        let doc = format!("The initial value of `{}`, {what}: `{parameter}`.", parameter.name);
        let doc = if parameter.learnable { doc } else { doc.replacen("initial value", "value", 1) };
        let method: String = parameter
            .name
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
            .collect();
        write!(text, "{doc:?} {:?} with_{},", parameter.name, method.trim_end_matches('_'))?;
    }
    writeln!(text, "]")?;
    Ok(())
}

/// `leaky_relu` as `LeakyRelu`.
fn camel_case(name: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    };
    name.split('_').map(word).collect()
}

/// Brackets outside of code, so that they are no links.
fn escaped(page: &str) -> String {
    let mut in_code = false;
    let mut text = String::new();
    for letter in page.chars() {
        in_code ^= letter == '`';
        if letter == '[' && !in_code {
            text.push('\\');
        }
        text.push(letter);
    }
    text
}
