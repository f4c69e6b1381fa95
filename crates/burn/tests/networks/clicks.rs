//! The model of clicks.

use burn::tensor::{Device, Tensor};

use crate::clicks_network::{Clicks, Network, Pooling, auc, loss, train};
use crate::{autodiff, turn};

#[test]
fn attention_finds_what_the_mean_hides() {
    let _turn = turn();
    let (clicks, others) = (Clicks::new(6_000, 1), Clicks::new(2_000, 2));
    let [mean, attention] = [Pooling::Mean, Pooling::Attention].map(|pooling| {
        let network = train(pooling, &clicks, [4, 12], &autodiff()).unwrap();
        auc(&network, &others, 12)
    });
    assert!(attention - 0.5 > 1.2 * (mean - 0.5), "{attention} against {mean}");
}

/// The first loss, and the running mean that it leaves behind.
fn first(pooling: Pooling, time: usize, device: &Device) -> (f64, Vec<f32>) {
    let network = Network::new(pooling, device).unwrap();
    let batch = Clicks::new(256, 3).batch(&(0..256).collect::<Vec<_>>(), time, device);
    let loss = loss(&network, &batch).into_scalar::<f32>();
    let [mean, _]: [Tensor<1>; 2] = network.compared.running_statistics().unwrap();
    (f64::from(loss), mean.into_data().try_into_vec().unwrap())
}

#[test]
fn dice_does_not_see_how_far_histories_are_filled_up() {
    let _turn = turn();
    let farthest = |pooling| {
        let ((loss, mean), (long_loss, long_mean)) =
            (first(pooling, 12, &autodiff()), first(pooling, 48, &autodiff()));
        let means = mean.iter().zip(&long_mean).map(|(a, b)| f64::from((a - b).abs()));
        ((loss - long_loss).abs(), means.fold(0.0, f64::max))
    };
    let (loss, mean) = farthest(Pooling::Attention);
    assert!(loss < 1e-6 && mean < 1e-7, "{loss:e} {mean:e}");
    let (loss, mean) = farthest(Pooling::AttentionOverPadding);
    assert!(loss > 1e-5 && mean > 1e-5, "{loss:e} {mean:e}");
}
