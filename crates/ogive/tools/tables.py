#!/usr/bin/env python3
"""Writes src/hot/tables.rs: the tables of the hand-tuned f32 kernels. Needs mpmath.

    python3 tools/tables.py > src/hot/tables.rs

A function is cut into segments. In each it is `c0 + d*(c1 + d*(...))` around the segment's point, with
`c0` far larger than the rest, so that one rounding decides. The points of the normal tail are chosen
such that `c0` and `c1` are almost exact in f32 (Gal 1986).
"""

import random
import struct

import mpmath as mp

mp.mp.prec = 120
random.seed(1)


def f32(value):
    return struct.unpack("f", struct.pack("f", float(value)))[0]


def of_bits(bits):
    return struct.unpack("f", struct.pack("I", bits))[0]


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
    return list(mp.lu_solve(matrix, mp.matrix([function(point) for point in points])))


def show(name, doc, rows):
    print(f"/// {doc}")
    print("#[rustfmt::skip]")
    print(f"pub(super) static {name}: [[f32; {len(rows[0])}]; {len(rows)}] = [")
    for row in rows:
        print("    [")
        for start in range(0, len(row), 4):
            print("        " + " ".join(f"{value!r}," for value in row[start : start + 4]))
        print("    ],")
    print("];")


def constant(name, doc, value):
    print(f"/// {doc}")
    print(f"pub(super) const {name}: f32 = {value!r};")


# tanh: segments of a quarter of a binade from 0.0546875 on, around their middle; the first, which
# begins at 0, is x + x*g(x).
TANH_BASE, TANH_DEGREE, TANH_LAST = 0x1EB, 6, 9.1


def tanh_segments():
    rows = [[0.0] * 32 for _ in range(TANH_DEGREE + 2)]
    for i in range(30):
        if i == 0:
            g = fit(lambda x: (mp.tanh(x) - x) / x, mp.mpf("1e-6"), mp.mpf(of_bits((TANH_BASE + 1) << 21)), TANH_DEGREE - 1)
            coefficients = [0.0, 0.0] + [f32(c) for c in g]
        else:
            low, high = of_bits((TANH_BASE + i) << 21), of_bits((TANH_BASE + i + 1) << 21)
            middle = mp.mpf(of_bits(((TANH_BASE + i) << 21) | (1 << 20)))
            high = TANH_LAST if i == 29 else high
            c = fit(lambda d: mp.tanh(middle + d), low - middle, high - middle, TANH_DEGREE)
            coefficients = [f32(c[0]), f32(c[0] - mp.mpf(f32(c[0])))] + [f32(v) for v in c[1:]]
        for row, value in zip(rows, coefficients):
            row[i] = value
    for row in rows:
        row[30] = row[31] = row[29]
    return rows


# The upper tail of the normal distribution on [0, 5.45]: 31 segments up to 4.25 that are equally long
# in v = (t + c)*t, and one more.
TAIL_END, TAIL_TURN, TAIL_SHIFT, TAIL_DEGREE = 5.45, 4.25, 1.25, 6


def tail(t):
    return mp.erfc(t / mp.sqrt(2)) / 2


def density(t):
    return mp.exp(-t * t / 2) / mp.sqrt(2 * mp.pi)


def distance(value):
    """From the nearest f32, in ulp."""
    exponent = int(mp.frexp(abs(value))[1])
    return abs(value - mp.mpf(f32(value))) / mp.ldexp(1, exponent - 24)


def good_point(low, high):
    middle, width = (low + high) / 2, (high - low) / 20
    best = None
    mp.mp.prec = 90
    for _ in range(6000):
        point = mp.mpf(f32(middle + width * (2 * random.random() - 1)))
        first = distance(tail(point))
        if first > 0.01:
            continue
        score = distance(density(point)) + 10 * first
        if best is None or score < best[0]:
            best = (score, point)
    mp.mp.prec = 120
    return best[1]


def tail_segments(scale):
    def place(v):
        return (-TAIL_SHIFT + mp.sqrt(TAIL_SHIFT**2 + 4 * v / scale)) / 2 if v > 0 else mp.mpf(0)

    rows = [[0.0] * 32 for _ in range(TAIL_DEGREE + 2)]
    for i in range(32):
        low = place(mp.mpf(i) - mp.mpf("0.5"))
        high = place(mp.mpf(i) + mp.mpf("0.5")) if i < 31 else mp.mpf(TAIL_END)
        edge = (high - low) * mp.mpf("1e-5")
        point = good_point(low, high)
        if i < 31:
            c0, c1 = mp.mpf(f32(tail(point))), mp.mpf(f32(-density(point)))
            rest = fit(
                lambda d: (tail(point + d) - tail(point) + density(point) * d) / d**2,
                max(low - edge, 0) - point,
                high + edge - point,
                TAIL_DEGREE - 2,
            )
            coefficients = [c0, c1] + rest
        else:
            coefficients = fit(lambda d: tail(point + d), low - point, high - point, TAIL_DEGREE)
        for row, value in zip(rows, [point] + coefficients):
            row[i] = f32(value)
    return rows


