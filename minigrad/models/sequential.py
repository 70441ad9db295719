"""Sequential: layers one after the other.

Idea:    as soon as the shape of the input is known, each layer is called on the symbolic output of the one
         before: that makes the weights, and a graph, so that models of its parts can be made.
Before:  models/model.py.  Next: models/cloning.py.
Source:  Keras's ``keras/src/models/sequential.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

from minigrad.autodiff.structures import leaves
from minigrad.autodiff.symbolic import KerasTensor
from minigrad.errors import NotBuiltError, ShapeError
from minigrad.kernels.threads import single_threaded_blas
from minigrad.layers import serialization
from minigrad.layers.connection import shape_of
from minigrad.layers.fusion import in_pairs
from minigrad.layers.input import InputLayer
from minigrad.layers.layer import Layer
from minigrad.models.graph import Graph
from minigrad.models.inputs import fit, fits
from minigrad.models.model import Model
from minigrad.serialization import custom_object_scope


class Sequential(Model):
    """A model that passes its input through a list of layers.

    Where the input's shape is known (by `Input`, or ``input_shape=`` of the first layer), the weights are
    made at once; else at the first call.

    Args:
        layers: The layers. Default: none yet; see `add`.
        trainable: Whether its weights are trained. Default True.
        name: Default "sequential", numbered.

    Raises:
        ValueError: If something is not a layer, or two layers have the same name.

    Source: ``keras.Sequential``.

    Example:
        >>> import minigrad as mg
        >>> model = mg.Sequential([mg.Input((28, 28, 1)), mg.layers.Conv2D(32, 3), mg.layers.Flatten()])
        >>> model.output_shape, model.count_params()
        ((None, 21632), 320)
    """

    def __init__(
        self, layers: Sequence[Any] | None = None, trainable: bool = True, name: str | None = None
    ) -> None:
        super().__init__(trainable=trainable, name=name)
        self._stack: list[Layer] = []
        self._runs: list[Any] | None = None  # the layers as they are run, found at the first call
        self._input: InputLayer | None = None
        self._symbolic: list[Any] = []  # the input, and each layer's output, as far as the layers were called
        if isinstance(layers, Layer | KerasTensor):
            raise ValueError(f"{self.name}: give the layers in a list; got {layers!r}")
        for layer in layers or ():
            self._append(layer)
        self._build_if_known()

    def add(self, layer: Any, rebuild: bool = True) -> None:
        """Append a layer.

        Args:
            layer: The layer, or an Input as the first.
            rebuild: Whether the model is built at once, if it can be. Default True.
        """
        self._append(layer)
        if rebuild:
            self._build_if_known()

    def pop(self, rebuild: bool = True) -> Layer:
        """Remove the last layer and return it.

        Args:
            rebuild: Whether the model is built again at once, if it can be. Default True.

        Raises:
            ValueError: If there is none.
        """
        if not self._stack:
            raise ValueError(f"{self.name}: there is no layer to remove")
        last = self._stack.pop()
        del self._symbolic[len(self._stack) + 1 :]
        self._disconnect()
        if rebuild:
            self._build_if_known()
        return last

    def _append(self, layer: Any) -> None:
        if isinstance(layer, KerasTensor) and layer._history is not None:
            layer = layer._history[0].operation
            if not isinstance(layer, InputLayer):
                raise ValueError(
                    f"{self.name}: of symbolic tensors only that of an Input may begin a Sequential; this "
                    f"one was computed by {layer.name!r}"
                )
        if isinstance(layer, InputLayer):
            if self._stack or self._input is not None:
                raise ValueError(f"{self.name}: Input must be the first layer, and only one")
            self._input = layer
            return
        if not isinstance(layer, Layer):
            hint = "; make an instance of it" if isinstance(layer, type) else ""
            raise ValueError(f"{self.name}: a Sequential is made of layers; got {layer!r}{hint}")
        if any(other.name == layer.name for other in self._stack):
            raise ValueError(f"{self.name}: two layers are named {layer.name!r}; give each its own name")
        if not self._stack and self._input is None:
            shape = layer._given_input_shape
            if shape is None and isinstance(layer, Model) and layer._graph is not None:
                shape = layer.inputs[0].shape if len(layer.inputs) == 1 else None
            if shape is not None:
                self._input = InputLayer(batch_shape=shape)
        self._stack.append(layer)
        self._disconnect()

    def _disconnect(self) -> None:
        """Forget the graph, which the layers are no longer."""
        self.built = False
        self._graph = self._runs = None
        self.input_shape = self.output_shape = None

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
            ShapeError: If the model begins with an Input of another shape.
        """
        if not self._stack:
            raise NotBuiltError(f"{self.name}: there are no layers to build; add some")
        if input_shape is None:
            if self._input is None:
                raise NotBuiltError(
                    f"{self.name}: give build an input_shape, or begin the model with an Input"
                )
            input_shape = self._input.batch_shape
        if self._input is None:
            self._input = InputLayer(batch_shape=input_shape, dtype=self._stack[0].dtype)
        self._check_built_for(input_shape)
        if not self._symbolic:
            self._symbolic = [self._input.output]
        for layer in self._stack[len(self._symbolic) - 1 :]:
            self._symbolic.append(layer(self._symbolic[-1]))
        self._connect(Graph(self.name, self._symbolic[0], self._symbolic[-1]))
        if not self._trainable:
            self.trainable = False

    def _check_built_for(self, input_shape: Any = None) -> None:
        if self._input is None or input_shape is None:
            return
        own, shape = self._input.batch_shape, tuple(input_shape)
        if not fits(shape, own):
            raise ShapeError(
                f"{self.name}: it begins with an Input of shape {own}, and can't be built for {shape}"
            )

    def _build_for(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """Build the model for what it is first called on; several tensors are left to the first layer."""
        inputs = args[0] if args else next(iter(kwargs.values()))
        if len(leaves(inputs)) > 1:
            self.built = True
            return
        shape = shape_of(inputs)
        self.build((None, *shape[1:]) if not isinstance(inputs, KerasTensor) else shape)

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        """Return the last layer's output."""
        if self._graph is not None:
            if inputs.__class__ in (list, tuple, dict):
                (inputs,) = leaves(inputs) if len(leaves(inputs)) == 1 else (inputs,)
            inputs = fit(self.name, self._graph.inputs[0], inputs, any_size=True)  # the layers know better
        if self._runs is None:
            self._runs = in_pairs(self._stack)
        with single_threaded_blas():  # held once for all layers, as for one image each time counts
            for layer in self._runs:
                inputs = layer(inputs)
        return inputs

    def compute_output_spec(self, *args: Any, **kwargs: Any) -> Any:
        """Return the symbolic output for a symbolic input, without recording a call."""
        output = args[0] if args else kwargs["inputs"]
        if self._graph is not None:
            if isinstance(output, list | tuple | dict):
                return super().compute_output_spec(*args, **kwargs)
            output = fit(self.name, self._graph.inputs[0], output, any_size=True)
        for layer in self._stack:
            output = layer.compute_output_spec(output)
        return output

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the last layer's output shape."""
        for layer in self._stack:
            input_shape = layer.compute_output_shape(input_shape)
        return input_shape

    # -- as data ---------------------------------------------------------------------------------

    def get_config(self) -> dict[str, Any]:
        """Return all that is needed to make the model anew, but for its weights, in Keras's form."""
        layers = self._stack if self._input is None else [self._input, *self._stack]
        config = super().get_config() | {"layers": [serialization.serialize(layer) for layer in layers]}
        if self._graph is not None:
            config["build_input_shape"] = self._graph.inputs[0].shape
        return config

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Self:
        """Return a new model of what `get_config` gave, here or in Keras.

        Args:
            config: The config.
            custom_objects: Classes and functions of your own, by name.
        """
        with custom_object_scope(custom_objects or {}):
            layers = [serialization.deserialize(layer) for layer in config["layers"]]
        model = cls(layers, name=config.get("name"), trainable=config.get("trainable", True))
        shape = config.get("build_input_shape")
        if not model.built and shape:
            model.build(tuple(shape))
        return model
