"""Reads an export with robomimic or lerobot, and compares every array with what the store has.

    python scripts/checks/read-exports.py WORKSPACE robomimic|lerobot FOLDER

The store is read without any code of this project, as docs/formats/episode-frame.md says. Names and types follow docs/export.md.
Everything is compared twice: bit for bit as h5py and pyarrow read it, and step by step as the loaders of robomimic
(SequenceDataset) and lerobot (LeRobotDataset) give it out, which turn numbers into their own types. Ends with 0 if all is equal.
"""
import inspect
import io
import json
import pathlib
import sqlite3
import sys

import numpy as np
import PIL.Image
import safetensors.numpy

import episode_frames

# JPEG files with red and blue swapped are made again for lerobot, which loses something; and everybody's decoder of videos
# makes red, green and blue of brightness and colours in its own way.
LEAST_PSNR = 35


class Store:
    """Episodes of the newest snapshot by digest, with their labels."""

    def __init__(self, workspace):
        self.workspace = workspace
        self.database = sqlite3.connect(workspace / "catalogue.sqlite")
        self.snapshot, self.label_set = self.newest("snapshot"), self.newest("label-set")
        lines = self.object(self.snapshot).decode().splitlines()
        self.entries = {entry["episode"]: entry for entry in map(json.loads, lines[1:])}
        labels = safetensors.numpy.load(self.object(self.label_set))
        ends = labels.pop("offset")
        self.labels = {
            digest: {name: values[start:end] for name, values in labels.items()}
            for digest, start, end in zip(self.entries, ends, ends[1:])}

    def newest(self, kind):
        return self.database.execute(
            "SELECT digest FROM artefact JOIN attempt ON attempt.id = attempt WHERE kind = ? ORDER BY epoch DESC", [kind]
        ).fetchone()[0]

    def object(self, digest):
        return (self.workspace / "objects" / digest[:2] / digest).read_bytes()

    def episode(self, digest):
        """Metadata and arrays of an episode; labels as an export names them."""
        shard, offset, length, metadata = self.database.execute(
            "SELECT shard, shard_offset, shard_length, metadata FROM episode WHERE digest = ?", [digest]).fetchone()
        content = episode_frames.content(self.workspace, shard, offset, length)
        metadata = json.loads(metadata)
        metadata["outcome"] = self.entries[digest].get("outcome") or metadata["outcome"]
        return metadata, episode_frames.arrays(content)


class Comparison:
    """Counts what was compared, and keeps what differs."""

    def __init__(self):
        self.episodes = self.arrays = self.steps = 0
        self.problems = []

    def same(self, label, found, expected):
        self.arrays += 1
        found, expected = np.asarray(found), np.asarray(expected)
        if found.dtype != expected.dtype or found.shape != expected.shape:
            self.problems.append(f"{label}: {found.dtype}{found.shape}, the store has {expected.dtype}{expected.shape}")
        elif found.tobytes() != expected.tobytes():
            self.problems.append(f"{label}: other bytes than the store")

    def equal(self, label, found, expected):
        if found != expected:
            self.problems.append(f"{label}: {found!r}, expected {expected!r}")


def picture(file, swapped=False):
    pixels = np.asarray(PIL.Image.open(io.BytesIO(file)).convert("RGB"))
    return pixels[..., ::-1] if swapped else pixels


def recorded_pictures(camera, arrays):
    """Steps x height x width x 3 levels, red first."""
    array, swapped = arrays[camera["array"]], camera["channelOrder"] == "bgr"
    if camera["encoding"] == "raw":
        return array[..., ::-1] if swapped else array
    if camera["encoding"] == "video":
        return np.stack([pixels for _, pixels in episode_frames.video_frames(array.tobytes())])
    return np.stack([picture(row.tobytes(), swapped) for row in array])


