"""python -m unittest (in this folder). The sample's checks need h5py; the recorder's need the simulator too."""

import importlib.util
import tempfile
import unittest
from pathlib import Path

import h5py
import numpy as np

import record

SAMPLE = Path(__file__).parent / "sample"


def contents(path: Path) -> dict:
    """Every dataset and attribute of a file by name."""
    found = {}
    with h5py.File(path) as file:

        def visit(name, item):
            for key, value in item.attrs.items():
                found[f"{name}@{key}"] = np.asarray(value).astype(str).tobytes()
            if isinstance(item, h5py.Dataset):
                found[name] = (str(item.dtype), item.shape, item[:].tobytes())

        file.visititems(visit)
    return found


class SampleTests(unittest.TestCase):
    def test_every_task_has_successes_failures_demonstrations_and_rescues(self):
        rows = [record.summary(path) for path in sorted(SAMPLE.glob("*.hdf5"))]
        self.assertEqual(len(rows), 5)
        for row in rows:
            with self.subTest(row["task"]):
                self.assertEqual(row["problems"], [])
                self.assertEqual((row["episodes"], row["demonstrations"]), (80, 60))
                self.assertTrue(0.5 <= row["successes"] / row["episodes"] <= 0.85, row)
                self.assertGreaterEqual(row["rescued"], 5)
        self.assertLess(sum(path.stat().st_size for path in SAMPLE.glob("*.hdf5")), 8_000_000)


@unittest.skipUnless(importlib.util.find_spec("metaworld"), "needs the simulator: pip install -r requirements.txt")
class RecorderTests(unittest.TestCase):
    def test_an_episode_depends_on_the_seed_and_its_number_alone(self):
        from simulator import TASKS

        with tempfile.TemporaryDirectory() as folder:
            first, again, longer, other = (Path(folder) / name for name in ("first", "again", "longer", "other"))
            for path, count, seed in ((first, 2, 5), (again, 2, 5), (longer, 3, 5), (other, 2, 6)):
                path.mkdir()
                record.record_task((TASKS[0], count, seed, path, False, False))
            file = f"{TASKS[0].name}.hdf5"
            self.assertEqual((first / file).read_bytes(), (again / file).read_bytes())
            recorded, extended = contents(first / file), contents(longer / file)
            for name, value in recorded.items():
                if name.startswith("data/demo_"):
                    self.assertEqual(value, extended[name], name)
            self.assertNotEqual(recorded["data/demo_0/actions"], contents(other / file)["data/demo_0/actions"])


if __name__ == "__main__":
    unittest.main()
