use candle_core::{Result, Tensor};
use candle_nn::VarBuilder;
use ogive_candle::ActivationConfig;

fn dice(x: &Tensor, vb: &VarBuilder) -> Result<Tensor> {
    let dice = ActivationConfig::new("dice").with_channels(x.dim(1)?).init(vb.pp("dice"))?;
    dice.forward(x)
}