def is_alike(found, expected):
    """Whether pictures are the same but for what a decoder rounds."""
    error = np.mean((found.astype(float) - expected) ** 2)
    return found.shape == expected.shape and 10 * np.log10(255 ** 2 / max(error, 1e-9)) >= LEAST_PSNR


def key(name):
    for prefix in ("obs/", "observations/", "observation/", "observation."):
        if name.startswith(prefix):
            return name[len(prefix):].replace("/", "_")
    return name.replace("/", "_")


# robomimic

def robomimic_arrays(metadata, arrays):
    """What an episode's group must hold, by name, but what is added to it."""
    names = {"next.reward": "rewards", "next.done": "dones"}
    names |= {part["array"]: "obs/" + key(part["array"]) for part in metadata["embodiment"]["state"]}
    if metadata.get("timestampArray") not in (None, "timestamps", "timestamp"):
        names[metadata["timestampArray"]] = "timestamps"
    if metadata.get("interventionArray") not in (None, "interventions", "action_modes", "intervention"):
        names[metadata["interventionArray"]] = "interventions"
    names[metadata["actionArray"]] = "actions"
    cameras = {camera["array"]: camera for camera in metadata["cameras"]}
    expected = {names.get(name, name): array for name, array in arrays.items() if name not in cameras}
    expected |= {"obs/" + key("obs/" + camera["name"]): recorded_pictures(camera, arrays) for camera in cameras.values()}
    return expected


def datasets(group, prefix=""):
    import h5py
    for name, item in group.items():
        if isinstance(item, h5py.Group):
            yield from datasets(item, prefix + name + "/")
        else:
            yield prefix + name, item[()]


def check_robomimic_episode(store, group, label, comparison):
    digest = group.attrs["episode"]
    metadata, arrays = store.episode(digest)
    expected = robomimic_arrays(metadata, arrays)
    found = dict(datasets(group))
    added = group.attrs["added"].split()
    videos = {"obs/" + key("obs/" + camera["name"]) for camera in metadata["cameras"] if camera["encoding"] == "video"}
    for name, array in expected.items():
        if name in videos and name in found:
            comparison.equal(f"{label} {name}: frames as PyAV decodes them", is_alike(found.pop(name), array), True)
        elif name in found:
            comparison.same(f"{label} {name}", found.pop(name), array)
        else:
            comparison.problems.append(f"{label} {name}: not exported")
    for name in ("value", "advantage", "indicator"):
        comparison.same(f"{label} {name}", found.get(name), store.labels[digest][name])
    comparison.equal(f"{label}: what is added", set(found), set(added))
    steps, outcome = metadata["stepCount"], metadata["outcome"]
    if "rewards" in found:
        comparison.same(f"{label} rewards", found["rewards"], np.float32([0] * (steps - 1) + [outcome == "success"]))
    if "dones" in found:
        comparison.same(f"{label} dones", found["dones"], np.int64([0] * (steps - 1) + [1]))
    attributes = dict(group.attrs)
    success = None if outcome == "unlabelled" else outcome == "success"
    comparison.equal(f"{label} success", attributes.get("success"), success)
    comparison.equal(f"{label} instruction", attributes["instruction"], metadata["instruction"])
    comparison.equal(f"{label} num_samples", attributes["num_samples"], steps)
    comparison.equal(f"{label} weight", attributes["weight"], store.entries[digest]["weight"])
    comparison.episodes += 1
    return digest, {**dict(datasets(group))}


