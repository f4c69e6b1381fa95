//! Activations in an optimizer group of their own, and the penalty on what they learn.

use burn::module::Module;
use burn::nn::{Linear, LinearConfig};
use burn::optim::decay::WeightDecayConfig;
use burn::optim::{AdamConfig, AdamWConfig, GradientsParams, Optimizer, SgdConfig};
use burn::tensor::{Device, Tensor};
use ogive_burn::{
    Activation, ActivationConfig, Error, Penalty, Prelu, Swish, Undecayed, activation_group,
    decay_groups,
};

use crate::support::{assert_near, flex, vector, wave, with_values};

#[derive(Module, Debug)]
struct Network {
    first: Linear,
    activations: Vec<Activation>,
    last: Linear,
}

fn network(device: &Device) -> Network {
    let prelu = Prelu::new().with_channels(3).init(device).unwrap();
    let swish = Swish::new().with_channels(3).init(device).unwrap();
    Network {
        first: LinearConfig::new(2, 3).init(device),
        activations: vec![prelu, swish],
        last: LinearConfig::new(3, 1).init(device),
    }
}

impl Network {
    fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        let [prelu, swish] = &self.activations[..] else { panic!("two activations") };
        self.last.forward(swish.forward(prelu.forward(self.first.forward(x))))
    }

    fn gradients(&self, x: Tensor<2>) -> GradientsParams {
        GradientsParams::from_grads(self.forward(x).square().mean().backward(), self)
    }

    /// Weights and biases, then what the activations learn.
    fn values(&self) -> [Vec<f64>; 2] {
        let of = |linear: &Linear| {
            [vector(linear.weight.val()), vector(linear.bias.as_ref().unwrap().val())].concat()
        };
        let learned = self.activations.iter().flat_map(|a| a.parameters());
        [
            [of(&self.first), of(&self.last)].concat(),
            learned.flat_map(|(_, value)| vector(value)).collect(),
        ]
    }
}

#[test]
fn the_group_has_the_parameters_of_activations_and_no_others() {
    let network = network(&flex());
    let group = activation_group(&network);
    assert!(!group.matches(&network.first.weight.id, None));
    assert!(!group.matches(&network.last.bias.as_ref().unwrap().id, None));
    // What the group freezes is what learns no more.
    let device = flex().autodiff();
    let network = self::network(&device);
    let group = activation_group(&network);
    let network = network.freeze_group(group);
    let gradients = network.gradients(wave([5, 2], 0.4, &device));
    assert_eq!(gradients.len(), 4);
}

#[test]
fn the_group_outlives_the_loading_of_a_record() {
    let device = flex().autodiff();
    let started = network(&device);
    let group = activation_group(&started);
    let loaded = started.load_record(network(&device).into_record());
    let frozen = loaded.freeze_group(group);
    assert_eq!(frozen.gradients(wave([5, 2], 0.4, &device)).len(), 4);
}

/// One step from the same network by an optimizer for all and by one with groups.
fn steps<O: Optimizer>(with_decay: O, without: O, rate: f64) {
    let device = flex().autodiff();
    let network = network(&device);
    let x = wave([5, 2], 0.4, &device);
    let step = |mut optimizer: burn::optim::ModuleOptimizer, lr: f64| {
        let mut network = network.clone();
        // Two steps, so that what an optimizer remembers counts too.
        for _ in 0..2 {
            let gradients = network.gradients(x.clone());
            network = optimizer.step(lr, network, gradients);
        }
        network.values()
    };
    // With the loss at the second step the groups influence each other, so the reference has groups
    // as well, made by hand.
    let group = activation_group(&network);
    let by_hand = burn::optim::ModuleOptimizer::from(with_decay.clone());
    let by_hand = by_hand.with_group(group, AtRate(without, rate), None);
    let found = step(decay_groups(&network, with_decay.clone(), rate), 0.01);
    let wanted = step(by_hand, 0.01);
    for (found, wanted) in found.iter().flatten().zip(wanted.iter().flatten()) {
        assert_near(*found, *wanted, 1e-6, 1e-3, "a step");
    }
    let decayed = step(with_decay.into(), 0.01);
    assert!(decayed[1].iter().zip(&found[1]).all(|(a, b)| (a - b).abs() > 1e-5));
}

/// An optimizer at another learning rate, in plain words.
#[derive(Clone)]
struct AtRate<O>(O, f64);

impl<O: Optimizer> Optimizer for AtRate<O> {
    type State<const D: usize> = O::State<D>;

    fn step<const D: usize>(
        &self,
        lr: f64,
        tensor: Tensor<D>,
        grad: Tensor<D>,
        state: Option<Self::State<D>>,
    ) -> (Tensor<D>, Option<Self::State<D>>) {
        self.0.step(lr * self.1, tensor, grad, state)
    }

