#!/usr/bin/env python3
"""How well the out-of-fold value functions of a workspace foretold success, while the episode was still running.

    python foresight.py WORKSPACE                 # newest labels: at steps 50 and 75, by task
    python foresight.py WORKSPACE --autonomous    # of episodes that a policy drove alone

AUROC and Brier score of P(success), and its calibration, over all episodes that run at that step. What a human had to rescue
counts as failure, as it does for the value function. Nothing here is recomputed: it reads the label set
(docs/formats/label-set.md), in which each episode is labelled by a value function that never saw it.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import sys
from pathlib import Path

import numpy as np


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("workspace", type=Path)
    parser.add_argument("--steps", type=int, nargs="+", default=[50, 75])
    parser.add_argument("--autonomous", action="store_true", help="only episodes that a policy drove")
    arguments = parser.parse_args()
    episodes = labelled_episodes(arguments.workspace, arguments.autonomous)
    if not episodes:
        print(f"foresight.py: no labelled episodes in {arguments.workspace}; run a night first", file=sys.stderr)
        return 65
    print(f"{'task':<45}{'step':>5}{'episodes':>9}{'successes':>10}{'AUROC':>7}{'Brier':>7}")
    for step in arguments.steps:
        running = [(task, chances[step], success) for task, chances, success in episodes if len(chances) > step]
        for task in [*sorted({entry[0] for entry in running}), "all"]:
            chosen = [entry for entry in running if task in ("all", entry[0])]
            chances = np.array([entry[1] for entry in chosen])
            successes = np.array([entry[2] for entry in chosen], dtype=bool)
            area, brier = area_under_curve(chances, successes), np.mean((chances - successes) ** 2)
            print(f"{task:<45}{step:>5}{len(chosen):>9}{successes.sum():>10}{area:>7.3f}{brier:>7.3f}")
        print(f"calibration at step {step}: " + ", ".join(calibration(chances, successes)))
    return 0


def labelled_episodes(workspace: Path, autonomous: bool) -> list[tuple[str, np.ndarray, bool]]:
    """Task, P(success) at every step, and outcome of what the labels' snapshot lists."""
    catalogue = sqlite3.connect(f"file:{workspace / 'catalogue.sqlite'}?mode=ro", uri=True)
    newest = catalogue.execute(
        "SELECT artefact.digest FROM artefact JOIN attempt ON attempt.id = artefact.attempt WHERE kind = 'label-set' "
        "AND state = 'succeeded' ORDER BY epoch DESC LIMIT 1").fetchone()
    if newest is None:
        return []
    tensors, metadata = safetensors(stored(workspace, newest[0]))
    snapshot = stored(workspace, json.loads(metadata["labels"])["snapshot"]).decode().splitlines()[1:]
    rows = {
        row[0]: row[1:] for row in catalogue.execute(
            "SELECT digest, instruction, outcome, is_demonstration, intervention_count FROM episode")}
    offsets, chances = tensors["offset"], tensors["success_probability"]
    found = []
    for number, line in enumerate(snapshot):
        task, outcome, is_demonstration, interventions = rows[json.loads(line)["episode"]]
        if outcome == "unlabelled" or (autonomous and is_demonstration):
            continue
        success = outcome == "success" and (is_demonstration or not interventions)
        found.append((task, chances[offsets[number]:offsets[number + 1]], bool(success)))
    return found


def stored(workspace: Path, digest: str) -> bytes:
    return (workspace / "objects" / digest[:2] / digest).read_bytes()


def safetensors(data: bytes) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    size = int.from_bytes(data[:8], "little")
    header, body = json.loads(data[8:8 + size]), data[8 + size:]
    metadata = header.pop("__metadata__", {})
    types = {"F32": np.float32, "I64": np.int64, "I8": np.int8}
    tensors = {
        name: np.frombuffer(body[slice(*entry["data_offsets"])], types[entry["dtype"]]).reshape(entry["shape"])
        for name, entry in header.items()}
    return tensors, metadata


def area_under_curve(chances: np.ndarray, successes: np.ndarray) -> float:
    """Share of pairs of a success and a failure that are in the right order; ties count half."""
    good, bad = chances[successes], chances[~successes]
    if not len(good) or not len(bad):
        return float("nan")
    return float(np.mean((good[:, None] > bad) + 0.5 * (good[:, None] == bad)))


def calibration(chances: np.ndarray, successes: np.ndarray) -> list[str]:
    """Foretold and found shares of success by fifths of the forecast."""
    bins = np.minimum((chances * 5).astype(int), 4)
    return [
        f"{chances[bins == b].mean():.2f} -> {successes[bins == b].mean():.2f} ({(bins == b).sum()})"
        for b in range(5) if (bins == b).any()]


if __name__ == "__main__":
    sys.exit(main())
