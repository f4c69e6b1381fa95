//! Programs that f32 lanes run as well as f64 lanes: found by analysis, not by name.
//!
//! That is so where each result is rounded at most once on its way: selections (max, min, clamp,
//! choices) round nothing, a sum or a product once. What a choice tests must be exact, and so must be
//! the numbers; a product with a number that f32 does not hold takes it in two parts.

use ogive_formula::{Code as Fusion, Op};

use crate::hot::scaled::Scaled;
use crate::hot::{ByHand, kernels};
use crate::machine::{Code, Step};
use crate::plan::{DY, FIRST, Plan, X, ZERO};

/// A plan for f32 lanes. Its sources are those of a [`Plan`]; its targets are the stored outputs, then
/// the registers.
#[derive(Clone, Debug)]
pub(crate) struct Single {
    pub(crate) steps: Vec<Step>,
    pub(crate) numbers: Vec<f32>,
    pub(crate) channelled: Vec<Vec<f32>>,
    pub(crate) registers: usize,
    /// The sources of the results that are multiplied by `dy` and summed.
    pub(crate) summed: Vec<usize>,
    /// The kernel that the program is compiled to, where there is one, and the sources of its uniforms.
    pub(crate) fused: Option<(usize, Vec<usize>)>,
    /// The hand-tuned kernel that is all of the program, instead of its steps, and its sources.
    pub(crate) by_hand: Option<(usize, [usize; 3])>,
    /// Whether a stored result can be NaN where no input is.
    pub(crate) can_fail: bool,
    stored: usize,
}

impl Single {
    /// The plan in f32 lanes, if they are as good. The first `stored` outputs are stored, the others
    /// summed.
    pub(crate) fn of(plan: &Plan, stored: usize) -> Option<Single> {
        if let Some(by_hand) = plan.by_hand.filter(|_| stored == 1 && !plan.on_tiles)
            && let Some(single) = Single::by_hand(plan, by_hand)
        {
            return Some(single);
        }
        is_as_good(plan, stored)?;
        let mut single = Single {
            steps: Vec::new(),
            numbers: plan.numbers.iter().map(|value| towards_zero(*value)).collect(),
            channelled: plan
                .channelled
                .iter()
                .map(|values| values.iter().map(|value| *value as f32).collect())
                .collect(),
            registers: plan.registers,
            summed: Vec::new(),
            fused: None,
            by_hand: None,
            can_fail: false,
            stored,
        };
        // The rests of numbers in two parts stand behind the numbers, so later sources move up.
        let mut rests: Vec<usize> = Vec::new();
        for arg in plan.steps.iter().flat_map(|step| step.args) {
            if is_inexact(plan, arg) && !rests.contains(&arg) {
                rests.push(arg);
                let value = plan.numbers[arg - FIRST];
                single.numbers.push((value - f64::from(towards_zero(value))) as f32);
            }
        }
        let moved = |source: usize| {
            if source < plan.first_channelled() { source } else { source + rests.len() }
        };
        for step in &plan.steps {
            let into = step.into.map(|register| stored + register);
            let [a, b, ..] = step.args;
            let number = [(a, b), (b, a)].into_iter().find_map(|(number, other)| {
                let rest = rests.iter().position(|known| *known == number)?;
                Some([moved(other), number, plan.first_channelled() + rest, moved(other)])
            });
            single.steps.push(match number {
                None => Step { code: step.code, args: step.args.map(moved), into },
                Some(args) => Step { code: Code::MulParts, args, into },
            });
        }
        for (place, output) in plan.outputs.iter().enumerate() {
            let mut value = moved(output.value);
            if output.guard != FIRST + ZERO {
                value = single.append(Code::Program(Fusion::KeepNan), [value, output.guard]);
            }
            if place >= stored {
                single.summed.push(value);
                continue;
            }
            if output.scale == DY {
                value = single.append(Code::Program(Fusion::Op(Op::Mul)), [value, DY]);
            }
            let shared =
                plan.outputs.iter().filter(|other| moved(other.value) == value).count() > 1;
            single.store(value, place, shared);
        }
        single.fused = if plan.uniforms.iter().any(|source| is_inexact(plan, *source)) {
            let rest = |source: &usize| {
                let rest = rests.iter().position(|known| known == source);
                rest.map(|rest| plan.first_channelled() + rest)
            };
            // Those that f32 holds lack nothing, but 0 times infinity would be NaN.
            let all: Option<Vec<usize>> = plan.uniforms.iter().map(rest).collect();
            plan.fused
                .parts
                .zip(all)
                .map(|(kernel, all)| (kernel, [&*plan.uniforms, &all].concat()))
        } else {
            plan.fused.singles.map(|kernel| (kernel, plan.uniforms.clone()))
        };
        single.can_fail = !single.steps.iter().all(|step| single.is_safe(step));
        Some(single)
    }

