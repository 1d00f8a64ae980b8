#!/usr/bin/env python3
"""Imitation in PyTorch on a flywheel's own episodes, evaluated on the layouts that the flywheel's policies were.

    scripts/benchmark learning WORKSPACE... [--steps 3000] [--base-steps 4000] [--json]

Four policies from the episodes that `scripts/flywheel` left in a workspace, of all its nights: `start` (the demonstrations
alone), `plain` (all episodes), `success-only` (successful episodes) and `advantage-weighted` (Peng et al., arXiv 1910.00177:
steps drawn by exp(advantage / 0.05), from a value function of its own). All go on from one base of the demonstrations for as many steps
as the flywheel's nights. The network is a residual MLP of half a million parameters with flow matching, which sees positions
relative to each other that a person chose for these tasks; ours are given the raw columns.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "examples/metaworld"))

import results  # noqa: E402
import simulate  # noqa: E402, before torch: it sets the number of threads
from robots import interleaved  # noqa: E402
from simulator import TASKS, Simulator  # noqa: E402

import h5py  # noqa: E402
import numpy as np  # noqa: E402
import torch  # noqa: E402
from torch import nn  # noqa: E402
from torch.nn.functional import one_hot, silu  # noqa: E402

LIMIT = 200  # steps of an episode
HORIZON, EXECUTED, FLOW_STEPS = 16, 8, 5
LOOKAHEAD, TEMPERATURE = 50, 0.05
POLICIES = ("start", "plain", "success-only", "advantage-weighted")
COLUMNS = (
    "hand_position", "gripper_opening", "object_position", "object_orientation", "second_object_position", "goal_position")


def main() -> int:
    arguments = parse()
    torch.set_num_threads(1)
    for workspace in arguments.workspaces:
        state = json.loads((workspace / "flywheel/state.json").read_text())
        options = state["options"]
        experience = Experience(recordings(workspace))
        trained = policies(experience, arguments, int(options["seed"]))
        tasks = [index for index, task in enumerate(TASKS) if task.name in options["tasks"]]
        for name in arguments.policies:
            episodes = evaluate(trained[name](), tasks, options["evaluation_episodes"], 100_000 * (options["seed"] + 1))
            folder = workspace / "flywheel/evaluations"
            (folder / f"compare-pytorch-{name}.jsonl").write_text("".join(json.dumps(e) + "\n" for e in episodes))
            figures = results.figures(episodes) | {"policy": name, "workspace": workspace.name}
            print(json.dumps(figures) if arguments.json else line(figures), flush=True)
    return 0


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/benchmark learning", description=__doc__.splitlines()[0])
    parser.add_argument("workspaces", type=Path, nargs="+")
    parser.add_argument("--steps", type=int, default=3000, help="of each policy after the base (default 3000)")
    parser.add_argument("--base-steps", type=int, default=4000, help="of the base (default 4000)")
    parser.add_argument("--value-steps", type=int, default=1500, help="of the value function (default 1500)")
    parser.add_argument("--policies", nargs="+", choices=POLICIES, default=POLICIES, metavar="POLICY", help="default: all")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    for workspace in arguments.workspaces:
        if not (workspace / "flywheel/state.json").exists():
            parser.error(f"{workspace} is no workspace of scripts/flywheel: it has no flywheel/state.json")
    return arguments


def line(figures: dict) -> str:
    low, high = figures["success_interval"]
    return (
        f"{figures['workspace']:<16}{figures['policy']:<20}{figures['success']:.3f} ({low:.3f} to {high:.3f})  "
        f"{figures['throughput']:.2f} in 1,000 steps")


# Episodes


@dataclass
class Recording:
    """One episode: what was seen (T x 37: now, the step before, the goal), done, and how it ended."""

    task: int
    seen: np.ndarray
    actions: np.ndarray
    is_human: np.ndarray
    is_demonstration: bool
    success: bool


def recordings(workspace: Path) -> list[Recording]:
    """All episodes that the flywheel's robots and teleoperators recorded, demonstrations first."""
    files = [*(workspace / "inbox/.ingested").rglob("*.hdf5")]
    order = {path: [int(n) for n in re.findall(r"\d+", path.name)] for path in files}
    tasks = {task.instruction: index for index, task in enumerate(TASKS)}
    found = []
    for path in sorted(files, key=lambda path: ("demonstrations" not in path.name, order[path], path.name)):
        with h5py.File(path) as file:
            found += [recording(group, tasks[group.attrs["instruction"]]) for group in file["data"].values()]
    return found


