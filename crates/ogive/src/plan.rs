//! A program with its parameters: what one call runs on every tile.

use std::sync::Arc;

use ogive_formula::{
    Check, Code as Fusion, Formula, Op, Program, Results, Source, Step as ProgramStep, Task,
};

use crate::exact::{Exact, InCall};
use crate::fused::PROGRAMS;
use crate::hot::{ByHand, PROGRAMS as BY_HAND};
use crate::machine::{Code, Step};
use crate::pairs::{LARGEST, SMALLEST};
use crate::statistics::Statistics;
use crate::uniforms::{self, Uniforms};

/// The source that holds the input.
pub(crate) const X: usize = 0;
/// The source that holds the second input.
pub(crate) const GATE: usize = 1;
/// The source that holds the gradient of the output.
pub(crate) const DY: usize = 2;
/// The first source that is a number or a register.
pub(crate) const FIRST: usize = 3;

/// A program whose uniforms are computed and whose registers have places.
///
/// Its sources are, in this order: the input, the gate and the gradient of the output; the numbers;
/// the uniforms that differ between channels; the registers, which are the targets too.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) steps: Vec<Step>,
    pub(crate) numbers: Vec<f64>,
    /// Uniforms that differ between channels, a value for each.
    pub(crate) channelled: Vec<Vec<f64>>,
    /// What all these lack, where results stay in f64: every number has two parts then.
    pub(crate) rests: Option<Rests>,
    pub(crate) registers: usize,
    pub(crate) outputs: Vec<Output>,
    /// The source of each uniform of the program.
    pub(crate) uniforms: Vec<usize>,
    /// The kernels that the program is compiled to.
    pub(crate) fused: Fused,
    /// The hand-tuned kernel for f32, where there is one, and the values of the parameter that it takes.
    pub(crate) by_hand: Option<(ByHand, Vec<f64>)>,
    /// Whether it runs on the tile engine only.
    pub(crate) on_tiles: bool,
    /// What evaluates elements that the program has doubts about, if it asks.
    pub(crate) exact: Option<InCall>,
    /// Whether what it asks is for inputs of f32: powers of others may leave f64 and nothing shows it.
    pub(crate) is_narrow: bool,
}

/// The second parts of a plan's numbers, and of its uniforms that differ between channels.
#[derive(Clone, Debug)]
pub(crate) struct Rests {
    pub(crate) numbers: Vec<f64>,
    pub(crate) channelled: Vec<Vec<f64>>,
}

/// Where a result is found.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Output {
    /// Its source.
    pub(crate) value: usize,
    /// A source that makes the result NaN where it is NaN itself.
    pub(crate) guard: usize,
    /// What the value is multiplied by.
    pub(crate) scale: usize,
}

/// The first two numbers of every plan.
pub(crate) const ZERO: usize = 0;
pub(crate) const ONE: usize = 1;

