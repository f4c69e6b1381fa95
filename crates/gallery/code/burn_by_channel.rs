use burn::tensor::{Device, Tensor};
use ogive_burn::ActivationConfig;

fn dice(x: Tensor<2>, device: &Device) -> Result<Tensor<2>, ogive_burn::Error> {
    let [_, channels] = x.dims();
    let dice = ActivationConfig::new("dice").with_channels(channels).init(device)?;
    Ok(dice.forward(x))
}