    fn to_device<const D: usize>(state: Self::State<D>, device: &Device) -> Self::State<D> {
        O::to_device(state, device)
    }
}

#[test]
fn decay_stays_off_activations_in_every_optimizer() {
    let decay = || Some(WeightDecayConfig::new(0.5));
    let sgd = SgdConfig::new();
    steps(sgd.clone().with_weight_decay(decay()).build(), sgd.build(), 0.25);
    let adam = AdamConfig::new();
    steps(adam.clone().with_weight_decay(decay()).build(), adam.build(), 4.0);
    let adamw = AdamWConfig::new();
    let without = adamw.clone().with_weight_decay(0.0).build();
    steps(adamw.with_weight_decay(0.5).build(), without, 1.0);
}

#[test]
fn an_undecayed_step_is_the_step_without_decay() {
    let decayed = SgdConfig::new().with_weight_decay(Some(WeightDecayConfig::new(0.5))).build();
    let tensor = Tensor::<1>::from_floats([1.0, -2.0], &flex());
    let grad = Tensor::<1>::from_floats([4.0, 8.0], &flex());
    let half = Undecayed::new(decayed).with_learning_rate_factor(0.5);
    let (after, _) = half.step(0.25, tensor, grad, None);
    assert_eq!(vector(after), [0.5, -3.0]);
}

#[test]
fn penalties_pull_towards_0_or_towards_the_start() {
    let device = flex().autodiff();
    let start = network(&device);
    let mut moved = start.clone();
    moved.activations[0] = with_values(moved.activations[0].clone(), &[0.5, 0.25, -1.25]);
    let loss = || Tensor::<1>::zeros([1], &device);
    let cost = |penalty: &Penalty| vector(penalty.added_to(loss(), &moved))[0];
    // prelu starts at 0.25, swish is at 1.
    let squares = 0.25 + 0.0625 + 1.5625 + 3.0;
    assert_near(cost(&Penalty::l2(0.5)), 0.5 * squares, 1e-6, 0.0, "l2");
    assert_near(cost(&Penalty::l1(2.0)), 2.0 * (2.0 + 3.0), 1e-6, 0.0, "l1");
    let both = Penalty::l1(2.0).and_l2(0.5).towards(&start);
    let wanted = 2.0 * 1.75 + 0.5 * (0.0625 + 2.25);
    assert_near(cost(&both), wanted, 1e-6, 0.0, "towards the start");
    assert_eq!(cost(&Penalty::default()), 0.0);

    let gradients = both.added_to(loss(), &moved).backward();
    let alpha = moved.activations[0].parameter("alpha").unwrap();
    let found = vector(alpha.grad(&gradients).unwrap());
    for (found, wanted) in found.iter().zip([2.0 + 0.25, 0.0, -2.0 - 1.5]) {
        assert_near(*found, wanted, 1e-6, 1.0, "its gradient");
    }
    assert!(moved.first.weight.val().grad(&gradients).is_none());
}

#[test]
fn a_penalty_knows_whose_it_is() {
    let device = flex().autodiff();
    let network = network(&device);
    let loss = || Tensor::<1>::zeros([1], &device);
    let refused = |penalty: Penalty| {
        let error = penalty.try_added_to(loss(), &network).unwrap_err();
        (error.clone(), error.to_string())
    };
    // The same parameters at other paths.
    let (error, message) = refused(Penalty::l2(1.0).towards(&network.activations[0]));
    assert!(matches!(error, Error::TargetMissing { .. }), "{message}");
    assert!(message.contains("`activations.0.parameters.alpha`"), "{message}");
    assert!(message.contains("`parameters.alpha`"), "{message}");
    let mut wider = network.clone();
    wider.activations[1] = Swish::new().with_channels(4).init(&device).unwrap();
    let (error, message) = refused(Penalty::l2(1.0).towards(&wider));
    assert!(matches!(error, Error::TargetLength { expected: 3, found: 4, .. }), "{message}");
    assert!(message.contains("activations.1"), "{message}");
    // A module without activations has no targets either.
    let (error, _) = refused(Penalty::l2(1.0).towards(&network.first));
    assert!(matches!(error, Error::TargetMissing { .. }), "{error}");
}

#[test]
fn of_a_reparametrised_parameter_the_raw_numbers_cost() {
    let device = flex().autodiff();
    let config = ActivationConfig::new("a*x | a = 0.5, in [0, 2]").reparametrised();
    let module = config.init(&device).unwrap();
    let cost = vector(Penalty::l2(1.0).added_to(Tensor::zeros([1], &device), &module))[0];
    // 0.5 = 2*sigmoid(raw).
    assert_near(cost, 3.0_f64.ln().powi(2), 1e-6, 0.0, "the square of the raw number");
}
