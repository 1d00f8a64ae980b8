#!/usr/bin/env python3
"""The whole loop on simulated robots: demonstrations, base, first release; then nights of fleet, learning and promotion.

    scripts/flywheel --nights 2 --seed 1

scripts/flywheel builds what this needs and starts it. docs/flywheel.md says what comes out. What has been done is kept in
flywheel/state.json of the workspace: after a kill the same command goes on.
"""

from __future__ import annotations

import argparse
import copy
import json
import os
import shutil
import subprocess
import sys
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

import yaml

import results

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]
CONDITIONINGS = ("indicator", "weight", "success-only", "none")
FIRST_DAY = datetime(2026, 3, 2, 8, tzinfo=timezone.utc)


class FlywheelError(Exception):
    """A command of the flywheel failed."""


def main() -> int:
    arguments = parse()
    try:
        Flywheel(arguments).turn()
    except FlywheelError as error:
        print(f"flywheel: {error}", file=sys.stderr)
        print("Correct the cause and run the same command again: it goes on from here.", file=sys.stderr)
        return 70
    return 0


def parse() -> argparse.Namespace:
    from simulator import TASKS

    names = [task.name for task in TASKS]
    parser = argparse.ArgumentParser(prog="scripts/flywheel", description=__doc__.splitlines()[0])
    add = parser.add_argument
    add("--workspace", type=Path, default=Path("workspace/flywheel"), help="default workspace/flywheel")
    add("--tasks", nargs="+", choices=names, default=names, metavar="TASK", help="default: all five")
    add("--nights", type=int, default=2, help="default 2")
    add("--seed", type=int, default=1, help="of everything that is drawn (default 1)")
    add("--conditioning", choices=CONDITIONINGS, default="indicator", help="of the nights (default indicator)")
    add("--guidance", type=float, default=3.5, help="of policies that see an indicator, everywhere (default 3.5)")
    add("--temperature", type=float, default=1.0, help="of actions in evaluations (default 1: as learned)")
    add("--day-temperature", type=float, default=0.5, help="of the fleet's actions (default 0.5, as serve-policy's)")
    add("--demonstrations", type=int, default=80, help="of each task, before the first night (default 80)")
    add("--episodes", type=int, default=80, help="of each task and day, by the fleet (default 80)")
    add("--evaluation-episodes", type=int, default=100, help="of each task and policy (default 100)")
    add("--robots", type=int, default=8, help="in the fleet (default 8)")
    add("--steps", type=int, default=3000, help="optimiser steps of a night's fine-tune (default 3000)")
    add("--base-steps", type=int, default=4000, help="optimiser steps of the base (default 4000)")
    add("--value-steps", type=int, default=1500, help="optimiser steps of a value function (default 1500)")
    add("--simulator-episodes", type=int, default=25, help="of each task, policy and look of the evidence (default 25)")
    add("--settings", type=Path, metavar="FILE.yaml", help="a pipeline instead of examples/metaworld/flywheel.yaml")
    add("--join-task", choices=names, metavar="TASK", help="this task joins at --join-night, with demonstrations")
    add("--join-night", type=int, metavar="K")
    add("--poison-night", type=int, metavar="K", help="30 %% of its outcomes are wrong, and one robot is noisy")
    add("--extra-demonstrations", type=int, metavar="N", help="a task and night, instead of the fleet's episodes")
    add("--evaluate-policies", action="store_true", help="train and evaluate all conditionings on the last night's data")
    add("--json", action="store_true", help="one object a night, task and policy on standard output")
    arguments = parser.parse_args()
    if (arguments.join_task is None) != (arguments.join_night is None):
        parser.error("--join-task and --join-night go together")
    counts = ("demonstrations", "episodes", "evaluation_episodes", "robots", "steps", "base_steps", "value_steps")
    for name in counts:
        if getattr(arguments, name) < 1:
            parser.error(f"--{name.replace('_', '-')} must be at least 1")
    if arguments.nights < 0 or arguments.seed < 0:
        parser.error("--nights and --seed must be at least 0")
    if arguments.join_task:
        arguments.tasks = [task for task in arguments.tasks if task != arguments.join_task]
        if not arguments.tasks:
            parser.error(f"--tasks: none is left before {arguments.join_task} joins")
    return arguments


