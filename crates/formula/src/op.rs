//! The one table of primitives: name, arity, cost, scalar meaning and derivative.
//!
//! A new primitive is one row here, one function in the engine's `math.rs`, and its composition for
//! other backends. Derivatives are
//! formulas in the language itself (`a` and `b` are the arguments, `y` the result), chosen so that
//! they neither cancel nor overflow: the derivative of `tanh` is a product of two sigmoids, never
//! `1 - y^2`.

use std::f64::consts::{FRAC_1_SQRT_2, TAU};

/// A primitive operation of the expression language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs, reason = "the table below says what each means")]
#[rustfmt::skip]
pub enum Op {
    Add, Sub, Mul, Div, Pow, Neg,
    Min, Max, Less, LessEqual, Equal, Select,
    Abs, Sign, Sqrt,
    Exp, Expm1, Log, Log1p,
    Sin, Cos, Tan, Atan, Sinh, Cosh, Tanh,
    Sigmoid, Softplus, Erf, Erfc, Phi, Density,
    TanhSoftplus, TanhSoftplusSlope, Expm1Rest, TanhRest,
}

/// What the compiler knows of one primitive.
#[derive(Debug)]
pub struct Info {
    /// The primitive.
    pub op: Op,
    /// How a formula spells it: a function's name, or an operator's sign.
    pub name: &'static str,
    /// How many arguments it takes.
    pub arity: usize,
    /// Rough cost in cycles per vector of eight f64 lanes.
    pub cost: u32,
    /// The scalar meaning, for constants and plots; unused arguments are 0.
    pub value: fn(f64, f64, f64) -> f64,
    /// ∂/∂a and ∂/∂b as formulas of `a`, `b` and `y`; empty where a choice or an
    /// extreme passes the gradient on instead.
    pub derivative: [&'static str; 2],
}

impl Op {
    /// The row of this primitive.
    pub fn info(self) -> &'static Info {
        &TABLE[self as usize]
    }

    /// The primitive that a formula calls `name`; operators and choices have no call form.
    pub fn function(name: &str) -> Option<Op> {
        TABLE.iter().filter(|row| row.op.is_function()).find(|row| row.name == name).map(|r| r.op)
    }

    /// Whether a formula writes it as `name(…)`.
    pub fn is_function(self) -> bool {
        self.info().name.starts_with(char::is_alphabetic) && self != Op::Select
    }

    /// Whether its value is a truth (1 or 0) that a choice may test.
    pub fn is_comparison(self) -> bool {
        matches!(self, Op::Less | Op::LessEqual | Op::Equal)
    }

    /// Whether the order of its two arguments is of no account.
    pub fn commutes(self) -> bool {
        matches!(self, Op::Add | Op::Mul | Op::Min | Op::Max | Op::Equal)
    }
}

