//! Programs that f32 lanes run as well as f64 lanes: found by analysis, not by name.
//!
//! That is so where each result is rounded at most once on its way: selections (max, min, clamp,
//! choices) round nothing, a sum or a product once. What a choice tests must be exact. A number that f32 does
//! not hold is a factor in two parts; where it is compared, a neighbour stands for it; and a choice of it
//! is in two parts itself, for the product with the gradient of the output.

mod rounding;

use ogive_formula::{Code as Fusion, Op};

use crate::hot::ByHand;
use crate::hot::kernels::{self, MOST_ARGS};
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
    pub(crate) by_hand: Option<(usize, [usize; MOST_ARGS])>,
    /// Whether a stored result can be NaN where no input is.
    pub(crate) can_fail: bool,
    stored: usize,
}

impl Single {
    /// The plan in f32 lanes, if they are as good. The first `stored` outputs are stored, the others
    /// summed.
    pub(crate) fn of(plan: &Plan, stored: usize) -> Option<Single> {
        if let Some(by_hand) = plan.by_hand.as_ref().filter(|_| stored == 1 && !plan.on_tiles)
            && let Some(single) = Single::by_hand(plan, by_hand)
        {
            return Some(single);
        }
        let (numbers, choices) = rounding::analysis(plan, stored)?;
        let mut single = Single {
            steps: Vec::new(),
            numbers: numbers.values.clone(),
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
        // The rests of numbers stand behind the numbers, so later sources move up.
        let moved = |source: usize| {
            if source < plan.first_channelled() { source } else { source + numbers.rests() }
        };
        // What a register lacks whose value is a choice in two parts.
        let mut low_of: Vec<Option<usize>> = vec![None; plan.registers];
        for (step, is_choice) in plan.steps.iter().zip(&choices) {
            let into = step.into.map(|register| stored + register);
            let [a, b, ..] = step.args;
            if *is_choice {
                // First: the other step may take the place of what is compared.
                let low = |source: usize| {
                    let of_register = plan.register(source).and_then(|register| low_of[register]);
                    numbers.rest_of(source).or(of_register).unwrap_or(FIRST + ZERO)
                };
                let [c, d] = [step.args[2], step.args[3]].map(low);
                let low = single.append_step(step.code, [moved(a), moved(b), c, d]);
                low_of[step.into[0]] = Some(low);
            }
            let is_product = step.code == Code::Program(Fusion::Op(Op::Mul));
            let number = [(a, b), (b, a)].into_iter().find_map(|(number, other)| {
                let rest = numbers.rest_of(number).filter(|_| is_product)?;
                Some([moved(other), number, rest, moved(other)])
            });
            single.steps.push(match number {
                None => Step { code: step.code, args: step.args.map(moved), into },
                Some(args) => Step { code: Code::MulParts, args, into },
            });
            if !is_choice {
                step.into.iter().for_each(|register| low_of[*register] = None);
            }
        }
        for (place, output) in plan.outputs.iter().enumerate() {
            let low = plan.register(output.value).and_then(|register| low_of[register]);
            let mut value = moved(output.value);
            if output.guard != FIRST + ZERO {
                value = single.append(Code::Program(Fusion::KeepNan), [value, output.guard]);
            }
            if place >= stored {
                single.summed.push(value);
                continue;
            }
            if let Some(low) = low {
                value = single.append_step(Code::MulParts, [DY, value, low, DY]);
            } else if output.scale == DY {
                value = single.append(Code::Program(Fusion::Op(Op::Mul)), [value, DY]);
            }
            let shared =
                plan.outputs.iter().filter(|other| moved(other.value) == value).count() > 1;
            single.store(value, place, shared);
        }
        let uniforms = &plan.uniforms;
        single.fused = if uniforms.iter().any(|source| numbers.rest_of(*source).is_some()) {
            let rests = numbers.rests_of(uniforms);
            plan.fused
                .parts
                .zip(rests)
                .map(|(kernel, rests)| (kernel, [&**uniforms, &rests].concat()))
        } else {
            plan.fused.singles.map(|kernel| (kernel, uniforms.clone()))
        };
        single.can_fail = !single.steps.iter().all(|step| single.is_safe(step));
        Some(single)
    }

    /// A hand-tuned kernel, which is all of the program; none if it does not take a value of its parameter.
    fn by_hand(plan: &Plan, (by_hand, values): &(ByHand, Vec<f64>)) -> Option<Single> {
        if plan.outputs.len() != 1 {
            return None;
        }
        let of_values: Option<Vec<Vec<f32>>> =
            values.iter().map(|value| by_hand.parameters(*value)).collect();
        let of_values = of_values?;
        let rows = of_values.first().map_or(0, Vec::len);
        let mut numbers = vec![0.0; 1 + rows];
        let mut channelled: Vec<Vec<f32>> = Vec::new();
        let mut args = [X; MOST_ARGS];
        args[1] = DY;
        for (at, arg) in args[1..].iter_mut().take(rows).enumerate() {
            let row: Vec<f32> = of_values.iter().map(|parts| parts[at]).collect();
            *arg = FIRST
                + if row.iter().all(|value| value.to_bits() == 0) {
                    ZERO
                } else if let [value] = row[..] {
                    numbers[1 + at] = value;
                    1 + at
                } else {
                    channelled.push(row);
                    numbers.len() + channelled.len() - 1
                };
        }
        Some(Single {
            steps: Vec::new(),
            numbers,
            channelled,
            registers: 0,
            summed: Vec::new(),
            fused: None,
            by_hand: Some((kernels::place(*by_hand), args)),
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
            // Of a choice one part may be 0.
            Code::MulParts => step.args[1..3].iter().all(|arg| is_plain(*arg)),
            _ => true,
        }
    }

    /// The source of the first register.
    pub(crate) fn first_register(&self) -> usize {
        FIRST + self.numbers.len() + self.channelled.len()
    }

    /// Appends a step; returns the source of its result.
    fn append(&mut self, code: Code, [a, b]: [usize; 2]) -> usize {
        self.append_step(code, [a, b, a, a])
    }

    fn append_step(&mut self, code: Code, args: [usize; 4]) -> usize {
        let register = self.registers;
        self.registers += 1;
        let into = [self.stored + register; 2];
        self.steps.push(Step { code, args, into });
        self.first_register() + register
    }
}
