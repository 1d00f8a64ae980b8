#!/usr/bin/env python3
"""Writes the recordings in this folder with h5py: pip install h5py numpy; python make.py

Small on purpose: 6 steps, 2 actions, 3 columns of state. Every number follows from `episode`, with seed 7 for noise, so
that tests can say what must come out. README.md lists the files.
"""
import json
import os
import sys

import h5py
import numpy as np

FOLDER = os.path.dirname(os.path.abspath(__file__))
STEPS = 6
ENV = json.dumps({"env_name": "push-v3", "type": 2, "env_kwargs": {"control_freq": 20}})


def episode(number, steps=STEPS, dtype=np.float64):
    """Arrays of one good episode; `number` makes it unlike the others."""
    step = np.arange(steps, dtype=np.float64)
    arm = np.stack([step + number, step * 0.5 - number], axis=1)
    rewards = np.zeros(steps)
    if steps:
        rewards[-1] = 1
    dones = np.zeros(steps, dtype=np.int64)
    if steps:
        dones[-1] = 1
    return {
        "actions": np.stack([np.sin(step + number), np.cos(step + number)], axis=1).astype(dtype),
        "obs/arm": arm.astype(dtype),
        "obs/gripper": (step % 2).astype(dtype),
        "rewards": rewards,
        "dones": dones,
        "timestamps": step * 0.05,
    }


def add(data, name, arrays, count=True, **options):
    group = data.create_group(name)
    if count:
        group.attrs["num_samples"] = len(arrays.get("actions", []))
    for path, values in arrays.items():
        group.create_dataset(path, data=values, **options)
    return group


class Recording:
    """A robomimic file with episodes demo_0 to demo_2, open for changes."""

    def __init__(self, name, episodes=(0, 1, 2), env=ENV, dtype=np.float64, **options):
        self.path = os.path.join(FOLDER, name + ".hdf5")
        self.name, self.episodes, self.env, self.dtype, self.options = name, episodes, env, dtype, options

    def __enter__(self):
        self.file = h5py.File(self.path, "w")
        self.data = self.file.create_group("data")
        self.data.attrs["total"] = STEPS * len(self.episodes)
        if self.env:
            self.data.attrs["env_args"] = self.env
        for number in self.episodes:
            add(self.data, f"demo_{number}", episode(number, dtype=self.dtype), **self.options)
        return self

    def replace(self, path, values, **options):
        del self.data[path]
        self.data.create_dataset(path, data=values, **options)

    def __exit__(self, *_):
        self.file.close()


def good_files():
    with Recording("good", episodes=(0, 2, 10)) as r:
        r.file["mask/success"] = np.array([b"demo_0"])
        r.file["mask/not_success"] = np.array([b"demo_10"])
        r.data["demo_2"].attrs["success"] = np.bool_(False)
    for name, options in {
        "gzip": {"compression": "gzip", "shuffle": True},
        "lzf": {"compression": "lzf", "chunks": True},
        "fletcher32": {"fletcher32": True},
    }.items():
        with Recording(name, **options):
            pass
    with Recording("big-endian", dtype=">f8"):
        pass
    with Recording("half-precision", dtype=np.float16):
        pass
    with Recording("booleans") as r:
        r.replace("demo_1/dones", np.array([False] * 5 + [True]))
        r.replace("demo_1/rewards", np.array([0] * 5 + [1], dtype=np.uint8))
    with Recording("cameras") as r:
        for number in (0, 1, 2):
            frames = np.arange(STEPS * 4 * 4 * 3, dtype=np.uint8).reshape(STEPS, 4, 4, 3) + number
            r.data[f"demo_{number}/obs/front_image"] = frames
    with Recording("states-only") as r:
        for number in (0, 1, 2):
            group = r.data[f"demo_{number}"]
            group["states"] = np.arange(STEPS * 5, dtype=np.float64).reshape(STEPS, 5) + number
            for name in ("obs", "rewards", "dones", "timestamps"):
                del group[name]
            del group.attrs["num_samples"]
    with Recording("soft-link") as r:
        r.file.move("data/demo_1", "store")
        r.data["demo_1"] = h5py.SoftLink("/store")


