use candle_core::{Result, Tensor};
use candle_nn::VarBuilder;
use ogive_candle::ActivationConfig;

/// The first half of the last axis passes, the second is the gate.
fn glu(x: &Tensor, vb: &VarBuilder) -> Result<Tensor> {
    let glu = ActivationConfig::new("glu").init(vb.pp("glu"))?;
    glu.forward_split(x, false)
}
