#!/usr/bin/env python3
"""Compares our networks' outputs and gradients with those of the PyTorch twin.

    benchmarks/twin/agreement.py CASE.safetensors...

The difference of a tensor is the largest absolute difference of its numbers, relative to the
largest absolute value that the twin, which computes in double precision, finds in it. Ends with 0
if no difference is above 1e-4, 1 if one is, 2 if a case cannot be read.
"""
import argparse
import sys

from safetensors import SafetensorError
from torch import Tensor

from cases import Case

TOLERANCE = 1e-4


def difference(found: Tensor, expected: Tensor) -> float:
    """The largest difference relative to the largest number; infinite for NaN or other shapes."""
    if found.shape != expected.shape:
        return float("inf")
    apart = (found.to(expected.dtype) - expected).abs().max().item()
    if apart == 0:
        return 0
    largest = expected.abs().max().item()
    ratio = apart / largest if largest > 0 else float("inf")
    return ratio if ratio == ratio else float("inf")


def differences(case: Case) -> dict[str, float]:
    """By name, of every output and gradient that either side has; infinite if one lacks it."""
    result = {}
    computed = zip(["output", "gradient"], case.compute(), [case.outputs, case.gradients])
    for kind, expected, found in computed:
        for name in expected.keys() | found.keys():
            both = name in expected and name in found
            result[f"{kind}.{name}"] = (
                difference(found[name], expected[name]) if both else float("inf"))
    return result


def report(path: str) -> bool:
    """Prints a case's differences, largest first; true if none is above the tolerance."""
    case = Case.read(path)
    found = sorted(differences(case).items(), key=lambda item: (-item[1], item[0]))
    agrees = all(value <= TOLERANCE for _, value in found)
    print(f"{path}: {case.kind}, {len(found)} tensors, "
          f"{'agree' if agrees else 'DISAGREE'}, largest difference {found[0][1]:.2e}")
    for name, value in found:
        mark = "" if value <= TOLERANCE else f"   above {TOLERANCE}"
        print(f"    {value:9.2e}  {name}{mark}")
    return agrees


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("cases", nargs="+", metavar="CASE.safetensors")
    try:
        results = [report(path) for path in parser.parse_args().cases]
    except (OSError, ValueError, KeyError, SafetensorError) as problem:
        print(f"error: {problem}", file=sys.stderr)
        return 2
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
