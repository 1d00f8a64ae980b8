#!/usr/bin/env python3
"""Records Meta-World episodes as Nightshift HDF5 (docs/formats/nightshift-hdf5.md), one file a task.

    python record.py --episodes 80 --seed 20260302 --out sample
    python record.py --check sample
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):  # before numpy: one thread computes one answer
    os.environ.setdefault(variable, "1")

import h5py  # noqa: E402
import numpy as np  # noqa: E402


def main() -> int:
    arguments = parse()
    if arguments.check is None:
        chosen = [
            (task, arguments.episodes, arguments.seed, arguments.out, arguments.demonstrations, arguments.lean)
            for task in arguments.tasks
        ]
        arguments.out.mkdir(parents=True, exist_ok=True)
        with ProcessPoolExecutor(arguments.jobs) as pool:
            list(pool.map(record_task, chosen))
    folder = arguments.out if arguments.check is None else arguments.check
    rows = [summary(path) for path in sorted(folder.glob("*.hdf5"))]
    if not rows:
        print(f"record.py: no *.hdf5 in {folder}; record some with --out {folder}", file=sys.stderr)
        return 66
    print_table(rows)
    problems = [f"{row['task']}: {problem}" for row in rows for problem in row["problems"]]
    for problem in problems:
        print(problem, file=sys.stderr)
    return 65 if problems else 0


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Records Meta-World episodes as Nightshift HDF5.")
    parser.add_argument("--tasks", nargs="+", help="Meta-World task names (default: the five of simulator.py)")
    parser.add_argument("--episodes", type=int, default=80, help="episodes a task (default 80)")
    parser.add_argument("--seed", type=int, default=20260302, help="same seed, same arrays (default 20260302)")
    parser.add_argument("--out", type=Path, default=Path("recordings"), help="folder for TASK.hdf5")
    parser.add_argument("--jobs", type=int, default=1, help="tasks recorded at once; changes nothing but time")
    parser.add_argument("--demonstrations", action="store_true", help="teleoperators only, nothing autonomous")
    parser.add_argument("--lean", action="store_true", help="leave rewards out: faster, last digits may differ")
    parser.add_argument("--check", type=Path, metavar="FOLDER", help="record nothing: verify a folder's files")
    arguments = parser.parse_args()
    if arguments.check is None:
        from simulator import TASKS  # not needed, and perhaps not installed, where files are only checked

        known = {task.name: task for task in TASKS}
        unknown = sorted(set(arguments.tasks or []) - set(known))
        if unknown:
            parser.error(f"unknown tasks {', '.join(unknown)}; known are {', '.join(known)}")
        if arguments.episodes < 1 or arguments.seed < 0:
            parser.error("--episodes must be at least 1 and --seed at least 0")
        arguments.tasks = [known[name] for name in arguments.tasks or known]
    return arguments


def record_task(job: tuple) -> None:
    """Records all episodes of one task into TASK.hdf5, written under a temporary name and renamed."""
    from episodes import STEP_LIMIT, record
    from simulator import Simulator

    task, count, seed, folder, demonstrations, is_lean = job
    simulator = Simulator(task, is_lean)
    path = folder / f"{task.name}.hdf5"
    partial = path.with_suffix(".partial")
    episodes = [record(simulator, seed, number, demonstrations) for number in range(count)]
    write_file(partial, simulator, episodes, STEP_LIMIT, seed)
    os.replace(partial, path)


def write_file(path: Path, simulator, episodes: list, step_limit: int, seed: int) -> None:
    """Writes episodes of one task as one file."""
    # The 1.10 format stores a small filtered dataset without a B-tree, a third of the default's size, and
    # is read by every libhdf5 since 2016. `latest` would not be: HDF5 2 writes what 1.10 cannot read.
    with h5py.File(path, "w", libver=("v110", "v110")) as file:
        data = file.create_group("data")
        outcomes = {}
        for number, episode in enumerate(episodes):
            write_episode(data.create_group(f"demo_{number}"), episode)
            outcomes[f"demo_{number}"] = episode.success
        data.attrs["total"] = np.int64(sum(len(episode.actions) for episode in episodes))
        data.attrs["embodiment"] = "sawyer-hand-4dof"
        data.attrs["format"] = "nightshift-hdf5"
        data.attrs["format_version"] = np.int64(1)
        data.attrs["env_args"] = json.dumps(environment_arguments(simulator, step_limit, seed))
        write_masks(file.create_group("mask"), outcomes)


def environment_arguments(simulator, step_limit: int, seed: int) -> dict:
    """robomimic's description of the environment, enough to build it again."""
    from importlib.metadata import version

    keywords = {
        "control_freq": 1 / simulator.step_seconds,
        "step_seconds": simulator.step_seconds,
        "frame_skip": simulator.frame_skip,
        "horizon": step_limit,
        "mujoco_version": version("mujoco"),
        "recording_seed": seed,
    }
    return {
        "env_name": simulator.task.name,
        "env_version": f"metaworld {version('metaworld')}",
        "type": 2,
        "env_kwargs": keywords,
    }