def recording(group: h5py.Group, task: int) -> Recording:
    rows = {name: group[f"obs/{name}"][:] for name in COLUMNS}
    now = np.concatenate([rows[name] for name in COLUMNS[:-1]], 1)
    before = np.concatenate([now[:1], now[:-1]])
    seen = np.concatenate([now, before, rows["goal_position"]], 1)
    return Recording(
        task, seen, group["actions"][:].astype(np.float32), group["interventions"][:].astype(bool),
        bool(group.attrs["demonstration"]), bool(group.attrs["success"]))


def features(seen: np.ndarray) -> np.ndarray:
    """Chosen by a person for these tasks: positions relative to each other, coarsely and finely, and velocities."""
    hand, opening, thing, turn, other = (seen[:, a:b] for a, b in ((0, 3), (3, 4), (4, 7), (7, 11), (11, 14)))
    before, goal = seen[:, 14:28], seen[:, 28:31]
    near = [thing - hand, goal - thing, goal - hand]
    present = np.abs(other).sum(1, keepdims=True) > 0
    parts = [
        (hand - [0, 0.6, 0.15]) * 5, opening, (thing - [0, 0.6, 0.1]) * 5, turn, (other - [0, 0.6, 0.1]) * 5 * present,
        (goal - [0, 0.7, 0.15]) * 5, (seen[:, :7] - before[:, :7]) * 20, *(part * 5 for part in near),
        *(np.clip(part * 25, -2, 2) for part in near)]
    return np.concatenate(parts, 1).astype(np.float32)


FEATURES = features(np.zeros((1, 31))).shape[1]


class Experience:
    """Episodes one after the other as tensors."""

    def __init__(self, episodes: list[Recording]):
        self.episodes = episodes
        lengths = np.array([len(episode.actions) for episode in episodes])
        self.starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
        self.features = torch.from_numpy(np.concatenate([features(episode.seen) for episode in episodes]))
        self.actions = torch.from_numpy(np.concatenate([episode.actions for episode in episodes]))
        tasks = torch.from_numpy(np.repeat([episode.task for episode in episodes], lengths))
        self.tasks = one_hot(tasks, len(TASKS)).float()
        self.success = np.repeat([episode.success for episode in episodes], lengths)
        self.count = len(self.features)
        steps = np.arange(self.count)[:, None] + np.arange(HORIZON)
        last = np.repeat(self.starts + lengths - 1, lengths)[:, None]
        self.chunks = torch.from_numpy(np.minimum(steps, last))
        self.mask = torch.from_numpy((steps <= last).astype(np.float32)).repeat_interleave(4, 1)

    def returns(self) -> np.ndarray:
        """-(steps to success) / LIMIT, and -1 where the policy failed: also before a human took over."""
        parts = []
        for episode in self.episodes:
            length = len(episode.actions)
            part = -(length - 1 - np.arange(length)) / LIMIT if episode.success else np.full(length, -1.0)
            if episode.is_human.any() and not episode.is_demonstration:
                part[:int(np.argmax(episode.is_human))] = -1
            parts.append(part)
        return np.clip(np.concatenate(parts), -1, 0).astype(np.float32)

    def advantages(self, values: np.ndarray) -> np.ndarray:
        """What came of LOOKAHEAD steps, above the value before them."""
        parts = []
        for start, episode in zip(self.starts, self.episodes):
            length = len(episode.actions)
            value, step = values[start:start + length], np.arange(length)
            later = np.minimum(step + LOOKAHEAD, length)
            end = -(length - 1 - step) / LIMIT if episode.success else np.full(length, -1.0)
            ahead = np.where(later < length, (step - later) / LIMIT + value[np.minimum(later, length - 1)], end)
            parts.append(np.clip(ahead, -1, 0) - value)
        return np.concatenate(parts)


