"""Losses and their gradients against numbers that Keras gave (tests/golden)."""

import json
from pathlib import Path

import numpy as np
import pytest

import minigrad as mg

GOLDEN = np.load(Path(__file__).parents[1] / "golden" / "losses.npz")
CASES = json.loads(str(GOLDEN["about"]))["losses"]
DATA = {name.removeprefix("data "): GOLDEN[name] for name in GOLDEN.files if name.startswith("data ")}


def expected():
    """Return the case, value and gradient of each recorded case."""
    values, gradients = GOLDEN["values"], GOLDEN["gradients"]
    at, grad_at = 0, 0
    for *case, shape, grad_shape in CASES:
        size, grad_size = int(np.prod(shape)), int(np.prod(grad_shape))
        yield (
            case,
            values[at : at + size].reshape(shape),
            gradients[grad_at : grad_at + grad_size].reshape(grad_shape),
        )
        at, grad_at = at + size, grad_at + grad_size
    assert at == len(values)
    assert grad_at == len(gradients)


EXPECTED = list(expected())
NAMES = sorted({f"{case[0]}, {case[3]}" for case, _, _ in EXPECTED})


RUNS = [(name, "float64", 2e-7) for name in NAMES] + [
    (name, "float32", 2e-6)
    for name in NAMES
    if name != "BinaryCrossentropy, yes certain"  # float32 rounds 1 - epsilon: see test_crossentropy.py
]


@pytest.mark.parametrize(("name", "dtype", "accuracy"), RUNS)
def test_losses_and_gradients_are_those_of_keras(name, dtype, accuracy):
    count = 0
    for (cls, options, y_true, y_pred, weights), value, gradient in EXPECTED:
        if name != f"{cls}, {y_pred}":
            continue
        count += 1
        about = f"{cls}({options}) of {y_true}, weighted by {weights}"
        loss = getattr(mg.losses, cls)(dtype=dtype, **options)
        outputs = mg.Tensor(DATA[y_pred], dtype=dtype, requires_grad=True)
        result = loss(DATA[y_true], outputs, None if weights is None else DATA[weights])
        assert result.dtype == dtype
        assert result.shape == value.shape, about
        np.testing.assert_allclose(result.numpy(), value, rtol=accuracy, atol=accuracy, err_msg=about)
        result.sum().backward()
        assert outputs.grad.dtype == dtype
        np.testing.assert_allclose(outputs.grad, gradient, rtol=accuracy, atol=accuracy, err_msg=about)
    assert count
