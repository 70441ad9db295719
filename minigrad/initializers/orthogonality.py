"""An orthogonal matrix as a first value: it keeps the length of what it multiplies.

Shapes:  (..., columns): as a matrix (product of the others, columns).
Before:  initializers/distributions.py.  Next: initializers/__init__.py (all names).
Source:  Saxe et al., "Exact solutions to the nonlinear dynamics of learning" (2014); Mezzadri, "How to
         generate random matrices from the classical compact groups" (2007) for the signs.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from minigrad import random
from minigrad.arguments import number, standardize_shape
from minigrad.autodiff.tensor import Tensor, wrap
from minigrad.autodiff.values import to_dtype
from minigrad.errors import ShapeError
from minigrad.initializers.distributions import RandomInitializer
from minigrad.kernels.threads import single_threaded_blas


class Orthogonal(RandomInitializer):
    """A random matrix whose columns (rows, if these are fewer) are orthogonal and of length ``gain``.

    All such matrices are equally likely: Q of the QR decomposition of a matrix of normal numbers, its
    columns taken with the signs of R's diagonal.

    Args:
        gain: Default 1.
        seed: None (the default: other values at every call), an integer (the same at every call) or a
            `SeedGenerator`.

    Raises:
        ValueError: If an argument is none of that; when called, if the shape has fewer than two axes or
            the dtype is not floating.

    Source: ``keras.initializers.Orthogonal``.

    Example:
        >>> import minigrad as mg
        >>> w = mg.initializers.Orthogonal(seed=1)((3, 3)).numpy()
        >>> bool(abs(w.T @ w - np.eye(3)).max() < 1e-6)
        True
    """

    def __init__(self, gain: float = 1.0, seed: Any = None) -> None:
        self.gain = number("Orthogonal", "gain", gain)
        super().__init__(seed)

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> Tensor:
        """Return a tensor of this shape and dtype (default: `floatx`)."""
        wanted, kind = standardize_shape("Orthogonal", shape), to_dtype(dtype)
        if len(wanted) < 2:
            raise ShapeError(f"Orthogonal: shape must have at least 2 axes; got {wanted}")
        rows, columns = math.prod(wanted[:-1]), wanted[-1]
        drawn_as = np.float32 if kind.itemsize == 2 else kind  # LAPACK has no half precision
        normal = random.normal((max(rows, columns), min(rows, columns)), dtype=drawn_as, seed=self.seed)
        with single_threaded_blas():  # the same bits on any number of threads
            q, r = np.linalg.qr(normal.data)
        q *= np.where(np.diagonal(r) < 0, -1, 1)
        matrix = q.T if rows < columns else q
        return wrap((self.gain * matrix).reshape(wanted).astype(kind))

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        return {"gain": self.gain, **super().get_config()}
