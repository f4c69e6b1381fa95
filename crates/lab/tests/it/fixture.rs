//! A comparison made by hand: four arms, one with a long formula, one with a failed run.

use ogive_lab::random::{Purpose, Stream};
use ogive_lab::results::{
    Arm, ArmTiming, Band, CurvePoint, DataSummary, GridPoint, Histogram, LayerShape, LayerUnits,
    LearnedParameter, Measure, Results, Run, Settings, Timings,
};
use ogive_lab::statistics::{Interval, new_data_interval, paired_differences};

pub(crate) const SEEDS: u64 = 10;
const TEST_ROWS: u64 = 360;
pub(crate) const LONG: &str = "if x > 0 && x < 6 { x * sigmoid(beta * x) } else { alpha * (exp(x) - 1) } | alpha = 1.0 per channel, beta = 1.5";

/// A standard normal number (Box–Muller). Logarithm and cosine are those of `libm`, so that it has the
/// same bits on every platform.
pub(crate) fn normal(stream: &mut Stream) -> f64 {
    let radius = libm::sqrt(-2.0 * libm::log(1.0 - stream.uniform()));
    radius * libm::cos(2.0 * std::f64::consts::PI * stream.uniform())
}

/// An arm of the fixture before anything is drawn.
struct Plan {
    name: &'static str,
    formula: &'static str,
    learnable: bool,
    accuracy: f64,
    shape: fn(f64, f64) -> f64,
    learned: f64,
}

fn plans() -> [Plan; 4] {
    let long = Plan {
        name: LONG,
        formula: LONG,
        learnable: true,
        accuracy: 0.964,
        shape: |x, beta| if x > 0.0 { x / (1.0 + (-beta * x).exp()) } else { x.exp_m1() },
        learned: 1.8,
    };
    let prelu = |x: f64, alpha: f64| if x > 0.0 { x } else { alpha * x };
    [
        Plan {
            name: "relu",
            formula: "relu(x)",
            learnable: false,
            accuracy: 0.965,
            shape: |x, _| x.max(0.0),
            learned: 0.0,
        },
        Plan {
            name: "prelu",
            formula: "if x > 0 { x } else { alpha * x } | alpha = 0.25 per channel",
            learnable: true,
            accuracy: 0.974,
            shape: prelu,
            learned: 0.31,
        },
        Plan {
            name: "sigmoid",
            formula: "sigmoid(x)",
            learnable: false,
            accuracy: 0.91,
            shape: |x, _| 1.0 / (1.0 + (-x).exp()),
            learned: 0.0,
        },
        long,
    ]
}

/// Correctness of each test row, `[seed][row]`: rows differ in difficulty, the same for every arm.
fn correctness(plan: &Plan) -> Vec<Vec<f64>> {
    let row = |seed: u64, row: u64| {
        if fails(plan, seed) {
            return f64::from(u8::from(row.is_multiple_of(10)));
        }
        let difficulty = Stream::new(7, Purpose::Simulation, 0, row).uniform();
        let luck = Stream::new(seed, Purpose::Simulation, 1, row).uniform();
        let own = Stream::new(seed, Purpose::Simulation, plan.name.len() as u64, row).uniform();
        f64::from(u8::from(
            0.75 * difficulty + 0.2 * luck + 0.05 * own < 0.98 * plan.accuracy - 0.05,
        ))
    };
    (0..SEEDS).map(|seed| (0..TEST_ROWS).map(|example| row(seed, example)).collect()).collect()
}

fn percent(row: &[f64]) -> f64 {
    100.0 * row.iter().sum::<f64>() / row.len() as f64
}

fn fails(plan: &Plan, seed: u64) -> bool {
    plan.name == LONG && seed == 3
}

