//! The command line.

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

/// Activation functions from a formula, and an honest comparison on your data.
#[derive(Debug, Parser)]
#[command(name = "ogive", version)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Args {
    /// The arguments of this process.
    pub(crate) fn of_process() -> Args {
        // A formula may begin with a minus: `-log(1 + exp(-x))`. No option has one dash and brackets
        // or an operator behind it; a space in front makes it a value.
        let looks_like_formula = |text: &str| {
            text.starts_with('-') && !text.starts_with("--") && text.contains(['(', 'x', '|', '*'])
        };
        Args::parse_from(std::env::args_os().map(|argument| match argument.to_str() {
            Some(text) if looks_like_formula(text) => format!(" {text}").into(),
            _ => argument,
        }))
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List the activations of the catalogue
    List(List),
    /// Show what an activation is: formula, derivatives, properties, plot
    Show(Show),
    /// Evaluate an activation on the numbers of the standard input
    Eval(Eval),
    /// Judge the results of the engines against exact ones
    Check(Check),
    /// Measure how fast the kernels are, beside a copy of memory
    Bench(Bench),
    /// Train a network with different activations and judge the difference
    Compare(Compare),
}

#[derive(Debug, Parser)]
pub(crate) struct List {
    /// Only those with learnable parameters
    #[arg(long)]
    pub(crate) learnable: bool,
    /// One JSON object per line
    #[arg(long)]
    pub(crate) json: bool,
}

/// An activation and what its parameters are set to.
#[derive(Debug, Parser)]
pub(crate) struct Subject {
    /// A name of the catalogue, or a formula such as "x*sigmoid(beta*x)"
    #[arg(value_name = "NAME|FORMULA")]
    pub(crate) activation: String,
    /// Set a parameter; may be repeated
    #[arg(long = "param", value_name = "NAME=VALUE")]
    pub(crate) parameters: Vec<String>,
    /// Refuse parameters that the formula does not declare
    #[arg(long)]
    pub(crate) strict: bool,
}

#[derive(Debug, Parser)]
#[command(next_line_help = true)]
pub(crate) struct Show {
    #[command(flatten)]
    pub(crate) subject: Subject,
    /// Show one station of the compiler instead of the page
    #[arg(long)]
    pub(crate) stage: Option<Stage>,
    /// Also write the plot as an SVG picture
    #[arg(long, value_name = "FILE")]
    pub(crate) svg: Option<PathBuf>,
    /// One JSON object
    #[arg(long, conflicts_with = "stage")]
    pub(crate) json: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Stage {
    /// The formula as given
    Text,
    /// The expression as typed and in its stable form
    Expr,
    /// The derivatives
    Grad,
    /// The program that the engines run
    Program,
}

#[derive(Debug, Parser)]
#[command(next_line_help = true)]
pub(crate) struct Eval {
    #[command(flatten)]
    pub(crate) subject: Subject,
    /// Number type
    #[arg(long, default_value = "f32")]
    pub(crate) dtype: Dtype,
    /// Also the derivatives: with respect to x and each learnable parameter
    #[arg(long)]
    pub(crate) grad: bool,
    /// Engine: auto, tiles, scalar, neon, avx2 or avx512
    #[arg(long, default_value = "auto")]
    pub(crate) engine: String,
    /// Value of the second input, for a formula with `gate`
    #[arg(long, default_value_t = 1.0, allow_hyphen_values = true)]
    pub(crate) gate: f64,
    /// Value of `mean(x)`, for a formula that uses it
    #[arg(long, default_value_t = 0.0, allow_hyphen_values = true)]
    pub(crate) mean: f64,
    /// Value of `var(x)`, for a formula that uses it
    #[arg(long, default_value_t = 1.0, allow_hyphen_values = true)]
    pub(crate) var: f64,
    /// One JSON object per number, floats exact in C99 hexadecimal
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Dtype {
    F32,
    F64,
    Bf16,
    F16,
}

impl Dtype {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Dtype::F32 => "f32",
            Dtype::F64 => "f64",
            Dtype::Bf16 => "bf16",
            Dtype::F16 => "f16",
        }
    }
}

#[derive(Debug, Parser)]
#[command(
    next_line_help = true,
    after_help = "\
Each input is judged by the formula as typed: in f64 with a proven bound on its
error, and in multiprecision wherever that bound is not small enough. A row
passes if results are within 1 ulp in f32, the nearest number in bf16 and f16,
within 5 (y) or 7 ulp in f64, NaN nowhere but where they should be, and the
same bits on every engine.

