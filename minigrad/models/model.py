"""Model: a layer that is made of layers, and can be trained.

Before:  models/training.py.  Next: models/sequential.py.
Source:  Keras's ``keras/src/models/model.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from minigrad.autodiff.graph import no_grad
from minigrad.autodiff.tensor import wrap
from minigrad.errors import NotBuiltError
from minigrad.layers.layer import Layer
from minigrad.models.summary import summary_text
from minigrad.models.training import Trainer


class Model(Trainer):
    """A network. Subclass it: make layers in ``__init__``, use them in ``call``.

    Args:
        trainable: Whether its weights are trained. Default True.
        dtype: The dtype that floating inputs are converted to. Default: `floatx`.
        name: Default: the class's name in snake case, numbered.

    Source: ``keras.Model``.

    Example:
        >>> import minigrad as mg, numpy as np
        >>> class Net(mg.Model):
        ...     def __init__(self):
        ...         super().__init__()
        ...         self.hidden = mg.layers.Dense(4, activation="relu")
        ...         self.out = mg.layers.Dense(2)
        ...     def call(self, inputs):
        ...         return self.out(self.hidden(inputs))
        >>> net = Net()
        >>> net(np.zeros((5, 3))).shape, net.count_params()
        ((5, 2), 26)
    """

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        """Compute the outputs."""
        raise NotImplementedError(f"{type(self).__name__} must define call(self, inputs)")

    def build(self, input_shape: Any) -> None:
        """Make all weights, by a trial call on zeros of this shape (None counts as 1)."""
        if self.built or input_shape is None:
            return
        self.built = True
        with no_grad():
            self(wrap(np.zeros([1 if size is None else size for size in input_shape], self.dtype)))

    @property
    def layers(self) -> list[Layer]:
        """The layers that it is directly made of."""
        return list(dict.fromkeys(self._parts(Layer)))

    def get_layer(self, name: str | None = None, index: int | None = None) -> Layer:
        """Return the layer of this name, or at this place.

        Raises:
            ValueError: If there is none; it says which there are.
        """
        layers = self.layers
        if (name is None) == (index is None):
            raise ValueError(f"{self.name}: get_layer takes either a name or an index")
        if index is not None:
            if not -len(layers) <= index < len(layers):
                raise ValueError(f"{self.name}: it has {len(layers)} layers, and no layer {index}")
            return layers[index]
        for layer in layers:
            if layer.name == name:
                return layer
        known = ", ".join(layer.name for layer in layers)
        raise ValueError(f"{self.name}: it has no layer named {name!r}; it has: {known}")

    def summary(
        self,
        line_length: int | None = None,
        print_fn: Callable[[str], Any] | None = None,
        expand_nested: bool = False,
        show_trainable: bool = False,
    ) -> None:
        """Print the layers with their output shapes and parameters, as a table.

        Args:
            line_length: The table's width. Default: as wide as needed, at least 80.
            print_fn: What to print with. Default ``print``.
            expand_nested: Whether the layers of models inside it are listed, too. Default False.
            show_trainable: Whether a column tells which layers are trained. Default False.

        Raises:
            NotBuiltError: Before it is built.

        Source: ``keras.Model.summary``.
        """
        if not self.built:
            raise NotBuiltError(
                f"{self.name} has no weights yet: call it on data, or build(input_shape), before summary()"
            )
        (print_fn or print)(summary_text(self, line_length, expand_nested, show_trainable))
