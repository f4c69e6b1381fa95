//! The code that the gallery shows.

include!("../../../gallery/code/candle.rs");

use candle_core::{DType, Device};

fn variables() -> VarBuilder<'static> {
    VarBuilder::zeros(DType::F32, &Device::Cpu)
}

mod by_channel {
    include!("../../../gallery/code/candle_by_channel.rs");

    #[test]
    fn runs() {
        let x = Tensor::new(&[[-1.0f32, 2.0], [1.0, 2.0]], &super::Device::Cpu).unwrap();
        assert_eq!(dice(&x, &super::variables()).unwrap().dims(), [2, 2]);
    }
}

mod of_two {
    include!("../../../gallery/code/candle_of_two.rs");

    #[test]
    fn runs() {
        let x = Tensor::new(&[[4.0f32, 8.0, 0.0, 0.0]], &super::Device::Cpu).unwrap();
        assert_eq!(glu(&x, &super::variables()).unwrap().to_vec2::<f32>().unwrap(), [[2.0, 4.0]]);
    }
}

#[test]
fn runs() {
    let x = Tensor::new(&[[0.0f32, 1.0]], &Device::Cpu).unwrap();
    let y = silu(&x, &variables()).unwrap();
    assert_eq!(y.to_vec2::<f32>().unwrap(), [[0.0, 0.731_058_6]]);
}
