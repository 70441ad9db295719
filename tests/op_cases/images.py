"""Calls of the ops on whole images: affine transforms."""

import numpy as np
from hypothesis import strategies as st

from minigrad.kernels.resampling import FILL_MODES
from minigrad.testing.strategies import arrays, shapes
from op_cases.call import Call, case


@st.composite
def transformations(draw):
    """The images' shape, a transform for each, and how places between and outside pixels are filled."""
    shape = (
        draw(st.sampled_from((1, 2, 0))),
        draw(st.integers(1, 4)),
        draw(st.integers(1, 3)),
        draw(st.integers(1, 2)),
    )
    interpolation = draw(st.sampled_from(("nearest", "bilinear")))
    if interpolation == "bilinear":
        transform = draw(arrays((shape[0], 6), -2.0, 2.0))
    else:  # whole steps and a bit, so that no place is halfway between two pixels in any precision
        transform = draw(st.sampled_from((-1.0, 0.0, 1.0, 2.0))) * np.ones((shape[0], 6)) + 0.03
    return shape, (transform, interpolation, draw(st.sampled_from(FILL_MODES)))


@case("affine_resample")
def _(draw):
    shape, options = draw(transformations())
    return Call((draw(arrays(shape)), *options, 0.5))


@case("flip_some")
def _(draw):
    shape = draw(shapes(min_ndim=2))
    chosen = np.array(draw(st.lists(st.booleans(), min_size=shape[0], max_size=shape[0])), bool)
    axes = draw(st.lists(st.integers(1, len(shape) - 1), unique=True))
    return Call((draw(arrays(shape)), chosen, tuple(axes)))


@case("affine_spread")
def _(draw):
    shape, options = draw(transformations())
    return Call((draw(arrays(shape)), *options))
