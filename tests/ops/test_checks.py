"""Each check that is made of every op finds an op that breaks the rule, and passes one that doesn't."""

import numpy as np
import pytest

import minigrad as mg
from minigrad.errors import GradientError
from op_cases import Call, checks
from op_cases.bound import Bound

X = np.array([[0.5, -1.2, 2.0], [0.3, 0.9, -0.7]])
Y = np.array([1.5, -0.4, 0.8])


def product(x: mg.Array, y: mg.Array):
    return x * y


def product_rule(g, x, y):
    return g * y, g * x


def bound(forward=product, rule=product_rule, **options):
    op = mg.differentiable(register=False, **options)(forward)
    op.vjp(rule)
    return Bound(op, Call((X, Y)))


ALL = {
    "derivatives": checks.check_derivatives,
    "second": checks.check_second_derivatives,
    "float32": lambda bound: checks.check_dtype(bound, np.float32, rtol=1e-5),
    "float16": lambda bound: checks.check_dtype(bound, np.float16),
    "layouts": checks.check_layouts,
    "changes": checks.check_nothing_is_changed,
    "recording": checks.check_recording,
    "modes": checks.check_backward_modes,
    "needs": checks.check_needs,
}


@pytest.mark.parametrize("name", ALL)
def test_a_right_op_passes(name):
    ALL[name](bound())
    if name != "second":
        ALL[name](bound(order=1))


def test_an_op_of_order_1_has_to_say_so():
    checks.check_second_derivatives(bound(order=1))


def constant(value):
    return np.array(value.data) if isinstance(value, mg.Tensor) else value


def float64(x: mg.Array, y: mg.Array):
    return x * y.astype(np.float64)


def inexact(x: mg.Array, y: mg.Array):
    half = x.astype(np.float16) if x.dtype == np.float32 else x
    return half.astype(x.dtype) * y


def by_layout(x: mg.Array, y: mg.Array):
    return x * y + x.ravel(order="K")[1]


def changes_input(x: mg.Array, y: mg.Array):
    x += 1.0
    return x * y


calls = []


def by_call(x: mg.Array, y: mg.Array):
    calls.append(1)
    return x * y + 1e-9 * len(calls)


def changes_g(g, x, y):
    g *= 2.0
    return g * y, g * x


def changes_x(g, x, y):
    x *= 1.0 + 1e-15
    return g * y, g * x


def by_mode(g, x, y):
    return g * y, g * x * (1.0 if isinstance(g, np.ndarray) else 1.001)


def by_needs(g, x, y, needs):
    return g * y, g * x * (2.0 if all(needs) else 1.0)


def gradient_in_float64(g, x, y):
    return np.asarray(g, np.float64) * y, g * x


@pytest.mark.parametrize(
    ("name", "forward", "rule"),
    [
        ("derivatives", product, lambda g, x, y: (g * y, -g * x)),
        ("second", product, lambda g, x, y: (g * constant(y), g * x)),
        ("float32", float64, product_rule),
        ("float32", inexact, product_rule),
        ("float32", product, gradient_in_float64),
        ("float16", float64, product_rule),
        ("float16", product, gradient_in_float64),
        ("layouts", by_layout, product_rule),
        ("changes", changes_input, product_rule),
        ("changes", product, changes_g),
        ("changes", product, changes_x),
        ("recording", by_call, product_rule),
        ("modes", product, by_mode),
        ("modes", by_call, lambda g, out: (g * out, g * out)),
        ("needs", product, by_needs),
    ],
)
def test_a_wrong_op_is_found(name, forward, rule):
    with pytest.raises((AssertionError, GradientError)):
        ALL[name](bound(forward, rule))
