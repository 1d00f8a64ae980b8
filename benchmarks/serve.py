#!/usr/bin/env python3
"""Measures how long robots wait for a chunk from one policy server.

    benchmarks/serve.py --programs .build/release [--robots 8] [--seconds 15] [--json]

`scripts/benchmark serve` calls this. Each robot is a process with openpi's own client. First all ask as fast as they
get answers; then each asks ten times a second, as robots at 80 Hz do that execute half of a chunk of 16.
"""
import argparse
import json
import math
import multiprocessing
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from openpi_client.websocket_client_policy import WebsocketClientPolicy

LIMIT_MS = 20  # what the P99 of a chunk may be
CHUNKS_A_SECOND = 10
WARM = 20  # chunks of each robot that do not count


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


@contextmanager
def server(programs: Path) -> Iterator[int]:
    """A server of an untrained policy, and its port."""
    with tempfile.TemporaryDirectory() as folder:
        weights = f"{folder}/weights.safetensors"
        subprocess.run([programs / "nightshift-benchmark", "weights", weights], check=True)
        process = subprocess.Popen(
            [programs / "serve-policy", "--weights", weights, "--port", "0", "--json"],
            stdout=subprocess.PIPE, text=True)
        try:
            yield json.loads(process.stdout.readline())["port"]
        finally:
            process.terminate()
            process.wait()


def observations(metadata: dict, robot: int) -> Iterator[dict]:
    """What a robot sees: two steps of every observation, one of the tasks."""
    numbers = np.random.default_rng(robot)
    task = metadata["tasks"][robot % len(metadata["tasks"])]
    while True:
        yield {"prompt": task["instruction"]} | {
            each["key"]: numbers.uniform(-1, 1, (2, *each["shape"])).astype(np.float32)
            for each in metadata["observation"]}


def drive(robot: int, port: int, seconds: float, pause: float, ready, results) -> None:
    """One robot: how many milliseconds it waited for each chunk."""
    policy = WebsocketClientPolicy("127.0.0.1", port)
    seen = observations(policy.get_server_metadata(), robot)
    for _ in range(WARM):
        policy.infer(next(seen))
    ready.wait()
    due = time.perf_counter() + random.Random(robot).random() * pause
    end = time.perf_counter() + seconds
    waits = []
    while due < end:
        observation = next(seen)
        time.sleep(max(0, due - time.perf_counter()))
        start = time.perf_counter()
        policy.infer(observation)
        waits.append(1e3 * (time.perf_counter() - start))
        due = max(due + pause, time.perf_counter())
    results.put(waits)


def measure(port: int, robots: int, seconds: float, pause: float) -> list[float]:
    context = multiprocessing.get_context("spawn")
    ready, results = context.Barrier(robots), context.Queue()
    processes = [
        context.Process(target=drive, args=(robot, port, seconds, pause, ready, results))
        for robot in range(robots)]
    for process in processes:
        process.start()
    waits = [wait for _ in processes for wait in results.get()]
    for process in processes:
        process.join()
    return waits


def idle_share() -> float:
    """Share of this machine that nobody uses, over a second."""
    def times() -> list[int]:
        return [int(word) for word in Path("/proc/stat").read_text().split("\n")[0].split()[1:]]
    before = times()
    time.sleep(1)
    spent = [after - start for start, after in zip(before, times())]
    return spent[3] / max(1, sum(spent))


def figures(way: str, robots: int, waits: list[float]) -> Iterator[dict]:
    p99 = sorted(waits)[math.ceil(0.99 * len(waits)) - 1]  # by nearest rank
    for name, value in [("median", statistics.median(waits)), ("p99", p99)]:
        yield {
            "figure": f"serve-tiny-{robots}-{way}-{name}", "ours": round(value, 3),
            "peer": LIMIT_MS, "peer_name": "the limit, ms", "ratio": round(LIMIT_MS / value, 3),
            "target": 1, "met": value < LIMIT_MS}


def show(figure: dict, as_json: bool) -> None:
    if as_json:
        print(json.dumps(figure), flush=True)
    else:
        print(f"{figure['figure']:30} {figure['ours']:8.2f} ms, limit {figure['peer']} ms  "
              f"{'yes' if figure['met'] else 'NO'}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--programs", type=Path, required=True, help="where our programs are")
    parser.add_argument("--robots", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=15, help="of each of the two ways")
    parser.add_argument("--json", action="store_true", help="one object a line")
    options = parser.parse_args()
    idle = idle_share()
    if idle < 0.95:
        say(f"warning: other processes take {1 - idle:.0%} of this machine's {os.cpu_count()} cores")
    with server(options.programs) as port:
        for way, pause in [("closed", 0.0), ("paced", 1 / CHUNKS_A_SECOND)]:
            waits = measure(port, options.robots, options.seconds, pause)
            say(f"== {way}: {len(waits)} chunks, {len(waits) / options.seconds:.0f} a second, "
                f"longest {max(waits):.1f} ms")
            for figure in figures(way, options.robots, waits):
                show(figure, options.json)


if __name__ == "__main__":
    main()
