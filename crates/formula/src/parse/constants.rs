//! Numbers that the text writes as expressions of numbers.

use super::{Parser, Reading};
use crate::expr::Id;
use crate::op::Op;
use crate::{Error, Interval, interval};

/// A number that is known no better than to this share has lost too many digits.
const KNOWN: f64 = 9.313225746154785e-10; // 2^-30

impl Parser<'_> {
    /// Encloses the value of an operation whose arguments are numbers.
    pub(super) fn enclose(&mut self, id: Id, op: Op, args: &[Id]) {
        let is_known = self.constants.contains_key(&id);
        if self.reading != Reading::Text || op.is_comparison() || is_known {
            return;
        }
        let enclosed = |arg: &Id| {
            let known = self.constants.get(arg).copied();
            known.or_else(|| self.graph.value(*arg).map(Interval::point))
        };
        let Some(args) = args.iter().map(enclosed).collect::<Option<Vec<Interval>>>() else {
            return;
        };
        let are_known = args.iter().all(|arg| arg.low == arg.high);
        let range = match op {
            // Of a number as typed they are known, whatever intervals know of sin(10^30).
            Op::Sin | Op::Cos | Op::Tan if are_known => {
                Interval::point((op.info().value)(args[0].low, 0.0, 0.0))
            }
            _ => interval(op, &args),
        };
        if !range.low.is_nan() {
            self.constants.insert(id, range);
        }
    }

    /// Refuses a number whose digits cancel, as in `1 - tanh(20)`; its text begins at `start`.
    pub(super) fn with_digits(&self, value: Id, start: usize) -> Result<Id, Error> {
        let Some(known) = self.constants.get(&value) else { return Ok(value) };
        let size = known.largest();
        let is_known = known.is_empty() || !size.is_normal() || known.width() <= KNOWN * size;
        if is_known || size.is_infinite() {
            return Ok(value);
        }
        let place = start..self.tokens[self.at - 1].1.end;
        let number = &self.text[place.clone()];
        Err(Error::at(self.text, place, format!("`{number}` cancels: rounding takes its digits"))
            .help("write its value as a number"))
    }
}