Exit code 0: all rows pass. 1: one does not. 2: bad input or use."
)]
pub(crate) struct Check {
    /// A name of the catalogue, a formula, or `all` for the catalogue
    #[arg(value_name = "NAME|FORMULA|all")]
    pub(crate) activation: String,
    /// Set a parameter; may be repeated
    #[arg(long = "param", value_name = "NAME=VALUE")]
    pub(crate) parameters: Vec<String>,
    /// Number type
    #[arg(long, default_value = "f32")]
    pub(crate) dtype: Dtype,
    /// Engines, commas between, or all of this machine
    #[arg(long, value_delimiter = ',', default_value = "all")]
    pub(crate) engine: Vec<String>,
    /// How many inputs; default 1000000, for f64 20000, for 16 bits all
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub(crate) inputs: Option<u64>,
    /// Every bit pattern of the type, not of f64; y and dx (dgate) only
    #[arg(long, conflicts_with = "inputs")]
    pub(crate) exhaustive: bool,
    /// One JSON object per row, floats exact in C99 hexadecimal
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Parser)]
#[command(
    next_line_help = true,
    after_help = "\
Copy, forward and backward take turns on numbers from N(0, 1), with as many
threads; a row tells the median of many rounds. Nothing is faster than the
memory: forward reads x and writes y, 1 copy; backward reads x and dy and writes
dx, 1.5 copies. With statistics x is read once more: 1.5 and 2.5; forward then
includes them. Backward includes the gradients of the parameters; those that are
declared per channel have one value for each channel of the layout.

Sizes below 131072 run on one thread. Close other programs, and do not compare
the times of different runs, only their copies."
)]
pub(crate) struct Bench {
    /// Names of the catalogue, formulas, or `all`; default: one of each kind
    #[arg(value_name = "NAME|FORMULA|all")]
    pub(crate) activations: Vec<String>,
    /// Numbers of elements
    #[arg(long, value_name = "N,…", value_delimiter = ',', default_value = "65536,16777216")]
    pub(crate) sizes: Vec<u64>,
    /// Number type
    #[arg(long, default_value = "f32")]
    pub(crate) dtype: Dtype,
    /// Default: all cores
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<usize>,
    /// auto, scalar, avx2, avx512; tiles: none compiled
    #[arg(long, default_value = "auto")]
    pub(crate) engine: String,
    /// flat, or channels in rows, nc:64, or images, nchw:64
    #[arg(long, default_value = "flat")]
    pub(crate) layout: String,
    /// Time per row; default: 0.5 for 65536 elements, 2 for 16777216
    #[arg(long, value_name = "S", allow_hyphen_values = true)]
    pub(crate) seconds: Option<f64>,
    /// Write to fresh memory in each call; by default it is allocated once
    #[arg(long)]
    pub(crate) allocate: bool,
    /// One JSON object per row, with the fastest round too
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Parser)]
#[command(after_help = "\
Every activation gets the same weights and the same order of rows at each seed.
The table goes to the terminal; report.html, results.json and results.csv, and
every finished run, go to the folder.")]
pub(crate) struct Compare {
    /// Names of the catalogue, or formulas
    #[arg(value_name = "NAME|FORMULA", required = true)]
    pub(crate) activations: Vec<String>,
    /// `digits` (built in), or a CSV file with a header
    #[arg(long, value_name = "NAME|FILE", default_value = "digits")]
    pub(crate) data: String,
    /// The CSV column to predict
    #[arg(long, value_name = "COLUMN")]
    pub(crate) target: Option<String>,
    /// Read the target as classes or as numbers; by default its values decide
    #[arg(long)]
    pub(crate) task: Option<Task>,
    /// The activation that all others are compared to
    #[arg(long, value_name = "NAME|FORMULA", default_value = "relu", allow_hyphen_values = true)]
    pub(crate) baseline: String,
    /// Widths of the hidden layers
    ///
    /// The network is linear layers with the activation between them.
    #[arg(long, value_delimiter = ',', default_value = "64,64")]
    pub(crate) widths: Vec<usize>,
    /// Passes over the training rows
    #[arg(long, default_value_t = 40)]
    pub(crate) epochs: u32,
    /// Rows per step
    #[arg(long, default_value_t = 32)]
    pub(crate) batch_size: u32,
    /// How many seeds the verdict rests on: 3 smoke, 10 verdict, 30 claim
    #[arg(long, default_value_t = 10)]
    pub(crate) seeds: u32,
    /// The first seed; the others follow it
    #[arg(long, value_name = "SEED", default_value_t = 1)]
    pub(crate) first_seed: u64,
    /// `grid`, or learning rates: one is shared, several are tuned for each
    #[arg(long, value_name = "grid|RATES", default_value = "grid", allow_hyphen_values = true)]
    pub(crate) lr: String,
    /// How many seeds, other ones, choose the learning rates
    #[arg(long, default_value_t = 5)]
    pub(crate) tuning_seeds: u32,
    /// The difference that does not matter; default 0.1 points, or 1 %
    #[arg(long, allow_hyphen_values = true)]
    pub(crate) band: Option<f64>,
    /// Stop early after this time and judge what is finished: 90s, 10m, 2h
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub(crate) budget: Option<String>,
    /// Trainings side by side, one core each; default: all cores
    #[arg(long, value_name = "N")]
    pub(crate) jobs: Option<usize>,
    /// Folder for the report and the finished runs
    #[arg(long, value_name = "DIR", default_value = "ogive-report")]
    pub(crate) out: PathBuf,
    /// Go on with the runs that the folder holds already
    #[arg(long)]
    pub(crate) resume: bool,
    /// Print results.json instead of the table
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Task {
    Classification,
    Regression,
}