impl Plan {
    /// Fixes the parameters of a program, for results that stay in f64 where it is to be `fine`.
    pub(crate) fn new(
        compiled: &Compiled,
        parameters: &[Vec<f64>],
        statistics: Option<&Statistics>,
        is_fine: bool,
    ) -> Plan {
        let Task { program, results, .. } = &*compiled.task;
        let how = [compiled.exact.is_some(), is_fine];
        let Uniforms { values, rests } = Uniforms::of(program, parameters, statistics, how);
        let mut building = Building {
            uniforms: values,
            rests,
            channel_of: Vec::new(),
            numbers: vec![[0.0; 2], [1.0, 0.0]],
            channelled: Vec::new(),
            registers: program.registers,
            steps: Vec::new(),
        };
        building.channel_of = vec![None; building.uniforms.len()];
        for step in &program.steps {
            let args = step.args.map(|source| building.place(source));
            let into = step.into.map(Place::Register);
            building.steps.push((Code::Program(step.code), args, into));
        }
        let mut outputs: Vec<[Place; 3]> = Vec::new();
        for (place, output) in program.outputs.iter().enumerate() {
            let mut value = building.place(output.source);
            let corrects = *results == Results::Corrected && place + 1 == program.outputs.len();
            let scaled = *results != Results::Values && !corrects;
            let scale = if scaled { Place::Port(DY) } else { Place::Number(ONE) };
            let mut guards = Vec::new();
            if output.guard {
                guards.push(Place::Port(X));
            }
            if output.guard_gate {
                guards.push(Place::Port(GATE));
            }
            let last = guards.pop();
            for guard in guards {
                value = building.append(Code::Program(Fusion::KeepNan), [value, guard]);
            }
            outputs.push([value, last.unwrap_or(Place::Number(ZERO)), scale]);
        }
        if *results == Results::Corrected
            && let (Some([correction, ..]), Some([value, guard, scale])) =
                (outputs.pop(), outputs.first().copied())
        {
            let guarded = building.append(Code::Program(Fusion::KeepNan), [value, guard]);
            let product = building.append(Code::Program(Fusion::Op(Op::Mul)), [guarded, scale]);
            let sum = building.append(Code::Program(Fusion::Op(Op::Add)), [product, correction]);
            outputs[0] = [sum, Place::Number(ZERO), Place::Number(ONE)];
        }
        let used = uniforms::used(program);
        let place = |(uniform, used)| {
            if used { building.place(Source::Uniform(uniform)) } else { Place::Number(ZERO) }
        };
        let uniforms: Vec<Place> = used.into_iter().enumerate().map(place).collect();
        let fits = |place: &Place| building.values(*place).iter().all(|value| fits_pairs(*value));
        let fused = compiled.fused.filter(uniforms.iter().all(fits));
        let exact = compiled.exact.as_ref();
        let exact = exact
            .map(|exact| InCall::new(Arc::clone(exact), compiled.clone(), parameters, statistics));
        let on_tiles = compiled.on_tiles;
        let is_set = |settings: &[f64]| {
            let has = |(values, setting): (&Vec<f64>, &f64)| values[..] == [*setting];
            parameters.iter().zip(settings).all(has)
        };
        let by_hand = compiled.by_hand.and_then(|(by_hand, settings)| match by_hand {
            ByHand::Scaled(_) | ByHand::Periodic(_) => Some((by_hand, parameters.first()?.clone())),
            ByHand::Hot(_) | ByHand::Slope(_) => is_set(settings).then(|| (by_hand, Vec::new())),
        });
        let is_narrow = exact.is_some() && hides_powers(program);
        Plan {
            fused,
            by_hand,
            on_tiles,
            exact,
            is_narrow,
            ..building.finished(&outputs, &uniforms)
        }
    }

    /// The same on numbers of two parts, for results in f32 that are in doubt; none if that would leave
    /// the same doubts.
    pub(crate) fn in_parts(
        compiled: &Compiled,
        parameters: &[Vec<f64>],
        statistics: Option<&Statistics>,
    ) -> Option<Plan> {
        let mut plan = Plan::new(compiled, parameters, statistics, true);
        // Who asks for this plan evaluates exactly what it leaves.
        plan.exact = None;
        plan.is_narrow = false;
        let mut is_better = false;
        for step in &mut plan.steps {
            if let Code::Program(Fusion::Check(Check::Uncancelled(spare))) = &mut step.code {
                is_better |= spare.single_in_parts > spare.single;
                // The engine for two parts asks for as much as f64 does, where it is not told otherwise.
                spare.double = spare.single_in_parts;
            }
        }
        is_better.then_some(plan)
    }

    /// The source of the first number.
    pub(crate) fn first_channelled(&self) -> usize {
        FIRST + self.numbers.len()
    }

    /// The source of the first register.
    pub(crate) fn first_register(&self) -> usize {
        self.first_channelled() + self.channelled.len()
    }

    /// Which register a source is, if it is one.
    pub(crate) fn register(&self, source: usize) -> Option<usize> {
        source.checked_sub(self.first_register())
    }

    /// Whether it reads this source.
    pub(crate) fn reads(&self, source: usize) -> bool {
        let outputs =
            self.outputs.iter().flat_map(|output| [output.value, output.guard, output.scale]);
        self.steps.iter().flat_map(|step| step.args).chain(outputs).any(|arg| arg == source)
    }
}

/// Whether another step reads a product of two values, a quotient or a power: what of these has left f64 may
/// hide there.
fn hides_powers(program: &Program) -> bool {
    let is_power = |step: &ProgramStep| match step.code {
        Fusion::Op(Op::Div | Op::Pow) => true,
        Fusion::Op(Op::Mul) | Fusion::MulAdd | Fusion::MulSub | Fusion::NegMulAdd => {
            step.args[..2].iter().all(Source::varies)
        }
        _ => false,
    };
    program.steps.iter().enumerate().any(|(at, step)| {
        let result = Source::Register(step.into[0]);
        let reads = |later: &ProgramStep| {
            // Who asks only whether it is finite finds that.
            later.code != Fusion::Check(Check::Finite)
                && later.args[..later.code.arity()].contains(&result)
        };
        is_power(step) && program.steps[at + 1..].iter().any(reads)
    })
}