def sequences(path, episode):
    """robomimic's own loader over a file, one step a window, with what the arrays of its first episode are."""
    import robomimic.utils.obs_utils as obs_utils
    from robomimic.utils.dataset import SequenceDataset

    # robomimic itself has no name for what is nested deeper, such as IsaacLab's notes on subtasks.
    observed = {name[4:]: array for name, array in episode.items() if name.startswith("obs/") and name.count("/") == 1}
    pictures = [name for name, array in observed.items() if array.ndim == 4 and array.dtype == np.uint8]
    numbers = [name for name in observed if name not in pictures]
    obs_utils.initialize_obs_utils_with_obs_specs({"obs": {"low_dim": numbers, "rgb": pictures, "depth": [], "scan": []}})
    others = ["actions", "rewards", "dones", "value", "advantage", "indicator"]
    options = {
        "hdf5_path": str(path), "obs_keys": sorted(observed), "dataset_keys": others, "frame_stack": 1, "seq_length": 1,
        "hdf5_cache_mode": "low_dim", "load_next_obs": False, "action_keys": ["actions"],
        "action_config": {"actions": {"normalization": None}}}
    known = inspect.signature(SequenceDataset.__init__).parameters  # version 0.3 has no actions of its own
    return SequenceDataset(**{name: value for name, value in options.items() if name in known}), others


def check_robomimic(store, folder, comparison):
    import h5py
    for path in sorted(folder.glob("*.hdf5")):
        with h5py.File(path, "r") as file:
            data = file["data"]
            comparison.equal(f"{path.name} snapshot", data.attrs["snapshot"], store.snapshot)
            comparison.equal(f"{path.name} label set", data.attrs["label_set"], store.label_set)
            demos = {name: check_robomimic_episode(store, data[name], f"{path.name} {name}", comparison) for name in data}
            total = sum(len(arrays["actions"]) for _, arrays in demos.values())
            comparison.equal(f"{path.name} total", data.attrs["total"], total)
            outcomes = {name: store.episode(digest)[0]["outcome"] for name, (digest, _) in demos.items()}
            for mask, outcome in (("success", "success"), ("not_success", "failure")):
                named = {name.decode() for name in file[f"mask/{mask}"][()]} if f"mask/{mask}" in file else set()
                comparison.equal(f"{path.name} mask/{mask}", named, {name for name in outcomes if outcomes[name] == outcome})
        # Cameras that only some episodes have are compared above.
        shared = set.intersection(*(set(arrays) for _, arrays in demos.values()))
        loader, others = sequences(path, {name: array for name, array in demos["demo_0"][1].items() if name in shared})
        comparison.equal(f"{path.name}: windows", len(loader), total)
        for index in range(len(loader)):
            item = loader[index]
            name = loader._index_to_demo_id[index]
            step = index - loader._demo_id_to_start_indices[name]
            arrays = demos[name][1]
            pairs = [(key, item["obs"][key][0], arrays["obs/" + key][step]) for key in item["obs"]]
            pairs += [(key, item[key][0], arrays[key][step]) for key in others]
            comparison.steps += 1
            for key, found, expected in pairs:
                # Its cache keeps all numbers as float32.
                if not np.array_equal(np.asarray(found), np.asarray(expected).astype(np.asarray(found).dtype)):
                    comparison.problems.append(f"{path.name} {name} step {step}: robomimic gives out {key} {found}, not {expected}")
        if loader._hdf5_file is not None:
            loader._hdf5_file.close()


# lerobot

