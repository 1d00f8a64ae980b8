#!/usr/bin/env python3
"""A day of a fleet: simulated robots that a policy server drives, an operator who sometimes takes over, an inbox.

    python fleet.py --server ws://127.0.0.1:8000 --inbox /data/nightshift/inbox --episodes 80 --seed 1

Robots ask the server for chunks of actions through openpi's client, and drop what happened into the inbox as Nightshift HDF5
(docs/formats/nightshift-hdf5.md). On a share of the episodes an operator watches, and takes over at step 100 if the task is not
done; these are data like all others, but say nothing about how often the policy succeeds. The same seed gives the same
layouts, operators and slips; what the robots do then is up to the policy.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime, timedelta, timezone
from multiprocessing import get_context
from pathlib import Path

import robots  # before numpy: it sets the number of threads
import numpy as np
import record
from episodes import STEP_LIMIT, Episode
from robots import EMBODIMENT, Attempt, PolicyServerError, Robot, Task

FLEET = 0x4E53_464C  # keeps these seeds' numbers apart from those of recordings and evaluations
RESET_SECONDS = 30  # between two episodes of a robot
NOISE = 0.5  # standard deviation of what is added to each action of a broken robot
EPISODES_A_FILE = 20


def main() -> int:
    arguments = parse()
    arguments.inbox.mkdir(parents=True, exist_ok=True)
    attempts = [attempt(task, i, arguments) for task, i in robots.interleaved(arguments.tasks, arguments.episodes)]
    count = min(arguments.processes, arguments.robots)
    shares = [(arguments, index, count, attempts[index::count]) for index in range(count)]
    try:
        with ProcessPoolExecutor(count, mp_context=get_context("fork")) as pool:
            rows = [row for share in pool.map(work, shares) for row in share]
    except (PolicyServerError, OSError) as error:
        print(f"fleet.py: {error}", file=sys.stderr)
        return 69
    if arguments.json:
        for row in rows:
            print(json.dumps(row))
    else:
        print_table(rows)
    return 0


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--server", required=True, metavar="ws://HOST:PORT", help="a running serve-policy")
    parser.add_argument("--api-key", help="where the server wants one")
    parser.add_argument("--inbox", type=Path, required=True, help="folder that gets the files")
    parser.add_argument("--tasks", nargs="+", metavar="TASK", help="names, or a JSON file of them (default: all)")
    parser.add_argument("--episodes", type=int, default=80, help="of each task (default 80)")
    parser.add_argument("--robots", type=int, default=8, help="at the same time (default 8)")
    parser.add_argument("--processes", type=int, default=2, help="that share the robots (default 2)")
    parser.add_argument("--seed", type=int, default=1, help="another seed is another day (default 1)")
    parser.add_argument("--supervised", type=float, default=0.2, metavar="SHARE", help="of the episodes (default 0.2)")
    parser.add_argument("--from", dest="start", type=datetime.fromisoformat, metavar="INSTANT",
                        help="when the robots' day begins, such as 2026-03-02T08:00:00+00:00 (default: now)")
    parser.add_argument("--noisy-robot", type=int, default=0, metavar="N", help="robot N is broken: its actions get noise")
    parser.add_argument("--flip-outcomes", type=float, default=0.0, metavar="SHARE", help="of the outcomes are recorded wrong")
    parser.add_argument("--json", action="store_true", help="print one object an episode")
    arguments = parser.parse_args()
    if min(arguments.episodes, arguments.processes, arguments.robots) < 1 or arguments.seed < 0:
        parser.error("--episodes, --processes and --robots must be at least 1, --seed at least 0")
    if not (0 <= arguments.supervised <= 1 and 0 <= arguments.flip_outcomes <= 1):
        parser.error("--supervised and --flip-outcomes are shares from 0 to 1")
    if not 0 <= arguments.noisy_robot <= arguments.robots:
        parser.error(f"--noisy-robot {arguments.noisy_robot}: there are robots 1 to {arguments.robots}")
    arguments.start = arguments.start or datetime.now(timezone.utc)
    if arguments.start.tzinfo is None:
        parser.error("--from needs a time zone, such as +00:00")
    try:
        arguments.tasks = robots.tasks_of(arguments.tasks)
    except (ValueError, OSError, KeyError) as error:
        parser.error(f"--tasks: {error}")
    return arguments


def attempt(task: Task, number: int, arguments: argparse.Namespace) -> Attempt:
    """Episode `number` of a task on the day of this seed."""
    entropy = (FLEET, arguments.seed, robots.TASKS.index(task), number)
    random = np.random.default_rng(entropy)
    layout = int(random.integers(2**30))
    return Attempt(task, layout, layout, (*entropy, 1), supervised=bool(random.uniform() < arguments.supervised))


def work(share: tuple) -> list[dict]:
    """One process: every `count`-th robot, and the attempts that fall to them."""
    arguments, index, count, attempts = share
    team = [
        Robot(arguments.server, f"sawyer-{number:02}", NOISE if number == arguments.noisy_robot else 0.0, arguments.api_key)
        for number in range(1 + index, 1 + arguments.robots, count)]
    team[0].check(arguments.tasks)
    day = Day(arguments)
    robots.drive(team, attempts, day.add, int(team[0].metadata["executed_steps"]))
    day.write_all()
    return day.rows


class Day:
    """What the robots of a process recorded, on its way to the inbox."""

    def __init__(self, arguments: argparse.Namespace):
        self._arguments = arguments
        self._pending: dict[tuple[str, Task], list[Episode]] = defaultdict(list)
        self._files: dict[tuple[str, Task], int] = defaultdict(int)
        self._clocks: dict[str, datetime] = defaultdict(lambda: arguments.start)
        self._kept: dict = {}
        self.rows: list[dict] = []

    def add(self, robot: Robot, episode: Episode) -> None:
        """Takes an episode that has ended."""
        attempt, steps = robot.attempt, len(episode.actions)
        seconds = steps * robot.simulator.step_seconds
        succeeded = bool(episode.success)
        episode.success = succeeded != bool(robot.random.uniform() < self._arguments.flip_outcomes)
        episode.attributes = self._attributes(robot)
        self._clocks[robot.name] += timedelta(seconds=seconds + RESET_SECONDS)
        self.rows.append({
            "task": attempt.task.instruction, "embodiment": EMBODIMENT, "robot": robot.name, "seed": attempt.seed,
            "success": succeeded, "recorded_success": episode.success, "steps": steps, "seconds": seconds,
            "supervised": attempt.supervised, "interventions": int(sum(episode.interventions)), "policy": robot.release})
        key = (robot.name, attempt.task)
        self._kept[key] = robot.simulator
        self._pending[key].append(episode)
        if len(self._pending[key]) >= EPISODES_A_FILE:
            self._write(key)

    def write_all(self) -> None:
        """Writes what has not been written yet."""
        for key in [key for key, episodes in self._pending.items() if episodes]:
            self._write(key)

    def _attributes(self, robot: Robot) -> dict[str, object]:
        number = int(robot.name.rsplit("-", 1)[1])
        attributes: dict[str, object] = {
            "instruction": robot.attempt.task.instruction,
            "robot": robot.name,
            "site": ("north", "south")[number % 2],
            "calibration": f"{robot.name}-2026-02-27",
            "recorded_at": self._clocks[robot.name].astimezone(timezone.utc).isoformat().replace("+00:00", "Z"),
            "demonstration": np.bool_(False),
            "policy": robot.release,
            "seed": np.int64(robot.attempt.seed),
            "licence": "Apache-2.0",
        }
        if robot.attempt.supervised:
            attributes["operator"] = "operator-expert"
        return attributes

    def _write(self, key: tuple[str, Task]) -> None:
        """Writes the pending episodes of a robot and a task under a hidden name, then renames the file."""
        name, task = key
        file_name = f"{task.name}-{name}-{self._arguments.seed}-{self._files[key]}.hdf5"
        path, partial = self._arguments.inbox / file_name, self._arguments.inbox / f".{file_name}.partial"
        episodes = self._pending.pop(key)
        record.write_file(partial, self._kept[key], episodes, STEP_LIMIT, self._arguments.seed)
        os.replace(partial, path)
        self._files[key] += 1


def print_table(rows: list[dict]) -> None:
    """Success by task where nobody watched, and what there is besides."""
    print(f"{'task':<45}{'episodes':>9}{'watched':>9}{'rescued':>9}{'success':>9}{'steps':>9}")
    for task in [*dict.fromkeys(row["task"] for row in rows), "all"]:
        chosen = [row for row in rows if task in ("all", row["task"])]
        alone = [row for row in chosen if not row["supervised"]]
        rate = f"{sum(row['success'] for row in alone) / len(alone):.3f}" if alone else "-"
        rescued = sum(row["interventions"] > 0 for row in chosen)
        steps = sum(row["steps"] for row in chosen)
        print(f"{task:<45}{len(chosen):>9}{len(chosen) - len(alone):>9}{rescued:>9}{rate:>9}{steps:>9}")


if __name__ == "__main__":
    sys.exit(main())
