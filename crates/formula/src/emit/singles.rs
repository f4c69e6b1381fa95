//! Rust over f32 lanes, where f32 need not hold every number of the program.

use std::collections::HashMap;
use std::fmt::Write as _;

use super::{RUST_SINGLES, as_text};
use crate::op::Op;
use crate::program::{Code, Program, Source, Step};

/// The statements, the expression of each output, and what each output lacks where it has two parts.
pub struct Singles {
    /// One line for each statement.
    pub statements: String,
    /// What is nearest to each output of those no larger in size; where there is no rest, the output.
    pub outputs: Vec<String>,
    /// The rest of the same sign, for a product in one rounding.
    pub rests: Vec<Option<String>>,
}

/// What stands for a number of f64 in f32 lanes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StandIn {
    /// The nearest of those no larger in size, and the rest.
    Parts,
    /// The nearest.
    Nearest,
    /// The largest that is not above.
    Below,
    /// The smallest that is not below.
    Above,
}

impl StandIn {
    /// What stands for a number that is the argument at this place of an operation on numbers of f32, such
    /// that the result is right; none if nothing does. `is_scaled` says that results are multiplied
    /// behind the program.
    pub fn of(code: Code, place: usize, is_scaled: bool) -> Option<StandIn> {
        let chosen = if is_scaled { StandIn::Parts } else { StandIn::Nearest };
        match (code, place) {
            (Code::Op(Op::Mul), _) => Some(StandIn::Parts),
            // Nothing of f32 lies between a number and what stands for it.
            (Code::Op(Op::Less) | Code::SelectIf(Op::Less), 0)
            | (Code::Op(Op::LessEqual) | Code::SelectIf(Op::LessEqual), 1) => Some(StandIn::Below),
            (Code::Op(Op::Less) | Code::SelectIf(Op::Less), 1)
            | (Code::Op(Op::LessEqual) | Code::SelectIf(Op::LessEqual), 0) => Some(StandIn::Above),
            (Code::SelectIf(_), 2 | 3) => Some(chosen),
            _ => None,
        }
    }

    /// What stands for `value`; without its rest, of two parts.
    pub fn single(self, value: f64) -> f32 {
        let nearest = value as f32;
        match self {
            StandIn::Parts if value < 0.0 => StandIn::Above.single(value),
            StandIn::Parts => StandIn::Below.single(value),
            StandIn::Below if f64::from(nearest) > value => nearest.next_down(),
            StandIn::Above if f64::from(nearest) < value => nearest.next_up(),
            _ => nearest,
        }
    }

    /// What the first of the [two parts](StandIn::Parts) of `value` lacks.
    pub fn rest(value: f64) -> f32 {
        (value - f64::from(StandIn::Parts.single(value))) as f32
    }
}

/// A program over f32 lanes whose results are multiplied behind it where it `is_scaled`, and summed but for the
/// first `stored`; `None` if some operation or number is not for them. Uniforms are numbers of f32, or in two
/// parts where `in_parts`: `v0`, `v1` … are their rests; `None` also if no product and no choice takes one
/// then.
pub fn rust_singles(
    program: &Program,
    [is_scaled, in_parts]: [bool; 2],
    stored: usize,
) -> Option<Singles> {
    let mut writer = Writer { is_scaled, in_parts, rests: HashMap::new(), takes_parts: false };
    let mut statements = String::new();
    for step in &program.steps {
        let value = writer.value(step)?;
        let rest = writer.rest(step);
        let [register, other] = step.into;
        if register != other {
            return None;
        }
        // First the rest: the other may take the place of what is compared.
        if let Some(rest) = &rest {
            let _ = writeln!(statements, "let q{register} = {rest};");
        }
        let _ = writeln!(statements, "let r{register} = {value};");
        match rest {
            Some(_) => writer.rests.insert(register, format!("q{register}")),
            None => writer.rests.remove(&register),
        };
    }
    let sources = program.outputs.iter().map(|output| output.source);
    // A number that is a result by itself is rare.
    if sources.clone().any(|source| writer.part(source).is_some_and(|_| !is_register(source))) {
        return None;
    }
    let rests: Vec<Option<String>> = sources.clone().map(|source| writer.part(source)).collect();
    if rests[stored..].iter().any(Option::is_some) {
        return None;
    }
    let outputs = sources.map(|source| as_text(&source, RUST_SINGLES.number)).collect();
    (!in_parts || writer.takes_parts).then_some(Singles { statements, outputs, rests })
}

struct Writer {
    is_scaled: bool,
    in_parts: bool,
    /// What the registers lack that have two parts.
    rests: HashMap<usize, String>,
    /// Whether something took a uniform in parts.
    takes_parts: bool,
}

impl Writer {
    /// What a source lacks, if it has two parts.
    fn part(&self, source: Source) -> Option<String> {
        match source {
            Source::Constant(value) if !is_single(value) => {
                Some((RUST_SINGLES.number)(f64::from(StandIn::rest(value))))
            }
            Source::Uniform(uniform) if self.in_parts => Some(format!("v{uniform}")),
            Source::Register(register) => self.rests.get(&register).cloned(),
            _ => None,
        }
    }

