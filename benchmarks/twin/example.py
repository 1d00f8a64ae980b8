"""Small random cases that the twin makes by itself, for tests of the comparison."""
import torch

from cases import NETWORKS, Case
from twin import camera_count, widest

BATCH = 5


def configuration(kind: str, cameras: bool, words: bool, insulates: bool = False) -> dict:
    """Two robots of different widths; the second has one camera less."""
    shared = {
        "historyLength": 3, "octaves": 2, "pairGains": [1.0, 6.0], "imageSize": 8 if cameras else 0,
        "patchSize": 4 if cameras else 0, "instructionLength": 4, "vocabularySize": 30,
        "trunk": {"width": 24, "layers": 2, "heads": 2, "headWidth": 8, "expansion": 2,
                  "stateWidth": 16},
        "embodiments": [
            {"name": "arm", "stateWidth": 5, "actionWidth": 3, "cameras": ["front", "wrist"]},
            {"name": "hand", "stateWidth": 3, "actionWidth": 2, "cameras": ["wrist"]},
        ],
    }
    if kind == "value":
        return {**shared, "bins": 21}
    return {
        **shared, "subtaskLength": 3 if words else 0, "horizon": 4, "integrationSteps": 3,
        "insulatesTrunk": insulates, "subtaskLossWeight": 0.3,
        "expert": {"width": 16, "expansion": 2, "conditionWidth": 8, "stepsPerToken": 2},
    }


def observation_inputs(configuration: dict) -> dict[str, torch.Tensor]:
    robots, columns = len(configuration["embodiments"]), widest(configuration, "stateWidth")
    scales = torch.rand(robots, columns) + 0.5
    scales[0, 1] = 0
    scales[1, 3:] = 0
    length = configuration["instructionLength"]
    filled = torch.arange(length) < torch.randint(1, length + 1, (BATCH, 1))
    tokens = torch.randint(0, configuration["vocabularySize"], (BATCH, length))
    inputs = {
        "states": torch.randn(BATCH, configuration["historyLength"], columns),
        "stateCentres": torch.randn(robots, columns), "stateScales": scales,
        "embodiments": torch.arange(BATCH) % robots,
        "instructions": torch.where(filled, tokens, -1),
    }
    if cameras := camera_count(configuration):
        patches = (configuration["imageSize"] // configuration["patchSize"]) ** 2
        inputs["patches"] = torch.rand(
            BATCH, cameras, patches, 3 * configuration["patchSize"] ** 2) * 2 - 1
        inputs["cameraMask"] = torch.ones(BATCH, cameras)
        inputs["cameraMask"][1::2, 1] = 0
    return inputs


def policy_inputs(configuration: dict) -> dict[str, torch.Tensor]:
    columns = widest(configuration, "actionWidth")
    chunk = (BATCH, configuration["horizon"], columns)
    own = torch.tensor([robot["actionWidth"] for robot in configuration["embodiments"]])
    own = (torch.arange(columns) < own[:, None])[torch.arange(BATCH) % len(own), None].float()
    weights = torch.rand(BATCH, 1, 1) * own * torch.ones(chunk)
    weights[0, -1] = 0
    inputs = {
        "indicators": torch.arange(BATCH) % 3 - 1, "actions": torch.randn(chunk) * own,
        "noise": torch.randn(chunk) * own, "times": torch.rand(BATCH), "weights": weights,
    }
    if length := configuration["subtaskLength"]:
        filled = torch.arange(length) < torch.randint(0, length + 1, (BATCH, 1))
        filled[0] = True
        for name in ["subtasks", "subtaskTargets"]:
            tokens = torch.randint(0, configuration["vocabularySize"], (BATCH, length))
            inputs[name] = torch.where(filled, tokens, -1)
    return inputs


def value_inputs() -> dict[str, torch.Tensor]:
    targets = -torch.rand(BATCH)
    targets[0], targets[1], targets[2] = -1, 0, -0.999
    return {"targets": targets, "weights": torch.rand(BATCH)}


def make_case(kind: str, configuration: dict, seed: int = 0) -> Case:
    """A case whose outputs and gradients the twin computes in single precision."""
    torch.manual_seed(seed)
    twin = NETWORKS[kind](configuration)
    parameters = {name: torch.randn_like(twin.stored(name, value)) * 0.2
                  for name, value in twin.named_tensors().items()}
    inputs = observation_inputs(configuration)
    inputs |= policy_inputs(configuration) if kind == "policy" else value_inputs()
    case = Case(kind, configuration, parameters, inputs, {}, {})
    case.outputs, case.gradients = case.compute(torch.float32)
    return case
