fn main() {
    let _ = ogive_macros::activation!("gelo");
}
