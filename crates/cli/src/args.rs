//! The command line.

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

/// Activation functions from a formula: stable, differentiable, fast; and an honest comparison of
/// them on your data.
#[derive(Debug, Parser)]
#[command(name = "ogive", version, max_term_width = 80)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List the activations of the catalogue
    List(List),
    /// Show what an activation is: formula, stable form, derivatives, properties, plot
    Show(Show),
    /// Evaluate an activation on the numbers of the standard input
    Eval(Eval),
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
    #[arg(value_name = "NAME|FORMULA", allow_hyphen_values = true)]
    pub(crate) activation: String,
    /// Set a parameter; may be repeated
    #[arg(long = "param", value_name = "NAME=VALUE")]
    pub(crate) parameters: Vec<String>,
}

#[derive(Debug, Parser)]
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
pub(crate) struct Eval {
    #[command(flatten)]
    pub(crate) subject: Subject,
    /// Type of the numbers
    #[arg(long, default_value = "f32")]
    pub(crate) dtype: Dtype,
    /// Also the derivatives, with respect to x and to each learnable parameter
    #[arg(long)]
    pub(crate) grad: bool,
    /// Engine: auto, tiles, scalar, avx2 or avx512
    #[arg(long, default_value = "auto")]
    pub(crate) engine: String,
    /// Value of the second input, for a formula with `gate`
    #[arg(long, default_value_t = 1.0, allow_hyphen_values = true)]
    pub(crate) gate: f64,
    /// Value of `mean(x)`, for a formula that uses it
    #[arg(long, default_value_t = 0.0, allow_hyphen_values = true)]
    pub(crate) mean: f64,
    /// Value of `var(x)`, for a formula that uses it
    #[arg(long, default_value_t = 1.0)]
    pub(crate) var: f64,
    /// One JSON object per number, floats exact in C99 hexadecimal
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Dtype {
    F32,
    F64,
}
