"""What evaluations say: counts, success with Wilson's interval, throughput with a bootstrap's, a table and a plot.

Throughput is successes in 1,000 environment steps; an episode that failed costs all of its steps, 200 here.
"""

from __future__ import annotations

import json
import math
from functools import lru_cache
from pathlib import Path

import numpy as np

RESAMPLES = 2000


@lru_cache(maxsize=None)
def episodes(file: Path) -> tuple[dict, ...]:
    """What simulate.py printed."""
    return tuple(json.loads(line) for line in file.read_text().splitlines())


def rows(file: Path, about: dict) -> list[dict]:
    """One object a task, with its counts; `about` says of which policy."""
    found = episodes(file)
    return [
        about | {"file": file.name, "task": task} | counts([e for e in found if e["task"] == task])
        for task in dict.fromkeys(episode["task"] for episode in found)]


def counts(chosen: list[dict]) -> dict:
    return {
        "episodes": len(chosen), "successes": sum(e["success"] for e in chosen), "steps": sum(e["steps"] for e in chosen)}


def wilson(successes: int, count: int, z: float = 1.959964) -> tuple[float, float]:
    """The 95 % interval of a rate."""
    if count == 0:
        return (0.0, 1.0)
    rate = successes / count
    scale = 1 + z * z / count
    centre = (rate + z * z / (2 * count)) / scale
    half = z * math.sqrt(rate * (1 - rate) / count + z * z / (4 * count * count)) / scale
    return (max(0.0, centre - half), min(1.0, centre + half))


def throughput_interval(chosen: list[dict], seed: int = 0) -> tuple[float, float]:
    """The 95 % interval of throughput, by resampling episodes within their tasks."""
    random = np.random.default_rng(seed)
    successes, steps = np.zeros(RESAMPLES), np.zeros(RESAMPLES)
    for task in sorted({episode["task"] for episode in chosen}):
        ours = [episode for episode in chosen if episode["task"] == task]
        drawn = random.integers(len(ours), size=(RESAMPLES, len(ours)))
        successes += np.array([float(episode["success"]) for episode in ours])[drawn].sum(1)
        steps += np.array([float(episode["steps"]) for episode in ours])[drawn].sum(1)
    low, high = np.quantile(1000 * successes / steps, [0.025, 0.975])
    return (float(low), float(high))


def groups(all_rows: list[dict], folder: Path) -> list[tuple[dict, tuple[dict, ...]]]:
    """Each policy of each night, with its episodes."""
    unique = {(row["night"], row["role"], row["policy"]): row for row in all_rows}
    return [(row, episodes(folder / row["file"])) for row in unique.values()]


def figures(chosen: list[dict]) -> dict:
    """Success and throughput with their intervals."""
    count = counts(chosen)
    return count | {
        "success": count["successes"] / count["episodes"],
        "success_interval": wilson(count["successes"], count["episodes"]),
        "throughput": 1000 * count["successes"] / count["steps"],
        "throughput_interval": throughput_interval(chosen)}


def table(all_rows: list[dict], folder: Path) -> str:
    """Markdown: a line a night, policy and task, and one over all tasks."""
    lines = [
        "| night | policy | | task | episodes | success (95 %) | successes in 1,000 steps (95 %) |",
        "|---:|---|---|---|---:|---|---|"]
    for row, found in groups(all_rows, folder):
        role = "promoted" if row["promoted"] else row["role"]
        for task in ["all", *dict.fromkeys(episode["task"] for episode in found)]:
            f = figures([episode for episode in found if task in ("all", episode["task"])])
            lines.append(
                f"| {row['night']} | {row['policy'][:12]} | {role} | {task} | {f['episodes']} | "
                f"{f['success']:.3f} ({f['success_interval'][0]:.3f} to {f['success_interval'][1]:.3f}) | "
                f"{f['throughput']:.2f} ({f['throughput_interval'][0]:.2f} to {f['throughput_interval'][1]:.2f}) |")
    return "\n".join(lines) + "\n"


def plot(all_rows: list[dict], folder: Path, path: Path) -> None:
    """Success and throughput by night: production's line, each task's, and candidates that were not promoted."""
    import matplotlib

    matplotlib.use("Agg")
    matplotlib.rcParams["svg.hashsalt"] = "nightshift"
    from matplotlib import pyplot

    found = [(row, list(e)) for row, e in groups(all_rows, folder) if row["role"] != "comparison"]
    production = [(row["night"], e) for row, e in found if row["role"] == "production"]
    rejected = [(row["night"], e) for row, e in found if row["role"] == "candidate"]
    figure, axes = pyplot.subplots(1, 2, figsize=(10, 4))
    for axis, measure, label in zip(axes, ("success", "throughput"), ("success", "successes in 1,000 steps")):
        for task in dict.fromkeys(episode["task"] for _, chosen in production for episode in chosen):
            known = [(night, [e for e in chosen if e["task"] == task]) for night, chosen in production]
            points = [(night, figures(chosen)[measure]) for night, chosen in known if chosen]
            axis.plot(*zip(*points), linewidth=0.8, alpha=0.7, label=task)
        for name, chosen, style in (("production", production, "o-k"), ("not promoted", rejected, "xr")):
            if chosen:
                nights, all_figures = [n for n, _ in chosen], [figures(e) for _, e in chosen]
                values = [f[measure] for f in all_figures]
                errors = [[max(0.0, abs(f[f"{measure}_interval"][side] - f[measure])) for f in all_figures] for side in (0, 1)]
                axis.errorbar(nights, values, errors, fmt=style, capsize=4, linewidth=2, label=name)
        axis.set_xlabel("night")
        axis.set_ylabel(label)
        axis.set_ylim(bottom=0)
        axis.xaxis.set_major_locator(matplotlib.ticker.MaxNLocator(integer=True))
    axes[0].legend(fontsize=7)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)
