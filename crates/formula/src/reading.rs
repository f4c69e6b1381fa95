//! A derivative in a form to be read: choices on the same tests are one choice.
//!
//! The sum and the product rule leave a choice in each of their terms. A page writes one brace with a
//! line for each case instead; what is computed stays as it is.

use std::collections::BTreeMap;

use crate::expr::{Graph, Id};
use crate::op::Op;

/// The most choices that are drawn to the front; each is written with two sides.
const MOST: usize = 16;

/// The same value at `root`, where an expression of several choices is a choice of expressions.
pub(crate) fn readable(graph: &mut Graph, root: Id) -> Id {
    let mut left = MOST;
    case(graph, root, false, &mut left)
}

/// `inside` a case there is a brace already, so that one choice more is one line more.
fn case(graph: &mut Graph, root: Id, inside: bool, left: &mut usize) -> Id {
    let own = graph.matches(root, Op::Select).map(|[test, ..]| test);
    let Some(test) = own.or_else(|| most_asked(graph, root, inside)).filter(|_| *left > 0) else {
        return root;
    };
    *left -= 1;
    let [then, otherwise] = [true, false].map(|holds| {
        let side = assume(graph, root, test, holds);
        case(graph, side, true, left)
    });
    // Lines follow one another where the second side is the one with more cases.
    let is_choice = |graph: &Graph, id| graph.matches(id, Op::Select).is_some();
    match graph.operation(test) {
        Some((op @ (Op::Less | Op::LessEqual), &[a, b]))
            if is_choice(graph, then) && !is_choice(graph, otherwise) =>
        {
            let opposite = if op == Op::Less { Op::LessEqual } else { Op::Less };
            let test = graph.simplified(opposite, &[b, a]);
            graph.simplified(Op::Select, &[test, otherwise, then])
        }
        _ => graph.simplified(Op::Select, &[test, then, otherwise]),
    }
}

/// The test that most choices ask, if drawing it to the front makes fewer braces.
fn most_asked(graph: &Graph, root: Id, inside: bool) -> Option<Id> {
    let mut asked: BTreeMap<Id, usize> = BTreeMap::new();
    for id in graph.reachable(&[root]) {
        if let Some([test, ..]) = graph.matches(id, Op::Select) {
            *asked.entry(test).or_default() += 1;
        }
    }
    let choices: usize = asked.values().sum();
    let most = asked.into_iter().max_by_key(|(_, count)| *count).map(|(test, _)| test);
    most.filter(|_| choices > usize::from(!inside))
}

/// The expression at `root` where `test` is known to hold, or not to.
fn assume(graph: &mut Graph, root: Id, test: Id, holds: bool) -> Id {
    let compared = match graph.operation(test) {
        Some((Op::Less | Op::LessEqual, &[a, b])) => Some(if holds { [a, b] } else { [b, a] }),
        _ => None,
    };
    graph.remade(root, |graph, id, applied| {
        let Some((op, args)) = applied else { return id };
        if op == Op::Select
            && let Some(holds) = implied(graph, (test, holds), args[0])
        {
            return if holds { args[1] } else { args[2] };
        }
        if let (Op::Min | Op::Max, Some([low, high]), &[a, b]) = (op, compared, args)
            && ([a, b] == [low, high] || [b, a] == [low, high])
        {
            return if op == Op::Min { low } else { high };
        }
        if id == test { id } else { graph.simplified(op, args) }
    })
}

/// What is known of a test where another is known to hold, or not to.
fn implied(graph: &Graph, (test, holds): (Id, bool), asked: Id) -> Option<bool> {
    if asked == test {
        return Some(holds);
    }
    let known = Bound::of(graph, test)?;
    let known = if holds { known } else { known.opposite() };
    let asked = Bound::of(graph, asked)?;
    let implies = |a: &Bound, b: &Bound| {
        let (a_value, b_value) = if a.below { (-a.value, -b.value) } else { (a.value, b.value) };
        let same = a.of == b.of && a.below == b.below;
        same && (a_value > b_value || (a_value == b_value && (a.strict || !b.strict)))
    };
    let refuted = implies(&known, &asked.opposite());
    (refuted || implies(&known, &asked)).then_some(!refuted)
}

/// What a test with a number says: `of` lies below the number, or above it.
struct Bound {
    of: Id,
    below: bool,
    value: f64,
    strict: bool,
}

impl Bound {
    fn of(graph: &Graph, test: Id) -> Option<Bound> {
        let (op @ (Op::Less | Op::LessEqual), &[a, b]) = graph.operation(test)? else {
            return None;
        };
        let strict = op == Op::Less;
        let below = graph.value(b).map(|value| Bound { of: a, below: true, value, strict });
        below.or_else(|| Some(Bound { of: b, below: false, value: graph.value(a)?, strict }))
    }

    fn opposite(&self) -> Bound {
        Bound { of: self.of, below: !self.below, value: self.value, strict: !self.strict }
    }
}

#[cfg(test)]
mod tests {
    use super::readable;
    use crate::expr::{Graph, Id, Point};
    use crate::op::Op;
    use crate::{Formula, print};

    fn choices(graph: &Graph, root: Id) -> usize {
        let nodes = graph.reachable(&[root]);
        nodes.into_iter().filter(|id| graph.matches(*id, Op::Select).is_some()).count()
    }

    #[test]
    fn one_choice_with_the_same_values() {
        #[rustfmt::skip]
        let table = [
            // A lone choice stays where it is, and so does what has none.
            ("x + (if x > 0 { 0 } else { x^2 })",      None),
            ("x*sigmoid(x)",                           None),
            ("(if x > 0 { x } else { 0 }) + (if x > 0 { x^2 } else { sin(x) })",
             Some("if x > 0 { x + x^2 } else { sin(x) }")),
            ("(if x < 6 { if x > 0 { x } else { 0 } } else { 6 })",
             Some("if x >= 6 { 6 } else { if x > 0 { x } else { 0 } }")),
            ("(if x > 0 { 1 } else { 0 }) + (if x > -1 { 0 } else { exp(min(x, -1)) })",
             Some("if x <= -1 { exp(x) } else { if x > 0 { 1 } else { 0 } }")),
            ("x*(if x > 0 { 1 } else { 2 }) + exp(if x > 1 { 1 } else { x })", Some("")),
        ];
        for (text, wanted) in table {
            let formula = Formula::parse(text).unwrap();
            let (mut graph, root) = (formula.graph().clone(), formula.typed());
            let read = readable(&mut graph, root);
            let printed = print::print(&graph, read, &[]);
            match wanted {
                None => assert_eq!(read, root, "{text}"),
                Some("") => {}
                Some(wanted) => assert_eq!(printed, wanted, "{text}"),
            }
            for x in [-7.5, -1.0, -0.5, 0.0, 0.25, 1.0, 2.0, 6.0, 9.0] {
                let point = Point { x, ..Point::default() };
                let [before, after] = [root, read].map(|id| graph.evaluate(id, &point));
                assert!((before - after).abs() <= 1e-12 * before.abs(), "{text} at {x}: {printed}");
            }
        }
    }

    #[test]
    fn many_choices_end() {
        let terms: Vec<String> =
            (0..60).map(|n| format!("(if x > {n} {{ {n}*x }} else {{ 1 }})")).collect();
        let formula = Formula::parse(&terms.join(" + ")).unwrap();
        let mut graph = formula.graph().clone();
        let read = readable(&mut graph, formula.typed());
        assert!(choices(&graph, read) < 2000, "{}", choices(&graph, read));
    }
}
