"""BatchNormalization: every channel to mean 0 and variance 1, over the batch.

Idea:    in training the statistics are those of the batch, and the gradient flows through them. Running
         means of them are kept for later, when there may be no batch to speak of.
Shapes:  (N, ..., C) -> the same; gamma, beta, moving_mean and moving_variance (C,).
Before:  layers/scale_and_shift.py, ops/normalization.py (the arithmetic).
         Next: layers/example_normalization.py.
Source:  Ioffe & Szegedy 2015, "Batch Normalization"; ``keras.layers.BatchNormalization``.
"""

from __future__ import annotations

from typing import Any

from minigrad import initializers, ops
from minigrad.arguments import number
from minigrad.autodiff.variable import Variable
from minigrad.config import epsilon as fuzz
from minigrad.errors import ShapeError
from minigrad.layers.input_spec import InputSpec
from minigrad.layers.scale_and_shift import ScaleAndShift, channel_axes
from minigrad.ops.normalization import normalize_batch


class BatchNormalization(ScaleAndShift):
    """Normalize each channel: ``y = gamma (x - mean) / sqrt(variance + epsilon) + beta``.

    In training, mean and (biased) variance are those of the batch, over all axes but the channels', and
    ``moving = momentum moving + (1 - momentum) batch`` is kept of both. In inference they are the moving
    ones. A layer with ``trainable=False`` is always in inference mode.

    Args:
        axis: The channels' axis. Default -1; 1 for "channels_first" images.
        momentum: How slowly the moving statistics follow, between 0 and 1. Default 0.99.
        epsilon: Added to the variance, so that its root is not 0. Default 0.001.
        center: Whether there is a beta. Default True.
        scale: Whether there is a gamma. Default True.
        beta_initializer, moving_mean_initializer: Default "zeros".
        gamma_initializer, moving_variance_initializer: Default "ones".
        beta_regularizer, gamma_regularizer: Terms added to the loss. Default: none.
        beta_constraint, gamma_constraint: Applied after each optimizer step. Default: none.
        renorm: Batch renormalization, which isn't supported: True is an error.
        renorm_clipping, renorm_momentum: Its settings; anything but the defaults is an error.
        synchronized: True would average over devices, of which there is only one: an error.
        **kwargs: Those of `Layer`: name, dtype, trainable, input_shape.

    Raises:
        ValueError: If momentum or epsilon is out of range, a name is unknown, or something isn't supported.
        ShapeError: When called, if there is no such axis, or its size is not the one built for.

    Source: ``keras.layers.BatchNormalization``.

    Example:
        >>> import minigrad as mg
        >>> layer = mg.layers.BatchNormalization(epsilon=0.0)
        >>> layer(mg.Tensor([[1.0], [3.0]]), training=True).tolist()
        [[-1.0], [1.0]]
        >>> layer.moving_mean.numpy().round(4), layer.moving_variance.numpy().round(4)
        (array([0.02], dtype=float32), array([1.], dtype=float32))
    """

    def __init__(
        self,
        axis: int = -1,
        momentum: float = 0.99,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        moving_mean_initializer: Any = "zeros",
        moving_variance_initializer: Any = "ones",
        beta_regularizer: Any = None,
        gamma_regularizer: Any = None,
        beta_constraint: Any = None,
        gamma_constraint: Any = None,
        renorm: bool = False,
        renorm_clipping: Any = None,
        renorm_momentum: float = 0.99,
        synchronized: bool = False,
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
        if isinstance(axis, bool) or not isinstance(axis, int):
            raise ValueError(f"BatchNormalization: axis must be an integer; got {axis!r}")
        if renorm or renorm_clipping is not None or renorm_momentum != 0.99:
            raise ValueError(
                "BatchNormalization: batch renormalization isn't supported; leave out renorm, "
                f"renorm_clipping and renorm_momentum (they are {renorm!r}, {renorm_clipping!r} and "
                f"{renorm_momentum!r})"
            )
        if synchronized:
            raise ValueError(
                "BatchNormalization: synchronized=True would average over devices, and there is only one"
            )
        self.axis = axis
        self.momentum = number("BatchNormalization", "momentum", momentum, 0, 1)
        self.moving_mean_initializer = initializers.get(moving_mean_initializer)
        self.moving_variance_initializer = initializers.get(moving_variance_initializer)

    def build(self, input_shape: Any) -> None:
        """Make gamma and beta, and the moving statistics, which no optimizer changes."""
        (channels,), shape = channel_axes(self.name, self.axis, input_shape)
        self._add_gamma_and_beta(shape)
        self.moving_mean = self.add_weight(
            shape, self.moving_mean_initializer, trainable=False, name="moving_mean"
        )
        self.moving_variance = self.add_weight(
            shape, self.moving_variance_initializer, trainable=False, name="moving_variance"
        )
        self._averaged = tuple(axis for axis in range(len(input_shape)) if axis != channels)
        self.input_spec = InputSpec(ndim=len(input_shape), axes={channels: shape[0]})

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        """Return the normalized inputs.

        Args:
            inputs: (N, ..., C), the channels being where ``axis`` says.
            training: Whether to take the batch's statistics, and to let the moving ones follow.
            mask: Of the input's shape without the last axis; where it is 0, the numbers don't count for
                the statistics (they are normalized, too). Default None: all count.

        Raises:
            ShapeError: If the mask doesn't fit, or the batch is empty in training.
        """
        if mask is not None and tuple(mask.shape) != inputs.shape[:-1]:
            raise ShapeError(
                f"{self.name}: mask must be of the inputs' shape without the last axis, {inputs.shape[:-1]}; "
                f"got {tuple(mask.shape)}"
            )
        x = self._widened(inputs)
        if training and self.trainable:
            if mask is None:
                y, mean, variance = normalize_batch(x, self.axis, self.beta, self.gamma, self.epsilon)
            else:
                mean, variance = self._masked_moments(x, mask)
                y = self._normalize(x, mean, variance)
            self._follow(self.moving_mean, mean)
            self._follow(self.moving_variance, variance)
        else:
            y = self._normalize(x, self.moving_mean, self.moving_variance)
        return ops.cast(y, self.dtype) if y.dtype != self.dtype else y

    def _normalize(self, x: Any, mean: Any, variance: Any) -> Any:
        return ops.batch_normalization(x, mean, variance, self.axis, self.beta, self.gamma, self.epsilon)

    def _masked_moments(self, x: Any, mask: Any) -> tuple[Any, Any]:
        """Return mean and variance of what the mask lets count."""
        weights = ops.broadcast_to(ops.expand_dims(ops.cast(ops.cast(mask, "bool"), x.dtype), -1), x.shape)
        count = ops.sum(weights, self._averaged, keepdims=True) + fuzz()
        mean = ops.sum(x * weights, self._averaged, keepdims=True) / count
        variance = ops.sum(ops.square((x - mean) * weights), self._averaged, keepdims=True) / count
        return ops.reshape(mean, (-1,)), ops.reshape(variance, (-1,))

    def _follow(self, moving: Variable, batch: Any) -> None:
        """Let a moving statistic follow the batch's. It is a number to the graph, never a part of it."""
        moving.assign(moving.data * self.momentum + batch.data * (1.0 - self.momentum))

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the input's shape."""
        channel_axes(self.name, self.axis, input_shape)
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        return super().get_config() | {
            "axis": self.axis,
            "momentum": self.momentum,
            "moving_mean_initializer": initializers.serialize(self.moving_mean_initializer),
            "moving_variance_initializer": initializers.serialize(self.moving_variance_initializer),
            "renorm": False,
            "renorm_clipping": None,
            "renorm_momentum": 0.99,
            "synchronized": False,
        }
