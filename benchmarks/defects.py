"""Clean episodes, and what can be made wrong with them: benchmarks/quality.py measures who notices.

An episode is a dictionary of arrays (`actions`, `timestamps`, `obs/...`) and of attributes under "attributes".
"""
from __future__ import annotations

import copy
import json
from pathlib import Path

import h5py
import numpy as np

SIDE = 64  # pixels along a side of a picture


def read(path: Path, limit: int | None = None) -> list[dict]:
    """The successful episodes of a file in Nightshift's layout."""
    episodes = []
    with h5py.File(path) as file:
        common = {name: file["data"].attrs[name] for name in ("env_args", "embodiment", "format", "format_version")}
        for name in sorted(file["data"], key=lambda name: int(name.split("_")[1])):
            group = file["data"][name]
            if not bool(group.attrs["success"]):
                continue
            episode = {"attributes": dict(group.attrs), "file": common}
            group.visititems(lambda key, item: episode.update({key: item[()]}) if isinstance(item, h5py.Dataset) else None)
            episodes.append(episode)
            if len(episodes) == limit:
                break
    return episodes


def write(path: Path, episodes: list[dict]) -> None:
    """Writes episodes of one task as one file of the same layout."""
    with h5py.File(path, "w", libver=("v110", "v110")) as file:
        data = file.create_group("data")
        for name, value in episodes[0]["file"].items():
            data.attrs[name] = value
        data.attrs["total"] = np.int64(sum(len(episode["actions"]) for episode in episodes))
        for number, episode in enumerate(episodes):
            group = data.create_group(f"demo_{number}")
            for name, value in episode["attributes"].items():
                group.attrs[name] = value
            group.attrs["num_samples"] = np.int64(len(episode["actions"]))
            for name, array in episode.items():
                if name not in ("attributes", "file"):
                    group.create_dataset(name, data=array)


def rate(episode: dict) -> float:
    return float(json.loads(episode["file"]["env_args"])["env_kwargs"]["control_freq"])


def rows(episode: dict) -> list[str]:
    return [name for name in episode if name not in ("attributes", "file")]


def with_camera(episode: dict, random: np.random.Generator) -> dict:
    """The same with a camera: a textured table, and blobs where hand and object are. Painted, not rendered."""
    episode = copy.deepcopy(episode)
    steps = len(episode["actions"])
    table = np.random.default_rng(7).integers(60, 180, (SIDE, SIDE))
    across, down = np.meshgrid(np.linspace(-0.5, 0.5, SIDE), np.linspace(0.2, 1.0, SIDE))
    pictures = np.empty((steps, SIDE, SIDE, 3), np.uint8)
    for step in range(steps):
        level = table + random.normal(0, 4, (SIDE, SIDE))
        for name, shade in (("obs/hand_position", 230), ("obs/object_position", 25)):
            x, y = episode[name][step, :2]
            level = np.where((across - x) ** 2 + (down - y) ** 2 < 0.003, shade, level)
        pictures[step] = np.clip(level, 0, 255)[..., None]
    episode["obs/front_image"] = pictures
    return episode


def keep(episode: dict, kept: np.ndarray) -> dict:
    """Only those steps."""
    for name in rows(episode):
        episode[name] = episode[name][kept]
    return episode


def gap(episode: dict, random: np.random.Generator) -> dict:
    """0.84 s go by between two steps."""
    episode["timestamps"] = episode["timestamps"].copy()
    episode["timestamps"][middle(episode, random):] += 0.84
    return episode


def drop(episode: dict, random: np.random.Generator) -> dict:
    """A tenth of the steps were not recorded."""
    kept = random.uniform(size=len(episode["actions"])) >= 0.1
    kept[[0, -1]] = True
    return keep(episode, kept)


def freeze(episode: dict, random: np.random.Generator) -> dict:
    """The hand's position stays what it was, from some step on."""
    first = int(len(episode["actions"]) * random.uniform(0.05, 0.2))
    episode["obs/hand_position"] = episode["obs/hand_position"].copy()
    episode["obs/hand_position"][first:] = episode["obs/hand_position"][first]
    return episode


