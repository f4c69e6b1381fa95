//! How long the judge takes for one input of f32, without any engine: `cargo run --release -p
//! ogive-check --example pace`.
//!
//! Every 1024th bit pattern stands for all of them, value and derivative. The engine gives zeros, so
//! that all the time is the judge's: the fast reference, the verdicts, and multiprecision where it
//! is asked.

#![allow(clippy::print_stdout, reason = "an example prints")]

use std::time::Instant;

use ogive_check::{Engine, Inputs, Outputs, Skip, Survey, Task};

/// Gives back nothing but zeros.
struct Zeros;

impl Engine<f32> for Zeros {
    fn name(&self) -> String {
        "zeros".to_owned()
    }

    fn run(&self, task: &Task<f32>) -> Result<Outputs<f32>, Skip> {
        let zeros = vec![0.0; task.x.len()];
        Ok(Outputs { y: zeros.clone(), dx: zeros, ..Outputs::default() })
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let asked: Vec<String> = std::env::args().skip(1).collect();
    let x: Vec<f32> = (0..=u32::MAX).step_by(1024).map(f32::from_bits).collect();
    println!("{:<20} {:>9} {:>12}", "name", "ns/input", "by MPFR");
    for entry in ogive_catalog::ALL.iter() {
        if !asked.is_empty() && !asked.iter().any(|name| name == entry.name) {
            continue;
        }
        let survey = Survey::new(entry.name, &entry.formula()?).inputs_only();
        // One core: the times of several are hard to compare.
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build()?;
        let start = Instant::now();
        let rows = pool.install(|| survey.judge(&Inputs::List(&x), &[&Zeros], &|| {}))?;
        let pace = start.elapsed().as_nanos() as f64 / x.len() as f64;
        let share = rows.iter().map(|row| row.multiprecision).max().unwrap_or(0);
        println!("{:<20} {pace:>9.1} {share:>12}", entry.name);
    }
    Ok(())
}
