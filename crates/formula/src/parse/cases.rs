//! The rows of LaTeX's `\begin{cases}`: a value and where it holds.

use std::collections::BTreeSet;
use std::ops::Range;

use super::Parser;
use crate::Error;
use crate::expr::{Id, Node, Point};
use crate::op::Op;
use crate::token::Token;

/// Words in front of a test.
const BEFORE: [&str; 3] = ["if", "for", "when"];
/// Words for all other inputs.
const OTHERWISE: [&str; 3] = ["otherwise", "else", "elsewhere"];

impl Parser<'_> {
    /// Reads the rows behind `\begin{cases}`, whose place is `span`, up to the end.
    pub(super) fn cases(&mut self, span: &Range<usize>) -> Result<Id, Error> {
        let mut rows: Vec<(Id, Option<Id>)> = Vec::new();
        loop {
            let place = self.span();
            if let Some((_, None)) = rows.last() {
                return Err(Error::at(self.text, place, "this row is never reached")
                    .help("the row that says `otherwise` is the last"));
            }
            rows.push(self.row()?);
            let more = self.accept("\\\\");
            if self.accept("end") {
                break;
            }
            if !more {
                return Err(self.unexpected("`\\\\` and another row, or `\\end{cases}`"));
            }
        }
        let tests: Vec<Id> = rows.iter().filter_map(|row| row.1).collect();
        let last = rows.pop();
        let (mut value, test) = last.ok_or_else(|| self.unexpected("a row"))?;
        if test.is_some() {
            if rows.is_empty() {
                return Err(Error::at(self.text, span.clone(), "these cases have one row")
                    .help("say what holds elsewhere: `0 & \\text{otherwise}`"));
            }
            if let Some(x) = self.uncovered(&tests) {
                let message = format!("no row holds at x = {}", crate::print::number(x));
                return Err(Error::at(self.text, span.clone(), message)
                    .help("say what holds elsewhere: `0 & \\text{otherwise}`"));
            }
        }
        for (then, test) in rows.into_iter().rev() {
            let Some(test) = test else { continue };
            value = self.select(test, then, value)?;
        }
        Ok(value)
    }

    /// A value, and the test where it holds.
    fn row(&mut self) -> Result<(Id, Option<Id>), Error> {
        let value = self.deeper(Self::sum)?;
        let value = self.as_number(value)?;
        self.accept(",");
        if !self.accept("&") && !self.at_word(&BEFORE) && !self.at_word(&OTHERWISE) {
            return Err(self.unfinished("`&` and where this value holds"));
        }
        // Two columns for the word and the test are one for the reader.
        for word in BEFORE {
            self.accept(word);
        }
        self.accept("&");
        let test = if self.at_word(&OTHERWISE) {
            self.at += 1;
            None
        } else {
            Some(self.test()?)
        };
        for sign in [",", ";", "."] {
            self.accept(sign);
        }
        Ok((value, test))
    }

    fn at_word(&self, words: &[&str]) -> bool {
        matches!(self.peek(), Token::Name(name) if words.contains(&name.as_str()))
    }

    /// An input for which no test holds. Tests that compare x with numbers change only at these, so
    /// a look at each and between them settles it; of other tests nothing is known.
    fn uncovered(&self, tests: &[Id]) -> Option<f64> {
        let mut thresholds: BTreeSet<u64> = BTreeSet::new();
        let mut points = vec![0.0, -1e30, 1e30];
        for id in self.graph.reachable(tests) {
            match (self.graph.operation(id), self.graph.node(id)) {
                (Some((Op::Select, _)), _) | (None, Node::X | Node::Constant(_)) => {}
                (Some((op, [a, b])), _) if op.is_comparison() => {
                    let x = |id: &Id| matches!(self.graph.node(*id), Node::X);
                    let threshold = if x(a) { *b } else { *a };
                    if !x(a) && !x(b) {
                        return None;
                    }
                    thresholds.insert(self.graph.value(threshold)?.to_bits());
                }
                _ => return None,
            }
        }
        for threshold in thresholds.iter().map(|bits| f64::from_bits(*bits)) {
            points.extend([threshold, threshold - 1e-6, threshold + 1e-6]);
        }
        points.sort_by(|a, b| a.abs().total_cmp(&b.abs()));
        let holds = |x: f64| {
            let point = Point { x, ..Point::default() };
            tests.iter().any(|test| self.graph.evaluate(*test, &point) != 0.0)
        };
        points.into_iter().find(|x| !holds(*x))
    }
}
