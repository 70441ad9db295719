"""GroupNormalization: each example by the mean and variance of groups of its channels.

Idea:    between batch and layer normalization: as many statistics as there are groups, from one example
         alone, so that small batches do no harm.
Shapes:  (N, ..., C) -> the same; statistics (N, G), over C / G channels and all other axes but N.
Before:  ops/example_normalization.py (the arithmetic), layers/example_normalization.py.
         Next: layers/merging.py.
Source:  Wu & He 2018, "Group Normalization"; ``keras.layers.GroupNormalization``.
"""

from __future__ import annotations

import math
from typing import Any

from minigrad import ops
from minigrad.errors import ShapeError
from minigrad.layers.input_spec import InputSpec
from minigrad.layers.scale_and_shift import ScaleAndShift, channel_axes
from minigrad.ops.example_normalization import normalize_groups


class GroupNormalization(ScaleAndShift):
    """Normalize groups of channels: ``y = gamma (x - mean) / sqrt(variance + epsilon) + beta``.

    Args:
        groups: How many groups the channels are divided into; -1 for as many as there are channels
            (instance normalization). Default 32.
        axis: The channels' axis, not 0. Default -1.
        epsilon: Added to the variance, so that its root is not 0. Default 0.001.
        center: Whether there is a beta. Default True.
        scale: Whether there is a gamma. Default True.
        beta_initializer: Default "zeros".
        gamma_initializer: Default "ones".
        beta_regularizer, gamma_regularizer: Terms added to the loss. Default: none.
        beta_constraint, gamma_constraint: Applied after each optimizer step. Default: none.
        **kwargs: Those of `Layer`: name, dtype, trainable, input_shape.

    Shapes:
        inputs (N, ..., C), with C a multiple of groups; gamma and beta (C,); output as inputs.

    Raises:
        ValueError: If groups is neither an integer >= 1 nor -1, or epsilon is negative.
        ShapeError: When called, if the groups don't divide the channels, or the axis is not there.

    Source: ``keras.layers.GroupNormalization``.

    Example:
        >>> import minigrad as mg
        >>> layer = mg.layers.GroupNormalization(groups=2, epsilon=0.0)
        >>> layer(mg.Tensor([[1.0, 3.0, 100.0, 300.0]])).tolist()
        [[-1.0, 1.0, -1.0, 1.0]]
    """

    def __init__(
        self,
        groups: int = 32,
        axis: int = -1,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        beta_regularizer: Any = None,
        gamma_regularizer: Any = None,
        beta_constraint: Any = None,
        gamma_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            epsilon,
            center,
            scale,
            beta_initializer,
            gamma_initializer,
            beta_regularizer,
            gamma_regularizer,
            beta_constraint,
            gamma_constraint,
            **kwargs,
        )
        if isinstance(groups, bool) or not isinstance(groups, int) or (groups < 1 and groups != -1):
            raise ValueError(
                f"GroupNormalization: groups must be an integer >= 1, or -1 for one group for each channel; "
                f"got {groups!r}"
            )
        if isinstance(axis, bool) or not isinstance(axis, int):
            raise ValueError(f"GroupNormalization: axis must be an integer; got {axis!r}")
        self.groups = groups
        self.axis = axis

    def build(self, input_shape: Any) -> None:
        """Make gamma and beta."""
        (axis,), shape = channel_axes(self.name, self.axis, input_shape)
        if axis == 0:
            raise ShapeError(
                f"{self.name}: axis {self.axis} of an input of shape {input_shape} is the batch's"
            )
        if shape[0] % self._group_count(shape[0]):
            raise ShapeError(
                f"{self.name}: {shape[0]} channels can't be divided into groups={self.groups} equal parts"
            )
        self._add_gamma_and_beta(shape)
        self.input_spec = InputSpec(ndim=len(input_shape), axes={axis: shape[0]})

    def _group_count(self, channels: int) -> int:
        return channels if self.groups == -1 else self.groups

    def call(self, inputs: Any) -> Any:
        """Return the normalized inputs."""
        x = self._widened(inputs)
        (axis,), (channels,) = channel_axes(self.name, self.axis, x.shape)
        first = axis == 1 and len(x.shape) > 2
        moved = x if first else ops.moveaxis(x, axis, -1)
        size = math.prod(x.shape[1:]) // channels
        flat = ops.reshape(moved, (len(x), channels, size) if first else (len(x), size, channels))
        groups = self._group_count(channels)
        y = normalize_groups(flat, self.gamma, self.beta, groups, self.epsilon, 1 if first else 2)
        y = ops.reshape(y, moved.shape)
        y = y if first else ops.moveaxis(y, -1, axis)
        return ops.cast(y, self.dtype) if y.dtype != self.dtype else y

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the input's shape."""
        channel_axes(self.name, self.axis, input_shape)
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        return super().get_config() | {"groups": self.groups, "axis": self.axis}
