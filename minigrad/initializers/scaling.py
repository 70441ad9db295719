"""Initializers whose spread fits the shape: signals keep their size from layer to layer.

Idea:    a unit that sums n inputs has n times the variance of one product. Weights of variance 1/n undo
         that; ReLU throws half of it away, so there it is 2/n. Backward, n counts the outputs instead.
Shapes:  dense (in, out), convolution (height, width, in, out).
Before:  initializers/distributions.py.  Next: initializers/glorot_he_lecun.py (those with names).
Source:  Keras's ``keras/src/initializers/random_initializers.py``; the papers in glorot_he_lecun.py.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from minigrad import random
from minigrad.arguments import number, standardize_shape
from minigrad.autodiff.tensor import Tensor
from minigrad.initializers.distributions import RandomInitializer
from minigrad.shapes import normalize_axes

TRUNCATED_STDDEV = 0.87962566103423978
"""The standard deviation that is left of a standard normal distribution cut at two sigma."""

_MODES = ("fan_in", "fan_out", "fan_avg")
_DISTRIBUTIONS = ("truncated_normal", "untruncated_normal", "uniform")


def compute_fans(
    shape: Sequence[int],
    input_axes: Sequence[int] | None = None,
    output_axes: Sequence[int] | None = None,
) -> tuple[int, int]:
    """Return how many inputs one unit of a kernel sums, and how many outputs one input reaches.

    For a kernel (..., in, out), a convolution's or dense, both count the receptive field::

        fan_in = prod(...) in        fan_out = prod(...) out

    A vector counts for both, a scalar is 1. A transposed convolution's kernel is (..., out, in), so
    that the two are swapped there, as in Keras.

    Args:
        shape: The kernel's shape.
        input_axes: With output_axes: the axes whose sizes multiply to fan_in instead.
        output_axes: Likewise for fan_out.

    Returns:
        (fan_in, fan_out).

    Raises:
        ValueError: If the shape is none, or only one of input_axes and output_axes is given.
        ShapeError: If there is no such axis.

    Source: ``compute_fans`` of Keras.

    Example:
        >>> compute_fans((784, 256))
        (784, 256)
        >>> compute_fans((3, 3, 32, 64))
        (288, 576)
    """
    sizes = standardize_shape("compute_fans", shape)
    if (input_axes is None) != (output_axes is None):
        raise ValueError(
            "compute_fans: input_axes and output_axes must be given together; "
            f"got input_axes={input_axes!r}, output_axes={output_axes!r}"
        )
    if input_axes is not None and output_axes is not None:
        ins, outs = (
            normalize_axes("compute_fans", tuple(axes), len(sizes)) for axes in (input_axes, output_axes)
        )
        return math.prod(sizes[axis] for axis in ins), math.prod(sizes[axis] for axis in outs)
    if len(sizes) < 2:
        return math.prod(sizes), math.prod(sizes)
    field = math.prod(sizes[:-2])
    return field * sizes[-2], field * sizes[-1]


class VarianceScaling(RandomInitializer):
    """Weights of variance ``scale / n``, n being a fan of the shape (see `compute_fans`).

    With sigma = sqrt(scale / n), the distributions are

    - ``"truncated_normal"``: normal, cut at two of *its* sigma, which is widened to
      sigma / 0.87962566 so that sigma is what is left after the cut;
    - ``"untruncated_normal"``: normal of sigma;
    - ``"uniform"``: over +-sqrt(3) sigma = +-sqrt(3 scale / n).

    Args:
        scale: Greater than 0. Default 1.
        mode: n is the inputs (``"fan_in"``, the default), the outputs (``"fan_out"``) or their average
            (``"fan_avg"``); at least 1.
        distribution: Default ``"truncated_normal"``, for which ``"normal"`` is another name.
        seed: None (the default: other values at every call), an integer (the same at every call) or a
            `SeedGenerator`.
        input_axes: The axes that make up fan_in. Default: those of a dense or convolution kernel.
        output_axes: Likewise for fan_out; both or neither must be given.

    Raises:
        ValueError: If an argument is none of that.

    Source: ``keras.initializers.VarianceScaling``.

    Example:
        >>> import minigrad as mg
        >>> w = mg.initializers.VarianceScaling(2.0, seed=1)((100, 400))
        >>> 0.0199 < w.var().item() < 0.0201
        True
    """

    def __init__(
        self,
        scale: float = 1.0,
        mode: str = "fan_in",
        distribution: str = "truncated_normal",
        seed: Any = None,
        input_axes: Sequence[int] | None = None,
        output_axes: Sequence[int] | None = None,
    ) -> None:
        name = type(self).__name__
        self.scale = number(name, "scale", scale, above=0)
        self.mode = _one_of(name, "mode", mode, _MODES)
        lowered = distribution.lower() if isinstance(distribution, str) else distribution
        lowered = "truncated_normal" if lowered == "normal" else lowered
        self.distribution = _one_of(name, "distribution", lowered, _DISTRIBUTIONS)
        if (input_axes is None) != (output_axes is None):
            raise ValueError(
                f"{name}: input_axes and output_axes must be given together; "
                f"got input_axes={input_axes!r}, output_axes={output_axes!r}"
            )
        self.input_axes = input_axes
        self.output_axes = output_axes
        super().__init__(seed)

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> Tensor:
        """Return a tensor of this shape and dtype (default: `floatx`)."""
        fan_in, fan_out = compute_fans(shape, self.input_axes, self.output_axes)
        n = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}[self.mode]
        sigma = math.sqrt(self.scale / max(1.0, n))
        if self.distribution == "truncated_normal":
            return random.truncated_normal(shape, 0.0, sigma / TRUNCATED_STDDEV, dtype, self.seed)
        if self.distribution == "untruncated_normal":
            return random.normal(shape, 0.0, sigma, dtype, self.seed)
        limit = math.sqrt(3.0) * sigma
        return random.uniform(shape, -limit, limit, dtype, self.seed)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        return {
            "scale": self.scale,
            "mode": self.mode,
            "distribution": self.distribution,
            **super().get_config(),
            "input_axes": self.input_axes,
            "output_axes": self.output_axes,
        }


def _one_of(name: str, argument: str, value: Any, accepted: Sequence[str]) -> str:
    if value not in accepted:
        raise ValueError(f"{name}: {argument} must be one of {', '.join(map(repr, accepted))}; got {value!r}")
    return str(value)
