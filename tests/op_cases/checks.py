"""What must hold for every call of every op, as functions of a `Bound` that raise AssertionError."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import minigrad as mg
from minigrad.autodiff.graph import gradients
from minigrad.autodiff.modes import at_level
from minigrad.autodiff.node import ARRAYS
from minigrad.errors import NotDifferentiableError
from minigrad.testing import check_gradients
from op_cases.bound import Bound


def check_derivatives(bound: Bound) -> None:
    """The rule agrees with central differences."""
    check_gradients(bound, *bound.arrays)


def check_second_derivatives(bound: Bound) -> None:
    """The rule's own derivative does, or the op says that there is none."""
    if bound.op.order is None:
        check_gradients(bound, *bound.arrays, order=2, max_elements=40)
    else:
        with pytest.raises(NotDifferentiableError, match=bound.op.name):
            check_gradients(bound, *bound.arrays, order=2)


def check_dtype(bound: Bound, dtype: Any, rtol: float | None = None) -> None:
    """Floats stay of one dtype, in the result and in the gradients; the values are as exact as it allows."""
    arrays = [array.astype(dtype) for array in bound.arrays]
    with np.errstate(over="ignore"):
        outputs, found = bound.run(arrays)
    if "dtype" not in bound.op.parameters:
        assert {out.dtype for out in outputs} <= {np.dtype(dtype)}
    for array, gradient in zip(arrays, found, strict=True):
        if gradient is not None:
            assert gradient.dtype == dtype
            assert gradient.shape == array.shape
    if rtol is not None:
        exact, _ = bound.run([array.astype(np.float64) for array in arrays])
        for out, other in zip(outputs, exact, strict=True):
            scale = max(1.0, np.abs(other).max(initial=0.0))
            np.testing.assert_allclose(out, other, rtol=rtol, atol=rtol * scale)


def check_layouts(bound: Bound) -> None:
    """It makes no difference how the arrays lie in memory, the gradient of the output included."""
    outputs, found = bound.run(bound.arrays)
    for layout in (strided, fortran, read_only):
        others, gradients = bound.run([layout(array) for array in bound.arrays], layout)
        same(outputs, others)
        same(found, gradients)


def strided(array: Any) -> Any:
    """Return a copy of ``array`` of which each axis is a view of every second element, backwards."""
    wide = np.full([2 * size for size in array.shape], np.nan)
    view = wide[(*(slice(None, None, -2) for _ in array.shape), ...)]
    view[...] = array
    return view


def fortran(array: Any) -> Any:
    """Return a copy of ``array`` in which the first axis is the innermost."""
    return np.array(array, order="F")


def read_only(array: Any) -> Any:
    """Return a copy of ``array`` that can't be written to."""
    copy = array.copy()
    copy.flags.writeable = False
    return copy


def check_nothing_is_changed(bound: Bound) -> None:
    """Neither forward nor backward write to the inputs, the outputs, or the outputs' gradients."""
    leaves = bound.leaves([array.copy() for array in bound.arrays])
    outputs = [one for one in bound.tensors(bound(*leaves)) if one.requires_grad]
    starts = {one._node: np.full(one.shape, 0.5) for one in outputs}
    watched = [leaf._data for leaf in leaves] + [one._data for one in outputs] + list(starts.values())
    before = [array.copy() for array in watched]
    gradients(starts, [leaf._node for leaf in leaves], False, False)
    originals = [*bound.arrays, *before[len(leaves) :]]
    for array, original in zip(watched, originals, strict=True):
        assert array.tobytes() == original.tobytes()


def check_recording(bound: Bound) -> None:
    """The result is the same, to the bit, when it is recorded, when not, within rules, and once more."""
    leaves = bound.leaves(bound.arrays)
    outputs = [one._data for one in bound.tensors(bound(*leaves))]
    with mg.no_grad():
        constants = bound.tensors(bound(*leaves))
    assert not any(one.requires_grad for one in constants)
    exactly([one._data for one in constants], outputs)
    exactly([one._data for one in bound.tensors(bound(*leaves))], outputs)
    with at_level(ARRAYS):
        plain = bound(*bound.arrays)
    plain = [np.asarray(one) for one in (plain if isinstance(plain, tuple | list) else [plain])]
    exactly([one for one in plain if one.dtype.kind == "f"], outputs)


def check_backward_modes(bound: Bound) -> None:
    """A recorded backward pass gives what an ordinary one gives, and that one the same each time."""
    _, found = bound.run(bound.arrays)
    _, again = bound.run(bound.arrays)
    for one, other in zip(found, again, strict=True):
        assert one is other is None or one.tobytes() == other.tobytes()
    if bound.op.order is not None:
        return
    leaves = bound.leaves(bound.arrays)
    outputs = [one for one in bound.tensors(bound(*leaves)) if one.requires_grad]
    starts = {one._node: mg.Tensor(bound.weights(one.shape)) for one in outputs}
    recorded = gradients(starts, [leaf._node for leaf in leaves], True, True)
    same(found, [None if one is None else one._data for one in recorded])


def check_needs(bound: Bound) -> None:
    """One input's gradient is the same whether the others' are asked for or not."""
    _, found = bound.run(bound.arrays)
    for index, expected in enumerate(found):
        tensors = [mg.Tensor(array, requires_grad=index == which) for which, array in enumerate(bound.arrays)]
        outputs = [one for one in bound.tensors(bound(*tensors)) if one.requires_grad]
        starts = {one._node: bound.weights(one.shape) for one in outputs}
        (alone,) = gradients(starts, [tensors[index]._node], False, False)
        same([expected], [None if alone is None else alone._data])


def same(found: Any, others: Any) -> None:
    """The arrays are the same up to rounding."""
    for one, other in zip(found, others, strict=True):
        assert (one is None) == (other is None)
        if one is not None:
            scale = max(1.0, np.abs(one).max(initial=0.0))
            np.testing.assert_allclose(other, one, rtol=1e-11, atol=1e-12 * scale)


def exactly(found: Any, others: Any) -> None:
    """The arrays are the same."""
    for one, other in zip(found, others, strict=True):
        assert one.dtype == other.dtype
        np.testing.assert_array_equal(one, other)
