"""From the loss of each sample to one number: weights, and what is done with the sum.

Shapes:  losses (N, ...), weights (N,) or as the losses -> a scalar (or the losses, unreduced)
Before:  inputs.py.  Next: loss.py.
Source:  Keras's ``keras/src/losses/loss.py``.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from minigrad import ops
from minigrad.autodiff.tensor import NDArray, Tensor
from minigrad.errors import ShapeError
from minigrad.losses.inputs import as_floats, squeeze_or_expand_to_same_rank

Reduction = Literal["sum_over_batch_size", "sum", "mean", "mean_with_sample_weight", "none"]

_REDUCTIONS = ("sum_over_batch_size", "sum", "mean", "mean_with_sample_weight", "none", None)


def check_reduction(name: str, reduction: Any) -> Any:
    """Return ``reduction`` if it is one.

    Raises:
        ValueError: If it isn't.
    """
    if reduction not in _REDUCTIONS:
        raise ValueError(
            f"{name}: reduction must be one of {', '.join(map(repr, _REDUCTIONS))}; got {reduction!r}"
        )
    return reduction


def reduce_weighted(
    name: str,
    values: Tensor,
    sample_weight: Any = None,
    mask: NDArray | None = None,
    reduction: Reduction | None = "sum_over_batch_size",
) -> Tensor:
    """Return the weighted losses ``v w``, reduced.

    ``"sum_over_batch_size"`` and ``"mean"`` give ``sum(v w) / n`` with n the number of losses, ``"sum"``
    gives ``sum(v w)``, ``"mean_with_sample_weight"`` gives ``sum(v w) / sum(w)``.

    Args:
        name: The loss, for error messages.
        values: The losses.
        sample_weight: Weights that broadcast to them; of fewer axes, they are those of the first axes.
        mask: Which losses count: n is then the number of those.
        reduction: What to do with them; ``"none"`` or None: nothing.

    Raises:
        ShapeError: If the weights don't fit.

    Example:
        >>> import minigrad as mg
        >>> values = mg.Tensor([1.0, 3.0])
        >>> reduce_weighted("example", values, [0.0, 2.0]).item()
        3.0
        >>> reduce_weighted("example", values, [0.0, 2.0], reduction="mean_with_sample_weight").item()
        3.0
    """
    weight: Tensor | None = None
    if sample_weight is not None:
        values, weight = _fitted(name, values, as_floats(sample_weight, values.dtype))
    if mask is not None:
        counted = mask.astype(values.dtype).reshape(values.shape)
        if reduction in ("mean", "sum_over_batch_size"):
            counted *= mask.size / max(int(np.count_nonzero(mask)), 1)
        weight = ops.multiply(1.0 if weight is None else weight, counted)
    if weight is not None:
        values = ops.multiply(values, weight)
    if reduction in ("none", None) or values.shape in ((), (0,)):
        return values
    if reduction == "mean_with_sample_weight" and weight is not None:
        return ops.divide_no_nan(ops.sum(values), ops.sum(weight))  # type: ignore[no-any-return]
    if reduction == "sum" or not values.size:
        return ops.sum(values)  # type: ignore[no-any-return]
    return ops.mean(values)  # type: ignore[no-any-return]


def _fitted(name: str, values: Tensor, weight: Tensor) -> tuple[Tensor, Tensor]:
    """Return both with the same rank.

    Raises:
        ShapeError: If the weights wouldn't broadcast to the values.
    """
    given, shape = weight.shape, values.shape
    values, weight = squeeze_or_expand_to_same_rank(values, weight)
    if weight.ndim < values.ndim:  # one weight for all that lies behind it, as for all steps of a sequence
        weight = ops.reshape(weight, weight.shape + (1,) * (values.ndim - weight.ndim))
    fits = all(mine in (1, size) for mine, size in zip(weight.shape, values.shape, strict=False))
    if weight.ndim > values.ndim or not fits:
        raise ShapeError(
            f"{name}: sample_weight of shape {given} doesn't fit the losses, whose shape is {shape}: "
            "give one weight for each sample, or one for each loss"
        )
    return values, weight
