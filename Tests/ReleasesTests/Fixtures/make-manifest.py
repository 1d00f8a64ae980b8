"""Prints the manifest of ManifestFixture.swift in canonical form, by an independent writer."""
import hashlib
import json
import sys


def digest(content):
    return hashlib.sha256(content).hexdigest()


manifest = {
    "format": "nightshift.release",
    "version": 1,
    "weights": {"digest": digest(bytes([1, 2, 3, 4])), "byteCount": 4},
    "snapshot": digest(b"snapshot"),
    "labelSet": digest(b"label set"),
    "valueFunctions": [digest(b"fold 0"), digest(b"fold 1")],
    "thresholds": [{"instruction": "open the drawer", "embodiment": "sawyer", "threshold": 0.0125,
                    "positiveShare": 0.25}],
    "conditioning": "weight",
    "configuration": {"steps": 400, "learningRate": 0.0003, "b/c": [True, None, "é"]},
    "seed": 7,
    "heldOutShare": 0.1,
    "machine": {"program": "nightshift 0.1.0", "workers": 2, "blasCore": "Haswell"},
    "policy": {
        "preset": "tiny", "historyLength": 2, "horizon": 16,
        "embodiments": [{"name": "sawyer", "state": [{"array": "obs/state", "width": 39}],
                         "actionWidth": 4, "controlRateHertz": 80}],
        "normaliser": "1st and 99th percentile to [-1, 1]", "tokenizer": "one index a task"},
    "tasks": [{"instruction": "open the drawer", "embodiment": "sawyer", "trainingEpisodes": 36,
               "heldOutEpisodes": 4}],
    "trainingCurve": [{"step": 100, "loss": 0.5, "gradientNorm": 1.25, "learningRate": 0.0003}],
}
text = json.dumps(manifest, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
sys.stdout.buffer.write(text.encode())
