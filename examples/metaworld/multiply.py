"""Makes N times as many episodes of recorded ones, for measurements of scale: not for learning.

    python multiply.py --times 10 --out /tmp/sample-10x sample/*.hdf5

Each copy of an episode differs from the original in one thing: 1e-6 times its copy's number is added to its first action,
so that each has its own digest. Needs h5py (requirements.txt).
"""
import argparse
import pathlib

import h5py


def copy_episodes(source, target, copy):
    """Copies one file, with every episode's first action moved by 1e-6 times `copy`."""
    with h5py.File(source, "r") as original, h5py.File(target, "w") as result:
        for key, value in original.attrs.items():
            result.attrs[key] = value
        for name in original:
            original.copy(name, result)
        for episode in result["data"].values():
            actions = episode["actions"]
            actions[0] = actions[0] + 1e-6 * copy


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="+", type=pathlib.Path)
    parser.add_argument("--times", type=int, default=10, help="copies of every episode")
    parser.add_argument("--out", type=pathlib.Path, required=True, help="folder to write to")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for file in options.files:
        for copy in range(options.times):
            copy_episodes(file, options.out / f"{file.stem}-{copy}.hdf5", copy)
    print(f"{len(options.files) * options.times} files in {options.out}")


if __name__ == "__main__":
    main()
