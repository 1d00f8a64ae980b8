#!/usr/bin/env python3
"""Measures how long robots wait for a chunk from one policy server.

    benchmarks/serve.py --programs .build/release [--peer PYTHON] [--robots 8] [--seconds 15] [--json]

`scripts/benchmark serve` calls this. Each robot is a process with openpi's own client. First all ask as fast as they
get answers; then each asks ten times a second, as robots at 80 Hz do that execute half of a chunk of 16. Both once
more guided by an indicator, which takes two passes. With a Python that has PyTorch the same robots ask openpi's kind
of server, too: openpi_server.py.
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
PEER = Path(__file__).parent / "openpi_server.py"
PEER_TARGET = 2  # how many times better we want to be
VARIANTS = [["--threads", "1"], ["--threads", "2"], ["--threads", "1", "--compile"]]
CHUNKS_A_SECOND = 10
WARM = 20  # chunks of each robot that do not count


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


@contextmanager
def server(command: list[str]) -> Iterator[int]:
    """A server that prints its port as JSON when it is ready, and the port."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        line = process.stdout.readline()
        if not line:
            say(f"error: {' '.join(command)} ended with {process.wait()} before it was ready")
            sys.exit(70)
        yield json.loads(line)["port"]
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


def measure_ways(command: list[str], robots: int, seconds: float, prefix: str = "") -> dict[str, float]:
    """Median and P99 of both ways, by the figure's name, in which `prefix` stands before the way."""
    found = {}
    with server(command) as port:
        for way, pause in [("closed", 0.0), ("paced", 1 / CHUNKS_A_SECOND)]:
            waits = measure(port, robots, seconds, pause)
            say(f"== {Path(command[0]).name} {' '.join(command[1:])}: {way}, {len(waits) / seconds:.0f} chunks a second, "
                f"longest wait {max(waits):.1f} ms")
            found[f"serve-tiny-{robots}-{prefix}{way}-median"] = statistics.median(waits)
            found[f"serve-tiny-{robots}-{prefix}{way}-p99"] = (  # by nearest rank
                sorted(waits)[math.ceil(0.99 * len(waits)) - 1])
    return found


def against(ours: dict[str, float], peer: dict[str, float], name: str, target: float
            ) -> Iterator[dict]:
    for figure, value in ours.items():
        ratio = peer[figure] / value
        yield {"figure": figure, "ours": round(value, 3), "peer": round(peer[figure], 3),
               "peer_name": name, "ratio": round(ratio, 3), "target": target,
               "met": ratio >= target}


def against_peer(command: list[str], weights: str, options: argparse.Namespace) -> list[dict]:
    """Against the best of what PyTorch does eagerly with 1 and 2 threads, and compiled.

    Ours is measured once more after each, because shared machines change their speed within minutes.
    """
    lines = []
    for variant in VARIANTS:
        peer = [options.peer, str(PEER), weights, *variant]
        theirs = measure_ways(peer, options.robots, options.seconds)
        ours = measure_ways(command, options.robots, options.seconds)
        name = f"openpi's kind of server, PyTorch {' '.join(variant)}"
        lines.append(list(against(ours, theirs, name, PEER_TARGET)))
    return [min(figure, key=lambda line: line["ratio"]) for figure in zip(*lines)]


def show(figure: dict, as_json: bool) -> None:
    if as_json:
        print(json.dumps(figure), flush=True)
    else:
        print(f"{figure['figure']:28} {figure['ours']:8.2f} ms {figure['peer']:10.2f} ms "
              f"{figure['ratio']:7.2f} {figure['target']:5.1f} "
              f"{'yes' if figure['met'] else 'NO':>4}  {figure['peer_name']}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--programs", type=Path, required=True, help="where our programs are")
    parser.add_argument("--peer", help="a Python with PyTorch, websockets and openpi-client")
    parser.add_argument("--robots", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=15, help="of each of the two ways")
    parser.add_argument("--json", action="store_true", help="one object a line")
    options = parser.parse_args()
    idle = idle_share()
    if idle < 0.95:
        say(f"warning: other processes take {1 - idle:.0%} of this machine's {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as folder:
        weights = f"{folder}/weights.safetensors"
        subprocess.run([options.programs / "nightshift-benchmark", "weights", weights], check=True)
        command = [str(options.programs / "serve-policy"), "--weights", weights, "--port", "0",
                   "--json"]
        ours = measure_ways(command, options.robots, options.seconds)
        # As releases that were trained with indicators are served: every chunk in two passes.
        guided = measure_ways([*command, "--indicator", "positive"], options.robots, options.seconds, "guided-")
        limit = {figure: float(LIMIT_MS) for figure in [*ours, *guided]}
        lines = list(against(ours | guided, limit, "the limit", 1))
        if options.peer is not None:
            lines += against_peer(command, weights, options)
    for line in lines:
        show(line, options.json)


if __name__ == "__main__":
    main()
