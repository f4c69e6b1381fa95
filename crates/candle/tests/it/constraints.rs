//! Constraints by projection and by the way values are computed.

use candle_core::{DType, Device, Tensor};
use ogive_candle::ActivationConfig;

use crate::support::{built, built_in, variable, vector, wave};

const FLOORED: &str = "max(0,x)+alpha*min(0,x) | alpha = 0.25 per channel, >= 0.01";

#[test]
fn constrain_moves_values_to_their_bounds() {
    let (module, variables) = built(&ActivationConfig::new(FLOORED).with_channels(3));
    let moved = Tensor::new(&[-1.0f32, 0.5, 0.0], &Device::Cpu).unwrap();
    variable(&variables, "alpha").set(&moved).unwrap();
    module.constrain().unwrap();
    let alpha = vector(&module.parameter("alpha").unwrap().unwrap());
    // 0.01 in f32 is below 0.01.
    assert!(alpha[0] >= 0.01 && alpha[0] < 0.010_000_001 && alpha[2] == alpha[0]);
    assert_eq!(alpha[1], 0.5);
}

#[test]
fn reparametrised_values_stay_within_their_bounds_and_learn() {
    for (declared, low, high) in
        [(">= 0.01", 0.01, f64::MAX), ("> 0", 0.0, f64::MAX), ("in [0.1, 0.9]", 0.1, 0.9)]
    {
        let formula = format!("max(0,x)+alpha*min(0,x) | alpha = 0.25, {declared}");
        let (module, variables) =
            built_in(&ActivationConfig::new(formula).reparametrised(), DType::F64);
        let alpha = || vector(&module.parameter("alpha").unwrap().unwrap())[0];
        assert!((alpha() - 0.25).abs() < 1e-15, "{declared}: {}", alpha());
        let [raw] = <[_; 1]>::try_from(
            variables
                .data()
                .lock()
                .unwrap()
                .iter()
                .filter(|(name, _)| name.starts_with("alpha by "))
                .map(|(_, variable)| variable.clone())
                .collect::<Vec<_>>(),
        )
        .unwrap();
        let gradients = module.forward(&wave(&[7], 0.1)).unwrap().sum_all().unwrap();
        let slope = vector(gradients.backward().unwrap().get(&raw).unwrap());
        assert!(slope[0].abs() > 1e-3);
        for far in [-800.0, 800.0] {
            raw.set(&Tensor::new(&[far], &Device::Cpu).unwrap()).unwrap();
            assert!(alpha() >= low && alpha() <= high && alpha() > 0.0, "{declared}: {}", alpha());
        }
        module.set_values("alpha", &Tensor::new(&[0.5], &Device::Cpu).unwrap()).unwrap();
        assert!((alpha() - 0.5).abs() < 1e-15, "{declared}: {}", alpha());
    }
}
