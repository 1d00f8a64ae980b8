"""Lean stepping against Meta-World's own, in processes of their own: lean.py changes a whole process."""

import json
import subprocess
import sys
import unittest
from pathlib import Path

PROGRAM = """
import json, sys
import numpy as np
from simulator import TASKS, Simulator
from teleoperators import Teleoperator
for task in TASKS:
    simulator = Simulator(task, is_lean=sys.argv[1] == "lean")
    for layout in (11, 12):
        simulator.reset(layout)
        operator = Teleoperator(task.name, 0.9, np.random.default_rng(layout))
        observations, success = [simulator.observation.tolist()], False
        while not success and len(observations) <= 200:
            success = simulator.step(operator.action(simulator.observation))
            observations.append(simulator.observation.tolist())
        print(json.dumps([task.name, layout, success, observations]))
"""


class LeanSteppingTest(unittest.TestCase):
    def test_same_observations_and_outcomes(self) -> None:
        stock, lean = (self.episodes(kind) for kind in ("stock", "lean"))
        self.assertEqual(len(stock), 10)
        for ours, theirs in zip(lean, stock):
            self.assertEqual(ours[:3], theirs[:3])
            self.assertEqual(len(ours[3]), len(theirs[3]), ours[0])
            difference = max(
                abs(a - b) for x, y in zip(ours[3], theirs[3]) for a, b in zip(x, y))
            self.assertLess(difference, 1e-6, ours[0])  # a contact amplifies the 15th digit
        self.assertGreater(sum(episode[2] for episode in stock), 5)

    def episodes(self, kind: str) -> list:
        result = subprocess.run(
            [sys.executable, "-c", PROGRAM, kind], cwd=Path(__file__).parent, check=True, capture_output=True, text=True)
        return [json.loads(line) for line in result.stdout.splitlines()]


if __name__ == "__main__":
    unittest.main()
