"""How a layer's own weights go to a file, and come from one.

Idea:    a layer puts its arrays into a dict, and takes them from one; where in the file that dict is, others
         know. A layer of one's own may keep there what it likes.
Before:  autodiff/variable.py.  Next: layers/weights.py.
Source:  ``save_own_variables`` and ``load_own_variables`` of Keras's ``keras/src/layers/layer.py``.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from typing import Any

import numpy as np

from minigrad.autodiff.variable import Variable
from minigrad.errors import DTypeError, ShapeError

_to_be_loaded: ContextVar[bool] = ContextVar("to_be_loaded", default=False)


@contextlib.contextmanager
def weights_to_be_loaded() -> Iterator[None]:
    """Let layers make zeros as weights inside the block: the values come from a file.

    That spares drawing them, and the memory of weights that turn out not to be those of the file. Layers
    with a ``load_own_variables`` of their own get their initial values nevertheless.
    """
    token = _to_be_loaded.set(True)
    try:
        yield
    finally:
        _to_be_loaded.reset(token)


class StoredWeights:
    """What a layer can do about files."""

    __slots__ = ()

    name: str
    built: bool

    def _own_variables(self) -> list[Variable]:
        """Return the weights of this layer alone."""
        raise NotImplementedError

    def _comes_from_a_file(self) -> bool:
        """Tell whether all weights that the layer makes now will be replaced by those of a file."""
        return _to_be_loaded.get() and type(self).load_own_variables is StoredWeights.load_own_variables

    def save_own_variables(self, store: Any) -> None:
        """Put the values of this layer's own weights, without those of layers inside it, into ``store``.

        A layer of your own may override this, and `load_own_variables`, to say itself what a file keeps.

        Args:
            store: A dict, to be filled with arrays by names. The default calls them "0", "1", ...

        Source: ``keras.layers.Layer.save_own_variables``.
        """
        for index, variable in enumerate(self._own_variables()):
            store[str(index)] = variable._data

    def load_own_variables(self, store: Any) -> None:
        """Take the values of this layer's own weights from what `save_own_variables` put into ``store``.

        Raises:
            ShapeError: If their number or a shape differs; nothing is changed then.
            DTypeError: If floats should become integers, or the like.

        Source: ``keras.layers.Layer.load_own_variables``.
        """
        variables = self._own_variables()
        if sorted(store) != sorted(str(index) for index in range(len(variables))):
            there = f"has {len(store)}" if store else "has none"
            built = "" if self.built or variables else "; it is not built, so it has none yet"
            raise ShapeError(
                f"{self.name}: it has {len(variables)} weight(s){built}, and the file {there} for it"
            )
        for index, variable in enumerate(variables):
            check_value(variable, store[str(index)])
        for index, variable in enumerate(variables):
            variable.assign(store[str(index)])


def check_value(variable: Variable, value: np.ndarray[Any, Any]) -> None:
    """Check that a stored value can become that of a variable.

    Raises:
        ShapeError: If its shape differs.
        DTypeError: If it isn't of the same kind: floats, integers or booleans.
    """
    if value.shape != variable.shape:
        raise ShapeError(
            f"the weight {variable.path!r} has shape {variable.shape}, and that in the file {value.shape}"
        )
    if value.dtype.kind.replace("u", "i") != variable.dtype.kind.replace("u", "i"):
        raise DTypeError(
            f"the weight {variable.path!r} is of {variable.dtype}, and that in the file of {value.dtype}"
        )