def camera_freeze(episode: dict, random: np.random.Generator) -> dict:
    first = int(len(episode["actions"]) * random.uniform(0.02, 0.1))
    episode["obs/front_image"][first:] = episode["obs/front_image"][first]
    return episode


def black(episode: dict, random: np.random.Generator) -> dict:
    """The camera is dark for a fifth of the episode."""
    steps = len(episode["actions"])
    first = int(steps * random.uniform(0, 0.8))
    episode["obs/front_image"][first : first + steps // 5 + 1] = 0
    return episode


def blur(episode: dict, _: np.random.Generator) -> dict:
    """The camera is out of focus: each pixel is the mean of 25."""
    pictures = episode["obs/front_image"].astype(np.float32)
    for axis in (1, 2):
        pictures = sum(np.roll(pictures, shift, axis) for shift in range(-2, 3)) / 5
    episode["obs/front_image"] = pictures.astype(np.uint8)
    return episode


def lag(episode: dict, _: np.random.Generator) -> dict:
    """Actions were recorded three steps too early."""
    later = {name: episode[name][:-3] for name in rows(episode)}
    later["actions"] = episode["actions"][3:]
    return episode | later


def early_release(episode: dict, random: np.random.Generator) -> dict:
    """The gripper opens in the middle, and was recorded as a success all the same."""
    first = int(len(episode["actions"]) * random.uniform(0.5, 0.7))
    for name, value in (("actions", -1.0), ("obs/gripper_opening", 1.0)):
        episode[name] = episode[name].copy()
        episode[name][first:, -1] = value
    hold = episode["obs/object_position"].copy()
    hold[first:] = hold[first]
    episode["obs/object_position"] = hold
    return episode


def tremor(episode: dict, random: np.random.Generator) -> dict:
    """Noise of half a unit on every action, as examples/metaworld/fleet.py --noisy-robot has it."""
    noise = random.normal(0, 0.5, episode["actions"].shape)
    episode["actions"] = np.clip(episode["actions"] + noise, -1, 1).astype(np.float32)
    return episode


def frame(episode: dict, _: np.random.Generator) -> dict:
    """Commands are in another frame: turned by a quarter about the vertical."""
    actions = episode["actions"].copy()
    actions[:, 0], actions[:, 1] = -episode["actions"][:, 1], episode["actions"][:, 0]
    episode["actions"] = actions
    return episode


def again(episode: dict, random: np.random.Generator) -> dict:
    """The same episode once more: cut by a step or two at both ends, with half a millimetre of noise on the hand."""
    steps = len(episode["actions"])
    kept = np.arange(steps)
    keep(episode, (kept >= random.integers(1, 3)) & (kept < steps - random.integers(1, 3)))
    noise = random.normal(0, 0.0005, episode["obs/hand_position"].shape)
    episode["obs/hand_position"] = (episode["obs/hand_position"] + noise).astype(np.float32)
    return episode


def truncation(episode: dict, random: np.random.Generator) -> dict:
    """The last two fifths are missing, and the success is still claimed."""
    return keep(episode, np.arange(len(episode["actions"])) < len(episode["actions"]) * random.uniform(0.55, 0.65))


def label_flip(episode: dict, _: np.random.Generator) -> dict:
    episode["attributes"]["success"] = np.bool_(not episode["attributes"]["success"])
    return episode


def middle(episode: dict, random: np.random.Generator) -> int:
    return int(len(episode["actions"]) * random.uniform(0.2, 0.8))


DEFECTS = {
    "gap": gap, "drop": drop, "freeze": freeze, "lag of 3 steps": lag, "early release": early_release,
    "tremor": tremor, "another frame": frame, "truncation": truncation, "label flip": label_flip,
}
COPIES = {"recorded twice": again}  # these stand beside what they are made from
CAMERA_DEFECTS = {"camera freeze": camera_freeze, "black": black, "blur": blur}
