#!/usr/bin/env python3
"""Writes the videos in this folder: python3 Tests/Fixtures/videos/make.py (needs ffmpeg with x264, and numpy).

Frame n of nine.mp4 and twelve.mp4 is grey, 20 + 12 n of 255, at 15 frames a second; H.264 in groups of four frames, with
B-frames. moving.mp4 and frozen.mp4 have 100 frames of a texture that moves, 50 a second, each encoded by itself; the
latter shows the same picture from frame 11 on.
"""
import pathlib
import subprocess

import numpy as np

FOLDER = pathlib.Path(__file__).resolve().parent
SIDE = 32


def video(name, frames, rate, options):
    """`frames` are brightnesses, SIDE x SIDE each; colours are grey."""
    raw = b"".join(np.uint8(frame).tobytes() + b"\x80" * (SIDE**2 // 2) for frame in frames)
    subprocess.run(
        ["ffmpeg", "-y", "-loglevel", "error", "-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", f"{SIDE}x{SIDE}", "-r", rate,
         "-i", "-", "-c:v", "libx264", *options, "-fflags", "+bitexact", "-flags", "+bitexact", FOLDER / name],
        input=raw, check=True)


def greys(count):
    return [np.full((SIDE, SIDE), 20 + 12 * frame) for frame in range(count)]


def textures(still_from):
    whole = np.random.default_rng(5).integers(60, 200, (SIDE, 2 * SIDE))
    return [np.roll(whole, -3 * min(frame, still_from), axis=1)[:, :SIDE] for frame in range(100)]


GROUPS = ["-qp", "1", "-g", "4", "-bf", "2", "-b_strategy", "0", "-sc_threshold", "0"]
video("nine.mp4", greys(9), "15", GROUPS)
video("twelve.mp4", greys(12), "15", GROUPS)
video("moving.mp4", textures(100), "50", ["-qp", "30", "-g", "1"])
video("frozen.mp4", textures(11), "50", ["-qp", "30", "-g", "1"])
