use burn::tensor::{Device, Tensor};
use ogive_burn::ActivationConfig;

/// The first half of the channels passes, the second is the gate.
fn glu(x: Tensor<2>, device: &Device) -> Result<Tensor<2>, ogive_burn::Error> {
    let glu = ActivationConfig::new("glu").init(device)?;
    glu.try_forward_split(x)
}
