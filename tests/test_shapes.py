"""Sizes: what is remembered of them. Their arithmetic is tested where it is used, and by doctests."""

import numpy as np
import pytest

import minigrad as mg
from minigrad.shapes import remembered


def test_sizes_are_looked_up_and_other_things_are_not():
    seen = []

    @remembered
    def sizes(value, name="same"):
        """Say what was asked."""
        seen.append(value)
        return value

    for _ in range(2):
        for value in (3, (1, 2), None, "valid"):
            assert sizes(value) == value
    assert seen == [3, (1, 2), None, "valid"]
    for value in (True, 3.0, (1.0, 2), (1, True), [1, 2], np.array([1, 2])):
        sizes(value)
        assert seen[-1] is value
    assert sizes.__doc__ == "Say what was asked."


def test_what_is_remembered_makes_no_wrong_argument_right():
    x, kernel = np.ones((1, 4, 4, 1), np.float32), np.ones((2, 2, 1, 1), np.float32)
    expected = mg.ops.conv(x, kernel, strides=(1, 1)).tolist()
    assert mg.ops.conv(x, kernel, strides=np.array([1, 1])).tolist() == expected
    assert mg.ops.conv(x, kernel, strides=[1, 1], dilation_rate=np.int64(1)).tolist() == expected
    for wrong in ((1.0, 1.0), (True, 1.5), 1.0, True):
        with pytest.raises(ValueError, match="conv: strides must be an integer or 2 integers"):
            mg.ops.conv(x, kernel, strides=wrong)
    mg.ops.max_pool(x, (2, 2))
    with pytest.raises(ValueError, match="max_pool: pool_size must be"):
        mg.ops.max_pool(x, (2.0, 2.0))
