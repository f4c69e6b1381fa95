//! What the layers say when something does not fit.

use burn::tensor::Tensor;
use ogive_burn::{DyReluConfig, Error, FunnelReluConfig, MaxoutConfig, MetaAconConfig};

use crate::support::{flex, wave};

#[track_caller]
fn says<T>(result: Result<T, Error>, parts: &[&str]) {
    let Err(error) = result else { panic!("it should be refused") };
    let message = error.to_string();
    for part in parts {
        assert!(message.contains(part), "`{part}` is missing in:\n{message}");
    }
}

#[test]
fn configurations_are_checked() {
    let device = flex();
    says(MaxoutConfig::new(0, 2).init(&device), &["`maxout`", "`inputs` = 0", "1 or more"]);
    says(MaxoutConfig::new(2, 0).init(&device), &["`maxout`", "`features` = 0"]);
    says(MaxoutConfig::new(2, 2).with_pieces(0).init(&device), &["`pieces` = 0"]);
    says(MetaAconConfig::new(0).init(&device), &["`meta_acon`", "`channels` = 0"]);
    says(MetaAconConfig::new(8).with_reduction(0).init(&device), &["`reduction` = 0"]);
    says(MetaAconConfig::new(8).with_p_1(f64::NAN).init(&device), &["`p_1`", "finite"]);
    says(FunnelReluConfig::new(0).init(&device), &["`funnel_relu`", "`channels` = 0"]);
    for size in [0, 2] {
        let config = FunnelReluConfig::new(8).with_kernel_size(size);
        says(config.init(&device), &["`kernel_size` = ", "an odd number"]);
    }
    says(DyReluConfig::new(0).init(&device), &["`dy_relu`", "`channels` = 0"]);
    says(DyReluConfig::new(8).with_pieces(0).init(&device), &["`pieces` = 0"]);
    says(DyReluConfig::new(8).with_reduction(0).init(&device), &["`reduction` = 0"]);
    let infinite = DyReluConfig::new(8).with_lambda_b(f64::INFINITY);
    says(infinite.init(&device), &["`lambda_b` = inf", "finite"]);
}

#[test]
fn inputs_are_checked() {
    let device = flex();
    let x = wave([2, 3, 4, 5], 0.0, &device);
    let maxout = MaxoutConfig::new(4, 2).init(&device).unwrap();
    says(
        maxout.try_forward(x.clone()),
        &["`maxout`", "4 elements", "axis 3", "[2, 3, 4, 5] has 5"],
    );
    let meta_acon = MetaAconConfig::new(4).init(&device).unwrap();
    says(meta_acon.try_forward(x.clone()), &["`meta_acon`", "4 elements", "axis 1", "has 3"]);
    let row = Tensor::<1>::zeros([4], &device);
    says(
        meta_acon.try_forward(row.clone()),
        &["4 channels on axis 1", "[4]", "an axis for the batch"],
    );
    let funnel = FunnelReluConfig::new(4).init(&device).unwrap();
    says(funnel.try_forward(x.clone()), &["`funnel_relu`", "4 elements", "axis 1", "has 3"]);
    let dy_relu = DyReluConfig::new(4).init(&device).unwrap();
    says(dy_relu.try_forward(x), &["`dy_relu`", "4 elements", "axis 1", "has 3"]);
    says(dy_relu.try_forward(row), &["4 channels on axis 1", "[4]", "an axis for the batch"]);
}

#[test]
#[should_panic(expected = "maxout: `maxout` was made for 4 elements along axis 1, and the input")]
fn forward_panics_with_the_same_words() {
    let maxout = MaxoutConfig::new(4, 2).init(&flex()).unwrap();
    let _ = maxout.forward(wave([2, 3], 0.0, &flex()));
}
