//! Parameters of activations in groups of their own, and penalties on them.

use candle_core::{DType, Device, Tensor, Var};
use candle_nn::{AdamW, Optimizer, ParamsAdamW, VarBuilder, VarMap, linear};
use ogive_candle::{Dice, Error, Penalty, Prelu, decay_groups};

use crate::support::{variable, vector};

#[test]
fn decay_stays_off_what_activations_learn() {
    let variables = VarMap::new();
    let vb = VarBuilder::from_varmap(&variables, DType::F32, &Device::Cpu);
    let _ = linear(2, 3, vb.pp("first")).unwrap();
    let prelu = Prelu::new().with_channels(3).init(vb.pp("prelu")).unwrap();
    let dice = Dice::new().with_channels(3).with_alpha(0.5).init(vb.pp("dice")).unwrap();
    let names = |group: &[Var]| {
        let all = variables.data().lock().unwrap();
        let name =
            |of: &Var| all.iter().find(|(_, known)| known.id() == of.id()).unwrap().0.clone();
        group.iter().map(name).collect::<Vec<String>>()
    };
    let groups = decay_groups(&variables, [&prelu, &dice]);
    assert_eq!(names(&groups.activations), ["dice.alpha", "prelu.alpha"]);
    let others = names(&groups.others);
    assert!(
        others.contains(&"first.weight".to_owned()) && others.contains(&"first.bias".to_owned())
    );
    assert!(!others.iter().any(|name| name.contains("running") || name.contains("alpha")));

    // With gradients of 0 all that moves is what decays.
    let of = |weight_decay| ParamsAdamW { lr: 0.1, weight_decay, ..Default::default() };
    let [mut slopes, mut weights]: [AdamW; 2] = groups.optimizers(of(0.0), of(0.5)).unwrap();
    let zero = |name: &str| (variable(&variables, name).sum_all().unwrap() * 0.0).unwrap();
    let loss = (zero("first.weight") + zero("prelu.alpha")).unwrap();
    let before = vector(&variable(&variables, "first.weight"));
    let gradients = loss.backward().unwrap();
    slopes.step(&gradients).unwrap();
    weights.step(&gradients).unwrap();
    assert_eq!(vector(&variable(&variables, "prelu.alpha")), [0.25; 3]);
    assert_ne!(vector(&variable(&variables, "first.weight")), before);
}

#[test]
fn penalties_draw_to_zero_or_to_the_start() {
    let variables = VarMap::new();
    let vb = VarBuilder::from_varmap(&variables, DType::F32, &Device::Cpu);
    let prelu = Prelu::new().with_channels(2).init(vb.pp("prelu")).unwrap();
    let term = |penalty: &Penalty| {
        let term = penalty.of([&prelu]).unwrap().unwrap();
        let alpha = variable(&variables, "prelu.alpha");
        let slope = vector(term.backward().unwrap().get(&alpha).unwrap());
        (vector(&term)[0], slope)
    };
    assert_eq!(term(&Penalty::l1(2.0)), (1.0, vec![2.0; 2]));
    assert_eq!(term(&Penalty::l2(2.0).and_l1(1.0)), (0.75, vec![2.0; 2]));
    let towards = Penalty::l2(1.0).towards([&prelu]).unwrap();
    let moved = Tensor::new(&[0.5f32, 0.25], &Device::Cpu).unwrap();
    prelu.set_values("alpha", &moved).unwrap();
    assert_eq!(term(&towards), (0.0625, vec![0.5, 0.0]));

    let other = Prelu::new().with_channels(2).init(vb.pp("other")).unwrap();
    let error = towards.of([&other]).unwrap_err();
    let candle_core::Error::Wrapped(error) = error else { panic!("{error}") };
    assert_eq!(error.to_string(), Error::Target { parameter: "alpha".to_owned() }.to_string());
}