fn arm(plan: &Plan, correct: &[Vec<f64>]) -> Arm {
    let fails = |seed: u64| fails(plan, seed);
    let edge = plan.name == "sigmoid";
    let best = if edge { 3 } else { 2 };
    let runs = (0..SEEDS)
        .map(|seed| {
            let test = percent(&correct[seed as usize]);
            Run {
                seed,
                test: if fails(seed) { 10.0 } else { test },
                validation: if fails(seed) { 10.0 } else { test + 0.4 },
                epoch: if fails(seed) { 0 } else { 30 + seed as u32 },
                failed: fails(seed),
            }
        })
        .collect();
    let grid: Vec<GridPoint> = [0.0003, 0.001, 0.003, 0.01]
        .into_iter()
        .zip(0..)
        .map(|(learning_rate, index)| GridPoint {
            learning_rate,
            validation: Some(100.0 * plan.accuracy - 0.6 * f64::from(i32::abs(index - best))),
            failed: usize::from(plan.name == LONG && index == 3),
        })
        .collect();
    Arm {
        name: plan.name.to_owned(),
        formula: plan.formula.to_owned(),
        learnable: plan.learnable,
        learning_rate: if edge { 0.01 } else { 0.003 },
        grid,
        edge,
        runs,
        parameter_count: if plan.learnable { 13_322 } else { 13_130 },
        learned: if plan.learnable { learned(plan) } else { Vec::new() },
        curves: (1..=40).map(|epoch| curve(plan, epoch)).collect(),
        shapes: (1..=3).map(|layer| shape(plan, layer)).collect(),
        units: (1..=3)
            .map(|layer| LayerUnits {
                layer,
                dead: if plan.name == "relu" { 0.03 * layer as f64 } else { 0.0 },
                saturated: if edge { 0.21 } else { 0.004 },
            })
            .collect(),
        ..Arm::default()
    }
}

fn curve(plan: &Plan, epoch: u32) -> CurvePoint {
    let rise = 1.0 - (-f64::from(epoch) / 6.0).exp();
    let score = 100.0 * (0.1 + (plan.accuracy - 0.1) * rise);
    let loss = 2.3 * (1.0 - rise) + 0.01;
    CurvePoint {
        epoch,
        train_loss: Some(Band { mean: loss, low: loss * 0.9, high: loss * 1.1 }),
        validation: Some(Band { mean: score, low: score - 1.2, high: score + 0.9 }),
    }
}

fn learned(plan: &Plan) -> Vec<LearnedParameter> {
    let initial = if plan.name == "prelu" { 0.25 } else { 1.5 };
    let one = |layer: usize, name: &str| LearnedParameter {
        layer,
        name: name.to_owned(),
        initial,
        per_seed: (0..SEEDS)
            .map(|seed| {
                let noise = normal(&mut Stream::new(seed, Purpose::Simulation, 9, layer as u64));
                let failed = plan.name == LONG && seed == 3;
                (!failed).then_some(plan.learned + 0.02 * noise)
            })
            .collect(),
        mean: Some(plan.learned),
        sd: Some(0.06),
    };
    let names: &[&str] = if plan.name == "prelu" { &["alpha"] } else { &["alpha", "beta"] };
    (1..=3).flat_map(|layer| names.iter().map(move |name| one(layer, name))).collect()
}

fn shape(plan: &Plan, layer: usize) -> LayerShape {
    let x: Vec<f64> = (-40..=40).map(|i| f64::from(i) / 10.0).collect();
    let curve = |parameter: f64| x.iter().map(|x| Some((plan.shape)(*x, parameter))).collect();
    let initial = if plan.name == "prelu" { 0.25 } else { 1.5 };
    let learned = if plan.learnable {
        (0..SEEDS).map(|seed| curve(plan.learned + 0.03 * (seed as f64 - 4.5))).collect()
    } else {
        Vec::new()
    };
    let edges: Vec<f64> = (-16..=16).map(|i| f64::from(i) / 4.0).collect();
    let counts = edges.windows(2).map(|pair| {
        let z = (pair[0] + 0.125 + 0.3 * layer as f64) / 1.2;
        (4000.0 * (-z * z / 2.0).exp()) as u64
    });
    let counts = counts.collect();
    LayerShape {
        layer,
        initial: curve(initial),
        x: x.clone(),
        learned,
        histogram: Histogram { edges, counts },
    }
}

