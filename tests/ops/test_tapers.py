import numpy as np
import pytest

from minigrad import ops


@pytest.mark.parametrize("name", ["bartlett", "blackman", "hamming", "hanning"])
@pytest.mark.parametrize("length", [0, 1, 2, 7])
def test_they_are_numpys(name, length):
    y = getattr(ops, name)(length)
    assert y.dtype == np.float32
    np.testing.assert_allclose(y, getattr(np, name)(length), atol=1e-7)


def test_kaiser():
    np.testing.assert_allclose(ops.kaiser(9, 8.6), np.kaiser(9, 8.6), atol=1e-7)
    np.testing.assert_allclose(ops.kaiser(4, 0), 1.0)


@pytest.mark.parametrize("length", [-1, 2.5, "3", None])
def test_a_length_is_a_whole_number(length):
    with pytest.raises(ValueError, match="hanning: x is the length of the window, an integer >= 0; got"):
        ops.hanning(length)
