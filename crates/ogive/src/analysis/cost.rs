//! What one element costs: operations, and the time they take beside that of memory.

use ogive_formula::{Formula, Id, Op};

/// Cycles that one core takes to read and write an f32, at 3 GHz and 10 GB/s: 8 bytes.
const MEMORY: f64 = 2.4;
/// Lanes of the vector that the costs in the table of primitives are for.
const LANES: f64 = 8.0;

/// The cost of the value, from the table of primitives: an estimate, not a measurement.
///
/// It assumes a core at 3 GHz with vectors of eight f64 that copies 10 GB/s, and no work shared between
/// operations. `ogive bench` measures.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cost {
    /// Operations per element; what depends on parameters alone is not counted.
    pub operations: usize,
    /// Their cycles per element.
    pub cycles: f64,
    /// The share of the memory limit that a core is predicted to reach in f32: 1 where memory decides.
    pub memory_share: f64,
}

impl Cost {
    pub(super) fn of(formula: &Formula) -> Cost {
        let graph = formula.graph();
        let varies = |id: &Id| graph.operation(*id).is_some() && graph.varies(*id);
        let mut operations = 0;
        let mut total = 0;
        for id in graph.reachable(&[formula.stable()]).iter().filter(|id| varies(id)) {
            let Some((op, args)) = graph.operation(*id) else { continue };
            operations += 1;
            // A small whole power is a few products.
            let exponent = args.get(1).filter(|_| op == Op::Pow).and_then(|id| graph.value(*id));
            let whole = exponent.filter(|n| n.fract() == 0.0 && n.abs() <= 64.0);
            total += whole.map_or(op.info().cost, |n| n.abs().log2().ceil().max(1.0) as u32);
        }
        let cycles = f64::from(total) / LANES;
        Cost { operations, cycles, memory_share: (MEMORY / cycles.max(MEMORY)).min(1.0) }
    }
}
