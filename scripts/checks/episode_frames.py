"""Reads frames of episodes without any code of this project, as docs/formats/episode-frame.md says."""
import io
import json

import numpy as np
import safetensors.numpy
import zstandard

# numpy's names of safetensors' types.
TYPES = {
    "F16": "<f2", "F32": "<f4", "F64": "<f8", "I16": "<i2", "I32": "<i4", "I64": "<i8", "U16": "<u2", "U32": "<u4",
    "U64": "<u8"}


def content(workspace, shard, offset, length):
    """The safetensors file that a frame holds."""
    with open(f"{workspace}/shards/{shard}.zst", "rb") as file:
        file.seek(offset)
        return zstandard.ZstdDecompressor().decompress(file.read(length))


def header(file):
    """What the frame says of its episode and of its arrays."""
    return json.loads(file[8:8 + int.from_bytes(file[:8], "little")])["__metadata__"]


def metadata(file):
    """The episode's metadata as its frame has them."""
    return json.loads(header(file)["metadata"])


def arrays(file):
    """The arrays as they were recorded, whichever version the frame has."""
    stated, found = header(file), safetensors.numpy.load(file)
    for name, kind in json.loads(stated.get("planes", "{}")).items():
        found[name] = np.moveaxis(found[name], 0, -1).copy().view(TYPES[kind])[..., 0]
    for name, kind in json.loads(stated.get("columns", "{}")).items():
        found[name] = np.moveaxis(found[name], -1, 0).copy().view(TYPES[kind])[..., 0]
    return found


def video_frames(file, planes=False):
    """(seconds, picture) of each frame of a video, of a path or of bytes, in the order in which they are shown.

    A picture is height x width x 3 levels, red first; with `planes`, brightness and colours as the decoder gives them.
    """
    import av
    with av.open(io.BytesIO(file) if isinstance(file, bytes) else str(file)) as container:
        for frame in container.decode(video=0):
            yield float(frame.pts * frame.time_base), frame.to_ndarray() if planes else frame.to_ndarray(format="rgb24")
