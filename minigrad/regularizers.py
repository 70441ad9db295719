"""Penalties on weights: terms of the loss that grow with the weights, or with what they share.

Idea:    of two networks that fit the data equally well, prefer the one with smaller weights.
Shapes:  any -> a scalar.
Before:  ops/, serialization.py.  Next: layers/layer.py (`losses` collects them).
Source:  Keras's ``keras/src/regularizers``; Krogh & Hertz, "A simple weight decay can improve
         generalization" (1992) for L2; Tibshirani, "Regression shrinkage and selection via the lasso" (1996)
         for L1; Brock et al., "Neural photo editing" (2017) for the orthogonal one.
"""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from minigrad import ops
from minigrad.arguments import number
from minigrad.autodiff.tensor import Tensor, TensorLike, to_array, wrap
from minigrad.errors import ShapeError
from minigrad.serialization import Family


class Regularizer:
    """The base of all regularizers. Subclass it with ``__call__``, and ``get_config`` to be saved.

    Any function of a tensor that returns a scalar tensor may serve as a regularizer, too.

    Source: ``keras.regularizers.Regularizer``.

    Example:
        >>> import minigrad as mg
        >>> class Cubes(mg.regularizers.Regularizer):
        ...     def __call__(self, x):
        ...         return mg.ops.sum(mg.ops.absolute(x) ** 3)
        ...     def get_config(self):
        ...         return {}
        >>> Cubes()(mg.Tensor([1.0, -2.0])).item()
        9.0
    """

    def __call__(self, x: TensorLike) -> Any:
        """Return the penalty, a scalar tensor."""
        raise NotImplementedError(f"{type(self).__name__} must define __call__(self, x)")

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        raise NotImplementedError(f"{type(self).__name__} must define get_config(self) to be saved")

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Return a new regularizer with the arguments that `get_config` gave."""
        return cls(**config)


class L1(Regularizer):
    """``l1 sum |x|``: drives weights that matter little to exactly zero. Its derivative is ``l1 sign(x)``.

    Args:
        l1: At least 0. Default (also for None) 0.01.

    Raises:
        ValueError: If it isn't.

    Source: ``keras.regularizers.L1``.

    Example:
        >>> import minigrad as mg
        >>> mg.regularizers.L1(0.5)(mg.Tensor([1.0, -2.0])).item()
        1.5
    """

    def __init__(self, l1: float | None = 0.01) -> None:
        self.l1 = number("L1", "l1", 0.01 if l1 is None else l1, 0)

    def __call__(self, x: TensorLike) -> Any:
        """Return ``l1 sum |x|``."""
        return self.l1 * ops.sum(ops.absolute(_tensor(x)))

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        return {"l1": self.l1}


class L2(Regularizer):
    """``l2 sum x^2``, without a half: draws weights towards zero. Its derivative is ``2 l2 x``.

    Args:
        l2: At least 0. Default (also for None) 0.01.

    Raises:
        ValueError: If it isn't.

    Source: ``keras.regularizers.L2``.

    Example:
        >>> import minigrad as mg
        >>> mg.regularizers.L2(0.5)(mg.Tensor([1.0, -2.0])).item()
        2.5
    """

    def __init__(self, l2: float | None = 0.01) -> None:
        self.l2 = number("L2", "l2", 0.01 if l2 is None else l2, 0)

    def __call__(self, x: TensorLike) -> Any:
        """Return ``l2 sum x^2``."""
        return self.l2 * ops.sum(ops.square(_tensor(x)))

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        return {"l2": self.l2}


class L1L2(Regularizer):
    """``l1 sum |x| + l2 sum x^2``; a part whose factor is 0 is not computed.

    Args:
        l1: At least 0. Default (also for None) 0.
        l2: Likewise.

    Raises:
        ValueError: If one isn't.

    Source: ``keras.regularizers.L1L2``.

    Example:
        >>> import minigrad as mg
        >>> mg.regularizers.L1L2(l1=0.5, l2=1.0)(mg.Tensor([1.0, -2.0])).item()
        6.5
    """

    def __init__(self, l1: float | None = 0.0, l2: float | None = 0.0) -> None:
        self.l1 = number("L1L2", "l1", 0.0 if l1 is None else l1, 0)
        self.l2 = number("L1L2", "l2", 0.0 if l2 is None else l2, 0)

    def __call__(self, x: TensorLike) -> Any:
        """Return ``l1 sum |x| + l2 sum x^2``."""
        x = _tensor(x)
        penalty: Any = wrap(np.zeros((), x.dtype))
        if self.l1:
            penalty = penalty + L1(self.l1)(x)
        if self.l2:
            penalty = penalty + L2(self.l2)(x)
        return penalty

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        return {"l1": self.l1, "l2": self.l2}


class OrthogonalRegularizer(Regularizer):
    """``factor`` times the mean |cosine| between any two rows (or columns): 0 where they are orthogonal.

    With the n rows scaled to unit length, ``factor / (n (n - 1)) sum_(i != j) |x_i . x_j|``.

    Args:
        factor: At least 0. Default 0.01.
        mode: ``"rows"`` (the default) or ``"columns"``.

    Raises:
        ValueError: If an argument is none of that; when called, if x has not two axes.

    Source: ``keras.regularizers.OrthogonalRegularizer``. For a single row, where there is no pair, the
        penalty is 0 (Keras: NaN).

    Example:
        >>> import minigrad as mg
        >>> penalty = mg.regularizers.OrthogonalRegularizer(0.5)
        >>> penalty(mg.Tensor([[1.0, 0.0], [0.0, 3.0]])).item(), penalty(mg.Tensor([[1.0], [2.0]])).item()
        (0.0, 0.5)
    """

    def __init__(self, factor: float = 0.01, mode: str = "rows") -> None:
        self.factor = number("OrthogonalRegularizer", "factor", factor, 0)
        if mode not in ("rows", "columns"):
            raise ValueError(f"OrthogonalRegularizer: mode must be 'rows' or 'columns'; got {mode!r}")
        self.mode = mode

    def __call__(self, x: TensorLike) -> Any:
        """Return the penalty of a matrix."""
        x = _tensor(x)
        if x.ndim != 2:
            raise ShapeError(f"OrthogonalRegularizer: the input must have 2 axes; got shape {x.shape}")
        rows = ops.normalize(x if self.mode == "rows" else ops.transpose(x), axis=1)
        n = rows.shape[0]
        others = wrap(np.ones((n, n), x.dtype) - np.eye(n, dtype=x.dtype))
        cosines = ops.absolute(ops.matmul(rows, ops.transpose(rows)) * others)
        return ops.sum(cosines) * (self.factor / max(1, n * (n - 1)))

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        return {"factor": self.factor, "mode": self.mode}


def _tensor(x: TensorLike) -> Tensor:
    return x if isinstance(x, Tensor) else wrap(to_array(x))


l1 = L1
l2 = L2
l1_l2 = L1L2
orthogonal_regularizer = OrthogonalRegularizer

FAMILY = Family("regularizer", "keras.regularizers", [L1, L2, L1L2, OrthogonalRegularizer])


def get(identifier: Any) -> Any:
    """Return the regularizer that ``identifier`` names; None for None.

    Args:
        identifier: A name ("l1", "L2", "l1_l2", "orthogonal_regularizer" ...), a config, a class, an instance
            or a function of a tensor. The name "l1_l2" stands for 0.01 of both, as Keras documents it
            and TensorFlow's Keras has it.

    Raises:
        UnknownNameError: If the name is unknown; it says which are known.
        ValueError: If it is nothing of that.

    Source: ``keras.regularizers.get``.

    Example:
        >>> get("l2").get_config()
        {'l2': 0.01}
    """
    return L1L2(l1=0.01, l2=0.01) if identifier == "l1_l2" else FAMILY.get(identifier)


def serialize(regularizer: Any) -> Any:
    """Return a config that JSON can hold: a dict for an instance, its name for a function.

    Raises:
        ValueError: If it is a lambda or has no ``get_config``.

    Source: ``keras.regularizers.serialize``.

    Example:
        >>> serialize(L2(0.1))["config"]
        {'l2': 0.1}
    """
    return FAMILY.serialize(regularizer)


def deserialize(config: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """Return the regularizer that `serialize` described.

    Args:
        config: What `serialize` gave, or Keras.
        custom_objects: Classes and functions of your own, by name.

    Raises:
        UnknownNameError: If the name is unknown.

    Source: ``keras.regularizers.deserialize``.

    Example:
        >>> deserialize({"class_name": "L1", "config": {"l1": 0.1}}).l1
        0.1
    """
    return FAMILY.deserialize(config, custom_objects)