# Networks


class Policy(nn.Module):
    """Flow matching on chunks of actions, by a residual MLP."""

    def __init__(self, width: int = 192, blocks: int = 3):
        super().__init__()
        seen = FEATURES + len(TASKS)
        self.chunk, self.seen, self.time = nn.Linear(4 * HORIZON, width), nn.Linear(seen, width), nn.Linear(32, width)
        self.deep = nn.Sequential(nn.Linear(seen, width), nn.SiLU(), nn.Linear(width, width))
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(blocks))
        self.wide = nn.ModuleList(nn.Linear(width, 2 * width) for _ in range(blocks))
        self.narrow = nn.ModuleList(nn.Linear(2 * width, width) for _ in range(blocks))
        self.out = nn.Linear(width, 4 * HORIZON)
        self.register_buffer("frequencies", torch.exp(torch.linspace(0, math.log(200.0), 16)))

    def forward(self, chunk, time, seen):
        angles = time[:, None] * self.frequencies
        hidden = self.chunk(chunk) + self.seen(seen) + self.deep(seen) + self.time(torch.cat([angles.sin(), angles.cos()], 1))
        for norm, wide, narrow in zip(self.norms, self.wide, self.narrow):
            hidden = hidden + narrow(silu(wide(norm(hidden))))
        return self.out(hidden)

    @torch.no_grad()
    def act(self, seen: np.ndarray, task: int, generator: torch.Generator) -> np.ndarray:
        """Chunks (N x HORIZON x 4) for N observations of one task."""
        tasks = one_hot(torch.full((len(seen),), task), len(TASKS)).float()
        inputs = torch.cat([torch.from_numpy(features(seen)), tasks], 1)
        chunk = torch.randn(len(seen), 4 * HORIZON, generator=generator)
        for step in range(FLOW_STEPS):
            chunk = chunk + self(chunk, torch.full((len(seen),), step / FLOW_STEPS), inputs) / FLOW_STEPS
        return chunk.view(-1, HORIZON, 4).clamp(-1, 1).numpy()


def fit_values(data: Experience, steps: int, seed: int) -> np.ndarray:
    """V of every step, by a classifier of the return in 201 bins (two-hot cross-entropy)."""
    torch.manual_seed(seed)
    inputs = torch.cat([data.features, data.tasks], 1)
    network = nn.Sequential(
        nn.Linear(inputs.shape[1], 256), nn.SiLU(), nn.Linear(256, 256), nn.SiLU(), nn.Linear(256, 201))
    position = (torch.from_numpy(data.returns()) + 1) * 200
    lower = position.floor().long().clamp(0, 199)
    share = position - lower
    optimiser = torch.optim.AdamW(network.parameters(), 1e-3, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
    for _ in range(steps):
        drawn = torch.randint(data.count, (512,))
        logs = network(inputs[drawn]).log_softmax(-1)
        below, above = (logs.gather(1, (lower[drawn] + k)[:, None])[:, 0] for k in (0, 1))
        loss = -((1 - share[drawn]) * below + share[drawn] * above).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    with torch.no_grad():
        parts = [(network(part).softmax(-1) * torch.linspace(-1, 0, 201)).sum(-1) for part in inputs.split(20_000)]
    return torch.cat(parts).numpy()


def fit(
    data: Experience, steps: int, seed: int, weights: np.ndarray | None = None, base: Policy | None = None
) -> Policy:
    """AdamW with warm-up and cosine; what is returned is the moving average."""
    torch.manual_seed(seed)
    policy = Policy()
    if base is not None:
        policy.load_state_dict(base.state_dict())
    optimiser = torch.optim.AdamW(policy.parameters(), 1e-3 if base is None else 7e-4, weight_decay=1e-4)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda k: min(1, (k + 1) / 100) * (0.5 * (1 + math.cos(math.pi * k / steps)) * 0.97 + 0.03))
    average = {name: value.clone() for name, value in policy.state_dict().items()}
    beta = torch.distributions.Beta(1.5, 1.0)
    sums = None if weights is None else torch.cumsum(torch.from_numpy(weights / weights.sum()), 0)
    for k in range(steps):
        drawn = torch.randint(data.count, (256,))
        if sums is not None:
            drawn = torch.searchsorted(sums, torch.rand(256, dtype=torch.float64)).clamp(max=data.count - 1)
        target, mask = data.actions[data.chunks[drawn]].flatten(1), data.mask[drawn]
        noise, time = torch.randn_like(target), 0.999 * (1 - beta.sample((256,)))
        noisy = (1 - time[:, None]) * noise + time[:, None] * target
        velocity = policy(noisy, time, torch.cat([data.features[drawn], data.tasks[drawn]], 1))
        loss = (((velocity - (target - noise)) ** 2) * mask).sum() / mask.sum()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        with torch.no_grad():
            for name, value in policy.state_dict().items():
                average[name].lerp_(value, 1 - min(0.995, (k + 1) / (k + 10)))
    policy.load_state_dict(average)
    return policy.eval()


