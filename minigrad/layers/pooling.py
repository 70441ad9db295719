"""Pooling layers: a window that keeps the largest value, or the mean.

Shapes:  (N, H, W, C) -> (N, OH, OW, C); the channels stay.
Before:  ops/pooling.py (the arithmetic), layers/convolution.py.  Next: layers/activation.py.
Source:  the lecture, "Pooling"; Keras's ``keras/src/layers/pooling``.
"""

from __future__ import annotations

from typing import Any

from minigrad import ops
from minigrad.config import standardize_data_format
from minigrad.layers.input_spec import InputSpec
from minigrad.layers.layer import Layer
from minigrad.shapes import integers, padding_mode, window_output, window_padding


class _Pooling2D(Layer):
    """What the two 2-D poolings share: their arguments and the output's shape."""

    def __init__(
        self,
        pool_size: Any = (2, 2),
        strides: Any = None,
        padding: str = "valid",
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        name = type(self).__name__
        self.pool_size = integers(name, "pool_size", pool_size, count=2)
        self.strides = self.pool_size if strides is None else integers(name, "strides", strides, count=2)
        self.padding = padding_mode(name, padding)
        self.data_format = standardize_data_format(name, data_format)
        self.input_spec = InputSpec(ndim=4)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the input's shape with OH and OW for H and W."""
        first = 1 if self.data_format == "channels_last" else 2
        spatial = tuple(input_shape[first : first + 2])
        output: tuple[int | None, ...] = (None, None)
        if None not in spatial:
            geometry = spatial, self.pool_size, self.strides
            output = window_output(*geometry, window_padding(type(self).__name__, *geometry, self.padding))
        return (*input_shape[:first], *output, *input_shape[first + 2 :])

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        return super().get_config() | {
            "pool_size": self.pool_size,
            "strides": self.strides,
            "padding": self.padding,
            "data_format": self.data_format,
        }


class MaxPooling2D(_Pooling2D):
    """The largest value of each window: ``y[n, i, j, c] = max_uv x[n, i s + u, j s + v, c]``.

    The gradient goes to the first maximum of each window, in row order.

    Args:
        pool_size: An integer or (height, width) of the window. Default (2, 2).
        strides: An integer or two: the step of the window. Default None: pool_size.
        padding: "valid" or "same", in any letter case; what "same" adds counts as minus infinity.
            Default "valid".
        data_format: "channels_last" or "channels_first". Default: as in ``~/.keras/keras.json``, else
            "channels_last".
        **kwargs: Those of `Layer`: name, dtype, trainable, input_shape.

    Raises:
        ValueError: If an argument is out of range or unknown.
        ShapeError: When called, if the input doesn't have 4 axes, or is smaller than a "valid" window.

    Source: ``keras.layers.MaxPooling2D``.

    Example:
        >>> import minigrad as mg, numpy as np
        >>> image = np.array([[4.0, 3.0], [2.0, 1.0]]).reshape(1, 2, 2, 1)
        >>> mg.layers.MaxPool2D(2, strides=1, padding="SAME")(image).numpy().reshape(2, 2)
        array([[4., 3.], [2., 1.]], dtype=float32)
    """

    def call(self, inputs: Any) -> Any:
        """Return the maxima."""
        return ops.max_pool(inputs, self.pool_size, self.strides, self.padding, self.data_format)


class AveragePooling2D(_Pooling2D):
    """The mean of each window: ``y[n, i, j, c] = mean_uv x[n, i s + u, j s + v, c]``.

    Where the window hangs over the edge, the mean is over the real cells only.

    Args:
        pool_size: An integer or (height, width) of the window; it has no default, as in Keras 3.
        strides: An integer or two: the step of the window. Default None: pool_size.
        padding: "valid" or "same", in any letter case. Default "valid".
        data_format: "channels_last" or "channels_first". Default: as in ``~/.keras/keras.json``, else
            "channels_last".
        **kwargs: Those of `Layer`: name, dtype, trainable, input_shape.

    Raises:
        ValueError: If an argument is out of range or unknown.
        ShapeError: When called, if the input doesn't have 4 axes, or is smaller than a "valid" window.

    Source: ``keras.layers.AveragePooling2D``.

    Example:
        >>> import minigrad as mg, numpy as np
        >>> image = np.array([[4.0, 3.0], [2.0, 1.0]]).reshape(1, 2, 2, 1)
        >>> mg.layers.AveragePooling2D(2)(image).item()
        2.5
    """

    def __init__(
        self,
        pool_size: Any,
        strides: Any = None,
        padding: str = "valid",
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(pool_size, strides, padding, data_format, **kwargs)

    def call(self, inputs: Any) -> Any:
        """Return the means."""
        return ops.average_pool(inputs, self.pool_size, self.strides, self.padding, self.data_format)


MaxPool2D = MaxPooling2D
AvgPool2D = AveragePooling2D
