//! Writes the programs of the catalogue as kernels: `fused.rs` in the build's own folder, which
//! `src/fused.rs` includes.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use ogive_formula::{Program, Programs, emit};

/// The instruction sets that get kernels.
#[rustfmt::skip]
const SETS: &[[&str; 4]] = &[
    // module   lanes     features                                         where
    ["neon",   "Neon",   "neon",                                          "all(target_arch = \"aarch64\", target_endian = \"little\")"],
    ["avx2",   "Avx2",   "avx2,fma",                                      "target_arch = \"x86_64\""],
    ["avx512", "Avx512", "avx512f,avx512vl,avx512dq,avx512bw,avx2,fma",   "target_arch = \"x86_64\""],
];

/// What a program's outputs are; as the engine's `plan::Kind`.
#[derive(Clone, Copy)]
enum Kind {
    Values,
    Derivatives,
    Corrected,
}

struct Kernel {
    uniforms: usize,
    outputs: usize,
}

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let mut source = String::new();
    let mut kernels: Vec<Kernel> = Vec::new();
    // A program and its kind, as text, and the kernel that runs it.
    let mut names: BTreeMap<String, usize> = BTreeMap::new();
    for entry in ogive_catalog::ALL.iter() {
        let formula = entry.formula().expect("the catalogue's formulas parse");
        let Programs { forward, backward, reduce, map } = Programs::of(&formula);
        let inputs = 1 + usize::from(formula.has_gate());
        let mut wanted = vec![(&forward, Kind::Values, 1), (&backward, Kind::Derivatives, inputs)];
        if formula.has_statistics() {
            wanted.push((&reduce, Kind::Derivatives, 0));
            wanted.push((&map, Kind::Corrected, inputs));
        }
        for (program, kind, stored) in wanted {
            let key = format!("{} {stored}\n{program}", kind as u8);
            if names.contains_key(&key) {
                continue;
            }
            let name = format!("K{}", kernels.len());
            if let Some(kernel) = write_kernel(&mut source, &name, program, kind, stored) {
                names.insert(key, kernels.len());
                kernels.push(kernel);
            }
        }
    }
    write_table(&mut source, &names);
    for [module, lanes, features, place] in SETS {
        write_set(&mut source, &kernels, module, lanes, features, place);
    }
    let folder = std::env::var_os("OUT_DIR").expect("cargo gives a build script its folder");
    std::fs::write(std::path::Path::new(&folder).join("fused.rs"), source)
        .expect("the build's own folder can be written");
}

fn write_kernel(
    source: &mut String,
    name: &str,
    program: &Program,
    kind: Kind,
    stored: usize,
) -> Option<Kernel> {
    let (statements, results) = emit::rust_lanes(program)?;
    let (uniforms, outputs) = (program.uniforms.len(), results.len());
    let text = |holds: &dyn Fn(&ogive_formula::Output) -> bool| {
        let each: Vec<String> = program.outputs.iter().map(|out| holds(out).to_string()).collect();
        each.join(", ")
    };
    let names: Vec<String> = (0..uniforms).map(|uniform| format!("u{uniform}")).collect();
    let _ = write!(
        source,
        "struct {name};
impl Fused<{uniforms}, {outputs}> for {name} {{
    const STORED: usize = {stored};
    const GATE: bool = {gate};
    const SCALED: bool = {scaled};
    const CORRECTED: bool = {corrected};
    const GUARDS: [bool; {outputs}] = [{guards}];
    const GATE_GUARDS: [bool; {outputs}] = [{gate_guards}];
    #[inline(always)]
    #[allow(unused_variables)]
    fn evaluate<L: Lanes>(l: L, x: L::V, gate: L::V, [{names}]: [L::V; {uniforms}]) -> [L::V; {outputs}] {{
        {statements}
        [{results}]
    }}
}}
",
        gate = statements.contains("gate") || results.iter().any(|result| result == "gate"),
        scaled = !matches!(kind, Kind::Values),
        corrected = matches!(kind, Kind::Corrected),
        guards = text(&|output| output.guard),
        gate_guards = text(&|output| output.guard_gate),
        names = names.join(", "),
        results = results.join(", "),
    );
    Some(Kernel { uniforms, outputs })
}

fn write_table(source: &mut String, names: &BTreeMap<String, usize>) {
    let _ = writeln!(
        source,
        "/// Every compiled program as text, sorted, and the place of its kernel.
pub(crate) const PROGRAMS: &[(&str, usize)] = &["
    );
    for (text, place) in names {
        let _ = writeln!(source, "    ({text:?}, {place}),");
    }
    let _ = writeln!(source, "];");
}

fn write_set(
    source: &mut String,
    kernels: &[Kernel],
    module: &str,
    lanes: &str,
    features: &str,
    place: &str,
) {
    let _ = writeln!(
        source,
        "#[cfg({place})]
pub(crate) mod {module} {{
    use super::*;
    use crate::lanes::{lanes};"
    );
    let mut table = Vec::new();
    for (place, Kernel { uniforms, outputs }) in kernels.iter().enumerate() {
        let _ = writeln!(
            source,
            "    #[target_feature(enable = {features:?})]
    fn k{place}(io: &mut Io) -> bool {{
        // SAFETY: this function is compiled for, and called on, machines with these features.
        let l = unsafe {{ {lanes}::<f64>::assume() }};
        run::<_, K{place}, {uniforms}, {outputs}>(l, io)
    }}"
        );
        table.push(format!("k{place}"));
    }
    let _ =
        writeln!(source, "    pub(crate) const KERNELS: &[Kernel] = &[{}];\n}}", table.join(", "));
}
