"""Windows reduced one axis at a time, or place by place: the same maxima, found at the same cells."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from minigrad.kernels.window_reductions import max_by_place, max_with_index
from minigrad.kernels.windows import windows

NUMBERS = st.sampled_from([-np.inf, -1.0, 0.0, 1.0, 2.0, np.inf, np.nan])  # so that there are ties
SIDES = st.integers(1, 3)


@st.composite
def images_in_cells(draw):
    """Images, and the size of the cells that they are cut into; the last ones may be smaller."""
    shape = (draw(SIDES), draw(st.integers(1, 7)), draw(st.integers(1, 7)), draw(st.integers(1, 2)))
    return draw(hnp.arrays(np.float32, shape, elements=NUMBERS)), (draw(SIDES), draw(SIDES))


@given(images_in_cells())
def test_place_by_place_is_the_same(case):
    x, size = case
    output = [-(-n // k) for n, k in zip(x.shape[1:3], size, strict=True)]
    after = [count * k - n for count, k, n in zip(output, size, x.shape[1:3], strict=True)]
    geometry = windows("test", x.shape, size, size, ((0, after[0]), (0, after[1])))
    shape = (len(x), *output, x.shape[3])
    expected, found = np.empty(shape, x.dtype), np.empty(shape, x.dtype)
    expected_index, index = np.empty(shape, np.uint8), np.empty(shape, np.uint8)
    max_with_index(x, geometry, expected, expected_index)
    parts = [x[:, p :: size[0], q :: size[1]] for p in range(size[0]) for q in range(size[1])]
    max_by_place(parts, found, index)
    np.testing.assert_array_equal(found, expected)
    np.testing.assert_array_equal(index, expected_index)
    without = np.empty(shape, x.dtype)
    max_by_place(parts, without, None)
    np.testing.assert_array_equal(without, expected)
