//! Writes the programs of those entries of the catalogue that ask for it as kernels: `fused.rs` in the
//! build's own folder, which `src/fused.rs` includes; and `none.rs`, without any, for unit tests. Also
//! `hot.rs`: the programs that hand-tuned kernels stand for.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use ogive_formula::{
    Code, Formula, Op, Output, Pair, Parameter, Program, Programs, Results, Source, Task, emit,
    number,
};

/// An instruction set that gets kernels.
struct Set {
    module: &'static str,
    lanes: &'static str,
    /// What makes a function use it; nothing where every machine has it.
    features: &'static str,
    place: &'static str,
    /// Whether it gets those only whose bits the tile engine does not give.
    only_pairs: bool,
}

#[rustfmt::skip]
const SETS: &[Set] = &[
    Set { module: "scalar",       lanes: "Scalar", features: "",         only_pairs: true,  place: "all()" },
    Set { module: "scalar_fused", lanes: "Scalar", features: "fma",      only_pairs: true,  place: "target_arch = \"x86_64\"" },
    Set { module: "neon",         lanes: "Neon",   features: "neon",     only_pairs: false, place: "all(target_arch = \"aarch64\", target_endian = \"little\")" },
    Set { module: "avx2",         lanes: "Avx2",   features: "avx2,fma", only_pairs: false, place: "target_arch = \"x86_64\"" },
    Set { module: "avx512",       lanes: "Avx512", features: "avx512f,avx512vl,avx512dq,avx512bw,avx2,fma", only_pairs: false, place: "target_arch = \"x86_64\"" },
];

/// How a kernel computes.
#[derive(Clone, Copy, PartialEq)]
enum Width {
    Doubles,
    Singles,
    /// The same with uniforms in two parts, first all that are nearest and then what they lack.
    Parts,
    /// With the kernel at this place where a pair leaves doubts.
    Pairs(usize),
}

struct Kernel {
    width: Width,
    /// The number of its program.
    program: usize,
    uniforms: usize,
    outputs: usize,
}

/// What a kernel computes of one block: statements, results, and what the results lack that have two parts.
struct Body {
    statements: String,
    results: Vec<String>,
    rests: Vec<Option<String>>,
}

impl From<(String, Vec<String>)> for Body {
    fn from((statements, results): (String, Vec<String>)) -> Body {
        Body { statements, results, rests: Vec::new() }
    }
}

impl From<emit::Singles> for Body {
    fn from(singles: emit::Singles) -> Body {
        let emit::Singles { statements, outputs, rests } = singles;
        Body { statements, results: outputs, rests }
    }
}

/// The text that is written, and what it holds so far.
#[derive(Default)]
struct Writer {
    text: String,
    kernels: Vec<Kernel>,
    /// Each program's key, and how `plan::Fused` names its kernels.
    known: BTreeMap<String, String>,
}

/// Whether sixteen elements take fewer instructions on pairs of f32 than in f64 lanes, which hold half
/// as many. A quotient of f64 counts for what it takes on average of the machines known.
#[rustfmt::skip]
fn pairs_are_cheaper(program: &Program) -> bool {
    let costs = program.steps.iter().map(|step| match step.code {
        //                                  f64  pairs
        Code::Op(Op::Sigmoid)           => (84,  50),
        Code::Op(Op::Exp)               => (40,  30),
        Code::Op(Op::Expm1)             => (60,  42),
        Code::Op(Op::Expm1Rest)         => (90,  55),
        Code::Op(Op::Tanh)              => (90,  62),
        Code::Op(Op::Softplus)          => (126, 85),
        Code::Op(Op::TanhSoftplus)      => (60,  65),
        Code::Op(Op::Div)               => (40,  20),
        Code::Op(Op::Sqrt)              => (70,  24),
        Code::Pair(Pair::Sigmoids)      => (84,  54),
        Code::Pair(Pair::Exponentials)  => (64,  50),
        Code::Op(Op::Add | Op::Sub)     => (2,   10),
        Code::Op(Op::Mul)               => (2,   4),
        Code::Op(_)                     => (2,   3),
        Code::Clamp                     => (4,   8),
        Code::SelectIf(_)               => (4,   4),
        _                               => (2,   15),
    });
    // The inputs are looked at, and the results come in two parts.
    let start = (4, 8 + 4 * program.outputs.len());
    let (doubles, pairs) = costs.fold(start, |(a, b), (c, d)| (a + c, b + d));
    pairs < doubles
}

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=OGIVE_KERNELS");
    // Without them, `none`, the tile engine runs everything and the crate builds in seconds; with those of a few
    // entries, `dice,silu`, it builds sooner than with all.
    let wanted = std::env::var("OGIVE_KERNELS").ok();
    let names: Option<Vec<&str>> = wanted
        .as_ref()
        .map(|names| names.split(',').map(str::trim).filter(|name| !name.is_empty()).collect());
    let is_wanted = |name: &str| names.as_ref().is_none_or(|names| names.contains(&name));
    let with_kernels: Vec<&str> =
        ogive_catalog::ALL.iter().filter(|entry| entry.kernels).map(|entry| entry.name).collect();
    let is_unknown = |name: &&&str| **name != "none" && !with_kernels.contains(*name);
    if let Some(name) = names.iter().flatten().find(is_unknown) {
        let known = with_kernels.join(", ");
        println!("cargo::error=OGIVE_KERNELS: `{name}` has no kernels; these have: {known}");
    }
    println!("cargo::rustc-check-cfg=cfg(without_all_kernels)");
    if wanted.is_some() {
        println!("cargo::rustc-cfg=without_all_kernels");
    }
    let folder = std::env::var_os("OUT_DIR").expect("cargo gives a build script its folder");
    // Unit tests ask nothing of kernels, and compiling them once more takes longer than the tests.
    let texts =
        [("fused.rs", written(is_wanted)), ("none.rs", written(|_| false)), ("hot.rs", by_hand())];
    for (file, text) in texts {
        std::fs::write(std::path::Path::new(&folder).join(file), text)
            .expect("the build's own folder can be written");
    }
}