# (t - tanh t)/t^3 on [0, 9.1], which hardly changes in a segment: the points are those whose value is
# almost exact in f32. The segments grow to the right, as the distance to the nearest pole does.
REST_END, REST_SHIFT, REST_DEGREE = 9.1, -25.0, 5


def rest_by_cube(t):
    t = abs(t)
    return (t - mp.tanh(t)) / t**3 if t > mp.mpf("1e-8") else mp.mpf(1) / 3


def rest_segments(scale):
    def place(v):
        return (-REST_SHIFT - mp.sqrt(REST_SHIFT**2 + 4 * v / scale)) / 2 if v > 0 else mp.mpf(0)

    rows = [[0.0] * 32 for _ in range(REST_DEGREE + 2)]
    for i in range(32):
        low = place(mp.mpf(i) - mp.mpf("0.5"))
        high = place(mp.mpf(i) + mp.mpf("0.5")) if i < 31 else mp.mpf(REST_END)
        middle, width = (low + high) / 2, (high - low) / 20
        places = [mp.mpf(f32(middle + width * (2 * random.random() - 1))) for _ in range(600)]
        point = min(places, key=lambda place: distance(rest_by_cube(place)))
        c = fit(lambda d: rest_by_cube(point + d), low - point, high - point, REST_DEGREE)
        for row, value in zip(rows, [point, rest_by_cube(point)] + c[1:]):
            row[i] = f32(value)
    return rows


def main():
    print("//! Tables of the hand-tuned f32 kernels; written by `tools/tables.py`.")
    print()
    print("#![allow(clippy::excessive_precision, reason = \"digits as they were computed\")]")
    print()
    powers = [mp.mpf(2) ** (-mp.mpf(j) / 16) for j in range(16)]
    show("FALLING", "2^(-j/16), and what rounding took from it as a share of it.", [[f32(p) for p in powers], [f32(p / mp.mpf(f32(p)) - 1) for p in powers]])
    rising = [mp.mpf(2) ** (mp.mpf(j) / 16) for j in range(16)]
    show("RISING", "2^(j/16), and what rounding took from it as a share of it.", [[f32(p) for p in rising], [f32(p / mp.mpf(f32(p)) - 1) for p in rising]])
    step = mp.log(2) / 16
    constant("LN2_16_HIGH", "ln 2/16, rounded.", f32(step))
    constant("LN2_16_LOW", "ln 2/16, the rest.", f32(step - mp.mpf(f32(step))))
    constant("TANH_LAST", "From here on tanh is 1 in f32.", TANH_LAST)
    show("TANH", "tanh by segments: the value at the segment's point, its rest, then the powers of the distance.", tanh_segments())
    scale = mp.mpf(f32(mp.mpf("30.5") / (mp.mpf(TAIL_TURN) * (TAIL_TURN + TAIL_SHIFT))))
    constant("TAIL_SCALE", "The segment of t is the nearest whole number to `(t + TAIL_SHIFT)·t·TAIL_SCALE`.", float(scale))
    constant("TAIL_SHIFT", "See `TAIL_SCALE`.", TAIL_SHIFT)
    constant("TAIL_TURN", "Up to here the tail is right as a share of itself.", TAIL_TURN)
    constant("TAIL_END", "Up to here one less the tail is right.", TAIL_END)
    show("TAIL", "The upper tail of the normal distribution by segments: the segment's point, the value there, then the powers of the distance.", tail_segments(scale))
    scale = mp.mpf(f32(mp.mpf("31.4") / (REST_END * (REST_END + REST_SHIFT))))
    constant("REST_SCALE", "The segment of t is the nearest whole number to `(t + REST_SHIFT)·t·REST_SCALE`.", float(scale))
    constant("REST_SHIFT", "See `REST_SCALE`.", REST_SHIFT)
    constant("REST_END", "From here on tanh is 1 beside t.", REST_END)
    show("REST", "(t - tanh t)/t³ by segments: the segment's point, the value there, then the powers of the distance.", rest_segments(scale))

    points = [mp.pi * k / 32 for k in range(32)]
    squares = [mp.sin(p) ** 2 for p in points]
    rests = [v - mp.mpf(f32(v)) for v in squares]
    rows = [squares, rests, [mp.sin(2 * p) for p in points], [mp.cos(2 * p) for p in points]]
    # What is 0 has come out as 1e-37.
    rows = [[f32(v) if abs(v) > mp.mpf("1e-30") else 0.0 for v in row] for row in rows]
    show("SINES", "sin² p of the multiples of π/32, what rounding took from it, sin 2p and cos 2p.", rows)


if __name__ == "__main__":
    main()
