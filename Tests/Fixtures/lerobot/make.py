#!/usr/bin/env python3
"""Writes the datasets in this folder: .venv-arrow/bin/python Tests/Fixtures/lerobot/make.py (needs ffmpeg).

Laid out as lerobot 0.3.3 (v2.1) and 0.4.4 (v3.0) do. Every number follows from the episode and the step, so that tests can
say what must come out; videos lose less than a level. README.md lists the datasets.
"""
import json
import os
import shutil
import struct
import subprocess
import tempfile
import zlib

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

FOLDER = os.path.dirname(os.path.abspath(__file__))
FPS = 10
LENGTHS = [6, 5, 7]
TASKS = ["push the cup", "lift the lid"]
SIZE = 32


def grey(episode, step):
    """The one brightness of all pixels of a frame, unlike that of every other frame."""
    return 20 + 12 * (sum(LENGTHS[:episode]) + step)


def png(value):
    """A picture of 8 x 6 pixels."""
    rows = b"".join(b"\0" + bytes([value, 128, 255 - value] * 8) for _ in range(6))
    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    header = struct.pack(">IIBBBBB", 8, 6, 8, 2, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows))
            + chunk(b"IEND", b""))


def vector(rows, fixed):
    rows = np.asarray(rows, np.float32)
    flat = pa.array(rows.reshape(-1))
    if fixed:
        return pa.FixedSizeListArray.from_arrays(flat, rows.shape[1])
    return pa.ListArray.from_arrays(pa.array(np.arange(0, rows.size + 1, rows.shape[1], dtype=np.int32)), flat)


def episode(number, fixed):
    steps = LENGTHS[number]
    step = np.arange(steps, dtype=np.float64)
    first = sum(LENGTHS[:number])
    success = np.zeros(steps, bool)
    success[-1] = number != 1
    intervention = np.zeros(steps, np.int64)
    if number == 2:
        intervention[3:5] = 1
    if number == 1:
        success[2] = True  # for one step in the middle: no success
    return {
        "observation.state": vector(np.stack([step + number, step * 0.5 - number, step % 2], 1), fixed),
        "observation.environment_state": vector(np.stack([step * 0.25, step - number], 1), fixed),
        "action": vector(np.stack([(step - number) / 8, (step + number) / 16], 1), fixed),
        "next.success": pa.array(success),
        "intervention": pa.array(intervention),
        "timestamp": pa.array((step / FPS).astype(np.float32)),
        "frame_index": pa.array(np.arange(steps)),
        "episode_index": pa.array(np.full(steps, number)),
        "index": pa.array(np.arange(first, first + steps)),
        "task_index": pa.array(np.full(steps, number % 2)),
    }


def write(path, table, groups=None):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with pq.ParquetWriter(path, table.schema, compression="snappy") as writer:
        start = 0
        for length in groups or [table.num_rows]:
            writer.write_table(table.slice(start, length))
            start += length


