//! `activation!` makes of a formula what reading it makes.

use std::sync::LazyLock;

use ogive::Activation;

static SWISH: LazyLock<Activation> =
    LazyLock::new(|| ogive::activation!("x*sigmoid(beta*x) | beta = 1.5 per channel"));

#[test]
fn a_good_formula_is_the_activation_that_reading_it_gives() {
    for (made, text) in [
        (SWISH.clone(), "x*sigmoid(beta*x) | beta = 1.5 per channel"),
        (ogive::activation!("gelu"), "gelu"),
        (ogive::activation!("x*elu(x, alpha=0.5)"), "x*elu(x, alpha=0.5)"),
        (ogive::activation!(r"\frac{x}{1 + e^{-x}}"), r"\frac{x}{1 + e^{-x}}"),
    ] {
        let read = Activation::new(text).expect("the text is a formula");
        assert_eq!(made.name(), read.name());
        assert_eq!(made.formula().text(), read.formula().text());
        assert_eq!(made.initial_parameters(), read.initial_parameters());
    }
}