def nightshift_file():
    with Recording("nightshift", dtype=np.float32) as r:
        r.data.attrs.update({"embodiment": "bench-arm", "format": "nightshift-hdf5", "format_version": 1})
        for number in (0, 1, 2):
            group = r.data[f"demo_{number}"]
            group.attrs.update({
                "success": np.bool_(number != 1), "instruction": "push the puck to the goal",
                "robot": "arm-01", "site": "lab-a", "operator": "operator-3",
                "demonstration": np.bool_(number == 0), "calibration": "c-17", "licence": "Apache-2.0",
                "recorded_at": "2026-03-02T08:00:00Z", "safety_mark": np.bool_(number == 2)})
            group["interventions"] = np.array([0, 0, 1, 1, 0, 0], dtype=np.uint8) * (number == 1)


def odd_but_good_files():
    with Recording("without-env-args", env=None):
        pass
    with Recording("without-num-samples") as r:
        del r.data["demo_0"].attrs["num_samples"]
    with Recording("mask-dangling") as r:
        r.file["mask/train"] = np.array([b"demo_0", b"demo_77"])
    with Recording("cycle") as r:
        r.data["demo_0/loop"] = r.data["demo_0"]
    with Recording("odd-types") as r:
        group = r.data["demo_0"]
        group["scalar"] = 3.5
        group["pose"] = np.zeros(1, dtype=[("x", "<f4"), ("n", "<i2")])
        group.create_dataset("words", data=["a", "b"], dtype=h5py.string_dtype())
        group.create_dataset("nothing", data=h5py.Empty("f4"))
    with Recording("duplicate") as r:
        r.file.copy("data/demo_0", "data/demo_4")
    with Recording("successes-only", episodes=range(20)):
        pass


def bad_episode_files():
    """In each, demo_1 is bad and the others are good."""
    good = episode(1)
    with Recording("bad-nan-action") as r:
        r.data["demo_1/actions"][3, 1] = np.nan
    with Recording("bad-infinite-state") as r:
        r.data["demo_1/obs/arm"][2, 0] = -np.inf
    with Recording("bad-empty") as r:
        del r.data["demo_1"]
        add(r.data, "demo_1", episode(1, steps=0))
    with Recording("bad-one-step") as r:
        del r.data["demo_1"]
        add(r.data, "demo_1", episode(1, steps=1))
    with Recording("bad-no-actions") as r:
        del r.data["demo_1/actions"]
    with Recording("bad-no-observation") as r:
        del r.data["demo_1/obs/gripper"]
    with Recording("bad-extra-row") as r:
        r.replace("demo_1/obs/arm", np.zeros((STEPS + 1, 2)))
    with Recording("bad-num-samples") as r:
        r.data["demo_1"].attrs["num_samples"] = 9
    with Recording("bad-transposed") as r:
        r.replace("demo_1/actions", good["actions"].T)
    with Recording("bad-action-width") as r:
        r.replace("demo_1/actions", np.zeros((STEPS, 5)))
    with Recording("bad-magnitude") as r:
        r.replace("demo_1/actions", good["actions"] * 1000)
    with Recording("bad-strings") as r:
        r.replace("demo_1/actions", good["actions"].astype("S8"))
    with Recording("bad-complex") as r:
        r.replace("demo_1/actions", good["actions"].astype(np.complex128))
    with Recording("bad-clock-gap") as r:
        r.data["demo_1/timestamps"][4:] += 3
    with Recording("bad-clock-backwards") as r:
        r.data["demo_1/timestamps"][4] = 0.01
    with Recording("bad-done-in-middle") as r:
        r.replace("demo_1/dones", np.array([0, 0, 1, 0, 0, 0]))
    with Recording("bad-next-observation") as r:
        for number in (0, 1, 2):
            arm = episode(number)["obs/arm"]
            following = np.concatenate([arm[1:], arm[-1:] + 1])
            r.data[f"demo_{number}/next_obs/arm"] = arm if number == 1 else following
    with Recording("bad-external-link") as r:
        del r.data["demo_1/obs/arm"]
        r.data["demo_1/obs/arm"] = h5py.ExternalLink("../../../../../../etc/passwd", "/y")
    with Recording("bad-external-storage") as r:
        del r.data["demo_1/obs/arm"]
        r.data["demo_1/obs"].create_dataset(
            "arm", shape=(STEPS, 2), dtype="f8", external=[("/etc/passwd", 0, STEPS * 16)])
    with Recording("bad-virtual") as r:
        layout = h5py.VirtualLayout(shape=(STEPS, 2), dtype="f8")
        layout[:] = h5py.VirtualSource("/etc/passwd", "y", shape=(STEPS, 2))
        del r.data["demo_1/obs/arm"]
        r.data["demo_1/obs"].create_virtual_dataset("arm", layout)
    with Recording("bad-huge") as r:
        r.data["demo_1"].create_dataset("extra", shape=(1 << 30, 1 << 10), dtype="f8", chunks=(1, 1 << 10))
    with Recording("bad-name") as r:
        r.data["demo_1/obs/a\nb"] = np.zeros(STEPS)
    with Recording("bad-checksum", episodes=(0, 1), fletcher32=True) as r:
        where = r.data["demo_1/actions"].id.get_chunk_info(0).byte_offset
    with open(os.path.join(FOLDER, "bad-checksum.hdf5"), "r+b") as file:
        file.seek(where + 3)
        file.write(b"\xAA\x55")


