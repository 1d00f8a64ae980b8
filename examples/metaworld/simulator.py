"""Meta-World v3 as a plain simulator: named observations, goals in view, layouts fixed by a seed.

Two of Meta-World's defaults would spoil a recording. The goal is zeroed out of the observation unless the
environment is told otherwise *and* its cached observation space is dropped (the scripted experts then fail).
And `reset(seed=...)` ignores its argument: only `seed(...)` before a reset fixes the layout.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np

warnings.filterwarnings("ignore", category=DeprecationWarning)

from metaworld.env_dict import ALL_V3_ENVIRONMENTS  # noqa: E402

import lean  # noqa: E402


@dataclass(frozen=True)
class Task:
    """One Meta-World task: its name, its instruction, and the quirks of its observation."""

    name: str
    instruction: str
    scalar_first: bool  # orientation comes as wxyz (most tasks) rather than xyzw


# A task's place in this tuple enters its random seeds: append, do not reorder.
TASKS = (
    Task("pick-place-v3", "pick up the puck and bring it to the target", scalar_first=False),
    Task("peg-insert-side-v3", "insert the peg into the hole from the side", scalar_first=False),
    Task("assembly-v3", "put the ring of the wrench over the peg", scalar_first=True),
    Task("basketball-v3", "put the ball into the basket", scalar_first=True),
    Task("hammer-v3", "hammer the nail into the wall", scalar_first=True),
)


class Simulator:
    """One task's environment. `observation` is Meta-World's vector of 39 numbers, which its experts read."""

    def __init__(self, task: Task, is_lean: bool = False):
        """`is_lean` leaves rewards out (lean.py), for all simulators of the process."""
        self.task = task
        if is_lean:
            lean.enable()
        environment = ALL_V3_ENVIRONMENTS[task.name]()
        environment._set_task_called = True
        environment._freeze_rand_vec = False
        environment._partially_observable = False
        environment.__dict__.pop("sawyer_observation_space", None)
        environment.seeded_rand_vec = True
        if is_lean:
            lean.remember_hand_reset(environment)
        self._environment = environment
        self.observation = np.zeros(39)

    @property
    def frame_skip(self) -> int:
        """Physics steps in one control step."""
        return int(self._environment.frame_skip)

    @property
    def step_seconds(self) -> float:
        """Seconds in one control step: physics steps times the physics time step."""
        return float(self._environment.dt)

    def reset(self, seed: int) -> None:
        """Starts an episode in the layout that `seed` fixes."""
        self._environment.seed(seed)
        self.observation, _ = self._environment.reset()

    def step(self, action: np.ndarray) -> bool:
        """Executes one action of [-1, 1]: hand displacement xyz, gripper effort. True if the task is done now."""
        self.observation, _, _, _, info = self._environment.step(action)
        return bool(info["success"])

    def named_observation(self) -> dict[str, np.ndarray]:
        """The current observation by name; positions in metres in the world frame, orientation as xyzw."""
        now = self.observation
        orientation = np.roll(now[7:11], -1) if self.task.scalar_first else now[7:11]
        return {
            "hand_position": now[0:3],
            "gripper_opening": now[3:4],
            "object_position": now[4:7],
            "object_orientation": orientation,
            "second_object_position": now[11:14],
            "goal_position": now[36:39],
        }
