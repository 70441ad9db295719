"""What a layer expects of its input, checked before the layer computes.

Before:  shapes.py.  Next: layers/layer.py.
Source:  Keras's ``keras/src/layers/input_spec.py``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.errors import DTypeError, ShapeError


class InputSpec:
    """The rank, shape and dtype that a layer's input must have; what is None is not checked.

    Args:
        dtype: The dtype, by any name that NumPy knows.
        shape: The whole shape; None stands for any size. A last axis of 1 counts for the rank.
        ndim: The exact number of axes.
        max_ndim: The largest.
        min_ndim: The smallest.
        axes: Sizes of single axes, such as ``{-1: 3}``.

    Source: ``keras.InputSpec``.

    Example:
        >>> InputSpec(min_ndim=2, axes={-1: 3}).check("dense", (8, 4))
        Traceback (most recent call last):
        ...
        minigrad.errors.ShapeError: dense: the input's axis -1 must have size 3; got shape (8, 4)
    """

    def __init__(
        self,
        dtype: Any = None,
        shape: tuple[int | None, ...] | None = None,
        ndim: int | None = None,
        max_ndim: int | None = None,
        min_ndim: int | None = None,
        axes: dict[int, int | None] | None = None,
    ) -> None:
        self.dtype = None if dtype is None else np.dtype(dtype)
        self.shape = None if shape is None else tuple(shape)
        self.ndim = len(self.shape) if self.shape is not None else ndim
        self.max_ndim = max_ndim
        self.min_ndim = min_ndim
        self.axes = {int(axis): size for axis, size in (axes or {}).items()}

    def check(self, name: str, shape: tuple[int | None, ...], dtype: Any = None) -> None:
        """Raise unless an input of this shape and dtype fits.

        Raises:
            ShapeError: Naming what is expected and what was given.
            DTypeError: If the dtype differs.
        """
        ndim = len(shape)
        for bound, holds in (
            (self.ndim, ndim == self.ndim),
            (self.min_ndim, self.min_ndim is None or ndim >= self.min_ndim),
            (self.max_ndim, self.max_ndim is None or ndim <= self.max_ndim),
        ):
            if bound is not None and not holds:
                word = {self.min_ndim: "at least ", self.max_ndim: "at most "}.get(bound, "")
                word = "" if bound == self.ndim else word
                raise ShapeError(f"{name}: the input must have {word}{bound} axes; got shape {shape}")
        wanted = dict(enumerate(self.shape)) if self.shape is not None else self.axes
        for axis, size in wanted.items():
            if not -ndim <= axis < ndim:
                raise ShapeError(f"{name}: the input must have an axis {axis}; got shape {shape}")
            if size is not None and shape[axis] not in (size, None):
                raise ShapeError(f"{name}: the input's axis {axis} must have size {size}; got shape {shape}")
        if self.dtype is not None and dtype is not None and np.dtype(dtype) != self.dtype:
            raise DTypeError(f"{name}: the input must be {self.dtype}; got {np.dtype(dtype)}")
