//! The second stage: (c + d)·e^(k·Z), for what f64 alone cannot hold.
//!
//! * A value that cancels, such as 2/(1 + e^-x) - 1 near 0, is carried as a constant c and a deviation
//!   d, each with its own error: 1 + e^-x is 2 + expm1(-x), and in the end the constants cancel
//!   exactly and d is left with all its digits.
//! * A value that overflows, such as e^x beyond 709, is carried as a multiple of e^Z, where Z is the
//!   argument of one exponential of the formula: e^x/(1 + e^x) is e^Z/e^Z·(1 + tiny), whatever Z is.
//!   Z itself is needed for bounds and logarithms only, so its rounding is not multiplied.

use std::cmp::Ordering;

use super::bounded::{Bounded, TINY};
use super::number::Number;

/// (c + d)·e^(k·Z).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Centred {
    constant: Bounded,
    deviation: Bounded,
    /// How often e^Z is a factor; 0 for a plain number.
    power: f64,
    /// The step whose exponential e^Z is, and Z, which is above [`LARGE`].
    place: u32,
    large: Bounded,
}

/// From this argument on, an exponential is kept as a factor.
const LARGE: f64 = 300.0;
/// Covers the roundings of a bound that an exponential gives: of its argument, up to 2^-40.
const GROW: f64 = 1.000001;
/// Up to here a deviation is small enough for the forms that expand around the constant.
const NEAR: f64 = 0.7;
/// An argument beyond which exponentials of its negative, and erfc, vanish.
const FAR: f64 = 1e30;

const ZERO: Bounded = Bounded { value: 0.0, error: 0.0 };

impl Centred {
    fn plain(constant: Bounded, deviation: Bounded) -> Self {
        Centred { constant, deviation, power: 0.0, place: 0, large: ZERO }
    }

    /// A number without a constant to cancel.
    fn free(value: Bounded) -> Self {
        Centred::plain(ZERO, value)
    }

    /// c + d.
    fn mantissa(self) -> Bounded {
        if self.constant.is_zero() { self.deviation } else { self.constant.add(self.deviation) }
    }

    fn with_mantissa(self, mantissa: Bounded, power: f64) -> Self {
        if power == 0.0 {
            return Centred::free(mantissa);
        }
        Centred { constant: ZERO, deviation: mantissa, power, ..self }
    }

    /// The least that e^(`power`·Z) may be, for a positive power, as a logarithm.
    fn growth(self, power: f64) -> f64 {
        power * (self.large.value - self.large.error) * (1.0 - 1e-12)
    }

    /// A plain number that may stand for it: itself, or what e^(-|k|·Z) leaves of it.
    fn collapsed(self) -> Bounded {
        if self.power == 0.0 {
            return self.mantissa();
        }
        if self.power > 0.0 {
            return Bounded::unknown();
        }
        self.remains(self.mantissa(), -self.power)
    }

    /// What e^(-`power`·Z) leaves of a mantissa: no more than this.
    fn remains(self, mantissa: Bounded, power: f64) -> Bounded {
        let factor = core_math::exp(-self.growth(power)) * GROW;
        Bounded { value: 0.0, error: mantissa.magnitudes().1 * factor + TINY }
    }

    /// Whether its magnitude is surely more than e^`exponent`.
    fn exceeds(self, exponent: f64) -> bool {
        let least = self.mantissa().magnitudes().0;
        least > 0.0 && self.growth(self.power) + least.ln() - 1.0 > exponent
    }

    /// The number for a function that no longer changes beyond [`FAR`].
    fn clipped(self) -> Bounded {
        if self.power > 0.0 && self.exceeds(70.0) {
            return Bounded::exactly(FAR.copysign(self.mantissa().value));
        }
        self.collapsed()
    }

    fn is_centred_at_zero(self) -> bool {
        self.power == 0.0 && self.constant.is_zero()
    }

    fn is_near(self) -> bool {
        self.power == 0.0 && self.deviation.value.abs() < NEAR
    }

    /// Whether it has a constant that its deviation is small against.
    fn has_center(self) -> bool {
        self.deviation.value.abs() < 0.5 * self.constant.value.abs()
    }

    /// The quotient by a number that is mostly deviation. Where both deviations have an exact ratio r,
    /// as in x/(1 + x) for a large x, the quotient is near it:
    /// (c + d)/(e + f) = r + (c - r·e)/(e + f) for d = r·f.
    fn div_far(self, other: Self) -> Self {
        let ratio = self.deviation.div_tight(other.deviation);
        let divisor = other.mantissa();
        let near = self.deviation.value.abs() > self.constant.value.abs();
        if !other.constant.is_zero() && near && !ratio.is_zero() && ratio.is_exact() {
            let rest = self.constant.sub(ratio.mul_tight(other.constant));
            return Centred::plain(ratio, rest.div(divisor));
        }
        Centred::free(self.mantissa().div(divisor))
    }

