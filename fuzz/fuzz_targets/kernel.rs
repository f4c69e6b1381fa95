//! Formulas on slices: every engine and every number of threads gives the same bits, and they are right.

#![no_main]

use std::sync::LazyLock;

use arbitrary::{Result, Unstructured};
use libfuzzer_sys::fuzz_target;
use ogive::{Activation, Call, Engine, Layout, Statistics};
use ogive_check::{Reference, distance};
use ogive_formula::{Formula, Point};
use ogive_fuzz::agreement::is_undecided;
use ogive_fuzz::{expression, point};
use rayon::{ThreadPool, ThreadPoolBuilder};
use rug::Float;

/// The most elements of a layout, of different ones, and of those that are judged.
const LONGEST: usize = 600;
const DIFFERENT: usize = 12;
const JUDGED: usize = 3;
/// So many elements deserve threads.
const DESERVE_THREADS: usize = 300_000;
/// How far a result may be from the exact one, in units of the last place.
const ALLOWED: f64 = 1.0;
/// Results below 2 to this power count as zero: nothing of them is left in f32.
const FLOOR: i32 = -220;

static POOLS: LazyLock<[ThreadPool; 2]> = LazyLock::new(|| {
    [1, 3].map(|threads| {
        ThreadPoolBuilder::new().num_threads(threads).build().expect("threads can be started")
    })
});

fuzz_target!(|bytes: &[u8]| {
    let _ = run(&mut Unstructured::new(bytes));
});

/// What one activation is run on.
struct Arrays {
    layout: Layout,
    x: Vec<f32>,
    gate: Option<Vec<f32>>,
    dy: Vec<f32>,
    parameters: Vec<Vec<f64>>,
    statistics: Statistics,
}

/// What comes out: y, dx, dgate and the sums for the parameters.
struct Results {
    y: Vec<f32>,
    dx: Vec<f32>,
    dgate: Vec<f32>,
    sums: Vec<Vec<f64>>,
}

fn run(bytes: &mut Unstructured) -> Result<()> {
    let leaves = expression::Leaves { gate: true, statistics: true };
    let text = expression::formula(bytes, leaves)?;
    let formula = Formula::parse(&text).unwrap_or_else(|error| panic!("{error}\nfrom {text}"));
    let activation = Activation::from_formula(&text, formula);
    let arrays = Arrays::draw(bytes, &activation)?;
    let results = arrays.run(&activation);
    let on_tiles = activation.clone().on_tiles();
    let scalar = |activation: &Activation| {
        activation.clone().with_engine(Engine::Scalar).expect("every machine runs it")
    };
    arrays.same(&results, &arrays.run(&scalar(&activation)), &text, "another engine");
    let by_tiles = arrays.run(&on_tiles);
    arrays.same(&by_tiles, &arrays.run(&scalar(&on_tiles)), &text, "another engine on tiles");
    for place in 0..JUDGED.min(arrays.x.len()) {
        let place = place * 7 % arrays.x.len();
        arrays.judge(&activation, place, [&results, &by_tiles], &text);
    }
    if bytes.ratio(1, 8)? && !arrays.x.is_empty() {
        let many = arrays.repeated(DESERVE_THREADS.div_ceil(arrays.x.len()));
        let [alone, together] = POOLS.each_ref().map(|pool| pool.install(|| many.run(&activation)));
        many.same(&alone, &together, &text, "another number of threads");
    }
    Ok(())
}

impl Arrays {
    fn draw(bytes: &mut Unstructured, activation: &Activation) -> Result<Arrays> {
        let channels = bytes.int_in_range(1..=5)?;
        let inner = bytes.int_in_range(0..=LONGEST / channels)?;
        let most = LONGEST / (channels * inner.max(1));
        let outer = bytes.int_in_range(0..=most)?;
        let layout = Layout { outer, channels, inner };
        let length = outer * channels * inner;
        let parameters = point::parameters(bytes, activation.formula(), channels)?;
        let mut statistics = Statistics::standard(channels);
        for channel in 0..channels {
            statistics.mean[channel] = point::number(bytes)?.into();
            statistics.variance[channel] = point::number(bytes)?.abs().into();
        }
        let mut numbers = || -> Result<Vec<f32>> {
            let some: Result<Vec<f32>> = (0..DIFFERENT).map(|_| point::any_number(bytes)).collect();
            Ok(some?.into_iter().cycle().take(length).collect())
        };
        let x = numbers()?;
        let gate = if activation.has_gate() { Some(numbers()?) } else { None };
        let dy = if bytes.arbitrary()? {
            vec![1.0; length]
        } else {
            let value = point::number(bytes)?;
            (0..length).map(|at| if at % 3 == 0 { value } else { -0.5 }).collect()
        };
        Ok(Arrays { layout, x, gate, dy, parameters, statistics })
    }

    fn repeated(&self, times: usize) -> Arrays {
        Arrays {
            layout: Layout { outer: self.layout.outer * times, ..self.layout },
            x: self.x.repeat(times),
            gate: self.gate.as_ref().map(|gate| gate.repeat(times)),
            dy: self.dy.repeat(times),
            parameters: self.parameters.clone(),
            statistics: self.statistics.clone(),
        }
    }

