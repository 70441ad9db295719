import numpy as np
import pytest

from minigrad import ops
from minigrad.autodiff.tensor import Tensor
from minigrad.errors import ShapeError
from minigrad.testing import check_gradients

X = np.arange(24.0).reshape(2, 4, 3)


@pytest.mark.parametrize(
    ("pattern", "sizes", "expected"),
    [
        ("a b c -> c a b", {}, X.transpose(2, 0, 1)),
        ("a b c -> a (b c)", {}, X.reshape(2, 12)),
        ("a b c -> (c b) a", {}, X.transpose(2, 1, 0).reshape(12, 2)),
        ("a (b p) c -> a b (p c)", {"p": 2}, X.reshape(2, 2, 6)),
        ("a (b p) c->p a b c", {"b": 2}, X.reshape(2, 2, 2, 3).transpose(2, 0, 1, 3)),
        ("a b c -> a 1 b c 1", {}, X[:, None, ..., None]),
        ("a b c -> (a b c)", {}, X.reshape(-1)),
        (
            "(x y) (p q) c -> (x p) (y q) c",
            {"y": 2, "p": 4},
            X.transpose(1, 0, 2),
        ),
    ],
)
def test_it_is_reshape_transpose_reshape(pattern, sizes, expected):
    np.testing.assert_array_equal(ops.rearrange(Tensor(X), pattern, **sizes), expected, strict=True)


def test_an_axis_of_size_one_may_be_left_out():
    assert ops.rearrange(X[:, :1], "a 1 c -> c a").shape == (3, 2)


def test_gradients():
    check_gradients(
        lambda x: ops.rearrange(x, "a (b p) c -> p b (a c)", p=2) ** 2, X, order=2, max_elements=5
    )


@pytest.mark.parametrize(
    ("pattern", "sizes", "error", "message"),
    [
        ("a b c", {}, ValueError, "and one arrow; got 'a b c'"),
        ("a b c -> a b c -> c", {}, ValueError, "one arrow"),
        ("a (b c -> a b c", {}, ValueError, "a pattern looks like"),
        ("a b c -> a b", {}, ValueError, "named once on either side"),
        ("a a c -> a a c", {}, ValueError, "named once on either side"),
        ("a b -> b a", {}, ShapeError, r"names 2 axes, but the tensor has shape \(2, 4, 3\)"),
        ("a (b p) c -> a b p c", {}, ValueError, r"give the sizes of all but one of \['b', 'p'\]"),
        ("a (b p) c -> a b p c", {"p": 3}, ShapeError, "an axis of size 4 can't be b x p"),
        ("a b c -> c b a", {"q": 3}, ValueError, "there is no axis 'q'"),
        ("a b c -> c b a", {"b": 5}, ShapeError, "an axis of size 4 can't be b"),
        ("a 1 c -> c a", {}, ShapeError, "an axis of size 4 can't be 1"),
    ],
)
def test_bad_patterns(pattern, sizes, error, message):
    with pytest.raises(error, match=message):
        ops.rearrange(X, pattern, **sizes)
