"""Every op of neural networks computes what Keras computes, and its gradients are Keras's, case by case."""

import json
from pathlib import Path

import numpy as np
import pytest

import minigrad as mg

GOLDEN = Path(__file__).parents[1] / "golden" / "ops_golden.npz"


def golden_cases():
    with np.load(GOLDEN) as data:
        values, meta = data["values"], json.loads(str(data["meta"]))
    position, cases = 0, []
    for number, case in enumerate(meta):
        for kind in ("inputs", "outputs", "gradients"):
            arrays = []
            for shape, dtype in case[kind]:
                size = int(np.prod(shape))
                array = values[position : position + size].reshape(shape)
                arrays.append(array.astype(np.int64) if dtype == "i" else array)
                position += size
            case[kind] = arrays
        cases.append(pytest.param(case, id=f"{case['op']}-{number}"))
    assert position == values.size
    return cases


CASES = golden_cases()


def call(case, inputs):
    named = dict(zip(case["named"], inputs[len(inputs) - len(case["named"]) :], strict=True))
    out = getattr(mg.ops, case["op"])(*inputs[: len(inputs) - len(named)], **named, **case["options"])
    return list(out) if isinstance(out, tuple) else [out]


@pytest.mark.parametrize("case", CASES)
def test_keras_agrees(case):
    inputs = [
        mg.Tensor(x, requires_grad=True) if i in case["differentiated"] else x
        for i, x in enumerate(case["inputs"])
    ]
    outputs = call(case, inputs)
    for output, expected in zip(outputs, case["outputs"], strict=True):
        assert output.shape == expected.shape
        assert output.dtype == np.float64
        np.testing.assert_allclose(output.numpy(), expected, rtol=1e-10, atol=1e-11)
    if not case["differentiated"]:
        return
    weights = [np.cos(np.arange(output.size)).reshape(output.shape) for output in outputs]
    total = sum((output * weight).sum() for output, weight in zip(outputs, weights, strict=True))
    total.backward()
    gradients = [inputs[i].grad for i in case["differentiated"]]
    for gradient, expected in zip(gradients, case["gradients"], strict=True):
        np.testing.assert_allclose(gradient, expected, rtol=1e-10, atol=1e-11)


@pytest.mark.parametrize("case", CASES)
def test_in_float32_up_to_rounding(case):
    inputs = [x.astype(np.float32) if x.dtype.kind == "f" else x for x in case["inputs"]]
    for output, expected in zip(call(case, inputs), case["outputs"], strict=True):
        if case["op"] == "binary_crossentropy" and not case["options"]["from_logits"]:
            largest = -np.log(1 - np.float32(1 - 1e-7))  # float32 rounds 1 - epsilon
            expected = np.where((expected > largest) & (case["inputs"][0] == 0), largest, expected)
        assert output.dtype == np.float32
        scale = max(1.0, np.abs(expected).max())
        np.testing.assert_allclose(output.numpy(), expected, rtol=1e-5, atol=3e-6 * scale)
