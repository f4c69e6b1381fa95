//! What the compiler says of a bad formula. What it makes of a good one is tested in `ogive`, which this
//! crate knows nothing of.

#[test]
fn a_bad_formula_is_an_error_of_the_compiler() {
    trybuild::TestCases::new().compile_fail("tests/fail/*.rs");
}
