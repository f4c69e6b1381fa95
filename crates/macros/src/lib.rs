//! The macro of [Ogive](https://docs.rs/ogive) that reads a formula when the crate that holds it is
//! compiled. Use it as `ogive::activation!`.

use proc_macro::TokenStream;
use quote::quote;
use syn::{LitStr, parse_macro_input};

/// An `ogive::Activation` from the name of a catalogue entry or from a formula, given as a string
/// literal.
///
/// A mistake in the formula is an error of the compiler, at the literal, with the place in the
/// formula and what mends it. The value is made anew wherever the expression is evaluated, which
/// compiles the formula: keep it, as in a `static` of `LazyLock`. The crate `ogive` must be a
/// dependency under that name.
#[proc_macro]
pub fn activation(input: TokenStream) -> TokenStream {
    let text = parse_macro_input!(input as LitStr);
    match ogive_catalog::formula(&text.value()) {
        Ok(_) => quote! {
            ::ogive::Activation::new(#text)
                .expect("the same formula was read when this crate was compiled")
        },
        Err(error) => syn::Error::new(text.span(), error).to_compile_error(),
    }
    .into()
}