    /// Both as multiples of one exponential. Of two different ones, a vanishing one becomes a plain
    /// number; two growing ones cannot be compared.
    fn comparable(self, other: Self) -> Option<[Self; 2]> {
        if self.power == 0.0 || other.power == 0.0 || self.place == other.place {
            return Some([self, other]);
        }
        let both = [self, other]
            .map(|one| if one.power < 0.0 { Centred::free(one.collapsed()) } else { one });
        (both[0].power == 0.0 || both[1].power == 0.0).then_some(both)
    }

    /// The sum where at least one is a multiple of a large exponential: the larger one, and the
    /// smaller one as an error.
    fn add_scaled(self, other: Self) -> Self {
        let Some([one, two]) = self.comparable(other) else { return Centred::unknown() };
        if one.power == 0.0 && two.power == 0.0 {
            return one.add(two);
        }
        let (big, small) = if one.power >= two.power { (one, two) } else { (two, one) };
        if big.power == small.power {
            return big.with_mantissa(big.mantissa().add(small.mantissa()), big.power);
        }
        let scaled = if big.power == 0.0 { small } else { big };
        let rest = scaled.remains(small.mantissa(), big.power - small.power);
        if big.power == 0.0 {
            return Centred { deviation: big.deviation.add(rest), ..big };
        }
        big.with_mantissa(big.mantissa().add(rest), big.power)
    }
}

impl Number for Centred {
    fn exactly(value: f64) -> Self {
        Centred::plain(Bounded::exactly(value), ZERO)
    }

    fn rounded(value: f64) -> Self {
        Centred::plain(Bounded::rounded(value), ZERO)
    }

    fn unknown() -> Self {
        Centred::free(Bounded::unknown())
    }

    fn input(value: f64) -> Self {
        Centred::free(Bounded::exactly(value))
    }

    fn finished(self) -> Bounded {
        if self.power > 0.0 && self.exceeds(90.0) {
            return Bounded::exactly(f64::INFINITY.copysign(self.mantissa().value));
        }
        self.collapsed().finished()
    }

    fn order(self, other: Self) -> Option<Ordering> {
        let difference = self.sub(other);
        difference.mantissa().order(ZERO)
    }

    fn leans_below(self, place: f64) -> bool {
        let mantissa = self.mantissa().value;
        if self.power > 0.0 { mantissa < 0.0 } else { mantissa < place }
    }

    fn exact_value(self) -> Option<f64> {
        if self.power == 0.0 { self.mantissa().exact_value() } else { None }
    }

    fn add(self, other: Self) -> Self {
        if self.power != 0.0 || other.power != 0.0 {
            return self.add_scaled(other);
        }
        Centred::plain(self.constant.add(other.constant), self.deviation.add(other.deviation))
    }

    fn neg(self) -> Self {
        Centred { constant: self.constant.neg(), deviation: self.deviation.neg(), ..self }
    }

    fn mul(self, other: Self) -> Self {
        if self.power != 0.0 || other.power != 0.0 {
            let Some([one, two]) = self.comparable(other) else { return Centred::unknown() };
            let scaled = if one.power == 0.0 { two } else { one };
            let product = one.mantissa().mul(two.mantissa());
            return scaled.with_mantissa(product, one.power + two.power);
        }
        let (c, d) = (self.constant, self.deviation);
        let (e, f) = (other.constant, other.deviation);
        let mut deviation = if d.is_zero() || f.is_zero() { ZERO } else { d.mul(f) };
        if !c.is_zero() && !f.is_zero() {
            deviation = deviation.add(c.mul_tight(f));
        }
        if !e.is_zero() && !d.is_zero() {
            deviation = deviation.add(e.mul_tight(d));
        }
        Centred::plain(c.mul_tight(e), deviation)
    }

    fn div(self, other: Self) -> Self {
        if self.power != 0.0 || other.power != 0.0 {
            let Some([one, two]) = self.comparable(other) else { return Centred::unknown() };
            let scaled = if one.power == 0.0 { two } else { one };
            let quotient = one.mantissa().div(two.mantissa());
            return scaled.with_mantissa(quotient, one.power - two.power);
        }
        if !other.has_center() {
            return self.div_far(other);
        }
        // (c + d)/(e + f) - c/e = (d - c/e·f)/(e + f)
        let constant = self.constant.div_tight(other.constant);
        let mut above = self.deviation;
        if !constant.is_zero() && !other.deviation.is_zero() {
            above = above.sub(constant.mul_tight(other.deviation));
        }
        let deviation = if above.is_zero() { ZERO } else { above.div(other.mantissa()) };
        Centred::plain(constant, deviation)
    }

