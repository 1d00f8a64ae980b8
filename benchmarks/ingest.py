#!/usr/bin/env python3
"""Ingest beside a Python script that stores the same content, and beside zstd and gzip of the same files.

    python3 benchmarks/ingest.py --programs FOLDER --python PYTHON [--low-dim DIR] [--aloha DIR] [--large GB] [--json]
    python3 benchmarks/ingest.py --programs FOLDER --formats FOLDER... [--json]

Without folders it makes its own recordings: robomimic low-dim episodes and ALOHA episodes with two JPEG cameras of 640 x 480,
drawn with a seed. Each side is run three times in turn, in a process of its own, and the median is taken; every time
includes the start of the process. Ours commits to the catalogue and makes shards durable, and keeps identities; the
Python script (peers/ingest_with_h5py.py) only writes the same frames. `--large` makes a file of so many GB and measures the
peak memory of taking it in; the file is deleted afterwards.

`--formats FOLDER...` does nothing of all this: it takes in each folder or file by itself, and says how many bytes are stored, and how
many `zstd -3` of its files takes, each file by itself. Known and refused episodes are said, for their bytes are not stored.
"""
import argparse
import json
import os
import pathlib
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import h5py
import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
TARGETS = {"python": 4, "zstd": 0.6}  # times as fast
PEERS = {"python": "h5py, numpy and zstandard", "zstd": "zstd -3 -T0 of the files"}