def policies(data: Experience, arguments: argparse.Namespace, seed: int) -> dict:
    """How to make each policy."""
    shown = Experience([episode for episode in data.episodes if episode.is_demonstration])
    base = fit(shown, arguments.base_steps, seed)

    def weighted() -> Policy:
        advantages = data.advantages(fit_values(data, arguments.value_steps, seed))
        weights = np.exp(np.clip(advantages / TEMPERATURE, -4, 3)).astype(np.float64)
        return fit(data, arguments.steps, seed, weights, base)

    return {
        "start": lambda: fit(shown, arguments.steps, seed, base=base),
        "plain": lambda: fit(data, arguments.steps, seed, base=base),
        "success-only": lambda: fit(data, arguments.steps, seed, data.success.astype(np.float64), base),
        "advantage-weighted": weighted,
    }


# Evaluation


def evaluate(policy: Policy, tasks: list[int], count: int, seed: int) -> list[dict]:
    """All episodes, as examples/metaworld/simulate.py has them: the same layouts for the same seed."""
    attempts = [
        (index, seed + number) for index, number in ((TASKS.index(t), n) for t, n in interleaved([TASKS[i] for i in tasks], count))]
    shares = [(policy, attempts[part::2]) for part in range(2)]
    with ProcessPoolExecutor(2, mp_context=get_context("fork")) as pool:
        episodes = [episode for share in pool.map(drive, shares) for episode in share]
    return sorted(episodes, key=lambda episode: (episode["task"], episode["seed"]))


def drive(share: tuple[Policy, list[tuple[int, int]]]) -> list[dict]:
    policy, attempts = share
    torch.set_num_threads(1)
    simulators: dict[int, Simulator] = {}
    return [episode(policy, *attempt, simulators) for attempt in attempts]


def episode(policy: Policy, task: int, seed: int, simulators: dict[int, Simulator]) -> dict:
    """One attempt; EXECUTED steps of every chunk."""
    simulator = simulators.get(task) or simulators.setdefault(task, Simulator(TASKS[task], is_lean=True))
    simulator.reset(simulate.attempt(TASKS[task], seed).layout)
    generator = torch.Generator().manual_seed(1000 * seed + task)
    before = now = row(simulator)
    for step in range(LIMIT):
        if step % EXECUTED == 0:
            seen = np.concatenate([now[:14], before[:14], now[14:]])[None].astype(np.float32)
            chunk = policy.act(seen, task, generator)[0]
        success = simulator.step(chunk[step % EXECUTED])
        before, now = now, row(simulator)
        if success:
            break
    return {
        "task": TASKS[task].instruction, "embodiment": "sawyer-hand-4dof", "seed": seed, "success": success,
        "steps": step + 1, "seconds": (step + 1) * simulator.step_seconds}


def row(simulator: Simulator) -> np.ndarray:
    named = simulator.named_observation()
    return np.concatenate([named[name] for name in COLUMNS])


if __name__ == "__main__":
    raise SystemExit(main())