    fn run(&self, activation: &Activation) -> Results {
        let call = Call {
            layout: self.layout,
            x: &self.x,
            gate: self.gate.as_deref(),
            parameters: &self.parameters,
            statistics: activation.has_statistics().then_some(&self.statistics),
        };
        let [mut y, mut dx] = [(); 2].map(|()| vec![f32::NAN; self.x.len()]);
        let mut dgate = vec![f32::NAN; self.gate.as_ref().map_or(0, Vec::len)];
        activation.forward(&call, &mut y).expect("the arrays fit");
        let to_gate = self.gate.is_some().then_some(&mut dgate[..]);
        let sums = activation.backward(&call, &self.dy, &mut dx, to_gate).expect("the arrays fit");
        Results { y, dx, dgate, sums }
    }

    fn same(&self, one: &Results, other: &Results, text: &str, by: &str) {
        let pairs = [("y", &one.y, &other.y), ("dx", &one.dx, &other.dx)];
        for (what, one, other) in pairs.into_iter().chain([("dgate", &one.dgate, &other.dgate)]) {
            for (at, (one, other)) in one.iter().zip(other).enumerate() {
                let same = one.to_bits() == other.to_bits() || (one.is_nan() && other.is_nan());
                assert!(
                    same,
                    "{what} of {text} is {one:e}, but {other:e} by {by}\n{}",
                    self.place(at)
                );
            }
        }
        for (one, other) in one.sums.iter().flatten().zip(other.sums.iter().flatten()) {
            let same = one.to_bits() == other.to_bits() || (one.is_nan() && other.is_nan());
            assert!(same, "a sum of {text} is {one:e}, but {other:e} by {by}");
        }
    }

    /// One element against multiprecision; infinite input has a limit that only eyes can tell.
    fn judge(&self, activation: &Activation, at: usize, results: [&Results; 2], text: &str) {
        let channel = at / self.layout.inner % self.layout.channels;
        let of_channel = |values: &Vec<f64>| values[if values.len() == 1 { 0 } else { channel }];
        let parameters: Vec<f64> = self.parameters.iter().map(of_channel).collect();
        let gate = self.gate.as_ref().map_or(0.0, |gate| gate[at]);
        if !self.x[at].is_finite() || !gate.is_finite() || !self.dy[at].is_finite() {
            return;
        }
        let point = Point {
            x: self.x[at].into(),
            gate: gate.into(),
            parameters: &parameters,
            mean: self.statistics.mean[channel],
            variance: self.statistics.variance[channel],
        };
        let exact = Reference::new(activation.formula()).with_floor(FLOOR).at(&point);
        let scaled = |slope: &Float| Float::with_val(slope.prec(), slope * self.dy[at]);
        let wanted = [exact.y.clone(), scaled(&exact.dx), scaled(&exact.dgate)];
        let wide = self.wide(activation, &point, self.dy[at]);
        let [ours, by_tiles] = results.map(|results| {
            [&results.y, &results.dx, &results.dgate].map(|values| values.get(at).copied())
        });
        let ways = [(ours, "the chosen way"), (by_tiles, "tiles"), (wide, "f64")];
        for (got, by) in ways {
            for ((what, got), wanted) in ["y", "dx", "dgate"].iter().zip(got).zip(&wanted) {
                let Some(got) = got else { continue };
                let is_slope_of_nothing = *what != "y" && self.dy[at] == 0.0;
                if wanted.is_finite() && !is_slope_of_nothing {
                    if got.is_nan() && is_undecided(activation.formula(), &point) {
                        continue;
                    }
                    let units = distance(got, wanted);
                    assert!(
                        units <= ALLOWED,
                        "{what} of {text} by {by} is {got:e}, {units:.2} units from {:e}\n{}",
                        wanted.to_f64(),
                        self.place(at)
                    );
                }
            }
        }
    }

    /// The same element in f64, which the engines agree about to the last bit, rounded.
    fn wide(&self, activation: &Activation, point: &Point, dy: f32) -> [Option<f32>; 3] {
        let parameters: Vec<Vec<f64>> = point.parameters.iter().map(|value| vec![*value]).collect();
        let (gate, mean, variance) = ([point.gate], vec![point.mean], vec![point.variance]);
        let statistics = Statistics { mean, variance, of_batch: false };
        let call = Call {
            layout: Layout::flat(1),
            x: &[point.x],
            gate: self.gate.as_ref().map(|_| &gate[..]),
            parameters: &parameters,
            statistics: activation.has_statistics().then_some(&statistics),
        };
        let run = |activation: &Activation| {
            let ([mut y], [mut dx], [mut dgate]) = ([[0.0]], [[0.0]], [[0.0]]);
            activation.forward(&call, &mut y).expect("one element fits");
            let to_gate = call.gate.is_some().then_some(&mut dgate[..]);
            activation.backward(&call, &[dy.into()], &mut dx, to_gate).expect("one element fits");
            [y[0], dx[0], dgate[0]]
        };
        let found = run(activation);
        let scalar = activation.clone().with_engine(Engine::Scalar).expect("every machine runs it");
        let same = |(a, b): (&f64, f64)| a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan());
        let by_scalar = run(&scalar);
        assert!(
            found.iter().zip(by_scalar).all(same),
            "{found:?} in f64, but {by_scalar:?} scalar"
        );
        let [y, dx, dgate] = found.map(|value| value as f32);
        [Some(y), Some(dx), call.gate.map(|_| dgate)]
    }

    /// An element, for a message.
    fn place(&self, at: usize) -> String {
        let Arrays { layout, parameters, statistics, .. } = self;
        let (x, gate, dy) = (self.x[at], self.gate.as_ref().map(|gate| gate[at]), self.dy[at]);
        format!(
            "at element {at} of {layout:?}: x = {x:e}, gate = {gate:?}, dy = {dy:e}, parameters = \
             {parameters:?}, {statistics:?}"
        )
    }
}
