//! Gains for initialisation, against published or independently computed numbers.

use ogive::{Activation, gain};

#[test]
fn gains_are_those_of_the_table() {
    for (name, wanted) in [
        ("relu", 1.4142),
        ("leaky_relu", 1.4141),
        ("prelu", 1.3720),
        ("gelu", 1.5335),
        ("silu", 1.6765),
        ("mish", 1.4868),
        ("hard_swish", 1.7367),
        ("elu", 1.2452),
        ("selu", 1.0000),
        ("softplus", 1.0419),
        ("softsign", 2.3375),
        ("tanh", 1.5925),
        ("sigmoid", 1.8462),
        ("relu_squared", 0.8165),
        ("xielu", 0.7591),
        ("dice", 1.6765),
    ] {
        let found = gain(Activation::new(name).unwrap().formula()).unwrap();
        assert!((found - wanted).abs() < 1.5e-4, "{name}: {found}, expected {wanted}");
    }
    assert_eq!(gain(Activation::new("0*x").unwrap().formula()), None);
}
