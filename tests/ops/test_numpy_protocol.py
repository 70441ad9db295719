import operator

import numpy as np
import pytest

import minigrad as mg
from minigrad import ops
from minigrad.ops.numpy_functions import _SINCE_2_1, _TABLE, FUNCTIONS
from minigrad.ops.numpy_protocol import UFUNCS
from minigrad.testing import check_gradients

X = np.array([[0.3, 1.2, 0.7], [0.1, 2.4, 0.9]])
Y = np.array([[1.5, 0.2, 0.6], [0.8, 0.4, 1.1]])

HOLES = np.where(X > 1.0, np.nan, X)


def tensor():
    return mg.Tensor(X, requires_grad=True)


def plain(result):
    return [one._data for one in result] if isinstance(result, tuple | list) else result._data


@pytest.mark.parametrize("ufunc", UFUNCS, ids=lambda ufunc: ufunc.__name__)
def test_ufuncs_are_ops(ufunc):
    name = ufunc.__name__
    x, y = (X % 1.0, Y) if name.startswith("arc") and name != "arccosh" else (X, Y)
    x = 1.0 + x if name == "arccosh" else x
    if name.startswith("bitwise") or name.endswith("shift") or name in ("invert", "gcd", "lcm"):
        x, y = (10 * x).astype(int), (5 * y).astype(int)
    if name == "ldexp":
        y = (5 * y).astype(int)
    if name == "matmul":
        y = y.T
    inputs = (x, y)[: ufunc.nin]
    expected = ufunc(*inputs)
    for arguments in ((mg.Tensor(x), *inputs[1:]), (*inputs[:-1], mg.Tensor(inputs[-1]))):
        result = ufunc(*arguments)
        if ufunc.nout == 1:
            assert isinstance(result, mg.Tensor)
        np.testing.assert_allclose(plain(result), expected, rtol=1e-13)
    if x.dtype == float:
        leaf = mg.Tensor(x, requires_grad=True)
        out = ufunc(leaf, *inputs[1:])
        out = out[0] if isinstance(out, tuple) else out
        assert out.requires_grad == (out.dtype != bool and name != "nextafter")


def test_an_array_on_the_left_leaves_a_trace():
    t = tensor()
    ((Y + t) * 2.0 + np.float64(3.0) * t - np.float32(1.0)).sum().backward()
    np.testing.assert_array_equal(t.grad, np.full_like(X, 5.0))
    assert (np.float64(2.0) * mg.Tensor([1.0])).dtype == np.float32


def test_an_array_that_is_added_to_stays_an_array():
    total, t = np.zeros((2, 3)), tensor()
    same = total
    total += t
    total -= 0.5 * t
    assert total is same
    assert type(total) is np.ndarray
    np.testing.assert_allclose(total, 0.5 * X)
    np.add.at(total, 0, t[1])
    np.testing.assert_allclose(total[0], 0.5 * X[0] + X[1])
    assert np.exp(t, out=total) is total


@pytest.mark.parametrize(
    ("ufunc", "op"),
    [
        (np.add, "sum"),
        (np.multiply, "prod"),
        (np.maximum, "max"),
        (np.minimum, "min"),
        (np.logical_and, "all"),
        (np.logical_or, "any"),
        (np.logaddexp, "logsumexp"),
        (np.fmax, "nanmax"),
        (np.fmin, "nanmin"),
    ],
)
def test_reductions_of_ufuncs(ufunc, op):
    for options in ({}, {"axis": 1}, {"axis": None}, {"axis": 1, "keepdims": True}):
        result = ufunc.reduce(tensor(), **options)
        np.testing.assert_allclose(plain(result), ufunc.reduce(X, **options), rtol=1e-14)
    assert np.array_equal(ufunc.reduce(tensor(), 1), getattr(ops, op)(X, 1))


def test_other_ufunc_methods():
    for ufunc in (np.add, np.multiply):
        np.testing.assert_allclose(ufunc.accumulate(tensor(), axis=1), ufunc.accumulate(X, axis=1))
    for ufunc in (np.subtract, np.multiply):
        np.testing.assert_allclose(ufunc.outer(tensor(), Y[0]), ufunc.outer(X, Y[0]))
    check_gradients(lambda x, y: np.subtract.outer(x, y) ** 2, X, Y[0])
    np.testing.assert_allclose(
        np.add.reduceat(mg.Tensor(X), [0, 1], axis=1), np.add.reduceat(X, [0, 1], axis=1)
    )


