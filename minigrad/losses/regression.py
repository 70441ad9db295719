"""Losses of numbers: how far the output is from where it should be.

Shapes:  y_true and y_pred (N, D) -> (N,)
Before:  loss.py.  Next: robust.py (losses that bear a few wild values).
Source:  Keras's ``keras/src/losses/losses.py``; lecture, "Linear regression".
"""

from __future__ import annotations

from typing import Any

from numpy.typing import DTypeLike

from minigrad import ops
from minigrad.autodiff.tensor import Tensor
from minigrad.config import epsilon
from minigrad.losses.inputs import matching_pair
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
    y_true, y_pred = matching_pair("mean_squared_error", y_true, y_pred)
    return ops.mean(ops.square(y_pred - y_true), -1)  # type: ignore[no-any-return]


def mean_absolute_error(y_true: Any, y_pred: Any) -> Tensor:
    """The mean size of the differences over the last axis: ``L = mean(|y - t|)``.

    Its derivative is ``dy = sign(y - t) / D``: a wild value pulls no harder than any other.

    Args:
        y_true: (N, D): the values wanted.
        y_pred: (N, D): the model's output.

    Returns:
        A tensor of shape (N,).

    Raises:
        ShapeError: If the shapes differ by more than a last axis of size 1.

    Source: ``keras.losses.mean_absolute_error``.

    Example:
        >>> mean_absolute_error([[1.0, 2.0]], [[1.5, 2.0]])
        Tensor([0.25], shape=(1,), dtype=float32)
    """
    y_true, y_pred = matching_pair("mean_absolute_error", y_true, y_pred)
    return ops.mean(ops.abs(y_pred - y_true), -1)  # type: ignore[no-any-return]


def mean_absolute_percentage_error(y_true: Any, y_pred: Any) -> Tensor:
    """The mean difference in percent of the truth: ``L = 100 mean(|y - t| / max(|t|, epsilon))``.

    Its derivative is ``dy = 100 sign(y - t) / (D max(|t|, epsilon))``. Where t is 0,
    `minigrad.config.epsilon` is divided by, and the loss is huge.

    Args:
        y_true: (N, D): the values wanted.
        y_pred: (N, D): the model's output.

    Returns:
        A tensor of shape (N,).

    Raises:
        ShapeError: If the shapes differ by more than a last axis of size 1.

    Source: ``keras.losses.mean_absolute_percentage_error``.

    Example:
        >>> mean_absolute_percentage_error([[2.0, 4.0]], [[3.0, 4.0]])
        Tensor([25.], shape=(1,), dtype=float32)
    """
    y_true, y_pred = matching_pair("mean_absolute_percentage_error", y_true, y_pred)
    size = ops.maximum(ops.abs(y_true), epsilon())
    return 100.0 * ops.mean(ops.abs(y_pred - y_true) / size, -1)  # type: ignore[no-any-return]


def mean_squared_logarithmic_error(y_true: Any, y_pred: Any) -> Tensor:
    """The mean squared difference of the logarithms: ``L = mean((log(1 + y) - log(1 + t))^2)``.

    So what counts is by what factor y is wrong. Its derivative is
    ``dy = 2 (log(1 + y) - log(1 + t)) / (D (1 + y))``. Values below `minigrad.config.epsilon` count as that.

    Args:
        y_true: (N, D): the values wanted.
        y_pred: (N, D): the model's output.

    Returns:
        A tensor of shape (N,).

    Raises:
        ShapeError: If the shapes differ by more than a last axis of size 1.

    Source: ``keras.losses.mean_squared_logarithmic_error``.

    Example:
        >>> loss = mean_squared_logarithmic_error([[0.0, 3.0]], [[0.0, 7.0]])
        >>> round(loss.item(), 4)  # log(2)^2 / 2
        0.2402
    """
    y_true, y_pred = matching_pair("mean_squared_logarithmic_error", y_true, y_pred)
    difference = ops.log1p(ops.maximum(y_pred, epsilon())) - ops.log1p(ops.maximum(y_true, epsilon()))
    return ops.mean(ops.square(difference), -1)  # type: ignore[no-any-return]


class MeanSquaredError(LossFunctionWrapper):
    """The mean of the squared differences: ``mean((y - t)^2)``.

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


class MeanAbsoluteError(LossFunctionWrapper):
    """The mean size of the differences: ``mean(|y - t|)``.

    Args:
        reduction: See `Loss`.
        name: Default "mean_absolute_error".
        dtype: See `Loss`.

    Source: ``keras.losses.MeanAbsoluteError``.

    Example:
        >>> MeanAbsoluteError()([[0.0, 1.0], [0.0, 0.0]], [[1.0, 1.0], [1.0, 0.0]]).item()
        0.5
    """

    def __init__(
        self,
        reduction: Reduction | None = "sum_over_batch_size",
        name: str | None = "mean_absolute_error",
        dtype: DTypeLike | None = None,
    ) -> None:
        super().__init__(mean_absolute_error, reduction, name, dtype)


class MeanAbsolutePercentageError(LossFunctionWrapper):
    """The mean difference in percent of the truth: ``100 mean(|y - t| / max(|t|, epsilon))``.

    Args:
        reduction: See `Loss`.
        name: Default "mean_absolute_percentage_error".
        dtype: See `Loss`.

    Source: ``keras.losses.MeanAbsolutePercentageError``.

    Example:
        >>> MeanAbsolutePercentageError()([[2.0, 1.0], [2.0, 3.0]], [[1.0, 1.0], [1.0, 3.0]]).item()
        25.0
    """

    def __init__(
        self,
        reduction: Reduction | None = "sum_over_batch_size",
        name: str | None = "mean_absolute_percentage_error",
        dtype: DTypeLike | None = None,
    ) -> None:
        super().__init__(mean_absolute_percentage_error, reduction, name, dtype)


class MeanSquaredLogarithmicError(LossFunctionWrapper):
    """The mean squared difference of the logarithms: ``mean((log(1 + y) - log(1 + t))^2)``.

    Args:
        reduction: See `Loss`.
        name: Default "mean_squared_logarithmic_error".
        dtype: See `Loss`.

    Source: ``keras.losses.MeanSquaredLogarithmicError``.

    Example:
        >>> loss = MeanSquaredLogarithmicError()([[0.0, 1.0], [0.0, 0.0]], [[1.0, 1.0], [1.0, 0.0]])
        >>> round(loss.item(), 4)
        0.2402
    """

    def __init__(
        self,
        reduction: Reduction | None = "sum_over_batch_size",
        name: str | None = "mean_squared_logarithmic_error",
        dtype: DTypeLike | None = None,
    ) -> None:
        super().__init__(mean_squared_logarithmic_error, reduction, name, dtype)
