//! What a call gives decides its results, whatever the call before it gave.

use ogive::{Activation, Call, Element, Layout, Statistics};

/// y, dx and the gradients of the parameters, as bits.
fn results<T: Element>(
    activation: &Activation,
    layout: Layout,
    x: &[T],
    parameters: &[Vec<f64>],
    statistics: Option<&Statistics>,
) -> (Vec<u64>, Vec<u64>, Vec<Vec<f64>>) {
    let call = Call { layout, x, gate: None, parameters, statistics };
    let [mut y, mut dx] = [vec![T::default(); x.len()], vec![T::default(); x.len()]];
    activation.forward(&call, &mut y).unwrap();
    let gradients = activation.backward(&call, x, &mut dx, None).unwrap();
    let bits = |values: Vec<T>| values.into_iter().map(|v| v.to_f64().to_bits()).collect();
    (bits(y), bits(dx), gradients)
}

#[test]
fn a_call_does_not_depend_on_the_one_before_it() {
    let layout = Layout { outer: 25, channels: 4, inner: 1 };
    let singles: Vec<f32> = (0..100).map(|i| (i as f32 * 0.37).sin() * 3.0).collect();
    let doubles: Vec<f64> = singles.iter().map(|value| f64::from(*value)).collect();
    let of_batch = Statistics::of(layout, &singles).unwrap();
    let running = Statistics { mean: vec![0.5; 4], variance: vec![2.0; 4], of_batch: false };
    for name in ["prelu", "swish", "squareplus", "elu", "dice", "sin(a*x)/a | a = 1"] {
        let kept = Activation::new(name).unwrap();
        let mut given: Vec<Vec<Vec<f64>>> = vec![kept.initial_parameters()];
        // Another value, one for each channel, a zero of either sign, NaN, and the first again.
        for values in [vec![0.75], vec![0.1, 0.2, 0.3, 0.4], vec![0.0], vec![-0.0], vec![f64::NAN]]
        {
            let mut parameters = kept.initial_parameters();
            parameters[0] = values;
            given.push(parameters);
        }
        given.push(kept.initial_parameters());
        for parameters in &given {
            for statistics in [&of_batch, &running] {
                let statistics = kept.has_statistics().then_some(statistics);
                for _ in 0..2 {
                    assert_as_fresh(&kept, layout, &singles, parameters, statistics);
                    assert_as_fresh(&kept, layout, &doubles, parameters, statistics);
                }
            }
        }
    }
}

/// The results are those of an activation that nobody has called before.
fn assert_as_fresh<T: Element>(
    kept: &Activation,
    layout: Layout,
    x: &[T],
    parameters: &[Vec<f64>],
    statistics: Option<&Statistics>,
) {
    let fresh = Activation::new(kept.name()).unwrap();
    let [found, wanted] = [kept, &fresh].map(|it| results(it, layout, x, parameters, statistics));
    let name = kept.name();
    assert_eq!(format!("{found:?}"), format!("{wanted:?}"), "{name} {parameters:?}");
}

#[test]
fn threads_with_parameters_of_their_own_share_an_activation() {
    let layout = Layout::flat(100);
    let x: Vec<f32> = (0..100).map(|i| i as f32 - 50.0).collect();
    let activation = Activation::new("prelu").unwrap();
    let run = |slope: f64| {
        for _ in 0..2000 {
            let (y, ..) = results(&activation, layout, &x, &[vec![slope]], None);
            assert_eq!(f64::from_bits(y[0]), slope * -50.0);
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(|| run(0.5));
        scope.spawn(|| run(0.25));
    });
}
