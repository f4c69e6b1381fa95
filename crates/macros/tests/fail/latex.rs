fn main() {
    let _ = ogive_macros::activation!(r"\frac{x}{1 + e^{-x}");
}
