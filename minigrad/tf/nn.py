"""``tf.nn``: activation functions and what else networks are made of, by TensorFlow's names.

Idea:    they are the very functions that layers take by name, so that ``activation=tf.nn.relu`` is as fast as
         ``activation="relu"``.
Before:  activations.py, tf/math.py.  Next: tf/random.py.
Source:  TensorFlow 2's ``tf.nn``.
"""

from __future__ import annotations

from typing import Any

from minigrad import ops
from minigrad.activations import (
    elu,
    gelu,
    log_softmax,
    relu,
    relu6,
    selu,
    sigmoid,
    silu,
    softmax,
    softplus,
    softsign,
    tanh,
)
from minigrad.tf.names import missing

swish = silu

__all__ = [
    "elu",
    "gelu",
    "l2_loss",
    "leaky_relu",
    "log_softmax",
    "relu",
    "relu6",
    "selu",
    "sigmoid",
    "silu",
    "softmax",
    "softmax_cross_entropy_with_logits",
    "softplus",
    "softsign",
    "sparse_softmax_cross_entropy_with_logits",
    "swish",
    "tanh",
]


def leaky_relu(features: Any, alpha: float = 0.2) -> Any:
    """Rectifier that lets a part of what is negative through: ``y = x if x > 0 else alpha x``.

    Source: ``tf.nn.leaky_relu``.

    Example:
        >>> print(leaky_relu([-10.0, 3.0]))
        [-2.  3.]
    """
    return ops.leaky_relu(features, negative_slope=alpha)


def l2_loss(t: Any) -> Any:
    """Half the sum of the squares: ``y = sum(t^2) / 2``.

    Source: ``tf.nn.l2_loss``.

    Example:
        >>> print(l2_loss([3.0, 4.0]))
        12.5
    """
    return ops.sum(ops.square(t)) / 2.0


def softmax_cross_entropy_with_logits(labels: Any, logits: Any, axis: int = -1) -> Any:
    """Cross-entropy of one-hot labels and scores, one number for each row.

    Source: ``tf.nn.softmax_cross_entropy_with_logits``.

    Example:
        >>> print(softmax_cross_entropy_with_logits([[0.0, 1.0]], [[0.0, 0.0]]))
        [0.6931472]
    """
    return ops.categorical_crossentropy(labels, logits, from_logits=True, axis=axis)


def sparse_softmax_cross_entropy_with_logits(labels: Any, logits: Any) -> Any:
    """Cross-entropy of labels that are class numbers and scores, one number for each row.

    Source: ``tf.nn.sparse_softmax_cross_entropy_with_logits``.

    Example:
        >>> print(sparse_softmax_cross_entropy_with_logits([1], [[0.0, 0.0]]))
        [0.6931472]
    """
    return ops.sparse_categorical_crossentropy(labels, logits, from_logits=True)


__getattr__ = missing("tf.nn", __all__)
