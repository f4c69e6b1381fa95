//! Sums, products, quotients and powers of intervals.

use super::{Decoration, Interval};

/// Bounds that may have been rounded are moved outwards by one place.
fn outwards(low: (f64, bool), high: (f64, bool)) -> Interval {
    let low = if low.1 { low.0 } else { low.0.next_down() };
    let high = if high.1 { high.0 } else { high.0.next_up() };
    Interval { low, high, decoration: Decoration::Continuous }
}

/// The sum, and whether it is exact (Knuth's two-sum has no error).
fn sum(a: f64, b: f64) -> (f64, bool) {
    let sum = a + b;
    let rest = sum - a;
    let exact = (a - (sum - rest)) + (b - rest) == 0.0;
    // A bound that is infinite stays so; what overflows does not become a bound that is infinite.
    (sum, exact || a.is_infinite() || b.is_infinite())
}

/// The product and whether it is exact; 0 times no bound is 0.
fn product(a: f64, b: f64) -> (f64, bool) {
    if a == 0.0 || b == 0.0 {
        return (0.0, true);
    }
    let product = a * b;
    let exact = product.is_normal() && a.mul_add(b, -product) == 0.0;
    (product, exact && product.abs() > 1e-290 || a.is_infinite() || b.is_infinite())
}

/// The quotient by what is not 0, and whether it is exact.
fn quotient(a: f64, b: f64) -> (f64, bool) {
    if a == 0.0 || b.is_infinite() {
        return (0.0, true);
    }
    let quotient = a / b;
    let exact = quotient.is_normal() && quotient.mul_add(b, -a) == 0.0 && a.abs() > 1e-290;
    (quotient, exact || a.is_infinite())
}

pub(super) fn add(a: Interval, b: Interval) -> Interval {
    outwards(sum(a.low, b.low), sum(a.high, b.high))
}

pub(super) fn subtract(a: Interval, b: Interval) -> Interval {
    add(a, negate(b))
}

pub(super) fn negate(a: Interval) -> Interval {
    Interval { low: -a.high, high: -a.low, decoration: a.decoration }
}

pub(super) fn multiply(a: Interval, b: Interval) -> Interval {
    corners(product, a, b)
}

/// The hull of a function that is monotone in each argument, from its values at the corners.
fn corners(function: fn(f64, f64) -> (f64, bool), a: Interval, b: Interval) -> Interval {
    let corners = [(a.low, b.low), (a.low, b.high), (a.high, b.low), (a.high, b.high)];
    let values = corners.map(|(a, b)| function(a, b));
    // Of equal bounds one that is not exact is the outer one.
    let lower = |x: (f64, bool), y: (f64, bool)| {
        if y.0 < x.0 || (y.0 == x.0 && !y.1) { y } else { x }
    };
    let upper = |x: (f64, bool), y: (f64, bool)| {
        if y.0 > x.0 || (y.0 == x.0 && !y.1) { y } else { x }
    };
    let low = values.into_iter().reduce(lower).unwrap_or(values[0]);
    let high = values.into_iter().reduce(upper).unwrap_or(values[0]);
    outwards(low, high)
}

pub(super) fn divide(a: Interval, b: Interval) -> Interval {
    if !b.contains(0.0) {
        return corners(quotient, a, b);
    }
    let undefined = |low: f64, high: f64| Interval { low, high, decoration: Decoration::Trivial };
    let (no_low, no_high) = (f64::NEG_INFINITY, f64::INFINITY);
    match (b.low < 0.0, b.high > 0.0) {
        (false, false) => Interval::EMPTY,
        _ if a.low == 0.0 && a.high == 0.0 => undefined(0.0, 0.0),
        // The divisor comes down to 0 from one side, where the quotient has no bound.
        (false, true) if a.low >= 0.0 => {
            undefined(outwards(quotient(a.low, b.high), (no_high, true)).low, no_high)
        }
        (false, true) if a.high <= 0.0 => {
            undefined(no_low, outwards((no_low, true), quotient(a.high, b.high)).high)
        }
        (true, false) if a.low >= 0.0 => {
            undefined(no_low, outwards((no_low, true), quotient(a.low, b.low)).high)
        }
        (true, false) if a.high <= 0.0 => {
            undefined(outwards(quotient(a.high, b.low), (no_high, true)).low, no_high)
        }
        _ => undefined(no_low, no_high),
    }
}

/// The power of what is not negative. C's pow is within one place of the exact value.
fn positive_power(a: f64, b: f64) -> (f64, bool) {
    // Of -0 it would be a negative number's.
    let power = libm::pow(a.abs(), b);
    let exact = a == 0.0 || a == 1.0 || b == 0.0 || b == 1.0 || a.is_infinite() || b.is_infinite();
    (power, exact)
}

pub(super) fn power(a: Interval, b: Interval) -> Interval {
    let whole = b.low == b.high && b.low.fract() == 0.0;
    if whole && b.low < 0.0 {
        return divide(Interval::point(1.0), whole_power(a, -b.low));
    }
    if whole {
        return whole_power(a, b.low);
    }
    let positive = a.meet(Interval::new(0.0, f64::INFINITY));
    // One place more than `corners` allows, as C's pow rounds once more.
    let wider = |found: Interval| {
        let low = if found.low == 0.0 { 0.0 } else { found.low.next_down().max(0.0) };
        Interval { low, high: found.high.next_up(), ..found }
    };
    if a.low >= 0.0 {
        let found = wider(corners(positive_power, a, b));
        let defined = a.low > 0.0 || b.low > 0.0;
        return if defined { found } else { found.at_most(Decoration::Trivial) };
    }
    // A negative number has powers with whole exponents only.
    let isolated = b.low != b.high;
    if !isolated {
        if positive.is_empty() {
            return Interval::EMPTY;
        }
        return wider(corners(positive_power, positive, b)).at_most(Decoration::Trivial);
    }
    let size = Interval::new(0.0, a.high.abs().max(a.low.abs()));
    let high = wider(corners(positive_power, size, b)).high;
    Interval { low: -high, high, decoration: Decoration::Trivial }
}

/// a^n for a whole n that is not negative.
fn whole_power(a: Interval, n: f64) -> Interval {
    let at = |a: f64| {
        let (value, exact) = positive_power(a.abs(), n);
        let (low, high) = if exact {
            (value, value)
        } else {
            (value.next_down().next_down().max(0.0), value.next_up().next_up())
        };
        let negative = a < 0.0 && n % 2.0 == 1.0;
        if negative { (-high, -low) } else { (low, high) }
    };
    let (left, right) = (at(a.low), at(a.high));
    let turns = n % 2.0 == 0.0 && n > 0.0 && a.low < 0.0 && a.high > 0.0;
    let low = if turns { 0.0 } else { left.0.min(right.0) };
    // A number that overflows is a number still.
    let low = low.min(f64::MAX);
    let high = left.1.max(right.1).max(-f64::MAX);
    Interval { low, high, decoration: Decoration::Continuous }
}
