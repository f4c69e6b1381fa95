#!/usr/bin/env python3
"""Writes src/pairs/tables.rs: the tables of the functions on pairs of f32. Needs mpmath.

    python3 tools/pairs.py > src/pairs/tables.rs
"""

import struct

import mpmath as mp

mp.mp.prec = 300


def f32(value):
    return struct.unpack("f", struct.pack("f", float(value)))[0]


def fit(function, low, high, degree):
    """The polynomial through Chebyshev's points, constant first."""
    count = degree + 1
    points = [
        (low + high) / 2 + (high - low) / 2 * mp.cos(mp.pi * (2 * i + 1) / (2 * count))
        for i in range(count)
    ]
    matrix = mp.matrix(count, count)
    for i, point in enumerate(points):
        for j in range(count):
            matrix[i, j] = point**j
    return [f32(c) for c in mp.lu_solve(matrix, mp.matrix([function(point) for point in points]))]


def constant(name, doc, value):
    print(f"/// {doc}")
    print(f"pub(super) const {name}: f32 = {f32(value)!r};")


def row(name, doc, values):
    print(f"/// {doc}")
    print("#[rustfmt::skip]")
    print(f"pub(super) static {name}: [f32; {len(values)}] = [")
    for start in range(0, len(values), 4):
        print("    " + " ".join(f"{f32(value)!r}," for value in values[start : start + 4]))
    print("];")


def coefficients(name, doc, values):
    print(f"/// {doc}")
    listed = ", ".join(f"{value!r}" for value in values)
    print(f"pub(super) const {name}: [f32; {len(values)}] = [{listed}];")


ln2 = mp.log(2)
step = ln2 / 32
print("//! Tables of the functions on pairs; written by `tools/pairs.py`.")
print()
print('#![allow(clippy::excessive_precision, reason = "digits as they were computed")]')
print('#![allow(clippy::approx_constant, reason = "entries that happen to be known numbers")]')
print()
high = f32(step)
constant("LN2_32_HIGH", "ln 2 / 32, as near as f32 comes; the product with a whole number is exact where it is used.", high)
constant("LN2_32_LOW", "What that lacks.", step - mp.mpf(high))
powers = [mp.mpf(2) ** (mp.mpf(j) / 32) for j in range(32)]
row("POWERS", "2^(j/32).", powers)
row("POWERS_REST", "What rounding took from each, as a share of it.", [(p - f32(p)) / f32(p) for p in powers])
reach = step / 2
coefficients("EXP", "expm1(r) = r + r²·E(r) on |r| ≤ ln2/64.", fit(lambda r: (mp.expm1(r) - r) / r**2 if abs(r) > 1e-20 else mp.mpf(1) / 2, -reach, reach, 2))
coefficients("EXP_FINE", "expm1(r) = r + r²/2 + r³·E(r) there.", fit(lambda r: (mp.expm1(r) - r - r * r / 2) / r**3 if abs(r) > 1e-20 else mp.mpf(1) / 6, -reach, reach, 2))
inverses = [f32(mp.nint(mp.mpf(2) ** 12 / (1 + mp.mpf(j) / 32)) / 2**12) for j in range(32)]
row("INVERSES", "1/(1 + j/32) in twelve bits.", inverses)
logs = [-mp.log(mp.mpf(c)) for c in inverses]
row("LOGS", "Minus the logarithm of each.", logs)
row("LOGS_REST", "What that lacks.", [value - f32(value) for value in logs])
reach = mp.mpf(1) / 60
coefficients("LOG", "log(1 + f) = f - f²/2 + f³·L(f) on |f| ≤ 1/60.", fit(lambda f: (mp.log1p(f) - f + f * f / 2) / f**3 if abs(f) > 1e-20 else mp.mpf(1) / 3, -reach, reach, 3))
