//! Surveys: right engines pass, each way to be wrong is found and named, multiprecision stays rare.

use half::{bf16, f16};
use ogive_check::{Case, Element, Engine, Inputs, Outputs, Row, Skip, Survey, Task, inputs};
use ogive_formula::Formula;

/// Silu in f64, rounded once, with something done to the results.
struct Silu<F>(&'static str, F);

impl<T: Element, F: Fn(T, T) -> T> Engine<T> for Silu<F> {
    fn name(&self) -> String {
        self.0.to_owned()
    }

    fn run(&self, task: &Task<T>) -> Result<Outputs<T>, Skip> {
        let both = task.x.iter().map(|x| {
            let wide = x.widen();
            let e = (-wide.abs()).exp();
            let (gate, rest) = if wide < 0.0 { (e, 1.0) } else { (1.0, e) };
            let (gate, rest) = (gate / (1.0 + e), rest / (1.0 + e));
            let limits = match wide {
                f64::INFINITY => (f64::INFINITY, 1.0),
                f64::NEG_INFINITY => (-0.0, 0.0),
                _ => (wide * gate, gate * (1.0 + wide * rest)),
            };
            (self.1(*x, T::narrow(limits.0)), T::narrow(limits.1))
        });
        let (y, dx) = both.unzip();
        Ok(Outputs { y, dx, ..Outputs::default() })
    }
}

/// Runs nothing.
struct Lazy;

impl Engine<f32> for Lazy {
    fn name(&self) -> String {
        "lazy".to_owned()
    }

    fn run(&self, _: &Task<f32>) -> Result<Outputs<f32>, Skip> {
        Err(Skip("not today".to_owned()))
    }
}

const TEXT: &str = "x/(1 + exp(-x))";

fn survey<T: Element>(inputs: &Inputs<T>, engines: &[&(dyn Engine<T> + Sync)]) -> Vec<Row> {
    let formula = Formula::parse(TEXT).expect("a formula");
    Survey::new("silu", &formula).judge(inputs, engines, &|| {}).expect("no skip")
}

fn sample() -> Vec<f32> {
    inputs::sample(&Formula::parse(TEXT).expect("a formula"), 40_000)
}

#[test]
fn a_right_engine_passes_and_multiprecision_is_rare() {
    let x = sample();
    let rows = survey(&Inputs::List(&x), &[&Silu("right", |_, y| y)]);
    assert_eq!(rows.iter().map(|row| row.quantity.as_str()).collect::<Vec<_>>(), ["y", "dx"]);
    for row in &rows {
        assert!(row.passes() && row.max_ulp > 0.49 && row.inputs == 40_000, "{row}");
        assert!(row.multiprecision < 100 && row.unknown == 0, "{}", row.multiprecision);
    }
}

#[test]
fn the_distances_are_those_of_multiprecision() {
    let formula = Formula::parse(TEXT).unwrap();
    let x: Vec<f32> = inputs::sample(&formula, 2000);
    let nudge = |x: f32, y: f32| if (1.0..1e30).contains(&x) { y.next_up() } else { y };
    let nudged = Silu("nudged", nudge);
    let slow = Case::new("silu", &formula, &x).judge(&nudged).unwrap();
    for (fast, slow) in survey(&Inputs::List(&x), &[&nudged]).iter().zip(&slow) {
        assert_eq!(
            (fast.inputs, fast.at_x, fast.passes()),
            (slow.inputs, slow.at_x, slow.passes())
        );
        let more = fast.max_ulp - slow.max_ulp;
        assert!((0.0..=1e-4).contains(&more), "{fast}\n{slow}");
    }
}

#[test]
fn one_unit_at_one_input_is_found() {
    let x = sample();
    let bad = x[12_345];
    let off = Silu("off", move |x: f32, y: f32| {
        // One unit further from the exact value.
        let exact = f64::from(x) / (1.0 + (-f64::from(x)).exp());
        match x == bad {
            true if f64::from(y) < exact => y.next_down(),
            true => y.next_up(),
            false => y,
        }
    });
    let rows = survey(&Inputs::List(&x), &[&off]);
    assert!(!rows[0].passes() && rows[1].passes(), "{}", rows[0]);
    assert_eq!(rows[0].at_x, f64::from(bad));
    assert!(rows[0].max_ulp > 1.0 && rows[0].max_ulp < 1.6);
    let nan = Silu("nan", move |x: f32, y: f32| if x == bad { f32::NAN } else { y });
    let rows = survey(&Inputs::List(&x), &[&nan]);
    assert_eq!((rows[0].nan_errors, rows[0].nan_at), (1, Some(f64::from(bad))));
    assert!(!rows[0].passes());
}

#[test]
fn an_engine_with_other_bits_is_named() {
    let x = sample();
    let right = Silu("right", |_, y| y);
    let same = Silu("same", |_, y: f32| if y.is_nan() { -f32::NAN } else { y });
    // Within its tolerance, and still not what the others give.
    let other = Silu("other", |x: f32, y: f32| if x == 3.0 { y.next_up() } else { y });
    let rows = survey(&Inputs::List(&x), &[&right, &same, &other]);
    let names: Vec<&str> = rows.iter().map(|row| row.engine.as_str()).collect();
    assert_eq!(names, ["right same", "other", "right same other"]);
    let passes: Vec<bool> = rows.iter().map(Row::passes).collect();
    assert_eq!(passes, [true, false, true]);
    let difference = rows[1].difference.as_ref().unwrap();
    assert!(difference.at_x == 3.0 && difference.other == "right" && difference.count >= 1);
    assert_eq!(difference.value as f32, (difference.other_value as f32).next_up());
    // The same in f64, where multiprecision judges everything.
    let x = [0.5, 3.0, -1.0];
    let other = Silu("other", |x: f64, y: f64| if x == 3.0 { y.next_up() } else { y });
    let rows = survey(&Inputs::List(&x), &[&Silu("right", |_, y| y), &other]);
    assert_eq!(rows.iter().map(Row::passes).collect::<Vec<_>>(), [true, true, false]);
    assert_eq!((rows[2].engine.as_str(), rows[2].multiprecision), ("other", 3));
}

#[test]
fn halves_are_judged_at_every_number() {
    let rows = survey::<f16>(&Inputs::Every, &[&Silu("right", |_, y| y)]);
    assert!(rows.iter().all(|row| row.passes() && row.inputs == 65_536 && row.misrounded == 0));
    // x/2 + x²/4 is a tie for f64 where x is an odd subnormal of bf16; to the even side for half of
    // them, which is the right side for half of these.
    let rows = survey::<bf16>(&Inputs::Every, &[&Silu("right", |_, y| y)]);
    assert!(rows[0].passes() && rows[0].misrounded > 0, "{}", rows[0]);
    assert_eq!(rows[0].misrounded, rows[0].ties);
    assert!(rows[1].passes() && rows[1].misrounded == 0);
    // Rounded to f32 first, and then again.
    let twice = Silu("up", |x: f16, y: f16| if x.widen() == 1.0 { y.up() } else { y });
    let rows = survey::<f16>(&Inputs::Every, &[&twice]);
    assert!(!rows[0].passes() && rows[0].misrounded == 1 && rows[0].ties == 0, "{}", rows[0]);
}

#[test]
fn progress_is_told_and_a_skip_is_passed_on() {
    let x = sample();
    let formula = Formula::parse(TEXT).unwrap();
    let survey = Survey::new("silu", &formula);
    let told = std::sync::atomic::AtomicU64::new(0);
    let count = || {
        told.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    };
    survey.judge(&Inputs::List(&x), &[&Silu("right", |_, y| y)], &count).unwrap();
    assert_eq!(told.into_inner(), survey.steps(&Inputs::List(&x)));
    let skip = survey.judge(&Inputs::List(&x), &[&Lazy], &|| {}).unwrap_err();
    assert_eq!(skip.to_string(), "skipped: not today");
}
