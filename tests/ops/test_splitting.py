import numpy as np
import pytest

from minigrad import ops
from minigrad.autodiff.tensor import Tensor
from minigrad.errors import ShapeError

X = np.arange(24.0).reshape(2, 4, 3)


@pytest.mark.parametrize(
    ("name", "sections"), [("hsplit", 2), ("hsplit", [1, 3]), ("vsplit", 2), ("dsplit", [1])]
)
def test_they_are_numpys(name, sections):
    got, expected = getattr(ops, name)(Tensor(X), sections), getattr(np, name)(X, sections)
    assert len(got) == len(expected)
    for one, other in zip(got, expected, strict=True):
        np.testing.assert_array_equal(one, other, strict=True)


def test_a_vector_is_split_along_its_only_axis():
    assert [piece.tolist() for piece in ops.hsplit(Tensor([1.0, 2.0]), 2)] == [[1.0], [2.0]]


@pytest.mark.parametrize(("name", "least"), [("hsplit", 1), ("vsplit", 2), ("dsplit", 3)])
def test_too_few_axes(name, least):
    with pytest.raises(ShapeError, match=rf"{name}: x must have {least} axes at least"):
        getattr(ops, name)(np.ones((2,) * (least - 1)), 2)
