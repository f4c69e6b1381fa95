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
    /// In f64 lanes, or in f32 lanes.
    width: Width,
    uniforms: usize,
    outputs: usize,
}

#[derive(Clone, Copy, PartialEq)]
enum Width {
    Doubles,
    Singles,
}

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let mut source = String::new();
    let mut kernels: Vec<Kernel> = Vec::new();
    // A program and its kind, as text, and the kernels that run it in f64 and in f32 lanes.
    let mut names: BTreeMap<String, [Option<usize>; 2]> = BTreeMap::new();
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
            let places = [Width::Doubles, Width::Singles].map(|width| {
                let name = format!("K{}", kernels.len());
                let kernel = write_kernel(&mut source, &name, program, kind, stored, width)?;
                kernels.push(kernel);
                Some(kernels.len() - 1)
            });
            names.insert(key, places);
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
    width: Width,
) -> Option<Kernel> {
    if width == Width::Singles && matches!(kind, Kind::Corrected) {
        // The correction adds a rounding.
        return None;
    }
    let ((statements, results), program_trait, lanes) = match width {
        Width::Doubles => (emit::rust_lanes(program)?, "Fused", "Lanes"),
        Width::Singles => (emit::rust_singles(program)?, "FusedSingle", "Singles"),
    };
    let (uniforms, outputs) = (program.uniforms.len(), results.len());
    let text = |holds: &dyn Fn(&ogive_formula::Output) -> bool| {
        let each: Vec<String> = program.outputs.iter().map(|out| holds(out).to_string()).collect();
        each.join(", ")
    };
    let names: Vec<String> = (0..uniforms).map(|uniform| format!("u{uniform}")).collect();
    let _ = write!(
        source,
        "struct {name};
impl {program_trait}<{uniforms}, {outputs}> for {name} {{
    const STORED: usize = {stored};
    const GATE: bool = {gate};
    const SCALED: bool = {scaled};
    const CORRECTED: bool = {corrected};
    const GUARDS: [bool; {outputs}] = [{guards}];
    const GATE_GUARDS: [bool; {outputs}] = [{gate_guards}];
    #[inline(always)]
    #[allow(unused_variables)]
    fn evaluate<L: {lanes}>(l: L, x: L::V, gate: L::V, [{names}]: [L::V; {uniforms}]) -> [L::V; {outputs}] {{
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
    Some(Kernel { width, uniforms, outputs })
}

fn write_table(source: &mut String, names: &BTreeMap<String, [Option<usize>; 2]>) {
    let _ = writeln!(
        source,
        "/// Every compiled program as text, sorted, and the places of its kernels in f64 and in f32 lanes.
pub(crate) const PROGRAMS: &[(&str, [Option<usize>; 2])] = &["
    );
    for (text, places) in names {
        let _ = writeln!(source, "    ({text:?}, {places:?}),");
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
    #[allow(clippy::wildcard_imports)]
    use super::*;
    use crate::lanes::{lanes};"
    );
    let mut table = Vec::new();
    for (place, Kernel { width, uniforms, outputs }) in kernels.iter().enumerate() {
        let (number, io, run, variant) = match width {
            Width::Doubles => ("f64", "Io", "run", "Doubles"),
            Width::Singles => ("f32", "IoSingle", "run_single", "Singles"),
        };
        let _ = writeln!(
            source,
            "    #[target_feature(enable = {features:?})]
    fn k{place}(io: &mut {io}) -> bool {{
        // SAFETY: this function is compiled for, and called on, machines with these features.
        let l = unsafe {{ {lanes}::<{number}>::assume() }};
        {run}::<_, K{place}, {uniforms}, {outputs}>(l, io)
    }}"
        );
        table.push(format!("Kernel::{variant}(k{place})"));
    }
    let _ =
        writeln!(source, "    pub(crate) const KERNELS: &[Kernel] = &[{}];\n}}", table.join(", "));
}
