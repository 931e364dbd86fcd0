"""CSR x dense, ours against scipy, turn by turn on the same matrix; equal results are asserted first.

    python virtualcell-bench/race/race.py [--device cpu] [--threads 1] [--cells 20000 --genes 2000 --density 0.1]

Needs numpy, scipy, a JVM, and virtualcell-bench/target/benchmarks.jar. Both run alternately, so that a busy machine slows
both; medians and the quartiles of the per-round ratio are printed. core = processor time of the whole process.
"""
import argparse
import pathlib
import statistics
import subprocess
import tempfile
import time

import numpy as np
import scipy
import scipy.sparse

p = argparse.ArgumentParser()
p.add_argument("--device", default="cpu")
p.add_argument("--threads", type=int, default=1)
p.add_argument("--cells", type=int, default=20000)
p.add_argument("--genes", type=int, default=2000)
p.add_argument("--columns", type=int, default=256)
p.add_argument("--density", type=float, default=0.1)
p.add_argument("--packing", default="PLAIN", choices=["PLAIN", "COMPACT"])
p.add_argument("--rounds", type=int, default=15)
a = p.parse_args()

rng = np.random.default_rng(1)
mean = np.exp(2 * rng.standard_normal(a.genes))
low, high = 1e-9, 1e9
for _ in range(200):
    middle = (low * high) ** 0.5
    low, high = (middle, high) if -np.expm1(-mean * middle).mean() < a.density else (low, middle)
rows = []
for first in range(0, a.cells, 1000):
    depth = low * np.exp(0.45 * rng.standard_normal(min(1000, a.cells - first)))
    rows.append(scipy.sparse.csr_matrix(rng.poisson(depth[:, None] * mean).astype(np.float32)))
x = scipy.sparse.vstack(rows, format="csr")
x.sort_indices()
w = (rng.random((a.genes, a.columns), dtype=np.float32) - 0.5)

jar = pathlib.Path(__file__).resolve().parent.parent / "target" / "benchmarks.jar"
with tempfile.TemporaryDirectory() as folder:
    f = pathlib.Path(folder)
    x.indptr.astype("<i4").tofile(f / "row_start.i32")
    x.indices.astype("<i4").tofile(f / "gene.i32")
    x.data.astype("<f4").tofile(f / "value.f32")
    w.astype("<f4").tofile(f / "weights.f32")
    ours = subprocess.Popen(
        ["java", "-cp", str(jar), "org.virtualcell.bench.RaceLane", folder, str(a.cells), str(a.genes), str(a.columns),
         a.device, str(a.threads), a.packing],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(line):
        ours.stdin.write(line + "\n")
        ours.stdin.flush()
        return ours.stdout.readline().strip()

    ready = ours.stdout.readline().strip()
    if not ready.startswith("ready"):
        raise SystemExit("our side did not start")
    expected = x @ w
    ask("run")
    ask("save")
    got = np.fromfile(f / "out.f32", dtype="<f4").reshape(expected.shape)
    scale = np.asarray(abs(x) @ abs(w)) + 1e-30
    worst = float((np.abs(got - expected) / scale).max())
    assert worst < 1e-5, f"results differ: {worst}"

    times = []
    for _ in range(a.rounds):
        wall, core = (int(v) / 1e6 for v in ask("run").split())
        t, c = time.perf_counter(), time.process_time()
        x @ w
        times.append((wall, core, (time.perf_counter() - t) * 1e3, (time.process_time() - c) * 1e3))
    ours.stdin.close()
    ours.wait()

ratio = sorted(t[3] / max(t[1], 1e-6) for t in times)
walls = sorted(t[2] / t[0] for t in times)
print(f"{a.cells} x {a.genes}, {x.nnz / a.cells / a.genes:.1%} dense, {a.columns} columns; {ready[6:]}, {a.packing}, "
      f"{a.threads} thread(s); scipy {scipy.__version__}; worst difference {worst:.1e} of scale")
for name, column in (("ours  wall ms", 0), ("ours  core ms", 1), ("scipy wall ms", 2), ("scipy core ms", 3)):
    print(f"{name}  median {statistics.median(t[column] for t in times):8.1f}  least {min(t[column] for t in times):8.1f}")
q = len(ratio) // 4
print(f"scipy / ours, core: {statistics.median(ratio):.1f} (quartiles {ratio[q]:.1f} to {ratio[-1 - q]:.1f})"
      f"   wall: {statistics.median(walls):.1f} (quartiles {walls[q]:.1f} to {walls[-1 - q]:.1f})")
