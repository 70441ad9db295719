"""Hypothesis strategies for windows over small images."""

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from minigrad.shapes import window_output

KINDS = (np.float32, np.float64)


@dataclass(frozen=True)
class Call:
    """One convolution: arrays and options."""

    x: np.ndarray
    kernel: np.ndarray
    g: np.ndarray
    options: tuple  # strides, padding, dilation, groups

    @property
    def tolerance(self):
        digits = 1e-11 if self.x.dtype == np.float64 else 1e-4
        return {"rtol": digits, "atol": digits}


def pairs(low, high):
    return st.tuples(st.integers(low, high), st.integers(low, high))


@st.composite
def images(draw, channels=None, dtype=None):
    """Images in one of several memory layouts."""
    shape = (draw(st.integers(0, 3)), *draw(pairs(1, 7)), channels or draw(st.integers(1, 4)))
    rng = np.random.default_rng(draw(st.integers(0, 2**16)))
    dtype = dtype or draw(st.sampled_from(KINDS))
    n, h, w, c = shape
    match draw(st.sampled_from(["plain", "channels first", "every second", "reversed"])):
        case "plain":
            return rng.standard_normal(shape).astype(dtype)
        case "channels first":
            return rng.standard_normal((n, c, h, w)).astype(dtype).transpose(0, 2, 3, 1)
        case "every second":
            return rng.standard_normal((n, h, 2 * w, 2 * c)).astype(dtype)[:, :, ::2, ::2]
        case "reversed":
            return rng.standard_normal(shape).astype(dtype)[:, ::-1, :, ::-1]


@st.composite
def convolutions(draw, groups=None):
    """A convolution whose output may be empty, with every option in play."""
    groups = groups or draw(st.sampled_from([1, 1, 1, 2, 3]))
    each, filters = draw(st.integers(1, 3)), draw(st.integers(1, 3)) * groups
    x = draw(images(channels=each * groups))
    size, strides, dilation = draw(pairs(1, 3)), draw(pairs(1, 3)), draw(pairs(1, 2))
    if draw(st.booleans()):
        strides = (1, 1)
    padding = draw(st.tuples(pairs(0, 3), pairs(0, 3)))
    rng = np.random.default_rng(draw(st.integers(0, 2**16)))
    kernel = rng.standard_normal((*size, each, filters)).astype(x.dtype)
    output = window_output(x.shape[1:3], size, strides, padding, dilation)
    g = rng.standard_normal((x.shape[0], *output, filters)).astype(x.dtype)
    return Call(x, kernel, g, (strides, padding, dilation, groups))


@st.composite
def pools(draw):
    """(x, (pool_size, strides, padding)); many numbers are equal, some are NaN or infinite."""
    x = draw(images())
    size = draw(pairs(1, 3))
    padding = tuple(draw(st.tuples(st.integers(0, k - 1), st.integers(0, k - 1))) for k in size)
    x = np.round(x)
    rng = np.random.default_rng(draw(st.integers(0, 2**16)))
    for odd in draw(st.lists(st.sampled_from([np.nan, np.inf, -np.inf]), max_size=2)):
        x = np.where(rng.random(x.shape) < 0.3, np.asarray(odd, x.dtype), x)
    return x, (size, draw(pairs(1, 4)), padding)
