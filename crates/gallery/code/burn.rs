use burn::tensor::{Device, Tensor};
use ogive_burn::ActivationConfig;

fn silu(x: Tensor<2>, device: &Device) -> Result<Tensor<2>, ogive_burn::Error> {
    let silu = ActivationConfig::new("silu").init(device)?;
    Ok(silu.forward(x))
}
