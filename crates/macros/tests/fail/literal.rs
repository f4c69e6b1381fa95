fn main() {
    let _ = ogive_macros::activation!(x * 2);
}