/// Where an argument is, before the sources are counted.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Place {
    Port(usize),
    Number(usize),
    Channelled(usize),
    Register(usize),
}

struct Building {
    uniforms: Vec<Vec<f64>>,
    /// What each value of a uniform lacks, where that is asked for.
    rests: Option<Vec<Vec<f64>>>,
    /// Where each uniform that differs between channels is, once it is read.
    channel_of: Vec<Option<usize>>,
    /// Each with what it lacks.
    numbers: Vec<[f64; 2]>,
    /// The uniforms that are read and differ between channels.
    channelled: Vec<usize>,
    registers: usize,
    steps: Vec<(Code, [Place; 4], [Place; 2])>,
}

impl Building {
    fn place(&mut self, source: Source) -> Place {
        match source {
            Source::X => Place::Port(X),
            Source::Gate => Place::Port(GATE),
            Source::Register(register) => Place::Register(register),
            Source::Constant(value) => self.number([value, 0.0]),
            Source::Uniform(uniform) => {
                if let [value] = self.uniforms[uniform][..] {
                    let rest = self.rests.as_ref().map_or(0.0, |rests| rests[uniform][0]);
                    return self.number([value, rest]);
                }
                let next = self.channelled.len();
                let place = *self.channel_of[uniform].get_or_insert(next);
                if place == next {
                    self.channelled.push(uniform);
                }
                Place::Channelled(place)
            }
        }
    }

    fn number(&mut self, parts: [f64; 2]) -> Place {
        let bits = parts.map(f64::to_bits);
        let known = self.numbers.iter().position(|known| known.map(f64::to_bits) == bits);
        Place::Number(known.unwrap_or_else(|| {
            self.numbers.push(parts);
            self.numbers.len() - 1
        }))
    }

    /// Appends a step; returns where its result is.
    fn append(&mut self, code: Code, [a, b]: [Place; 2]) -> Place {
        let into = Place::Register(self.registers);
        self.registers += 1;
        self.steps.push((code, [a, b, a, a], [into; 2]));
        into
    }

    /// The values of a number, or of a uniform in each channel.
    fn values(&self, place: Place) -> &[f64] {
        match place {
            Place::Number(number) => &self.numbers[number][..1],
            Place::Channelled(place) => &self.uniforms[self.channelled[place]],
            Place::Port(_) | Place::Register(_) => &[],
        }
    }

    fn value(&self, place: Place) -> Option<f64> {
        if let Place::Number(number) = place { Some(self.numbers[number][0]) } else { None }
    }

    /// An extreme with a number is cheaper than one of two values.
    fn cheaper(&self, code: Code, args: [Place; 4]) -> (Code, [Place; 4]) {
        let [a, b, c, _] = args;
        let bound = |place: Place| self.value(place).filter(|value| !value.is_nan());
        let ordered = if bound(a).is_some() { [a, b, a, a] } else { [b, a, b, b] };
        let is_zero = |value: f64| value.to_bits() == 0;
        let is_negative_zero = |value: f64| value.to_bits() == (-0.0f64).to_bits();
        match (code, bound(ordered[0])) {
            (Code::Program(Fusion::Op(Op::Max)), Some(low)) => {
                (if is_zero(low) { Code::AtLeastZero } else { Code::AtLeast }, ordered)
            }
            (Code::Program(Fusion::Op(Op::Min)), Some(high)) if !is_negative_zero(high) => {
                (Code::AtMost, ordered)
            }
            (Code::Program(Fusion::Clamp), Some(low)) => match bound(c) {
                Some(high) if !is_negative_zero(high) => {
                    let code = if is_zero(low) { Code::WithinZero } else { Code::Within };
                    (code, [ordered[0], ordered[1], c, c])
                }
                _ => (code, args),
            },
            _ => (code, args),
        }
    }

