#!/usr/bin/env python3
"""Coefficients of crates/ogive/src/math.rs and math/*.rs, by interpolation in 60 digits or more.

    pip install mpmath && python3 crates/ogive/tools/coefficients.py

Prints each table as Rust, with the largest error of the polynomial as f64 coefficients hold it.
"""
import struct

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
# expm1(a) - a = a^2 * E(a) on |a| <= 1
report(
    "EXPM1_REST",
    lambda a: sum(a**k / mp.factorial(k + 2) for k in range(40)),
    mpf(-1),
    mpf(1),
    13,
)
# x - tanh(x) = x^3 * T(x^2) on |x| <= 1; its first coefficient in two parts
def tangent_rest(z):
    if z < mpf(10) ** -12:
        return mpf(1) / 3 - 2 * z / 15
    return (sqrt(z) - mp.tanh(sqrt(z))) / sqrt(z) ** 3


report("TANH_REST", tangent_rest, mpf(0), mpf(1), 15)
print(f"const THIRD: [f64; 2] = [{1 / 3!r}, {float(mpf(1) / 3 - mpf(1 / 3))!r}];")
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
first = fit(tail, mpf(-1), mpf(1), 24)[0]
density = 1 / sqrt(2 * pi)
print(f"const TAIL_REST: f64 = {float(first - float(first))!r};")
print(f"const DENSITY: [f64; 2] = [{float(density)!r}, {float(density - float(density))!r}];")
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

# The tables of src/math/*.rs, whose weights differ within an interval: by Remez's exchange.


def remez(f, low, high, degree, weight=lambda x: mpf(1)):
    """Coefficients (constant first) of the polynomial whose largest weighted error is the least."""
    count = degree + 2
    steps = 40 * count
    grid = [(low + high) / 2 - (high - low) / 2 * cos(pi * k / steps) for k in range(steps + 1)]
    points = [(x, f(x), weight(x)) for x in grid]
    picks = [points[steps * i // (count - 1)] for i in range(count)]
    for _ in range(12):
        matrix, values = mp.matrix(count, count), mp.matrix(count, 1)
        for row, (x, y, w) in enumerate(picks):
            for power in range(degree + 1):
                matrix[row, power] = x ** power
            matrix[row, degree + 1] = (-1) ** row / w
            values[row] = y
        solution = list(mp.lu_solve(matrix, values))
        coefficients, level = solution[:-1], abs(solution[-1])
        errors = [w * (polyval(coefficients[::-1], x) - y) for x, y, w in points]
        # The largest error of each stretch of one sign.
        peaks = []
        for i, error in enumerate(errors):
            if not peaks or (errors[peaks[-1]] > 0) != (error > 0):
                peaks.append(i)
            elif abs(error) > abs(errors[peaks[-1]]):
                peaks[-1] = i
        while len(peaks) > count:
            peaks.pop(0 if abs(errors[peaks[0]]) < abs(errors[peaks[-1]]) else -1)
        if len(peaks) < count or max(map(abs, errors)) < level * mpf("1.01"):
            break
        picks = [points[i] for i in peaks]
    return coefficients


def table(name, values):
    print(f"const {name}: [f64; {len(values)}] = [")
    for value in values:
        print(f"    {value!r},")
    print("];")


def best(name, f, low, high, degree, weight=lambda x: mpf(1)):
    low, high = mpf(low), mpf(high)
    coefficients = [float(c) for c in remez(f, low, high, degree, weight)]
    worst = mpf(0)
    for k in range(2001):
        x = low + (high - low) * k / 2000
        value = polyval([mpf(c) for c in reversed(coefficients)], x)
        worst = max(worst, abs(value - f(x)) * weight(x))
    print(f"// {name}: largest error of the result 2^{float(log(worst, 2)):.1f}")
    table(name, coefficients)


def split(name, value):
    """A constant in three parts whose sum is right to three times 53 binary digits."""
    for place in range(3):
        part = float(value)
        print(f"const {name}_{place + 1}: f64 = {part!r};")
        value -= mpf(part)


mp.dps = 80
# math/trigonometric.rs; the least z stands for 0, where the weight is none.
least = mpf("1e-4")
split("HALF_PI", pi / 2)
edge = (pi / 4) ** 2 * mpf("1.001")
best("SIN", lambda z: (mp.sin(sqrt(z)) / sqrt(z) - 1) / z, least, edge, 5, lambda z: z)
best("COS", lambda z: (cos(sqrt(z)) - 1 + z / 2) / z ** 2, least, edge, 5, lambda z: z * z)
# math/arctangent.rs
middle = mpf(1) / 2
arc = lambda z: (mp.atan(sqrt(z)) / sqrt(z) - 1) / z
best("ATAN", lambda w: arc(w + middle), least - middle, middle, 19, lambda w: w + middle)
# math/hyperbolic.rs
best("SINH", lambda z: (mp.sinh(sqrt(z)) / sqrt(z) - 1) / z, least, 1, 6, lambda z: z)
# math/error.rs
even = lambda z: mp.erf(sqrt(z)) / sqrt(z) - 1 if z > 0 else 2 / sqrt(pi) - 1
best("ERF", lambda w: even(w + middle), -middle, middle, 11)
best("ERF_FAR", lambda s: -log(erfc(1 + s)), 0, "4.95", 17, lambda s: erfc(1 + s))


def scaled_erfc(u):
    t = 4 * (1 + u) / (1 - u)
    return exp(t * t) * erfc(t) * (t * 3 + mpf(3) / 2) / 2


best("ERFC", scaled_erfc, "-0.67", "0.75", 20, lambda u: 1 / scaled_erfc(u))
# math/power.rs: log(1+r) = r - r^2/2 + r^3 * P(r) on sixteenths of a power of two, counted by bits.


def beyond_square(r):
    if abs(r) < mpf(10) ** -15:
        return mpf(1) / 3 - r / 4
    return (log1p(r) - r + r * r / 2) / r ** 3


best("LOG1P", beyond_square, "-0.0301", "0.0301", 8, lambda r: max(abs(r), mpf("1e-3")) ** 3)
first, step = 0x3FE6_5555_0000_0000, 1 << 48


def of_bits(bits):
    return mpf(struct.unpack("<d", struct.pack("<Q", bits))[0])


inverses, highs, lows = [], [], []
for j in range(16):
    left, right = of_bits(first + j * step), of_bits(first + (j + 1) * step)
    inverse = 1.0 if left < 1 < right else float(2 / (left + right))
    exact = -log(mpf(inverse))
    high = float(mp.nint(exact * 2 ** 32) / mpf(2) ** 32)
    inverses, highs, lows = inverses + [inverse], highs + [high], lows + [float(exact - mpf(high))]
    reach = max(abs(left * inverse - 1), abs(right * inverse - 1))
    assert reach < mpf("0.0301"), (j, reach)
table("INVERSE", inverses)
table("LOG_HIGH", highs)
table("LOG_LOW", lows)
