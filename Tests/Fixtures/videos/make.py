#!/usr/bin/env python3
"""Writes the videos in this folder: python3 Tests/Fixtures/videos/make.py (needs ffmpeg with x264, and numpy).

Frame n of a video is grey, 20 + 12 n of 255, at 15 frames a second; H.264 in groups of four frames, with B-frames.
"""
import pathlib
import subprocess

FOLDER = pathlib.Path(__file__).resolve().parent
SIDE = 32


def video(name, count):
    raw = b"".join(bytes([20 + 12 * frame]) * SIDE**2 + b"\x80" * (SIDE**2 // 2) for frame in range(count))
    subprocess.run(
        ["ffmpeg", "-y", "-loglevel", "error", "-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", f"{SIDE}x{SIDE}", "-r", "15",
         "-i", "-", "-c:v", "libx264", "-qp", "1", "-g", "4", "-bf", "2", "-b_strategy", "0", "-sc_threshold", "0",
         "-fflags", "+bitexact", "-flags", "+bitexact", FOLDER / name], input=raw, check=True)


video("nine.mp4", 9)
video("twelve.mp4", 12)
