"""Sequential: layers one after the other.

Before:  models/model.py.  Next: the user's own code.
Source:  Keras's ``keras/src/models/sequential.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from minigrad.errors import NotBuiltError
from minigrad.layers.input import InputLayer
from minigrad.layers.layer import Layer
from minigrad.models.model import Model


class Sequential(Model):
    """A model that passes its input through a list of layers.

    Where the input's shape is known (by `Input`, or ``input_shape=`` of the first layer), the weights are
    made at once; else at the first call.

    Args:
        layers: The layers. Default: none yet; see `add`.
        trainable: Whether its weights are trained. Default True.
        name: Default "sequential", numbered.

    Raises:
        TypeError: If something is not a layer.
        ValueError: If two layers have the same name.

    Source: ``keras.Sequential``.

    Example:
        >>> import minigrad as mg
        >>> model = mg.Sequential([mg.Input((28, 28, 1)), mg.layers.Conv2D(32, 3), mg.layers.Flatten()])
        >>> model.output_shape, model.count_params()
        ((None, 21632), 320)
    """

    def __init__(
        self, layers: Sequence[Layer] | None = None, trainable: bool = True, name: str | None = None
    ) -> None:
        super().__init__(trainable=trainable, name=name)
        self._stack: list[Layer] = []
        self._input: InputLayer | None = None
        for layer in layers or ():
            self._append(layer)
        self._build_if_known()

    def add(self, layer: Layer) -> None:
        """Append a layer."""
        self._append(layer)
        self._build_if_known()

    def pop(self) -> Layer:
        """Remove the last layer and return it.

        Raises:
            ValueError: If there is none.
        """
        if not self._stack:
            raise ValueError(f"{self.name}: there is no layer to remove")
        last = self._stack.pop()
        self.built = False
        self._build_if_known()
        return last

    def _append(self, layer: Any) -> None:
        if isinstance(layer, InputLayer):
            if self._stack or self._input is not None:
                raise ValueError(f"{self.name}: Input must be the first layer, and only one")
            self._input = layer
            return
        if not isinstance(layer, Layer):
            hint = "; make an instance of it" if isinstance(layer, type) else ""
            raise TypeError(f"{self.name}: a Sequential is made of layers; got {layer!r}{hint}")
        if any(other.name == layer.name for other in self._stack):
            raise ValueError(f"{self.name}: two layers are named {layer.name!r}; give each its own name")
        if not self._stack and self._input is None and layer._given_input_shape is not None:
            self._input = InputLayer(batch_shape=layer._given_input_shape)
        self._stack.append(layer)
        self.built = False

    @property
    def layers(self) -> list[Layer]:
        """The layers in their order, without the Input."""
        return list(self._stack)

    def _build_if_known(self) -> None:
        if self._input is not None and self._stack:
            self.build(self._input.batch_shape)

    def build(self, input_shape: Any = None) -> None:
        """Make the weights of all layers for inputs of this shape (batch first, None if unknown).

        Raises:
            NotBuiltError: If no shape is given and none is known.
        """
        if input_shape is None:
            if self._input is None:
                raise NotBuiltError(
                    f"{self.name}: give build an input_shape, or begin the model with an Input"
                )
            input_shape = self._input.batch_shape
        shape = self.input_shape = (None, *input_shape[1:]) if input_shape else input_shape
        for layer in self._stack:
            try:
                if not layer.built:
                    layer.build(shape)
                    layer.built = True
                output = layer.compute_output_shape(shape)
            except Exception as error:
                layer._add_note(error)
                raise
            layer.input_shape, layer.output_shape = shape, output
            shape = output
        self.output_shape = shape
        self.built = True

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        """Return the last layer's output."""
        for layer in self._stack:
            inputs = layer(inputs)
        return inputs

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the last layer's output shape."""
        for layer in self._stack:
            input_shape = layer.compute_output_shape(input_shape)
        return input_shape
