#!/usr/bin/env python3
"""Runs our benchmark and PyTorch's in turn, and prints them side by side.

    benchmarks/compare.py train|infer --ours .build/release/nightshift-benchmark [--json]

`scripts/benchmark` calls this. Ends with 0 when everything was measured, whatever the figures say.
"""
import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

RIVAL = Path(__file__).parent / "rival.py"
SECONDS = "6"  # of each of our measurements
BUSY = 0.05  # share of the machine that others may take before we warn


class Work(NamedTuple):
    """Something that PyTorch does on one network, with the figures that come of it."""
    arguments: list[str]  # of rival.py
    network: list[str]  # arguments with which our binary prints its configuration
    figures: dict[str, str]  # our figure: the rival's key


class Target(NamedTuple):
    eager: float
    compiled: float | None


WORKS = {
    "train": [
        Work(["train", "--batch", "256"], ["tiny"], {"train-tiny-256": "samples_per_second"}),
        Work(["train", "--batch", "32"], ["small"],
             {"train-small-32": "samples_per_second", "memory-small-step": "peak_rss_bytes"}),
    ],
    "infer": [
        Work(["value", "--batch", "64"], ["small", "--value"],
             {"value-small-64": "states_per_second"}),
        Work(["infer"], ["tiny"], {"chunk-tiny-median": "median_ms", "chunk-tiny-p99": "p99_ms"}),
        Work(["infer"], ["small"],
             {"chunk-small-median": "median_ms", "chunk-small-p99": "p99_ms"}),
    ],
}
# How many times better we want to be than PyTorch, eager and compiled.
TARGETS = {
    "train-tiny-256": Target(2, 1.5),
    "train-small-32": Target(1.3, 1.15),
    "memory-small-step": Target(1 / 0.7, None),
    "value-small-64": Target(1.3, 1.15),
    "chunk-tiny-median": Target(4, 2),
    "chunk-tiny-p99": Target(4, 2),
    "chunk-small-median": Target(2, 1.3),
    "chunk-small-p99": Target(2, 1.3),
}
LESS_IS_BETTER = ("memory", "chunk")
PEAK_SHARE, PEAK_TARGET = "train-small-peak-share", 0.75


class Comparison(NamedTuple):
    figure: str
    ours: float
    peer: float
    peer_name: str
    ratio: float  # above 1 where we are better
    target: float

    def object(self) -> dict:
        return self._asdict() | {"met": self.ratio >= self.target}


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def run(command: list[str]) -> str:
    """What a command prints. Ends this program if the command fails."""
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        say(done.stderr[-3000:])
        say(f"error: {' '.join(command)} ended with {done.returncode}; its last words are above")
        sys.exit(70)
    return done.stdout


def measure_ours(binary: str, kind: str, figures: dict[str, str]) -> dict[str, float]:
    """Our figures of a work, a process each, because peak memory is a process's."""
    lines = []
    for figure in figures:
        # Median and P99 of a latency come of the same calls.
        only = figure.removesuffix("-median")
        if not figure.endswith("-p99"):
            say(f"== {binary} {kind} --only {only}")
            lines += [json.loads(line) for line in
                      run([binary, kind, "--only", only, "--seconds", SECONDS]).splitlines()]
    return {line["figure"]: line["value"] for line in lines}


def measure_rival(arguments: list[str]) -> dict:
    say(f"== PyTorch: {' '.join(arguments)}")
    result = json.loads(run([sys.executable, str(RIVAL), *arguments]).splitlines()[-1])
    if result["others"] > BUSY:
        say(f"warning: meanwhile other processes took {result['others']:.0%} of this machine")
    return result


def compare(kind: str, work: Work, binary: str) -> Iterator[Comparison]:
    """Our figures of a work against PyTorch's best of 1 and 2 threads, eager and compiled.

    Ours are measured before and after each of PyTorch's measurements, so that a machine that
    grows slower or faster meanwhile does so for both.
    """
    measured = [measure_ours(binary, kind, work.figures)]
    found = []
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        file.write(run([binary, "configuration", *work.network]))
        file.flush()
        for compiles in [False, True]:
            pairs = []
            for threads in [1, 2]:
                result = measure_rival([*work.arguments, "--configuration", file.name,
                                        "--threads", str(threads), *["--compile"] * compiles])
                measured.append(measure_ours(binary, kind, work.figures))
                pairs.append((measured[-2:], result))
            for figure, key in work.figures.items():
                target = TARGETS[figure].compiled if compiles else TARGETS[figure].eager
                if target is not None:
                    found.append(min((against(figure, around, result, key, target)
                                      for around, result in pairs), key=lambda pair: pair.ratio))
    if PEAK_SHARE in measured[0]:
        yield peak_share(measured)
    yield from found


def against(
    figure: str, around: list[dict[str, float]], result: dict, key: str, target: float,
) -> Comparison:
    """The mean of ours before and after against what PyTorch did between them."""
    ours = statistics.mean(each[figure] for each in around)
    peer = result[key]
    ratio = peer / ours if figure.startswith(LESS_IS_BETTER) else ours / peer
    return Comparison(figure, ours, peer, peer_name(result), ratio, target)


def peer_name(result: dict) -> str:
    way = "torch.compile" if result["compile"] else "eager"
    threads = "1 thread" if result["threads"] == 1 else f"{result['threads']} threads"
    return f"PyTorch {result['torch']} {way}, {threads}"


def peak_share(measured: list[dict[str, float]]) -> Comparison:
    """Against the sgemm peak of both cores that our own binary measured in the same process."""
    middle = sorted(measured, key=lambda each: each[PEAK_SHARE])[len(measured) // 2]
    share, peak = middle[PEAK_SHARE], middle["sgemm-peak"]
    return Comparison(PEAK_SHARE, share * peak, peak, "sgemm of both cores, FLOP/s", share,
                      PEAK_TARGET)


def number(value: float) -> str:
    return f"{value:,.0f}" if 1000 <= value < 1e6 else f"{value:.3g}"


def show(comparison: Comparison, as_json: bool) -> None:
    line = comparison.object()
    if as_json:
        print(json.dumps(line), flush=True)
        return
    print(f"{line['figure']:22} {number(line['ours']):>14} {number(line['peer']):>14} "
          f"{line['ratio']:6.2f} {line['target']:7.2f} {'yes' if line['met'] else 'NO':>4}  "
          f"{line['peer_name']}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("work", choices=[*WORKS])
    parser.add_argument("--ours", required=True, help="our benchmark's executable")
    parser.add_argument("--json", action="store_true", help="one object a line")
    options = parser.parse_args()
    if not options.json:
        print(f"{'figure':22} {'ours':>14} {'peer':>14} {'ratio':>6} {'target':>7} {'met':>4}  peer")
    for work in WORKS[options.work]:
        for comparison in compare(options.work, work, options.ours):
            show(comparison, options.json)


if __name__ == "__main__":
    main()
