#!/usr/bin/env python3
"""A policy server as openpi's own, with the twin in PyTorch behind it: what serve-policy is measured against.

    benchmarks/openpi_server.py WEIGHTS --threads {1,2} [--compile]

Built as openpi's `websocket_policy_server.py`: websockets on asyncio, msgpack with NumPy arrays, no compression, and
inference in the event loop, one request after the other. Prints its port as JSON.
"""
import argparse
import asyncio
import json
import sys
import time
from pathlib import Path

import numpy as np
import torch
import websockets.asyncio.server
import websockets.exceptions
from openpi_client import msgpack_numpy

sys.path.insert(0, str(Path(__file__).parent / "twin"))
from twin import Observation, PolicyTwin  # noqa: E402


class Policy:
    """From what a robot sends to a chunk."""

    def __init__(self, weights: str, compiles: bool):
        self.twin = PolicyTwin.from_checkpoint(weights).eval()
        configuration = self.twin.configuration
        self.observations = configuration["embodiments"][0]["observations"]
        self.tasks = {task["instruction"]: number
                      for number, task in enumerate(configuration["tasks"])}
        # Which words an instruction has costs nothing; how many there may be does.
        self.words = torch.randint(
            configuration["vocabularySize"], (len(self.tasks), configuration["instructionLength"]))
        self.chunk = (1, configuration["horizon"], configuration["embodiments"][0]["actionWidth"])
        self.modulations = self.twin.step_modulations()
        self.chunks = torch.compile(self.twin.chunks) if compiles else self.twin.chunks
        self.robot, self.indicator = torch.zeros(1, dtype=torch.long), torch.full((1,), -1)

    @property
    def metadata(self) -> dict:
        return {"tasks": [{"instruction": instruction} for instruction in self.tasks],
                "observation": [{"key": each["key"], "shape": [each["width"]]}
                                for each in self.observations]}

    @torch.inference_mode()
    def infer(self, seen: dict) -> dict:
        states = np.concatenate([seen[each["key"]] for each in self.observations], axis=1)
        task = self.tasks[seen["prompt"]]
        observation = Observation(
            states=torch.from_numpy(states)[None], embodiments=self.robot,
            instructions=self.words[task:task + 1], indicators=self.indicator)
        actions = self.chunks(observation, torch.randn(self.chunk), self.modulations)
        return {"actions": actions[0].numpy()}


async def serve(policy: Policy) -> None:
    async def answer(socket) -> None:
        packer = msgpack_numpy.Packer()
        await socket.send(packer.pack(policy.metadata))
        try:
            while True:
                message = await socket.recv()
                start = time.monotonic()
                reply = policy.infer(msgpack_numpy.unpackb(message))
                reply["server_timing"] = {"infer_ms": 1e3 * (time.monotonic() - start)}
                await socket.send(packer.pack(reply))
        except websockets.exceptions.ConnectionClosed:
            return  # openpi's client leaves without a close

    async with websockets.asyncio.server.serve(
            answer, "127.0.0.1", 0, compression=None, max_size=None) as server:
        print(json.dumps({"port": server.sockets[0].getsockname()[1]}), flush=True)
        await server.serve_forever()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("weights", help="a checkpoint that serve-policy serves, too")
    parser.add_argument("--threads", type=int, choices=[1, 2], default=1)
    parser.add_argument("--compile", action="store_true", help="by torch.compile (inductor)")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    policy = Policy(options.weights, options.compile)
    zeros = {each["key"]: np.zeros((2, each["width"]), np.float32) for each in policy.observations}
    for task in policy.tasks:
        policy.infer(zeros | {"prompt": task})
    asyncio.run(serve(policy))


if __name__ == "__main__":
    main()
