//! Where NaN of an input might not reach a result by itself.

use super::{Code, Source, Step};
use crate::op::Op;

/// For each output, whether NaN in `input` makes it NaN whatever the parameters are. Every step still
/// has registers of its own.
pub(super) fn carry_nan(steps: &[Step], outputs: &[Source], input: Source) -> Vec<bool> {
    let values = steps.iter().flat_map(|step| step.into).max().map_or(0, |last| last + 1);
    let mut carries = vec![false; values];
    let of = |carries: &[bool], source: &Source| match source {
        Source::Register(value) => carries[*value],
        other => *other == input,
    };
    for step in steps {
        let args: Vec<bool> =
            step.args[..step.code.arity()].iter().map(|arg| of(&carries, arg)).collect();
        let here = match step.code {
            Code::Op(op) if op.is_comparison() => false,
            Code::Op(Op::Select) => args[1] && args[2],
            // pow(1, NaN) and pow(NaN, 0) are 1.
            Code::Op(Op::Pow) => false,
            // A comparison with NaN fails, and the second choice is taken.
            Code::SelectIf(_) => args[3] && (args[0] || args[1] || args[2]),
            _ => args.contains(&true),
        };
        for value in step.into {
            carries[value] = here;
        }
    }
    outputs.iter().map(|output| of(&carries, output)).collect()
}