def write_episode(group: h5py.Group, episode) -> None:
    length = len(episode.actions)
    for name, value in sorted(episode.attributes.items()):
        group.attrs[name] = value
    group.attrs["num_samples"] = np.int64(length)
    group.attrs["success"] = np.bool_(episode.success)
    last = np.arange(length) == length - 1
    arrays = {
        "actions": np.stack(episode.actions).astype(np.float32),
        "rewards": (last & episode.success).astype(np.float32),
        "dones": last.astype(np.uint8),
        "timestamps": np.array(episode.timestamps, dtype=np.float64),
        "interventions": np.array(episode.interventions, dtype=np.uint8),
    }
    for name in episode.observations[0]:
        rows = [observation[name] for observation in episode.observations]
        arrays[f"obs/{name}"] = np.stack(rows).astype(np.float32)
    for name, array in arrays.items():
        group.create_dataset(name, data=array, chunks=array.shape, compression="gzip", compression_opts=9, shuffle=True)


def write_masks(group: h5py.Group, outcomes: dict[str, bool]) -> None:
    """The names of successes and failures, as robomimic keeps its filter keys: fixed-length byte strings."""
    for name, wanted in (("success", True), ("not_success", False)):
        group[name] = np.array([demo for demo, success in outcomes.items() if success is wanted], dtype="S")


def summary(path: Path) -> dict:
    """Counts of one file, and every rule of the layout that it breaks."""
    with h5py.File(path) as file:
        data, problems = file["data"], []
        demos = [data[name] for name in sorted(data, key=lambda name: int(name.split("_")[1]))]
        for demo in demos:
            problems += [f"{demo.name}: {problem}" for problem in broken_rules(demo)]
        lengths = [int(demo.attrs["num_samples"]) for demo in demos]
        if sum(lengths) != data.attrs["total"]:
            problems.append(f"data: total is {data.attrs['total']}, the episodes hold {sum(lengths)}")
        for name, wanted in (("success", True), ("not_success", False)):
            listed = {entry.decode() for entry in file["mask"][name][:]}
            if listed != {d.name.split("/")[-1] for d in demos if bool(d.attrs["success"]) is wanted}:
                problems.append(f"mask/{name} and the success attributes disagree")
        return {
            "task": path.stem,
            "episodes": len(demos),
            "demonstrations": sum(bool(demo.attrs["demonstration"]) for demo in demos),
            "autonomous": sum(not demo.attrs["demonstration"] for demo in demos),
            "rescued": sum(bool(demo["interventions"][:].any()) for demo in demos),
            "successes": sum(bool(demo.attrs["success"]) for demo in demos),
            "steps": sum(lengths),
            "KiB": path.stat().st_size // 1024,
            "problems": problems,
        }


def broken_rules(demo: h5py.Group) -> list[str]:
    length, problems = int(demo.attrs["num_samples"]), []
    arrays = {name: demo[name] for name in demo if name != "obs"} | {f"obs/{k}": v for k, v in demo["obs"].items()}
    for name, array in arrays.items():
        if array.shape[0] != length:
            problems.append(f"{name} has {array.shape[0]} rows, num_samples says {length}")
        if not np.isfinite(array[:]).all():
            problems.append(f"{name} holds a value that is not finite")
    if np.abs(demo["actions"][:]).max() > 1:
        problems.append("actions leave [-1, 1]")
    if (np.diff(demo["timestamps"][:]) <= 0).any():
        problems.append("timestamps do not increase")
    if demo["dones"][:].sum() != 1 or demo["dones"][-1] != 1:
        problems.append("dones is not 1 at the last step alone")
    if bool(demo["rewards"][-1]) is not bool(demo.attrs["success"]):
        problems.append("the last reward and the success attribute disagree")
    if demo.attrs["demonstration"] and demo["interventions"][:].any():
        problems.append("a demonstration has interventions")
    return problems


def print_table(rows: list[dict]) -> None:
    columns = [name for name in rows[0] if name != "problems"]
    totals = {name: sum(row[name] for row in rows) for name in columns[1:]} | {"task": "all"}
    for row in [dict(zip(columns, columns)), *rows, totals]:
        print(f"{row['task']:<20}" + "".join(f"{row[name]:>16}" for name in columns[1:]))


if __name__ == "__main__":
    sys.exit(main())
