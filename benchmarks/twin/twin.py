"""The networks of docs/model.md in PyTorch, from the same configuration and the same checkpoints.

Letters in shapes: B batch, L steps of history, n state columns, C cameras, P patches of a picture,
T tokens of the trunk, D width of the trunk, E width of the expert, h heads of d columns,
H steps of a chunk of A action columns.
"""
import json
import math
from typing import NamedTuple

import safetensors
import torch
import torch.nn.functional as F
from torch import Tensor, nn

Configuration = dict
Memory = list[tuple[Tensor, Tensor]]

EPSILON = 1e-5
FREQUENCIES = 16  # of flow time


class Observation(NamedTuple):
    """What a network sees. Token -1 is padding; cameras, sub-task and indicator may be absent."""
    states: Tensor  # B x L x n, raw units, oldest first
    embodiments: Tensor  # B
    instructions: Tensor  # B x instructionLength
    patches: Tensor | None = None  # B x C x P x 3 patchSize^2, in [-1, 1]
    camera_mask: Tensor | None = None  # B x C, 1 where there is a picture
    subtasks: Tensor | None = None  # B x subtaskLength
    indicators: Tensor | None = None  # B: -1 absent, 0 negative, 1 positive


def camera_count(configuration: Configuration) -> int:
    if not configuration["imageSize"]:
        return 0
    return max(len(robot["cameras"]) for robot in configuration["embodiments"])


def widest(configuration: Configuration, key: str) -> int:
    return max(robot[key] for robot in configuration["embodiments"])


class RMSNorm(nn.Module):
    """Root mean square norm whose gain is stored as its distance from 1."""

    def __init__(self, width: int):
        super().__init__()
        self.gain = nn.Parameter(torch.zeros(width))

    def forward(self, x: Tensor) -> Tensor:
        return F.rms_norm(x, self.gain.shape, 1 + self.gain, EPSILON)


class StateEncoder(nn.Module):
    """A token from raw states. The ranges of columns are buffers, which a checkpoint fills."""

    def __init__(self, configuration: Configuration):
        super().__init__()
        octaves = configuration["octaves"]
        robots = len(configuration["embodiments"])
        columns = widest(configuration, "stateWidth")
        hidden = configuration["trunk"]["stateWidth"]
        gains = configuration["pairGains"]
        features = columns * (configuration["historyLength"] + 2 * octaves)
        features += len(gains) * columns * (columns - 1) // 2
        self.register_buffer("centres", torch.zeros(robots, columns))
        self.register_buffer("scales", torch.ones(robots, columns))
        self.register_buffer("speeds", 2.0 ** torch.arange(octaves) * (math.pi / 2))
        self.register_buffer("gains", torch.tensor(gains, dtype=torch.float32))
        self.input = nn.Linear(features, hidden)
        self.embodiment = nn.Embedding(robots, hidden)
        self.output = nn.Linear(hidden, configuration["trunk"]["width"])

    def features(self, states: Tensor, embodiments: Tensor) -> Tensor:
        centre, scale = self.centres[embodiments], self.scales[embodiments]
        now = ((states[:, -1] - centre) * scale).clamp(-5, 5)
        changes = (10 * scale[:, None] * states.diff(dim=1).flip(1)).clamp(-5, 5)
        angles = now.clamp(-1.5, 1.5)[:, None] * self.speeds[:, None]
        cosines = angles.cos() * (scale != 0)[:, None]
        waves = torch.stack([angles.sin(), cosines], dim=2)
        return torch.cat(
            [now, changes.flatten(1), waves.flatten(1), self.pairs(states[:, -1], scale)], dim=1)

    def pairs(self, now: Tensor, scale: Tensor) -> Tensor:
        """Differences of pairs of columns in the mean of their half ranges, at each gain."""
        i, j = torch.tril_indices(now.shape[1], now.shape[1], offset=-1)
        a, b = scale[:, i], scale[:, j]
        differences = (now[:, i] - now[:, j]) * torch.where(a * b != 0, 2 * a * b / (a + b), 0)
        return (differences[:, None] * self.gains[:, None]).clamp(-3, 3).flatten(1)

    def forward(self, states: Tensor, embodiments: Tensor) -> Tensor:
        hidden = self.input(self.features(states, embodiments)) + self.embodiment(embodiments)
        return self.output(F.silu(hidden))


