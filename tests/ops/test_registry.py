"""What holds for every op: its derivatives, its dtypes, and that it leaves its inputs alone.

The cases are in op_cases/, what is checked in op_cases/checks.py; test_checks.py shows that it can fail.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import minigrad  # noqa: F401 - fills the registry
from minigrad.autodiff.differentiable import REGISTRY
from op_cases import CASES, checks
from op_cases.bound import Bound

NO_HALF = {
    "cholesky",
    "cofactors",
    "det",
    "eigh",
    "inv",
    "lu_factor",
    "pinv",
    "qr",
    "singular_values",
    "slogdet",
    "solve",
    "svd",
}
"""Ops of LAPACK, which has no float16."""

OPS = sorted(REGISTRY.keys() & CASES.keys())


def test_every_op_has_a_case_and_every_case_an_op():
    assert sorted(REGISTRY) == sorted(CASES)
    assert set(REGISTRY) >= NO_HALF


def for_each_op(max_examples, names=OPS):
    """Run a test for every op, each with that many calls of it."""

    def decorate(test):
        @pytest.mark.parametrize("name", names)
        @settings(max_examples=max_examples)
        @given(data=st.data())
        def run(name, data):
            test(Bound(REGISTRY[name], data.draw(CASES[name])))

        run.__name__ = test.__name__
        return run

    return decorate


@for_each_op(25)
def test_first_derivatives(bound):
    checks.check_derivatives(bound)


@for_each_op(10)
def test_second_derivatives(bound):
    checks.check_second_derivatives(bound)


@for_each_op(10)
def test_float32_stays_float32(bound):
    checks.check_dtype(bound, np.float32, rtol=2e-4)


@for_each_op(5, [name for name in OPS if name not in NO_HALF])
def test_float16_stays_float16(bound):
    checks.check_dtype(bound, np.float16)


@for_each_op(10)
def test_the_layout_in_memory_makes_no_difference(bound):
    checks.check_layouts(bound)


@for_each_op(10)
def test_arrays_are_never_changed(bound):
    checks.check_nothing_is_changed(bound)


@for_each_op(10)
def test_what_is_recorded_makes_no_difference(bound):
    checks.check_recording(bound)


@for_each_op(10)
def test_recorded_and_ordinary_backward_agree(bound):
    checks.check_backward_modes(bound)


@for_each_op(10)
def test_one_inputs_gradient_is_the_same_when_asked_for_alone(bound):
    checks.check_needs(bound)