    /// The arguments as they stand in a step, of two parts the first.
    fn args(&self, step: &Step) -> Option<Vec<String>> {
        let sources = &step.args[..step.code.arity()];
        let text = |(place, source): (usize, &Source)| {
            let stands = || StandIn::of(step.code, place, self.is_scaled);
            match source {
                Source::Constant(value) if !is_single(*value) => {
                    Some((RUST_SINGLES.number)(f64::from(stands()?.single(*value))))
                }
                Source::Register(register) if self.rests.contains_key(register) => {
                    let is_chosen =
                        step.code != Code::Op(Op::Mul) && stands() == Some(StandIn::Parts);
                    is_chosen.then(|| as_text(source, RUST_SINGLES.number))
                }
                _ => Some(as_text(source, RUST_SINGLES.number)),
            }
        };
        sources.iter().enumerate().map(text).collect()
    }

    fn value(&mut self, step: &Step) -> Option<String> {
        let args = self.args(step)?;
        if let (Code::Op(Op::Mul), [a, b, ..]) = (step.code, &step.args) {
            let factor = |source: &Source| self.part(*source).filter(|_| !source.varies());
            match [factor(a), factor(b)] {
                [Some(_), Some(_)] => return None,
                [Some(rest), None] if b.varies() => {
                    self.takes_parts |= matches!(a, Source::Uniform(_));
                    return Some(format!("l.mul_parts({}, {}, {rest})", args[1], args[0]));
                }
                [None, Some(rest)] if a.varies() => {
                    self.takes_parts |= matches!(b, Source::Uniform(_));
                    return Some(format!("l.mul_parts({}, {}, {rest})", args[0], args[1]));
                }
                _ => {}
            }
        }
        (RUST_SINGLES.operation)(step.code, &step.args[..step.code.arity()], &args)
    }

    /// What the result of a choice lacks, if it has two parts; its value has a spelling.
    fn rest(&mut self, step: &Step) -> Option<String> {
        let Code::SelectIf(_) = step.code else { return None };
        let chosen = [step.args[2], step.args[3]];
        if !self.is_scaled || chosen.iter().all(|source| self.part(*source).is_none()) {
            return None;
        }
        self.takes_parts |= chosen.iter().any(|source| matches!(source, Source::Uniform(_)));
        let mut args = self.args(step)?;
        for (arg, source) in args[2..].iter_mut().zip(chosen) {
            *arg = self.part(source).unwrap_or_else(|| (RUST_SINGLES.number)(0.0));
        }
        let zero = Source::Constant(0.0);
        let sources = [step.args[0], step.args[1], zero, zero];
        (RUST_SINGLES.operation)(step.code, &sources, &args)
    }
}

fn is_register(source: Source) -> bool {
    matches!(source, Source::Register(_))
}

/// Whether f32 holds a number.
pub fn is_single(value: f64) -> bool {
    f64::from(value as f32) == value
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A comparison, the place of the number in it, and what it says of the number and another.
    type Row = (Op, usize, fn(f64, f64) -> bool);

    #[test]
    fn a_neighbour_decides_as_the_number_does() {
        let numbers = [0.1, -0.1, 1.0 / 3.0, -1.0 / 3.0, 1e-20, -1e-20, 0.5, 16_777_217.0];
        let rows: [Row; 4] = [
            (Op::Less, 0, |number, x| number < x),
            (Op::Less, 1, |number, x| x < number),
            (Op::LessEqual, 0, |number, x| number <= x),
            (Op::LessEqual, 1, |number, x| x <= number),
        ];
        for number in numbers {
            for (op, place, decides) in rows {
                let stands = StandIn::of(Code::SelectIf(op), place, false).unwrap();
                let single = f64::from(stands.single(number));
                let nearest = number as f32;
                for x in [nearest.next_down(), nearest, nearest.next_up(), 0.0, -0.0] {
                    let x = f64::from(x);
                    let same = decides(single, x) == decides(number, x);
                    assert!(same, "{op:?} of {number} at {place}, and {x:e}");
                }
            }
            // Of the same sign, both parts together are the number to a few bits less than f64 has.
            let part = StandIn::Parts.single(number);
            let rest = StandIn::rest(number);
            assert!(rest == 0.0 || (rest < 0.0) == (number < 0.0), "{number}");
            let sum = f64::from(part) + f64::from(rest);
            assert!((sum - number).abs() <= 2f64.powi(-47) * number.abs(), "{number}");
        }
    }

    #[test]
    fn the_rest_of_a_choice_comes_before_it() {
        let formula = crate::Formula::parse("if x > 0 { x } else { 0.01*x }").unwrap();
        let backward = crate::Programs::of(&formula).backward;
        let Singles { statements, rests, .. } =
            rust_singles(&backward.program, [true, false], 1).unwrap();
        let lines: Vec<&str> = statements.lines().collect();
        assert!(lines[0].starts_with("let q0 = l.select(l.less("), "{statements}");
        assert!(lines[1].starts_with("let r0 = l.select(l.less("), "{statements}");
        assert_eq!(rests, [Some("q0".to_owned())]);
        // One that is summed has no place for its rest.
        assert!(rust_singles(&backward.program, [true, false], 0).is_none());
    }
}