class Flywheel:
    """One workspace's turns. Every step has a name and is done once."""

    def __init__(self, arguments: argparse.Namespace):
        self.arguments = arguments
        self.workspace = arguments.workspace.resolve()
        self.folder = self.workspace / "flywheel"
        self.programs = Path(os.environ.get("NIGHTSHIFT_PROGRAMS") or REPOSITORY / ".build/release").resolve()
        self.pipeline = yaml.safe_load((arguments.settings or HERE / "flywheel.yaml").read_text())
        for folder in ("logs", "settings", "evaluations", "days"):
            (self.folder / folder).mkdir(parents=True, exist_ok=True)
        self.environment = os.environ | {"NIGHTSHIFT_PROGRAMS": str(self.programs), "OMP_NUM_THREADS": "1"}
        self.state = self._read_state()

    def turn(self) -> None:
        """All nights, and what came of them."""
        self.step("demonstrations", lambda: self.demonstrate(self.arguments.tasks, self.arguments.demonstrations, 0))
        self.step("base", self.make_base)
        self.step("night-0", lambda: self.night(0, "none"))
        self.evaluate(0)
        for night in range(1, self.arguments.nights + 1):
            if night == self.arguments.join_night:
                self.step("join", lambda: self.demonstrate([self.arguments.join_task], self.arguments.demonstrations, 0))
                self.step("join-base", self.make_base)
            self.step(f"day-{night}", lambda: self.day(night))
            self.step(f"night-{night}", lambda: self.night(night, self.arguments.conditioning))
            self.evaluate(night)
        if self.arguments.evaluate_policies:
            for conditioning in CONDITIONINGS:
                self.compare(conditioning)
        self.report()

    # Steps

    def demonstrate(self, tasks: list[str], count: int, night: int) -> dict:
        """Teleoperators show every task `count` times."""
        folder = self.fresh(f"demonstrations-{night}-{tasks[0]}")
        self.python(
            "record.py", "--demonstrations", "--lean", "--episodes", count, "--seed", 1000 * self.arguments.seed + night,
            "--jobs", min(2, len(tasks)), "--out", folder, "--tasks", *tasks, log=f"demonstrations-{night}")
        return {"files": self.deliver(folder, f"demonstrations-{night}")}

    def make_base(self) -> dict:
        """Labels what there is, and trains the base that every night starts from."""
        for stage in ("ingest", "filter-by-quality", "label-with-value-function"):
            self.stage(stage)
        settings = {"conditioning": "indicator", "trainingSteps": self.arguments.base_steps}
        return self.stage("fine-tune", "--from-scratch", name="base", changes=settings)

    def day(self, night: int) -> dict:
        """What robots do in a day with production's policy; or more demonstrations, for comparison."""
        if self.arguments.extra_demonstrations:
            return self.demonstrate(self.tasks_of_production(), self.arguments.extra_demonstrations, night)
        folder = self.fresh(f"day-{night}")
        start = FIRST_DAY + timedelta(days=night)
        options: list[object] = [
            "--inbox", folder, "--episodes", self.arguments.episodes, "--robots", self.arguments.robots,
            "--seed", 1000 * self.arguments.seed + night, "--from", start.isoformat(), "--json",
            "--tasks", *self.tasks_of_production()]
        if night == self.arguments.poison_night:
            options += ["--flip-outcomes", 0.3, "--noisy-robot", 1]
        with Server(self, f"day-{night}") as server:
            output = self.python("fleet.py", "--server", server, *options, log=f"day-{night}")
        rows = [json.loads(line) for line in output.splitlines()]
        alone = [row for row in rows if not row["supervised"]]
        self.say(f"day {night}: {len(rows)} episodes, success {sum(r['success'] for r in alone)} of {len(alone)} unwatched")
        return {"files": self.deliver(folder, f"day-{night}"), "episodes": len(rows)}

    def night(self, night: int, conditioning: str) -> dict:
        """The pipeline's run, and which release production has then."""
        path = self.folder / "settings" / f"night-{night}.yaml"
        path.write_text(yaml.safe_dump(self.settings(conditioning), sort_keys=False))
        output = self.program("nightshift", "run", path, "--workspace", self.workspace, "--json", log=f"night-{night}")
        run = json.loads(output)
        candidate = run["release"]
        if self.production() is None:
            self.program(
                "promote", "candidate", candidate, "--workspace", self.workspace, "--reason",
                "the imitation start: there is nothing that it could be worse than", log=f"promote-{night}")
        summaries = {stage["stage"]: stage["summary"] for stage in run["stages"]}
        promotion = summaries["promote"]
        production = self.production()
        self.say(f"night {night}: {promotion.get('headline', '')}")
        for reason in promotion.get("reasons", []):
            self.say(f"  {reason}")
        return {
            "candidate": candidate, "production": production, "promoted": candidate == production,
            "verdict": promotion.get("verdict"), "reasons": promotion.get("reasons", []), "seconds": run["seconds"],
            "weights": summaries["fine-tune"]["weights"]}

    def evaluate(self, night: int) -> None:
        """Candidate and production of a night, on layouts that nobody trained on."""
        state = self.state["done"][f"night-{night}"]
        # A candidate that was turned down has no release on disk, but its weights are kept.
        production = self.workspace / f"releases/{state['production']}/weights.safetensors"
        for role, weights in (("candidate", self.object(state["weights"])), ("production", production)):
            self.step(f"evaluation-{night}-{role}", lambda: self.simulate(state[role], weights))

    def simulate(self, name: str, weights: Path, *options: object) -> dict:
        """All evaluation episodes of one policy; nothing is run twice for the same policy and tasks."""
        output = self.folder / "evaluations" / f"{name}.jsonl"
        if not output.exists():
            text = self.python(
                "simulate.py", "--weights", weights, "--guidance", self.arguments.guidance,
                "--temperature", self.arguments.temperature,
                "--tasks", *self.tasks_of(weights), "--episodes",
                self.arguments.evaluation_episodes, "--seed", 100_000 * (self.arguments.seed + 1), *options,
                log=f"evaluation-{name}")
            write(output, text)
        return {"file": output.name, "policy": name}

    def compare(self, conditioning: str) -> None:
        """Another policy from the data of the last night, which nobody deploys."""
        trained = self.step(f"compare-{conditioning}", lambda: self.stage(
            "fine-tune", name=f"compare-{conditioning}", changes={"conditioning": conditioning}))
        weights = self.object(trained["weights"])
        self.step(f"evaluation-{conditioning}", lambda: self.simulate(f"compare-{conditioning}", weights))
        if conditioning == "indicator":
            for name, indicator in (("indicator-unguided", "positive"), ("indicator-negative", "negative")):
                self.step(f"evaluation-{name}", lambda: self.simulate(
                    f"compare-{name}", weights, "--indicator", indicator, "--guidance", 1))

    def report(self) -> None:
        """Rows, table and plot."""
        rows = self.rows()
        text = "".join(json.dumps(row) + "\n" for row in rows)
        write(self.folder / "results.jsonl", text)
        table = results.table(rows, self.folder / "evaluations")
        write(self.folder / "results.md", table)
        results.plot(rows, self.folder / "evaluations", self.folder / "results.svg")
        print(text if self.arguments.json else table, end="")
        self.say(f"table and plot: {self.folder}/results.md, results.svg")

    def rows(self) -> list[dict]:
        """One object a night, policy and task."""
        rows = []
        for night in range(self.arguments.nights + 1):
            state = self.state["done"][f"night-{night}"]
            for role in ("candidate", "production"):
                if role == "production" and state["promoted"]:
                    continue
                file = f"{state[role]}.jsonl"
                rows += results.rows(self.folder / "evaluations" / file, {
                    "night": night, "policy": state[role], "role": "production" if state["promoted"] else role,
                    "promoted": state["promoted"]})
        if self.arguments.evaluate_policies:
            for conditioning in (*CONDITIONINGS, "indicator-unguided", "indicator-negative"):
                file = self.folder / "evaluations" / f"compare-{conditioning}.jsonl"
                rows += results.rows(file, {
                    "night": self.arguments.nights, "policy": conditioning, "role": "comparison", "promoted": False})
        return rows

    # Means

    def step(self, name: str, work) -> dict:
        """Does `work` unless it has been done; what it returned."""
        if name not in self.state["done"]:
            self.say(f"== {name}")
            start = time.monotonic()
            value = work()
            self.state["done"][name] = value
            self.state["seconds"][name] = round(time.monotonic() - start, 1)
            write(self.folder / "state.json", json.dumps(self.state, indent=1))
        return self.state["done"][name]

    def _read_state(self) -> dict:
        """What has been done with the same options; other options need another workspace."""
        path = self.folder / "state.json"
        options = {
            key: value for key, value in sorted(vars(self.arguments).items())
            if key not in ("json", "nights", "workspace", "settings", "evaluate_policies")}
        options["pipeline"] = self.pipeline
        if not path.exists():
            return {"options": options, "done": {}, "seconds": {}}
        state = json.loads(path.read_text())
        for key, value in options.items():
            before = state["options"].get(key)
            if before != value and not still_open(key, (before, value), state["done"]):
                raise FlywheelError(
                    f"going on in {self.workspace}: it was begun with {key} {before}, now it is {value}. "
                    "Give the same options, or another --workspace")
        state["options"] = options
        return state

    def settings(self, conditioning: str, changes: dict | None = None) -> dict:
        """The pipeline with this flywheel's options in it; `changes` are for fine-tune."""
        pipeline = copy.deepcopy(self.pipeline)
        seed = self.arguments.seed
        command = [
            sys.executable, str(HERE / "simulate.py"), "--weights", "{weights}", "--indicator", "{indicator}",
            "--guidance", str(self.arguments.guidance), "--temperature", str(self.arguments.temperature),
            "--tasks", "{tasks}", "--episodes", "{episodes}", "--seed", "{seed}"]
        ours = {
            "label-with-value-function": {"trainingSteps": self.arguments.value_steps, "seed": seed},
            "fine-tune": {
                "conditioning": conditioning, "trainingSteps": self.arguments.steps, "seed": seed} | (changes or {}),
            "shadow-evaluate": {
                "simulator": command, "simulatorEpisodes": self.arguments.simulator_episodes,
                "guidance": self.arguments.guidance},
        }
        for stage in pipeline["stages"]:
            stage["settings"] = (stage.get("settings") or {}) | ours.get(stage["stage"], {})
        return pipeline

    def stage(self, stage: str, *options: object, name: str | None = None, changes: dict | None = None) -> dict:
        """One stage by hand, with its settings of the pipeline."""
        pipeline = self.settings("none", changes)
        settings = next(entry["settings"] for entry in pipeline["stages"] if entry["stage"] == stage)
        path = self.folder / "settings" / f"{name or stage}.yaml"
        path.write_text(yaml.safe_dump(settings, sort_keys=False))
        output = self.program(
            stage, "--workspace", self.workspace, "--config", path, "--json", *options, log=name or stage)
        return json.loads(output)

    def production(self) -> str | None:
        """The release that production has, if any."""
        link = self.workspace / "channels/production"
        return os.path.basename(os.readlink(link)) if link.is_symlink() else None

    def tasks_of_production(self) -> list[str]:
        """What robots can do with production's policy: a task that joins does so when a candidate with it is promoted."""
        return self.tasks_of(self.workspace / f"channels/production/weights.safetensors")

    def tasks_of(self, weights: Path) -> list[str]:
        """Names of the tasks that a checkpoint knows, from its header."""
        from simulator import TASKS

        with open(weights, "rb") as file:
            header = file.read(int.from_bytes(file.read(8), "little")).decode()
        return [task.name for task in TASKS if task.instruction in header]

    def object(self, digest: str) -> Path:
        """Where the workspace keeps these bytes."""
        return self.workspace / f"objects/{digest[:2]}/{digest}"

    def fresh(self, name: str) -> Path:
        """An empty folder: what an interrupted step left is dropped."""
        folder = self.folder / "days" / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return folder

    def deliver(self, folder: Path, prefix: str) -> int:
        """Hands all files of a finished day to the inbox."""
        inbox = self.workspace / "inbox"
        inbox.mkdir(parents=True, exist_ok=True)
        files = sorted(folder.glob("*.hdf5"))
        for file in files:
            os.replace(file, inbox / f"{prefix}-{file.name}")
        return len(files)

    def program(self, name: str, *options: object, log: str) -> str:
        return self.run([self.programs / name, *options], log)

    def python(self, script: str, *options: object, log: str) -> str:
        return self.run([sys.executable, HERE / script, *options], log)

    def run(self, command: list[object], log: str) -> str:
        """A command's standard output; its standard error goes to flywheel/logs."""
        path = self.folder / "logs" / f"{log}.txt"
        words = [str(word) for word in command]
        with open(path, "a") as errors:
            done = subprocess.run(
                words, stdout=subprocess.PIPE, stderr=errors, stdin=subprocess.DEVNULL, text=True, env=self.environment)
        if done.returncode:
            end = "".join(f"\n    {line}" for line in path.read_text().splitlines()[-6:])
            raise FlywheelError(
                f"running '{' '.join(words)}': it ended with {done.returncode}, expected 0; the end of {path}:{end}")
        return done.stdout

    def say(self, text: str) -> None:
        print(text, file=sys.stderr, flush=True)


