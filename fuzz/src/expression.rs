//! Bytes to a formula that the compiler accepts.
//!
//! The formula is a text, fully bracketed, so that a finding can be typed again.

use arbitrary::{Result, Unstructured};
use ogive_formula::{Op, RULES, TABLE};

/// How many operations a formula has at most, those of a rule's left side apart.
const MOST: u32 = 14;

/// How many functions that grow like e^x may stand one in the other.
const MOST_GROWTH: u8 = 2;
/// The longest text that a name of a rule may stand for.
const LONGEST: usize = 100;

/// Every parameter, with the declarations that it may have.
#[rustfmt::skip]
const PARAMETERS: [(&str, &[&str]); 3] = [
    ("alpha", &["1", "0.25", "-1.5", "0 per channel", "0.01 fixed"]),
    ("beta",  &["1", "1.5, >= 0.01", "0.5, > 0", "2 per channel, >= 0"]),
    ("mu",    &["0.5, in [0, 1]", "0, in [-1, 1]", "0"]),
];

/// Numbers of formulas: where rules look for one, and where f64 is at its ends.
#[rustfmt::skip]
const NUMBERS: [&str; 24] = [
    "1", "2", "0.5", "-1", "0", "3", "4", "0.1", "-2", "1.702", "0.044715", "sqrt(2)", "(2/pi)", "pi", "e",
    "1e-8", "100", "1e30", "1e-30", "-0.3", "1e200", "1e-200", "6", "1.0507009873554805",
];

/// Which leaves a formula may have beside `x`, numbers and parameters.
#[derive(Clone, Copy)]
pub struct Leaves {
    /// The second input.
    pub gate: bool,
    /// `mean(x)` and `var(x)`.
    pub statistics: bool,
}

/// A formula with its declarations; equal bytes give equal formulas.
///
/// # Errors
/// If the bytes end too soon.
pub fn formula(bytes: &mut Unstructured, leaves: Leaves) -> Result<String> {
    let mut writer = Writer { bytes, leaves, left: MOST };
    let mut text = writer.node(MOST_GROWTH)?;
    let inputs = text.replace("mean(x)", "").replace("var(x)", "");
    if !words(&inputs).any(|word| word == "x") {
        text = format!("({text})*x");
    }
    let mut declarations = Vec::new();
    for (name, choices) in PARAMETERS {
        if text.contains(name) {
            declarations.push(format!("{name} = {}", bytes.choose(choices)?));
        }
    }
    if !declarations.is_empty() {
        text = format!("{text} | {}", declarations.join(", "));
    }
    if std::env::var_os("OGIVE_FUZZ_TELL").is_some() {
        eprintln!("{text}");
    }
    Ok(text)
}

/// Whether nothing but numbers stands in it.
fn is_constant(text: &str) -> bool {
    !words(text).any(|word| {
        ["x", "gate"].contains(&word) || PARAMETERS.iter().any(|(name, _)| *name == word)
    })
}

/// The expression, or `x` in its place if it is a number: what the compiler folds it rounds.
fn varying(text: String) -> String {
    if is_constant(&text) { "x".to_owned() } else { text }
}

struct Writer<'a, 'b> {
    bytes: &'a mut Unstructured<'b>,
    leaves: Leaves,
    left: u32,
}

impl Writer<'_, '_> {
    /// An expression in which so many functions that grow like e^x stand one in the other. None may stand in
    /// a sine: that of e^(e^20) would take the multiprecision reference all memory there is.
    fn node(&mut self, growth: u8) -> Result<String> {
        let kind = self.bytes.int_in_range(0..=9)?;
        if self.left == 0 || self.bytes.is_empty() {
            return self.leaf();
        }
        self.left -= 1;
        match kind {
            0 => self.leaf(),
            1..=3 => self.arithmetic(growth),
            4 | 5 => self.function(growth),
            6 => self.choice(growth),
            7 => Ok(format!("-({})", self.node(growth)?)),
            _ if growth == 0 => self.arithmetic(growth),
            8 => self.power(growth),
            _ => self.of_rule(growth),
        }
    }