/// What has hand-tuned kernels, and what `hot` calls that of the forward and that of the backward: where its
/// settings are the catalogue's, but for those that are `Scaled` or `Periodic` by their only parameter.
#[rustfmt::skip]
const BY_HAND: [(&str, [&str; 2]); 21] = [
    ("exp(x)",             ["Hot::Exp",           ""]),
    ("sigmoid",            ["Hot::Sigmoid",       "Slope::Sigmoid"]),
    ("silu",               ["Hot::Silu",          "Slope::Silu"]),
    ("tanh",               ["Hot::Tanh",          "Slope::Tanh"]),
    ("gelu",               ["Hot::Gelu",          "Slope::Gelu"]),
    ("gelu_tanh",          ["Hot::GeluTanh",      "Slope::GeluTanh"]),
    ("quick_gelu",         ["Hot::QuickGelu",     "Slope::QuickGelu"]),
    ("softplus",           ["Hot::Softplus",      "Slope::Softplus"]),
    ("log_sigmoid",        ["Hot::LogSigmoid",    "Slope::LogSigmoid"]),
    ("hard_sigmoid",       ["Hot::HardSigmoid",   ""]),
    ("hard_swish",         ["Hot::HardSwish",     "Slope::HardSwish"]),
    ("squareplus",         ["Hot::Squareplus",    "Slope::Squareplus"]),
    ("tanhshrink",         ["Hot::TanhRest",      "Slope::TanhRest"]),
    ("elu",                ["Hot::Elu",           "Slope::Elu"]),
    ("celu",               ["Hot::Elu",           "Slope::Elu"]),
    ("selu",               ["Hot::Selu",          "Slope::Selu"]),
    ("parametric_sigmoid", ["Scaled::Sigmoid",    ""]),
    ("parametric_tanh",    ["Scaled::Tanh",       ""]),
    ("dice_bipolar",       ["Scaled::TanhOfHalf", ""]),
    ("swish",              ["Scaled::Silu",       ""]),
    ("snake",              ["Periodic::Snake",    ""]),
];

/// The text of the table that finds these kernels.
fn by_hand() -> String {
    let mut rows = String::new();
    for (name, [forward, backward]) in BY_HAND {
        let formula = ogive_catalog::formula(name).expect("the catalogue has the entry");
        let as_typed = with_numbers(&formula);
        for formula in std::iter::once(formula).chain(as_typed) {
            let programs = Programs::of(&formula);
            let settings: Vec<f64> = formula.parameters().iter().map(|it| it.initial).collect();
            for (kernel, task) in [(forward, programs.forward), (backward, programs.backward)] {
                if let Some((kind, _)) = kernel.split_once(':') {
                    let key = task.key();
                    let _ =
                        writeln!(rows, "    ({key:?}, ByHand::{kind}({kernel}), &{settings:?}),");
                }
            }
        }
    }
    format!(
        "/// The keys of the programs that these kernels are, and the settings they are of.
pub(crate) const PROGRAMS: &[(&str, ByHand, &[f64])] = &[\n{rows}];\n"
    )
}

