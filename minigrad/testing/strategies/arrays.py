"""Shapes and arrays for property-based tests.

Idea:    say once what a good example is: small shapes with all that goes wrong in them (no dimension,
         no element, axes of size one), and numbers of a size at which a derivative can be measured.
Before:  shapes.py.  Next: testing/strategies/convolutions.py.
Source:  hypothesis's own ``hypothesis.extra.numpy``, with values that suit gradient checks.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from hypothesis import strategies as st

from minigrad.shapes import Shape

NDArray = np.ndarray[Any, np.dtype[Any]]


def shapes(
    min_ndim: int = 0, max_ndim: int = 3, min_size: int = 0, max_size: int = 4
) -> st.SearchStrategy[Shape]:
    """Draw a shape; axes of size 1 come often, and of size 0 now and then.

    Args:
        min_ndim: The least number of axes. Default 0.
        max_ndim: The largest. Default 3.
        min_size: The least size of an axis. Default 0; pass 1 to have no empty arrays.
        max_size: The largest. Default 4.

    Example:
        >>> from hypothesis import given
        >>> from minigrad.testing.strategies import shapes
        >>> @given(shapes(min_ndim=1, max_size=3))
        ... def test_product_is_size(shape):
        ...     assert np.zeros(shape).size == np.prod(shape) <= 27
        >>> test_product_is_size()
    """
    common = st.integers(max(1, min_size), max_size) if max_size >= 1 else st.just(0)
    size = common
    if min_size == 0 < max_size:  # one axis in about eight: an empty array tests little else
        size = st.integers(0, 7).flatmap(lambda chance: st.just(0) if chance == 7 else common)
    return st.lists(size, min_size=min_ndim, max_size=max_ndim).map(tuple)


@st.composite
def broadcastable_shapes(
    draw: st.DrawFn,
    count: int = 2,
    max_ndim: int = 3,
    min_size: int = 0,
    max_size: int = 4,
) -> tuple[Shape, ...]:
    """Draw ``count`` shapes that broadcast together: some axes of size 1, some leading ones left out.

    Args:
        count: How many shapes. Default 2.
        max_ndim: The largest number of axes. Default 3.
        min_size: The least size of an axis of the common shape. Default 0.
        max_size: The largest. Default 4.

    Example:
        >>> from hypothesis import given
        >>> from minigrad.testing.strategies import broadcastable_shapes
        >>> @given(broadcastable_shapes(count=3))
        ... def test_they_broadcast(shapes):
        ...     assert len(np.broadcast_shapes(*shapes)) <= 3
        >>> test_they_broadcast()
    """
    common = draw(shapes(0, max_ndim, min_size, max_size))
    drawn = []
    for _ in range(count):
        sizes = [draw(st.sampled_from((size, size, 1))) for size in common]
        drawn.append(tuple(sizes[draw(st.integers(0, len(sizes))) if draw(st.booleans()) else 0 :]))
    return tuple(drawn)


@st.composite
def arrays(
    draw: st.DrawFn,
    shape: Shape | st.SearchStrategy[Shape],
    low: float = -3.0,
    high: float = 3.0,
    away_from: Sequence[float] = (),
    margin: float = 0.05,
    separation: float | None = None,
    dtype: Any = np.float64,
) -> NDArray:
    """Draw an array of numbers between ``low`` and ``high``, all of a size that derivatives can be taken at.

    The values come from a generator whose seed is drawn, so that even large arrays are drawn quickly;
    hypothesis shrinks the shape and the seed rather than single values.

    Args:
        shape: The shape, or a strategy for it.
        low: The least value. Default -3.
        high: The largest. Default 3.
        away_from: Where the function to be tested has kinks or poles: no value comes nearer than
            ``margin`` to one of these.
        margin: See away_from. Default 0.05.
        separation: If given, no two values are nearer to each other than this, for functions such as
            the maximum that have a kink where two are equal.
        dtype: Default float64.

    Raises:
        ValueError: If not so many values fit between low and high.

    Example:
        >>> from hypothesis import given
        >>> from minigrad.testing import check_gradients
        >>> from minigrad.testing.strategies import arrays, shapes
        >>> import minigrad as mg
        >>> @given(arrays(shapes(), away_from=[0.0]))
        ... def test_relu(x):
        ...     check_gradients(mg.ops.relu, x)
        >>> test_relu()
    """
    size_of = draw(shape) if isinstance(shape, st.SearchStrategy) else shape
    rng = np.random.default_rng(draw(st.integers(0, 2**16 - 1)))
    count = int(np.prod(size_of))
    if separation is None:
        values = rng.uniform(low, high, count)
        for _ in range(100):
            near = _near(values, away_from, margin)
            if not near.any():
                break
            values[near] = rng.uniform(low, high, int(near.sum()))
        else:
            raise ValueError(
                f"there is no room in ({low}, {high}) that is {margin} away from {list(away_from)}"
            )
    else:
        values = _separated(rng, count, low, high, away_from, margin, separation)
    return values.reshape(size_of).astype(dtype)


def _near(values: NDArray, points: Sequence[float], margin: float) -> NDArray:
    distance = np.abs(values[:, None] - np.asarray(points, float)[None, :])
    return np.asarray((distance < margin).any(axis=1))


def _separated(
    rng: np.random.Generator,
    count: int,
    low: float,
    high: float,
    points: Sequence[float],
    margin: float,
    separation: float,
) -> NDArray:
    """Return values from a grid of twice the separation, each moved by less than half of it."""
    grid = np.arange(low + separation, high - separation, 2.0 * separation)
    grid = grid[~_near(grid, points, margin + separation)]
    if len(grid) < count:
        raise ValueError(
            f"{count} values at distances of {separation} do not fit between {low} and {high}: "
            f"there is room for {len(grid)}"
        )
    return rng.permutation(grid)[:count] + rng.uniform(-0.5, 0.5, count) * separation