def video(path, frames):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    raw = b"".join(bytes([value]) * (SIZE * SIZE) + b"\x80" * (SIZE * SIZE // 2) for value in frames)
    subprocess.run(
        ["ffmpeg", "-y", "-loglevel", "error", "-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", f"{SIZE}x{SIZE}",
         "-r", str(FPS), "-i", "-", "-c:v", "libx264", "-qp", "1", "-g", "4", "-bf", "2", "-b_strategy", "0",
         "-sc_threshold", "0", "-fflags", "+bitexact", "-flags", "+bitexact", path], input=raw, check=True)


def joined_video(path, parts):
    """One file of all episodes' videos, joined as lerobot joins them: nothing is encoded again."""
    with tempfile.TemporaryDirectory() as folder:
        files = [f"{folder}/{number}.mp4" for number in range(len(parts))]
        for file, frames in zip(files, parts):
            video(file, frames)
        with open(f"{folder}/list", "w") as listing:
            listing.writelines(f"file '{file}'\n" for file in files)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        subprocess.run(
            ["ffmpeg", "-y", "-loglevel", "error", "-f", "concat", "-safe", "0", "-i", f"{folder}/list", "-c", "copy",
             "-fflags", "+bitexact", "-flags", "+bitexact", path], check=True)


def features(cameras):
    found = {
        "observation.state": {"dtype": "float32", "shape": [3], "names": ["x", "y", "gripper"]},
        "observation.environment_state": {"dtype": "float32", "shape": [2], "names": None},
        "action": {"dtype": "float32", "shape": [2], "names": ["dx", "dy"]},
        "next.success": {"dtype": "bool", "shape": [1], "names": None},
        "intervention": {"dtype": "int64", "shape": [1], "names": None},
        "timestamp": {"dtype": "float32", "shape": [1], "names": None},
    }
    for name in ["frame_index", "episode_index", "index", "task_index"]:
        found[name] = {"dtype": "int64", "shape": [1], "names": None}
    return found | cameras


FRONT = {"observation.images.front": {"dtype": "video", "shape": [SIZE, SIZE, 3], "names": ["height", "width", "channels"]}}
WRIST = {"observation.images.wrist": {"dtype": "image", "shape": [6, 8, 3], "names": ["height", "width", "channels"]}}


def info(folder, version, data_path, video_path, cameras):
    os.makedirs(f"{folder}/meta", exist_ok=True)
    with open(f"{folder}/meta/info.json", "w") as file:
        json.dump({"codebase_version": version, "robot_type": "tiny_arm", "total_episodes": len(LENGTHS),
                   "total_frames": sum(LENGTHS), "total_tasks": len(TASKS), "chunks_size": 1000, "fps": FPS,
                   "splits": {"train": f"0:{len(LENGTHS)}"}, "data_path": data_path, "video_path": video_path,
                   "features": features(cameras)}, file, indent=1)


def version_2(name, with_video=True):
    folder = f"{FOLDER}/{name}"
    shutil.rmtree(folder, ignore_errors=True)
    info(folder, "v2.1", "data/chunk-{episode_chunk:03d}/episode_{episode_index:06d}.parquet",
         "videos/chunk-{episode_chunk:03d}/{video_key}/episode_{episode_index:06d}.mp4" if with_video else None,
         FRONT if with_video else {})
    with open(f"{folder}/meta/tasks.jsonl", "w") as file:
        for index, task in enumerate(TASKS):
            file.write(json.dumps({"task_index": index, "task": task}) + "\n")
    with open(f"{folder}/meta/episodes.jsonl", "w") as file:
        for number, length in enumerate(LENGTHS):
            file.write(json.dumps({"episode_index": number, "tasks": [TASKS[number % 2]], "length": length}) + "\n")
    for number in range(len(LENGTHS)):
        write(f"{folder}/data/chunk-000/episode_{number:06d}.parquet", pa.table(episode(number, fixed=False)))
        if with_video:
            video(f"{folder}/videos/chunk-000/observation.images.front/episode_{number:06d}.mp4",
                  [grey(number, step) for step in range(LENGTHS[number])])


def version_3(name, with_video=True, with_pictures=False, spoil=None):
    folder = f"{FOLDER}/{name}"
    shutil.rmtree(folder, ignore_errors=True)
    info(folder, "v3.0", "data/chunk-{chunk_index:03d}/file-{file_index:03d}.parquet",
         "videos/{video_key}/chunk-{chunk_index:03d}/file-{file_index:03d}.mp4" if with_video else None,
         (FRONT if with_video else {}) | (WRIST if with_pictures else {}))
    write(f"{folder}/meta/tasks.parquet", pa.table(
        {"task_index": pa.array(range(len(TASKS))), "__index_level_0__": pa.array(TASKS)}))
    starts = np.cumsum([0] + LENGTHS)
    zeros = [0] * len(LENGTHS)
    places = {
        "episode_index": pa.array(range(len(LENGTHS))),
        "tasks": pa.array([[TASKS[number % 2]] for number in range(len(LENGTHS))]),
        "length": pa.array(LENGTHS), "data/chunk_index": pa.array(zeros), "data/file_index": pa.array(zeros),
        "dataset_from_index": pa.array(starts[:-1]), "dataset_to_index": pa.array(starts[1:]),
    }
    if with_video:
        camera = "videos/observation.images.front"
        places |= {f"{camera}/chunk_index": pa.array(zeros), f"{camera}/file_index": pa.array(zeros),
                   f"{camera}/from_timestamp": pa.array(starts[:-1] / FPS),
                   f"{camera}/to_timestamp": pa.array(starts[1:] / FPS)}
    write(f"{folder}/meta/episodes/chunk-000/file-000.parquet", pa.table(places))
    parts = [episode(number, fixed=True) for number in range(len(LENGTHS))]
    if with_pictures:
        kind = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
        for number, part in enumerate(parts):
            part["observation.images.wrist"] = pa.array(
                [{"bytes": png(grey(number, step)), "path": f"frame-{step:06d}.png"} for step in range(LENGTHS[number])],
                type=kind)
    if spoil:
        spoil(parts)
    write(f"{folder}/data/chunk-000/file-000.parquet", pa.concat_tables([pa.table(part) for part in parts]), LENGTHS)
    if with_video:
        joined_video(f"{folder}/videos/observation.images.front/chunk-000/file-000.mp4",
                     [[grey(number, step) for step in range(length)] for number, length in enumerate(LENGTHS)])


def nan_action(parts):
    rows = np.array(parts[1]["action"].to_pylist(), np.float32)
    rows[3, 1] = np.nan
    parts[1]["action"] = vector(rows, fixed=True)


if __name__ == "__main__":
    version_2("v21")
    version_2("v21-state", with_video=False)
    version_3("v30")
    version_3("v30-state", with_video=False)
    version_3("v30-pictures", with_video=False, with_pictures=True)
    version_3("bad-nan-action", with_video=False, spoil=nan_action)