def lerobot_arrays(metadata, arrays, rate):
    """What a dataset's columns must hold, by name; pictures and numbers of rows apart."""
    steps, outcome = metadata["stepCount"], metadata["outcome"]
    cameras = {camera["array"] for camera in metadata["cameras"]}
    numbers = {
        name: array for name, array in arrays.items()
        if name not in cameras and array.ndim in (1, 2) and len(array) == steps and array[0].size > 0}
    if metadata["sourceFormat"] == "lerobot":
        columns = numbers
    else:
        state = [arrays[part["array"]].reshape(steps, -1).astype(np.float32) for part in metadata["embodiment"]["state"]]
        used = {part["array"] for part in metadata["embodiment"]["state"]} | {metadata["actionArray"]}
        last = np.arange(steps) == steps - 1
        columns = {
            "observation.state": np.concatenate(state, axis=1),
            "action": arrays[metadata["actionArray"]].astype(np.float32), "next.done": last}
        if "rewards" in numbers and numbers["rewards"][0].size == 1:
            columns["next.reward"] = numbers["rewards"].astype(np.float32).reshape(-1)
        elif outcome != "unlabelled":
            columns["next.reward"] = (last & (outcome == "success")).astype(np.float32)
        if outcome != "unlabelled":
            columns["next.success"] = last & (outcome == "success")
        for name, array in numbers.items():
            if name in used:
                continue
            name = name.replace("/", ".")
            taken = name in columns or name.startswith(("observation.", "nightshift.")) or name in (
                "timestamp", "frame_index", "episode_index", "index", "task_index", "next.reward", "next.success")
            columns["recorded." + name if taken else name] = array
    if "timestamp" not in columns:
        columns["timestamp"] = (np.arange(steps) / rate).astype(np.float32)
    # A row of one number is that number.
    return {name: array.reshape(-1) if array.size == steps else array for name, array in columns.items()}


def column(table, name):
    """A column of numbers as numpy has it, rows first."""
    values = table.column(name).combine_chunks()
    if "list" not in str(values.type):
        return values.to_numpy(zero_copy_only=False)
    return values.flatten().to_numpy(zero_copy_only=False).reshape(len(values), -1)


def check_lerobot_pictures(label, feature, camera, arrays, files, comparison):
    expected = recorded_pictures(camera, arrays)
    found = np.stack([picture(file["bytes"]) for file in files])
    comparison.equal(f"{label}: shape in info.json", feature["shape"], list(expected.shape[1:]))
    if camera["encoding"] == "raw" or camera["channelOrder"] == "rgb":
        comparison.same(label, found, expected)
        if camera["encoding"] != "raw":
            rows = [row.tobytes().rstrip(b"\0") for row in arrays[camera["array"]]]
            comparison.equal(f"{label}: files as they were recorded", [file["bytes"] for file in files] == rows, True)
        return found
    comparison.arrays += 1
    comparison.equal(f"{label}: pictures alike", is_alike(found, expected), True)
    return found


def check_lerobot_video(label, name, entry, camera, arrays, info, path, comparison):
    """The file is the one that is stored; lerobot's own decoder is asked for its frames later."""
    place = {f"{kind}_index": entry[f"videos/{name}/{kind}_index"] for kind in ("chunk", "file")}
    file = path / info["video_path"].format(video_key=name, **place)
    comparison.same(f"{label} {name}", np.frombuffer(file.read_bytes(), np.uint8), arrays[camera["array"]])
    expected = recorded_pictures(camera, arrays)
    comparison.equal(f"{label} {name}: shape in info.json", info["features"][name]["shape"], list(expected.shape[1:]))
    return expected


def check_lerobot_episode(store, entry, table, info, path, label, comparison):
    """Compares the episode's rows bit for bit, and returns what lerobot must give out."""
    digest = entry["nightshift/episode"]
    metadata, arrays = store.episode(digest)
    expected = lerobot_arrays(metadata, arrays, info["fps"])
    expected |= {"nightshift." + name: store.labels[digest][name] for name in ("value", "advantage", "indicator")}
    steps, first = metadata["stepCount"], entry["dataset_from_index"]
    expected |= {
        "frame_index": np.arange(steps), "index": first + np.arange(steps),
        "episode_index": np.full(steps, entry["episode_index"])}
    pictures, videos = {}, {}
    for camera in metadata["cameras"]:
        name = camera["array"] if camera["array"].startswith("observation.") else "observation.images." + camera["name"]
        if camera["encoding"] == "video":
            videos[name] = check_lerobot_video(label, name, entry, camera, arrays, info, path, comparison)
            continue
        files = table.column(name).to_pylist()
        pictures[name] = check_lerobot_pictures(f"{label} {name}", info["features"][name], camera, arrays, files, comparison)
    for name, array in expected.items():
        if name in table.column_names:
            comparison.same(f"{label} {name}", column(table, name), array)
        else:
            comparison.problems.append(f"{label} {name}: not exported")
    comparison.equal(f"{label}: columns", set(table.column_names), set(expected) | set(pictures) | {"task_index"})
    comparison.equal(f"{label}: features", set(table.column_names) | set(videos), set(info["features"]))
    if metadata["outcome"] != "unlabelled":
        comparison.equal(f"{label} success", entry["success"], metadata["outcome"] == "success")
    comparison.equal(f"{label} weight", entry["nightshift/weight"], store.entries[digest]["weight"])
    comparison.episodes += 1
    return metadata["instruction"], expected, pictures, videos


