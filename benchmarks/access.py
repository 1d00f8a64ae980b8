"""Random access into training batches: our store beside robomimic's SequenceDataset and lerobot's LeRobotDataset.

    python access.py --ours .build/release/nightshift-benchmark --ingest .build/release/ingest [--json] RECORDING...

The recordings are merged into one robomimic file, which robomimic reads and we ingest, and written as one LeRobot dataset by lerobot
itself. All then draw windows of 10 steps of random episodes into batches of 100: 10 states and 10 actions a window, as float32.
robomimic draws from the file itself (no cache), from its cache of low-dimensional arrays, and from its cache of whole samples; each as
fast as it goes with 0 or more workers. lerobot draws by delta_timestamps, with 0 workers or a core's; the faster counts. Ours
are windows from a stage's columns, which live in a file and need no memory, and from shards, each read, decompressed
and verified whole for one window. Needs h5py, numpy, torch, robomimic and lerobot.
"""
import argparse
import inspect
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import h5py
import numpy as np

RATE = 80
LENGTH = 10
BATCH = 100
TARGET = 5


def merge(files, path):
    """All episodes of `files` in one robomimic file; returns the names of the observations."""
    with h5py.File(path, "w") as merged:
        data = merged.create_group("data")
        count = steps = 0
        for file in files:
            with h5py.File(file, "r") as source:
                data.attrs.update(source["data"].attrs)
                for episode in source["data"]:
                    source.copy(f"data/{episode}", data, name=f"demo_{count}")
                    group = data[f"demo_{count}"]
                    length = len(group["actions"])
                    group.attrs["num_samples"] = length
                    count, steps = count + 1, steps + length
        data.attrs["total"] = steps
        return sorted(data["demo_0/obs"]), count, steps


def write_lerobot(recording, folder):
    """The same episodes as a dataset that lerobot writes; all observations are one state."""
    from lerobot.datasets.lerobot_dataset import LeRobotDataset

    dataset = None
    with h5py.File(recording, "r") as file:
        for name in sorted(file["data"], key=lambda name: int(name.split("_")[1])):
            episode = file["data"][name]
            actions = episode["actions"][()].astype(np.float32)
            parts = [episode["obs"][key][()].reshape(len(actions), -1) for key in sorted(episode["obs"])]
            states = np.concatenate(parts, axis=1).astype(np.float32)
            if dataset is None:
                features = {
                    "observation.state": {"dtype": "float32", "shape": states.shape[1:], "names": None},
                    "action": {"dtype": "float32", "shape": actions.shape[1:], "names": None}}
                dataset = LeRobotDataset.create(
                    "made/up", fps=RATE, root=folder, features=features, robot_type="arm", use_videos=False)
            for state, action in zip(states, actions):
                dataset.add_frame({"observation.state": state, "action": action, "task": "a task"})
            dataset.save_episode()
    dataset.finalize()


def measure_ours(program, workspace, seconds):
    lines = subprocess.run(
        [program, "access", workspace, "--batch", str(BATCH), "--length", str(LENGTH), "--seconds", str(seconds)],
        check=True, capture_output=True, text=True).stdout.splitlines()
    return [json.loads(line) for line in lines]


def measure_robomimic(path, keys, cache, workers, seconds):
    import robomimic.utils.obs_utils as obs_utils
    from robomimic.utils.dataset import SequenceDataset
    from torch.utils.data import DataLoader

    obs_utils.initialize_obs_utils_with_obs_specs({"obs": {"low_dim": keys, "rgb": [], "depth": [], "scan": []}})
    options = {
        "hdf5_path": str(path), "obs_keys": keys, "action_keys": ["actions"], "dataset_keys": ["actions"],
        "action_config": {"actions": {"normalization": None}}, "frame_stack": 1, "seq_length": LENGTH, "hdf5_cache_mode": cache,
        "load_next_obs": False}
    known = inspect.signature(SequenceDataset.__init__).parameters  # version 0.3 has no actions of its own
    dataset = SequenceDataset(**{name: value for name, value in options.items() if name in known})
    loader = DataLoader(dataset, batch_size=BATCH, shuffle=True, num_workers=workers, drop_last=True)
    return drawn_per_second(loader, "actions", seconds)


def measure_lerobot(folder, workers, seconds):
    from lerobot.datasets.lerobot_dataset import LeRobotDataset
    from torch.utils.data import DataLoader

    offsets = [step / RATE for step in range(LENGTH)]
    dataset = LeRobotDataset("made/up", root=folder, delta_timestamps={"observation.state": offsets, "action": offsets})
    window = dataset[0]
    if len(window["action"]) != LENGTH or len(window["observation.state"]) != LENGTH:
        sys.exit(f"error: lerobot's windows have {len(window['action'])} steps, expected {LENGTH}")
    loader = DataLoader(dataset, batch_size=BATCH, shuffle=True, num_workers=workers, drop_last=True)
    return drawn_per_second(loader, "action", seconds)


def drawn_per_second(loader, actions, seconds):
    windows, start = 0, None
    while True:
        for batch in loader:
            if start is None:  # the first batch pays for starting
                start = time.monotonic()
                continue
            windows += len(batch[actions])
            if time.monotonic() - start > seconds:
                return windows / (time.monotonic() - start)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("recordings", nargs="+")
    parser.add_argument("--ours", required=True)
    parser.add_argument("--ingest", required=True)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        # Before lerobot is imported: nothing is asked of a server, and nothing is left behind.
        os.environ.update(HF_HOME=str(folder / "cache"), HF_HUB_OFFLINE="1")
        keys, episodes, steps = merge(options.recordings, folder / "merged.hdf5")
        subprocess.run(
            [options.ingest, str(folder / "merged.hdf5"), "--workspace", str(folder / "workspace")], check=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        print(f"{episodes} episodes, {steps} steps, windows of {LENGTH} steps, batches of {BATCH}", file=sys.stderr)
        ours = {(line["figure"], line["workers"]): line["windowsPerSecond"]
                for line in measure_ours(options.ours, folder / "workspace", options.seconds)}
        cores = os.cpu_count()
        drawn = {workers: rate for (figure, workers), rate in ours.items() if figure == "windows"}
        rows = []
        for cache in (None, "low_dim", "all"):
            for workers in sorted({0, cores}):
                if cache is None and workers:
                    continue  # workers share one open HDF5 file badly
                peer = measure_robomimic(folder / "merged.hdf5", keys, cache, workers, options.seconds)
                rows.append((f"robomimic, cache {cache or 'none'}, {workers} workers", peer, drawn[cores if workers else 1]))
        rows.append(("robomimic, cache none, ours straight from shards", rows[0][1], ours[("shards", 1)]))
        write_lerobot(folder / "merged.hdf5", folder / "lerobot")
        found = {workers: measure_lerobot(folder / "lerobot", workers, options.seconds) for workers in sorted({0, cores})}
        best = max(found, key=found.get)
        rows.append((f"lerobot, {best} workers, its best", found[best], drawn[cores if best else 1]))
        for name, peer, rate in rows:
            ratio = rate / peer
            if options.json:
                print(json.dumps({"figure": "access windows/s", "ours": rate, "peer": peer, "peer_name": name, "ratio": ratio,
                                  "target": TARGET, "met": ratio >= TARGET}))
            else:
                print(f"{name:50} ours {rate:10.0f}/s  theirs {peer:10.0f}/s  {ratio:6.1f}x")


main()
