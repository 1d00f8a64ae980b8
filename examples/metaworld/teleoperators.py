"""Operators of varied skill, and a policy of middling skill: Meta-World's scripted experts, degraded.

People at a teleoperation rig are slow, shake, hesitate, fumble and let go. Each of these grows linearly as skill
falls from 1 to 0; between 0.65 and 1 the result succeeds in about seven attempts of ten.
"""

from __future__ import annotations

import warnings
from enum import Enum

import numpy as np
from metaworld.policies import ENV_POLICY_MAP

# The experts' gains exceed the action range on purpose; the range is enforced here by clipping.
warnings.filterwarnings("ignore", message=r"Constant\(s\) may be too high")


class Lapse(Enum):
    """What an operator is doing instead of the task."""

    NONE = 0
    PAUSE = 1
    DITHER = 2
    SLIP = 3


class Teleoperator:
    """Drives one episode of a task with a given skill."""

    def __init__(self, task_name: str, skill: float, random: np.random.Generator):
        def between(best: float, worst: float) -> float:
            return worst + (best - worst) * skill

        self._expert = ENV_POLICY_MAP[task_name]()
        self._random = random
        self._shake_scale = between(0.1, 0.6)
        self._speed = between(1.0, 0.6)
        self._lapse_chances = (
            (Lapse.PAUSE, between(0.0, 0.02), (6, 20)),
            (Lapse.DITHER, between(0.0, 0.018), (5, 14)),
            (Lapse.SLIP, between(0.0, 0.006), (3, 7)),
        )
        self._shake = np.zeros(3)
        self._lapse = Lapse.NONE
        self._lapse_steps_left = 0
        self._direction = np.zeros(3)
        self._grip = -1.0

    def action(self, observation: np.ndarray) -> np.ndarray:
        """The action of this step, 4 numbers of [-1, 1]."""
        action = np.clip(self._expert.get_action(observation), -1, 1).astype(np.float64)
        self._shake = 0.8 * self._shake + 0.6 * self._shake_scale * self._random.normal(size=3)
        self._advance_lapse()
        if self._lapse is Lapse.PAUSE:
            action[:3], action[3] = 0.0, self._grip
        elif self._lapse is Lapse.DITHER:
            action[:3] = 0.8 * self._direction * self._speed + 0.3 * self._shake
            action[3] = self._grip
        else:
            action[:3] = action[:3] * self._speed + 0.7 * self._shake
            if self._lapse is Lapse.SLIP:
                action[3] = -1.0
            self._grip = action[3] if self._lapse is Lapse.NONE else self._grip
        return np.clip(action, -1, 1).astype(np.float32)

    def _advance_lapse(self) -> None:
        if self._lapse_steps_left > 0:
            self._lapse_steps_left -= 1
            return
        self._lapse = Lapse.NONE
        draw = self._random.uniform()
        for lapse, chance, (shortest, end) in self._lapse_chances:
            if draw < chance:
                self._lapse = lapse
                self._lapse_steps_left = int(self._random.integers(shortest, end)) - 1
                break
            draw -= chance
        if self._lapse is Lapse.DITHER:
            direction = self._random.normal(size=3)
            self._direction = direction / np.linalg.norm(direction)
