//! Activations with layers around a formula, against the same composed of Candle's own operations in f64.

use candle_core::{DType, Device, Module, ModuleT, Result, Tensor, Var};
use candle_nn::{VarBuilder, VarMap, ops::sigmoid};
use ogive_candle::{DyReluConfig, DyReluVariant, FunnelReluConfig, MaxoutConfig, MetaAconConfig};

use crate::support::{assert_all_near, vector, wave};

/// All variables moved to reproducible values, so that nothing stands at 0 or 1.
fn stirred(variables: &VarMap) {
    let all = variables.data().lock().unwrap();
    let mut names: Vec<&String> = all.keys().collect();
    names.sort();
    for (place, name) in names.into_iter().enumerate() {
        let new = (wave(all[name].dims(), place as f64).as_tensor() * 0.2).unwrap();
        // Variances are positive.
        let new = if name.contains("var") { (new.abs().unwrap() + 0.5).unwrap() } else { new };
        all[name].set(&new).unwrap();
    }
}

fn built<L>(init: impl FnOnce(VarBuilder) -> Result<L>) -> (L, VarMap) {
    let variables = VarMap::new();
    let layer = init(VarBuilder::from_varmap(&variables, DType::F64, &Device::Cpu)).unwrap();
    stirred(&variables);
    (layer, variables)
}

/// Values and the gradients of x and of all variables, of two functions.
fn compare(
    x: &Var,
    variables: &VarMap,
    found: impl FnOnce(&Tensor) -> Result<Tensor>,
    wanted: impl FnOnce(&Tensor) -> Result<Tensor>,
) {
    let (found, wanted) = (found(x).unwrap(), wanted(x).unwrap());
    assert_eq!(found.dims(), wanted.dims());
    assert_all_near(&vector(&found), &vector(&wanted), 1e-12, "y");
    let dy = wave(found.dims(), 0.9);
    let gradients = [&found, &wanted]
        .map(|y| (y * dy.as_tensor()).unwrap().sum_all().unwrap().backward().unwrap());
    let mut with_gradient = 0;
    for variable in variables.all_vars().iter().chain([x]) {
        let [found, wanted] = gradients.each_ref().map(|of| of.get(variable).map(vector));
        let Some(wanted) = wanted else { continue };
        assert_all_near(&found.unwrap(), &wanted, 1e-11, "gradient");
        with_gradient += usize::from(wanted.iter().any(|value| *value != 0.0));
    }
    assert!(with_gradient >= 3);
}

/// A value of each sample and channel, as it meets `[samples, channels, height, width]`.
fn spread(values: &Tensor) -> Result<Tensor> {
    values.unsqueeze(2)?.unsqueeze(3)
}

#[test]
fn maxout_is_the_largest_of_its_pieces() {
    let config = MaxoutConfig { pieces: 3, ..MaxoutConfig::new(4, 2) };
    let (maxout, variables) = built(|vb| config.init(vb));
    compare(
        &wave(&[5, 4], 0.3),
        &variables,
        |x| maxout.forward(x),
        |x| {
            let all = maxout.linear.forward(x)?.reshape((5, 3, 2))?;
            all.narrow(1, 0, 1)?
                .maximum(&all.narrow(1, 1, 1)?)?
                .maximum(&all.narrow(1, 2, 1)?)?
                .squeeze(1)
        },
    );
    for shape in [&[4][..], &[2, 1, 3, 1, 4]] {
        let mut wanted = shape.to_vec();
        *wanted.last_mut().unwrap() = 2;
        assert_eq!(maxout.forward(&wave(shape, 0.1)).unwrap().dims(), wanted);
    }
    let error = maxout.forward(&wave(&[5, 3], 0.3)).unwrap_err().to_string();
    assert!(error.contains("4 elements along axis 1"), "{error}");
    let none = MaxoutConfig { pieces: 0, ..config };
    let vb = VarBuilder::from_varmap(&VarMap::new(), DType::F32, &Device::Cpu);
    assert!(none.init(vb).unwrap_err().to_string().contains("`pieces` = 0"));
}

