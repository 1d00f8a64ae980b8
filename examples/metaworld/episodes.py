"""One recorded episode: who drove, what happened, step by step."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

import numpy as np

from simulator import TASKS, Simulator, Task
from teleoperators import Teleoperator

STEP_LIMIT = 200
TAKEOVER_STEP = 100
POLICY = "scripted-noisy-1"
OPERATORS = 6
ROBOT_SITES = {"sawyer-01": "north", "sawyer-02": "north", "sawyer-03": "south", "sawyer-04": "south"}
FIRST_DAY = datetime(2026, 3, 2, 8, tzinfo=timezone.utc)


@dataclass
class Episode:
    """Rows of equal number in every list; attributes ready for an HDF5 group."""

    attributes: dict[str, object]
    success: bool = False
    observations: list[dict[str, np.ndarray]] = field(default_factory=list)
    actions: list[np.ndarray] = field(default_factory=list)
    timestamps: list[float] = field(default_factory=list)
    interventions: list[bool] = field(default_factory=list)


def record(simulator: Simulator, seed: int, number: int, demonstration: bool = False) -> Episode:
    """Records episode `number` of the simulator's task. Depends on the arguments and nothing else.

    One of four is autonomous, unless it has to be a `demonstration`.
    """
    task = simulator.task
    random = np.random.default_rng([seed, TASKS.index(task), number])
    layout_seed = int(random.integers(2**31))
    robot = list(ROBOT_SITES)[int(random.integers(len(ROBOT_SITES)))]
    operator = int(random.integers(OPERATORS))
    autonomous = number % 4 == 3 and not demonstration
    supervised = not autonomous or number % 12 != 3  # one autonomous episode of three has no operator at hand
    attributes: dict[str, object] = {
        "instruction": task.instruction,
        "robot": robot,
        "site": ROBOT_SITES[robot],
        "calibration": f"{robot}-2026-02-27",
        "recorded_at": _start_time(task, number),
        "demonstration": np.bool_(not autonomous),
        "seed": np.int64(layout_seed),
        "licence": "Apache-2.0",
    }
    if supervised:
        attributes["operator"] = f"operator-{operator + 1}"
    if autonomous:
        attributes["policy"] = POLICY
        driver = Teleoperator(task.name, random.uniform(0.45, 0.85), random)
        rescuer = Teleoperator(task.name, 1.0, random) if supervised else None
    else:
        driver = Teleoperator(task.name, _skill(operator, random), random)
        rescuer = None
    simulator.reset(layout_seed)
    return _drive(simulator, Episode(attributes), driver, rescuer, random)


def _drive(
    simulator: Simulator,
    episode: Episode,
    driver: Teleoperator,
    rescuer: Teleoperator | None,
    random: np.random.Generator,
) -> Episode:
    """Runs until the first success or the step limit; the rescuer, if any, takes over at the takeover step."""
    clock_noise = 0.02 * simulator.step_seconds
    for step in range(STEP_LIMIT):
        intervening = rescuer is not None and step >= TAKEOVER_STEP
        action = (rescuer if intervening else driver).action(simulator.observation)
        jitter = float(np.clip(random.normal(0, clock_noise), -3 * clock_noise, 3 * clock_noise))
        episode.observations.append(simulator.named_observation())
        episode.actions.append(action)
        episode.timestamps.append(max(0.0, step * simulator.step_seconds + (jitter if step else 0.0)))
        episode.interventions.append(intervening)
        episode.success = simulator.step(action)
        if episode.success:
            break
    return episode


def _skill(operator: int, random: np.random.Generator) -> float:
    """Operator 1 is a beginner and the last an expert; all together are uniform on [0.65, 1]."""
    return 0.65 + 0.35 * (operator + random.uniform()) / OPERATORS


def _start_time(task: Task, number: int) -> str:
    """A plausible wall clock: one task a day, an attempt every two minutes."""
    start = FIRST_DAY + timedelta(days=TASKS.index(task), minutes=2 * number)
    return start.isoformat().replace("+00:00", "Z")
