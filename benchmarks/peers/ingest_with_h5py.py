#!/usr/bin/env python3
"""What a team would write in an afternoon: every episode of robomimic or ALOHA files as a zstd frame of safetensors.

    python3 benchmarks/peers/ingest_with_h5py.py FOLDER TARGET

The same arrays, bit for bit, and the digest that finds duplicates; no checks, no catalogue, nothing durable.
"""
import hashlib
import pathlib
import sys

import h5py
import numpy as np
import safetensors.numpy
import zstandard


def arrays(group):
    found = {}

    def visit(name, item):
        if isinstance(item, h5py.Dataset) and item.shape and item.dtype.kind in "biuf":
            found[name] = np.ascontiguousarray(item[()])
    group.visititems(visit)
    return found


def main(folder, target):
    compressor = zstandard.ZstdCompressor(level=3, write_checksum=True)
    seen = set()
    with open(target, "wb") as output:
        for path in sorted(pathlib.Path(folder).rglob("*")):
            if path.suffix not in (".hdf5", ".h5"):
                continue
            with h5py.File(path, "r") as file:
                groups = [file["data"][name] for name in file["data"]] if "data" in file else [file]
                for group in groups:
                    episode = arrays(group)
                    digest = hashlib.sha256()
                    for name in sorted(episode):
                        digest.update(name.encode())
                        digest.update(episode[name])
                    if digest.digest() not in seen:
                        seen.add(digest.digest())
                        output.write(compressor.compress(safetensors.numpy.save(episode)))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2])