/// Every primitive, in the order of [`Op`].
#[rustfmt::skip]
pub static TABLE: &[Info] = &[
    //  op            name     arity cost value                                        ∂/∂a                            ∂/∂b
    row(Op::Add,       "+",        2,  1, |a, b, _| a + b,                             ["1",                            "1"]),
    row(Op::Sub,       "-",        2,  1, |a, b, _| a - b,                             ["1",                            "-1"]),
    row(Op::Mul,       "*",        2,  1, |a, b, _| a * b,                             ["b",                            "a"]),
    row(Op::Div,       "/",        2,  8, |a, b, _| a / b,                             ["1/b",                          "-y/b"]),
    row(Op::Pow,       "^",        2, 64, power,                                       ["b*a^(b-1)",                    "where(a == 0, 0, y*log(a))"]),
    row(Op::Neg,       "-",        1,  1, |a, _, _| -a,                                ["-1",                           ""]),
    row(Op::Min,       "min",      2,  1, minimum,                                     ["",                             ""]),
    row(Op::Max,       "max",      2,  1, maximum,                                     ["",                             ""]),
    row(Op::Less,      "<",        2,  1, |a, b, _| truth(a < b),                      ["0",                            "0"]),
    row(Op::LessEqual, "<=",       2,  1, |a, b, _| truth(a <= b),                     ["0",                            "0"]),
    row(Op::Equal,     "==",       2,  1, |a, b, _| truth(a == b),                     ["0",                            "0"]),
    row(Op::Select,    "where",    3,  1, |c, a, b| if c == 0.0 { b } else { a },      ["",                             ""]),
    row(Op::Abs,       "abs",      1,  1, |a, _, _| a.abs(),                           ["sign(a)",                      ""]),
    row(Op::Sign,      "sign",     1,  2, sign,                                        ["0",                            ""]),
    row(Op::Sqrt,      "sqrt",     1, 12, |a, _, _| a.sqrt(),                          ["0.5/y",                        ""]),
    row(Op::Exp,       "exp",      1, 14, |a, _, _| libm::exp(a),                      ["y",                            ""]),
    row(Op::Expm1,     "expm1",    1, 16, |a, _, _| libm::expm1(a),                    ["exp(a)",                       ""]),
    row(Op::Log,       "log",      1, 24, |a, _, _| libm::log(a),                      ["1/a",                          ""]),
    row(Op::Log1p,     "log1p",    1, 30, |a, _, _| libm::log1p(a),                    ["1/(1+a)",                      ""]),
    row(Op::Sin,       "sin",      1, 25, |a, _, _| libm::sin(a),                      ["cos(a)",                       ""]),
    row(Op::Cos,       "cos",      1, 25, |a, _, _| libm::cos(a),                      ["-sin(a)",                      ""]),
    row(Op::Tan,       "tan",      1, 34, |a, _, _| libm::tan(a),                      ["1+y^2",                        ""]),
    row(Op::Atan,      "atan",     1, 26, |a, _, _| libm::atan(a),                     ["1/(1+a^2)",                    ""]),
    row(Op::Sinh,      "sinh",     1, 36, |a, _, _| libm::sinh(a),                     ["cosh(a)",                      ""]),
    row(Op::Cosh,      "cosh",     1, 28, |a, _, _| libm::cosh(a),                     ["sinh(a)",                      ""]),
    row(Op::Tanh,      "tanh",     1, 26, |a, _, _| libm::tanh(a),                     ["4*sigmoid(2*a)*sigmoid(-2*a)", ""]),
    row(Op::Sigmoid,   "sigmoid",  1, 24, sigmoid,                                     ["sigmoid(a)*sigmoid(-a)",       ""]),
    row(Op::Softplus,  "softplus", 1, 44, softplus,                                    ["sigmoid(a)",                   ""]),
    row(Op::Erf,       "erf",      1, 32, |a, _, _| libm::erf(a),                      ["2*sqrt(2)*phi(sqrt(2)*a)",     ""]),
    row(Op::Erfc,      "erfc",     1, 60, |a, _, _| libm::erfc(a),                     ["-2*sqrt(2)*phi(sqrt(2)*a)",    ""]),
    row(Op::Phi,       "Phi",      1, 40, |a, _, _| 0.5 * libm::erfc(-a * FRAC_1_SQRT_2), ["phi(a)",                    ""]),
    row(Op::Density,   "phi",      1, 18, |a, _, _| libm::exp(-0.5 * a * a) / TAU.sqrt(), ["-a*y",                      ""]),
    row(Op::TanhSoftplus, "tanh_softplus", 1, 26, |a, _, _| mish_gate(a)[0],           ["tanh_softplus_slope(a)",       ""]),
    row(Op::TanhSoftplusSlope, "tanh_softplus_slope", 1, 26, |a, _, _| mish_gate(a)[1], ["y*(sigmoid(-a) - 2*tanh_softplus(a)*sigmoid(a))", ""]),
    row(Op::Expm1Rest, "expm1_rest", 1, 24, expm1_rest,                                ["expm1(a)",                     ""]),
    row(Op::TanhRest,  "tanh_rest", 1, 38, tanh_rest,                                  ["tanh(a)^2",                    ""]),
];

