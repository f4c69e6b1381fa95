"""The processes that take turns: `ogive`, and one worker per peer, number of threads and way of
giving memory back."""

import json
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent

# With these the C library keeps what is freed, so that the next output lies in memory that is in use
# already: what an output allocated beforehand is to a program that can name one.
REUSE = {
    "MALLOC_MMAP_MAX_": "0",
    "MALLOC_TRIM_THRESHOLD_": str(1 << 40),
    "MALLOC_TOP_PAD_": str(64 << 20),
    "MALLOC_ARENA_MAX": "1",
}


class Ogive:
    """The program, built by cargo unless it is given."""

    def __init__(self, program=None):
        if program is None:
            command = ["cargo", "build", "--release", "-p", "ogive-cli", "--message-format", "json"]
            told = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
            messages = [json.loads(line) for line in told.stdout.splitlines()]
            built = [m["executable"] for m in messages if m.get("executable")]
            program = next(path for path in built if Path(path).stem == "ogive")
        self.program = str(program)

    def run(self, arguments, text=None):
        command = [self.program, *arguments]
        done = subprocess.run(command, input=text, text=True, capture_output=True)
        if done.returncode != 0:
            sys.exit(f"{' '.join(command)}\n{done.stderr}")
        return done.stdout

    def bench(self, activation, setting, seconds):
        arguments = ["bench", activation.ogive, "--layout", activation.layout, "--json"]
        arguments += ["--sizes", setting.size, "--threads", setting.threads, "--seconds", seconds]
        arguments += ["--allocate"] if setting.fresh else []
        return json.loads(self.run([str(argument) for argument in arguments]))

    def evaluated(self, name, x, mean, variance):
        """y, dx, and each parameter's derivative, element by element."""
        arguments = ["eval", name, "--grad", "--json", f"--mean={mean!r}", f"--var={variance!r}"]
        text = "\n".join(float(value).hex() for value in x)
        rows = [json.loads(line) for line in self.run(arguments, text).splitlines()]
        number = lambda row, key: float.fromhex(row[key])
        learned = list(rows[0]["dp"])
        return {
            "y": [number(row, "y") for row in rows],
            "dx": [number(row, "dx") for row in rows],
            "dp": {name: [number(row["dp"], name) for row in rows] for name in learned},
        }

    def version(self):
        return self.run(["--version"]).strip()


class Peer:
    """A worker, waiting for tasks."""

    def __init__(self, name, threads, fresh):
        environment = os.environ | {
            "NPROC": str(threads),  # JAX
            "OMP_NUM_THREADS": str(threads),  # PyTorch, and what it compiles
            "TORCHINDUCTOR_COMPILE_THREADS": "1",  # no idle compilers while others are measured
            "JAX_PLATFORMS": "cpu",
            "CUDA_VISIBLE_DEVICES": "",
        }
        for variable in REUSE:
            environment.pop(variable, None)
        environment |= {} if fresh else REUSE
        self.process = subprocess.Popen(
            [sys.executable, HERE / "worker.py", name, str(threads)],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.name = name

    def ask(self, do, **task):
        print(json.dumps({"do": do, **task}), file=self.process.stdin, flush=True)
        answer = self.process.stdout.readline()
        if not answer:
            sys.exit(f"the worker `{self.name}` ended at {do}; its message stands above")
        return json.loads(answer)

    def close(self):
        self.process.stdin.close()
        self.process.wait()
