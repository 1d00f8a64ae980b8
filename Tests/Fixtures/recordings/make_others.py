"""Writes small recordings in the layouts of IsaacLab's recorder, LIBERO's converter and DROID's writer.

    pip install h5py numpy
    python make_others.py .
"""

import json
import sys
from pathlib import Path

import h5py
import numpy as np

OUT = Path(sys.argv[1])
RANDOM = np.random.default_rng(7)
BOOL = h5py.enum_dtype({"FALSE": 0, "TRUE": 1}, basetype="i1")


def isaaclab(name, episodes, total):
    """`episodes` are pairs of the number in the file and what the episode is."""
    with h5py.File(OUT / name, "w") as file:
        data = file.create_group("data")
        data.attrs["env_args"] = json.dumps({"env_name": "Isaac-Stack-Cube-Franka-IK-Rel-v0", "type": 2})
        data.attrs["total"] = total
        for place, content in episodes:
            random, steps = np.random.default_rng(content), 8 + content % 3
            episode = data.create_group(f"demo_{place}")
            episode.attrs["num_samples"] = steps
            episode.attrs.create("success", np.array(content != 1, "i1"), dtype=BOOL)
            episode["actions"] = random.normal(size=(steps, 7)).astype("f4")
            for key, width in (("eef_pos", 3), ("eef_quat", 4), ("gripper_pos", 2)):
                episode[f"obs/{key}"] = random.normal(size=(steps, width)).astype("f4")
            episode["obs/datagen_info/subtask_term_signals/grasp_1"] = np.arange(steps) > 4
            for where, rows in (("initial_state", 1), ("states", steps)):
                for key, width in (("root_pose", 7), ("root_velocity", 6), ("joint_position", 9)):
                    values = random.normal(size=(rows, width)).astype("f4")
                    episode[f"{where}/articulation/robot/{key}"] = values


def libero(name):
    with h5py.File(OUT / name, "w") as file:
        data = file.create_group("data")
        data.attrs["env_name"] = "Libero_Kitchen_Tabletop_Manipulation"
        data.attrs["problem_info"] = json.dumps({
            "problem_name": "libero_kitchen_tabletop_manipulation", "domain_name": "robosuite",
            "language_instruction": "turn on the stove"})
        data.attrs["macros_image_convention"] = "opengl"
        data.attrs["bddl_file_name"] = "bddl_files/libero_10/KITCHEN_SCENE3_turn_on_the_stove.bddl"
        data.attrs["num_demos"], data.attrs["total"] = 2, 17
        data.attrs["env_args"] = json.dumps({
            "type": 1, "env_name": "Libero_Kitchen_Tabletop_Manipulation",
            "env_kwargs": {"robots": ["Panda"], "control_freq": 20}})
        for number, steps in enumerate((8, 9)):
            episode = data.create_group(f"demo_{number}")
            episode.attrs["num_samples"], episode.attrs["model_file"] = steps, "<mujoco/>"
            episode.attrs["init_state"] = RANDOM.normal(size=20)
            widths = {"gripper_states": 2, "joint_states": 7, "ee_states": 6, "ee_pos": 3, "ee_ori": 3}
            for key, width in widths.items():
                episode[f"obs/{key}"] = RANDOM.normal(size=(steps, width))
            for key in ("agentview_rgb", "eye_in_hand_rgb"):
                episode[f"obs/{key}"] = RANDOM.integers(0, 255, (steps, 4, 6, 3), "u1")
            episode["actions"] = RANDOM.uniform(-1, 1, (steps, 7))
            episode["states"] = RANDOM.normal(size=(steps, 20))
            episode["robot_states"] = RANDOM.normal(size=(steps, 9))
            end = np.zeros(steps, "u1")
            end[-1] = 1
            episode["rewards"], episode["dones"] = end, end


def droid(name, steps, attributes, skipped=(), cameras=()):
    """Every dataset grows by a row a step, a chunk each."""
    with h5py.File(OUT / name, "w") as file:
        file.attrs.update(attributes)

        def add(path, rows):
            rows = np.asarray(rows)
            rest = rows.shape[1:]
            dataset = file.create_dataset(path, (1, *rest), rows.dtype, maxshape=(None, *rest), chunks=(1, *rest))
            dataset.resize(steps, 0)
            dataset[:] = rows

        for key, width in (("cartesian_position", 6), ("joint_positions", 7)):
            add(f"observation/robot_state/{key}", RANDOM.normal(size=(steps, width)))
        add("observation/robot_state/gripper_position", RANDOM.uniform(size=steps))
        add("observation/timestamp/control/step_start", 1767434520000 + np.arange(steps) * 66)
        add("observation/timestamp/skip_action", np.isin(np.arange(steps), skipped))
        for key in ("success", "failure"):
            add(f"observation/controller_info/{key}", np.zeros(steps, bool))
        widths = {"cartesian_position": 6, "cartesian_velocity": 6, "joint_position": 7, "joint_velocity": 7}
        for key, width in widths.items():
            add(f"action/{key}", RANDOM.normal(size=(steps, width)))
        add("action/gripper_position", np.arange(steps) / steps)
        add("action/gripper_velocity", RANDOM.uniform(size=steps))
        for serial, kind in dict(cameras).items():
            add(f"observation/camera_type/{serial}", np.full(steps, kind))


isaaclab("isaaclab-dataset.hdf5", [(0, 0), (2, 2), (10, 10), (1, 1)], 3901)
isaaclab("isaaclab-annotated.hdf5", [(0, 0), (1, 1), (2, 10), (3, 2)], 35)
libero("libero.hdf5")
FACTS = {
    "building": "N/A", "controller_on": True, "current_task": "lift the red cube", "failure": True, "success": False,
    "movement_enabled": True, "robot_serial_number": "panda-0", "time": "2026-01-03 10:02:00", "user": "tester"}
droid("droid-failure.hdf5", 9, FACTS)
droid("droid-skips.hdf5", 12, FACTS | {"success": True, "failure": False}, skipped=(0, 1, 7))
droid("droid-cameras.hdf5", 9, FACTS, cameras={"11": 1, "17": 2, "23": 0})
