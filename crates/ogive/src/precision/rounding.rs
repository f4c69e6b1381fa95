//! How often the values of a plan are rounded in f32 lanes, and what stands there for its numbers.

use ogive_formula::emit::{StandIn, is_single};
use ogive_formula::{Code as Fusion, Op};

use crate::machine::{Code, Step};
use crate::plan::{DY, FIRST, Plan, ZERO};

/// Sums of whole numbers up to here are exact: 2^24.
const WHOLE: f64 = 16_777_216.0;

/// Whether two parts in f32 hold a number as well as f64: the second is no subnormal.
fn fits_two_parts(value: f64) -> bool {
    const SMALLEST: f64 = 3.308722450212111e-24; // 2^-78
    is_single(value) || (SMALLEST..=f64::from(f32::MAX)).contains(&value.abs())
}

/// The place of a number among those of the plan.
fn number(plan: &Plan, source: usize) -> Option<usize> {
    source.checked_sub(FIRST).filter(|place| *place < plan.numbers.len())
}

fn is_scaled(plan: &Plan, stored: usize) -> bool {
    plan.outputs.iter().take(stored).any(|output| output.scale == DY)
}

/// What stands for each number that is used where something may; none if nothing does for one that f32 does
/// not hold.
fn stand_ins(plan: &Plan, stored: usize) -> Option<Vec<Option<StandIn>>> {
    if !plan.numbers.iter().all(|value| fits_two_parts(*value)) {
        return None;
    }
    let is_scaled = is_scaled(plan, stored);
    let mut found: Vec<Option<StandIn>> = vec![None; plan.numbers.len()];
    for step in &plan.steps {
        for (at, source) in step.args[..step.code.arity()].iter().enumerate() {
            let Some(place) = number(plan, *source) else { continue };
            let stands = match step.code {
                Code::Program(code) => StandIn::of(code, at, is_scaled),
                _ => None,
            };
            let known = found[place];
            if is_single(plan.numbers[place]) {
                // As it is; but a factor is known for one.
                found[place] = stands.filter(|it| *it == StandIn::Parts).or(known);
            } else if stands.is_none() || known.is_some_and(|known| Some(known) != stands) {
                return None;
            } else {
                found[place] = stands;
            }
        }
    }
    Some(found)
}

/// The numbers of a plan as f32 lanes take them.
pub(super) struct Numbers {
    stand_ins: Vec<Option<StandIn>>,
    /// The places of those in two parts.
    in_two: Vec<usize>,
    /// Each, then the rests of those in two parts.
    pub(super) values: Vec<f32>,
}

impl Numbers {
    fn new(plan: &Plan, stand_ins: Vec<Option<StandIn>>) -> Numbers {
        let stands = |place: usize| stand_ins[place].unwrap_or(StandIn::Nearest);
        let numbers = || plan.numbers.iter().enumerate();
        let mut values: Vec<f32> =
            numbers().map(|(place, value)| stands(place).single(*value)).collect();
        let mut in_two = Vec::new();
        for (place, value) in numbers() {
            if !is_single(*value) && stands(place) == StandIn::Parts {
                in_two.push(place);
                values.push(StandIn::rest(*value));
            }
        }
        Numbers { stand_ins, in_two, values }
    }

    /// How many rests there are.
    pub(super) fn rests(&self) -> usize {
        self.in_two.len()
    }

    /// The source of what a number lacks, if it is in two parts.
    pub(super) fn rest_of(&self, source: usize) -> Option<usize> {
        let place = source.checked_sub(FIRST)?;
        let rest = self.in_two.iter().position(|known| *known == place)?;
        Some(FIRST + self.stand_ins.len() + rest)
    }

    /// The sources of what uniforms lack, where one has two parts; none where one is a factor that lacks
    /// nothing: 0 times infinity would be NaN.
    pub(super) fn rests_of(&self, uniforms: &[usize]) -> Option<Vec<usize>> {
        let nothing = FIRST + ZERO;
        let rest = |source: &usize| {
            // Those that differ between channels are no numbers of the plan.
            let stands = self.stand_ins.get(source.checked_sub(FIRST)?)?;
            let lacks_nothing = *stands != Some(StandIn::Parts) || *source == nothing;
            self.rest_of(*source).or_else(|| lacks_nothing.then_some(nothing))
        };
        uniforms.iter().map(rest).collect()
    }
}

/// What is known of a value.
#[derive(Clone, Copy, Default)]
struct Known {
    /// How often it has been rounded.
    roundings: usize,
    /// Whether it has two parts.
    in_parts: bool,
    /// Whether it is a choice in two parts.
    is_choice: bool,
    /// A bound of its size, if it is a whole number.
    whole: Option<f64>,
}

