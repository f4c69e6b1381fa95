//! How papers write each primitive.

use crate::op::Op;

/// A way to write an operation.
pub(super) enum Notation {
    Sum(&'static str),
    Product,
    Fraction,
    Power,
    Negative,
    /// A sign, and its mirror image for a number on the left.
    Comparison(&'static str, &'static str),
    Cases,
    Bars,
    Root,
    /// e to the power of the argument.
    Exponential,
    /// The same less 1.
    ExponentialLess,
    /// The same less 1 and the argument.
    ExponentialRest,
    /// The argument less its hyperbolic tangent.
    TangentRest,
    /// The logarithm of 1 and the argument.
    LogarithmOfMore,
    /// One function of another.
    Inner(&'static str, &'static str),
    /// A name, as an element, before brackets.
    Function(&'static str),
}

/// How often an operation is written with its argument.
pub(super) fn repeats(op: Op) -> usize {
    let is_twice = matches!(notation(op), Notation::ExponentialRest | Notation::TangentRest);
    if is_twice { 2 } else { 1 }
}

#[rustfmt::skip]
pub(super) fn notation(op: Op) -> Notation {
    match op {
        Op::Add               => Notation::Sum("<mo>+</mo>"),
        Op::Sub               => Notation::Sum("<mo>&#x2212;</mo>"),
        Op::Mul               => Notation::Product,
        Op::Div               => Notation::Fraction,
        Op::Pow               => Notation::Power,
        Op::Neg               => Notation::Negative,
        Op::Min               => Notation::Function("<mi>min</mi>"),
        Op::Max               => Notation::Function("<mi>max</mi>"),
        Op::Less              => Notation::Comparison("<mo>&lt;</mo>", "<mo>&gt;</mo>"),
        Op::LessEqual         => Notation::Comparison("<mo>&#x2264;</mo>", "<mo>&#x2265;</mo>"),
        Op::Equal             => Notation::Comparison("<mo>=</mo>", "<mo>=</mo>"),
        Op::Select            => Notation::Cases,
        Op::Abs               => Notation::Bars,
        Op::Sign              => Notation::Function("<mi>sgn</mi>"),
        Op::Sqrt              => Notation::Root,
        Op::Exp               => Notation::Exponential,
        Op::Expm1             => Notation::ExponentialLess,
        Op::Log               => Notation::Function("<mi>ln</mi>"),
        Op::Log1p             => Notation::LogarithmOfMore,
        Op::Sin               => Notation::Function("<mi>sin</mi>"),
        Op::Cos               => Notation::Function("<mi>cos</mi>"),
        Op::Tan               => Notation::Function("<mi>tan</mi>"),
        Op::Atan              => Notation::Function("<mi>arctan</mi>"),
        Op::Sinh              => Notation::Function("<mi>sinh</mi>"),
        Op::Cosh              => Notation::Function("<mi>cosh</mi>"),
        Op::Tanh              => Notation::Function("<mi>tanh</mi>"),
        Op::Sigmoid           => Notation::Function("<mi>&#x3c3;</mi>"),
        Op::Softplus          => Notation::Function("<mi>softplus</mi>"),
        Op::Erf               => Notation::Function("<mi>erf</mi>"),
        Op::Erfc              => Notation::Function("<mi>erfc</mi>"),
        Op::Phi               => Notation::Function("<mi mathvariant=\"normal\">&#x3a6;</mi>"),
        Op::Density           => Notation::Function("<mi>&#x3c6;</mi>"),
        Op::TanhSoftplus      => Notation::Inner("<mi>tanh</mi>", "softplus"),
        Op::TanhSoftplusSlope => Notation::Function(
            "<msup><mrow><mo stretchy=\"false\">(</mo><mi>tanh</mi><mo>&#x2218;</mo><mi>softplus</mi><mo stretchy=\"false\">)</mo></mrow><mo>&#x2032;</mo></msup>",
        ),
        Op::Expm1Rest         => Notation::ExponentialRest,
        Op::TanhRest          => Notation::TangentRest,
    }
}
