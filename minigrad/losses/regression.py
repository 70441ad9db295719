"""Losses of numbers: how far the output is from where it should be.

Shapes:  y_true and y_pred (N, D) -> (N,)
Before:  loss.py.  Next: metrics/.
Source:  Keras's ``keras/src/losses/losses.py``; lecture, "Linear regression".
"""

from __future__ import annotations

from typing import Any

from numpy.typing import DTypeLike

from minigrad import ops
from minigrad.autodiff.tensor import Tensor
from minigrad.losses.inputs import check_same_shape, pair, squeeze_or_expand_to_same_rank
from minigrad.losses.loss import LossFunctionWrapper
from minigrad.losses.reduction import Reduction


def mean_squared_error(y_true: Any, y_pred: Any) -> Tensor:
    """The mean of the squared differences over the last axis: ``L = mean((y - t)^2)``.

    Its derivative is ``dy = 2 (y - t) / D``.

    Args:
        y_true: (N, D): the values wanted.
        y_pred: (N, D): the model's output.

    Returns:
        A tensor of shape (N,).

    Raises:
        ShapeError: If the shapes differ by more than a last axis of size 1.

    Source: ``keras.losses.mean_squared_error``.

    Example:
        >>> mean_squared_error([[1.0, 2.0]], [[1.5, 2.0]])
        Tensor([0.125], shape=(1,), dtype=float32)
    """
    y_true, y_pred = squeeze_or_expand_to_same_rank(*pair(y_true, y_pred))
    check_same_shape("mean_squared_error", y_true, y_pred)
    return ops.mean(ops.square(y_pred - y_true), -1)  # type: ignore[no-any-return]


class MeanSquaredError(LossFunctionWrapper):
    """The mean of the squared differences: ``mean((t - y)^2)``.

    Args:
        reduction: See `Loss`.
        name: Default "mean_squared_error".
        dtype: See `Loss`.

    Source: ``keras.losses.MeanSquaredError``.

    Example:
        >>> round(MeanSquaredError()([1.0, 0.0, 1.0], [0.9, 0.1, 0.8]).item(), 4)
        0.02
    """

    def __init__(
        self,
        reduction: Reduction | None = "sum_over_batch_size",
        name: str | None = "mean_squared_error",
        dtype: DTypeLike | None = None,
    ) -> None:
        super().__init__(mean_squared_error, reduction, name, dtype)
