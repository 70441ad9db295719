"""The base of every loss: a number that says how wrong the output is.

Idea:    a loss is a function of labels and outputs that gives one number for each sample, and a way to make
         one number of these. Training needs nothing but the gradient of that number.
Before:  reduction.py.  Next: crossentropy.py, regression.py (the losses there are).
Source:  Keras's ``keras/src/losses/loss.py``; the lecture's "cost function".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

from numpy.typing import DTypeLike

from minigrad import ops
from minigrad.autodiff.tensor import NDArray, Tensor
from minigrad.autodiff.values import to_dtype
from minigrad.losses.inputs import as_floats, squeeze_or_expand_to_same_rank
from minigrad.losses.reduction import Reduction, check_reduction, reduce_weighted
from minigrad.naming import unique_name
from minigrad.serialization import FAMILIES


class Loss:
    """A loss. Subclass it with `call`, which gives one number for each sample.

    Args:
        name: Default: the class's name in snake case, numbered from the second on.
        reduction: ``"sum_over_batch_size"`` (the default) and ``"mean"``: the mean over all losses, that is,
            their weighted sum divided by their number; ``"sum"``: the sum; ``"mean_with_sample_weight"``:
            the weighted sum divided by the sum of the weights; ``"none"`` or None: the losses as they are.
        dtype: What labels and outputs are converted to. Default: `floatx`.

    Raises:
        ValueError: For any other reduction.

    Source: ``keras.losses.Loss``.

    Example:
        >>> import minigrad as mg
        >>> class Furthest(mg.losses.Loss):
        ...     def call(self, y_true, y_pred):
        ...         return mg.ops.max(mg.ops.abs(y_true - y_pred), axis=-1)
        >>> Furthest()([[1, 0], [0, 0]], [[0.5, 0.25], [0.0, 0.0]]).item()
        0.25
    """

    integer_labels = False
    """Whether y_true is handed to `call` as it is, not converted to floats."""

    def __init__(
        self,
        name: str | None = None,
        reduction: Reduction | None = "sum_over_batch_size",
        dtype: DTypeLike | None = None,
    ) -> None:
        self.name = name or unique_name(type(self).__name__)
        self.reduction: Reduction | None = check_reduction(type(self).__name__, reduction)
        self._dtype = to_dtype(dtype)

    @property
    def dtype(self) -> str:
        """The dtype that labels and outputs are converted to."""
        return self._dtype.name

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Tensor:
        """Return the loss, a tensor that carries gradients to y_pred.

        Args:
            y_true: The truth: a tensor, an array or a list.
            y_pred: The model's output, likewise.
            sample_weight: One weight for each sample, or for each loss. Default: all 1.

        Raises:
            ShapeError: If the shapes don't fit each other.
            TypeError: If `call` returns None.
        """
        outputs = as_floats(y_pred, self._dtype)
        y_true = ops.convert_to_tensor(y_true, None if self.integer_labels else self._dtype)
        found: Any = self.call(y_true, outputs)
        if found is None:
            raise TypeError(f"{self.name}: the loss function returned None; does it end with a return?")
        values = as_floats(found, self._dtype)
        mask = self.mask(y_true)
        return reduce_weighted(self.name, values, sample_weight, mask, self.reduction)

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        """Return the loss of each sample: what a subclass defines."""
        raise NotImplementedError(f"{type(self).__name__}: define call(self, y_true, y_pred)")

    def mask(self, y_true: Tensor) -> NDArray | None:
        """Return which of the losses count, one boolean for each; None (the default): all."""
        return None

    def get_config(self) -> dict[str, Any]:
        """Return the arguments to make it anew."""
        return {"name": self.name, "reduction": self.reduction}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Return the loss that `get_config` described."""
        return cls(**config)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}>"


class LossFunctionWrapper(Loss):
    """A loss made of a function ``fn(y_true, y_pred, **kwargs)`` that gives one number for each sample.

    Where labels and outputs differ by a last axis of size 1 only, it is added or removed.

    Args:
        fn: The function.
        reduction: See `Loss`.
        name: Default: the class's name in snake case, numbered from the second on.
        dtype: See `Loss`.
        **kwargs: Further arguments of the function.

    Source: Keras's class of that name.

    Example:
        >>> import minigrad as mg
        >>> def furthest(y_true, y_pred):
        ...     return mg.ops.max(mg.ops.abs(y_true - y_pred), axis=-1)
        >>> LossFunctionWrapper(furthest)([1, 0], [[0.5], [0.0]]).item()
        0.25
    """

    def __init__(
        self,
        fn: Callable[..., Any],
        reduction: Reduction | None = "sum_over_batch_size",
        name: str | None = None,
        dtype: DTypeLike | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name, reduction, dtype)
        self.fn = fn
        self.fn_kwargs = kwargs

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        """Return what the function gives for each sample."""
        y_true, y_pred = squeeze_or_expand_to_same_rank(y_true, y_pred)
        return self.fn(y_true, y_pred, **self.fn_kwargs)  # type: ignore[no-any-return]

    def get_config(self) -> dict[str, Any]:
        """Return the arguments to make it anew."""
        config = {**super().get_config(), **self.fn_kwargs}
        if type(self) is LossFunctionWrapper:
            config["fn"] = FAMILIES["keras.losses"].serialize(self.fn)
        return config

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Return the loss that `get_config` described."""
        if "fn" in config:
            config = {**config, "fn": FAMILIES["keras.losses"].deserialize(config["fn"])}
        return cls(**config)
