"""What the transformations of functions are given, read and checked."""

import numpy as np
import pytest

import minigrad as mg
from minigrad.autodiff.transform_arguments import arguments, check_function, fitting, per_argument, positions
from minigrad.errors import ShapeError

X = np.ones(3)
LIKE = mg.Tensor(X)


@pytest.mark.parametrize(
    ("argnums", "expected"), [(0, [0]), (-1, [2]), (np.int64(1), [1]), ((2, 0), [2, 0]), ([], []), ((), [])]
)
def test_positions_are_counted_from_the_front(argnums, expected):
    assert positions("f", argnums, 3) == expected


def test_a_tuple_or_a_list_of_tensors_is_several_arguments():
    assert arguments((1.0, 2.0)) == (1.0, 2.0)
    assert arguments([X, 2.0]) == (X, 2.0)
    for single in (X, 1.0, [1.0, 2.0], {"x": X}, LIKE):
        (only,) = arguments(single)
        assert only is single


@pytest.mark.parametrize("value", [[1.0, 2.0, 3.0], X.astype(np.float32), mg.Tensor([1.0, 2.0, 3.0])])
@pytest.mark.parametrize("record", [False, True])
def test_vectors_get_the_dtype_of_what_they_stand_beside(value, record):
    vector = fitting("f", "v", value, LIKE, record)
    assert isinstance(vector, mg.Tensor if record else np.ndarray)
    assert vector.dtype == np.float64


def test_a_recorded_vector_keeps_its_past():
    v = mg.Tensor([1.0, 2.0, 3.0], requires_grad=True)
    with mg.no_grad():
        assert fitting("f", "v", v, LIKE, True).requires_grad
    assert not isinstance(fitting("f", "v", v, LIKE, False), mg.Tensor)


def test_vectors_have_the_form_of_the_arguments():
    found = per_argument(
        "f", "v", [{"a": X}, 1.0], ({"a": [1.0, 2.0, 3.0]}, 2), [LIKE, mg.Tensor(1.0)], False
    )
    assert [one.tolist() for one in found] == [[1.0, 2.0, 3.0], 2.0]
    with pytest.raises(ValueError, match="f: v must be a tuple of 2, one for each argument; got 1"):
        per_argument("f", "v", [X, X], (X,), [LIKE, LIKE], False)
    with pytest.raises(ShapeError, match=r"f: v of shape \(\) doesn't fit a tensor of \(3,\)"):
        per_argument("f", "v", [X], (1.0,), [LIKE], False)


def test_only_functions_are_called():
    check_function("f", len)
    with pytest.raises(TypeError, match="f takes a function; got int"):
        check_function("f", 1)
