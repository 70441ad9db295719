import math

import numpy as np
import pytest

from minigrad import ops
from minigrad.autodiff.tensor import Tensor
from minigrad.testing import check_gradients

X = np.array([[1.5, -2.0], [0.0, -0.0]], np.float32)


@pytest.mark.parametrize("name", ["real", "imag", "conj", "conjugate", "angle", "isreal"])
def test_they_are_numpys(name):
    for x in (X, X.astype(np.float64)):
        np.testing.assert_array_equal(getattr(ops, name)(Tensor(x)), getattr(np, name)(x), strict=True)


def test_the_angle_of_nan_and_of_integers():
    assert math.isnan(ops.angle(math.nan).item())
    assert ops.angle(Tensor([1, -1], dtype="int32")).dtype == np.float32


def test_gradients_pass():
    check_gradients(lambda x: ops.real(x) * ops.conj(x), X.astype(np.float64), order=2)
