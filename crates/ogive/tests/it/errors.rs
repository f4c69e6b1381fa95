//! Bad input gives an error that says what, where and how to mend it.

use ogive::{Activation, Call, Layout, Statistics};

fn message<T>(result: Result<T, ogive::Error>) -> String {
    result.err().expect("this is an error").to_string()
}

#[test]
fn lengths_that_disagree() {
    let relu = Activation::new("relu").unwrap();
    let layout = Layout { outer: 2, channels: 2, inner: 1 };
    let call = Call { layout, x: &[0.0f32; 3], gate: None, parameters: &[], statistics: None };
    let text = message(relu.forward(&call, &mut [0.0; 4]));
    assert!(text.contains("`x` has 3 elements") && text.contains('4'), "{text}");
    let call = Call { x: &[0.0f32; 4], ..call };
    assert!(message(relu.forward(&call, &mut [0.0; 5])).contains("`y` has 5"));
    assert!(message(relu.backward(&call, &[0.0; 1], &mut [0.0; 4], None)).contains("`dy` has 1"));
    let huge = Layout { outer: usize::MAX, channels: 2, inner: 1 };
    assert!(
        message(relu.forward(&Call { layout: huge, ..call }, &mut [0.0; 4])).contains("memory")
    );
}

#[test]
fn parameters_gate_and_statistics_that_are_missing_or_wrong() {
    let layout = Layout { outer: 1, channels: 2, inner: 1 };
    let x = [0.0f32; 2];
    let call = Call { layout, x: &x, gate: None, parameters: &[], statistics: None };
    let run = |name: &str, call: &Call<f32>| {
        message(Activation::new(name).unwrap().forward(call, &mut [0.0; 2]))
    };
    assert!(run("prelu", &call).contains("has 1 parameters, 0 were given"));
    let three = [vec![0.0; 3]];
    let text = run("prelu", &Call { parameters: &three, ..call });
    assert!(text.contains("`alpha` has 3 values") && text.contains("2 channels"), "{text}");
    let two = [vec![0.0], vec![1e-8]];
    assert!(run("dice", &Call { parameters: &two, ..call }).contains("Statistics::of"));
    let statistics = Statistics::standard(5);
    let with = Call { parameters: &two, statistics: Some(&statistics), ..call };
    assert!(run("dice", &with).contains("of 5 channels"));
    // Of no account to a formula without any, whatever they are.
    let none = Statistics { mean: vec![], variance: vec![], of_batch: true };
    let call_with = Call { parameters: &[vec![0.5, 0.25]], statistics: Some(&none), ..call };
    let prelu = Activation::new("prelu").unwrap();
    prelu.forward(&call_with, &mut [0.0; 2]).unwrap();
    prelu.backward(&call_with, &[1.0; 2], &mut [0.0; 2], None).unwrap();
    assert!(run("x*gate", &call).contains("takes a gate"));
    assert!(run("relu", &Call { gate: Some(&x), ..call }).contains("takes no gate"));
}

#[test]
fn names_shapes_and_engines() {
    assert!(message(Activation::new("gelo")).contains("`gelu`"));
    assert!(message(Layout::of_shape(&[2, 3], 2)).contains("has 2 axes"));
    assert!(message("neon2".parse::<ogive::Engine>()).contains("`avx512`"));
    let mut relu = Activation::new("leaky_relu").unwrap();
    assert!(message(relu.set_parameter("alfa", 1.0)).contains("`alpha`"));
    assert!(relu.set_parameter("α", 0.2).is_ok());
    assert_eq!(relu.parameters()[0].initial, 0.2);
}

/// Nothing is not an error: no elements, no channels, empty rows.
#[test]
fn empty_arrays() {
    for [outer, channels, inner] in [[0, 3, 5], [4, 0, 1], [4, 0, 5], [4, 3, 0], [0, 1, 1]] {
        let layout = Layout { outer, channels, inner };
        let statistics = Statistics::of::<f32>(layout, &[]).unwrap();
        for entry in ogive::catalog::ALL.iter() {
            let activation = Activation::new(entry.name).unwrap();
            let parameters: Vec<Vec<f64>> = activation
                .initial_parameters()
                .into_iter()
                .map(|one| if channels == 0 { one } else { vec![one[0]; channels] })
                .collect();
            let call = Call {
                layout,
                x: &[0f32; 0],
                gate: activation.has_gate().then_some(&[]),
                parameters: &parameters,
                statistics: Some(&statistics),
            };
            activation.forward(&call, &mut []).unwrap();
            let sums = activation.backward(&call, &[], &mut [], None).unwrap();
            assert!(sums.iter().flatten().all(|sum| *sum == 0.0), "{}", entry.name);
        }
    }
}
