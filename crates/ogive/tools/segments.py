#!/usr/bin/env python3
"""Writes src/hot/segments/tables.rs: functions by segments. Needs mpmath.

    python3 tools/segments.py > src/hot/segments/tables.rs

A function of t = |x| is cut into 32 segments. Around a segment's point it is `a + b*d`, which two f32
hold, and a rest that is a few percent of it at most, as a polynomial: also near a root, which is the
point of its segment, where `a` is 0. Shifts are chosen such that the root is about in the middle of its
segment; the worst error over all segments decided.
"""

import mpmath as mp
from tables import f32

mp.mp.prec = 120
DEGREE = 6


def logistic(z):
    return 1 / (1 + mp.exp(-z))


def gelu(t):
    return mp.erfc(t / mp.sqrt(2)) / 2 - t * mp.exp(-t * t / 2) / mp.sqrt(2 * mp.pi)


def gated(t, z, slope):
    """The slope of x*logistic(z(x)) at -t, from z(t) and its slope."""
    tail = logistic(-z)
    return tail * (1 - t * slope * (1 - tail))


def gelu_tanh(t):
    root, cube = 2 * mp.sqrt(2 / mp.pi), mp.mpf("0.044715")
    return gated(t, root * (t + cube * t**3), root * (1 + 3 * cube * t**2))


def silu(t):
    return gated(t, t, 1)


def quick_gelu(t):
    factor = mp.mpf("1.702")
    return gated(t, factor * t, factor)


def softplus(t):
    return mp.log1p(mp.exp(-t))


# name, function, where its root is near, last t, shift; derivatives and softplus are those at -t
FUNCTIONS = [
    ("GELU", gelu, 0.75, 6.2, 6.4),
    ("GELU_TANH", gelu_tanh, 0.75, 5.7, 4.5),
    ("SILU", silu, 1.28, 14.0, -44.0),
    ("QUICK_GELU", quick_gelu, 0.75, 8.5, -25.0),
    ("SOFTPLUS", softplus, None, 16.0, -100.0),
]


def is_steady(function, point, low, high):
    """Whether the line is no less than half of the value at the point: what f32 rounds off is exact then."""
    value, slope = function(point), mp.diff(function, point)
    return all(abs(value + slope * (end - point)) >= 0.52 * abs(value) for end in (low, high))


def rest_of(function, point, low, high):
    """The polynomial q that makes the largest error of q(d)*d**2, as a share of the function, small: least
    squares, whose weights grow where the error is large (Lawson 1961)."""
    value, slope = function(point), mp.diff(function, point)
    middle, half = (low + high) / 2 - point, (high - low) / 2
    places = [middle + half * mp.cos(mp.pi * (2 * i + 1) / 80) for i in range(40)]
    places = [d for d in places if abs(d) > 1e-6]
    wanted = [(function(point + d) - value - slope * d) / d**2 for d in places]
    shares = [d**2 / abs(function(point + d)) for d in places]
    weights = [mp.mpf(1)] * len(places)
    best = None
    for _ in range(25):
        count = DEGREE - 1
        matrix, right = mp.matrix(count, count), mp.matrix(count, 1)
        for d, want, share, weight in zip(places, wanted, shares, weights):
            for i in range(count):
                right[i] += weight * share**2 * want * d**i
                for j in range(count):
                    matrix[i, j] += weight * share**2 * d ** (i + j)
        found = list(mp.lu_solve(matrix, right))
        errors = [
            share * abs(sum(c * d**i for i, c in enumerate(found)) - want)
            for d, want, share in zip(places, wanted, shares)
        ]
        if best is None or max(errors) < best[0]:
            best = max(errors), found
        weights = [w * (e / max(errors) + mp.mpf("1e-3")) for w, e in zip(weights, errors)]
    return best[1]


def segments(function, near, end, shift):
    # The last segment ends a little before the next would begin.
    scale = mp.mpf(f32(mp.mpf("31.4") / (end * (end + shift))))

    def place(v):
        if v <= 0:
            return mp.mpf(0)
        root = mp.sqrt(max(mp.mpf(shift) ** 2 + 4 * v / scale, 0))
        return (-shift + (root if shift > 0 else -root)) / 2

    root = mp.findroot(function, near) if near else None
    rows = [[0.0] * 32 for _ in range(DEGREE + 4)]
    for i in range(32):
        low, high = place(i - mp.mpf("0.5")), place(i + mp.mpf("0.5")) if i < 31 else mp.mpf(end)
        edge = (high - low) * mp.mpf("1e-4")
        has_root = root is not None and low <= root <= high
        middle = root if has_root else (low + high) / 2 if i > 0 else high / 2
        point = mp.mpf(f32(middle))
        while not has_root and not is_steady(function, point, low, high):
            nearer = min(low, high, key=lambda end: abs(function(end)))
            point = mp.mpf(f32(point + (nearer - point) / 10))
        value, slope = function(point), mp.diff(function, point)
        a, b = mp.mpf(0 if has_root else f32(value)), mp.mpf(f32(slope))
        rest = rest_of(function, point, low - edge, high + edge)
        for row, number in zip(rows, [point, a, b, value - a, slope - b] + rest):
            row[i] = f32(number)
    return float(scale), rows


def main():
    print("//! Functions by segments; written by `tools/segments.py`.")
    print()
    print('#![allow(clippy::excessive_precision, reason = "digits as they were computed")]')
    print()
    print("use super::Segments;")
    for name, function, near, end, shift in FUNCTIONS:
        scale, rows = segments(function, near, end, shift)
        print()
        print("#[rustfmt::skip]")
        print(f"pub(in crate::hot) static {name}: Segments = Segments {{")
        print(f"    end: {end!r}, shift: {shift!r}, scale: {scale!r},")
        print("    rows: [")
        for row in rows:
            print("        [")
            for start in range(0, 32, 4):
                print("            " + " ".join(f"{value!r}," for value in row[start : start + 4]))
            print("        ],")
        print("    ],")
        print("};")


if __name__ == "__main__":
    main()
