#!/usr/bin/env python3
"""Ogive beside PyTorch (eager and compiled) and JAX on this machine's processor, in one run.

All take turns: ogive, eager, compile, jax, ogive … for one activation after the other. README.md says
what is measured and how."""

import argparse
import datetime
import json
import os
import platform
import subprocess
import sys
from pathlib import Path

import agreement
import report
from activations import ACTIVATIONS, PEERS, SETTINGS
from processes import ROOT, Ogive, Peer


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("activations", nargs="*", help="labels of activations.py; default: all")
    parser.add_argument("--peers", default=",".join(PEERS), help="default: %(default)s")
    parser.add_argument("--settings", default="0,1,2,3", help="tables: numbers of activations.py's")
    parser.add_argument("--turns", type=int, default=2, help="default: %(default)s")
    parser.add_argument("--seconds", type=float, help="of each pass in a turn; default by size")
    parser.add_argument("--ogive", type=Path, help="the program; by default cargo builds it")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all measurements")
    parser.add_argument("--markdown", action="store_true", help="print tables for a page")
    parser.add_argument("--record", type=Path, metavar="FILE", help="write the record")
    given = parser.parse_args()
    given.peers = given.peers.split(",")
    labels = [activation.label for activation in ACTIVATIONS]
    for wrong in [name for name in given.activations if name not in labels]:
        parser.error(f"there is no row `{wrong}`; expected one of: {', '.join(labels)}")
    for wrong in [name for name in given.peers if name not in PEERS]:
        parser.error(f"--peers: there is no `{wrong}`; expected some of: {','.join(PEERS)}")
    try:
        given.settings = [SETTINGS[int(place)] for place in given.settings.split(",")]
    except (ValueError, IndexError):
        parser.error(f"--settings {given.settings}: expected numbers from 0 to {len(SETTINGS) - 1}")
    if given.turns < 1:
        parser.error(f"--turns {given.turns}: expected 1 or more")
    wanted = given.activations or labels
    given.activations = [one for one in ACTIVATIONS if one.label in wanted]
    return given


def say(text):
    print(text, file=sys.stderr, flush=True)


def row(ogive, peers, activation, setting, turns, seconds):
    """All turns of one activation."""
    of = {
        "name": activation.ogive,
        "shape": activation.shape(setting.size),
        "channels": activation.channels,
        "fresh": setting.fresh,
    }
    prepared = {peer.name: peer.ask("prepare", of=of) for peer in peers}
    found = []
    for _ in range(turns):
        # Three passes: the copy, forward, backward.
        ours = ogive.bench(activation, setting, 3 * seconds)
        of = lambda *passes: {
            time: sum(ours[f"{one}_{time}"] for one in passes) for time in ("ns", "min_ns")
        }
        turn = {
            "ogive": {
                "forward": of("forward"),
                "both": of("forward", "backward"),
                "copy": of("copy"),
            }
        }
        for peer in peers:
            turn[peer.name] = peer.ask("measure", seconds=seconds)
        found.append(turn)
    out = prepared.get("eager", {}).get("out", False)
    return {"label": activation.label, "layout": activation.layout, "out": out, "turns": found}


def measured(given, ogive, setting):
    peers = [Peer(name, setting.threads, setting.fresh) for name in given.peers]
    versions = list(dict.fromkeys(peer.ask("version")["version"] for peer in peers))
    if setting == given.settings[0]:
        wrong = agreement.check(ogive, peers, given.activations, say)
        if wrong:
            sys.exit("not the same functions, so nothing is compared:\n  " + "\n  ".join(wrong))
    seconds = given.seconds or (0.1 if setting.size < 1 << 20 else 0.4)
    rows = []
    for place, activation in enumerate(given.activations, 1):
        say(f"{setting.title}: {activation.label}, {place} of {len(given.activations)}")
        rows.append(row(ogive, peers, activation, setting, given.turns, seconds))
    for peer in peers:
        peer.close()
    return {**vars(setting), "title": setting.title, "versions": versions, "rows": rows}


def machine():
    told = subprocess.run(["lscpu"], capture_output=True, text=True).stdout.splitlines()
    model = [line.split(":", 1)[1].strip() for line in told if line.startswith("Model name")]
    return f"{(model or [platform.machine()])[0]}, {os.cpu_count()} cores"


def load():
    return "load average " + " ".join(f"{value:.2f}" for value in os.getloadavg())


def text(tables, given):
    parts = []
    for found in tables:
        rows = found["rows"]
        body = report.markdown(rows) if given.markdown else report.table(rows)
        parts.append(f"## {found['title']}\n\n{body}\n\nNoise: {report.noise(rows):.2f}")
        if not found["fresh"]:
            parts.append(report.notes(rows))
        parts.append("\n".join(["Slower than a peer:", *report.slower(rows)]))
    return "\n\n".join(parts) + "\n"


def own_tables(ogive):
    """What `ogive bench` prints of all activations, one call per table of the peers."""
    parts = []
    for setting in SETTINGS[:2]:
        arguments = ["bench", "all", "--sizes", str(setting.size), "--threads", str(setting.threads)]
        say(f"ogive {' '.join(arguments)}")
        parts.append(f"$ ogive {' '.join(arguments)}\n{ogive.run(arguments)}")
    return "\n".join(parts)


def main():
    given = arguments()
    ogive = Ogive(given.ogive)
    before = load()
    tables = []
    for setting in given.settings:
        tables.append(measured(given, ogive, setting))
        print(text(tables[-1:], given), flush=True)
        if given.json:
            kept = json.dumps({"machine": machine(), "tables": tables}, indent=1)
            given.json.write_text(kept + "\n")
    if given.record:
        own = own_tables(ogive)
        rustc = subprocess.run(["rustc", "--version"], cwd=ROOT, capture_output=True, text=True)
        python = f"Python {platform.python_version()}"
        versions = [ogive.version(), rustc.stdout.strip(), python, *tables[0]["versions"]]
        head = [
            f"# Speed beside PyTorch and JAX, {datetime.date.today()}",
            f"# command: benches/peers/peers.py {' '.join(sys.argv[1:])}",
            f"# machine: {machine()}; before: {before}; after: {load()}",
            f"# versions: {', '.join(versions)}",
            "# Ratios are a peer's time divided by Ogive's: above 1 Ogive is faster. Noise is the median",
            "# copy divided by the fastest: 1.0 on a machine that does nothing else.",
        ]
        given.record.write_text("\n".join(head) + f"\n\n{text(tables, given)}\n{own}")


if __name__ == "__main__":
    main()