#[test]
fn meta_acon_computes_its_beta() {
    for train in [true, false] {
        let (layer, variables) = built(|vb| MetaAconConfig::new(3).init(vb));
        let composed = |x: &Tensor| {
            let pooled = x.mean((2, 3))?;
            let small =
                layer.inward_normalization.forward_t(&layer.inward.forward(&pooled)?, train)?;
            let all = layer.outward.forward(&small.contiguous()?)?;
            let beta = sigmoid(&layer.outward_normalization.forward_t(&all, train)?.contiguous()?)?;
            let [p_1, p_2] =
                layer.slopes.each_ref().map(|slope| slope.reshape((1, 3, 1, 1)).unwrap());
            let steep = x.broadcast_mul(&(p_1 - &p_2)?)?;
            let gate = sigmoid(&steep.broadcast_mul(&spread(&beta)?)?)?;
            (steep * gate)? + x.broadcast_mul(&p_2)?
        };
        // Running statistics move in training, so each of the two starts from the same ones.
        let x = wave(&[4, 3, 2, 5], 0.7);
        compare(&x, &variables, |x| layer.forward_t(x, train), composed);
    }
    let (layer, _) = built(|vb| MetaAconConfig::new(3).init(vb));
    let one = wave(&[1, 3, 2, 2], 0.2);
    assert!(layer.forward_t(&one, true).unwrap_err().to_string().contains("two samples"));
    assert_eq!(layer.forward_t(&one, false).unwrap().dims(), [1, 3, 2, 2]);
    assert!(layer.forward_t(&wave(&[2, 4], 0.2), true).is_err());
}

#[test]
fn funnel_relu_is_the_larger_of_both_sides() {
    for train in [true, false] {
        let (layer, variables) = built(|vb| FunnelReluConfig::new(3).init(vb));
        let composed = |x: &Tensor| {
            let condition = layer.normalization.forward_t(&layer.convolution.forward(x)?, train)?;
            x.maximum(&condition)
        };
        let x = wave(&[2, 3, 4, 5], 0.7);
        compare(&x, &variables, |x| layer.forward_t(x, train), composed);
    }
    let even = FunnelReluConfig { kernel_size: 4, ..FunnelReluConfig::new(3) };
    let vb = VarBuilder::from_varmap(&VarMap::new(), DType::F32, &Device::Cpu);
    assert!(even.init(vb).unwrap_err().to_string().contains("odd"));
}

#[test]
fn dy_relu_computes_its_lines() {
    for (variant, owners) in [(DyReluVariant::A, 1), (DyReluVariant::B, 4)] {
        let config = DyReluConfig { variant, ..DyReluConfig::new(4) };
        let (layer, variables) = built(|vb| config.init(vb));
        let composed = |x: &Tensor| {
            let hidden = layer.inward.forward(&x.mean((2, 3))?)?.relu()?;
            let delta = ((sigmoid(&layer.outward.forward(&hidden)?)? * 2.0)? - 1.0)?;
            let of = |place: usize| spread(&delta.narrow(1, place * owners, owners)?);
            let first = x.broadcast_mul(&(of(0)? + 1.0)?)?.broadcast_add(&(of(2)? * 0.5)?)?;
            let second = x.broadcast_mul(&of(1)?)?.broadcast_add(&(of(3)? * 0.5)?)?;
            first.maximum(&second)
        };
        let x = wave(&[3, 4, 2, 5], 0.7);
        compare(&x, &variables, |x| layer.forward(x), composed);
    }
    let empty = Tensor::zeros((0, 4, 2, 2), DType::F64, &Device::Cpu).unwrap();
    let (layer, _) = built(|vb| DyReluConfig::new(4).init(vb));
    assert_eq!(layer.forward(&empty).unwrap().dims(), [0, 4, 2, 2]);
}

#[test]
fn in_halves_means_are_of_all_positions() {
    let variables = VarMap::new();
    let vb = VarBuilder::from_varmap(&variables, DType::F16, &Device::Cpu);
    let config = DyReluConfig { lambda_b: 0.0, ..DyReluConfig::new(4) };
    let layer = config.init(vb.pp("dy_relu")).unwrap();
    let x = Tensor::ones((2, 4, 64, 64), DType::F16, &Device::Cpu).unwrap();
    let y = layer.forward(&x).unwrap();
    // The same weights see the same mean of one position.
    let one = layer.forward(&x.narrow(2, 0, 1).unwrap().narrow(3, 0, 1).unwrap()).unwrap();
    assert_eq!((y.dtype(), vector(&y)[0]), (DType::F16, vector(&one)[0]));

    let meta_acon = MetaAconConfig::new(4).init(vb.pp("meta_acon")).unwrap();
    let funnel = FunnelReluConfig::new(4).init(vb.pp("funnel")).unwrap();
    for train in [true, false] {
        let y = meta_acon.forward_t(&x, train).unwrap();
        assert_eq!((y.dtype(), y.dims()), (DType::F16, x.dims()));
        let y = funnel.forward_t(&x, train).unwrap();
        assert_eq!((y.dtype(), y.dims()), (DType::F16, x.dims()));
    }
}