    /// A hand-tuned kernel, which is all of the program; none if it takes a factor that two f32 do not hold.
    fn by_hand(plan: &Plan, by_hand: ByHand) -> Option<Single> {
        let in_single = |values: &Vec<f64>| values.iter().map(|value| *value as f32).collect();
        let mut numbers: Vec<f32> = in_single(&plan.numbers);
        let args = match by_hand {
            ByHand::Scaled(_) => {
                // Its program is that of one entry of the catalogue, whose only parameter is the factor.
                let [factor] = plan.uniforms[..] else { return None };
                let of_channels = plan.channelled.iter().flatten();
                let number = factor.checked_sub(FIRST).and_then(|at| plan.numbers.get(at));
                if !of_channels.chain(number).all(|value| Scaled::takes(*value)) {
                    return None;
                }
                let mut rest = FIRST + ZERO;
                if let Some(value) = number.filter(|value| !is_single(**value)) {
                    rest = plan.first_channelled();
                    numbers.push((value - f64::from(*value as f32)) as f32);
                }
                [X, factor, rest]
            }
            ByHand::Hot(_) | ByHand::Slope(_) => [X, DY, X],
        };
        let are_single = plan.channelled.iter().flatten().all(|value| is_single(*value));
        if plan.outputs.len() != 1 || !are_single {
            return None;
        }
        Some(Single {
            steps: Vec::new(),
            numbers,
            channelled: plan.channelled.iter().map(in_single).collect(),
            registers: 0,
            summed: Vec::new(),
            fused: None,
            by_hand: Some((kernels::place(by_hand), args)),
            can_fail: false,
            stored: 1,
        })
    }

    /// Makes a value a stored output.
    fn store(&mut self, value: usize, place: usize, shared: bool) {
        let register = value.checked_sub(self.first_register()).map(|at| self.stored + at);
        let maker = self.steps.iter().rposition(|step| Some(step.into[0]) == register);
        match maker {
            // The step that makes the value writes the output itself, where nothing else reads it.
            Some(maker)
                if !shared && !self.steps[maker + 1..].iter().any(|s| s.args.contains(&value)) =>
            {
                self.steps[maker].into = [place; 2];
            }
            _ => self.steps.push(Step { code: Code::Copy, args: [value; 4], into: [place; 2] }),
        }
    }

    /// Whether a step never makes NaN: a choice, or a product or a sum with a number that is neither 0
    /// nor infinite.
    fn is_safe(&self, step: &Step) -> bool {
        let is_plain = |source: usize| {
            let number = source.checked_sub(FIRST).and_then(|place| self.numbers.get(place));
            number.is_some_and(|value| value.is_finite() && *value != 0.0)
        };
        match step.code {
            Code::Program(Fusion::Op(Op::Mul | Op::Add | Op::Sub)) => {
                step.args[..2].iter().any(|arg| is_plain(*arg))
            }
            Code::Program(Fusion::MulAdd | Fusion::MulSub | Fusion::NegMulAdd) => false,
            _ => true,
        }
    }