def check_statistics(path, table, comparison):
    statistics = json.loads((path / "meta/stats.json").read_text())
    for name in table.column_names:
        if name not in statistics:
            comparison.problems.append(f"{path.name}: no statistics of {name}")
        elif "struct" not in str(table.schema.field(name).type):
            values = column(table, name).reshape(len(table), -1).astype(float)
            for kind, expected in (("min", values.min(0)), ("max", values.max(0)), ("mean", values.mean(0)), ("std", values.std(0))):
                if not np.allclose(statistics[name][kind], expected, rtol=1e-6, atol=1e-9):
                    comparison.problems.append(f"{path.name}: {kind} of {name} is {statistics[name][kind]}, expected {expected}")
        elif np.shape(statistics[name]["mean"]) != (3, 1, 1):
            comparison.problems.append(f"{path.name}: statistics of {name} have shape {np.shape(statistics[name]['mean'])}")


def levels(tensor):
    """A picture as lerobot gives it out, as height x width x 3 levels."""
    return np.rint(tensor.numpy() * 255).astype(np.uint8).transpose(1, 2, 0)


def check_lerobot(store, folder, comparison):
    import pyarrow.parquet
    from lerobot.datasets.lerobot_dataset import LeRobotDataset

    for path in sorted(folder.iterdir()):
        info = json.loads((path / "meta/info.json").read_text())
        dataset = LeRobotDataset("nightshift/export", root=path)
        table = pyarrow.parquet.read_table(sorted(path.glob("data/*/*.parquet")))
        check_statistics(path, table, comparison)
        comparison.equal(f"{path.name}: steps", len(dataset), len(table))
        for entry in dataset.meta.episodes:
            label = f"{path.name} {entry['episode_index']}"
            rows = table.slice(entry["dataset_from_index"], entry["length"])
            task, numbers, pictures, videos = check_lerobot_episode(store, entry, rows, info, path, label, comparison)
            for step in range(entry["length"]):
                item = dataset[entry["dataset_from_index"] + step]
                comparison.steps += 1
                same = item["task"] == task
                for name, array in numbers.items():
                    found = item[name].numpy()
                    same = same and np.array_equal(found, np.asarray(array[step]).astype(found.dtype))
                for name, array in pictures.items():
                    same = same and np.array_equal(levels(item[name]), array[step])
                for name, array in videos.items():
                    same = same and is_alike(levels(item[name]), array[step])
                if not same:
                    comparison.problems.append(f"{label} step {step}: lerobot gives out something else")


def main(workspace, layout, folder):
    store, comparison = Store(pathlib.Path(workspace)), Comparison()
    {"robomimic": check_robomimic, "lerobot": check_lerobot}[layout](store, pathlib.Path(folder), comparison)
    comparison.equal("episodes", comparison.episodes, len(store.entries))
    for problem in comparison.problems[:50]:
        print(problem, file=sys.stderr)
    print(
        f"{layout}: {comparison.episodes} episodes, {comparison.arrays} arrays bit for bit, {comparison.steps} steps by its own "
        f"loader: {len(comparison.problems)} differences")
    return 1 if comparison.problems or not comparison.episodes else 0


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
