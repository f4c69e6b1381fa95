//! Fits the start of `pau`: the rational function of degrees 5 and 4 nearest to `leaky_relu` with slope
//! 0.01 on [-3, 3], with the denominator 1 + |b·x + …| that has no root.
//!
//! `cargo run -p ogive-catalog --example fit` prints the coefficients, as the entry has them, and how far
//! the two curves are apart.
//!
//! The equation P - f·|Q| = f is linear in the coefficients once the sign of Q is known. It is solved by
//! least squares again and again: divided by the denominator found before, so that it measures the
//! difference of P/(1 + |Q|) and f itself, and weighted by the errors found before, so that the largest of
//! them shrinks (Sanathanan & Koerner 1963; Lawson 1961).

#![allow(clippy::print_stdout, reason = "the coefficients are its result")]

/// Coefficients of P, from the constant on.
const ABOVE: usize = 6;
/// Coefficients of Q, from that of x on.
const BELOW: usize = 4;
const ALL: usize = ABOVE + BELOW;
/// Half the width of the interval.
const REACH: f64 = 3.0;
const POINTS: usize = 2001;
const ROUNDS: usize = 3000;
/// Digits behind the point that the entry keeps.
const DIGITS: usize = 5;

type Coefficients = [f64; ALL];

fn main() {
    let fitted = fit();
    // Adding 0 takes the sign of -0 away.
    let rounded = fitted.map(|value| format!("{value:.DIGITS$}").parse().unwrap_or(value) + 0.0);
    let (p, q) = rounded.split_at(ABOVE);
    println!("a = {p:?}, b = {q:?}");
    println!("largest error {:.5}", largest_error(&rounded));
}

fn target(x: f64) -> f64 {
    if x > 0.0 { x } else { 0.01 * x }
}

/// More points near 0, where the target bends.
fn points() -> impl Iterator<Item = f64> {
    (0..POINTS).map(|place| {
        let share = 2.0 * place as f64 / (POINTS - 1) as f64 - 1.0;
        REACH * share * share.abs()
    })
}

/// The powers of x that the coefficients multiply.
fn powers(x: f64) -> Coefficients {
    std::array::from_fn(|place| {
        x.powi(if place < ABOVE { place as i32 } else { (place - ABOVE + 1) as i32 })
    })
}

/// P and Q at x.
fn parts(coefficients: &Coefficients, x: f64) -> [f64; 2] {
    let powers = powers(x);
    let terms = |places: std::ops::Range<usize>| -> f64 {
        places.map(|place| coefficients[place] * powers[place]).sum()
    };
    [terms(0..ABOVE), terms(ABOVE..ALL)]
}

fn error(coefficients: &Coefficients, x: f64) -> f64 {
    let [p, q] = parts(coefficients, x);
    p / (1.0 + q.abs()) - target(x)
}

fn largest_error(coefficients: &Coefficients) -> f64 {
    points().map(|x| error(coefficients, x).abs()).fold(0.0, f64::max)
}

fn fit() -> Coefficients {
    let mut weights = [1.0; POINTS];
    // Any denominator that grows.
    let mut found: Coefficients = [0.0; ALL];
    found[ABOVE + 1] = 1.0;
    let mut best = (f64::INFINITY, found);
    for _ in 0..ROUNDS {
        let rows = points().zip(weights).map(|(x, weight)| {
            let q = parts(&found, x)[1];
            let scale = f64::sqrt(weight) / (1.0 + q.abs());
            let mut row = powers(x);
            for power in &mut row[ABOVE..] {
                *power *= -target(x) * q.signum();
            }
            (row.map(|value| value * scale), target(x) * scale)
        });
        found = least_squares(rows);
        let size = largest_error(&found);
        if size < best.0 {
            best = (size, found);
        }
        for (weight, x) in weights.iter_mut().zip(points()) {
            *weight *= (error(&found, x).abs() / size).max(1e-3);
        }
        let total: f64 = weights.iter().sum();
        for weight in &mut weights {
            *weight *= POINTS as f64 / total;
        }
    }
    best.1
}

/// Solves rows·c = values by rotations, one row after the other.
fn least_squares(rows: impl Iterator<Item = (Coefficients, f64)>) -> Coefficients {
    let mut triangle = [[0.0f64; ALL + 1]; ALL];
    for (row, value) in rows {
        let mut row: Vec<f64> = row.into_iter().chain([value]).collect();
        for place in 0..ALL {
            let length = triangle[place][place].hypot(row[place]);
            if length == 0.0 {
                continue;
            }
            let (cos, sin) = (triangle[place][place] / length, row[place] / length);
            for (kept, passed) in triangle[place].iter_mut().zip(&mut row).skip(place) {
                (*kept, *passed) = (cos * *kept + sin * *passed, cos * *passed - sin * *kept);
            }
        }
    }
    let mut found = [0.0; ALL];
    for place in (0..ALL).rev() {
        let known: f64 = (place + 1..ALL).map(|other| triangle[place][other] * found[other]).sum();
        // A column of zeros leaves its coefficient open.
        let pivot = triangle[place][place];
        found[place] = if pivot == 0.0 { 0.0 } else { (triangle[place][ALL] - known) / pivot };
    }
    found
}
