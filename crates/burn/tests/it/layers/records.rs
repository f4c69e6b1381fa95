//! Saving and loading, of modules and of configurations.

use burn::config::Config;
use burn::module::Module;
use burn::store::{ModuleRecord, RecordError};
use burn::tensor::Tensor;
use ogive_burn::{
    DyRelu, DyReluConfig, DyReluVariant, FunnelRelu, FunnelReluConfig, Maxout, MaxoutConfig,
    MetaAcon, MetaAconConfig,
};

use crate::support::{flex, vector, wave};

const SHAPE: [usize; 4] = [3, 4, 5, 4];

/// The module `fresh` with what a file of `trained` holds gives the same bits.
fn is_loaded<M: Module>(trained: &M, fresh: &M, forward: impl Fn(&M, Tensor<4>) -> Tensor<4>) {
    let bytes = trained.clone().into_record().into_bytes().unwrap();
    let loaded = fresh.clone().load_record(ModuleRecord::from_bytes(bytes).unwrap());
    let x = wave(SHAPE, 0.5, &flex());
    let [wanted, found, before] =
        [trained, &loaded, fresh].map(|module| vector(forward(&module.valid(), x.clone())));
    assert_eq!(found, wanted);
    assert_ne!(before, wanted, "the fresh module gives the same already");
}

#[test]
fn a_loaded_layer_computes_the_same_bits() {
    let device = flex().autodiff();
    let x = wave(SHAPE, 0.1, &device) * 2.0;
    let maxout = MaxoutConfig::new(4, 3).with_pieces(3);
    let [trained, fresh] = [(); 2].map(|()| maxout.init(&device).unwrap());
    is_loaded(&trained, &fresh, Maxout::forward);
    let meta_acon = MetaAconConfig::new(4);
    let trained = meta_acon.clone().with_p_2(0.25).init(&device).unwrap();
    let _ = trained.forward(x.clone());
    is_loaded(&trained, &meta_acon.init(&device).unwrap(), MetaAcon::forward);
    let funnel = FunnelReluConfig::new(4);
    let [trained, fresh] = [(); 2].map(|()| funnel.init(&device).unwrap());
    let _ = trained.forward(x.clone());
    is_loaded(&trained, &fresh, FunnelRelu::forward);
    for variant in [DyReluVariant::A, DyReluVariant::B] {
        let dy_relu = DyReluConfig::new(4).with_variant(variant);
        let [trained, fresh] = [(); 2].map(|()| dy_relu.init(&device).unwrap());
        is_loaded(&trained, &fresh, DyRelu::forward);
    }
}

#[test]
fn a_record_of_another_variant_is_refused() {
    let of = |variant| DyReluConfig::new(4).with_variant(variant).init(&flex()).unwrap();
    let record = of(DyReluVariant::A).into_record();
    let Err(RecordError::Validation(message)) = of(DyReluVariant::B).try_load_record(record) else {
        panic!("it was loaded")
    };
    assert!(message.contains("outward.weight: shape mismatch"), "{message}");
}

#[test]
fn configurations_survive_a_file() {
    let dy_relu = DyReluConfig::new(8).with_variant(DyReluVariant::A).with_lambda_a(0.5);
    let read = DyReluConfig::load_binary(dy_relu.to_string().as_bytes()).unwrap();
    assert_eq!(read, dy_relu);
    let funnel = FunnelReluConfig::new(8).with_kernel_size(5);
    assert_eq!(FunnelReluConfig::load_binary(funnel.to_string().as_bytes()).unwrap(), funnel);
}

#[test]
fn display_tells_the_layers() {
    let shown = MetaAconConfig::new(64).init(&flex()).unwrap().to_string();
    for part in
        ["inward: Linear {d_input: 64, d_output: 16", "num_features: 64", "p_1: ", "sigmoid(beta"]
    {
        assert!(shown.contains(part), "`{part}` is missing in:\n{shown}");
    }
    assert!(shown.lines().all(|line| line.len() < 140), "{shown}");
    let shown = DyReluConfig::new(64).init(&flex()).unwrap().to_string();
    assert!(shown.contains("formula: max(a_1*x + b_1, a_2*x + b_2) | "), "{shown}");
}