    fn sqrt(self) -> Self {
        if self.power != 0.0 {
            return self.with_mantissa(self.mantissa().sqrt(), self.power / 2.0);
        }
        if !self.has_center() {
            return Centred::free(self.mantissa().sqrt());
        }
        let root = self.constant.sqrt();
        if self.deviation.is_zero() {
            return Centred::plain(root, ZERO);
        }
        Centred::plain(root, self.deviation.div(root.add(self.mantissa().sqrt())))
    }

    fn exp(self, place: u32) -> Self {
        let value = self.clipped();
        if value.value.abs() - value.error > LARGE {
            let below = value.value < 0.0;
            // Beyond FAR, Z is not known.
            if self.power != 0.0 {
                return if below { Centred::free(value.exp(place)) } else { Centred::unknown() };
            }
            let (power, large) = if below { (-1.0, value.neg()) } else { (1.0, value) };
            return Centred { power, place, large, ..Centred::free(Bounded::exactly(1.0)) };
        }
        if !self.is_near() {
            return Centred::free(value.exp(place));
        }
        let center = self.constant.exp(place);
        if self.deviation.is_zero() {
            return Centred::plain(center, ZERO);
        }
        let growth = self.deviation.expm1(place);
        Centred::plain(center, if self.constant.is_zero() { growth } else { center.mul(growth) })
    }

    fn expm1(self, place: u32) -> Self {
        if self.is_centred_at_zero() && self.is_near() {
            return Centred::free(self.deviation.expm1(place));
        }
        self.exp(place).sub(Centred::exactly(1.0))
    }

    fn log(self) -> Self {
        if self.power != 0.0 {
            let large = self.large.mul(Bounded::exactly(self.power));
            return Centred::free(self.mantissa().log().add(large));
        }
        if !self.has_center() {
            return Centred::free(self.mantissa().log());
        }
        let center = self.constant.log();
        if self.deviation.is_zero() {
            return Centred::plain(center, ZERO);
        }
        Centred::plain(center, self.deviation.div_tight(self.constant).log1p())
    }

    fn log1p(self) -> Self {
        Centred::exactly(1.0).add(self).log()
    }

    fn sin(self) -> Self {
        Centred::free(self.collapsed().sin())
    }

    fn cos(self) -> Self {
        if self.is_centred_at_zero() && self.is_near() {
            // 1 - 2·sin²(d/2)
            let half = self.deviation.mul(Bounded::exactly(0.5)).sin();
            let less = half.square().mul(Bounded::exactly(-2.0));
            return Centred::plain(Bounded::exactly(1.0), less);
        }
        Centred::free(self.collapsed().cos())
    }

    fn tan(self) -> Self {
        Centred::free(self.collapsed().tan())
    }

    fn atan(self) -> Self {
        Centred::free(self.collapsed().atan())
    }

    fn sinh(self, place: u32) -> Self {
        let value = self.collapsed();
        if value.value.abs() < LARGE {
            return Centred::free(value.sinh(place));
        }
        let double = self.exp(place).sub(self.neg().exp(place));
        double.mul(Centred::exactly(0.5))
    }

    fn cosh(self, place: u32) -> Self {
        if self.is_centred_at_zero() && self.is_near() {
            // 1 + 2·sinh²(d/2)
            let half = self.deviation.mul(Bounded::exactly(0.5)).sinh(place);
            let more = half.square().mul(Bounded::exactly(2.0));
            return Centred::plain(Bounded::exactly(1.0), more);
        }
        let value = self.collapsed();
        if value.value.abs() < LARGE {
            return Centred::free(value.cosh(place));
        }
        let double = self.exp(place).add(self.neg().exp(place));
        double.mul(Centred::exactly(0.5))
    }

    fn erf(self) -> Self {
        let value = self.clipped();
        if value.value.abs() < 1.0 {
            return Centred::free(value.erf());
        }
        // ±(1 - erfc|a|)
        let below = value.value < 0.0;
        let size = if below { value.neg() } else { value };
        let one = Centred::plain(Bounded::exactly(1.0), size.erfc().neg());
        if below { one.neg() } else { one }
    }

    fn erfc(self) -> Self {
        let value = self.clipped();
        if value.value > 0.5 {
            return Centred::free(value.erfc());
        }
        if value.value < -0.5 {
            return Centred::plain(Bounded::exactly(2.0), value.neg().erfc().neg());
        }
        Centred::plain(Bounded::exactly(1.0), value.erf().neg())
    }

    fn pow(self, exponent: Self) -> Self {
        match (self.power == 0.0, exponent.exact_value()) {
            (false, Some(b)) => {
                let mantissa = self.mantissa().pow(Bounded::exactly(b));
                self.with_mantissa(mantissa, self.power * b)
            }
            _ => Centred::free(self.collapsed().pow(exponent.collapsed())),
        }
    }
}