/// The text of the kernels of the wanted entries.
fn written(is_wanted: impl Fn(&str) -> bool) -> String {
    let mut writer = Writer::default();
    for entry in ogive_catalog::ALL.iter().filter(|entry| entry.kernels && is_wanted(entry.name)) {
        let formula = entry.formula().expect("the catalogue's formulas parse");
        let as_typed = with_numbers(&formula);
        for formula in std::iter::once(formula).chain(as_typed) {
            for task in Programs::of(&formula).tasks() {
                let asking = entry.asks.then(|| task.checked(&formula));
                writer.program(asking.as_ref().unwrap_or(task), entry.asks);
            }
        }
    }
    writer.table();
    for set in SETS {
        writer.set(set);
    }
    writer.text
}

/// A formula whose settings are numbers of the text, as papers print it: `log(1 + exp(x))`.
fn with_numbers(formula: &Formula) -> Option<Formula> {
    let parameters = formula.parameters();
    if parameters.is_empty() || parameters.iter().any(|parameter| parameter.learnable) {
        return None;
    }
    let (expression, _) = formula.text().rsplit_once('|')?;
    let setting =
        |parameter: &Parameter| format!("{} = {}; ", parameter.name, number(parameter.initial));
    let settings: Vec<String> = parameters.iter().map(setting).collect();
    Some(
        Formula::parse(&format!("{}{expression}", settings.concat()))
            .expect("the same with numbers parses"),
    )
}

impl Writer {
    /// Writes the kernels of a task, whose program may ask.
    fn program(&mut self, task: &Task, asks: bool) {
        let key = task.key();
        if self.known.contains_key(&key) {
            return;
        }
        let Task { program, results, stored, .. } = task;
        let number = self.known.len();
        let outputs = program.outputs.len();
        let each = |holds: fn(&Output) -> bool| {
            let each: Vec<String> =
                program.outputs.iter().map(|output| holds(output).to_string()).collect();
            each.join(", ")
        };
        let gate = program.steps.iter().any(|step| step.args.contains(&Source::Gate))
            || program.outputs.iter().any(|out| out.source == Source::Gate);
        let _ = write!(
            self.text,
            "struct P{number};
impl Shape<{outputs}> for P{number} {{
    const STORED: usize = {stored};
    const GATE: bool = {gate};
    const SCALED: bool = {scaled};
    const CORRECTED: bool = {corrected};
    const GUARDS: [bool; {outputs}] = [{guards}];
    const GATE_GUARDS: [bool; {outputs}] = [{gate_guards}];
}}
",
            scaled = *results != Results::Values,
            corrected = *results == Results::Corrected,
            guards = each(|output| output.guard),
            gate_guards = each(|output| output.guard_gate),
        );
        let doubles =
            emit::rust_lanes(program).map(|body| self.kernel(program, Width::Doubles, body.into()));
        let corrects = *results == Results::Corrected;
        // In f32 a correction adds a rounding.
        let in_singles = |in_parts| {
            let is_scaled = *results != Results::Values;
            let singles = emit::rust_singles(program, [is_scaled, in_parts], *stored);
            singles.filter(|_| !corrects).map(Body::from)
        };
        let singles = in_singles(false);
        let parts = singles.as_ref().and_then(|_| in_singles(true));
        let is_whole = singles.is_none() && !asks && !corrects;
        let is_worth_it = is_whole && pairs_are_cheaper(program);
        let pairs = if is_worth_it { emit::rust_pairs(program) } else { None };
        let singles = singles.map(|body| self.kernel(program, Width::Singles, body));
        let parts = parts.map(|body| self.kernel(program, Width::Parts, body));
        let pairs =
            doubles.and_then(|at| Some(self.kernel(program, Width::Pairs(at), pairs?.into())));
        let places = format!(
            "Fused {{ asks: {asks}, doubles: {doubles:?}, singles: {singles:?}, parts: {parts:?}, pairs: {pairs:?} }}"
        );
        self.known.insert(key, places);
    }

