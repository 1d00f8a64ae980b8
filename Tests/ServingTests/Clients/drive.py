"""Drives a policy server with the real openpi-client, and prints what happened as one JSON object.

    drive.py PORT [KEY]
"""
import json
import sys

import numpy as np
from openpi_client import action_chunk_broker
from openpi_client.websocket_client_policy import WebsocketClientPolicy

port, key = int(sys.argv[1]), (sys.argv[2:] or [None])[0]


def connect(key: str | None = key) -> WebsocketClientPolicy:
    return WebsocketClientPolicy("127.0.0.1", port, api_key=key)


def failure(call) -> str:
    """The error of a call that must fail."""
    try:
        call()
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return ""


observation = {
    "hand": np.array([[0.1, -0.2, 0.3], [0.2, -0.2, 0.3]], np.float64),
    "grip": np.array([[0.5, 1.0], [0.25, 1.0]], np.float32),
    "prompt": "push the cup",
    "embodiment": "arm",
    "seed": np.int64(11),
}
policy = connect()
metadata = policy.get_server_metadata()
first, second = policy.infer(observation), policy.infer(observation)
unseeded = {name: value for name, value in observation.items() if name != "seed"}
broker = action_chunk_broker.ActionChunkBroker(connect(), action_horizon=2)
steps = [broker.infer(observation)["actions"] for _ in range(3)]
result = {
    "metadata": metadata,
    "dtype": first["actions"].dtype.str,
    "actions": first["actions"].tolist(),
    "release": first["release"],
    "timings": sorted(second["server_timing"]),
    "policy_ms": second["policy_timing"]["infer_ms"],
    "same": bool((first["actions"] == second["actions"]).all()),
    "differs": bool((policy.infer(unseeded)["actions"] != policy.infer(unseeded)["actions"]).any()),
    "broker": bool((np.stack(steps) == first["actions"][[0, 1, 0]]).all()),
    "error": failure(lambda: policy.infer({**observation, "prompt": "dance"})),
    "closed": failure(lambda: policy.infer(observation)),
    "wrongKey": failure(lambda: connect("wrong")) if key else "",
    "noKey": failure(lambda: connect(None)) if key else "",
    "after": bool((connect().infer(observation)["actions"] == first["actions"]).all()),
}
print(json.dumps(result))
