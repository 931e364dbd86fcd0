"""What every race shares: the other side in a JVM, inputs on disk, turns, checks, figures.

A family is a file here with `def races(size):` that yields `Race` objects; `race.py` runs them. Both sides work on the same
arrays, results are compared before anything is timed, and then the contestants take turns, so that a busy machine slows all of
them. `core` is the processor time of a whole process, summed over its threads.
"""
import os
import pathlib
import statistics
import subprocess
import tempfile
import time
from dataclasses import dataclass, field

import numpy as np
import scipy.sparse

THREADS = int(os.environ.get("RACE_THREADS", "1"))  # race.py sets it, and the libraries' own variables, before any import
JAR = pathlib.Path(__file__).resolve().parent.parent / "target" / "benchmarks.jar"
KINDS = {"float32": "f32", "float64": "f64", "int32": "i32", "int64": "i64"}


class Ours:
    """A JVM that runs one racer of org.virtualcell.bench.race on the arrays given here.

    arrays: name -> numpy array, or scipy CSR matrix. Other keyword arguments reach the racer as text.
    """

    def __init__(self, racer, arrays, device="cpu", precision="exact", threads=None, jvm=(), **values):
        self.folder = tempfile.TemporaryDirectory()
        path = pathlib.Path(self.folder.name)
        for name, a in arrays.items():
            if scipy.sparse.issparse(a):
                values[name + "_cells"], values[name + "_genes"] = a.shape
                a.indptr.astype("<i8").tofile(path / f"{name}_row_start.i64")
                a.indices.astype("<i4").tofile(path / f"{name}_gene.i32")
                a.data.astype("<f4").tofile(path / f"{name}_value.f32")
            else:
                a = np.ascontiguousarray(a)
                a.astype(a.dtype.newbyteorder("<")).tofile(path / f"{name}.{KINDS[a.dtype.name]}")
        values.update(device=device, precision=precision, threads=threads or THREADS)
        self.values = values
        java = os.environ.get("RACE_JAVA", "java")
        path_of_classes = os.environ.get("RACE_CLASSPATH", str(JAR))
        self.process = subprocess.Popen(
            [java, *jvm, "-cp", path_of_classes, "org.virtualcell.bench.race.RaceServer", racer, self.folder.name]
            + [f"{k}={v}" for k, v in values.items()],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        ready = self.process.stdout.readline().strip()
        if not ready.startswith("ready"):
            raise SystemExit(f"our side did not start: {racer} {values}")
        self.instruction_set = ready[6:]

    def _ask(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().strip()
        if not answer:
            raise SystemExit(f"our side stopped at '{line}'")
        return answer

    def run(self):
        """Wall and processor milliseconds of one call."""
        return tuple(int(v) / 1e6 for v in self._ask("run").split())

    def result(self, name, kind=np.float32):
        """The saved array of the last run."""
        self._ask("save")
        kind = np.dtype(kind)
        return np.fromfile(pathlib.Path(self.folder.name) / f"{name}.{KINDS[kind.name]}", dtype=kind)

    def close(self):
        self.process.stdin.close()
        self.process.wait()
        self.folder.cleanup()


@dataclass
class Race:
    """One shape: ours against any number of peers.

    family, shape: text. ours: an `Ours`. peers: name -> callable that does the work once. check: called once after both sides
    ran, asserts equal results and returns a few words on the worst difference. goals: peer name -> wanted ratio of core time.
    warm_up: calls of ours before the first turn. least_rounds: for short turns, whose times scatter most.
    """
    family: str
    shape: str
    ours: object
    peers: dict
    check: object
    goals: dict = field(default_factory=dict)
    warm_up: int = 5
    least_rounds: int = 0


def quartiles(values):
    v = sorted(values)
    return [v[len(v) // 4], statistics.median(v), v[-1 - len(v) // 4]]


def run(race, rounds):
    """Checks, then lets the contestants take turns; returns one dictionary per peer."""
    for _ in range(race.warm_up):
        race.ours.run()
    for peer in race.peers.values():
        peer()
    worst = race.check()
    turns = {name: [] for name in race.peers}
    mine = []
    names = list(race.peers)
    rounds = max(rounds, race.least_rounds)
    for r in range(rounds):
        mine.append(race.ours.run())
        for name in names[:: -1 if r % 2 else 1]:  # else the second peer would always find the arrays in the caches
            w, c = time.perf_counter(), time.process_time()
            race.peers[name]()
            turns[name].append(((time.perf_counter() - w) * 1e3, (time.process_time() - c) * 1e3))
    answer = []
    for name, times in turns.items():
        ratios = quartiles(t[1] / max(m[1], 1e-6) for t, m in zip(times, mine))
        walls = quartiles(t[0] / max(m[0], 1e-6) for t, m in zip(times, mine))
        answer.append(dict(
            family=race.family, shape=race.shape, peer=name, threads=race.ours.values["threads"],
            precision=race.ours.values["precision"], device=race.ours.values["device"], set=race.ours.instruction_set,
            rounds=rounds, check=worst, goal=race.goals.get(name),
            ours_core_ms=statistics.median(m[1] for m in mine), peer_core_ms=statistics.median(t[1] for t in times),
            ours_wall_ms=statistics.median(m[0] for m in mine), peer_wall_ms=statistics.median(t[0] for t in times),
            core_ratio=ratios, wall_ratio=walls))
    race.ours.close()
    return answer


def counts(cells, genes, density, seed=1):
    """Poisson counts, float32 CSR: log-normal depths (sigma 0.45) and gene means (sigma 1.9), scaled to a share of non-zeros."""
    rng = np.random.default_rng(seed)
    mean = np.exp(1.9 * rng.standard_normal(genes))
    depth = np.exp(0.45 * rng.standard_normal(cells))
    sample = depth[:: max(1, cells // 400)]
    low, high = 1e-9, 1e9
    for _ in range(200):
        middle = (low * high) ** 0.5
        low, high = (middle, high) if -np.expm1(-np.outer(sample * middle, mean)).mean() < density else (low, middle)
    blocks = []
    for first in range(0, cells, 1000):
        blocks.append(scipy.sparse.csr_matrix(rng.poisson(np.outer(depth[first:first + 1000] * low, mean)).astype(np.float32)))
    x = scipy.sparse.vstack(blocks, format="csr")
    x.sort_indices()
    return x


def worst_of_scale(got, expected, scale, limit):
    """Largest difference relative to the sum of magnitudes of an element's terms; asserts the limit."""
    worst = float((np.abs(got - expected) / (scale + 1e-30)).max())
    assert worst < limit, f"results differ: {worst} of scale"
    return f"{worst:.1e} of scale"
