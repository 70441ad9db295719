"""What happens to gradients before they change the weights: checks, clipping, scaling.

Idea:    clipping by a norm is a multiplication by one number. So each gradient gets one factor (from
         clipping, loss scaling or averaging), and is copied only where that is not 1.
Before:  blocks.py.  Next: optimizer.py (who calls these, in order).
Source:  Keras's ``keras/src/optimizers/base_optimizer.py``; Pascanu et al., "On the difficulty of training
         recurrent neural networks" (2013), for clipping by norm.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from minigrad.autodiff.tensor import NDArray, Tensor, to_array
from minigrad.autodiff.variable import Variable
from minigrad.errors import DTypeError, LikelyMistakeWarning, ShapeError
from minigrad.kernels.scratch import scratch
from minigrad.optimizers.blocks import sum_of_squares


def unzip(name: str, grads_and_vars: Iterable[Any]) -> tuple[list[Any], list[Any]]:
    """Return the gradients and the variables of (gradient, variable) pairs.

    Raises:
        ValueError: If there is no pair, or something is no pair.
    """
    pairs = list(grads_and_vars)
    if not pairs:
        raise ValueError(
            f"{name}: no (gradient, variable) pairs were given; a zip can be read once only, "
            "so make it anew, or a list of it"
        )
    for pair in pairs:
        if not isinstance(pair, tuple | list) or len(pair) != 2:
            raise ValueError(
                f"{name}: expected (gradient, variable) pairs; got {type(pair).__name__}: {pair!r}"
            )
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


def check_variables(name: str, variables: Sequence[Any]) -> None:
    """Raise if something is not a floating `Variable`.

    Raises:
        TypeError: If it is no Variable.
        DTypeError: If it is an integer or boolean one.
    """
    for variable in variables:
        if not isinstance(variable, Variable):
            hint = (
                "make it with minigrad.Variable"
                if isinstance(variable, Tensor)
                else "the pairs are (gradient, variable), in this order"
            )
            raise TypeError(f"{name}: an optimizer changes Variables; got {type(variable).__name__}: {hint}")
        if variable.dtype.kind != "f":
            raise DTypeError(
                f"{name}: variable {variable.path!r} is {variable.dtype}: only floats can be trained"
            )


def check_gradients(
    name: str, grads: Sequence[Any], variables: Sequence[Variable]
) -> list[tuple[NDArray, Variable]]:
    """Return the gradients as arrays of their variables' dtype; pairs without a gradient are left out.

    Raises:
        ValueError: If every gradient is None.
        ShapeError: If a gradient's shape is not its variable's.
        DTypeError: If one is not numeric.
    """
    if len(grads) != len(variables):
        raise ValueError(f"{name}: {len(grads)} gradients were given for {len(variables)} variables")
    pairs = []
    missing = []
    for gradient, variable in zip(grads, variables, strict=True):
        if gradient is None:
            missing.append(variable.path)
            continue
        array = to_array(gradient, None if hasattr(gradient, "dtype") else variable.dtype)
        if array.shape != variable.shape:
            raise ShapeError(
                f"{name}: the gradient of variable {variable.path!r} has shape {array.shape}, "
                f"the variable {variable.shape}"
            )
        pairs.append((array.astype(variable.dtype, copy=False), variable))
    if not pairs:
        raise ValueError(
            f"{name}: no gradients provided for any variable ({', '.join(missing)}): the loss does not "
            "depend on them, or was computed outside the tape"
        )
    if missing:
        warnings.warn(
            f"Gradients do not exist for variables {missing} when minimizing the loss. "
            "If using `model.compile()`, did you forget to provide a `loss` argument?",
            LikelyMistakeWarning,
            stacklevel=4,
        )
    return pairs


def clip_factors(
    gradients: Sequence[NDArray], scale: float, clipnorm: float | None, global_clipnorm: float | None
) -> list[float]:
    """Return the number to multiply each gradient by: ``scale``, and what clipping by a norm asks for.

    With the norm ``n`` of the scaled gradient (of all of them together for ``global_clipnorm``)::

        factor = scale * clip / max(n, clip)

    Args:
        gradients: Arrays.
        scale: A factor for all of them.
        clipnorm: The largest norm of each one, or None.
        global_clipnorm: The largest norm of all of them together, or None.

    Example:
        >>> clip_factors([np.array([3.0, 4.0]), np.array([0.5])], 1.0, clipnorm=1.0, global_clipnorm=None)
        [0.2, 1.0]
    """
    if clipnorm is None and global_clipnorm is None:
        return [scale] * len(gradients)
    squares = [sum_of_squares(gradient) for gradient in gradients]
    if global_clipnorm is not None:
        factor = _shrink(scale * math.sqrt(sum(squares)), global_clipnorm)
        return [scale * factor] * len(gradients)
    return [scale * _shrink(scale * math.sqrt(square), clipnorm) for square in squares]


def _shrink(norm: float, limit: Any) -> float:
    return 1.0 if norm <= limit else limit / norm


def scaled(gradient: NDArray, factor: float, clipvalue: float | None) -> NDArray:
    """Return ``factor * gradient`` limited to +-clipvalue, in scratch; the gradient itself if that is it.

    The result is valid until the next call; the caller's array is never written to.

    Example:
        >>> scaled(np.array([-3.0, 0.5]), 2.0, clipvalue=2.0)
        array([-2.,  1.])
    """
    if factor == 1.0 and clipvalue is None:
        return gradient
    result: Any = scratch("optimizer gradient", gradient.shape, gradient.dtype)
    np.multiply(gradient, factor, out=result)
    if clipvalue is not None:
        np.clip(result, -clipvalue, clipvalue, out=result)
    return result  # type: ignore[no-any-return]
