"""Stepping Meta-World without its rewards: several times as fast, with the same observations and outcomes.

Most of a step's time is spent on dense rewards, contacts and rotations that nobody here reads or that cost more than
they need, and most of a reset's on moving the hand to the same place. On the tasks of `simulator.TASKS` leaving them out
changes neither an observation nor the step of success (test_simulator.py compares them); other tasks may read contacts in
their success.
"""

from __future__ import annotations

import copy
import sys

import metaworld.sawyer_xyz_env as sawyer
import mujoco
import numpy as np
from metaworld.env_dict import ALL_V3_ENVIRONMENTS
from metaworld.utils import reward_utils

STATE = mujoco.mjtState.mjSTATE_INTEGRATION
_compile = mujoco.MjModel.from_xml_path
_compiled: dict[str, mujoco.MjModel] = {}


class Orientation:
    """The one thing that Meta-World asks of SciPy's Rotation: a matrix's quaternion xyzw, by the same formula."""

    def __init__(self, quaternion: np.ndarray):
        self._quaternion = quaternion

    @staticmethod
    def from_matrix(matrix: np.ndarray) -> Orientation:
        m = np.asarray(matrix, dtype=np.float64).reshape(3, 3).tolist()
        trace = m[0][0] + m[1][1] + m[2][2]
        candidates = (m[0][0], m[1][1], m[2][2], trace)
        i = candidates.index(max(candidates))  # the largest component: no small number is divided by
        q = [0.0, 0.0, 0.0, 0.0]
        if i == 3:
            q = [m[2][1] - m[1][2], m[0][2] - m[2][0], m[1][0] - m[0][1], 1 + trace]
        else:
            j, k = (i + 1) % 3, (i + 2) % 3
            q[i] = 1 - trace + 2 * m[i][i]
            q[j] = m[j][i] + m[i][j]
            q[k] = m[k][i] + m[i][k]
            q[3] = m[k][j] - m[j][k]
        length = sum(x * x for x in q) ** 0.5
        return Orientation(np.array([x / length for x in q]))

    def as_quat(self) -> np.ndarray:
        return self._quaternion


def enable() -> None:
    """From now on, and in this whole process, environments compute no rewards."""

    def nothing(*arguments, **keywords) -> float:
        return 0.0

    def compiled(path: str) -> mujoco.MjModel:
        """A copy of the model of `path`, which is compiled once: a third of a second."""
        if path not in _compiled:
            _compiled[path] = _compile(path)
        return copy.copy(_compiled[path])

    sawyer.SawyerXYZEnv.touching_object = lambda self, geometry: False
    sawyer.SawyerXYZEnv._gripper_caging_reward = nothing
    for environment in ALL_V3_ENVIRONMENTS.values():
        if "_gripper_caging_reward" in environment.__dict__:
            environment._gripper_caging_reward = nothing
    reward_utils.tolerance = nothing
    reward_utils.hamacher_product = nothing
    for name, module in list(sys.modules.items()):
        if name.startswith("metaworld.envs.") and hasattr(module, "Rotation"):
            module.Rotation = Orientation
    mujoco.MjModel.from_xml_path = staticmethod(compiled)


def remember_hand_reset(environment) -> None:
    """Computes the movement of the hand to its start once, and then puts it there."""
    move, kept = environment._reset_hand, None

    def reset_hand(steps: int = 50) -> None:
        nonlocal kept
        if kept is None:
            mujoco.mj_resetData(environment.model, environment.data)  # as Gymnasium does before the reset that counts
            move(steps)
            kept = np.zeros(mujoco.mj_stateSize(environment.model, STATE))
            mujoco.mj_getState(environment.model, environment.data, kept, STATE)
        else:
            mujoco.mj_setState(environment.model, environment.data, kept, STATE)
            mujoco.mj_forward(environment.model, environment.data)
        environment.init_tcp = environment.tcp_center

    environment._reset_hand = reset_hand
