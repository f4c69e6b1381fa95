#!/usr/bin/env python3
"""Coefficients of crates/ogive/src/math.rs, by Chebyshev interpolation in 60 digits.

    pip install mpmath && python3 crates/ogive/tools/coefficients.py

Prints each table as Rust, with the largest error of the polynomial as f64 coefficients hold it.
"""
from mpmath import mp, mpf, cos, pi, exp, erfc, sqrt, log, expm1, log1p, polyval

mp.dps = 60


def fit(f, low, high, degree):
    """Monomial coefficients (constant first) of the Chebyshev interpolant on [low, high]."""
    n = degree + 1
    nodes = [cos(pi * (2 * k + 1) / (2 * n)) for k in range(n)]
    points = [(high - low) / 2 * t + (high + low) / 2 for t in nodes]
    matrix = mp.matrix(n, n)
    values = mp.matrix(n, 1)
    for i, x in enumerate(points):
        values[i] = f(x)
        for j in range(n):
            matrix[i, j] = x ** j
    return list(mp.lu_solve(matrix, values))


def report(name, f, low, high, degree, relative=True):
    coefficients = [float(c) for c in fit(f, low, high, degree)]
    worst = mpf(0)
    for k in range(2001):
        x = low + (high - low) * k / 2000
        exact = f(x)
        error = abs(polyval([mpf(c) for c in reversed(coefficients)], x) - exact)
        worst = max(worst, error / abs(exact) if relative else error)
    print(f"// {name}: largest {'relative' if relative else 'absolute'} error 2^{float(log(worst, 2)):.1f}")
    print(f"const {name}: [f64; {len(coefficients)}] = [")
    for c in coefficients:
        print(f"    {c!r},")
    print("];")


ln2 = log(mpf(2))
half = ln2 / 32
# expm1(r) = r + r^2 * E(r) on |r| <= ln2/32
report("EXP", lambda r: (expm1(r) - r) / r ** 2 if r else mpf(1) / 2, -half, half, 5, relative=False)
# log(m) = 2s + s^3 * L(s^2), s = (m-1)/(m+1), m in [sqrt(1/2), sqrt(2)]
top = ((sqrt(mpf(2)) - 1) / (sqrt(mpf(2)) + 1)) ** 2


def logarithm(z):
    if z == 0:
        return mpf(2) / 3
    s = sqrt(z)
    return (log((1 + s) / (1 - s)) - 2 * s) / s ** 3


report("LOG", logarithm, mpf(0), top, 8)
# The upper tail of the normal distribution: Q(t) = exp(-t^2/2) * R(u) / (1 + t), u = (t-K)/(t+K)
K = mpf(4)


def tail(u):
    if u >= 1:
        return 1 / sqrt(2 * pi)
    t = K * (1 + u) / (1 - u)
    # exp(t^2/2) * erfc(t/sqrt2) / 2 * (1 + t), by continued fraction where exp would be huge
    if t < 40:
        return exp(t * t / 2) * erfc(t / sqrt(mpf(2))) / 2 * (1 + t)
    series = sum((-1) ** n * mp.fac2(2 * n - 1) / t ** (2 * n) for n in range(20))
    return series / (t * sqrt(2 * pi)) * (1 + t)


report("TAIL", tail, mpf(-1), mpf(1), 24)
for j in range(16):
    pass
print("const POWERS: [f64; 16] = [")
for j in range(16):
    print(f"    {float(mpf(2) ** (mpf(j) / 16))!r},")
print("];")
print("const POWERS_REST: [f64; 16] = [")
for j in range(16):
    power = mpf(2) ** (mpf(j) / 16)
    print(f"    {float((power - float(power)) / float(power))!r},")
print("];")
high = float(int(ln2 / 16 * 2 ** 44) / mpf(2) ** 44)
print(f"const LN2_16_HIGH: f64 = {high!r};")
print(f"const LN2_16_LOW: f64 = {float(ln2 / 16 - mpf(high))!r};")
high = float(int(ln2 * 2 ** 32) / mpf(2) ** 32)
print(f"const LN2_HIGH: f64 = {high!r};")
print(f"const LN2_LOW: f64 = {float(ln2 - mpf(high))!r};")