def test_what_has_no_derivative():
    t = tensor()
    for call, name in (
        (lambda x: np.spacing(x), "np.spacing"),
        (lambda x: np.add.reduceat(x, [0]), "np.add.reduceat"),
        (lambda x: np.fft.rfft(x), r"np\.fft\.rfft"),
        (lambda x: np.partition(x, 1), "np.partition"),
    ):
        with pytest.raises(TypeError, match=rf"^{name} has no derivative here.*t.detach\(\)"):
            call(t)
        call(t.detach())
        with mg.no_grad():
            call(t)
    assert isinstance(np.spacing(t.detach()), mg.Tensor)
    fraction, whole = np.modf(mg.Tensor([1.5]))
    assert (fraction.item(), whole.item()) == (0.5, 1.0)


def test_options_that_no_op_has():
    t = tensor()
    for call, match in (
        (lambda: np.add(t, t, out=t), r"can't write into a Tensor.*t = t \+ x"),
        (lambda: np.add.at(t, 0, 1.0), "can't write into a Tensor"),
        (lambda: np.add(t, 1.0, dtype="float32"), "no option dtype"),
        (lambda: np.exp(t, where=X > 1), "no option where"),
        (lambda: np.add.reduce(t, initial=1.0), "no option initial"),
        (lambda: np.sum(t, initial=5.0), "np.sum: a Tensor has no option initial here; got 5.0"),
        (lambda: np.nanstd(t, ddof=1), "np.nanstd: a Tensor has no option ddof here; got 1"),
        (lambda: np.reshape(t, (3, 2), order="F"), "no option order here; got 'F'"),
        (lambda: np.mean(t, out=np.zeros(())), "no option out"),
    ):
        with pytest.raises(TypeError, match=match):
            call()
    np.sum(t, axis=None, dtype=None, out=None)
    np.std(t, ddof=0)
    np.reshape(t, (3, 2), order="C")


CALLS = {
    "all": [(X > 0.5,), (X > 0.5, 1)],
    "amax=max": [(X,), (X, 1)],
    "amin=min": [(X,), (X, 1)],
    "angle": [(X,)],
    "any": [(X > 2,), (X > 2, 1)],
    "append": [(X, Y), (X, Y, 1)],
    "argmax": [(X,), (X, 1)],
    "argmin": [(X,), (X, 1)],
    "argsort": [(X,), (X, 0)],
    "around=round": [(X,), (X, 1)],
    "array_split": [(X, 2, 1)],
    "average": [(X,), (X, 1), (X, 1, Y[0])],
    "bincount": [(np.array([1, 1, 4]),)],
    "broadcast_to": [(X, (4, 2, 3))],
    "column_stack": [([X, Y],)],
    "concatenate": [([X, Y],), ([X, Y], 1)],
    "copy": [(X,)],
    "corrcoef": [(X,)],
    "correlate": [(X[0], Y[0]), (X[0], Y[0], "full")],
    "cross": [(X, Y)],
    "cumprod": [(X, 1)],
    "cumsum": [(X, 1), (X,)],
    "cumulative_prod=cumprod": [(X[0],)],
    "cumulative_sum=cumsum": [(X[0],)],
    "diag": [(X[0],), (X, 1)],
    "diagflat": [(X,), (X, 1)],
    "diagonal": [(X,), (X, 1)],
    "diff": [(X,), (X, 1, 0)],
    "dot": [(X, Y.T)],
    "dsplit": [(X[..., None], 1)],
    "dstack": [([X, Y],)],
    "expand_dims": [(X, 1)],
    "flip": [(X,), (X, 1)],
    "fliplr": [(X,)],
    "flipud": [(X,)],
    "full_like": [(X, 2.0)],
    "geomspace": [(X, Y, 5)],
    "hsplit": [(X, 3), (X, [1])],
    "hstack": [([X, Y],)],
    "imag": [(X,)],
    "inner": [(X, Y)],
    "kron": [(X, Y)],
    "linalg.cholesky": [(X @ X.T,)],
    "linalg.det": [(X @ X.T,)],
    "linalg.eigh": [(X @ X.T,)],
    "linalg.inv": [(X @ Y.T,)],
    "linalg.matrix_power": [(X @ Y.T, 3)],
    "linalg.norm": [(X,), (X, 1, 1), (X[0],)],
    "linalg.pinv": [(X,)],
    "linalg.qr": [(X.T,), (X.T, "complete")],
    "linalg.slogdet": [(X @ Y.T,)],
    "linalg.solve": [(X @ Y.T, X), (X @ Y.T, X[:, 0])],
    "linalg.svd": [(X,), (X, False)],
    "linspace": [(X, Y, 5)],
    "max": [(X,), (X, 1)],
    "mean": [(X,), (X, 1)],
    "median": [(X,), (X, 1)],
    "min": [(X,), (X, 1)],
    "moveaxis": [(X, 0, 1)],
    "nan_to_num": [(X,)],
    "nancumprod": [(HOLES,), (HOLES, 1)],
    "nancumsum": [(HOLES,), (HOLES, 1)],
    "nanmax": [(HOLES,), (HOLES, 1)],
    "nanmean": [(HOLES,), (HOLES, 1)],
    "nanmedian": [(HOLES,), (HOLES, 1)],
    "nanmin": [(HOLES,), (HOLES, 1)],
    "nanpercentile": [(HOLES, 30.0), (HOLES, [25, 75], 1)],
    "nanprod": [(HOLES,), (HOLES, 1)],
    "nanquantile": [(HOLES, 0.3), (HOLES, [0.25, 0.75], 1)],
    "nanstd": [(HOLES,), (HOLES, 1)],
    "nansum": [(HOLES,), (HOLES, 1)],
    "nanvar": [(HOLES,), (HOLES, 1)],
    "ndim": [(X,)],
    "ones_like": [(X,)],
    "outer": [(X[0], Y[0])],
    "pad": [(X, 1), (X, ((1, 0), (0, 2)), "edge")],
    "percentile": [(X, 30.0), (X, [25, 75], 1)],
    "prod": [(X,), (X, 1)],
    "ptp": [(X,), (X, 1)],
    "quantile": [(X, 0.3), (X, [0.25, 0.75], 1)],
    "ravel": [(X,)],
    "real": [(X,)],
    "repeat": [(X, 2), (X, [1, 2], 0)],
    "reshape": [(X, (3, 2)), (X, -1)],
    "roll": [(X, 1), (X, 1, 1)],
    "rot90": [(X,), (X, 2)],
    "round": [(X,), (X, 1)],
    "select": [([X > 1, X > 0.5], [X, Y], 3.0)],
    "shape": [(X,)],
    "sinc": [(X,)],
    "sort": [(X,), (X, 0)],
    "split": [(X, 3, 1), (X, [1], 1)],
    "squeeze": [(X[:1],), (X[:1], 0)],
    "stack": [([X, Y],), ([X, Y], 1)],
    "std": [(X,), (X, 1)],
    "sum": [(X,), (X, 1)],
    "swapaxes": [(X, 0, 1)],
    "take": [(X, [0, 5]), (X, [1], 1)],
    "take_along_axis": [(X, np.array([[0], [2]]), 1)],
    "tensordot": [(X, Y.T, 1), (X, Y)],
    "tile": [(X, 2)],
    "trace": [(X,)],
    "transpose": [(X,), (X, (1, 0))],
    "trapezoid": [(X,), (X, Y, 1.0, 0)],
    "tril": [(X,), (X, 1)],
    "triu": [(X,), (X, 1)],
    "unstack": [(X,)],
    "vander": [(X[0],), (X[0], 2, True)],
    "var": [(X,), (X, 1)],
    "vdot": [(X[0], Y[0])],
    "vsplit": [(X, 2)],
    "vstack": [([X, Y],)],
    "where": [(X > 0.5, X, Y), (X > 0.5,)],
    "zeros_like": [(X,)],
}
SHAPES_ONLY = {"empty_like": [(X,)]}
CONSTANT = {
    "all",
    "angle",
    "any",
    "argmax",
    "argmin",
    "argsort",
    "bincount",
    "empty_like",
    "full_like",
    "geomspace",
    "imag",
    "linspace",
    "ndim",
    "ones_like",
    "shape",
    "zeros_like",
}
"""What has no derivative."""


