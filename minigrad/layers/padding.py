"""Cells added to the border, or taken from it: ZeroPadding and Cropping.

Idea:    each is the other's inverse, and the other's derivative.
Shapes:  (N, H, W, C) -> (N, H + top + bottom, W + left + right, C), or minus
Before:  ops/repeating.py (padding), ops/indexing.py (slices), layers/spatial.py.  Next: layers/upsampling.py.
Source:  Keras's ``keras/src/layers/reshaping``.
"""

from __future__ import annotations

from typing import Any

from minigrad import ops
from minigrad.config import standardize_data_format
from minigrad.errors import ShapeError
from minigrad.layers.input_spec import InputSpec
from minigrad.layers.layer import Layer
from minigrad.layers.spatial import join_shape, spatial_axes, split_shape
from minigrad.shapes import Padding, integers

_Pair = tuple[int, int]


class _Border(Layer):
    """What paddings and croppings share.

    Args:
        borders: How many cells (before, after) each spatial axis.
        data_format: "channels_last", "channels_first" or None.
        **kwargs: Those of `Layer`.
    """

    sign: int  # +1: the border is added, -1: it is taken away

    def __init__(self, borders: Padding, data_format: str | None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.data_format = standardize_data_format(type(self).__name__, data_format)
        self.input_spec = InputSpec(ndim=len(borders) + 2)
        self._borders = borders
        self._axes = spatial_axes(len(borders), self.data_format)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the input's shape with a border more, or less, in its spatial sizes."""
        name, rank = type(self).__name__, len(self._borders)
        batch, spatial, channels = split_shape(name, input_shape, rank, self.data_format)
        sizes = tuple(
            None if size is None else size + self.sign * sum(border)
            for size, border in zip(spatial, self._borders, strict=True)
        )
        return join_shape(batch, sizes, channels, self.data_format)


class _ZeroPadding(_Border):
    sign = 1

    def call(self, inputs: Any) -> Any:
        """Return the inputs with zeros around them."""
        widths = [(0, 0)] * inputs.ndim
        for axis, border in zip(self._axes, self._borders, strict=True):
            widths[axis] = border
        return ops.pad(inputs, widths)


class _Cropping(_Border):
    sign = -1

    def call(self, inputs: Any) -> Any:
        """Return what lies inside the border."""
        self.compute_output_shape(inputs.shape)  # raises if nothing is left
        inner = [slice(None)] * inputs.ndim
        for axis, (before, after) in zip(self._axes, self._borders, strict=True):
            inner[axis] = slice(before, inputs.shape[axis] - after)
        return ops.get_item(inputs, tuple(inner))

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the input's shape with a border less in its spatial sizes.

        Raises:
            ShapeError: If nothing is left.
        """
        shape = super().compute_output_shape(input_shape)
        if any(shape[axis] is not None and shape[axis] <= 0 for axis in self._axes):
            raise ShapeError(
                f"{type(self).__name__}: cropping={self._borders} leaves nothing of an input of shape "
                f"{tuple(input_shape)}"
            )
        return shape


class ZeroPadding1D(_ZeroPadding):
    """Zeros before and after a sequence: (N, L, C) -> (N, before + L + after, C).

    Args:
        padding: An integer for both ends, or (before, after). Default 1.
        data_format: "channels_last" (N, L, C) or "channels_first" (N, C, L). Default: as in
            ``~/.keras/keras.json``, else "channels_last".
        **kwargs: Those of `Layer`: name, dtype, trainable, input_shape.

    Raises:
        ValueError: If padding is not one or two integers >= 0.
        ShapeError: When called, if the input doesn't have 3 axes.

    Source: ``keras.layers.ZeroPadding1D``.

    Example:
        >>> import minigrad as mg, numpy as np
        >>> mg.layers.ZeroPadding1D((1, 2))(np.array([[[3.0], [4.0]]])).numpy().ravel()
        array([0., 3., 4., 0., 0.], dtype=float32)
    """

    def __init__(self, padding: Any = 1, data_format: str | None = None, **kwargs: Any) -> None:
        own = _pair("ZeroPadding1D", "padding", padding)
        super().__init__((own,), data_format, **kwargs)
        self.padding = own

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        return super().get_config() | {"padding": self.padding, "data_format": self.data_format}


class ZeroPadding2D(_ZeroPadding):
    """Zeros around an image: (N, H, W, C) -> (N, top + H + bottom, left + W + right, C).

    With (F - 1) / 2 on each side, a "valid" convolution by a kernel of odd size F keeps the image's size.

    Args:
        padding: An integer for all sides, (vertical, horizontal), or ((top, bottom), (left, right)).
            Default (1, 1).
        data_format: "channels_last" or "channels_first". Default: as in ``~/.keras/keras.json``, else
            "channels_last".
        **kwargs: Those of `Layer`: name, dtype, trainable, input_shape.

    Raises:
        ValueError: If padding is none of these.
        ShapeError: When called, if the input doesn't have 4 axes.

    Source: ``keras.layers.ZeroPadding2D``; the lecture, "Padding".

    Example:
        >>> import minigrad as mg, numpy as np
        >>> mg.layers.ZeroPadding2D()(np.ones((1, 1, 2, 1))).numpy()[0, :, :, 0]
        array([[0., 0., 0., 0.],
               [0., 1., 1., 0.],
               [0., 0., 0., 0.]], dtype=float32)
    """

    def __init__(self, padding: Any = (1, 1), data_format: str | None = None, **kwargs: Any) -> None:
        own = _two_pairs("ZeroPadding2D", "padding", padding)
        super().__init__(own, data_format, **kwargs)
        self.padding = own

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        return super().get_config() | {"padding": self.padding, "data_format": self.data_format}


class Cropping1D(_Cropping):
    """A sequence without its ends: (N, L, C) -> (N, L - before - after, C).

    Args:
        cropping: An integer for both ends, or (before, after). Default (1, 1).
        **kwargs: Those of `Layer`: name, dtype, trainable, input_shape.

    Raises:
        ValueError: If cropping is not one or two integers >= 0.
        ShapeError: When called, if the input doesn't have 3 axes, or nothing is left of it.

    Source: ``keras.layers.Cropping1D``, which knows no data format: the axis is the second.

    Example:
        >>> import minigrad as mg, numpy as np
        >>> mg.layers.Cropping1D((0, 1))(np.array([[[3.0], [4.0], [5.0]]])).numpy().ravel()
        array([3., 4.], dtype=float32)
    """

    def __init__(self, cropping: Any = (1, 1), **kwargs: Any) -> None:
        own = _pair("Cropping1D", "cropping", cropping)
        super().__init__((own,), "channels_last", **kwargs)
        self.cropping = own

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        return super().get_config() | {"cropping": self.cropping}


class Cropping2D(_Cropping):
    """An image without its border: (N, H, W, C) -> (N, H - top - bottom, W - left - right, C).

    Args:
        cropping: An integer for all sides, (vertical, horizontal), or ((top, bottom), (left, right)).
            Default ((0, 0), (0, 0)).
        data_format: "channels_last" or "channels_first". Default: as in ``~/.keras/keras.json``, else
            "channels_last".
        **kwargs: Those of `Layer`: name, dtype, trainable, input_shape.

    Raises:
        ValueError: If cropping is none of these.
        ShapeError: When called, if the input doesn't have 4 axes, or nothing is left of it.

    Source: ``keras.layers.Cropping2D``.

    Example:
        >>> import minigrad as mg, numpy as np
        >>> mg.layers.Cropping2D(((1, 2), (3, 4)))(np.zeros((1, 10, 10, 3))).shape
        (1, 7, 3, 3)
    """

    def __init__(
        self, cropping: Any = ((0, 0), (0, 0)), data_format: str | None = None, **kwargs: Any
    ) -> None:
        own = _two_pairs("Cropping2D", "cropping", cropping)
        super().__init__(own, data_format, **kwargs)
        self.cropping = own

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        return super().get_config() | {"cropping": self.cropping, "data_format": self.data_format}


def _pair(name: str, argument: str, value: Any) -> _Pair:
    """Return (before, after) for an integer or two."""
    before, after = integers(name, argument, value, count=2, minimum=0)
    return before, after


def _two_pairs(name: str, argument: str, value: Any) -> tuple[_Pair, _Pair]:
    """Return ((top, bottom), (left, right)) for an integer, (vertical, horizontal), or these pairs."""
    try:
        vertical, horizontal = value if hasattr(value, "__iter__") else (value, value)
        return _pair(name, argument, vertical), _pair(name, argument, horizontal)
    except ValueError:  # another number of elements, or one that is no integer
        raise ValueError(
            f"{name}: {argument} must be an integer, (vertical, horizontal) or ((top, bottom), (left, "
            f"right)), each >= 0; got {value!r}"
        ) from None