    /// Writes what a program computes of one block; returns the place of its kernel.
    fn kernel(&mut self, of: &Program, width: Width, body: Body) -> usize {
        let (program, kernel) = (self.known.len(), self.kernels.len());
        let outputs = of.outputs.len();
        let count = of.uniforms.len();
        let of = |part: char| (0..count).map(move |it| format!("{part}{it}"));
        let names: Vec<String> = match width {
            Width::Parts => of('u').chain(of('v')).collect(),
            _ => of('u').collect(),
        };
        let (uniforms, names) = (names.len(), names.join(", "));
        let Body { statements, results, rests } = body;
        let results = results.join(", ");
        let (name, lanes, l, value) = match width {
            Width::Doubles => ("InDoubles", "Lanes", "L", "L::V"),
            Width::Singles | Width::Parts => ("InSingles", "Singles", "L", "L::V"),
            Width::Pairs(_) => ("OnPairs", "Singles", "&Pairs<L>", "Pair<L::V>"),
        };
        let (constant, returned, results) = match width {
            Width::Singles | Width::Parts => {
                let has: Vec<String> =
                    rests.iter().map(|rest| rest.is_some().to_string()).collect();
                let rests: Vec<String> = rests
                    .into_iter()
                    .map(|rest| rest.unwrap_or_else(|| "l.splat(0.0)".to_owned()))
                    .collect();
                (
                    format!("const RESTS: [bool; {outputs}] = [{}];", has.join(", ")),
                    format!("[[{value}; {outputs}]; 2]"),
                    format!("[{results}], [{}]", rests.join(", ")),
                )
            }
            _ => (String::new(), format!("[{value}; {outputs}]"), results),
        };
        let _ = write!(
            self.text,
            "impl {name}<{uniforms}, {outputs}> for P{program} {{
    {constant}
    #[inline(always)]
    #[allow(unused_variables, clippy::too_many_lines)]
    fn evaluate<L: {lanes}>(l: {l}, x: {value}, gate: {value}, [{names}]: [{value}; {uniforms}]) -> {returned} {{
        {statements}
        [{results}]
    }}
}}
"
        );
        self.kernels.push(Kernel { width, program, uniforms, outputs });
        kernel
    }

    fn table(&mut self) {
        let _ = writeln!(
            self.text,
            "/// The key of every compiled program, sorted, and the places of its kernels.
pub(crate) const PROGRAMS: &[(&str, Fused)] = &["
        );
        for (key, places) in &self.known {
            let _ = writeln!(self.text, "    ({key:?}, {places}),");
        }
        let _ = writeln!(self.text, "];");
    }

    fn set(&mut self, set: &Set) {
        let Set { module, lanes, features, place, only_pairs } = set;
        let _ = writeln!(
            self.text,
            "#[cfg({place})]
pub(crate) mod {module} {{
    #[allow(clippy::wildcard_imports)]
    use super::*;
    use crate::lanes::{lanes};"
        );
        let serves_pairs =
            |at: usize| self.kernels.iter().any(|kernel| kernel.width == Width::Pairs(at));
        let mut table = Vec::new();
        for (at, Kernel { width, program, uniforms, outputs }) in self.kernels.iter().enumerate() {
            let (number, io, run, variant, also) = match width {
                Width::Doubles => ("f64", "DoublesIo", "run_doubles", "Doubles", String::new()),
                Width::Singles | Width::Parts => {
                    ("f32", "SinglesIo", "run_singles", "Singles", String::new())
                }
                Width::Pairs(at) => ("f32", "PairsIo", "run_pairs", "Pairs", format!(", k{at}")),
            };
            if *only_pairs && !matches!(width, Width::Pairs(_)) && !serves_pairs(at) {
                table.push("Kernel::Absent".to_owned());
                continue;
            }
            let attribute = match *features {
                "" => "inline(never)".to_owned(),
                some => format!("target_feature(enable = {some:?})"),
            };
            let construct = match *lanes {
                "Scalar" => format!("Scalar::<{number}>::new()"),
                _ => format!(
                    "// SAFETY: this function is compiled for, and called on, machines with these features.
        unsafe {{ {lanes}::<{number}>::assume() }}"
                ),
            };
            let call = format!("{run}::<_, P{program}, {uniforms}, {outputs}>(l, io{also})");
            let call = match width {
                Width::Pairs(_) => format!(
                    "// SAFETY: the other kernel is compiled for the same machines.
        unsafe {{ {call} }}"
                ),
                _ => call,
            };
            let _ = writeln!(
                self.text,
                "    #[{attribute}]
    fn k{at}(io: &mut {io}) -> bool {{
        let l =
        {construct};
        {call}
    }}"
            );
            table.push(format!("Kernel::{variant}(k{at})"));
        }
        let table = table.join(", ");
        let _ = writeln!(self.text, "    pub(crate) const KERNELS: &[Kernel] = &[{table}];\n}}");
    }
}
