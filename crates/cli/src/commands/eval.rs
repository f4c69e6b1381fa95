//! `ogive eval`: values and derivatives of the numbers on the standard input.

use std::io::Read;

use half::{bf16, f16};
use ogive::{Activation, Call, Element, Layout, Statistics};
use serde_json::{Map, Value, json};

use super::{activation, number, tell_undeclared};
use crate::args::{Dtype, Eval};
use crate::printer::{Error, Printer, hex};

pub(crate) fn run(args: &Eval, printer: &mut Printer) -> Result<(), Error> {
    let mut activation = activation(&args.subject)?;
    if !(args.var >= 0.0 && args.var.is_finite()) {
        return Err(Error::new(format!("--var {}: expected a number that is 0 or more", args.var)));
    }
    match args.engine.as_str() {
        "auto" => {}
        "tiles" => activation = activation.on_tiles(),
        name => activation = activation.with_engine(name.parse()?)?,
    }
    let mut text = String::new();
    std::io::stdin()
        .read_to_string(&mut text)
        .map_err(|error| Error::new(format!("cannot read the numbers: {error}")))?;
    let x = numbers(&text)?;
    tell_undeclared(&activation, &args.subject.parameters);
    match args.dtype {
        // Decimal text is rounded to f64 and then to its type: only a text of more than 17 digits within
        // half a unit of an f64 from a tie could tell the difference.
        Dtype::F32 => evaluate(args, &activation, &narrow::<f32>(&x), printer),
        Dtype::F64 => evaluate(args, &activation, &x, printer),
        Dtype::Bf16 => evaluate(args, &activation, &narrow::<bf16>(&x), printer),
        Dtype::F16 => evaluate(args, &activation, &narrow::<f16>(&x), printer),
    }
}

fn narrow<T: Element>(x: &[f64]) -> Vec<T> {
    x.iter().map(|x| T::from_f64(*x)).collect()
}

fn numbers(text: &str) -> Result<Vec<f64>, Error> {
    let mut found = Vec::new();
    for (line, content) in text.lines().enumerate() {
        for word in content.split_whitespace() {
            let value = number(word).ok_or_else(|| {
                let shown: String = word.chars().take(40).collect();
                Error::new(format!(
                    "line {}: `{shown}` is not a number\n  help: write decimals, C99 hexadecimals \
                     (0x1.8p+1), inf or nan, separated by white space",
                    line + 1
                ))
            })?;
            found.push(value);
        }
    }
    Ok(found)
}

fn evaluate<T: Element>(
    args: &Eval,
    activation: &Activation,
    x: &[T],
    printer: &mut Printer,
) -> Result<(), Error> {
    // Each number is a channel of its own, so that the parameters' gradients are not summed.
    let count = x.len();
    let parameters: Vec<Vec<f64>> =
        activation.initial_parameters().iter().map(|one| vec![one[0]; count]).collect();
    let statistics = Statistics {
        mean: vec![args.mean; count],
        variance: vec![args.var; count],
        of_batch: false,
    };
    let gate = vec![T::from_f64(args.gate); count];
    let call = Call {
        layout: Layout { outer: 1, channels: count, inner: 1 },
        x,
        gate: activation.has_gate().then_some(&gate),
        parameters: &parameters,
        statistics: Some(&statistics),
    };
    let mut y = vec![T::default(); count];
    activation.forward(&call, &mut y)?;
    let (mut dx, mut dgate) = (vec![T::default(); count], vec![T::default(); count]);
    let mut gradients = Vec::new();
    if args.grad {
        let dgate = activation.has_gate().then_some(dgate.as_mut_slice());
        gradients = activation.backward(&call, &vec![T::from_f64(1.0); count], &mut dx, dgate)?;
    }
    let names: Vec<&str> = activation.parameters().iter().map(|p| p.name.as_str()).collect();
    // A gradient in f64 rounds to the numbers' type here.
    let of = |values: &[f64], place: usize| T::from_f64(values[place]).to_f64();
    // The longest number; a name may be longer. A blank stands before each column.
    let longest = if T::NAME == "f64" { 24 } else { 15 };
    let width = names.iter().map(|name| name.chars().count() + 2).fold(longest, usize::max);
    if !args.json {
        let mut header = vec!["x", "y"];
        let derived: Vec<String> = names
            .iter()
            .zip(&gradients)
            .filter(|(_, values)| !values.is_empty() || count == 0)
            .map(|(name, _)| format!("d{name}"))
            .collect();
        if args.grad {
            header.push("dx");
            header.extend(activation.has_gate().then_some("dgate"));
            header.extend(derived.iter().map(String::as_str));
        }
        let header: Vec<String> = header.iter().map(|name| format!(" {name:>width$}")).collect();
        printer.line(header.join(""))?;
    }
    for place in 0..count {
        let mut row = vec![("x", x[place].to_f64()), ("y", y[place].to_f64())];
        if args.grad {
            row.push(("dx", dx[place].to_f64()));
            if activation.has_gate() {
                row.push(("dgate", dgate[place].to_f64()));
            }
        }
        let learned: Vec<(&str, f64)> = names
            .iter()
            .zip(&gradients)
            .filter(|(_, values)| !values.is_empty())
            .map(|(name, values)| (*name, of(values, place)))
            .collect();
        if args.json {
            let mut object: Map<String, Value> =
                row.into_iter().map(|(key, value)| (key.to_owned(), json!(hex(value)))).collect();
            if args.grad {
                let of_parameters: Map<String, Value> = learned
                    .into_iter()
                    .map(|(name, value)| (name.to_owned(), json!(hex(value))))
                    .collect();
                object.insert("dp".to_owned(), Value::Object(of_parameters));
            }
            printer.json(&Value::Object(object))?;
        } else {
            let cells: Vec<String> = row
                .iter()
                .chain(&learned)
                .map(|(_, value)| format!(" {:>width$}", decimal::<T>(*value)))
                .collect();
            printer.line(cells.join(""))?;
        }
    }
    Ok(())
}

/// The shortest decimal that reads back to the same number of type `T`.
fn decimal<T: Element>(value: f64) -> String {
    if !matches!(T::NAME, "f32" | "f64") {
        let reads_back = |text: &String| {
            text.parse::<f64>().is_ok_and(|read| T::from_f64(read).to_f64() == value)
        };
        let shortest = (0..9).map(|digits| format!("{value:.digits$e}")).find(reads_back);
        let shortest = shortest.and_then(|text| text.parse::<f64>().ok()).unwrap_or(value);
        return plain_or_scientific("f64", shortest);
    }
    plain_or_scientific(T::NAME, value)
}

fn plain_or_scientific(dtype: &str, value: f64) -> String {
    let magnitude = value.abs();
    let plain = magnitude == 0.0 || (1e-4..1e7).contains(&magnitude) || !value.is_finite();
    match (dtype, plain) {
        ("f32", true) => format!("{}", value as f32),
        ("f32", false) => format!("{:e}", value as f32),
        (_, true) => format!("{value}"),
        (_, false) => format!("{value:e}"),
    }
}