    fn leaf(&mut self) -> Result<String> {
        let name = match self.bytes.int_in_range(0..=9)? {
            4 => PARAMETERS[0].0,
            5 => PARAMETERS[1].0,
            6 => PARAMETERS[2].0,
            7 => self.bytes.choose(&NUMBERS)?,
            8 if self.leaves.gate => "gate",
            9 if self.leaves.statistics => self.bytes.choose(&["mean(x)", "var(x)"])?,
            _ => "x",
        };
        Ok(name.to_owned())
    }

    fn arithmetic(&mut self, growth: u8) -> Result<String> {
        let sign = *self.bytes.choose(&["+", "-", "*", "/"])?;
        let (a, mut b) = (self.node(growth)?, self.node(growth)?);
        if is_constant(&a) || sign == "/" {
            // A constant divisor may be zero, which is refused.
            b = varying(b);
        }
        Ok(format!("({a}) {sign} ({b})"))
    }

    fn power(&mut self, growth: u8) -> Result<String> {
        let a = varying(self.node(growth)?);
        let exponent = match self.bytes.int_in_range(0..=7)? {
            0..=3 => "2".to_owned(),
            4 => "3".to_owned(),
            5 => "0.5".to_owned(),
            6 => "(-1)".to_owned(),
            _ => format!("({})", self.node(0)?),
        };
        Ok(format!("({a})^{exponent}"))
    }

    fn function(&mut self, growth: u8) -> Result<String> {
        let functions: Vec<Op> =
            TABLE.iter().map(|row| row.op).filter(|op| op.is_function()).collect();
        let mut op = *self.bytes.choose(&functions)?;
        if growth == 0 && grows(op) {
            op = Op::Tanh;
        }
        let growth = match op {
            Op::Sin | Op::Cos | Op::Tan => 0,
            _ => growth - u8::from(grows(op)),
        };
        let mut args = vec![varying(self.node(growth)?)];
        for _ in 1..op.info().arity {
            args.push(self.node(growth)?);
        }
        Ok(format!("{}({})", op.info().name, args.join(", ")))
    }

    fn choice(&mut self, growth: u8) -> Result<String> {
        let sign = *self.bytes.choose(&[">", "<", "<=", ">=", "=="])?;
        let (a, b) = (varying(self.node(growth)?), self.node(growth)?);
        let (then, mut otherwise) = (self.node(growth)?, self.node(growth)?);
        if then == otherwise {
            // No choice at all: what decides it is no part of the value then.
            otherwise = format!("-({otherwise})");
        }
        Ok(format!("if ({a}) {sign} ({b}) {{ {then} }} else {{ {otherwise} }}"))
    }

    /// The left side of a rewrite rule, with expressions in the place of its names.
    fn of_rule(&mut self, growth: u8) -> Result<String> {
        let rule = self.bytes.choose(RULES)?;
        let of_angle = rule.left.contains("sin(") || rule.left.contains("cos(");
        let growth = if of_angle { 0 } else { growth - 1 };
        let mut text = format!("({})", rule.left);
        for name in ["a", "b", "c", "d", "k"] {
            if words(&text).any(|word| word == name) {
                let value = match name {
                    "k" => (*self.bytes.choose(&["2", "0.5", "3", "(-2)"])?).to_owned(),
                    _ => varying(self.node(growth)?),
                };
                // A rule may have a name twice.
                let value = if value.len() > LONGEST { "x".to_owned() } else { value };
                text = replaced(&text, name, &value);
            }
        }
        Ok(text)
    }
}

fn grows(op: Op) -> bool {
    matches!(op, Op::Exp | Op::Expm1 | Op::Sinh | Op::Cosh | Op::Tan | Op::Expm1Rest)
}

fn is_part_of_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !is_part_of_word(c))
}

/// The word `name` replaced by `value` in brackets.
fn replaced(text: &str, name: &str, value: &str) -> String {
    let mut result = String::new();
    let mut rest = text;
    while !rest.is_empty() {
        let is_word = rest.starts_with(is_part_of_word);
        let end = rest.find(|c| is_part_of_word(c) != is_word).unwrap_or(rest.len());
        let (part, after) = rest.split_at(end);
        result += &if part == name { format!("({value})") } else { part.to_owned() };
        rest = after;
    }
    result
}