    /// The source of the first register.
    pub(crate) fn first_register(&self) -> usize {
        FIRST + self.numbers.len() + self.channelled.len()
    }

    /// Appends a step; returns the source of its result.
    fn append(&mut self, code: Code, [a, b]: [usize; 2]) -> usize {
        let register = self.registers;
        self.registers += 1;
        let into = [self.stored + register; 2];
        self.steps.push(Step { code, args: [a, b, a, a], into });
        self.first_register() + register
    }
}

/// Whether a source is a number that f32 does not hold.
fn is_inexact(plan: &Plan, source: usize) -> bool {
    let number = source.checked_sub(FIRST).and_then(|place| plan.numbers.get(place));
    number.is_some_and(|value| !is_single(*value))
}

/// The f32 that is nearest to an f64 of those that are no larger in size.
fn towards_zero(value: f64) -> f32 {
    let nearest = value as f32;
    if f64::from(nearest).abs() > value.abs() {
        f32::from_bits(nearest.to_bits() - 1)
    } else {
        nearest
    }
}

fn is_single(value: f64) -> bool {
    f64::from(value as f32) == value
}

/// Whether two parts in f32 hold a number as well as f64: the second is no subnormal.
fn fits_two_parts(value: f64) -> bool {
    const SMALLEST: f64 = 3.308722450212111e-24; // 2^-78
    is_single(value) || (SMALLEST..=f64::from(f32::MAX)).contains(&value.abs())
}

/// Some if each result is rounded at most once.
fn is_as_good(plan: &Plan, stored: usize) -> Option<()> {
    if !plan.numbers.iter().all(|value| fits_two_parts(*value)) {
        return None;
    }
    if !plan.channelled.iter().flatten().all(|value| is_single(*value)) {
        return None;
    }
    // How often the value of each register has been rounded.
    let mut roundings = vec![0; plan.registers];
    let of = |roundings: &[usize], source: usize| {
        plan.register(source).map_or(0, |register| roundings[register])
    };
    for step in &plan.steps {
        let exact = |args: &[usize]| args.iter().all(|arg| of(&roundings, *arg) == 0);
        let arity = step.code.arity();
        let args = &step.args[..arity];
        let most = args.iter().map(|arg| of(&roundings, *arg)).max().unwrap_or(0);
        let inexact = args.iter().filter(|arg| is_inexact(plan, **arg)).count();
        // How many roundings the step adds; how many numbers it takes that f32 does not hold; how many
        // of its arguments must be exact, because they are compared.
        let (adds, takes, compared) = match step.code {
            Code::Program(Fusion::Op(op)) => match op {
                Op::Mul => (1, 1, 0),
                Op::Add | Op::Sub => (1, 0, 0),
                Op::Min | Op::Max | Op::Neg | Op::Abs => (0, 0, 0),
                Op::Less | Op::LessEqual | Op::Equal => (0, 0, 2),
                Op::Sign | Op::Select => (0, 0, 1),
                _ => return None,
            },
            Code::Program(Fusion::SelectIf(_)) => (0, 0, 2),
            Code::Program(Fusion::MulAdd | Fusion::MulSub | Fusion::NegMulAdd) => (1, 0, 0),
            Code::Program(Fusion::Pair(_) | Fusion::Check(_)) | Code::MulParts => return None,
            Code::Program(Fusion::Clamp | Fusion::KeepNan)
            | Code::AtLeast
            | Code::AtLeastZero
            | Code::AtMost
            | Code::Within
            | Code::WithinZero
            | Code::Copy => (0, 0, 0),
        };
        let allowed = inexact <= takes && exact(&args[..compared]);
        if !allowed || most + adds > 1 {
            return None;
        }
        for register in step.into {
            roundings[register] = most + adds;
        }
    }
    for (place, output) in plan.outputs.iter().enumerate() {
        let scaled = usize::from(place < stored && output.scale == DY);
        if is_inexact(plan, output.value) || of(&roundings, output.value) + scaled > 1 {
            return None;
        }
    }
    Some(())
}
