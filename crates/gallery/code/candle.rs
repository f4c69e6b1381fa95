use candle_core::{Result, Tensor};
use candle_nn::VarBuilder;
use ogive_candle::ActivationConfig;

fn silu(x: &Tensor, vb: &VarBuilder) -> Result<Tensor> {
    let silu = ActivationConfig::new("silu").init(vb.pp("silu"))?;
    silu.forward(x)
}
