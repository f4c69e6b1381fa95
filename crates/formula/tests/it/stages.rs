//! Each station of the compiler, printed, for formulas that between them use most of it.

use std::fmt::Write as _;

use ogive_formula::Formula;

/// Text to program, every stage.
fn stages(text: &str) -> String {
    let formula = Formula::parse(text).unwrap_or_else(|error| panic!("{error}"));
    let print = |id| formula.print(id);
    let found = formula.derivatives();
    let mut all = format!("text    {}\n", formula.text());
    for parameter in formula.parameters() {
        let _ = writeln!(all, "        | {parameter}");
    }
    let _ = writeln!(all, "typed   {}", print(formula.typed()));
    let _ = writeln!(all, "stable  {}", print(formula.stable()));
    let _ = writeln!(all, "dx      {}", print(found.x));
    if formula.has_gate() {
        let _ = writeln!(all, "dgate   {}", print(found.gate));
    }
    let mut outputs = vec![formula.stable(), found.x];
    for (parameter, id) in formula.parameters().iter().zip(&found.parameters) {
        let _ = writeln!(all, "d{:<6} {}", parameter.name, print(*id));
        outputs.push(*id);
    }
    if formula.has_statistics() {
        let _ = writeln!(all, "dmean   {}", print(found.mean));
        let _ = writeln!(all, "dvar    {}", print(found.variance));
        outputs.extend([found.mean, found.variance]);
    }
    let _ = write!(all, "program\n{}", formula.program(&outputs));
    all
}

macro_rules! stages {
    ($($name:ident $text:literal)+) => {
        $(#[test]
        fn $name() {
            insta::assert_snapshot!(stages($text));
        })+
    };
}

stages! {
    relu "max(0, x)"
    elu "x > 0 ? x : alpha*(exp(x) - 1) | alpha = 1 fixed"
    mish "x*tanh(log(1 + exp(x)))"
    gelu "x/2*(1 + erf(x/sqrt(2)))"
    prelu "max(0, x) + alpha*min(0, x) | alpha = 0.25 per channel, >= 0.01"
    dice "p = sigmoid((x - mean(x))/sqrt(var(x) + epsilon)); p*x + (1 - p)*alpha*x | alpha = 0 per channel, epsilon = 1e-8 fixed, > 0"
    swiglu "silu = x*sigmoid(x); silu*gate"
    rational "poly(a, x)/(1 + |poly(b, x)|) | a = [0, 1, 0.5], b = [0, 0.25]"
    snake "x + sin(a*x)^2/a | a = 1 per channel"
}

#[test]
fn the_root_of_a_square_has_the_kink_of_its_size() {
    let formula = Formula::parse("sqrt(x^2)").unwrap();
    assert_eq!(formula.print(formula.stable()), "abs(x)");
}

#[test]
fn a_wave_that_turns_at_0_is_written_without_loss() {
    // 1 + sin(2ax) would lose twice as many bits around its double roots.
    let formula = Formula::parse("x + sin(a*x)^2/a | a = 1").unwrap();
    assert_eq!(formula.print(formula.derivatives().x), "(sin(x*a) + cos(x*a))^2");
}
