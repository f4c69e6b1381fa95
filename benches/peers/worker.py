"""A peer in a process of its own: reads tasks from the standard input, one JSON object per line, and
answers with one each. Started by peers.py, which sets the threads and how memory is given back."""

import gc
import json
import resource
import statistics
import sys
import time

import numpy as np


class Torch:
    """Eager, or through torch.compile."""

    def __init__(self, threads, compiled):
        import torch
        import torch_forms

        torch.set_num_threads(threads)
        self.torch, self.forms, self.compiled = torch, torch_forms.FORMS, compiled
        self.version = f"torch {torch.__version__}"

    def actions(self, name, channels, x, dy, reuse):
        """Forward, and forward with backward, as functions without arguments."""
        torch = self.torch
        form = self.forms[name](channels)
        call = form.call
        if self.compiled:
            torch._dynamo.reset()
            call = torch.compile(form.call, dynamic=False, fullgraph=True)
        x, dy = torch.from_numpy(x), torch.from_numpy(dy)
        leaf = x.clone().requires_grad_()
        y = torch.empty_like(x)

        def forward():
            with torch.no_grad():
                return call(x, *form.parameters)

        def forward_into():
            with torch.no_grad():
                return form.out(x, y)

        def both():
            y = call(leaf, *form.parameters)
            return y, *torch.autograd.grad(y, [leaf, *form.parameters], dy)

        into = reuse and not self.compiled and form.out is not None
        return (forward_into if into else forward), both

    def arrays(self, tensors):
        return [tensor.detach().numpy() for tensor in tensors]

    def has_out(self, name):
        return not self.compiled and self.forms[name](1).out is not None


class Jax:
    """Under jit; the number of threads is the environment's `NPROC`, which peers.py sets."""

    def __init__(self, threads):
        import jax
        import jax_forms

        # What waits for each result gains nothing from handing the work to another thread.
        jax.config.update("jax_cpu_enable_async_dispatch", False)
        self.jax, self.forms, self.per_channel = jax, jax_forms.FORMS, jax_forms.PER_CHANNEL
        self.version = f"jax {jax.__version__}"

    def actions(self, name, channels, x, dy, reuse):
        jax = self.jax
        function, *initial = self.forms[name]
        count = channels if name in self.per_channel else 1
        parameters = [jax.numpy.full((count,), value, "float32") for value in initial]
        x, dy = jax.numpy.asarray(x), jax.numpy.asarray(dy)
        once = jax.jit(function)

        def differentiated(x, parameters, dy):
            y, backward = jax.vjp(function, x, *parameters)
            return y, *backward(dy)

        twice = jax.jit(differentiated)
        return (
            lambda: once(x, *parameters).block_until_ready(),
            lambda: jax.block_until_ready(twice(x, parameters, dy)),
        )

    def arrays(self, arrays):
        return [np.asarray(array) for array in arrays]

    def has_out(self, name):
        return False


def measured(action, elements, seconds):
    """Nanoseconds per element of one call: median and fastest, and the new pages of a call."""
    for _ in range(3):
        action()
    readings = []
    faults = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    begin = time.perf_counter()
    while len(readings) < 3 or time.perf_counter() - begin < seconds:
        start = time.perf_counter_ns()
        action()
        readings.append(time.perf_counter_ns() - start)
    faults = resource.getrusage(resource.RUSAGE_SELF).ru_minflt - faults
    return {
        "ns": statistics.median(readings) / elements,
        "min_ns": min(readings) / elements,
        "pages": faults / len(readings),
    }


class Worker:
    def __init__(self, peer):
        self.peer = peer
        self.elements, self.actions = None, None

    def answer(self, task):
        match task["do"]:
            case "version":
                return {"version": self.peer.version}
            case "check":
                return self.check(**task["of"])
            case "prepare":
                self.prepare(**task["of"])
                return {"out": self.peer.has_out(task["of"]["name"])}
            case "measure":
                forward, both = self.actions
                return {
                    "forward": measured(forward, self.elements, task["seconds"]),
                    "both": measured(both, self.elements, task["seconds"]),
                }

    def check(self, name, x, dy):
        x, dy = (np.array(values, "float32").reshape(-1, 1) for values in (x, dy))
        forward, both = self.peer.actions(name, 1, x, dy, True)
        values = self.peer.arrays([forward(), *both()])
        return {"values": [value.ravel().tolist() for value in values]}

    def prepare(self, name, shape, channels, fresh):
        """Inputs, and everything compiled."""
        self.actions = None
        gc.collect()
        random = np.random.default_rng(1)
        x, dy = (random.standard_normal(shape, "float32") for _ in range(2))
        self.actions = self.peer.actions(name, channels, x, dy, not fresh)
        self.elements = x.size
        for action in self.actions:
            action()


def main():
    name, threads = sys.argv[1], int(sys.argv[2])
    # What a library prints must not come between the answers.
    answers, sys.stdout = sys.stdout, sys.stderr
    peer = Jax(threads) if name == "jax" else Torch(threads, name == "compile")
    worker = Worker(peer)
    gc.disable()
    for line in sys.stdin:
        print(json.dumps(worker.answer(json.loads(line))), file=answers, flush=True)


if __name__ == "__main__":
    main()
