"""Writes the tables of docs/performance.md from the figures race.py kept.

    python virtualcell-bench/race/table.py results.jsonl >tables.md
"""
import json
import sys

rows = [json.loads(line) for line in open(sys.argv[1])]
latest = {}
for row in rows:  # a race run again replaces what stood there
    latest[row["family"], row["shape"], row["peer"], row["threads"], row["precision"], row["set"]] = row


def verdict(row):
    ratio = row["core_ratio"][1]
    if row["goal"] and ratio >= row["goal"]:
        return "goal met"
    if ratio >= 1:
        return "goal missed" if row["goal"] else "faster"
    return "**slower**"


family = None
order = list(dict.fromkeys(row["family"] for row in latest.values()))
for row in sorted(latest.values(), key=lambda row: order.index(row["family"])):  # a family together, in the order of the run
    if row["family"] != family:
        family = row["family"]
        print(f"\n### {family}\n\n| shape | threads, precision | peer | ours core ms | peer core ms | ratio, quartiles | wall ratio | goal | |")
        print("|---|---|---|---|---|---|---|---|---|")
    low, middle, high = row["core_ratio"]
    goal = f"{row['goal']:g}" if row["goal"] else ""
    print(f"| {row['shape']} | {row['threads']}, {row['precision']} | {row['peer']} | {row['ours_core_ms']:.2f} | {row['peer_core_ms']:.2f} "
          f"| **{middle:.2f}** ({low:.2f} to {high:.2f}) | {row['wall_ratio'][1]:.2f} | {goal} | {verdict(row)} |")
