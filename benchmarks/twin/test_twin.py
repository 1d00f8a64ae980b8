#!/usr/bin/env python3
"""Tests of the twin by itself: benchmarks/twin/test_twin.py"""
import os
import tempfile
import unittest

import torch

from agreement import TOLERANCE, differences
from cases import Case
from example import configuration, make_case
from twin import two_hot

CASES = {
    "policy": ("policy", configuration("policy", False, False)),
    "policy with cameras": ("policy", configuration("policy", True, False)),
    "policy with words": ("policy", configuration("policy", False, True)),
    "policy with both": ("policy", configuration("policy", True, True)),
    "insulated policy": ("policy", configuration("policy", True, True, insulates=True)),
    "value function": ("value", configuration("value", False, False)),
    "value function with cameras": ("value", configuration("value", True, False)),
}
BOTH = CASES["policy with both"]


class Comparison(unittest.TestCase):
    def test_single_and_double_precision_agree_after_a_round_trip_through_a_file(self):
        for name, (kind, sizes) in CASES.items():
            with self.subTest(name), tempfile.TemporaryDirectory() as folder:
                path = os.path.join(folder, "case.safetensors")
                make_case(kind, sizes).write(path)
                found = differences(Case.read(path))
                self.assertLessEqual(max(found.values()), TOLERANCE)
                self.assertGreater(len(found), 20)

    def test_a_gradient_that_is_wrong_in_one_number_is_found(self):
        case = make_case(*BOTH)
        gradient = case.gradients["trunk.1.qkv.weights"]
        gradient[3, 5] += 0.01 * gradient.abs().max()
        found = differences(case)
        self.assertEqual(
            [name for name, value in found.items() if value > TOLERANCE],
            ["gradient.trunk.1.qkv.weights"])

    def test_not_a_number_or_a_missing_tensor_is_found(self):
        case = make_case(*BOTH)
        case.outputs["velocity"] = case.outputs["velocity"] * float("nan")
        del case.gradients["trunk.last"]
        found = differences(case)
        self.assertEqual(found["output.velocity"], float("inf"))
        self.assertEqual(found["gradient.trunk.last"], float("inf"))

    def test_parameters_of_another_network_are_refused_with_names_and_shapes(self):
        case = make_case(*BOTH)
        case.parameters["trunk.last"] = torch.zeros(1, 24)
        del case.parameters["expert.place"]
        with self.assertRaisesRegex(
            ValueError, r"expert.place is missing; trunk.last is \[1, 24\], expected \[3, 24\]"
        ):
            case.compute()


class Network(unittest.TestCase):
    def check_unchanged(self, case: Case, names: list[str]) -> None:
        before, after = (case.outputs, case.gradients), case.compute(torch.float32)
        for old, new in zip(before, after):
            for name in names or old:
                if name in old:
                    torch.testing.assert_close(new[name], old[name], msg=lambda m: f"{name}: {m}")

    def test_padding_changes_no_output_and_no_gradient(self):
        case = make_case(*BOTH)
        inputs = case.inputs
        inputs["patches"] = torch.where(
            inputs["cameraMask"][:, :, None, None] > 0, inputs["patches"], 7.0)
        inputs["states"][:, :, 1] += torch.where(inputs["embodiments"] == 0, 5.0, 0.0)[:, None]
        inputs["states"][:, :, 3:] += torch.where(
            inputs["embodiments"] == 1, 5.0, 0.0)[:, None, None]
        self.check_unchanged(case, [])

    def test_each_sample_is_computed_by_itself(self):
        case = make_case(*BOTH)
        twin, seen = case.network(torch.float32), case.observation(torch.float32)
        inputs = case.inputs
        whole, _ = twin(seen, inputs["noise"], inputs["times"])
        for row in range(len(whole)):
            alone, _ = twin(
                type(seen)(*(part[row:row + 1] for part in seen)), inputs["noise"][row:row + 1],
                inputs["times"][row:row + 1])
            torch.testing.assert_close(alone[0], whole[row])

    def test_the_indicator_changes_actions_and_not_words(self):
        case = make_case(*BOTH)
        twin, seen = case.network(torch.float32), case.observation(torch.float32)
        chunk, times = case.inputs["noise"], case.inputs["times"]
        velocity, words = twin(seen, chunk, times)
        other = seen._replace(indicators=(seen.indicators + 2) % 3 - 1)
        changed, same = twin(other, chunk, times)
        torch.testing.assert_close(same, words, rtol=0, atol=0)
        self.assertTrue(((changed - velocity).abs().amax(dim=(1, 2)) > 1e-4).all())

    def test_a_word_depends_on_no_later_word(self):
        case = make_case(*BOTH)
        twin, seen = case.network(torch.float32), case.observation(torch.float32)
        chunk, times = case.inputs["noise"], case.inputs["times"]
        subtasks = seen.subtasks.clone()
        subtasks[:, -1] = (subtasks[:, -1] + 1) % 30
        _, words = twin(seen, chunk, times)
        _, changed = twin(seen._replace(subtasks=subtasks), chunk, times)
        torch.testing.assert_close(changed[:, :-1], words[:, :-1], rtol=0, atol=0)
        self.assertGreater((changed[:, -1] - words[:, -1]).abs().max(), 1e-3)

    def test_an_insulated_trunk_learns_from_words_alone(self):
        case = make_case(*CASES["insulated policy"])
        case.inputs["subtaskTargets"] = torch.full_like(case.inputs["subtaskTargets"], -1)
        _, gradients = case.compute()
        for name, gradient in gradients.items():
            self.assertEqual(bool(gradient.abs().max() > 0), name.startswith("expert."), name)

    def test_integration_with_memory_is_integration_without(self):
        case = make_case(*BOTH)
        twin, seen = case.network(torch.float32), case.observation(torch.float32)
        own = twin.own_actions[seen.embodiments][:, None]
        chunk, steps = case.inputs["noise"] * own, case.configuration["integrationSteps"]
        for step in range(steps):
            velocity, _ = twin(seen, chunk, torch.full((len(chunk),), step / steps))
            chunk = chunk + velocity * own / steps
        torch.testing.assert_close(case.outputs["chunks"], chunk.detach())

    def test_returns_are_shared_between_neighbouring_bins(self):
        shares = two_hot(torch.tensor([-1.0, -0.999, -0.625, 0.0], dtype=torch.float64), 5)
        expected = [[1, 0, 0, 0, 0], [0, 1, 0, 0, 0], [0, 0.5, 0.5, 0, 0], [0, 0, 0, 0, 1]]
        torch.testing.assert_close(shares, torch.tensor(expected, dtype=torch.float64))


if __name__ == "__main__":
    unittest.main()
