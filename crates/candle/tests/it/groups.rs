//! Parameters of activations in groups of their own, and penalties on them.

use candle_core::{DType, Device, Tensor, Var};
use candle_nn::{AdamW, Optimizer, ParamsAdamW, VarBuilder, VarMap, linear};
use ogive_candle::{Dice, Error, MetaAconConfig, Penalty, Prelu, decay_groups};

use crate::support::{message, variable, vector};

#[test]
fn decay_stays_off_what_activations_learn() {
    let variables = VarMap::new();
    let vb = VarBuilder::from_varmap(&variables, DType::F32, &Device::Cpu);
    let _ = linear(2, 3, vb.pp("first")).unwrap();
    let prelu = Prelu::new().with_channels(3).init(vb.pp("prelu")).unwrap();
    let dice = Dice::new().with_channels(3).with_alpha(0.5).init(vb.pp("dice")).unwrap();
    let names = |group: &[Var]| names(&variables, group);
    let groups = decay_groups(&variables, [&prelu, &dice]);
    assert_eq!(names(&groups.activations), ["dice.alpha", "prelu.alpha"]);
    let others = names(&groups.others);
    assert_eq!(others, ["first.bias", "first.weight"]);

    // With gradients of 0 all that moves is what decays.
    let of = |weight_decay| ParamsAdamW { lr: 0.1, weight_decay, ..Default::default() };
    let [mut slopes, mut weights]: [AdamW; 2] = groups.optimizers(of(0.0), of(0.5)).unwrap();
    let zero = |name: &str| {
        let of = variable(&variables, name);
        (of.zeros_like().unwrap() * of.as_tensor()).unwrap().sum_all().unwrap()
    };
    let loss = (zero("first.weight") + zero("prelu.alpha")).unwrap();
    let before = vector(&variable(&variables, "first.weight"));
    let gradients = loss.backward().unwrap();
    slopes.step(&gradients).unwrap();
    weights.step(&gradients).unwrap();
    assert_eq!(vector(&variable(&variables, "prelu.alpha")), [0.25; 3]);
    assert_ne!(vector(&variable(&variables, "first.weight")), before);
}

#[test]
fn decay_stays_off_the_slopes_of_meta_acon_but_not_off_its_layers() {
    let variables = VarMap::new();
    let vb = VarBuilder::from_varmap(&variables, DType::F32, &Device::Cpu);
    let prelu = Prelu::new().with_channels(3).init(vb.pp("prelu")).unwrap();
    let layer = MetaAconConfig::new(3).init(vb.pp("meta_acon")).unwrap();
    let groups = decay_groups(&variables, [&prelu]);
    let all = groups.others.len();
    let groups = groups.with_slopes_of(&layer);
    let learned = ["prelu.alpha", "meta_acon.p_1", "meta_acon.p_2"];
    assert_eq!(names(&variables, &groups.activations), learned);
    assert_eq!(groups.others.len(), all - 2);
    assert!(names(&variables, &groups.others).contains(&"meta_acon.inward.weight".to_owned()));
}

/// What the variables are called in the map.
fn names(variables: &VarMap, group: &[Var]) -> Vec<String> {
    let all = variables.data().lock().unwrap();
    let name = |of: &Var| all.iter().find(|(_, known)| known.id() == of.id()).unwrap().0.clone();
    group.iter().map(name).collect()
}

#[test]
fn penalties_draw_to_zero_or_to_the_start() {
    let variables = VarMap::new();
    let vb = VarBuilder::from_varmap(&variables, DType::F32, &Device::Cpu);
    let prelu = Prelu::new().with_channels(2).init(vb.pp("prelu")).unwrap();
    let loss = Tensor::new(1.0f32, &Device::Cpu).unwrap();
    let added = |penalty: &Penalty| {
        let sum = penalty.added_to(&loss, [&prelu]).unwrap();
        let alpha = variable(&variables, "prelu.alpha");
        let slope = vector(sum.backward().unwrap().get(&alpha).unwrap());
        (vector(&sum)[0], slope)
    };
    assert_eq!(added(&Penalty::l1(2.0)), (2.0, vec![2.0; 2]));
    assert_eq!(added(&Penalty::l2(2.0).and_l1(1.0)), (1.75, vec![2.0; 2]));
    // Where it costs nothing it draws nowhere.
    let towards = Penalty::l1(1.0).and_l2(1.0).towards([&prelu]).unwrap();
    assert_eq!(added(&towards), (1.0, vec![0.0; 2]));
    let moved = Tensor::new(&[0.5f32, 0.125], &Device::Cpu).unwrap();
    prelu.set_values("alpha", &moved).unwrap();
    assert_eq!(added(&towards), (1.453_125, vec![1.5, -1.25]));
    // A weight of 0 asks for no square, which may overflow.
    prelu.set_values("alpha", &Tensor::new(&[1e30f32, -1.0], &Device::Cpu).unwrap()).unwrap();
    assert_eq!(added(&Penalty::l1(1.0)).1, [1.0, -1.0]);

    let halves = loss.to_dtype(DType::BF16).unwrap();
    assert_eq!(towards.added_to(&halves, [&prelu]).unwrap().dtype(), DType::BF16);
    let other = Prelu::new().with_channels(2).init(vb.pp("other")).unwrap();
    let said = message(&towards.added_to(&loss, [&other]).unwrap_err());
    assert_eq!(said, Error::Target { parameter: "alpha".to_owned() }.to_string());
}
