"""Layers that bring data to a size that networks like: Rescaling, Normalization.

Idea:    what is done to the data stands in the model, so that it is done to new data as well.
Shapes:  the output has the input's shape.
Before:  layers/function.py.  Next: layers/augmentation.py.
Source:  Keras's ``keras/src/layers/preprocessing``.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, Self

import numpy as np

from minigrad import ops
from minigrad.autodiff.tensor import NDArray, Tensor, wrap
from minigrad.config import epsilon, image_data_format
from minigrad.errors import ShapeError
from minigrad.layers.layer import Layer
from minigrad.serialization import array_from_config, array_to_config
from minigrad.shapes import Shape, normalize_axes


class Rescaling(Layer):
    """Scale and shift: ``y = scale x + offset``, of any dtype to the layer's.

    Args:
        scale: A number, or one for each channel; ``1 / 255`` brings bytes to [0, 1].
        offset: Likewise. Default 0.
        **kwargs: Those of `Layer`: name, dtype, trainable, input_shape.

    Raises:
        ValueError: If scale or offset is not numeric.

    Source: ``keras.layers.Rescaling``.

    Example:
        >>> import minigrad as mg, numpy as np
        >>> mg.layers.Rescaling(1 / 127.5, offset=-1)(np.array([0, 255], "uint8")).tolist()
        [-1.0, 1.0]
    """

    def __init__(self, scale: Any, offset: Any = 0.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.scale = scale
        self.offset = offset
        self._scale = _numeric("Rescaling", "scale", scale).astype(self.dtype)
        self._offset = _numeric("Rescaling", "offset", offset).astype(self.dtype)

    def call(self, inputs: Any) -> Any:
        """Return the inputs scaled and shifted."""
        scale = self._scale
        if scale.ndim and image_data_format() == "channels_first":
            scale = scale.reshape(scale.shape + (1,) * (3 - scale.ndim))
        scaled = ops.cast(inputs, self.dtype) * wrap(scale)
        return scaled + wrap(self._offset) if self._offset.any() else scaled

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the input's shape."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        config = {"scale": self.scale, "offset": self.offset}
        return super().get_config() | {
            key: array_to_config(value) if isinstance(value, np.ndarray | np.generic) else value
            for key, value in config.items()
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Return the layer with the arguments that `get_config`, or Keras, gave."""
        return super().from_config(
            {
                key: array_from_config(value)
                if key in ("scale", "offset") and isinstance(value, dict)
                else value
                for key, value in config.items()
            }
        )


