#!/usr/bin/env python3
"""PyTorch's side of the figures: what the twin takes for the work that we measure of ourselves.

    benchmarks/rival.py train --configuration FILE --batch N [--compile] --threads {1,2}
    benchmarks/rival.py value --configuration FILE --batch N [--compile] --threads {1,2}
    benchmarks/rival.py infer --configuration FILE [--compile] --threads {1,2}
    benchmarks/rival.py sgemm --threads {1,2}

Prints one JSON object. Each run is a process of its own, so that peak memory is that run's.
"""
import argparse
import json
import math
import os
import resource
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import torch

sys.path.insert(0, str(Path(__file__).parent / "twin"))
from twin import Observation, PolicyTwin, ValueTwin, camera_count, widest  # noqa: E402

LATEST_TIME = 0.999
DECAY = 0.995
WARM_STEPS = 5
WARM_CALLS = 30
CALLS = 400


def peak_bytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


class Neighbours:
    """How much of the machine's processor time other processes take meanwhile."""

    def __init__(self):
        self.start = self.seconds()

    @staticmethod
    def seconds() -> tuple[float, float, float]:
        """Seconds of all processors since the start: in all, busy, and busy with this process."""
        with open("/proc/stat") as file:
            ticks = [int(field) for field in file.readline().split()[1:9]]
        own = resource.getrusage(resource.RUSAGE_SELF)
        whole = sum(ticks) / os.sysconf("SC_CLK_TCK")
        idle = (ticks[3] + ticks[4]) / os.sysconf("SC_CLK_TCK")
        return whole, whole - idle, own.ru_utime + own.ru_stime

    def share(self) -> float:
        whole, busy, own = (now - then for now, then in zip(self.seconds(), self.start))
        return max(0.0, busy - own) / max(whole, 1e-9)


def random_observation(configuration: dict, batch: int) -> Observation:
    robots = len(configuration["embodiments"])
    words, length = configuration["vocabularySize"], configuration["instructionLength"]
    patches = camera_mask = subtasks = None
    if cameras := camera_count(configuration):
        patch = configuration["patchSize"]
        places = (configuration["imageSize"] // patch) ** 2
        patches = torch.rand(batch, cameras, places, 3 * patch ** 2) * 2 - 1
        camera_mask = torch.ones(batch, cameras)
    if subtask_length := configuration.get("subtaskLength"):
        subtasks = torch.randint(words, (batch, subtask_length))
    return Observation(
        states=torch.randn(batch, configuration["historyLength"],
                           widest(configuration, "stateWidth")),
        embodiments=torch.randint(robots, (batch,)),
        instructions=torch.randint(words, (batch, length)), patches=patches,
        camera_mask=camera_mask, subtasks=subtasks,
        indicators=torch.randint(-1, 2, (batch,)) if "expert" in configuration else None)


def scatter(network: torch.nn.Module) -> None:
    """Random parameters, so that no layer is the identity and no gradient is zero."""
    for parameter in network.parameters():
        torch.nn.init.normal_(parameter, std=0.02)


class Timing(NamedTuple):
    seconds: list[float]  # of each call
    others: float  # share of the machine that other processes took

    @property
    def calls_per_second(self) -> float:
        return len(self.seconds) / sum(self.seconds)

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    @property
    def p99(self) -> float:
        """By nearest rank."""
        return sorted(self.seconds)[math.ceil(0.99 * len(self.seconds)) - 1]


def measure(call: Callable[[], object], warm: int, seconds: float, calls: int = 1) -> Timing:
    """Times single calls, for so many seconds and at least so many calls."""
    for _ in range(warm):
        call()
    neighbours = Neighbours()
    times: list[float] = []
    while len(times) < calls or sum(times) < seconds:
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return Timing(times, neighbours.share())


class Training:
    """A training step: forward, loss, backward, clipping, AdamW, moving average."""

    def __init__(self, configuration: dict, batch: int, compiles: bool):
        self.policy = PolicyTwin(configuration)
        scatter(self.policy)
        self.loss = torch.compile(self.policy.loss) if compiles else self.policy.loss
        self.parameters = list(self.policy.parameters())
        self.average = [parameter.detach().clone() for parameter in self.parameters]
        self.optimizer = torch.optim.AdamW(
            self.parameters, lr=1e-4, weight_decay=1e-4, fused=True)
        self.observation = random_observation(configuration, batch)
        self.actions = torch.randn(
            batch, configuration["horizon"], widest(configuration, "actionWidth"))
        self.weights = torch.ones_like(self.actions)
        self.targets = self.observation.subtasks
        self.share = torch.distributions.Beta(1.5, 1.0)

    def step(self) -> float:
        noise = torch.randn_like(self.actions)
        times = LATEST_TIME * (1 - self.share.sample((len(noise),)))
        loss, _ = self.loss(
            self.observation, self.actions, noise, times, self.weights, self.targets)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.parameters, 1.0)
        self.optimizer.step()
        with torch.no_grad():
            torch._foreach_lerp_(self.average, self.parameters, 1 - DECAY)
        return loss.item()