def make_low_dim(folder, episodes=1200, steps=150):
    """A robot's low-dimensional episodes: smooth motion with sensor noise, in float64 as robomimic has it."""
    draw = np.random.default_rng(7)
    for part in range(4):
        with h5py.File(folder / f"low-dim-{part}.hdf5", "w") as file:
            data = file.create_group("data")
            data.attrs["env_args"] = json.dumps({"env_name": "Lift", "type": 1, "env_kwargs": {"control_freq": 20}})
            for number in range(episodes // 4):
                demo = data.create_group(f"demo_{number}")
                demo.attrs["num_samples"] = steps
                demo["actions"] = np.tanh(np.cumsum(draw.normal(0, 0.1, (steps, 7)), axis=0))
                for name, width in (("eef_pos", 3), ("eef_quat", 4), ("gripper", 2), ("joints", 7), ("object", 10)):
                    walk = np.cumsum(draw.normal(0, 0.01, (steps, width)), axis=0)
                    demo[f"obs/{name}"] = walk + draw.normal(0, 1e-4, walk.shape)
                demo["rewards"] = np.zeros(steps)
                demo["dones"] = np.zeros(steps, np.int64)


def make_aloha(folder, episodes=12, steps=200):
    """Two JPEG cameras of 640 x 480: a textured scene that moves, compressed at quality 50 as ACT does."""
    import io

    from PIL import Image
    draw = np.random.default_rng(8)
    low = draw.integers(0, 256, (60, 80, 3), np.uint8)
    scene = np.asarray(Image.fromarray(low).resize((1280, 480), Image.BICUBIC)).astype(np.int16)
    for number in range(episodes):
        with h5py.File(folder / f"episode_{number}.hdf5", "w") as file:
            file.attrs["sim"], file.attrs["compress"] = False, True
            walk = np.cumsum(draw.normal(0, 0.02, (steps, 14)), axis=0).astype(np.float32)
            file["action"], file["observations/qpos"], file["observations/qvel"] = walk, walk + 0.01, walk * 0.1
            lengths = np.zeros((2, steps), np.float32)
            for row, camera in enumerate(("left", "top")):
                frames = []
                for step in range(steps):
                    start = (step * 3 + number * 40 + row * 100) % 640
                    picture = scene[:, start:start + 640] + draw.normal(0, 3, (480, 640, 1)).astype(np.int16)
                    target = io.BytesIO()
                    Image.fromarray(picture.clip(0, 255).astype(np.uint8)).save(target, "JPEG", quality=50)
                    frames.append(target.getvalue())
                lengths[row] = [len(frame) for frame in frames]
                padded = np.zeros((steps, int(lengths[row].max())), np.uint8)
                for step, frame in enumerate(frames):
                    padded[step, :len(frame)] = np.frombuffer(frame, np.uint8)
                file[f"observations/images/{camera}"] = padded
            file["compress_len"] = lengths


def make_large(path, gigabytes):
    """Episodes of 256 MB of camera frames in one file."""
    draw = np.random.default_rng(9)
    frames = draw.integers(0, 256, (400, 480, 640, 3), np.uint8)[:280]
    with h5py.File(path, "w") as file:
        data = file.create_group("data")
        data.attrs["env_args"] = json.dumps({"env_name": "Large", "type": 1, "env_kwargs": {}})
        count = max(1, int(gigabytes * 1e9 / frames.nbytes))
        for number in range(count):
            demo = data.create_group(f"demo_{number}")
            demo.attrs["num_samples"] = len(frames)
            demo["actions"] = draw.normal(size=(len(frames), 7))
            demo["obs/state"] = draw.normal(size=(len(frames), 9))
            demo["obs/front_image"] = frames


def timed(arguments):
    """Seconds, peak memory in bytes of the process and its own, and standard output."""
    start = time.monotonic()
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        output, error = process.communicate()
    seconds = time.monotonic() - start
    if process.returncode:
        sys.exit(f"error: {' '.join(map(str, arguments))} ended with {process.returncode}:\n{error[-2000:]}")
    return seconds, output


def ours(programs, folder, work):
    workspace = work / "workspace"
    shutil.rmtree(workspace, ignore_errors=True)
    settings = work / "ingest.yaml"
    settings.write_text("{}\n")
    seconds, output = timed([programs / "ingest", "--workspace", workspace, "--config", settings, "--json", folder])
    summary = json.loads(output.strip().splitlines()[-1])
    if summary["episodes_quarantined"] or summary["files_quarantined"]:
        sys.exit(f"error: refused by ingest: {summary['reasons']}")
    return seconds, summary


def size(folder):
    return sum(file.stat().st_size for file in folder.rglob("*") if file.suffix in (".hdf5", ".h5"))


def compare(name, folder, limit, options, work):
    files = sorted(file for file in folder.rglob("*") if file.suffix in (".hdf5", ".h5"))
    for file in files:
        file.read_bytes()
    times = {"ours": [], "python": [], "zstd": []}
    for _ in range(options.rounds):
        seconds, summary = ours(options.programs, folder, work)
        times["ours"].append(seconds)
        target = work / "python.zst"
        seconds, _ = timed([options.python, HERE / "peers/ingest_with_h5py.py", folder, target])
        times["python"].append(seconds)
        seconds, _ = timed(["bash", "-c", 'cat "$@" | zstd -q -3 -T0 -c > /dev/null', "zstd", *map(str, files)])
        times["zstd"].append(seconds)
    median = {side: statistics.median(values) for side, values in times.items()}
    whole = b"".join(file.read_bytes() for file in files)
    compressed = {
        tool: len(subprocess.run([tool, level, "-c"], input=whole, capture_output=True, check=True).stdout)
        for tool, level in (("gzip", "-6"), ("zstd", "-3"))}
    megabytes = summary["bytes_in"] / 1e6
    return {
        "what": name, "episodes": summary["episodes_accepted"], "array_MB": round(megabytes, 1),
        "file_MB": round(len(whole) / 1e6, 1),
        "ours_MB_per_s": round(megabytes / median["ours"], 1),
        "python_MB_per_s": round(megabytes / median["python"], 1),
        "zstd_MB_per_s": round(megabytes / median["zstd"], 1),
        "ratio_to_" + limit: round(median[limit] / median["ours"], 2),
        "seconds": {side: [round(value, 2) for value in values] for side, values in times.items()},
        "stored_share": {
            "ours": round(summary["bytes_stored"] / summary["bytes_in"], 4),
            "gzip -6 of the file": round(compressed["gzip"] / summary["bytes_in"], 4),
            "zstd -3 of the file": round(compressed["zstd"] / summary["bytes_in"], 4)},
    }


def source_files(path):
    """The files that ingest reads below a folder: HDF5, and everything of a LeRobot dataset."""
    if path.is_file():
        return [path]
    datasets = [info.parent.parent for info in path.rglob("meta/info.json")]
    return sorted(
        file for file in path.rglob("*")
        if file.is_file() and (file.suffix in (".hdf5", ".h5") or any(folder in file.parents for folder in datasets)))


def bytes_of(path, options, work):
    """What ingest stores of a folder, beside zstd of its files."""
    workspace = work / "workspace"
    shutil.rmtree(workspace, ignore_errors=True)
    _, output = timed([options.programs / "ingest", "--workspace", workspace, "--json", path])
    summary = json.loads(output.strip().splitlines()[-1])
    files = source_files(path)
    compressed = sum(
        len(subprocess.run(["zstd", "-q", "-3", "-c", file], capture_output=True, check=True).stdout) for file in files)
    return {
        "folder": str(path), "episodes": summary["episodes_accepted"], "known": summary["episodes_duplicate"],
        "refused": summary["episodes_quarantined"] + summary["files_quarantined"], "files": len(files),
        "file_bytes": sum(file.stat().st_size for file in files), "array_bytes": summary["bytes_in"],
        "stored_bytes": summary["bytes_stored"], "zstd_3_bytes": compressed,
        "ratio": round(summary["bytes_stored"] / compressed, 3) if compressed else None}


def print_bytes(figures):
    print(f"{'folder':40} {'episodes':>8} {'refused':>7} {'known':>6} {'stored':>11} {'zstd -3':>11} {'stored/zstd':>11}")
    for figure in figures:
        print(f"{figure['folder'][-40:]:40} {figure['episodes']:8} {figure['refused']:7} {figure['known']:6} "
              f"{figure['stored_bytes']:11} {figure['zstd_3_bytes']:11} {figure['ratio'] or '':>11}")


def large(gigabytes, options, work):
    folder = work / "large"
    folder.mkdir()
    make_large(folder / "large.hdf5", gigabytes)
    # The parent and its worker: the larger of both.
    seconds, summary = ours(options.programs, folder, work)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    return {
        "what": f"a file of {size(folder) / 1e9:.1f} GB, episodes of 258 MB",
        "episodes": summary["episodes_accepted"], "seconds": round(seconds, 1),
        "peak_MiB": round(peak / 2**20),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--programs", type=pathlib.Path, required=True)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--low-dim", type=pathlib.Path)
    parser.add_argument("--aloha", type=pathlib.Path)
    parser.add_argument("--large", type=float, default=0)
    parser.add_argument("--formats", type=pathlib.Path, nargs="+", default=[], metavar="FOLDER")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    figures = []
    with tempfile.TemporaryDirectory() as name:
        work = pathlib.Path(name)
        if options.formats:
            figures = [bytes_of(path.resolve(), options, work) for path in options.formats]
            print(json.dumps(figures)) if options.json else print_bytes(figures)
            return
        # Memory first: what other children need must not count.
        if options.large:
            figures.append(large(options.large, options, work))
            shutil.rmtree(work / "large")
            shutil.rmtree(work / "workspace")
        for kind, make, folder, limit in (
                ("robomimic low-dim", make_low_dim, options.low_dim, "python"),
                ("ALOHA with JPEG cameras", make_aloha, options.aloha, "zstd")):
            if folder is None:
                folder = work / kind.split()[0]
                folder.mkdir()
                make(folder)
            figures.append(compare(kind, folder, limit, options, work))
    if options.json:
        print(json.dumps(figures))
        return
    print_figures(figures)


def print_figures(figures):
    """A line a figure: ours, what it is measured against, the target, and whether it is met; then all seconds."""
    print(f"{'figure':58} {'ours':>8} {'against':>8} {'ratio':>6} {'target':>9}")

    def line(name, ours, against, ratio, target, is_met):
        print(f"{name:58} {ours:>8} {against:>8} {ratio:>6} {target:>9} {'met' if is_met else 'missed'}")

    for figure in figures:
        what = figure["what"]
        if "peak_MiB" in figure:
            line(f"{what}: MiB at most", figure["peak_MiB"], "", "", "under 512", figure["peak_MiB"] < 512)
            continue
        for peer, target in TARGETS.items():
            ratio = figure.get("ratio_to_" + peer)
            if ratio is not None:
                line(f"{what}: MB/s, beside {PEERS[peer]}", figure["ours_MB_per_s"], figure[f"{peer}_MB_per_s"], ratio,
                     f"{target}", ratio >= target)
        stored, zstd = figure["stored_share"]["ours"], figure["stored_share"]["zstd -3 of the file"]
        line(f"{what}: stored / array bytes, beside zstd -3", stored, zstd, round(stored / zstd, 3), "1 at most", stored <= zstd)
    for figure in figures:
        if "peak_MiB" not in figure:
            print(f"{figure['what']}, seconds: {figure['seconds']}")


if __name__ == "__main__":
    main()
