"""Tensors without numbers, and calls that are remembered instead of computed.

Idea:    a `KerasTensor` is a shape and a dtype; a layer or op that is called on it computes nothing, but
         leaves a `Call`: what was called, on what, and what came out. A model is such calls, to be made
         again on numbers.
Before:  structures.py, naming.py.  Next: inference.py (which shape a result has).
Source:  Keras's ``keras/src/backend/common/keras_tensor.py`` and ``keras/src/ops/node.py``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NoReturn

import numpy as np
from numpy.typing import DTypeLike

from minigrad.autodiff.structures import leaves
from minigrad.config import floatx
from minigrad.errors import SymbolicError
from minigrad.naming import unique_name

Shape = tuple[int | None, ...]


class KerasTensor:
    """A tensor that has a shape and a dtype, but no numbers yet: what `Input` returns.

    Operators, methods and ``minigrad.ops`` work on it as on a `Tensor`, and return such tensors.

    Args:
        shape: The size of each axis; None where it isn't known.
        dtype: Default: `floatx`.
        name: Default "keras_tensor", numbered.

    Raises:
        SymbolicError: Where a number is asked of it: by ``if``, ``float()``, ``len()``, ``np.asarray`` ...

    Source: ``keras.KerasTensor``.

    Example:
        >>> import minigrad as mg
        >>> x = mg.KerasTensor((None, 3))
        >>> (2.0 * x)[:, :2].shape
        (None, 2)
    """

    __array_priority__ = 1000.0
    __hash__ = object.__hash__  # == compares elements, as Tensor's does

    def __init__(
        self, shape: Iterable[int | None], dtype: DTypeLike | None = None, name: str | None = None
    ) -> None:
        self._shape = tuple(None if size is None else int(size) for size in shape)
        self._dtype = np.dtype(floatx() if dtype is None else dtype)
        self.name = name or unique_name("KerasTensor")
        self._history: tuple[Call, int] | None = None

    @property
    def shape(self) -> Shape:
        """The size of each axis, or None."""
        return self._shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """The dtype that its numbers will have."""
        return self._dtype

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self._shape)

    def _refuse(self, what: str) -> NoReturn:
        raise SymbolicError(
            f"{self!r} has no numbers yet, so {what}. It stands for what the model will be given: use it "
            "with layers, operators and minigrad.ops; what needs numbers belongs into the call() of a layer "
            "of your own"
        )

    def __bool__(self) -> NoReturn:
        self._refuse("it is neither true nor false")

    def __len__(self) -> NoReturn:
        self._refuse("it has no len(); its shape is known where it isn't None: x.shape")

    def __iter__(self) -> NoReturn:
        self._refuse("it can't be iterated over; ops.unstack takes it apart")

    def __float__(self) -> NoReturn:
        self._refuse("it is no float")

    def __int__(self) -> NoReturn:
        self._refuse("it is no int")

    def __index__(self) -> NoReturn:
        self._refuse("it is no index")

    def __array__(self, dtype: Any = None, copy: Any = None) -> NoReturn:
        self._refuse("it is no NumPy array")

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> NoReturn:
        self._refuse(f"np.{function.__name__} can't take it, while an op of minigrad.ops can")

    def __repr__(self) -> str:
        return f"<KerasTensor shape={self.shape}, dtype={self.dtype}, name={self.name}>"


class Call:
    """One call of a layer or op on symbolic tensors.

    It becomes the newest of the operation's calls, and the history of its outputs.

    Args:
        operation: What was called: it has a ``name`` and a list ``_inbound_nodes``.
        args, kwargs: With what, `KerasTensor` among it (nothing for the start of a model).
        output: What came out: a KerasTensor, or lists, tuples and dicts of them.

    Attributes:
        inputs: The symbolic tensors among the arguments.
        outputs: Those of the output, in order.
    """

    __slots__ = ("args", "inputs", "kwargs", "operation", "output", "outputs")

    def __init__(self, operation: Any, args: tuple[Any, ...], kwargs: dict[str, Any], output: Any) -> None:
        self.operation = operation
        self.args = args
        self.kwargs = kwargs
        self.output = output
        self.inputs = [one for one in leaves((args, kwargs)) if isinstance(one, KerasTensor)]
        self.outputs = leaves(output)
        operation._inbound_nodes.append(self)
        for index, one in enumerate(self.outputs):
            one._history = (self, index)


def holds_symbolic(structure: Any) -> bool:
    """Tell whether there is a symbolic tensor among the leaves."""
    if isinstance(structure, list | tuple):
        return any(map(holds_symbolic, structure))
    if isinstance(structure, dict):
        return any(map(holds_symbolic, structure.values()))
    return isinstance(structure, KerasTensor)