def wrapped(value):
    """The arguments with a Tensor that wants a gradient in the place of X and its parts."""
    if isinstance(value, list) and value and isinstance(value[0], np.ndarray):
        return [wrapped(one) for one in value]
    if isinstance(value, np.ndarray) and value.dtype == float:
        return mg.Tensor(value, requires_grad=True)
    return mg.Tensor(value) if isinstance(value, np.ndarray) else value


@pytest.mark.parametrize("name", [line.split(":")[0].strip() for line in _TABLE.strip().splitlines()])
def test_functions_are_ops(name):
    numpys_name = name.partition("=")[0]
    if numpys_name in _SINCE_2_1 and not hasattr(np, numpys_name):
        pytest.skip("this NumPy has no such function")
    function = operator.attrgetter(numpys_name)(np)
    for args in (CALLS | SHAPES_ONLY)[name]:
        expected, result = function(*args), function(*(wrapped(one) for one in args))
        if name in ("ndim", "shape"):
            assert result == expected
            continue
        results = result if isinstance(result, list | tuple) else [result]
        expected = expected if isinstance(expected, list | tuple) else [expected]
        assert len(results) == len(expected)
        for one, other in zip(results, expected, strict=True):
            assert isinstance(one, mg.Tensor)
            assert one.requires_grad == (name not in CONSTANT and other.dtype == float)
            assert one.shape == other.shape
            if name != "empty_like":
                np.testing.assert_allclose(one._data, other, rtol=1e-13)


