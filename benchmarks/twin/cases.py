"""Case files: a network's parameters, inputs, outputs and gradients in one safetensors file.

Tensors are `parameter.<name>`, `input.<name>`, `output.<name>` and `gradient.<name>`; metadata are
`kind` (policy or value) and `configuration` (JSON). ../README.md lists the inputs and outputs.
"""
import json
from dataclasses import dataclass

import safetensors
import safetensors.torch
import torch
from torch import Tensor

from twin import Observation, PolicyTwin, Twin, ValueTwin

NETWORKS: dict[str, type[Twin]] = {"policy": PolicyTwin, "value": ValueTwin}


@dataclass
class Case:
    kind: str
    configuration: dict
    parameters: dict[str, Tensor]
    inputs: dict[str, Tensor]
    outputs: dict[str, Tensor]
    gradients: dict[str, Tensor]

    @classmethod
    def read(cls, path: str) -> "Case":
        with safetensors.safe_open(path, "pt") as file:
            metadata = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}
        if metadata.get("kind") not in NETWORKS or "configuration" not in metadata:
            raise ValueError(
                f"reading a case from {path}: found metadata {sorted(metadata)} and kind "
                f"{metadata.get('kind')!r}, expected a configuration and one of {[*NETWORKS]}")
        groups = [
            {name.removeprefix(prefix): tensor for name, tensor in tensors.items()
             if name.startswith(prefix)}
            for prefix in ["parameter.", "input.", "output.", "gradient."]
        ]
        return cls(metadata["kind"], json.loads(metadata["configuration"]), *groups)

    def write(self, path: str) -> None:
        groups = {"parameter": self.parameters, "input": self.inputs, "output": self.outputs,
                  "gradient": self.gradients}
        tensors = {f"{prefix}.{name}": tensor.detach().clone().contiguous()
                   for prefix, group in groups.items() for name, tensor in group.items()}
        metadata = {"kind": self.kind, "configuration": json.dumps(self.configuration)}
        safetensors.torch.save_file(tensors, path, metadata)

    def network(self, dtype: torch.dtype) -> Twin:
        """The case's network with its parameters."""
        twin = NETWORKS[self.kind](self.configuration).to(dtype)
        twin.load(self.parameters)
        twin.set_ranges(self.inputs["stateCentres"], self.inputs["stateScales"])
        return twin

    def observation(self, dtype: torch.dtype) -> Observation:
        names = {"states": "states", "embodiments": "embodiments", "instructions": "instructions",
                 "patches": "patches", "camera_mask": "cameraMask", "subtasks": "subtasks",
                 "indicators": "indicators"}
        return Observation(
            **{ours: cast(self.inputs[theirs], dtype) for ours, theirs in names.items()
               if theirs in self.inputs})

    def compute(self, dtype: torch.dtype = torch.float64) -> tuple[dict, dict]:
        """Outputs and gradients as the twin computes them, by name."""
        twin = self.network(dtype)
        outputs = compute_outputs(twin, self.observation(dtype), {
            name: cast(tensor, dtype) for name, tensor in self.inputs.items()})
        gradients = {
            name: twin.stored(name, torch.zeros_like(value) if value.grad is None else value.grad)
            for name, value in twin.named_tensors().items()
        }
        return outputs, gradients


def compute_outputs(twin: Twin, seen: Observation, inputs: dict[str, Tensor]) -> dict[str, Tensor]:
    """Outputs of one pass; leaves gradients of the loss in the twin's parameters."""
    if isinstance(twin, ValueTwin):
        loss, logits = twin.loss(seen, inputs["targets"], inputs["weights"])
        outputs = {"logits": logits}
    else:
        loss, velocity = twin.loss(
            seen, inputs["actions"], inputs["noise"], inputs["times"], inputs["weights"],
            inputs.get("subtaskTargets"))
        with torch.no_grad():
            chunks = twin.chunks(seen, inputs["noise"], twin.step_modulations())
        outputs = {"velocity": velocity, "chunks": chunks}
    loss.backward()
    return {**outputs, "loss": loss.reshape(1, 1)}


def cast(tensor: Tensor, dtype: torch.dtype) -> Tensor:
    return tensor.to(dtype) if tensor.is_floating_point() else tensor
