"""Ours against the peers, turn by turn on the same data; equal results are asserted first.

    python virtualcell-bench/race/race.py [family ...] [--threads 1] [--rounds 15] [--size full|small|large] [--out results.jsonl]

Families are the other files of this folder (sparse, ...); without a name, all of them. Needs numpy and scipy, torch and numba for
the peers written with them, a JVM, and virtualcell-bench/target/benchmarks.jar. Prints a table; --out keeps every figure as JSON
lines, from which table.py writes the page docs/performance.md.
"""
import argparse
import os
import pathlib
import sys

here = pathlib.Path(__file__).resolve().parent
families = sorted(f.stem for f in here.glob("*.py") if f.stem not in ("race", "common", "table"))
p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
p.add_argument("families", nargs="*", choices=[[], *families], default=families)
p.add_argument("--threads", type=int, default=1)
p.add_argument("--rounds", type=int, default=15)
p.add_argument("--size", default="full", choices=["full", "small", "large"])
p.add_argument("--out", type=pathlib.Path)
a = p.parse_args()

os.environ["RACE_THREADS"] = str(a.threads)
for name in ("OMP", "OPENBLAS", "MKL", "NUMBA"):  # read once, when the libraries load
    os.environ[f"{name}_NUM_THREADS"] = str(a.threads)
sys.path.insert(0, str(here))

import importlib
import json

import common

print(f"{'family':14} {'shape':44} {'peer':22} {'ours':>9} {'peer':>9} {'ratio (quartiles)':>22} {'wall':>6} {'goal':>5}")
print(f"{'':81} {'core ms':>9} {'core ms':>9}")
for family in a.families or families:
    for race in importlib.import_module(family).races(a.size):
        for row in common.run(race, a.rounds):
            low, middle, high = row["core_ratio"]
            goal = f"{row['goal']:g}" if row["goal"] else ""
            print(f"{row['family']:14} {row['shape']:44} {row['peer']:22} {row['ours_core_ms']:9.2f} {row['peer_core_ms']:9.2f} "
                  f"{middle:8.2f} ({low:.2f} to {high:.2f}) {row['wall_ratio'][1]:6.2f} {goal:>5}  {row['check']}", flush=True)
            if a.out:
                with a.out.open("a") as f:
                    f.write(json.dumps(row) + "\n")
