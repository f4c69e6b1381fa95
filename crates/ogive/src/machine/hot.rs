//! The hand-tuned kernels: one loop for each, and the choice stands outside.

use super::{Machine, Step};
use crate::hot::Hot;
use crate::hot::scaled::Scaled;
use crate::hot::slopes::Slope;
use crate::lanes::Singles;

/// A loop for each of some kernels of the same arguments.
macro_rules! choose {
    ($machine:ident, $step:ident, $chosen:ident, $kind:ident $args:tt, $($name:ident)+) => {
        match $chosen {
            $($kind::$name => run!($machine, $step, $kind::$name, $args),)+
        }
    };
}

macro_rules! run {
    ($machine:ident, $step:ident, $kernel:expr, ($($arg:ident)+)) => {{
        let l = $machine.l;
        map_out!($machine, $step, $($arg)+ => $kernel.evaluate(l, $($arg),+));
    }};
}

impl<L: Singles> Machine<'_, L> {
    #[inline(always)]
    pub(super) fn hot(&self, hot: Hot, step: &Step) {
        choose!(self, step, hot, Hot(x),
            Exp Sigmoid Silu Tanh Gelu GeluTanh QuickGelu Softplus LogSigmoid HardSigmoid HardSwish
            Elu Selu);
    }

    #[inline(always)]
    pub(super) fn slope(&self, slope: Slope, step: &Step) {
        choose!(self, step, slope, Slope(x dy),
            Gelu GeluTanh Silu QuickGelu Sigmoid Tanh Softplus LogSigmoid Elu Selu);
    }

    #[inline(always)]
    pub(super) fn scaled(&self, scaled: Scaled, step: &Step) {
        choose!(self, step, scaled, Scaled(x factor rest), Sigmoid Silu Tanh TanhOfHalf);
    }
}
