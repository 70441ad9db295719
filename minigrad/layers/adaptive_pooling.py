"""Adaptive pooling: as many windows as the output should have cells, whatever the input's size.

Idea:    window i of O over an axis of size I covers ``floor(i I / O) ... ceil((i + 1) I / O) - 1``: the
         windows are as even as integers allow, and overlap by a cell where O doesn't divide I.
Shapes:  (N, H, W, C) -> (N, OH, OW, C), (N, L, C) -> (N, OL, C)
Before:  ops/pooling.py, layers/global_pooling.py.  Next: layers/padding.py.
Source:  Keras's ``keras/src/layers/pooling/base_adaptive_pooling.py``.
"""

from __future__ import annotations

from typing import Any

from minigrad import ops
from minigrad.config import standardize_data_format
from minigrad.layers.input_spec import InputSpec
from minigrad.layers.layer import Layer
from minigrad.layers.spatial import join_shape, split_shape
from minigrad.shapes import integers


class _AdaptivePooling(Layer):
    """What the adaptive poolings share: their arguments and the output's shape."""

    rank: int

    def __init__(self, output_size: Any, data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        name = type(self).__name__
        self.output_size = integers(name, "output_size", output_size, self.rank)
        self.data_format = standardize_data_format(name, data_format)
        self.input_spec = InputSpec(ndim=self.rank + 2)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the input's shape with output_size for the spatial sizes."""
        batch, _, channels = split_shape(type(self).__name__, input_shape, self.rank, self.data_format)
        return join_shape(batch, self.output_size, channels, self.data_format)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        return super().get_config() | {"output_size": self.output_size, "data_format": self.data_format}


class _AdaptiveMaxPooling(_AdaptivePooling):
    def call(self, inputs: Any) -> Any:
        """Return the maxima."""
        return ops.adaptive_max_pool(inputs, self.output_size, self.data_format)


class _AdaptiveAveragePooling(_AdaptivePooling):
    def call(self, inputs: Any) -> Any:
        """Return the means."""
        return ops.adaptive_average_pool(inputs, self.output_size, self.data_format)


class AdaptiveMaxPooling1D(_AdaptiveMaxPooling):
    """The largest values of ``output_size`` windows of a sequence.

    Args:
        output_size: The output's length.
        data_format: "channels_last" (N, L, C) or "channels_first" (N, C, L). Default: as in
            ``~/.keras/keras.json``, else "channels_last".
        **kwargs: Those of `Layer`: name, dtype, trainable, input_shape.

    Raises:
        ValueError: If output_size is not an integer >= 1.
        ShapeError: When called, if the input doesn't have 3 axes, or no cells.

    Source: ``keras.layers.AdaptiveMaxPooling1D``.

    Example:
        >>> import minigrad as mg, numpy as np
        >>> mg.layers.AdaptiveMaxPooling1D(2)(np.array([[[1.0], [2.0], [6.0]]])).tolist()
        [[[2.0], [6.0]]]
    """

    rank = 1


class AdaptiveMaxPooling2D(_AdaptiveMaxPooling):
    """The largest values of as many windows of an image as the output should have cells.

    Args:
        output_size: An integer or (height, width) of the output.
        data_format: "channels_last" or "channels_first". Default: as in ``~/.keras/keras.json``, else
            "channels_last".
        **kwargs: Those of `Layer`: name, dtype, trainable, input_shape.

    Raises:
        ValueError: If output_size is not one or two integers >= 1.
        ShapeError: When called, if the input doesn't have 4 axes, or no cells.

    Source: ``keras.layers.AdaptiveMaxPooling2D``.

    Example:
        >>> import minigrad as mg, numpy as np
        >>> mg.layers.AdaptiveMaxPooling2D((3, 2))(np.zeros((1, 7, 9, 4))).shape
        (1, 3, 2, 4)
    """

    rank = 2


class AdaptiveAveragePooling1D(_AdaptiveAveragePooling):
    """The means of ``output_size`` windows of a sequence.

    Args:
        output_size: The output's length.
        data_format: "channels_last" (N, L, C) or "channels_first" (N, C, L). Default: as in
            ``~/.keras/keras.json``, else "channels_last".
        **kwargs: Those of `Layer`: name, dtype, trainable, input_shape.

    Raises:
        ValueError: If output_size is not an integer >= 1.
        ShapeError: When called, if the input doesn't have 3 axes, or no cells.

    Source: ``keras.layers.AdaptiveAveragePooling1D``.

    Example:
        >>> import minigrad as mg, numpy as np
        >>> mg.layers.AdaptiveAveragePooling1D(2)(np.array([[[1.0], [2.0], [6.0]]])).tolist()
        [[[1.5], [4.0]]]
    """

    rank = 1


class AdaptiveAveragePooling2D(_AdaptiveAveragePooling):
    """The means of as many windows of an image as the output should have cells.

    Args:
        output_size: An integer or (height, width) of the output.
        data_format: "channels_last" or "channels_first". Default: as in ``~/.keras/keras.json``, else
            "channels_last".
        **kwargs: Those of `Layer`: name, dtype, trainable, input_shape.

    Raises:
        ValueError: If output_size is not one or two integers >= 1.
        ShapeError: When called, if the input doesn't have 4 axes, or no cells.

    Source: ``keras.layers.AdaptiveAveragePooling2D``.

    Example:
        >>> import minigrad as mg, numpy as np
        >>> image = np.array([[4.0, 3.0], [2.0, 1.0]]).reshape(1, 2, 2, 1)
        >>> mg.layers.AdaptiveAveragePooling2D((1, 2))(image).tolist()
        [[[[3.0], [2.0]]]]
    """

    rank = 2
