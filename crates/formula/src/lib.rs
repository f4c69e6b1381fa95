//! The compiler of [Ogive](https://docs.rs/ogive): formula text in, everything else out.
//!
//! ```text
//! text ─ parse ─▶ expression ─ recognise ─▶ stable form ─ differentiate ─▶ gradients ─ compile ─▶ program
//! ```
//!
//! Every station prints:
//!
//! ```
//! use ogive_formula::Formula;
//!
//! let mish = Formula::parse("x * tanh(log(1 + exp(x)))")?;
//! assert_eq!(mish.print(mish.typed()), "x*tanh(log(1 + exp(x)))");
//! assert_eq!(mish.print(mish.stable()), "x*tanh_softplus(x)");
//! let program = mish.program(&[mish.stable()]);
//! assert_eq!(program.to_string(), "r0 = tanh_softplus x\nr0 = * x r0\nout0 = r0\n");
//! # Ok::<(), ogive_formula::Error>(())
//! ```
//!
//! The language is described in [`language`].

mod characters;
mod declare;
pub mod emit;
mod error;
mod expr;
mod formula;
mod grad;
mod interval;
pub mod language;
mod latex;
mod mathml;
mod number;
mod op;
mod parameter;
mod parse;
mod print;
mod program;
mod programs;
mod reading;
mod recognise;
mod rewrite;
mod rounding;
mod rules;
mod simplify;
mod symmetry;
mod token;

pub use error::{Error, alternatives, nearest};
pub use expr::{Graph, Id, Node, Point};
pub use formula::{Derivatives, Formula};
pub use interval::{Bounds, Decoration, Enclosure, Interval, interval};
pub use mathml::mathml_name;
pub use op::{Info, Op, TABLE};
pub use parameter::{Constraint, Granularity, Parameter};
pub use parse::{Library, refused};
pub use print::number;
pub use program::{Check, Code, Output, Pair, Program, Source, Spare, Step, Uniform};
pub use programs::{Programs, Quantity, Results, Task, Through};
pub use rules::{Domain, RULES, Rule, Stage};
pub use symmetry::Symmetry;