    fn finished(self, outputs: &[[Place; 3]], uniforms: &[Place]) -> Plan {
        let (numbers, channelled) = (self.numbers.len(), self.channelled.len());
        let source = |place: Place| match place {
            Place::Port(port) => port,
            Place::Number(number) => FIRST + number,
            Place::Channelled(uniform) => FIRST + numbers + uniform,
            Place::Register(register) => FIRST + numbers + channelled + register,
        };
        let target = |place: Place| match place {
            Place::Register(register) => register,
            _ => unreachable!("only registers are written"),
        };
        let steps = self.steps.iter().map(|(code, args, into)| {
            let (code, args) = self.cheaper(*code, *args);
            Step { code, args: args.map(source), into: into.map(target) }
        });
        Plan {
            steps: steps.collect(),
            outputs: outputs
                .iter()
                .map(|output| output.map(source))
                .map(|[value, guard, scale]| Output { value, guard, scale })
                .collect(),
            uniforms: uniforms.iter().map(|place| source(*place)).collect(),
            fused: Fused::default(),
            by_hand: None,
            is_narrow: false,
            on_tiles: false,
            exact: None,
            registers: self.registers,
            channelled: self.channelled.iter().map(|at| self.uniforms[*at].clone()).collect(),
            rests: self.rests.as_ref().map(|rests| Rests {
                numbers: self.numbers.iter().map(|parts| parts[1]).collect(),
                channelled: self.channelled.iter().map(|at| rests[*at].clone()).collect(),
            }),
            numbers: self.numbers.iter().map(|parts| parts[0]).collect(),
        }
    }
}

/// Whether a uniform leaves pairs of f32 enough room.
fn fits_pairs(value: f64) -> bool {
    value == 0.0 || (f64::from(SMALLEST)..=f64::from(LARGEST)).contains(&value.abs())
}

/// The places of the kernels that a program is compiled to, where there are any.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Fused {
    /// Whether they ask whether values have lost digits, and leave NaN where one has.
    pub(crate) asks: bool,
    pub(crate) doubles: Option<usize>,
    pub(crate) singles: Option<usize>,
    /// In f32 lanes, with uniforms that f32 does not hold in two parts.
    pub(crate) parts: Option<usize>,
    pub(crate) pairs: Option<usize>,
}

impl Fused {
    /// Without the one on pairs, unless the uniforms fit them.
    fn filter(self, fits_pairs: bool) -> Fused {
        Fused { pairs: self.pairs.filter(|_| fits_pairs), ..self }
    }
}

/// A program, and the kernels that it is compiled to where it is one of the catalogue's.
#[derive(Clone, Debug)]
pub(crate) struct Compiled {
    task: Arc<Task>,
    fused: Fused,
    /// With the settings of the function that it is.
    by_hand: Option<(ByHand, &'static [f64])>,
    on_tiles: bool,
    /// For a program that asks, since nobody has judged it for whatever its parameters may become.
    exact: Option<Arc<Exact>>,
}

impl Compiled {
    /// Looks for the kernels of a program; one that has none is taken with its questions.
    pub(crate) fn new(task: Task, formula: &Formula) -> Compiled {
        let key = task.key();
        let known = BY_HAND.iter().find(|known| known.0 == key);
        let by_hand = known.map(|(_, by_hand, settings)| (*by_hand, *settings));
        let kernels = |key: &str| {
            let at = PROGRAMS.binary_search_by(|known| known.0.cmp(key)).ok()?;
            Some(PROGRAMS[at].1)
        };
        if let Some(fused) = kernels(&key).filter(|fused| !fused.asks) {
            return Compiled { task: Arc::new(task), fused, by_hand, on_tiles: false, exact: None };
        }
        let exact = Some(Arc::new(Exact::new(formula, &task.quantities)));
        // What is asked depends on more than the program: kernels that ask are of the same questions.
        let task = task.checked(formula);
        let fused = kernels(&task.key()).filter(|fused| fused.asks).unwrap_or_default();
        Compiled { task: Arc::new(task), fused, by_hand, on_tiles: false, exact }
    }

    /// The same program on the tile engine.
    pub(crate) fn on_tiles(&self) -> Compiled {
        Compiled { fused: Fused::default(), on_tiles: true, ..self.clone() }
    }

    /// What its outputs are.
    pub(crate) fn results(&self) -> Results {
        self.task.results
    }

    /// How many of its outputs are stored, from the first on; the others are summed.
    pub(crate) fn stored(&self) -> usize {
        self.task.stored
    }

    /// Whether it is one of those of the catalogue that have kernels.
    pub(crate) fn is_compiled(&self) -> bool {
        !self.asks() || self.fused.asks
    }

    /// Whether it asks whether values have lost digits: nobody has judged it.
    pub(crate) fn asks(&self) -> bool {
        self.exact.is_some()
    }
}
