#!/usr/bin/env python3
"""Makes the recordings of this folder: a laboratory's own layout, which lab.yaml describes.

    pip install h5py numpy
    Tests/Fixtures/profiles/make.py

The values are formulas that the tests repeat; a change here changes the tests.
"""
import os

import h5py
import numpy as np

FOLDER = os.path.dirname(os.path.abspath(__file__))
STEPS = 5


def take(group, number):
    step = np.arange(STEPS)
    group["command/arm"] = np.stack([step + number, step * 0.5], axis=1).astype(np.float32)
    group["command/gripper"] = (step % 2).astype(np.int8)
    group["sensors/q"] = np.stack([step, step + 1, step + 2], axis=1).astype(np.float64)
    group["sensors/force"] = (step * 0.25 + number).astype(np.float32)
    group["clock"] = step * 0.1 + 100
    group["human"] = (step >= 3).astype(np.uint8)
    frames = np.zeros((STEPS, 12), np.uint8)
    frames[:, :2] = (0xFF, 0xD8)
    group["eyes/wrist"] = frames
    group["eyes/front"] = np.full((STEPS, 4, 6, 3), number, np.uint8)
    group["meta/words"] = f"fold towel {number}"


def main():
    with h5py.File(os.path.join(FOLDER, "lab.h5"), "w") as file:
        file.attrs["who"] = "maria"
        day = file.create_group("runs/day-1")
        day.attrs["station"] = "bench-4"
        day.attrs["hz"] = 20.0
        for number, verdict in ((10, "OK "), (2, "dropped"), (3, "unsure")):
            group = day.create_group(f"take_{number}")
            group.attrs["verdict"] = verdict
            take(group, number)
        day["notes"] = np.arange(3)
        day.create_group("calibration")["matrix"] = np.eye(3)
        del day["take_3/sensors/force"]
        day["take_4"] = h5py.ExternalLink("other.h5", "/runs/day-1/take_4")
    return 0


if __name__ == "__main__":
    main()