def train(options: argparse.Namespace) -> dict:
    configuration = json.loads(options.configuration.read_text())
    before = peak_bytes()
    training = Training(configuration, options.batch, options.compile)
    timing = measure(training.step, WARM_STEPS, options.seconds)
    return {
        "samples_per_second": options.batch * timing.calls_per_second,
        "median_step_ms": 1e3 * timing.median, "calls": len(timing.seconds),
        "parameters": sum(parameter.numel() for parameter in training.parameters),
        "peak_rss_bytes": peak_bytes(), "rss_before_bytes": before, "others": timing.others,
    }


@torch.inference_mode()
def value(options: argparse.Namespace) -> dict:
    configuration = json.loads(options.configuration.read_text())
    network = ValueTwin(configuration).eval()
    scatter(network)
    observation = random_observation(configuration, options.batch)
    call = torch.compile(network) if options.compile else network
    timing = measure(lambda: call(observation), WARM_STEPS, options.seconds)
    return {"states_per_second": options.batch * timing.calls_per_second,
            "calls": len(timing.seconds), "others": timing.others}


@torch.inference_mode()
def infer(options: argparse.Namespace) -> dict:
    configuration = json.loads(options.configuration.read_text())
    policy = PolicyTwin(configuration).eval()
    scatter(policy)
    observation = random_observation(configuration, batch=1)
    noise = torch.randn(1, configuration["horizon"], widest(configuration, "actionWidth"))
    modulations = policy.step_modulations()
    chunks = torch.compile(policy.chunks) if options.compile else policy.chunks
    timing = measure(
        lambda: chunks(observation, noise, modulations), WARM_CALLS, options.seconds, CALLS)
    return {"median_ms": 1e3 * timing.median, "p99_ms": 1e3 * timing.p99,
            "calls": len(timing.seconds), "others": timing.others}


def sgemm(options: argparse.Namespace) -> dict:
    size = 1024
    left, right = torch.randn(size, size), torch.randn(size, size)
    product = torch.empty(size, size)
    timing = measure(lambda: torch.mm(left, right, out=product), 10, options.seconds)
    work = 2 * size ** 3 / 1e9
    return {"gflops": work / timing.median, "gflops_best": work / min(timing.seconds),
            "others": timing.others}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("work", choices=["train", "value", "infer", "sgemm"])
    parser.add_argument("--configuration", type=Path)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--compile", action="store_true", help="by torch.compile (inductor)")
    parser.add_argument("--threads", type=int, choices=[1, 2], default=2)
    parser.add_argument("--seconds", type=float, default=10)
    options = parser.parse_args()
    if options.work != "sgemm" and options.configuration is None:
        parser.error(f"{options.work} needs --configuration FILE")
    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    result = {"train": train, "value": value, "infer": infer, "sgemm": sgemm}[options.work](options)
    described = {"work": options.work, "compile": options.compile, "threads": options.threads,
                 "torch": torch.__version__}
    print(json.dumps(described | result))


if __name__ == "__main__":
    main()
