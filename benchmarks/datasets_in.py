#!/usr/bin/env python3
"""Ingest of LeRobot v3.0 datasets beside lerobot reading the same datasets.

    python3 benchmarks/datasets_in.py --programs FOLDER [--rounds 3] [--json]

lerobot itself writes two datasets from a seed: one of numbers alone, one with an H.264 video of 96 x 96 pixels. Each side reads each
dataset in turn, several times, and the medians are compared. Ours is a whole process into a new workspace: it starts, reads, checks,
compresses, makes durable and records; frames of videos become JPEG. lerobot opens the dataset and gives out every step once, in
order, in a process whose imports are not counted: by itself, and by PyTorch's DataLoader with a worker a core; the faster of the two
counts.
"""
import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np

TARGET = 4
RATE = 30


def make(folder, episodes, steps, has_video):
    from lerobot.datasets.lerobot_dataset import LeRobotDataset
    features = {
        "observation.state": {"dtype": "float32", "shape": (14,), "names": None},
        "action": {"dtype": "float32", "shape": (7,), "names": None},
    }
    if has_video:
        features["observation.images.front"] = {
            "dtype": "video", "shape": (96, 96, 3), "names": ["height", "width", "channels"]}
    dataset = LeRobotDataset.create(
        "made/up", fps=RATE, root=folder, features=features, robot_type="arm", use_videos=has_video, vcodec="h264")
    draw = np.random.default_rng(11)
    ramp = np.linspace(0, 255, 96)
    for episode in range(episodes):
        walk = np.cumsum(draw.normal(0, 0.02, (steps, 14)), axis=0).astype(np.float32)
        for step in range(steps):
            frame = {"observation.state": walk[step], "action": np.tanh(walk[step, :7]), "task": f"task {episode % 5}"}
            if has_video:
                light = np.roll(ramp, step + episode)[None, :, None] * np.array([1, 0.6, 0.3])
                frame["observation.images.front"] = np.broadcast_to(light, (96, 96, 3)).astype(np.uint8)
            dataset.add_frame(frame)
        dataset.save_episode()
    dataset.finalize()


def read(folder, workers):
    """Seconds in which lerobot gives out every step; run in a process of its own."""
    import torch
    from lerobot.datasets.lerobot_dataset import LeRobotDataset
    torch.set_num_threads(1 if workers else os.cpu_count())
    start, steps = time.monotonic(), 0
    dataset = LeRobotDataset("made/up", root=folder)
    if workers:
        for batch in torch.utils.data.DataLoader(dataset, batch_size=64, num_workers=workers):
            steps += len(batch["action"])
    else:
        for index in range(len(dataset)):
            dataset[index]
            steps += 1
    print(json.dumps({"seconds": time.monotonic() - start, "steps": steps}))


def theirs(folder, workers, cache):
    # What Hugging Face's library has prepared once it keeps: every run finds it, but the first, which is not counted.
    result = subprocess.run(
        [sys.executable, __file__, "--read", folder, "--workers", str(workers)], check=True, capture_output=True, text=True,
        env=os.environ | {"HF_HOME": str(cache), "HF_HUB_OFFLINE": "1"}).stdout
    return json.loads(result.splitlines()[-1])


def ours(programs, folder, workspace):
    shutil.rmtree(workspace, ignore_errors=True)
    start = time.monotonic()
    result = subprocess.run(
        [programs / "ingest", "--workspace", workspace, "--json", folder], check=True, capture_output=True, text=True).stdout
    return time.monotonic() - start, json.loads(result)


def compare(name, folder, rounds, programs, work):
    times = {"ours": [], "alone": [], "workers": []}
    cache, cores = work / "cache", os.cpu_count()
    theirs(folder, 0, cache)
    for _ in range(rounds):
        seconds, summary = ours(programs, folder, work / "workspace")
        times["ours"].append(seconds)
        times["alone"].append(theirs(folder, 0, cache)["seconds"])
        found = theirs(folder, cores, cache)
        times["workers"].append(found["seconds"])
        if summary["steps"] != found["steps"] or summary["episodes_quarantined"]:
            sys.exit(f"error: {name}: ingest took in {summary['steps']} steps, lerobot gave out {found['steps']}")
    median = {side: statistics.median(values) for side, values in times.items()}
    best = min(("alone", "workers"), key=median.get)
    steps, ratio = summary["steps"], median[best] / median["ours"]
    return {
        "figure": f"LeRobot v3.0 in, {name}, frames/s", "ours": round(steps / median["ours"]), "peer": round(steps / median[best]),
        "peer_name": "lerobot, " + ("no workers" if best == "alone" else f"DataLoader with {cores} workers"),
        "ratio": round(ratio, 2), "target": TARGET, "met": ratio >= TARGET, "frames": steps,
        "seconds": {side: [round(value, 2) for value in values] for side, values in times.items()}}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--programs", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--read", help=argparse.SUPPRESS)
    parser.add_argument("--workers", type=int, default=0, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.read:
        return read(options.read, options.workers)
    with tempfile.TemporaryDirectory() as name:
        work = pathlib.Path(name)
        for kind, episodes, steps, has_video in (("numbers", 60, 250, False), ("video", 20, 100, True)):
            make(work / kind, episodes, steps, has_video)
            figure = compare(kind, work / kind, options.rounds, options.programs.resolve(), work)
            if options.json:
                print(json.dumps(figure))
                continue
            print(f"{figure['figure']}: ours {figure['ours']}, theirs {figure['peer']} ({figure['peer_name']}): "
                  f"{figure['ratio']}, target {TARGET}; {figure['frames']} frames, seconds {figure['seconds']}")


if __name__ == "__main__":
    main()
