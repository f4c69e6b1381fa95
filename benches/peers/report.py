"""From measurements to ratios: a peer's time divided by Ogive's, above 1 where Ogive is faster."""

import math
import statistics
import textwrap

from activations import LEARNED

PASSES = ["forward", "both"]
TITLES = {"forward": "forward", "both": "forward and backward"}


def ratios(row, time="ns"):
    """{pass: {peer: ratio}}: the median over turns, each turn being measured side by side. `time` is
    `ns`, the median call, or `min_ns`, the fastest."""
    of = lambda turn, peer, one: turn[peer][one][time] / turn["ogive"][one][time]
    return {
        one: {
            peer: statistics.median(of(turn, peer, one) for turn in row["turns"])
            for peer in row["turns"][0]
            if peer != "ogive"
        }
        for one in PASSES
    }


def mean(values):
    return math.exp(statistics.fmean(math.log(value) for value in values))


def lines_of(rows):
    """Label and ratios of each row, then the geometric means."""
    found = [(row["label"], ratios(row)) for row in rows]
    return found + means("geometric mean", found) + fastest(rows)


def means(label, found):
    """Of all rows, and of those with learned parameters."""
    learned = [one for one in found if one[0] in LEARNED]
    of = lambda members: {
        one: {peer: mean(values[one][peer] for _, values in members) for peer in peers}
        for one, peers in members[0][1].items()
    }
    groups = [(label, found), ("  of the learned", learned)]
    return [(label, of(members)) for label, members in groups if members]


def fastest(rows):
    """The means of the fastest calls: near those of the median calls on a quiet machine."""
    return means("of the fastest calls", [(row["label"], ratios(row, "min_ns")) for row in rows])


def table(rows):
    """For a terminal: 80 columns."""
    peers = list(rows[0]["turns"][0])[1:]
    group = " ".join(f"{peer:>8}" for peer in peers)
    width = len(group)
    lines = [
        f"{'':<20} {TITLES['forward']:^{width}}   {TITLES['both']:^{width}}".rstrip(),
        f"{'name':<20} {group}   {group}",
        "-" * (20 + 1 + width + 3 + width),
    ]
    for label, values in lines_of(rows):
        cells = [" ".join(f"{values[one][peer]:>8.2f}" for peer in peers) for one in PASSES]
        if label in ("geometric mean", "of the fastest calls"):
            lines.append("")
        lines.append(f"{label:<20} {cells[0]}   {cells[1]}")
    return "\n".join(lines)


def markdown(rows):
    peers = list(rows[0]["turns"][0])[1:]
    heads = [f"{peer}, {TITLES[one]}" for one in PASSES for peer in peers]
    lines = ["| activation | " + " | ".join(heads) + " |", "|---|" + "---:|" * len(heads)]
    for label, values in lines_of(rows):
        cells = [f"{values[one][peer]:.2f}" for one in PASSES for peer in peers]
        lines.append(f"| {label.strip()} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def slower(rows, shown=15):
    """Where a peer is faster than Ogive, the worst first."""
    found = sorted(
        (ratio, row["label"], peer, TITLES[one])
        for row in rows
        for one, values in ratios(row).items()
        for peer, ratio in values.items()
        if ratio < 1
    )
    lines = [f"  {label:<20} {ratio:>5.2f}  {peer}, {one}" for ratio, label, peer, one in found[:shown]]
    if len(found) > shown:
        near = sum(ratio >= 0.9 for ratio, *_ in found[shown:])
        lines.append(f"  and {len(found) - shown} more, {near} of them at 0.90 or above")
    return lines or ["  nowhere"]


def noise(rows):
    """How much slower the median copy was than the fastest: 1.0 on a machine that is all ours."""
    turns = [turn["ogive"] for row in rows for turn in row["turns"]]
    return statistics.median(turn["copy"]["ns"] / turn["copy"]["min_ns"] for turn in turns)


def notes(rows):
    without = ", ".join(row["label"] for row in rows if not row["out"])
    text = f"Forward of eager writes to a given output (`out=`), which these do not have: {without}."
    return textwrap.fill(text, 100)
