#!/usr/bin/env python3
"""Evaluates a policy in simulation: one JSON object an episode on standard output.

    python simulate.py --server ws://127.0.0.1:8000 --episodes 100 --seed 1
    python simulate.py --weights policy.safetensors --episodes 100 --seed 1 --summary

Episode i of a task has the seed `--seed` + i, and depends on the policy, the task and that seed alone, so that all policies
that are given the same seed get the same layouts, and the same noise. No recording has these layouts: their seeds are 2^31
and above, those of record.py and fleet.py below.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path

import robots  # before numpy: it sets the number of threads
import numpy as np
from robots import EMBODIMENT, Attempt, PolicyServerError, Robot, Task

EVALUATION = 0x4E53_4556  # keeps these seeds' numbers apart from a recording's
REPOSITORY = Path(__file__).resolve().parents[2]


def main() -> int:
    arguments = parse()
    try:
        if arguments.server:
            episodes = evaluate(arguments, arguments.server)
        else:
            with serving(arguments) as server:
                episodes = evaluate(arguments, server)
    except (PolicyServerError, OSError) as error:
        print(f"simulate.py: {error}", file=sys.stderr)
        return 69
    if arguments.summary:
        print_summary(episodes)
    else:
        for episode in episodes:
            print(json.dumps(episode))
    return 0


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    policy = parser.add_mutually_exclusive_group(required=True)
    policy.add_argument("--server", metavar="ws://HOST:PORT", help="a running serve-policy")
    policy.add_argument("--weights", type=Path, metavar="FILE", help="a checkpoint: serve-policy is started with it")
    parser.add_argument("--indicator", choices=("positive", "negative", "absent"), help="with --weights")
    parser.add_argument("--guidance", type=float, help="with --weights: weight of the indicator, 1 if not given")
    parser.add_argument("--temperature", type=float, help="with --weights: of actions, serve-policy's if not given")
    parser.add_argument("--api-key", help="with --server, where it wants one")
    parser.add_argument(
        "--tasks", nargs="+", metavar="TASK", help="names, or a JSON file of {instruction, embodiment} (default: all)")
    parser.add_argument("--episodes", type=int, default=100, help="of each task (default 100)")
    parser.add_argument("--seed", type=int, default=1, help="the first episode's (default 1)")
    parser.add_argument("--robots", type=int, default=24, help="at the same time (default 24)")
    parser.add_argument("--processes", type=int, default=2, help="that share the robots (default 2)")
    parser.add_argument("--summary", action="store_true", help="print a table instead")
    arguments = parser.parse_args()
    if min(arguments.episodes, arguments.processes) < 1 or arguments.robots < arguments.processes or arguments.seed < 0:
        parser.error("--episodes and --processes must be at least 1, --robots at least --processes, --seed at least 0")
    try:
        arguments.tasks = robots.tasks_of(arguments.tasks)
    except (ValueError, OSError, KeyError) as error:
        parser.error(f"--tasks: {error}")
    return arguments


@contextmanager
def serving(arguments: argparse.Namespace) -> Iterator[str]:
    """A policy server for the weights, on a free port; its address."""
    programs = Path(os.environ.get("NIGHTSHIFT_PROGRAMS") or REPOSITORY / ".build/release")
    command = [programs / "serve-policy", "--weights", arguments.weights, "--port", "0", "--json"]
    for option in ("indicator", "guidance", "temperature"):
        if getattr(arguments, option) is not None:
            command += [f"--{option}", str(getattr(arguments, option))]
    try:
        # Where a stage started this program, its lifeline is that stage's standard input, not the server's.
        environment = {key: value for key, value in os.environ.items() if key != "NIGHTSHIFT_LIFELINE"}
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True, env=environment)
    except FileNotFoundError as error:
        raise PolicyServerError(
            f"starting {command[0]}: it is not there. Build it (swift build -c release), or name the folder with "
            "Nightshift's programs in NIGHTSHIFT_PROGRAMS") from error
    try:
        line = process.stdout.readline()
        if not line:
            raise PolicyServerError(
                f"starting serve-policy on {arguments.weights}: it ended with {process.wait()}; its words are above")
        ready = json.loads(line)
        yield f"ws://{ready['host']}:{ready['port']}"
    finally:
        process.terminate()
        process.wait()


def evaluate(arguments: argparse.Namespace, server: str) -> list[dict]:
    """All episodes, by task and seed."""
    attempts = [attempt(task, arguments.seed + i) for task, i in robots.interleaved(arguments.tasks, arguments.episodes)]
    count = min(arguments.processes, len(attempts))
    shares = [
        (server, arguments.api_key, arguments.robots // count, attempts[index::count]) for index in range(count)]
    with ProcessPoolExecutor(count, mp_context=get_context("fork")) as pool:
        episodes = [episode for share in pool.map(evaluate_share, shares) for episode in share]
    order = {task.instruction: index for index, task in enumerate(arguments.tasks)}
    return sorted(episodes, key=lambda episode: (order[episode["task"]], episode["seed"]))


def attempt(task: Task, seed: int) -> Attempt:
    """The episode of a task that goes by `seed`."""
    entropy = (EVALUATION, robots.TASKS.index(task), seed)
    layout = 2**31 + int(np.random.default_rng(entropy).integers(2**31))
    return Attempt(task, layout, seed, (*entropy, 1))


def evaluate_share(share: tuple) -> list[dict]:
    """What one process does."""
    server, api_key, count, attempts = share
    team = [Robot(server, api_key=api_key) for _ in range(min(count, len(attempts)))]
    team[0].check({attempt.task: None for attempt in attempts})
    results: list[dict] = []

    def ended(robot: Robot, episode) -> None:
        steps = len(episode.actions)
        results.append({
            "task": robot.attempt.task.instruction, "embodiment": EMBODIMENT, "seed": robot.attempt.seed,
            "success": bool(episode.success), "steps": steps, "seconds": steps * robot.simulator.step_seconds,
            "policy": robot.release})

    robots.drive(team, attempts, ended, int(team[0].metadata["executed_steps"]))
    return results


def print_summary(episodes: list[dict]) -> None:
    """Success and throughput, by task and over all."""
    print(f"{'task':<45}{'episodes':>9}{'success':>9}{'per 1,000 steps':>17}")
    for task in [*dict.fromkeys(episode["task"] for episode in episodes), "all"]:
        chosen = [episode for episode in episodes if task in ("all", episode["task"])]
        successes = sum(episode["success"] for episode in chosen)
        steps = sum(episode["steps"] for episode in chosen)
        print(f"{task:<45}{len(chosen):>9}{successes / len(chosen):>9.3f}{1000 * successes / steps:>17.2f}")


if __name__ == "__main__":
    sys.exit(main())
