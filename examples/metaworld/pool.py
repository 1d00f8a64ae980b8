#!/usr/bin/env python3
"""Several flywheels that differ in their seed, as one table: each night beside the imitation start.

    python pool.py workspace/flywheel-1 workspace/flywheel-2 workspace/flywheel-3

Throughput is successes in 1,000 steps; the ratios' intervals resample episodes within task and seed, start and night
alike. Production of each night is shown, whether the night's candidate was promoted or not; comparisons are policies of
all conditionings from the last night's data.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from pathlib import Path

import numpy as np

import results

RESAMPLES = 2000


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("workspaces", type=Path, nargs="+")
    arguments = parser.parse_args()
    policies: dict[str, list[tuple[list[dict], list[dict]]]] = defaultdict(list)
    for workspace in arguments.workspaces:
        found = policies_of(workspace / "flywheel")
        for name, episodes in found.items():
            policies[name].append((episodes, found["night 0"]))
    print("| policy | episodes | success (95 %) | by seed | per 1,000 steps | times the start's (95 %) | failures, times the start's (95 %) |")
    print("|---|---:|---|---|---:|---|---|")
    for name, pairs in policies.items():
        seeds, starts = zip(*pairs)
        print(line(name, list(seeds), list(starts)))
    return 0


def policies_of(folder: Path) -> dict[str, list[dict]]:
    """The evaluation of production by night, and of the comparisons."""
    state = json.loads((folder / "state.json").read_text())["done"]
    found = {}
    for night in range(len(state)):
        if entry := state.get(f"night-{night}"):
            found[f"night {night}"] = results.episodes(folder / "evaluations" / f"{entry['production']}.jsonl")
    for file in sorted((folder / "evaluations").glob("compare-*.jsonl")):
        found[file.stem.removeprefix("compare-")] = results.episodes(file)
    return found


def line(name: str, seeds: list, start: list) -> str:
    pooled = [episode for episodes in seeds for episode in episodes]
    figure = results.figures(pooled)
    rates = ", ".join(f"{np.mean([e['success'] for e in episodes]):.3f}" for episodes in seeds)
    ours, theirs = resampled(seeds, seed=1), resampled(start, seed=2)
    ratios = ours[0] / theirs[0], ours[1] / theirs[1]
    points = point(seeds)[0] / point(start)[0], point(seeds)[1] / point(start)[1]
    (low, high), (least, most) = (np.quantile(ratio, [0.025, 0.975]) for ratio in ratios)
    return (
        f"| {name} | {figure['episodes']} | {figure['success']:.3f} ({figure['success_interval'][0]:.3f} to "
        f"{figure['success_interval'][1]:.3f}) | {rates} | {figure['throughput']:.2f} | {points[0]:.2f} ({low:.2f} to {high:.2f}) | "
        f"{points[1]:.2f} ({least:.2f} to {most:.2f}) |")


def point(seeds: list) -> tuple[float, float]:
    """Throughput and failure rate."""
    pooled = [episode for episodes in seeds for episode in episodes]
    successes, steps = sum(e["success"] for e in pooled), sum(e["steps"] for e in pooled)
    return 1000 * successes / steps, 1 - successes / len(pooled)


def resampled(seeds: list, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Throughputs and failure rates of resamples."""
    random = np.random.default_rng(seed)
    successes, steps, count = np.zeros(RESAMPLES), np.zeros(RESAMPLES), 0
    for episodes in seeds:
        for task in sorted({episode["task"] for episode in episodes}):
            ours = [episode for episode in episodes if episode["task"] == task]
            drawn = random.integers(len(ours), size=(RESAMPLES, len(ours)))
            successes += np.array([float(e["success"]) for e in ours])[drawn].sum(1)
            steps += np.array([float(e["steps"]) for e in ours])[drawn].sum(1)
            count += len(ours)
    return 1000 * successes / steps, 1 - successes / count


if __name__ == "__main__":
    raise SystemExit(main())