const fn row(
    op: Op,
    name: &'static str,
    arity: usize,
    cost: u32,
    value: fn(f64, f64, f64) -> f64,
    derivative: [&'static str; 2],
) -> Info {
    Info { op, name, arity, cost, value, derivative }
}

fn truth(holds: bool) -> f64 {
    f64::from(u8::from(holds))
}

// IEEE 754-2019 minimum and maximum: NaN if either is, and -0 < +0.
fn minimum(a: f64, b: f64, _: f64) -> f64 {
    -maximum(-a, -b, 0.0)
}

fn maximum(a: f64, b: f64, _: f64) -> f64 {
    if a.is_nan() || b.is_nan() {
        f64::NAN
    } else if a > b || (a == b && b.is_sign_negative()) {
        a
    } else {
        b
    }
}

/// IEEE 754's, but that -∞ has no power that a negative number has not.
fn power(a: f64, b: f64, _: f64) -> f64 {
    let is_fraction = b.is_finite() && b.fract() != 0.0;
    if is_fraction && a == f64::NEG_INFINITY { f64::NAN } else { libm::pow(a, b) }
}

fn sign(a: f64, _: f64, _: f64) -> f64 {
    if a == 0.0 || a.is_nan() { a } else { a.signum() }
}

// e^a - 1 - a, by its series where that would cancel.
fn expm1_rest(a: f64, _: f64, _: f64) -> f64 {
    if a.abs() > 1.0 {
        return libm::expm1(a) - a;
    }
    a * a * (2..22).rev().fold(0.0, |sum, n| (1.0 + sum * a) / f64::from(n))
}

// a - tanh(a), by the continued fraction of tanh where that would cancel.
fn tanh_rest(a: f64, _: f64, _: f64) -> f64 {
    if a.abs() > 1.0 {
        return a - libm::tanh(a);
    }
    let square = a * a;
    // tanh(a) = a/(1 + f), f = a²/(3 + a²/(5 + …)), so the difference is a·f/(1 + f).
    let f = (1..12).rev().fold(0.0, |rest, n| square / (f64::from(2 * n + 1) + rest));
    a * (f / (1.0 + f))
}

fn sigmoid(a: f64, _: f64, _: f64) -> f64 {
    let e = libm::exp(-a.abs());
    if a < 0.0 { e / (1.0 + e) } else { 1.0 / (1.0 + e) }
}

fn softplus(a: f64, _: f64, _: f64) -> f64 {
    maximum(a, 0.0, 0.0) + libm::log1p(libm::exp(-a.abs()))
}

/// tanh(softplus(a)) and its derivative: with e = exp(-|a|), ratios of polynomials in e in which
/// nothing cancels.
fn mish_gate(a: f64) -> [f64; 2] {
    let e = libm::exp(-a.abs());
    if a < 0.0 {
        let top = e * (e + 2.0);
        let under = 1.0 / (top + 2.0);
        [top * under, 4.0 * e * (1.0 + e) * under * under]
    } else {
        let top = 1.0 + 2.0 * e;
        let under = 1.0 / (top + 2.0 * e * e);
        [top * under, 4.0 * (e * e) * (1.0 + e) * under * under]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_the_enum() {
        for (index, row) in TABLE.iter().enumerate() {
            assert_eq!(row.op as usize, index, "{}", row.name);
        }
    }

    #[test]
    fn minimum_and_maximum_follow_ieee_2019() {
        for (a, b, low, high) in [(0.0, -0.0, -0.0, 0.0), (1.0, 2.0, 1.0, 2.0)] {
            for (a, b) in [(a, b), (b, a)] {
                assert_eq!(minimum(a, b, 0.0).to_bits(), f64::to_bits(low));
                assert_eq!(maximum(a, b, 0.0).to_bits(), f64::to_bits(high));
            }
        }
        assert!(minimum(f64::NAN, 1.0, 0.0).is_nan() && maximum(1.0, f64::NAN, 0.0).is_nan());
    }
}