/// The numbers of a plan in f32 lanes, and which steps make a choice in two parts; none if a result is rounded
/// more than once.
pub(super) fn analysis(plan: &Plan, stored: usize) -> Option<(Numbers, Vec<bool>)> {
    let stand_ins = stand_ins(plan, stored)?;
    if !plan.channelled.iter().flatten().all(|value| is_single(*value)) {
        return None;
    }
    let mut registers = vec![Known::default(); plan.registers];
    let of = |registers: &[Known], source: usize| {
        if let Some(register) = plan.register(source) {
            return registers[register];
        }
        let Some(place) = number(plan, source) else { return Known::default() };
        let value = plan.numbers[place];
        if is_single(value) {
            let whole = (value.fract() == 0.0).then_some(value.abs());
            return Known { whole, ..Known::default() };
        }
        let in_parts = stand_ins[place] == Some(StandIn::Parts);
        let roundings = usize::from(stand_ins[place] == Some(StandIn::Nearest));
        Known { roundings, in_parts, ..Known::default() }
    };
    let mut found = Vec::with_capacity(plan.steps.len());
    for step in &plan.steps {
        let args = step.args[..step.code.arity()].iter();
        let args: Vec<Known> = args.map(|source| of(&registers, *source)).collect();
        let known = after(step, &args)?;
        found.push(known.is_choice);
        for register in step.into {
            registers[register] = known;
        }
    }
    for (place, output) in plan.outputs.iter().enumerate() {
        let known = of(&registers, output.value);
        let is_scaled = place < stored && output.scale == DY;
        let is_number = number(plan, output.value).is_some_and(|at| !is_single(plan.numbers[at]));
        let is_lost = known.in_parts && !is_scaled;
        if is_number || is_lost || known.roundings + usize::from(is_scaled) > 1 {
            return None;
        }
    }
    Some((Numbers::new(plan, stand_ins), found))
}

/// What is known of the result of a step; none if it has been rounded more than once, or is not for f32 lanes.
fn after(step: &Step, args: &[Known]) -> Option<Known> {
    let most = |args: &[Known]| args.iter().map(|arg| arg.roundings).max().unwrap_or(0);
    let whole = |args: &[Known], of: fn(f64, f64) -> f64| {
        let all: Option<Vec<f64>> = args.iter().map(|arg| arg.whole).collect();
        all?.into_iter().reduce(of)
    };
    let exact = |args: &[Known]| args.iter().all(|arg| arg.roundings == 0 && !arg.in_parts);
    let selected = |args: &[Known]| Known {
        roundings: most(args),
        whole: whole(args, f64::max),
        ..Known::default()
    };
    let rounded = Known { roundings: most(args) + 1, ..Known::default() };
    let is_single = !args.iter().any(|arg| arg.in_parts);
    let known = match step.code {
        Code::Program(Fusion::Op(op)) => match op {
            // By a number in two parts it is rounded once.
            Op::Mul if !args.iter().any(|arg| arg.is_choice) => rounded,
            Op::Add | Op::Sub if is_single => match whole(args, |a, b| a + b) {
                Some(size) if size <= WHOLE => Known { whole: Some(size), ..Known::default() },
                _ => rounded,
            },
            Op::Min | Op::Max | Op::Neg | Op::Abs if is_single => selected(args),
            // Neighbours stand for numbers that are compared.
            Op::Less | Op::LessEqual | Op::Equal | Op::Sign if exact(args) => selected(&[]),
            Op::Select if is_single && exact(&args[..1]) => selected(&args[1..]),
            _ => return None,
        },
        Code::Program(Fusion::SelectIf(_)) if exact(&args[..2]) => {
            let in_parts = args[2..].iter().any(|arg| arg.in_parts);
            Known { in_parts, is_choice: in_parts, ..selected(&args[2..]) }
        }
        Code::Program(Fusion::MulAdd | Fusion::MulSub | Fusion::NegMulAdd) if is_single => rounded,
        Code::Program(Fusion::Clamp | Fusion::KeepNan)
        | Code::AtLeast
        | Code::AtLeastZero
        | Code::AtMost
        | Code::Within
        | Code::WithinZero
        | Code::Copy
            if is_single =>
        {
            selected(args)
        }
        _ => return None,
    };
    (known.roundings <= 1).then_some(known)
}

#[cfg(test)]
mod tests {
    use ogive_formula::{Formula, Programs};

    use crate::plan::{Compiled, Plan};
    use crate::precision::Single;

    /// Whether the forward and the backward of a formula run in f32 lanes.
    fn in_singles(text: &str) -> [bool; 2] {
        let formula = Formula::parse(text).unwrap();
        let parameters: Vec<Vec<f64>> =
            formula.parameters().iter().map(|parameter| vec![parameter.initial]).collect();
        let Programs { forward, backward, .. } = Programs::of(&formula);
        [forward, backward].map(|task| {
            let compiled = Compiled::new(task, &formula).on_tiles();
            let plan = Plan::new(&compiled, &parameters, None, false);
            Single::of(&plan, compiled.stored()).is_some()
        })
    }

    #[test]
    fn what_is_rounded_once_runs_in_f32_lanes() {
        let rows: [(&str, [bool; 2]); 13] = [
            ("max(0, x)", [true, true]),
            // A number that f32 does not hold: a factor, chosen, compared.
            ("if x > 0 { x } else { 0.01*x }", [true, true]),
            ("if x > 0.1 { x } else { 0.3 }", [true, true]),
            ("if x <= 0.1 { 0 } else { if 0.7 < x { x } else { 0.25 } }", [true, true]),
            ("(lower + upper)/2*x | lower = 1/8, upper = 1/3", [true, false]),
            // The same one compared and multiplied would need two that stand for it.
            ("if x > 0.1 { 0.1*x } else { 0 }", [false, false]),
            ("if x > 0.1 { x } else { if x < 0.1 { 0 } else { 1 } }", [false, true]),
            // Sums of whole numbers are exact, others rounded; as a term a number is not in two parts.
            ("if x > 1 { x - 1 } else { if x < -1 { x + 1 } else { 0 } }", [true, true]),
            ("x + 0.1", [false, true]),
            ("2*(x + 0.5)*x", [false, false]),
            ("0.1*max(0, x)", [true, true]),
            ("0.1*(0.3*x)", [true, false]),
            ("x/3", [true, false]),
        ];
        for (text, wanted) in rows {
            assert_eq!(in_singles(text), wanted, "{text}");
        }
    }
}
