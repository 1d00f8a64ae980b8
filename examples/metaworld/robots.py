"""Simulated robots that ask a policy server what to do, through openpi's own client, and act in lock-step.

Each robot has a connection and drives one episode at a time: it asks for a chunk of actions, executes the first part
of it, and asks again. All robots of a process ask together, so that the server can compute their chunks together.
"""

from __future__ import annotations

import os
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):  # before numpy: robots share the machine's cores
    os.environ.setdefault(variable, "1")

import numpy as np  # noqa: E402

warnings.filterwarnings("ignore")  # Meta-World's and Gymnasium's, about things that are so on purpose
from openpi_client.websocket_client_policy import WebsocketClientPolicy  # noqa: E402

from episodes import STEP_LIMIT, TAKEOVER_STEP, Episode  # noqa: E402
from simulator import TASKS, Simulator, Task  # noqa: E402
from teleoperators import Teleoperator  # noqa: E402

EMBODIMENT = "sawyer-hand-4dof"


class PolicyServerError(Exception):
    """The policy server cannot be reached, is of no use to these robots, or went away."""


@dataclass(frozen=True)
class Attempt:
    """What one episode is to be. All randomness of it comes from `entropy`."""

    task: Task
    layout: int  # the seed of the layout
    seed: int  # what the episode goes by, in output
    entropy: tuple[int, ...]
    supervised: bool = False  # an operator takes over at the takeover step


class Robot:
    """One robot and its connection to the policy server."""

    def __init__(self, server: str, name: str = "", action_noise: float = 0.0, api_key: str | None = None):
        self.name = name
        self.action_noise = action_noise
        try:
            self._policy = WebsocketClientPolicy(server, api_key=api_key)
        except Exception as error:  # of sockets, TLS, HTTP or msgpack
            raise PolicyServerError(
                f"connecting to the policy server {server}: {error}. Is serve-policy running there?") from error
        self._server = server
        self.metadata = self._policy.get_server_metadata()
        self.attempt: Attempt | None = None

    def check(self, tasks: Iterable[Task]) -> None:
        """Complains if the server's policy does not know these robots' observations or tasks."""
        known = {entry["instruction"] for entry in self.metadata["tasks"]}
        missing = [task.instruction for task in tasks if task.instruction not in known]
        if missing:
            raise PolicyServerError(
                f"the policy of {self._server} does not know the task '{missing[0]}', only "
                f"{', '.join(repr(task) for task in sorted(known))}; choose others with --tasks")
        if self.metadata["embodiments"] and EMBODIMENT not in {e["name"] for e in self.metadata["embodiments"]}:
            raise PolicyServerError(
                f"the policy of {self._server} is for {[e['name'] for e in self.metadata['embodiments']]}, "
                f"these robots are {EMBODIMENT}")

    def begin(self, attempt: Attempt, simulator: Simulator) -> None:
        """Takes its place at the start of an episode."""
        self.attempt, self.simulator = attempt, simulator
        self.random = np.random.default_rng(attempt.entropy)
        self.operator = Teleoperator(attempt.task.name, 1.0, self.random) if attempt.supervised else None
        self.episode = Episode({})
        self.release = None
        simulator.reset(attempt.layout)
        self._seen = simulator.named_observation()

    @property
    def needs_chunk(self) -> bool:
        """Whether its next action is the policy's."""
        return self.operator is None or len(self.episode.actions) < TAKEOVER_STEP

    def ask(self) -> None:
        """Gets a chunk of actions for what it sees now, and saw before."""
        rows = [*self.episode.observations, self._seen][-int(self.metadata["history_length"]):]
        observation = {name: np.stack([row[name] for row in rows]).astype(np.float32) for name in self._seen}
        observation |= {
            "prompt": self.attempt.task.instruction, "embodiment": EMBODIMENT,
            "seed": int(self.random.integers(2**31))}
        try:
            reply = self._policy.infer(observation)
        except Exception as error:
            raise PolicyServerError(f"asking the policy server {self._server} for actions: {error}") from error
        self._chunk = reply["actions"]
        self.release = self.release or reply["release"]

    def act(self, steps: int) -> bool:
        """Executes up to `steps` actions; true if the episode has ended."""
        for index in range(steps):
            step = len(self.episode.actions)
            intervening = self.operator is not None and step >= TAKEOVER_STEP
            if intervening:
                action = self.operator.action(self.simulator.observation)
            else:
                action = np.clip(np.asarray(self._chunk[index], dtype=np.float32), -1, 1)
            if self.action_noise:
                noise = self.random.normal(0, self.action_noise, action.shape)
                action = np.clip(action + noise, -1, 1).astype(np.float32)
            self._keep(action, step, intervening)
            self.episode.success = self.simulator.step(action)
            self._seen = self.simulator.named_observation()
            if self.episode.success or step + 1 >= STEP_LIMIT:
                return True
        return False

    def _keep(self, action: np.ndarray, step: int, intervening: bool) -> None:
        period = self.simulator.step_seconds
        jitter = float(np.clip(self.random.normal(0, 0.02), -0.06, 0.06)) if step else 0.0
        self.episode.observations.append(self._seen)
        self.episode.actions.append(action)
        self.episode.timestamps.append((step + jitter) * period)
        self.episode.interventions.append(intervening)


def drive(
    robots: list[Robot], attempts: Iterable[Attempt], ended: Callable[[Robot, Episode], None], executed: int
) -> None:
    """Has the robots make all attempts, `executed` steps of all at a time; `ended` gets each episode."""
    waiting = iter(attempts)
    free: dict[str, list[Simulator]] = defaultdict(list)
    with ThreadPoolExecutor(len(robots)) as asking:
        while True:
            for robot in (robot for robot in robots if robot.attempt is None):
                attempt = next(waiting, None)
                if attempt is not None:
                    idle = free[attempt.task.name]
                    robot.begin(attempt, idle.pop() if idle else Simulator(attempt.task, is_lean=True))
            busy = [robot for robot in robots if robot.attempt is not None]
            if not busy:
                return
            list(asking.map(Robot.ask, [robot for robot in busy if robot.needs_chunk]))
            for robot in busy:
                if robot.act(executed):
                    free[robot.attempt.task.name].append(robot.simulator)
                    ended(robot, robot.episode)
                    robot.attempt = None


def interleaved(tasks: list[Task], count: int) -> Iterator[tuple[Task, int]]:
    """Every task's episode 0, then every task's episode 1, and so on."""
    return ((task, number) for number in range(count) for task in tasks)


def tasks_of(names: list[str] | None) -> list[Task]:
    """Tasks by Meta-World's name, or from JSON files that list {"instruction", "embodiment"}; all five if none."""
    import json
    from pathlib import Path

    by_name = {task.name: task for task in TASKS}
    by_instruction = {task.instruction: task for task in TASKS}
    chosen: list[Task] = []
    for name in names or by_name:
        if name.endswith(".json"):
            wanted = [entry["instruction"] for entry in json.loads(Path(name).read_text())]
            source, known = f"{name}: ", by_instruction
        else:
            source, wanted, known = "", [name], by_name
        for word in wanted:
            if word not in known:
                raise ValueError(f"{source}there is no task '{word}'; there are {', '.join(known)}")
            chosen.append(known[word])
    return list(dict.fromkeys(chosen))
