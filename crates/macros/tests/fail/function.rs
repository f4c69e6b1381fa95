fn main() {
    let _ = ogive_macros::activation!("x*tahn(x)");
}
