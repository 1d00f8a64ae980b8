"""Fleet, evaluation seeds and results, without a server."""

import importlib.util
import json
import tempfile
import unittest
from argparse import Namespace
from datetime import datetime, timezone
from pathlib import Path

import results


class ResultsTests(unittest.TestCase):
    def test_wilson_gives_the_interval_of_the_textbook(self):
        low, high = results.wilson(8, 10)
        self.assertAlmostEqual(low, 0.4902, places=4)
        self.assertAlmostEqual(high, 0.9433, places=4)
        self.assertEqual(results.wilson(0, 20)[0], 0.0)

    def test_throughput_counts_the_steps_of_failures(self):
        chosen = [
            {"task": "a", "success": True, "steps": 50}, {"task": "a", "success": False, "steps": 200}] * 20
        self.assertEqual(results.figures(chosen)["throughput"], 4.0)
        low, high = results.throughput_interval(chosen)
        self.assertTrue(2.0 < low < 4.0 < high < 8.0, (low, high))

    def test_rows_are_counted_by_task(self):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "policy.jsonl"
            lines = [{"task": task, "success": task == "a", "steps": 10} for task in "aab"]
            file.write_text("".join(json.dumps(line) + "\n" for line in lines))
            about = {"night": 1, "policy": "policy", "role": "production", "promoted": True}
            rows = results.rows(file, about)
            self.assertEqual([(r["task"], r["episodes"], r["successes"], r["steps"]) for r in rows],
                             [("a", 2, 2, 20), ("b", 1, 0, 10)])
            self.assertIn("| 1 | policy | promoted | all | 3 | 0.667 ", results.table(rows, Path(folder)))


@unittest.skipUnless(importlib.util.find_spec("yaml"), "needs PyYAML")
class OptionsTests(unittest.TestCase):
    def test_only_what_is_about_days_to_come_may_change(self):
        from flywheel import still_open

        done = {"night-0": {}, "day-1": {}}
        self.assertTrue(still_open("poison_night", (None, 2), done))
        self.assertFalse(still_open("poison_night", (1, 2), done))
        self.assertFalse(still_open("extra_demonstrations", (None, 80), done))
        self.assertTrue(still_open("extra_demonstrations", (None, 80), {"night-0": {}}))
        self.assertFalse(still_open("steps", (3000, 4000), {}))
        self.assertFalse(still_open("pipeline", ({"stages": []}, {"stages": [{}]}), {}))


@unittest.skipUnless(importlib.util.find_spec("yaml"), "needs PyYAML")
class EvaluationTests(unittest.TestCase):
    def test_a_candidate_that_was_turned_down_is_evaluated_too_though_no_release_is_on_disk(self):
        from flywheel import Flywheel

        turned = Flywheel.__new__(Flywheel)
        turned.workspace = Path("/w")
        turned.state = {"done": {"night-1": {"candidate": "c", "production": "p", "weights": "abcd"}}}
        asked = []
        turned.simulate = lambda name, weights: asked.append((name, str(weights)))
        turned.step = lambda name, work: work()
        turned.evaluate(1)
        self.assertEqual(asked, [("c", "/w/objects/ab/abcd"), ("p", "/w/releases/p/weights.safetensors")])


@unittest.skipUnless(
    importlib.util.find_spec("metaworld") and importlib.util.find_spec("openpi_client"),
    "needs the robots: scripts/robots-venv")
class FleetTests(unittest.TestCase):
    def test_no_evaluation_has_a_layout_of_a_fleet_or_a_recording(self):
        import fleet
        import simulate
        from simulator import TASKS

        evaluated = [simulate.attempt(TASKS[0], seed) for seed in range(50)]
        driven = [fleet.attempt(TASKS[0], i, Namespace(seed=1, supervised=0.5)) for i in range(50)]
        self.assertGreaterEqual(min(attempt.layout for attempt in evaluated), 2**31)
        self.assertLess(max(attempt.layout for attempt in driven), 2**30)
        self.assertEqual(len({attempt.layout for attempt in [*evaluated, *driven]}), 100)
        self.assertEqual(evaluated[3], simulate.attempt(TASKS[0], 3))
        self.assertFalse(any(attempt.supervised for attempt in evaluated))
        self.assertTrue(10 < sum(attempt.supervised for attempt in driven) < 40)

    def test_an_operator_takes_over_at_step_100_and_what_was_recorded_is_complete(self):
        import fleet
        import h5py
        import record
        from robots import Attempt
        from simulator import TASKS, Simulator

        with tempfile.TemporaryDirectory() as folder:
            arguments = Namespace(
                inbox=Path(folder), seed=1, flip_outcomes=0.0, start=datetime(2026, 3, 2, tzinfo=timezone.utc))
            day = fleet.Day(arguments)
            robot = idle_robot()
            simulator = Simulator(TASKS[0], is_lean=True)
            for seed in (1, 2):
                robot.begin(Attempt(TASKS[0], seed, seed, (seed,), supervised=True), simulator)
                while not robot.act(8):
                    pass
                day.add(robot, robot.episode)
            day.write_all()
            files = list(Path(folder).iterdir())
            self.assertEqual([file.name for file in files], ["pick-place-v3-sawyer-02-1-0.hdf5"])
            self.assertEqual(record.summary(files[0])["problems"], [])
            with h5py.File(files[0]) as file:
                demo = file["data/demo_0"]
                flags = demo["interventions"][:]
                self.assertEqual((flags[:100].any(), flags[100:].all()), (False, True))
                self.assertGreater(len(flags), 100)
                self.assertEqual((demo.attrs["policy"], demo.attrs["robot"], demo.attrs["site"], demo.attrs["seed"]),
                                 ("0123abcd", "sawyer-02", "north", 1))
                self.assertFalse(demo.attrs["demonstration"])
                times = [file[f"data/demo_{n}"].attrs["recorded_at"] for n in (0, 1)]
                self.assertLess(*times)
            self.assertTrue(any(row["success"] for row in day.rows), day.rows)

    def test_outcomes_are_turned_round_in_the_record_and_not_in_the_count(self):
        import fleet
        from robots import Attempt
        from simulator import TASKS, Simulator

        with tempfile.TemporaryDirectory() as folder:
            day = fleet.Day(Namespace(
                inbox=Path(folder), seed=1, flip_outcomes=1.0, start=datetime(2026, 3, 2, tzinfo=timezone.utc)))
            robot = idle_robot()
            robot.begin(Attempt(TASKS[0], 1, 1, (1,)), Simulator(TASKS[0], is_lean=True))
            while not robot.act(8):
                pass
            day.add(robot, robot.episode)
            self.assertEqual((day.rows[0]["success"], day.rows[0]["recorded_success"]), (False, True))


def idle_robot():
    """A robot whose policy does nothing: its chunk is there already, and no server is asked."""
    import numpy as np
    from robots import Robot

    class Idle(Robot):
        def __init__(self):
            self.name, self.action_noise, self.attempt = "sawyer-02", 0.0, None

        def begin(self, attempt, simulator):
            super().begin(attempt, simulator)
            self.release, self._chunk = "0123abcd", np.zeros((16, 4), np.float32)

    return Idle()


if __name__ == "__main__":
    unittest.main()
