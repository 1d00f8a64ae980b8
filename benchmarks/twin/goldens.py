#!/usr/bin/env python3
"""Writes case files in which the outputs and gradients are the twin's, for tests without PyTorch.

    nightshift-benchmark cases CASES
    benchmarks/twin/goldens.py CASES Tests/PoliciesTests/Fixtures

Run it to renew the goldens on purpose: when docs/model.md changes, and the twin with it.
"""
import argparse
from pathlib import Path

import torch

from cases import Case

NAMES = ["policy-states", "policy-pictures-text", "value-pictures"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("cases", type=Path)
    parser.add_argument("goldens", type=Path)
    options = parser.parse_args()
    for name in NAMES:
        case = Case.read(str(options.cases / f"{name}.safetensors"))
        outputs, gradients = case.compute()
        case.outputs = {key: value.detach().to(torch.float32) for key, value in outputs.items()}
        case.gradients = {key: value.to(torch.float32) for key, value in gradients.items()}
        case.write(str(options.goldens / f"{name}.safetensors"))


if __name__ == "__main__":
    main()