def bad_files():
    with open(os.path.join(FOLDER, "text.hdf5"), "w") as file:
        file.write("this is no HDF5 file\n")
    with open(os.path.join(FOLDER, "git-lfs.hdf5"), "w") as file:
        file.write("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12345\n")
    open(os.path.join(FOLDER, "zero-bytes.hdf5"), "w").close()
    with h5py.File(os.path.join(FOLDER, "no-layout.hdf5"), "w") as file:
        file["numbers"] = np.arange(3)
    with Recording("no-episodes", episodes=()):
        pass


def aloha(name, compressed, change=lambda file: None):
    with h5py.File(os.path.join(FOLDER, name + ".hdf5"), "w") as file:
        file.attrs["sim"] = True
        step = np.arange(STEPS, dtype=np.float32)
        file["action"] = np.stack([step] * 14, axis=1)
        file["observations/qpos"] = np.stack([step + 1] * 14, axis=1)
        file["observations/qvel"] = np.stack([step + 2] * 14, axis=1)
        cameras = ("angle", "top")
        if compressed:
            file.attrs["compress"] = True
            lengths = np.zeros((2, STEPS), dtype=np.float32)
            for row, camera in enumerate(cameras):
                frames = np.zeros((STEPS, 16), dtype=np.uint8)
                for index in range(STEPS):
                    length = 8 + (index + row) % 4
                    frames[index, :length] = 7
                    frames[index, :2] = (0xFF, 0xD8)
                    frames[index, length - 2:length] = (0xFF, 0xD9)
                    lengths[row, index] = length
                file[f"observations/images/{camera}"] = frames
            file["compress_len"] = lengths
        else:
            for camera in cameras:
                file[f"observations/images/{camera}"] = np.zeros((STEPS, 4, 6, 3), dtype=np.uint8)
        change(file)


def main():
    np.random.seed(7)
    good_files()
    nightshift_file()
    odd_but_good_files()
    bad_episode_files()
    bad_files()
    aloha("aloha-jpeg_episode_3", True)
    aloha("aloha-raw_episode_0", False)
    def spoil(file): file["compress_len"][1, 2] = 99
    aloha("aloha-bad-length", True, spoil)
    def remove(file): file["observations/images/top"][4, 0] = 0
    aloha("aloha-bad-frame", True, remove)
    return 0


if __name__ == "__main__":
    sys.exit(main())
