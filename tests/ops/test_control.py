import numpy as np
import pytest

import minigrad as mg
from minigrad import ops
from minigrad.errors import ShapeError
from minigrad.testing import check_gradients


def test_cond_calls_one_branch_only():
    x = mg.Tensor([2.0], requires_grad=True)
    y = ops.cond(x > 0, lambda: x * 3.0, lambda: 1 / 0)
    y.backward()
    assert x.grad == 3.0
    assert ops.cond(False, lambda: 1, lambda: 2) == 2


@pytest.mark.parametrize(("index", "expected"), [(-5, 7), (0, 7), (1, 3), (9, 3), (np.int64(1), 3)])
def test_switch_clamps_the_index(index, expected):
    branches = [lambda x, y: x + y, lambda x, y: x - y]
    assert ops.switch(index, branches, 5, 2) == expected
    assert ops.switch(mg.Tensor(index, dtype="int32"), branches, 5, 2) == expected


def test_loops_are_kerass_examples():
    assert ops.fori_loop(0, 10, lambda i, s: s + i, 0) == 45
    x, y = ops.while_loop(lambda x, y: x < 10, lambda x, y: (x + 1, y + 1), (0, 1))
    assert (x.item(), y.item()) == (10, 11)
    assert ops.while_loop(lambda i: i < 10, lambda i: i + 1, 0).item() == 10
    assert ops.while_loop(lambda i: True, lambda i: i + 1, 0, maximum_iterations=3).item() == 3


def test_loops_are_differentiable():
    x = np.array([1.5])
    check_gradients(lambda one: ops.fori_loop(0, 3, lambda i, s: s * one, one), x, order=2)
    check_gradients(lambda one: ops.while_loop(lambda s: s.sum() < 20.0, lambda s: s * one, one), x)


def test_map_and_scan():
    xs = np.arange(6.0).reshape(3, 2)
    np.testing.assert_array_equal(ops.map(lambda row: row**2, mg.Tensor(xs)), xs**2)
    result = ops.map(lambda x: {"double": 2 * x, "pair": (x, x[0])}, mg.Tensor(xs))
    np.testing.assert_array_equal(result["double"], 2 * xs)
    np.testing.assert_array_equal(result["pair"][1], xs[:, 0])
    np.testing.assert_array_equal(ops.vectorized_map(lambda ab: ab[0] - ab[1], [xs, 2 * xs]), -xs)
    last, sums = ops.scan(lambda s, x: (s + x, s + x), ops.zeros(2), xs)
    np.testing.assert_array_equal(sums, np.cumsum(xs, 0))
    np.testing.assert_array_equal(last, xs.sum(0))
    _, sums = ops.scan(lambda s, x: (s + x, s + x), ops.zeros(2), xs, reverse=True)
    np.testing.assert_array_equal(sums, np.cumsum(xs[::-1], 0)[::-1])
    last, results = ops.scan(lambda s, _: (s * 2, None), 1, length=5)
    assert (last, results) == (32, None)
    check_gradients(lambda one: ops.scan(lambda s, x: (s * x, s + x), 1.0, one)[1], np.array([1.0, 2.0, 3.0]))


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda: ops.switch(0, []), ValueError, "at least one branch"),
        (
            lambda: ops.while_loop(lambda x, y: True, lambda x, y: x, (1, 2)),
            ValueError,
            "takes 2 .* returned 1",
        ),
        (lambda: ops.map(lambda x: x, np.zeros((0, 2))), ShapeError, "nothing to map over"),
        (
            lambda: ops.map(lambda x: x, [np.zeros(2), np.zeros(3)]),
            ShapeError,
            r"different lengths: \[2, 3\]",
        ),
        (lambda: ops.scan(lambda s, x: (s, x), 0), ShapeError, "length=None"),
        (
            lambda: ops.scan(lambda s, x: (s, x), 0, np.zeros(2), 3),
            ShapeError,
            "length=3 doesn't fit xs, of length 2",
        ),
    ],
)
def test_what_does_not_fit(call, error, match):
    with pytest.raises(error, match=match):
        call()


def test_vectorize_broadcasts_and_leaves_out_what_is_excluded():
    calls = []

    def one(x, y, scale=1.0):
        calls.append((x.shape, y.shape, scale))
        return ops.maximum(x, y) * scale

    x, y = mg.Tensor([[1.0], [4.0]], requires_grad=True), [2.0, 3.0]
    z = ops.vectorize(one, excluded={"scale"})(x, y, scale=10.0)
    np.testing.assert_array_equal(z, [[20.0, 30.0], [40.0, 40.0]])
    assert calls == [((), (), 10.0)] * 4
    z.sum().backward()
    np.testing.assert_array_equal(x.grad, [[0.0], [20.0]])
    assert ops.vectorize(lambda x: ops.stack([x, -x]))([1.0, 2.0, 3.0]).shape == (3, 2)


def test_vectorize_refuses():
    with pytest.raises(TypeError, match="pyfunc must be a function; got 3"):
        ops.vectorize(3)
    with pytest.raises(ValueError, match="signature is not supported"):
        ops.vectorize(ops.matmul, signature="(m,n),(n)->(m)")
    with pytest.raises(ShapeError, match="nothing to call the function for"):
        ops.vectorize(ops.exp)(np.zeros(0))


def test_kerass_form_of_custom_gradient_and_jvp():
    @ops.custom_gradient
    def log1pexp(x):
        e = ops.exp(x)

        def grad(*args, upstream=None):
            if upstream is None:
                (upstream,) = args
            return ops.multiply(upstream, 1.0 - 1.0 / ops.add(1, e))

        return ops.log(1 + e), grad

    x = mg.Tensor(100.0, requires_grad=True)
    with np.errstate(over="ignore"):
        log1pexp(x).backward()
    assert x.grad == 1.0
    value, tangent, aux = ops.jvp(lambda x: (x * x, "more"), [3.0], [1.0], has_aux=True)
    assert (value.item(), tangent.item(), aux) == (9.0, 6.0, "more")