fn settings() -> Settings {
    Settings {
        task: "classification".to_owned(),
        data: DataSummary {
            name: "digits".to_owned(),
            rows: 1797,
            columns: 64,
            classes: Some(10),
            train: 1077,
            validation: 360,
            test: 360,
            split_seed: 0,
            attribution: Some(
                "E. Alpaydin and C. Kaynak, 1998, doi:10.24432/C50P49, CC BY 4.0".into(),
            ),
        },
        widths: vec![64, 64, 64, 64, 10],
        epochs: 40,
        batch_size: 64,
        optimizer: "Adam".to_owned(),
        seeds: (0..SEEDS).collect(),
        tuning_seeds: vec![1000, 1001, 1002],
        learning_rates: vec![0.0003, 0.001, 0.003, 0.01],
        tuned: true,
        baseline: "relu".to_owned(),
        band: 0.1,
        measure: Measure::accuracy(10),
        interrupted: false,
        versions: [("ogive".to_owned(), "0.1.0".to_owned())].into(),
    }
}

fn timings(arms: &[Arm]) -> Timings {
    let timing = |(arm, ratio): (&Arm, f64)| ArmTiming {
        name: arm.name.clone(),
        step_seconds: Some(0.00071 * ratio),
        ratio: Some(ratio),
        run_seconds: (0..SEEDS).map(|seed| 0.5 * ratio + 0.01 * seed as f64).collect(),
    };
    Timings {
        total_seconds: 83.4,
        jobs: 2,
        threads: 1,
        machine: "2 cores, x86-64 with AVX2, Linux".to_owned(),
        arms: arms.iter().zip([1.0, 1.04, 1.21, 1.33]).map(timing).collect(),
    }
}

/// The finished comparison.
pub(crate) fn results() -> Results {
    let plans = plans();
    let correct: Vec<Vec<Vec<f64>>> = plans.iter().map(correctness).collect();
    let arms: Vec<Arm> = plans.iter().zip(&correct).map(|(plan, rows)| arm(plan, rows)).collect();
    let new_data: Vec<Option<Interval>> = correct
        .iter()
        .map(|rows| {
            let differences: Vec<Vec<f64>> = correct[0]
                .iter()
                .zip(rows)
                .map(|(baseline, arm)| paired_differences(baseline, arm, true))
                .map(|row| row.iter().map(|difference| 100.0 * difference).collect())
                .collect();
            new_data_interval(&differences)
        })
        .collect();
    let timings = timings(&arms);
    Results::new(settings(), arms, &new_data, timings).expect("the fixture is consistent")
}

/// A crowd on a regression task: thirteen arms, numbers of another order, most intervals around 0.
pub(crate) fn crowd() -> Results {
    let small = results();
    let mut settings = small.settings;
    settings.task = "regression".into();
    settings.data.name = "house prices, with a rather long name of the file".into();
    settings.data.classes = None;
    settings.measure = Measure::root_mean_squared_error(81_234.5);
    settings.band = 250.0;
    let mut timings = small.timings;
    let template = small.arms[1].clone();
    timings.arms.clear();
    let arms: Vec<Arm> = (0..13_u64)
        .map(|index| {
            let mut arm = template.clone();
            arm.name = if index == 0 { "relu".into() } else { format!("activation-{index}") };
            arm.learnable = index % 3 == 1;
            for run in &mut arm.runs {
                let noise = normal(&mut Stream::new(run.seed, Purpose::Simulation, 5, index));
                let shared = normal(&mut Stream::new(run.seed, Purpose::Simulation, 6, 0));
                run.test = 50_000.0 + 900.0 * shared + 500.0 * noise - 120.0 * index as f64;
                run.validation = run.test;
            }
            timings.arms.push(ArmTiming {
                name: arm.name.clone(),
                step_seconds: Some(0.001),
                ratio: Some(1.0 + 0.01 * index as f64),
                run_seconds: vec![4000.0],
            });
            arm
        })
        .collect();
    Results::new(settings, arms, &[], timings).expect("the crowd is consistent")
}
