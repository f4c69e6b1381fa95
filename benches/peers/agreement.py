"""Before anything is measured: do all compute the same?"""

import math
import random

# f32 compositions lose digits where terms cancel; that is no other function.
ABSOLUTE, RELATIVE = 1e-5, 2e-4


def check(ogive, peers, activations, say):
    """A list of what disagrees; empty if all is well."""
    generator = random.Random(1)
    x = [single(generator.gauss(0, 2)) for _ in range(2000)]
    dy = [single(generator.gauss(0, 1)) for _ in x]
    mean = math.fsum(x) / len(x)
    variance = math.fsum((value - mean) ** 2 for value in x) / len(x)
    wrong = []
    for name in dict.fromkeys(activation.ogive for activation in activations):
        say(f"agreement: {name}")
        ours = ogive.evaluated(name, x, mean, variance)
        slopes = [d * slope for d, slope in zip(dy, ours["dx"])]
        sums = [[math.fsum(d * v for d, v in zip(dy, values))] for values in ours["dp"].values()]
        wanted = {"y": ours["y"], "y with backward": ours["y"], "dx": slopes}
        wanted |= {f"d{name}": values for name, values in zip(ours["dp"], sums)}
        through_batch = None
        for peer in peers:
            values = peer.ask("check", of={"name": name, "x": x, "dy": dy})["values"]
            found = dict(zip(wanted, values, strict=True))
            if name == "dice":
                # `ogive eval` takes the statistics as given; the peers differentiate through them,
                # as `ogive bench` does, and agree with each other.
                through_batch = through_batch or found["dx"]
                wanted["dx"] = through_batch
            for quantity, values in found.items():
                scale = math.sqrt(len(x)) if len(values) == 1 else 1
                error = worst(values, wanted[quantity], scale)
                if error is not None:
                    wrong.append(f"{name}, {quantity}: {peer.name} has {error}")
    return wrong


def worst(values, wanted, scale):
    for value, other in zip(values, wanted, strict=True):
        if not abs(value - other) <= scale * (ABSOLUTE + RELATIVE * abs(other)):
            return f"{value!r} for {other!r}"
    return None


def single(value):
    """Rounded so that f32 holds it."""
    mantissa, exponent = math.frexp(value)
    return math.ldexp(round(math.ldexp(mantissa, 24)), exponent - 24)