class Heads(nn.Module):
    """Queries, keys and values of a layer, and the way back from them."""

    def __init__(self, width: int, heads: int, head_width: int):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * heads * head_width, bias=False)
        self.attentionOutput = nn.Linear(heads * head_width, width, bias=False)

    def split(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Queries, keys and values, each B x h x tokens x d."""
        return self.heads_of(self.qkv(x), 3)

    def split_for_last(self, x: Tensor, readers: int) -> tuple[Tensor, Tensor, Tensor]:
        """The same, with the queries of the last `readers` tokens alone."""
        width = self.attentionOutput.in_features
        queries = F.linear(x[:, -readers:], self.qkv.weight[:width])
        keys_and_values = F.linear(x, self.qkv.weight[width:])
        return *self.heads_of(queries, 1), *self.heads_of(keys_and_values, 2)

    def heads_of(self, x: Tensor, count: int) -> tuple[Tensor, ...]:
        return x.unflatten(-1, (count, self.heads, -1)).permute(2, 0, 3, 1, 4).unbind(0)

    def attend(self, queries: Tensor, keys: Tensor, values: Tensor, mask: Tensor) -> Tensor:
        read = F.scaled_dot_product_attention(queries, keys, values, attn_mask=mask)
        return self.attentionOutput(read.transpose(1, 2).flatten(2))


class TrunkLayer(Heads):
    def __init__(self, size: dict):
        super().__init__(size["width"], size["heads"], size["headWidth"])
        width, inner = size["width"], size["width"] * size["expansion"]
        self.attentionNorm = RMSNorm(width)
        self.mlpNorm = RMSNorm(width)
        self.expand = nn.Linear(width, inner)
        self.contract = nn.Linear(inner, width, bias=False)

    def forward(self, x: Tensor, mask: Tensor) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        queries, keys, values = self.split(self.attentionNorm(x))
        return self.finish(x, queries, keys, values, mask), (keys, values)

    def forward_last(
        self, x: Tensor, mask: Tensor, readers: int,
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        """Keys and values of all tokens, and the rest for the last `readers`: all that is read."""
        queries, keys, values = self.split_for_last(self.attentionNorm(x), readers)
        x = self.finish(x[:, -readers:], queries, keys, values, mask[:, :, -readers:])
        return x, (keys, values)

    def finish(
        self, x: Tensor, queries: Tensor, keys: Tensor, values: Tensor, mask: Tensor,
    ) -> Tensor:
        x = x + self.attend(queries, keys, values, mask)
        return x + self.contract(F.silu(self.expand(self.mlpNorm(x))))


class Trunk(nn.Module):
    """Reads an observation; gives readings of sub-task and last token, and each layer's memory."""

    def __init__(self, configuration: Configuration, last_kinds: int):
        super().__init__()
        size = configuration["trunk"]
        width = size["width"]
        self.cameras = camera_count(configuration)
        self.subtask_length = configuration.get("subtaskLength", 0)

        def table(rows: int) -> nn.Embedding:
            return nn.Embedding(rows, width)

        if self.cameras:
            patch = configuration["patchSize"]
            self.patch = nn.Linear(3 * patch ** 2, width)
            self.patch.place = nn.Parameter(
                torch.randn((configuration["imageSize"] // patch) ** 2, width))
            self.camera = nn.Parameter(torch.randn(self.cameras, width))
        self.word = table(configuration["vocabularySize"])
        self.instruction = nn.Module()
        self.instruction.place = nn.Parameter(
            torch.randn(configuration["instructionLength"], width))
        if self.subtask_length:
            self.subtask = nn.Module()
            self.subtask.place = nn.Parameter(torch.randn(self.subtask_length, width))
        self.embodiment = table(len(configuration["embodiments"]))
        self.state = StateEncoder(configuration)
        self.last = table(last_kinds)
        self.layers = nn.ModuleList(TrunkLayer(size) for _ in range(size["layers"]))
        self.norm = RMSNorm(width)

    def embed(self, seen: Observation) -> Tensor:
        """Tokens, B x T x D; those of padding hold something that nobody reads."""
        tokens = []
        if self.cameras:
            patches = self.patch(seen.patches) + self.patch.place + self.camera[:, None]
            tokens.append(patches.flatten(1, 2))
        tokens += [
            self.word(seen.instructions.clamp(min=0)) + self.instruction.place,
            self.embodiment(seen.embodiments)[:, None],
            self.state(seen.states, seen.embodiments)[:, None],
        ]
        if self.subtask_length:
            tokens.append(self.word(seen.subtasks.clamp(min=0)) + self.subtask.place)
        indicators = seen.indicators
        kinds = torch.zeros_like(seen.embodiments) if indicators is None else indicators + 1
        tokens.append(self.last(kinds)[:, None])
        return torch.cat(tokens, dim=1)

    def is_real(self, seen: Observation) -> Tensor:
        """B x T, false for padding."""
        one = torch.ones_like(seen.embodiments, dtype=torch.bool)[:, None]
        parts = [seen.instructions >= 0, one, one]
        if self.cameras:
            parts.insert(0, (seen.camera_mask > 0).repeat_interleave(seen.patches.shape[2], dim=1))
        if self.subtask_length:
            parts.append(seen.subtasks >= 0)
        return torch.cat(parts + [one], dim=1)

    def limits(self, tokens: int) -> Tensor:
        """T: how many tokens each token may see, from the first."""
        observed = tokens - self.subtask_length - 1
        return torch.arange(1, tokens + 1).clamp(min=observed)

    def forward(self, seen: Observation) -> tuple[Tensor, Memory, Tensor]:
        x = self.embed(seen)
        is_real = self.is_real(seen)
        order = torch.arange(x.shape[1])
        mask = is_real[:, None, None] & (order < self.limits(x.shape[1])[:, None])
        memory = []
        for layer in self.layers[:-1]:
            x, keys_and_values = layer(x, mask)
            memory.append(keys_and_values)
        x, keys_and_values = self.layers[-1].forward_last(x, mask, self.subtask_length + 1)
        return self.norm(x), [*memory, keys_and_values], is_real


class ExpertLayer(Heads):
    def __init__(self, width: int, expansion: int, trunk: dict):
        super().__init__(width, trunk["heads"], trunk["headWidth"])
        self.expand = nn.Linear(width, width * expansion)
        self.contract = nn.Linear(width * expansion, width, bias=False)

    def forward(
        self, x: Tensor, modulation: tuple[Tensor, ...], memory: tuple[Tensor, Tensor],
        mask: Tensor,
    ) -> Tensor:
        scale, shift, gate, mlp_scale, mlp_shift, mlp_gate = modulation
        queries, keys, values = self.split(modulated_norm(x, scale, shift))
        keys = torch.cat([memory[0], keys], dim=2)
        values = torch.cat([memory[1], values], dim=2)
        x = x + gate * self.attend(queries, keys, values, mask)
        hidden = F.silu(self.expand(modulated_norm(x, mlp_scale, mlp_shift)))
        return x + mlp_gate * self.contract(hidden)


def modulated_norm(x: Tensor, scale: Tensor, shift: Tensor) -> Tensor:
    return torch.addcmul(shift, F.layer_norm(x, x.shape[-1:], eps=EPSILON), 1 + scale)


def geometric_series(first: float, last: float, count: int) -> Tensor:
    return torch.tensor([first * (last / first) ** (k / (count - 1)) for k in range(count)])


class Expert(nn.Module):
    """Velocity of a noisy chunk, given what the trunk read."""

    def __init__(self, configuration: Configuration):
        super().__init__()
        size, trunk = configuration["expert"], configuration["trunk"]
        width, condition = size["width"], size["conditionWidth"]
        self.width = width
        self.tokens = configuration["horizon"] // size["stepsPerToken"]
        columns = size["stepsPerToken"] * widest(configuration, "actionWidth")
        self.register_buffer("frequencies", geometric_series(1, 200, FREQUENCIES))
        self.time = nn.Module()
        self.time.input = nn.Linear(2 * FREQUENCIES, condition)
        self.time.output = nn.Linear(condition, condition)
        self.modulation = nn.Linear(condition, width * (6 * trunk["layers"] + 2))
        self.action = nn.Linear(columns, width)
        self.place = nn.Parameter(torch.randn(self.tokens, width))
        self.readout = nn.Linear(trunk["width"], width, bias=False)
        self.layers = nn.ModuleList(
            ExpertLayer(width, size["expansion"], trunk) for _ in range(trunk["layers"]))
        self.output = nn.Linear(width, columns)

    def modulate(self, times: Tensor) -> tuple[Tensor, ...]:
        """6 N + 2 vectors, each B x 1 x E, of flow times."""
        angles = times[:, None] * self.frequencies
        features = torch.cat([angles.sin(), angles.cos()], dim=1)
        condition = F.silu(self.time.output(F.silu(self.time.input(features))))
        return self.modulation(condition)[:, None].split(self.width, dim=-1)

    def context(self, reading: Tensor) -> Tensor:
        """What is added to each action token: B x tokens x E."""
        return self.readout(reading)[:, None] + self.place

    def forward(
        self, chunk: Tensor, modulation: tuple[Tensor, ...], context: Tensor, memory: Memory,
        mask: Tensor,
    ) -> Tensor:
        x = self.action(chunk.reshape(len(chunk), self.tokens, -1)) + context
        for index, layer in enumerate(self.layers):
            x = layer(x, modulation[6 * index:6 * index + 6], memory[index], mask)
        return self.output(modulated_norm(x, *modulation[-2:])).reshape(chunk.shape)


class Twin(nn.Module):
    """What both networks share: the ranges of states and the names of a checkpoint's tensors."""

    def __init__(self, configuration: Configuration, last_kinds: int):
        super().__init__()
        self.configuration = configuration
        self.trunk = Trunk(configuration, last_kinds)

    def named_tensors(self) -> dict[str, nn.Parameter]:
        """Parameters by their names in a checkpoint."""
        return {checkpoint_name(name): value for name, value in self.named_parameters()}

    def is_transposed(self, name: str) -> bool:
        """Whether a checkpoint holds the tensor as inputs x outputs, and torch the other way."""
        return name.endswith(".weights")

    def stored(self, name: str, value: Tensor) -> Tensor:
        """A parameter, or its gradient, in the shape of a checkpoint: a matrix."""
        if self.is_transposed(name):
            return value.T
        return value[None] if value.dim() == 1 else value

    @torch.no_grad()
    def load(self, tensors: dict[str, Tensor]) -> None:
        """Copies all parameters from a checkpoint's tensors.

        Raises a ValueError that lists missing and unexpected names and wrong shapes.
        """
        parameters = self.named_tensors()
        problems = [f"{name} is missing" for name in parameters.keys() - tensors.keys()]
        problems += [f"{name} is unexpected" for name in tensors.keys() - parameters.keys()]
        for name in parameters.keys() & tensors.keys():
            target, found = self.stored(name, parameters[name]), tensors[name]
            if target.shape == found.shape:
                target.copy_(found)
            else:
                problems.append(f"{name} is {[*found.shape]}, expected {[*target.shape]}")
        if problems:
            raise ValueError("loading a network: " + "; ".join(sorted(problems)))

    def set_ranges(self, centres: Tensor, scales: Tensor) -> None:
        """Sets the usual ranges of state columns, robots x n."""
        self.trunk.state.centres.copy_(centres)
        self.trunk.state.scales.copy_(scales)

    @classmethod
    def from_checkpoint(cls, path: str) -> "Twin":
        """Reads one of our checkpoints."""
        with safetensors.safe_open(path, "pt") as file:
            metadata = file.metadata()
            tensors = {name: file.get_tensor(name) for name in file.keys()}
        twin = cls(json.loads(metadata["nightshift.configuration"]))
        twin.load(tensors)
        columns = widest(twin.configuration, "stateWidth")
        ranges = json.loads(metadata["nightshift.normaliser"])["ranges"]
        rows = [centres_and_scales(row["stateLow"], row["stateHigh"], columns) for row in ranges]
        twin.set_ranges(*(torch.stack(part) for part in zip(*rows)))
        return twin


def checkpoint_name(name: str) -> str:
    """A parameter's name in a checkpoint, where a bias before SiLU belongs to the activation."""
    name = name.replace(".layers.", ".")
    for ours, theirs in [
        ("expand.bias", "activation.bias"), ("state.input.bias", "state.activation.bias"),
        ("time.input.bias", "time.activation.bias"),
        ("time.output.bias", "condition.activation.bias"),
    ]:
        name = name.replace(ours, theirs)
    for table in ["word", "embodiment", "last"]:
        name = name.replace(f".{table}.weight", f".{table}")
    return name[:-len("weight")] + "weights" if name.endswith(".weight") else name


def centres_and_scales(low: list[float], high: list[float], columns: int) -> tuple[Tensor, Tensor]:
    """(x - centre) scale is in [-1, 1] for usual x; scale 0 where x hardly changes."""
    low, high = torch.tensor(low), torch.tensor(high)
    span = high - low
    smallest = (1e-4 * torch.maximum(low.abs(), high.abs())).clamp(min=1e-6)
    scales = torch.where(span > smallest, 2 / span, 0)
    padding = (0, columns - len(low))
    return F.pad(low + span / 2, padding), F.pad(scales, padding)


class PolicyTwin(Twin):
    """From an observation to an action chunk."""

    def __init__(self, configuration: Configuration):
        super().__init__(configuration, last_kinds=3)
        self.expert = Expert(configuration)
        columns = torch.arange(widest(configuration, "actionWidth"))
        widths = torch.tensor([robot["actionWidth"] for robot in configuration["embodiments"]])
        self.register_buffer("own_actions", columns < widths[:, None])

    def read(self, seen: Observation) -> tuple[Tensor, Memory, Tensor]:
        """Readings of the sub-task and last tokens; what the expert remembers; what it may see."""
        readings, memory, is_real = self.trunk(seen)
        own = is_real.new_ones(len(is_real), self.expert.tokens)
        return readings, memory, torch.cat([is_real, own], dim=1)[:, None, None]

    def forward(self, seen: Observation, chunk: Tensor, times: Tensor) -> tuple[Tensor, Tensor]:
        """Velocity of a chunk (B x H x A) at flow times (B), and readings of the sub-task."""
        readings, memory, mask = self.read(seen)
        reading = readings[:, -1]
        if self.configuration["insulatesTrunk"]:
            reading = reading.detach()
            memory = [(keys.detach(), values.detach()) for keys, values in memory]
        velocity = self.expert(
            chunk, self.expert.modulate(times), self.expert.context(reading), memory, mask)
        return velocity, readings[:, :-1]

    def loss(
        self, seen: Observation, actions: Tensor, noise: Tensor, times: Tensor, weights: Tensor,
        subtask_targets: Tensor | None = None,
    ) -> tuple[Tensor, Tensor]:
        """Loss, and velocity. Actions are normalised; weights and all chunks are B x H x A."""
        point = torch.lerp(noise, actions, times[:, None, None])
        velocity, readings = self(seen, point, times)
        errors = (velocity - (actions - noise)).square()
        loss = (weights * errors).sum() / weights.sum()
        if self.trunk.subtask_length and subtask_targets is not None:
            logits = F.linear(readings, self.trunk.word.weight).flatten(0, 1)
            losses = F.cross_entropy(
                logits, subtask_targets.flatten(), ignore_index=-1, reduction="sum")
            mean = losses / (subtask_targets >= 0).sum().clamp(min=1)
            loss = loss + self.configuration["subtaskLossWeight"] * mean
        return loss, velocity

    def step_modulations(self) -> list[tuple[Tensor, ...]]:
        """The modulation of each integration step: depends on parameters alone."""
        steps = self.configuration["integrationSteps"]
        times = torch.arange(steps, dtype=self.expert.place.dtype) / steps
        return [self.expert.modulate(time[None]) for time in times]

    def chunks(
        self, seen: Observation, noise: Tensor, modulations: list[tuple[Tensor, ...]],
    ) -> Tensor:
        """Normalised actions, B x H x A: the trunk once, then Euler steps of the expert."""
        readings, memory, mask = self.read(seen)
        context = self.expert.context(readings[:, -1])
        own = self.own_actions[seen.embodiments][:, None]
        chunk = noise * own
        for modulation in modulations:
            velocity = self.expert(chunk, modulation, context, memory, mask)
            chunk = chunk + velocity * own / len(modulations)
        return chunk


class ValueTwin(Twin):
    """From an observation to a distribution of the return, bins on [-1, 0]."""

    def __init__(self, configuration: Configuration):
        super().__init__(configuration, last_kinds=1)
        self.output = nn.Linear(configuration["trunk"]["width"], configuration["bins"])

    def forward(self, seen: Observation) -> Tensor:
        """Logits, B x bins."""
        readings, _, _ = self.trunk(seen)
        return self.output(readings[:, -1])

    def loss(self, seen: Observation, targets: Tensor, weights: Tensor) -> tuple[Tensor, Tensor]:
        """Loss, and logits, for returns in [-1, 0] of weighted samples."""
        logits = self(seen)
        losses = F.cross_entropy(
            logits, two_hot(targets, self.configuration["bins"]), reduction="none")
        return (weights * losses).sum() / weights.sum(), logits


def two_hot(targets: Tensor, bins: int) -> Tensor:
    """B x bins: returns shared between neighbouring bins; the lowest is for failure, -1, alone."""
    position = ((targets + 1) * (bins - 1)).clamp(min=1)
    lower = position.long().clamp(max=bins - 2)
    share = position - lower
    shared = F.one_hot(lower, bins) * (1 - share)[:, None]
    shared = shared + F.one_hot(lower + 1, bins) * share[:, None]
    failed = F.one_hot(torch.zeros_like(lower), bins).to(shared.dtype)
    return torch.where((targets == -1)[:, None], failed, shared)