class Server:
    """serve-policy on production's release, while a `with` block lasts; its address."""

    def __init__(self, flywheel: Flywheel, name: str):
        self._command = [
            flywheel.programs / "serve-policy", "--workspace", flywheel.workspace, "--port", "0", "--json", "--seed", "1",
            "--guidance", str(flywheel.arguments.guidance), "--temperature", str(flywheel.arguments.day_temperature)]
        self._log = flywheel.folder / "logs" / f"serve-{name}.txt"
        self._environment = flywheel.environment

    def __enter__(self) -> str:
        with open(self._log, "a") as errors:
            self._process = subprocess.Popen(
                self._command, stdout=subprocess.PIPE, stderr=errors, stdin=subprocess.DEVNULL, text=True,
                env=self._environment)
        line = self._process.stdout.readline()
        if not line:
            raise FlywheelError(f"starting serve-policy: it ended with {self._process.wait()}; see {self._log}")
        ready = json.loads(line)
        return f"ws://{ready['host']}:{ready['port']}"

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait()
        self._process.stdout.close()


def still_open(option: str, values: tuple, done: dict) -> bool:
    """Whether an option may change: it is about days that have not been."""
    if option == "poison_night":
        return not any(f"day-{night}" in done for night in values)
    return option == "extra_demonstrations" and not any(step.startswith("day-") for step in done)


def write(path: Path, text: str) -> None:
    """Replaces a file at once, so that a kill leaves the old or the new."""
    partial = path.with_name(f".{path.name}.partial")
    partial.write_text(text)
    os.replace(partial, path)


if __name__ == "__main__":
    sys.exit(main())
