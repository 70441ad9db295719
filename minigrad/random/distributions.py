"""Distributions: tensors of random numbers.

Idea:    everything is made of two kinds of draws, uniform bits and normal numbers. A normal number that
         may not exceed two sigma is drawn until it doesn't.
Shapes:  a shape in, a constant Tensor of that shape out.
Before:  random/seed.py.  Next: random/choices.py (random choices among what is there).
Source:  ``keras.random`` for names, arguments and defaults; NumPy's ``Generator`` for the numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from minigrad.arguments import number, standardize_shape
from minigrad.autodiff.tensor import NDArray, Tensor, TensorLike, to_array, wrap
from minigrad.autodiff.values import to_dtype
from minigrad.errors import ShapeError
from minigrad.random.seed import generator
from minigrad.shapes import Shape


def normal(
    shape: Sequence[int], mean: float = 0.0, stddev: float = 1.0, dtype: Any = None, seed: Any = None
) -> Tensor:
    """Draw from the normal distribution of this mean and standard deviation.

    Args:
        shape: The shape wanted.
        mean: Default 0.
        stddev: At least 0. Default 1.
        dtype: A floating dtype. Default: `floatx`.
        seed: None, an integer (the same numbers at every call) or a `SeedGenerator`. Default None.

    Returns:
        A constant tensor.

    Raises:
        ValueError: If the dtype is not floating, stddev is negative, or the seed is none.

    Source: ``keras.random.normal``.

    Example:
        >>> import minigrad as mg
        >>> x = mg.random.normal((1000,), mean=5.0, stddev=0.1, seed=1)
        >>> 4.99 < x.mean().item() < 5.01
        True
    """
    kind, wanted = _floating("normal", dtype), standardize_shape("normal", shape)
    center, sigma = number("normal", "mean", mean), number("normal", "stddev", stddev, 0)
    x = np.asarray(generator(seed).standard_normal(wanted, _drawn_as(kind)))
    x *= sigma
    x += center
    return wrap(x.astype(kind, copy=False))


def truncated_normal(
    shape: Sequence[int], mean: float = 0.0, stddev: float = 1.0, dtype: Any = None, seed: Any = None
) -> Tensor:
    """Draw from the normal distribution, and again what is more than two stddev from the mean.

    The result's standard deviation is therefore smaller: 0.87962566 stddev.

    Args:
        shape: The shape wanted.
        mean: Default 0.
        stddev: Of the distribution before it is cut, at least 0. Default 1.
        dtype: A floating dtype. Default: `floatx`.
        seed: None, an integer (the same numbers at every call) or a `SeedGenerator`. Default None.

    Returns:
        A constant tensor.

    Raises:
        ValueError: If the dtype is not floating, stddev is negative, or the seed is none.

    Source: ``keras.random.truncated_normal``.

    Example:
        >>> import minigrad as mg
        >>> mg.random.truncated_normal((1000,), seed=1).abs().max().item() <= 2
        True
    """
    kind, wanted = _floating("truncated_normal", dtype), standardize_shape("truncated_normal", shape)
    center = number("truncated_normal", "mean", mean)
    sigma = number("truncated_normal", "stddev", stddev, 0)
    rng = generator(seed)
    x = np.asarray(rng.standard_normal(wanted, _drawn_as(kind)))
    flat = x.reshape(-1)  # a view
    outside = np.flatnonzero(np.abs(flat) > 2)
    while outside.size:
        again = rng.standard_normal(outside.size, x.dtype)
        flat[outside] = again
        outside = outside[np.abs(again) > 2]
    x *= sigma
    x += center
    return wrap(x.astype(kind, copy=False))


def uniform(
    shape: Sequence[int], minval: float = 0.0, maxval: float = 1.0, dtype: Any = None, seed: Any = None
) -> Tensor:
    """Draw uniformly from ``[minval, maxval)``.

    Args:
        shape: The shape wanted.
        minval: The lower bound, included. Default 0.
        maxval: The upper bound, excluded. Default 1.
        dtype: A floating dtype. Default: `floatx`.
        seed: None, an integer (the same numbers at every call) or a `SeedGenerator`. Default None.

    Returns:
        A constant tensor.

    Raises:
        ValueError: If the dtype is not floating, minval is greater than maxval, or the seed is none.

    Source: ``keras.random.uniform``.

    Example:
        >>> import minigrad as mg
        >>> x = mg.random.uniform((1000,), -1.0, 1.0, seed=1)
        >>> -1 <= x.min().item() < x.max().item() < 1
        True
    """
    kind, wanted = _floating("uniform", dtype), standardize_shape("uniform", shape)
    low = number("uniform", "minval", minval)
    high = number("uniform", "maxval", maxval, low)
    x = np.asarray(generator(seed).random(wanted, _drawn_as(kind)))
    x *= high - low
    x += low
    below = np.nextafter(kind.type(high), kind.type(low))  # rounding may reach maxval, which is excluded
    return wrap(np.asarray(np.minimum(x.astype(kind, copy=False), below)))


def randint(shape: Sequence[int], minval: int, maxval: int, dtype: Any = "int32", seed: Any = None) -> Tensor:
    """Draw integers uniformly from ``[minval, maxval)``.

    Args:
        shape: The shape wanted.
        minval: The lower bound, included.
        maxval: The upper bound, excluded.
        dtype: An integer dtype. Default: int32.
        seed: None, an integer (the same numbers at every call) or a `SeedGenerator`. Default None.

    Returns:
        A constant tensor.

    Raises:
        ValueError: If the dtype is not an integer one or can't hold the bounds, the range is empty, or
            the seed is none.

    Source: ``keras.random.randint``.

    Example:
        >>> import minigrad as mg
        >>> sorted(set(mg.random.randint((1000,), 3, 6, seed=1).tolist()))
        [3, 4, 5]
    """
    kind = to_dtype("int32" if dtype is None else dtype)
    _require(kind.kind in "iu", "randint", "dtype", "an integer dtype", dtype)
    held = np.iinfo(kind)
    for argument, value in (("minval", minval), ("maxval", maxval)):
        _require(isinstance(value, int | np.integer), "randint", argument, "an integer", value)
    _require(held.min <= minval <= held.max, "randint", "minval", f"an integer that {kind} holds", minval)
    _require(minval < maxval, "randint", "maxval", f"greater than minval ({minval!r})", maxval)
    _require(maxval <= held.max + 1, "randint", "maxval", f"at most {held.max + 1} for {kind}", maxval)
    wanted = standardize_shape("randint", shape)
    return wrap(np.asarray(generator(seed).integers(int(minval), int(maxval), wanted, kind)))


def gamma(shape: Sequence[int], alpha: TensorLike, dtype: Any = None, seed: Any = None) -> Tensor:
    """Draw from the gamma distribution, whose density is ``x^(alpha - 1) exp(-x) / Gamma(alpha)``.

    Args:
        shape: The shape wanted.
        alpha: Greater than 0; an array is broadcast to the shape.
        dtype: A floating dtype. Default: `floatx`.
        seed: None, an integer (the same numbers at every call) or a `SeedGenerator`. Default None.

    Returns:
        A constant tensor.

    Raises:
        ValueError: If alpha is not positive, the dtype is not floating, or the seed is none.

    Source: ``keras.random.gamma``.

    Example:
        >>> import minigrad as mg
        >>> 2.9 < mg.random.gamma((10000,), 3.0, seed=1).mean().item() < 3.1
        True
    """
    kind, wanted = _floating("gamma", dtype), standardize_shape("gamma", shape)
    a = _parameter("gamma", "alpha", alpha, wanted)
    _require(a > 0, "gamma", "alpha", "greater than 0", alpha)
    return wrap(np.asarray(generator(seed).standard_gamma(a, wanted)).astype(kind))


def beta(
    shape: Sequence[int], alpha: TensorLike, beta: TensorLike, dtype: Any = None, seed: Any = None
) -> Tensor:
    """Draw from the beta distribution, of density ``x^(alpha - 1) (1 - x)^(beta - 1) / B(alpha, beta)``.

    Args:
        shape: The shape wanted.
        alpha: Greater than 0; an array is broadcast to the shape.
        beta: Likewise.
        dtype: A floating dtype. Default: `floatx`.
        seed: None, an integer (the same numbers at every call) or a `SeedGenerator`. Default None.

    Returns:
        A constant tensor of numbers between 0 and 1.

    Raises:
        ValueError: If alpha or beta is not positive, the dtype is not floating, or the seed is none.

    Source: ``keras.random.beta``.

    Example:
        >>> import minigrad as mg
        >>> 0.24 < mg.random.beta((10000,), 1.0, 3.0, seed=1).mean().item() < 0.26
        True
    """
    kind, wanted = _floating("beta", dtype), standardize_shape("beta", shape)
    a, b = _parameter("beta", "alpha", alpha, wanted), _parameter("beta", "beta", beta, wanted)
    _require(a > 0, "beta", "alpha", "greater than 0", alpha)
    _require(b > 0, "beta", "beta", "greater than 0", beta)
    return wrap(np.asarray(generator(seed).beta(a, b, wanted)).astype(kind))


def binomial(
    shape: Sequence[int], counts: TensorLike, probabilities: TensorLike, dtype: Any = None, seed: Any = None
) -> Tensor:
    """Draw how many of ``counts`` trials succeed, each with its probability.

    Args:
        shape: The shape wanted.
        counts: The number of trials, at least 0; an array is broadcast to the shape.
        probabilities: Between 0 and 1; likewise.
        dtype: A floating dtype. Default: `floatx`.
        seed: None, an integer (the same numbers at every call) or a `SeedGenerator`. Default None.

    Returns:
        A constant tensor of whole numbers.

    Raises:
        ValueError: If an argument is out of its range, the dtype is not floating, or the seed is none.

    Source: ``keras.random.binomial``.

    Example:
        >>> import minigrad as mg
        >>> mg.random.binomial((4,), 5, 1.0).tolist()
        [5.0, 5.0, 5.0, 5.0]
    """
    kind, wanted = _floating("binomial", dtype), standardize_shape("binomial", shape)
    n = _parameter("binomial", "counts", counts, wanted)
    p = _parameter("binomial", "probabilities", probabilities, wanted)
    _require((n >= 0) & (n % 1 == 0), "binomial", "counts", "whole numbers >= 0", counts)
    _require((p >= 0) & (p <= 1), "binomial", "probabilities", "between 0 and 1", probabilities)
    return wrap(np.asarray(generator(seed).binomial(n.astype(np.int64), p, wanted)).astype(kind))


def _floating(name: str, dtype: Any) -> np.dtype[Any]:
    kind = to_dtype(dtype)
    if kind.kind != "f":
        raise ValueError(f"{name}: dtype must be a floating dtype; got {dtype!r}")
    return kind


def _drawn_as(kind: np.dtype[Any]) -> Any:
    """Return the dtype that numbers for this one are drawn in: NumPy has two."""
    return np.float32 if kind.itemsize <= 4 else np.float64


def _parameter(name: str, argument: str, value: TensorLike, shape: Shape) -> NDArray:
    """Return a distribution's parameter as a float64 array that broadcasts to ``shape``."""
    array = to_array(value).astype(np.float64)
    try:
        np.broadcast_to(array, shape)
    except ValueError:
        raise ShapeError(
            f"{name}: {argument} has shape {array.shape}, which does not broadcast to shape {shape}"
        ) from None
    return array


def _require(holds: Any, name: str, argument: str, accepted: str, value: object) -> None:
    if not np.all(holds):
        raise ValueError(f"{name}: {argument} must be {accepted}; got {value!r}")