def test_functions_with_a_form_of_their_own():
    t = tensor()
    for result, expected in (
        (np.clip(t, 0.5, 1.0), np.clip(X, 0.5, 1.0)),
        (np.clip(t, min=0.5), np.clip(X, 0.5, None)),
        (np.einsum("ij,kj->ik", t, Y), X @ Y.T),
        (np.fliplr(t), np.fliplr(X)),
        (np.flipud(t), np.flipud(X)),
        (np.atleast_1d(t[0, 0]), np.atleast_1d(X[0, 0])),
        (np.atleast_2d(t[0]), np.atleast_2d(X[0])),
        (np.atleast_2d(t[0, 0]), np.atleast_2d(X[0, 0])),
        (np.atleast_3d(t), np.atleast_3d(X)),
        (np.atleast_3d(t[0]), np.atleast_3d(X[0])),
        (np.meshgrid(t[0], t[1])[1], np.meshgrid(X[0], X[1])[1]),
        (np.broadcast_arrays(t[0], Y)[0], np.broadcast_arrays(X[0], Y)[0]),
    ):
        assert result.requires_grad
        np.testing.assert_allclose(result._data, expected, rtol=1e-13)
        assert result.shape == expected.shape


def test_functions_may_be_called_by_name_and_from_an_array():
    t = tensor()
    np.testing.assert_allclose(np.sum(a=t, axis=0, keepdims=True), X.sum(0, keepdims=True))
    assert np.concatenate([Y, t]).requires_grad
    assert np.where(X > 1, Y, t).requires_grad
    with pytest.raises(TypeError, match=r"np.squeeze takes at most 2 arguments; got 3"):
        FUNCTIONS[np.squeeze](t, 0, 0)


def test_gradients_through_numpys_functions():
    check_gradients(lambda x: np.mean(np.exp(x) * np.sqrt(x), axis=1), X, order=2)
    check_gradients(lambda x, y: np.concatenate([x, np.stack([y[0], y[1]])]) ** 2, X, Y)


def test_questions_are_answered_by_numpy():
    t = tensor()
    assert np.allclose(t, X)
    assert np.array_equal(t, X)
    assert type(np.isclose(t, X)) is np.ndarray
    assert np.result_type(t, np.float32) == np.float64
    assert np.shape(t) == (2, 3)
    assert np.size(t) == 6
    assert np.array_repr(t) == np.array_repr(X)
    np.testing.assert_array_equal(np.unique(t), np.unique(X))
    np.testing.assert_allclose(t, X)
    np.testing.assert_array_equal(t, X)
    np.testing.assert_array_less(t, X + 1.0)
    with pytest.raises(AssertionError):
        np.testing.assert_allclose(t, Y)
    target = np.zeros_like(X)
    np.copyto(target, t)
    np.testing.assert_array_equal(target, X)


def test_a_tensor_can_not_be_written_to_by_numpy():
    with pytest.raises(ValueError, match="read-only"):
        np.copyto(tensor(), 0.0)


def test_other_libraries_types_are_left_to_them():
    class Other:
        def __array_function__(self, function, types, args, kwargs):
            return "other"

    assert np.concatenate([tensor(), Other()]) == "other"


def test_every_function_in_the_table_is_numpys():
    assert len(FUNCTIONS) > 70
    assert all(callable(function) for function in FUNCTIONS)


@pytest.mark.parametrize("function", [np.var, np.std])
@pytest.mark.parametrize("options", [{"ddof": 1}, {"ddof": 1, "axis": 1, "keepdims": True}, {"axis": 0}])
def test_degrees_of_freedom(function, options):
    y = function(tensor(), **options)
    np.testing.assert_allclose(y, function(X, **options), rtol=1e-12)
    assert y.requires_grad
    assert np.isnan(function(mg.Tensor([1.0]), ddof=1).item())


def test_signals_and_polynomials():
    t = mg.Tensor(X[0], requires_grad=True)
    for mode in ("full", "same", "valid"):
        np.testing.assert_allclose(np.convolve(t, Y[0, :2], mode), np.convolve(X[0], Y[0, :2], mode))
        np.testing.assert_allclose(np.convolve(Y[0, :2], t, mode), np.convolve(Y[0, :2], X[0], mode))
    np.testing.assert_allclose(np.polyval([2.0, 0.5, 1.0], t), np.polyval([2.0, 0.5, 1.0], X[0]))
    np.testing.assert_allclose(np.polyval(t, 2.0), np.polyval(X[0], 2.0))
    np.testing.assert_allclose(np.linalg.multi_dot([X, tensor().T, X]), X @ X.T @ X)


def test_arrays_that_are_broadcast_with_tensors_stay_arrays():
    t, array, nothing = np.broadcast_arrays(mg.Tensor([1.0]), np.zeros((2, 1)), None)
    assert isinstance(t, mg.Tensor)
    assert type(array) is type(nothing) is np.ndarray
    assert t.shape == array.shape == nothing.shape == (2, 1)
