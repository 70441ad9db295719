"""What every initializer is: a shape in, a first value for a weight out.

Before:  autodiff/tensor.py.  Next: initializers/constants.py.
Source:  Keras's ``keras/src/initializers/initializer.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

from minigrad.autodiff.tensor import Tensor


class Initializer:
    """The base of all initializers. Subclass it with ``__call__``, and ``get_config`` if it has arguments.

    Any function ``f(shape, dtype=None)`` may serve as an initializer, too; a subclass can also be
    saved with its model.

    Source: ``keras.initializers.Initializer``.

    Example:
        >>> import minigrad as mg
        >>> class Ramp(mg.initializers.Initializer):
        ...     def __init__(self, step=1.0):
        ...         self.step = step
        ...     def __call__(self, shape, dtype=None):
        ...         return mg.ops.reshape(self.step * mg.ops.arange(shape[0], dtype=dtype), shape)
        ...     def get_config(self):
        ...         return {"step": self.step}
        >>> Ramp(0.5).clone()((3,), dtype="float32").tolist()
        [0.0, 0.5, 1.0]
    """

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> Tensor:
        """Return a tensor of this shape and dtype (default: `floatx`)."""
        raise NotImplementedError(f"{type(self).__name__} must define __call__(self, shape, dtype=None)")

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        return {}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Return a new initializer with the arguments that `get_config` gave."""
        return cls(**config)

    def clone(self) -> Self:
        """Return a new initializer with the same arguments."""
        return self.from_config(self.get_config())

    def __repr__(self) -> str:
        arguments = ", ".join(f"{name}={value!r}" for name, value in self.get_config().items())
        return f"{type(self).__name__}({arguments})"
