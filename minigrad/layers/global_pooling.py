"""Global pooling: one number for each channel, whatever the image's size.

Idea:    a window as large as the input. It stands where Flatten would: the weights that follow depend on
         the number of channels only, so that the network takes images of any size.
Shapes:  (N, H, W, C) -> (N, C), (N, L, C) -> (N, C); with keepdims (N, 1, 1, C), (N, 1, C)
Before:  layers/pooling.py.  Next: layers/adaptive_pooling.py.
Source:  Lin et al. 2013, "Network in network"; Keras's ``keras/src/layers/pooling``.
"""

from __future__ import annotations

from typing import Any

from minigrad import ops
from minigrad.config import standardize_data_format
from minigrad.errors import ShapeError
from minigrad.layers.input_spec import InputSpec
from minigrad.layers.layer import Layer
from minigrad.layers.spatial import join_shape, spatial_axes, split_shape


class _GlobalPooling(Layer):
    """What the global poolings share: their arguments and the output's shape."""

    rank: int

    def __init__(self, data_format: str | None = None, keepdims: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.data_format = standardize_data_format(type(self).__name__, data_format)
        self.keepdims = keepdims
        self.input_spec = InputSpec(ndim=self.rank + 2)
        self._axes = spatial_axes(self.rank, self.data_format)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return (N, C), or with keepdims the input's shape with 1 for each spatial size."""
        batch, _, channels = split_shape(type(self).__name__, input_shape, self.rank, self.data_format)
        if not self.keepdims:
            return batch, channels
        return join_shape(batch, (1,) * self.rank, channels, self.data_format)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        return super().get_config() | {"data_format": self.data_format, "keepdims": self.keepdims}


class _GlobalMaxPooling(_GlobalPooling):
    def call(self, inputs: Any) -> Any:
        """Return the maxima."""
        return ops.max(inputs, axis=self._axes, keepdims=self.keepdims)


class GlobalMaxPooling1D(_GlobalMaxPooling):
    """The largest value of each channel of a sequence: ``y[n, c] = max_i x[n, i, c]``.

    Args:
        data_format: "channels_last" (N, L, C) or "channels_first" (N, C, L). Default: as in
            ``~/.keras/keras.json``, else "channels_last".
        keepdims: Whether the spatial axis stays, of size 1. Default False.
        **kwargs: Those of `Layer`: name, dtype, trainable, input_shape.

    Raises:
        ShapeError: When called, if the input doesn't have 3 axes.

    Source: ``keras.layers.GlobalMaxPooling1D``.

    Example:
        >>> import minigrad as mg, numpy as np
        >>> mg.layers.GlobalMaxPooling1D()(np.array([[[1.0, 5.0], [2.0, 4.0]]])).tolist()
        [[2.0, 5.0]]
    """

    rank = 1


class GlobalMaxPooling2D(_GlobalMaxPooling):
    """The largest value of each channel: ``y[n, c] = max_ij x[n, i, j, c]``.

    Args:
        data_format: "channels_last" or "channels_first". Default: as in ``~/.keras/keras.json``, else
            "channels_last".
        keepdims: Whether the spatial axes stay, of size 1. Default False.
        **kwargs: Those of `Layer`: name, dtype, trainable, input_shape.

    Raises:
        ShapeError: When called, if the input doesn't have 4 axes.

    Source: ``keras.layers.GlobalMaxPooling2D``.

    Example:
        >>> import minigrad as mg, numpy as np
        >>> mg.layers.GlobalMaxPooling2D(keepdims=True)(np.zeros((2, 7, 7, 128))).shape
        (2, 1, 1, 128)
    """

    rank = 2


class GlobalAveragePooling1D(_GlobalPooling):
    """The mean of each channel of a sequence: ``y[n, c] = mean_i x[n, i, c]``, or of its real steps only.

    Args:
        data_format: "channels_last" (N, L, C) or "channels_first" (N, C, L). Default: as in
            ``~/.keras/keras.json``, else "channels_last".
        keepdims: Whether the spatial axis stays, of size 1. Default False.
        **kwargs: Those of `Layer`: name, dtype, trainable, input_shape.

    Raises:
        ShapeError: When called, if the input doesn't have 3 axes, or a mask is not (N, L).

    Source: ``keras.layers.GlobalAveragePooling1D``; where a mask leaves nothing of a sequence, Keras
        gives NaN and this 0.

    Example:
        >>> import minigrad as mg, numpy as np
        >>> x = np.array([[[1.0, 10.0], [3.0, 30.0], [8.0, 80.0]]])
        >>> layer = mg.layers.GlobalAveragePooling1D()
        >>> layer(x).tolist(), layer(x, mask=np.array([[True, True, False]])).tolist()
        ([[4.0, 40.0]], [[2.0, 20.0]])
    """

    rank = 1

    def call(self, inputs: Any, mask: Any = None) -> Any:
        """Return the means; those steps where the mask, of shape (N, L), is False don't count."""
        if mask is None:
            return ops.mean(inputs, axis=self._axes, keepdims=self.keepdims)
        steps = (inputs.shape[0], inputs.shape[self._axes[0]])
        if ops.shape(mask) != steps:
            raise ShapeError(
                f"{type(self).__name__}: the mask must have shape {steps} (N, L); got {ops.shape(mask)} "
                f"(inputs {inputs.shape})"
            )
        channel_axis = 2 if self.data_format == "channels_last" else 1
        real = ops.cast(ops.expand_dims(mask, channel_axis), "bool")
        total = ops.sum(ops.where(real, inputs, 0.0), axis=self._axes, keepdims=self.keepdims)
        count = ops.sum(ops.cast(real, total.dtype), axis=self._axes, keepdims=self.keepdims)
        return ops.divide_no_nan(total, count)


class GlobalAveragePooling2D(_GlobalPooling):
    """The mean of each channel: ``y[n, c] = mean_ij x[n, i, j, c]``.

    Args:
        data_format: "channels_last" or "channels_first". Default: as in ``~/.keras/keras.json``, else
            "channels_last".
        keepdims: Whether the spatial axes stay, of size 1. Default False.
        **kwargs: Those of `Layer`: name, dtype, trainable, input_shape.

    Raises:
        ShapeError: When called, if the input doesn't have 4 axes.

    Source: ``keras.layers.GlobalAveragePooling2D``.

    Example:
        >>> import minigrad as mg, numpy as np
        >>> image = np.array([[4.0, 3.0], [2.0, 1.0]]).reshape(1, 2, 2, 1)
        >>> mg.layers.GlobalAveragePooling2D()(image).tolist()
        [[2.5]]
    """

    rank = 2

    def call(self, inputs: Any) -> Any:
        """Return the means."""
        return ops.mean(inputs, axis=self._axes, keepdims=self.keepdims)


GlobalMaxPool1D = GlobalMaxPooling1D
GlobalMaxPool2D = GlobalMaxPooling2D
GlobalAvgPool1D = GlobalAveragePooling1D
GlobalAvgPool2D = GlobalAveragePooling2D
