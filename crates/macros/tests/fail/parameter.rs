fn main() {
    let _ = ogive_macros::activation!("β*x/(1 + |x|) | γ = 1");
}
