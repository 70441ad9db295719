"""Random choices: which class, which order, which elements to drop.

Idea:    a mask is a comparison of random bits with a threshold; a class, a search in the cumulative
         probabilities; an order, a permutation of the indices.
Before:  random/distributions.py.  Next: utils/, initializers/.
Source:  ``keras.random`` for names, arguments and defaults.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from minigrad import ops
from minigrad.arguments import number, standardize_shape
from minigrad.autodiff.tensor import Tensor, TensorLike, to_array, wrap
from minigrad.autodiff.values import to_dtype
from minigrad.errors import ShapeError
from minigrad.random.seed import generator
from minigrad.shapes import Shape, broadcast_shapes, normalize_axis


def categorical(logits: TensorLike, num_samples: int, dtype: Any = "int32", seed: Any = None) -> Tensor:
    """Draw classes: class j with the probability ``softmax(logits)[j]``.

    Args:
        logits: Of shape (N, classes): unnormalised log-probabilities, a distribution per row.
        num_samples: How often to draw from each row.
        dtype: The result's dtype. Default: int32.
        seed: None, an integer (the same numbers at every call) or a `SeedGenerator`. Default None.

    Returns:
        A constant tensor of shape (N, num_samples).

    Raises:
        ShapeError: If logits don't have two axes.
        ValueError: If no class of a row has a positive probability, or the seed is none.

    Source: ``keras.random.categorical``.

    Example:
        >>> import minigrad as mg
        >>> mg.random.categorical([[0.0, 100.0], [100.0, 0.0]], 3, seed=1).tolist()
        [[1, 1, 1], [0, 0, 0]]
    """
    rows = to_array(logits).astype(np.float64)
    if rows.ndim != 2:
        raise ShapeError(f"categorical: logits must be of shape (N, classes); got shape {rows.shape}")
    highest = rows.max(axis=1, keepdims=True, initial=-np.inf)
    if not np.isfinite(highest).all():
        raise ValueError("categorical: each row of logits needs a finite greatest value, and no NaN")
    cumulative = np.exp(rows - highest).cumsum(axis=1)
    (count,) = standardize_shape("categorical", (num_samples,))
    drawn = generator(seed).random((len(rows), count)) * cumulative[:, -1:]
    # the first class whose cumulative probability exceeds the number drawn
    classes = [np.searchsorted(*pair, side="right") for pair in zip(cumulative, drawn, strict=True)]
    return wrap(np.array(classes, to_dtype(dtype)).reshape(len(rows), count))


def shuffle(x: TensorLike, axis: int = 0, seed: Any = None) -> Tensor:
    """Put the slices along an axis into a random order. The gradient goes back to where they were.

    Args:
        x: A tensor.
        axis: Default 0: the order of the rows.
        seed: None, an integer (the same order at every call) or a `SeedGenerator`. Default None.

    Returns:
        A tensor of x's shape and dtype.

    Raises:
        ShapeError: If there is no such axis.

    Source: ``keras.random.shuffle``.

    Example:
        >>> import minigrad as mg
        >>> sorted(mg.random.shuffle([3.0, 1.0, 2.0], seed=1).tolist())
        [1.0, 2.0, 3.0]
    """
    shape = np.shape(x)
    axis = normalize_axis("shuffle", axis, len(shape))
    order = generator(seed).permutation(shape[axis])
    shuffled: Tensor = ops.take(x, order, axis=axis)
    return shuffled


def dropout(
    inputs: TensorLike, rate: float, noise_shape: Sequence[int | None] | None = None, seed: Any = None
) -> Tensor:
    """Set each element to zero with probability ``rate``, and scale up the rest: ``y = x m / (1 - rate)``.

    The mask m is constant, so ``dx = g m / (1 - rate)``.

    Args:
        inputs: A tensor.
        rate: The part to drop, between 0 and 1. At 1 all is zero.
        noise_shape: The shape of the mask, which is broadcast to the input: a size of 1 keeps or drops
            that whole axis at once; None in it stands for the input's size. Default: the input's shape.
        seed: None, an integer (the same mask at every call) or a `SeedGenerator`. Default None.

    Returns:
        A tensor of the input's shape and dtype.

    Raises:
        ValueError: If rate is not between 0 and 1.
        ShapeError: If noise_shape does not broadcast to the input's shape.

    Source: ``keras.random.dropout``; Srivastava et al., "Dropout" (2014).

    Example:
        >>> import minigrad as mg, numpy as np
        >>> y = mg.random.dropout(np.ones((100, 100), "float32"), 0.5, seed=1)
        >>> sorted(set(y.numpy().ravel().tolist())), 0.98 < y.mean().item() < 1.02
        ([0.0, 2.0], True)
    """
    dropped = number("dropout", "rate", rate, 0, 1)
    if dropped == 0:
        return inputs if isinstance(inputs, Tensor) else Tensor(inputs)
    x = inputs if isinstance(inputs, Tensor) else wrap(to_array(inputs))
    shape = _noise_shape(x.shape, noise_shape)
    kind = x.dtype if x.dtype.kind == "f" else to_dtype(None)
    if dropped == 1:
        mask: Any = np.zeros(shape, kind)
    else:  # half of a raw 64-bit word decides on one element: finer than a float32, and in half its time
        count = math.prod(shape)
        words = generator(seed).bit_generator.random_raw(-(-count // 2))
        bits = words.view(np.uint32)[:count].reshape(shape)
        kept = bits >= np.uint32(min(round(dropped * 2**32), 2**32 - 1))
        mask = np.multiply(kept, kind.type(1 / (1 - dropped)), dtype=kind)
    thinned: Tensor = ops.multiply(x, wrap(np.asarray(mask)))
    return thinned


def _noise_shape(shape: Shape, noise_shape: Sequence[int | None] | None) -> Shape:
    if noise_shape is None:
        return shape
    if len(noise_shape) > len(shape):
        raise ShapeError(f"dropout: noise_shape {tuple(noise_shape)} has more axes than the input, {shape}")
    ends = shape[len(shape) - len(noise_shape) :]
    filled = tuple(n if size is None else size for n, size in zip(ends, noise_shape, strict=True))
    wanted = standardize_shape("dropout: noise_shape", filled)
    if broadcast_shapes("dropout", shape, wanted) != shape:
        raise ShapeError(f"dropout: noise_shape {wanted} does not broadcast to the input's shape {shape}")
    return wanted
