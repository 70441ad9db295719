"""What a layer expects of its input, checked before the layer computes.

Before:  shapes.py.  Next: layers/layer.py.
Source:  Keras's ``keras/src/layers/input_spec.py``.
"""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from minigrad.errors import DTypeError, ShapeError


class InputSpec:
    """The rank, shape and dtype that a layer's input must have; what is None is not checked.

    Args:
        dtype: The dtype, by any name that NumPy knows.
        shape: The whole shape; None stands for any size.
        ndim: The exact number of axes.
        max_ndim: The largest.
        min_ndim: The smallest.
        axes: Sizes of single axes, such as ``{-1: 3}``.
        allow_last_axis_squeeze: Whether a last axis of size 1 doesn't count, in the shape and the input.
            Default False.
        name: Which input of a dict it is of.
        optional: Whether None will do. Default False.

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
        allow_last_axis_squeeze: bool = False,
        name: str | None = None,
        optional: bool = False,
    ) -> None:
        self.dtype = None if dtype is None else np.dtype(dtype)
        self.shape = None if shape is None else tuple(shape)
        self.ndim = len(self.shape) if self.shape is not None else ndim
        self.max_ndim = max_ndim
        self.min_ndim = min_ndim
        self.axes = {int(axis): size for axis, size in (axes or {}).items()}
        self.allow_last_axis_squeeze = allow_last_axis_squeeze
        self.name = name
        self.optional = optional

    def __repr__(self) -> str:
        given = ", ".join(f"{key}={value}" for key, value in self.get_config().items() if value)
        return f"InputSpec({given})"

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that Keras stores of it."""
        names = ("dtype", "shape", "ndim", "max_ndim", "min_ndim", "axes", "optional")
        return {name: getattr(self, name) for name in names}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Return a new spec of what `get_config` gave."""
        return cls(**config)

    def check(self, name: str, shape: tuple[int | None, ...], dtype: Any = None) -> None:
        """Raise unless an input of this shape and dtype fits.

        Raises:
            ShapeError: Naming what is expected and what was given.
            DTypeError: If the dtype differs.
        """
        expected = self.shape
        if self.allow_last_axis_squeeze and expected is not None:
            expected, shape = (one[:-1] if one[-1:] == (1,) else one for one in (expected, shape))
        ndim = len(shape)
        if expected is not None and len(expected) != ndim:
            raise ShapeError(f"{name}: the input must have shape {expected}; got shape {shape}")
        for bound, holds in (
            (self.ndim if expected is None else None, ndim == self.ndim),
            (self.min_ndim, self.min_ndim is None or ndim >= self.min_ndim),
            (self.max_ndim, self.max_ndim is None or ndim <= self.max_ndim),
        ):
            if bound is not None and not holds:
                word = {self.min_ndim: "at least ", self.max_ndim: "at most "}.get(bound, "")
                word = "" if bound == self.ndim else word
                hint = "; if the batch axis is missing, x[None] adds it" if ndim == bound - 1 else ""
                raise ShapeError(f"{name}: the input must have {word}{bound} axes; got shape {shape}{hint}")
        wanted = dict(enumerate(expected)) if expected is not None else self.axes
        for axis, size in wanted.items():
            if not -ndim <= axis < ndim:
                raise ShapeError(f"{name}: the input must have an axis {axis}; got shape {shape}")
            if size is not None and shape[axis] not in (size, None):
                raise ShapeError(f"{name}: the input's axis {axis} must have size {size}; got shape {shape}")
        if self.dtype is not None and dtype is not None and np.dtype(dtype) != self.dtype:
            raise DTypeError(f"{name}: the input must be {self.dtype}; got {np.dtype(dtype)}")
