"""Activation functions, by name: ``get("relu")``.

Idea:    what stands between two linear maps, so that they are more than one. Nearly all of them are ops
         as they are; the others, whose arguments or names differ from their op's, are here.
Shapes:  the output has x's shape (glu halves an axis).
Before:  ops/activation.py and its neighbours, serialization.py.  Next: layers/activation.py.
Source:  Keras's ``keras/src/activations``.
"""

from __future__ import annotations

from typing import Any

from minigrad import ops
from minigrad.arguments import number
from minigrad.autodiff.tensor import TensorLike
from minigrad.ops import (
    celu,
    elu,
    glu,
    hard_shrink,
    hard_sigmoid,
    hard_silu,
    hard_tanh,
    leaky_relu,
    log_sigmoid,
    log_softmax,
    mish,
    relu6,
    selu,
    sigmoid,
    silu,
    soft_shrink,
    softmax,
    softplus,
    softsign,
    sparse_plus,
    sparse_sigmoid,
    sparsemax,
    squareplus,
    tanh,
    tanh_shrink,
    threshold,
)
from minigrad.serialization import Family


def relu(
    x: TensorLike, negative_slope: float = 0.0, max_value: float | None = None, threshold: float = 0.0
) -> Any:
    """Rectified linear unit: ``y = max(x, 0)``, which may be leaky, bounded and shifted.

    In general ``y = min(x, max_value)`` where ``x > threshold``, else ``negative_slope (x - threshold)``.
    Its derivative is 1 between threshold and max_value, negative_slope below, 0 above.

    Args:
        x: A tensor, array, number or list.
        negative_slope: Default 0.
        max_value: The largest output. Default None: no bound.
        threshold: Default 0.

    Returns:
        A tensor of x's shape and dtype.

    Raises:
        ValueError: If negative_slope, max_value or threshold is not a number.

    Source: ``keras.activations.relu``; Nair & Hinton, "Rectified linear units" (2010).

    Example:
        >>> relu([-10.0, 0.0, 3.0, 9.0], negative_slope=0.5, max_value=6.0).tolist()
        [-5.0, 0.0, 3.0, 6.0]
    """
    if not negative_slope and max_value is None and not threshold:
        return ops.relu(x)
    slope, start = number("relu", "negative_slope", negative_slope), number("relu", "threshold", threshold)
    if max_value is None and not start:
        return ops.leaky_relu(x, negative_slope=slope)
    if max_value == 6 and not start:
        above = ops.relu6(x)  # one op for two
    else:
        above = ops.threshold(x, start, 0.0) if start else ops.relu(x)
        if max_value is not None:
            above = ops.clip(above, 0.0, number("relu", "max_value", max_value))
    return above - slope * ops.relu(ops.subtract(start, x)) if slope else above


def gelu(x: TensorLike, approximate: bool = False) -> Any:
    """Gaussian error linear unit: ``y = x P(X <= x)`` for a standard normal X.

    Args:
        x: A tensor, array, number or list.
        approximate: Use ``P ~ (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2``. Default False, unlike
            `ops.gelu`.

    Returns:
        A tensor of x's shape and dtype.

    Source: ``keras.activations.gelu``; Hendrycks & Gimpel, "Gaussian error linear units" (2016).

    Example:
        >>> gelu([0.0, 100.0]).tolist()
        [0.0, 100.0]
    """
    return ops.gelu(x, approximate=approximate)


def exponential(x: TensorLike) -> Any:
    """Exponential: ``y = exp(x)``.

    Args:
        x: A tensor, array, number or list.

    Returns:
        A tensor of x's shape and dtype.

    Source: ``keras.activations.exponential``.

    Example:
        >>> exponential([0.0]).tolist()
        [1.0]
    """
    return ops.exp(x)


def linear(x: TensorLike) -> Any:
    """The identity: ``y = x``, the activation of a layer that has none.

    Args:
        x: A tensor, array, number or list.

    Returns:
        x itself.

    Source: ``keras.activations.linear``.

    Example:
        >>> linear(3.0)
        3.0
    """
    return x


swish = silu
hard_swish = hard_silu

FAMILY = Family(
    "activation",
    "keras.activations",
    functions=[
        celu,
        elu,
        exponential,
        gelu,
        glu,
        hard_shrink,
        hard_sigmoid,
        hard_silu,
        hard_tanh,
        leaky_relu,
        linear,
        log_sigmoid,
        log_softmax,
        mish,
        relu,
        relu6,
        selu,
        sigmoid,
        silu,
        soft_shrink,
        softmax,
        softplus,
        softsign,
        sparse_plus,
        sparse_sigmoid,
        sparsemax,
        squareplus,
        tanh,
        tanh_shrink,
        threshold,
    ],
    aliases={"swish": silu, "hard_swish": hard_silu},
)


def get(identifier: Any) -> Any:
    """Return the activation that ``identifier`` names; `linear` for None.

    Args:
        identifier: None, a name ("relu", "softmax" ...), a function, or a layer or another callable.

    Raises:
        UnknownNameError: If the name is unknown; it says which are known, and the nearest of them.
        ValueError: If it is nothing of that.

    Source: ``keras.activations.get``.

    Example:
        >>> get("relu") is relu, get(None) is linear
        (True, True)
        >>> get("rleu")
        Traceback (most recent call last):
        ...
        minigrad.errors.UnknownNameError: unknown activation 'rleu': did you mean 'relu'? ...
    """
    return linear if identifier is None else FAMILY.get(identifier)


def serialize(activation: Any) -> Any:
    """Return a config that JSON can hold: a function's name, or a dict for a layer.

    Raises:
        ValueError: If it is a lambda or has no ``get_config``.

    Source: ``keras.activations.serialize``.

    Example:
        >>> serialize(relu)
        'relu'
    """
    return FAMILY.serialize(activation)


def deserialize(config: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """Return the activation that `serialize` described.

    Args:
        config: What `serialize` gave, or Keras.
        custom_objects: Functions and classes of your own, by name.

    Raises:
        UnknownNameError: If the name is unknown.

    Source: ``keras.activations.deserialize``.

    Example:
        >>> deserialize("swish") is silu
        True
    """
    return FAMILY.deserialize(config, custom_objects)


__all__ = [
    "celu",
    "deserialize",
    "elu",
    "exponential",
    "gelu",
    "get",
    "glu",
    "hard_shrink",
    "hard_sigmoid",
    "hard_silu",
    "hard_swish",
    "hard_tanh",
    "leaky_relu",
    "linear",
    "log_sigmoid",
    "log_softmax",
    "mish",
    "relu",
    "relu6",
    "selu",
    "serialize",
    "sigmoid",
    "silu",
    "soft_shrink",
    "softmax",
    "softplus",
    "softsign",
    "sparse_plus",
    "sparse_sigmoid",
    "sparsemax",
    "squareplus",
    "swish",
    "tanh",
    "tanh_shrink",
    "threshold",
]