class Normalization(Layer):
    """Bring features to mean 0 and variance 1: ``y = (x - mean) / sqrt(variance)``.

    Mean and variance are given, or measured by `adapt`; until then they are 0 and 1.

    Args:
        axis: The axis or axes whose entries have a mean and variance of their own; None for one of each
            over everything. Default -1.
        mean: The mean of each entry, or one for all. Default: to be measured.
        variance: Likewise; both or none must be given.
        invert: Whether to compute the inverse, ``y = x sqrt(variance) + mean``. Default False.
        **kwargs: Those of `Layer`: name, dtype, trainable, input_shape.

    Raises:
        ValueError: If only one of mean and variance is given, or they don't fit each other or the axes.
        ShapeError: When called, if there is no such axis, or the given mean doesn't fit the input.

    Source: ``keras.layers.Normalization``.

    Example:
        >>> import minigrad as mg, numpy as np
        >>> layer = mg.layers.Normalization()
        >>> layer.adapt(np.array([[0.0, 7.0], [2.0, 9.0]]))
        >>> layer(np.array([[0.0, 9.0]])).tolist()
        [[-1.0, 1.0]]
    """

    def __init__(
        self, axis: Any = -1, mean: Any = None, variance: Any = None, invert: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.axis = () if axis is None else (axis,) if isinstance(axis, int) else tuple(axis)
        self.input_mean = mean
        self.input_variance = variance
        self.invert = invert
        if (mean is None) != (variance is None):
            raise ValueError(
                f"Normalization: give both mean and variance, or none; got mean={mean!r} and "
                f"variance={variance!r}"
            )
        if mean is not None:
            shapes = [
                _numeric("Normalization", name, value).shape
                for name, value in (("mean", mean), ("variance", variance))
            ]
            if shapes[0] != shapes[1] or len(shapes[0]) > len(self.axis):
                raise ValueError(
                    "Normalization: mean and variance must have one shape, of at most as many axes as "
                    f"axis={self.axis} names; got the shapes {shapes[0]} and {shapes[1]}"
                )

    def build(self, input_shape: Any) -> None:
        """Make the weights that `adapt` fills, if mean and variance are not given."""
        ndim = len(input_shape)
        self._kept = tuple(sorted(normalize_axes(self.name, self.axis, ndim)))
        self._averaged = tuple(axis for axis in range(ndim) if axis not in self._kept)
        shape = tuple(input_shape[axis] for axis in self._kept)
        if None in shape:
            raise ShapeError(
                f"{self.name}: the sizes of axes {self.axis} must be known; got the shape {input_shape}"
            )
        self._broadcast: Shape = tuple(input_shape[axis] if axis in self._kept else 1 for axis in range(ndim))
        if self.input_mean is None:
            self.adapt_mean = self.add_weight(shape, "zeros", trainable=False, name="mean")
            self.adapt_variance = self.add_weight(shape, "ones", trainable=False, name="variance")
            # Keras has it for the sake of older files, and leaves it 0: the order of the weights is the same
            self.count = self.add_weight((), "zeros", dtype="int32", trainable=False, name="count")
        else:
            self._given = self._spread(self.input_mean, shape), self._spread(self.input_variance, shape)

    @property
    def mean(self) -> Any:
        """The mean, as it broadcasts to the inputs; what was given, before the layer is built."""
        return self._statistics()[0] if self.built else self.input_mean

    @property
    def variance(self) -> Any:
        """The variance, likewise."""
        return self._statistics()[1] if self.built else self.input_variance

    def _spread(self, value: Any, shape: Shape) -> NDArray:
        """Return a given statistic in the shape in which it broadcasts to the inputs."""
        array = np.asarray(value, self.dtype)
        try:
            return np.broadcast_to(array, shape).reshape(self._broadcast)
        except ValueError:
            raise ShapeError(
                f"{self.name}: the given mean and variance of shape {array.shape} don't fit an input whose "
                f"axes {self.axis} have the shape {shape}"
            ) from None

    def _statistics(self) -> tuple[Any, Any]:
        if self.input_mean is not None:
            return self._given
        return self.adapt_mean.data.reshape(self._broadcast), self.adapt_variance.data.reshape(
            self._broadcast
        )

    def call(self, inputs: Any) -> Any:
        """Return the inputs normalized, or the inverse of that."""
        mean, variance = self._statistics()
        deviation = np.maximum(np.sqrt(variance), variance.dtype.type(epsilon()))
        x = ops.cast(inputs, self.dtype)
        if self.invert:
            return x * wrap(deviation) + wrap(mean)
        return (x - wrap(mean)) / wrap(deviation)

    def adapt(self, data: Any) -> None:
        """Measure mean and variance.

        Args:
            data: An array or tensor; or an iterable of batches, each an array, a tensor or a tuple that
                begins with one.

        Raises:
            ValueError: If mean and variance were given, or there is no batch.
            TypeError: If data is neither.
            ShapeError: If a batch differs from the others, or from what the layer was built for.
        """
        if self.input_mean is not None:
            raise ValueError(f"{self.name}: mean and variance were given, so there is nothing to adapt")
        count = 0
        mean = squares = np.zeros(())  # the sum of squared distances from the mean; all in float64
        for batch in _batches(self.name, data):
            self.build(batch.shape)
            if tuple(batch.shape[axis] for axis in self._kept) != self.adapt_mean.shape or batch.ndim != len(
                self._broadcast
            ):
                raise ShapeError(
                    f"{self.name}: adapt got a batch of shape {batch.shape}, which doesn't fit the shape "
                    f"{self.adapt_mean.shape} of axes {self.axis} that the layer was built for"
                )
            size = math.prod(batch.shape[axis] for axis in self._averaged)
            if not size:
                continue
            here = batch.mean(axis=self._averaged, dtype=np.float64)
            step = here - mean  # two parts' means differ, which adds to the whole's variance
            squares = squares + batch.var(axis=self._averaged, dtype=np.float64) * size
            squares = squares + step**2 * (count * size / (count + size))
            mean = mean + step * (size / (count + size))
            count += size
        if not count:
            raise ValueError(f"{self.name}: adapt needs at least one batch that isn't empty")
        self.adapt_mean.assign(mean)
        self.adapt_variance.assign(squares / count)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the input's shape."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        return super().get_config() | {
            "axis": self.axis,
            "invert": self.invert,
            "mean": np.asarray(self.input_mean).tolist(),
            "variance": np.asarray(self.input_variance).tolist(),
        }


def _numeric(name: str, argument: str, value: Any) -> NDArray:
    """Return an argument as an array, checked to hold numbers."""
    array = np.asarray(value)
    if array.dtype.kind not in "fiu":
        raise ValueError(f"{name}: {argument} must be a number or an array of numbers; got {value!r}")
    return array


def _batches(name: str, data: Any) -> Iterator[NDArray]:
    """Yield the batches that some data consist of, as arrays."""
    if isinstance(data, np.ndarray | Tensor):
        yield np.asarray(data)
        return
    if not hasattr(data, "__iter__"):
        raise TypeError(
            f"{name}: adapt needs an array, a tensor or an iterable of batches; got {type(data).__name__}"
        )
    for batch in data:
        first = batch[0] if isinstance(batch, tuple) and batch else batch
        if not isinstance(first, np.ndarray | Tensor):
            raise TypeError(
                f"{name}: each batch that adapt gets must be an array or a tensor; got "
                f"{type(first).__name__}. A list of numbers is made one by np.array(...)"
            )
        yield np.asarray(first)
