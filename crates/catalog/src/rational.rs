//! Quotients of polynomials whose coefficients the network learns.

crate::family! {
    /// A quotient of two learned polynomials of degrees 5 and 4, whose denominator 1 + |b·x + …| has no root (the
    /// padé activation unit, version B; version A has the absolute value around each term). It starts as the
    /// nearest such function to `leaky_relu` on [-3, 3], within 0.0128 of it: `cargo run -p ogive-catalog
    /// --example fit` computes the coefficients. The authors' start is another fit to the same.
    pau ["rational"] "poly(a, x)/(1 + |x*poly(b, x)|) | a = [0.01277, 0.505, 2.74396, 4.53654, 2.52381, 0.45986], b = [0, 8.98324, 0, 0.91062]", "Molina, Schramowski & Kersting 2019, arXiv:1907.06732", asking_kernels;

    /// A quotient of learned polynomials of degrees 3 and 2, which on [-1, 1] starts near `relu`. Its denominator
    /// may get roots as it is trained; `pau` has none.
    rational32 ["rational_3_2"] "poly(p, x)/poly(q, x) | p = [0.0218, 0.5, 1.5957, 1.1915], q = [1, 0, 2.383]", "Boullé, Nakatsukasa & Townsend 2020, arXiv:2004.01902", asking_kernels;
}
