//! Sums: signs, like terms, and the sides of a choice that meet again.

use crate::expr::{Graph, Id};
use crate::op::Op;

/// A sum of more terms is left as it stands, so that no text can make collecting them slow.
const MOST_TERMS: usize = 32;
/// Numbers whose sum is a smaller share of them stay apart.
const CANCELS: f64 = 1.0 / 1024.0;

impl Graph {
    /// `a + b`, written as a difference where one side is negative.
    pub(super) fn sum(&mut self, a: Id, b: Id) -> Id {
        if self.value(a) == Some(0.0) {
            return b;
        }
        if self.value(b) == Some(0.0) {
            return a;
        }
        if let Some(collected) = self.cancelled(a, b) {
            return collected;
        }
        if let Some(merged) = self.merged_choices(a, b) {
            return merged;
        }
        match (self.positive_part(a), self.positive_part(b)) {
            (_, (b, true)) => self.sum_of(a, b, true),
            ((a, true), (b, false)) => self.sum_of(b, a, true),
            _ => self.sum_of(a, b, false),
        }
    }

    pub(super) fn sum_of(&mut self, a: Id, b: Id, minus: bool) -> Id {
        match (minus, self.value(a), self.value(b)) {
            (true, Some(0.0), _) => self.negated(b),
            (_, _, Some(0.0)) => a,
            (true, ..) => self.apply(Op::Sub, &[a, b]),
            // A constant comes first, so that `x + 1` and `1 + x` are one node.
            (false, None, Some(_)) => self.apply(Op::Add, &[b, a]),
            (false, ..) => self.apply(Op::Add, &[a, b]),
        }
    }

    /// The term without its sign, and whether that was a minus.
    pub(crate) fn positive_part(&mut self, a: Id) -> (Id, bool) {
        let negative = match self.operation(a) {
            Some((Op::Neg, _)) => true,
            Some((Op::Mul | Op::Div, args)) => self.value(args[0]).is_some_and(|c| c < 0.0),
            _ => self.value(a).is_some_and(|c| c < 0.0),
        };
        if negative { (self.negated(a), true) } else { (a, false) }
    }

    /// `a + b` with like terms collected, if any meet.
    pub(super) fn cancelled(&mut self, a: Id, b: Id) -> Option<Id> {
        let mut terms: Vec<(f64, Id)> = Vec::new();
        let mut met = false;
        for side in [a, b] {
            let mut of_side = Vec::new();
            self.terms(side, 1.0, &mut of_side);
            if of_side.len() > MOST_TERMS {
                return None;
            }
            for (factor, term) in of_side {
                let constant = self.value(term).is_some();
                match terms
                    .iter_mut()
                    .find(|known| known.1 == term || (constant && self.value(known.1).is_some()))
                {
                    Some(known) if constant => {
                        let (one, other) =
                            (known.0 * self.value(known.1)?, factor * self.value(term)?);
                        let total = one + other;
                        // What is left of the rounding of either would be all there is.
                        if total != 0.0 && total.abs() < CANCELS * one.abs() {
                            return None;
                        }
                        *known = (total, self.constant(1.0));
                    }
                    Some(known) => {
                        known.0 += factor;
                        met = true;
                    }
                    None => terms.push((factor, term)),
                }
            }
        }
        // Constants alone are no reason to rewrite: that would move `(a + 1) + 1` about.
        if !met || terms.iter().any(|(factor, _)| !factor.is_finite()) {
            return None;
        }
        let mut total = self.constant(0.0);
        for (factor, term) in terms.into_iter().filter(|(factor, _)| *factor != 0.0) {
            let factor = self.constant(factor);
            let term = self.product(factor, term);
            total = match self.positive_part(term) {
                (term, true) => self.sum_of(total, term, true),
                (term, false) if self.value(total) == Some(0.0) => term,
                (term, false) => self.sum_of(total, term, false),
            };
        }
        Some(total)
    }

    /// Takes a sum apart into terms with constant factors.
    pub(super) fn terms(&self, id: Id, factor: f64, into: &mut Vec<(f64, Id)>) {
        if into.len() > MOST_TERMS {
            return;
        }
        match self.operation(id) {
            Some((Op::Add, &[a, b])) => {
                self.terms(a, factor, into);
                self.terms(b, factor, into);
            }
            Some((Op::Sub, &[a, b])) => {
                self.terms(a, factor, into);
                self.terms(b, -factor, into);
            }
            Some((Op::Neg, &[a])) => self.terms(a, -factor, into),
            Some((Op::Mul, &[c, a])) if self.value(c).is_some() => {
                into.push((factor * self.value(c).unwrap_or(1.0), a));
            }
            _ => into.push((factor, id)),
        }
    }

    /// `where(c, a, 0) + where(c, b, d)` is one choice: this is how the sides of a branch meet again in
    /// a gradient.
    pub(super) fn merged_choices(&mut self, a: Id, b: Id) -> Option<Id> {
        let [test, a1, a0] = self.matches(a, Op::Select)?;
        let [other, b1, b0] = self.matches(b, Op::Select)?;
        let zero = |id| self.value(id) == Some(0.0);
        if test != other || ![a1, a0, b1, b0].into_iter().any(zero) {
            return None;
        }
        let (then, otherwise) = (self.sum(a1, b1), self.sum(a0, b0));
        Some(self.choice(test, then, otherwise))
    }
}
