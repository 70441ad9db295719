"""Model: a layer that is made of layers, and can be trained.

Idea:    there are two ways to say what it computes: define ``call`` in a class of your own, or name symbolic
         inputs and outputs, whose calls in between are then the model.
Before:  models/training.py, models/graph.py, models/inputs.py.  Next: models/sequential.py.
Source:  Keras's ``keras/src/models/model.py`` and ``functional.py``.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Sequence
from typing import Any, Self

from minigrad.autodiff.structures import map_leaves
from minigrad.autodiff.symbolic import KerasTensor
from minigrad.errors import NotBuiltError
from minigrad.layers import serialization
from minigrad.layers.configuration import ByArgument, as_shape
from minigrad.layers.connection import Readable, map_shapes, shape_of, without_batch
from minigrad.layers.layer import Layer
from minigrad.models import graph_config
from minigrad.models.graph import Graph
from minigrad.models.inputs import standardize_inputs
from minigrad.models.summary import summary_html, summary_text
from minigrad.models.training import Trainer
from minigrad.naming import unique_name
from minigrad.serialization import custom_object_scope


class Model(Trainer):
    """A network. Name its inputs and outputs, or subclass it: layers in ``__init__``, their use in ``call``.

    Args:
        inputs: Symbolic tensors, as `Input` gives them, or lists, tuples or dicts of them. Tensors within
            another model may be given, too: the new model begins there, and shares the layers.
        outputs: What layers and ops made of them, in any structure.
        name: Default: "functional", or a subclass's name in snake case; numbered.
        trainable: Whether its weights are trained. Default True.
        dtype: The dtype that a subclass's floating inputs are converted to. Default: `floatx`.

    Attributes:
        inputs, outputs: The symbolic tensors in a flat list, if the model has any.
        input, output: The same, in the structure in which they were given.
        input_shape, output_shape: Their shapes.
        input_names, output_names: The names of the inputs, and of the layers that give the outputs.

    Raises:
        ValueError: If only one of inputs and outputs is given, they are no symbolic tensors or not connected,
            or two layers have the same name.

    Source: ``keras.Model``.

    Example:
        >>> import minigrad as mg, numpy as np
        >>> image = mg.Input((8, 8, 1))
        >>> x = mg.layers.Conv2D(4, 3, activation="relu", name="features")(image)
        >>> digit = mg.layers.Dense(10)(mg.layers.Flatten()(x))
        >>> model = mg.Model(image, digit)
        >>> model(np.zeros((5, 8, 8, 1))).shape, model.count_params()
        ((5, 10), 1490)
        >>> mg.Model(model.input, model.get_layer("features").output).output_shape
        (None, 6, 6, 4)

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

    _graph: Graph | None = None

    def __init__(
        self, inputs: Any = None, outputs: Any = None, name: str | None = None, **kwargs: Any
    ) -> None:
        if (inputs is None) != (outputs is None):
            missing = "inputs" if inputs is None else "outputs"
            raise ValueError(
                f"{type(self).__name__}: {missing} is missing: give both, or neither and define call"
            )
        if inputs is not None and name is None and type(self) is Model:
            name = unique_name("Functional")
        super().__init__(name=name, **kwargs)
        if inputs is not None:
            self._connect(Graph(self.name, inputs, outputs))
            if graph_config.takes_graph(type(self)):
                self.__dict__.pop("_init_arguments", None)  # the graph says it all
            if not self._trainable:
                self.trainable = False

    def _connect(self, graph: Graph) -> None:
        """Make the model compute a graph."""
        self._graph_layers = [one for one in graph.operations if isinstance(one, Layer)]
        self._graph = graph
        self._converts_inputs = False  # each input has a dtype of its own
        self.input_shape = map_leaves(lambda one: one.shape, _only(graph.input))
        self.output_shape = map_leaves(lambda one: one.shape, _only(graph.output))
        self.built = True

    # -- calling ---------------------------------------------------------------------------------

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        """Compute the outputs."""
        if self._graph is None:
            raise NotImplementedError(f"{type(self).__name__} must define call(self, inputs)")
        return self._graph.run(standardize_inputs(self.name, self._graph.input, inputs))

    def build(self, input_shape: Any) -> None:
        """Make all weights, by trial calls on zeros of this shape."""
        if self.built or input_shape is None:
            return
        self.built = True
        try:
            self._trial((map_shapes(lambda shape: KerasTensor(shape, self.dtype), input_shape),), {})
        except Exception:
            self.built = False
            raise

    def _build_for(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        if type(self).build is Model.build:
            parameters = list(inspect.signature(self.call).parameters)
            given = {
                name: shape_of(value)
                for name, value in (dict(zip(parameters, args, strict=False)) | kwargs).items()
            }
            shapes = {f"{name}_shape": shape for name, shape in given.items() if shape is not None}
            self._build_shapes = without_batch(
                next(iter(shapes.values())) if len(shapes) == 1 else ByArgument(shapes)
            )
            self.built = True  # the layers inside are built by the call itself
        else:
            super()._build_for(args, kwargs)

    def build_from_config(self, config: dict[str, Any] | None) -> None:
        """Make the weights for the shape, or shapes, that `get_build_config` gave."""
        if self.built or not config or "shapes_dict" not in config or type(self).build is not Model.build:
            super().build_from_config(config)
            return
        shapes = {name.removesuffix("_shape"): as_shape(one) for name, one in config["shapes_dict"].items()}
        self.built = True
        self._trial((), map_shapes(lambda shape: KerasTensor(shape, self.dtype), shapes))

    def compute_output_spec(self, *args: Any, **kwargs: Any) -> Any:
        """Return the symbolic outputs for symbolic inputs, without recording a call."""
        if self._graph is None:
            return super().compute_output_spec(*args, **kwargs)
        inputs = args[0] if args else kwargs["inputs"]
        return self._graph.compute_output_spec(standardize_inputs(self.name, self._graph.input, inputs))

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the outputs' shapes for the inputs'."""
        if self._graph is None:
            return super().compute_output_shape(input_shape)
        inputs = map_shapes(KerasTensor, input_shape)
        return map_leaves(lambda one: one.shape, self.compute_output_spec(inputs))

    # -- what it is made of ----------------------------------------------------------------------

    @property
    def layers(self) -> list[Layer]:
        """The layers that it is directly made of, in the order of the graph if there is one."""
        if self._graph is not None:
            return list(self._graph_layers)
        return list(dict.fromkeys(self._parts(Layer)))

    @Readable
    def inputs(self) -> list[KerasTensor]:
        """The symbolic inputs in a flat list."""
        return list(self._known_graph("inputs").inputs)

    @Readable
    def outputs(self) -> list[KerasTensor]:
        """The symbolic outputs in a flat list."""
        return list(self._known_graph("outputs").outputs)

    @Readable
    def input(self) -> Any:
        """The symbolic inputs in their structure."""
        return self._known_graph("input").input

    @Readable
    def output(self) -> Any:
        """The symbolic outputs in their structure."""
        return self._known_graph("output").output

    @Readable
    def input_names(self) -> list[str]:
        """The names of the inputs, by which they may be given in a dict."""
        return [tensor.name for tensor in self._known_graph("input_names").inputs]

    @Readable
    def output_names(self) -> list[str]:
        """The names of the layers that the outputs come from."""
        outputs = self._known_graph("output_names").outputs
        return [one._history[0].operation.name for one in outputs if one._history is not None]

    def _known_graph(self, what: str) -> Graph:
        if self._graph is None:
            raise AttributeError(
                f"{self.name} has no {what}: only models that were made of inputs and outputs have, and a "
                "Sequential whose input's shape is known"
            )
        return self._graph

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
        positions: Sequence[float] | None = None,
        print_fn: Callable[[str], Any] | None = None,
        expand_nested: bool = False,
        show_trainable: bool = False,
        layer_range: Sequence[str] | None = None,
        style: str = "keras",
    ) -> None:
        """Print the layers with their output shapes and parameters, as a table.

        Where a model is more than a line of layers, a column tells what each is connected to.

        Args:
            line_length: The table's width. Default: as wide as the terminal, but at most 88 characters (108
                with connections); 65 (98) in the form of TensorFlow 2.
            positions: Where each column ends, as parts of the width.
            print_fn: What to print with. Default ``print``.
            expand_nested: Whether the layers of models inside it are listed, too. Default False.
            show_trainable: Whether a column tells which layers are trained. Default False.
            layer_range: The first and the last layer to list: names, or regular expressions.
            style: "keras", the table of Keras 3, or "tf2", that of TensorFlow 2. Default "keras".

        Raises:
            NotBuiltError: Before it is built, in style "tf2"; that of Keras 3 shows what there is.
            ValueError: If an argument is out of range, or no layer is named so.

        Source: ``keras.Model.summary``.
        """
        if not self.built and style == "tf2":
            raise NotBuiltError(
                f"{self.name} has no weights yet: call it on data, or build(input_shape), before summary()"
            )
        text = summary_text(
            self,
            line_length,
            positions,
            style=style,
            expand_nested=expand_nested,
            show_trainable=show_trainable,
            layer_range=layer_range,
        )
        (print_fn or print)(text)

    def _repr_html_(self) -> str:
        return summary_html(self)

    # -- as data ---------------------------------------------------------------------------------

    @property
    def serialized_as(self) -> dict[str, Any]:
        """What stands for the class in a config, where that is Keras's name of it: "Functional"."""
        if self._graph is None or type(self) is not Model:
            return {}
        home = "keras.src.models.functional"
        return {"module": home, "class_name": "Functional", "registered_name": "Functional"}

    def get_config(self) -> dict[str, Any]:
        """Return all that is needed to make the model anew, but for its weights, in Keras's form.

        Raises:
            NotImplementedError: For a subclass whose arguments are unknown: it must define this itself.
        """
        if self._graph is not None and graph_config.takes_graph(type(self)):
            return graph_config.graph_to_config(self, self._graph)
        return super().get_config()

    get_config.is_default = True  # type: ignore[attr-defined]

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Self:
        """Return a new model of what `get_config` gave, here or in Keras.

        Args:
            config: The config.
            custom_objects: Classes and functions of your own, by name.
        """
        with custom_object_scope(custom_objects or {}):
            if {"layers", "input_layers", "output_layers"} <= config.keys():
                return cls(**graph_config.arguments_from_config(config))
            return super().from_config(config)

    def to_json(self, **options: Any) -> str:
        """Return the model's config as JSON; `model_from_json` makes a new model of it, with new weights.

        If the model is compiled, the new one will be, too.

        Args:
            **options: Those of ``json.dumps``, such as ``indent=2``.

        Source: ``keras.Model.to_json``.
        """
        with serialization.sharing():
            return json.dumps(serialization.serialize(self), **options)


def model_from_json(json_string: str, custom_objects: dict[str, Any] | None = None) -> Any:
    """Return a new model, with new weights, of what `Model.to_json` gave, here or in Keras.

    Args:
        json_string: The JSON.
        custom_objects: Classes and functions of your own, by name.

    Raises:
        UnknownNameError: If a class is neither known nor in custom_objects, nor registered.

    Source: ``keras.models.model_from_json``.

    Example:
        >>> import minigrad as mg
        >>> model = mg.Sequential([mg.Input((3,)), mg.layers.Dense(2)])
        >>> model_from_json(model.to_json()).count_params()
        8
    """
    with serialization.sharing():
        return serialization.deserialize(json.loads(json_string), custom_objects)


def _only(structure: Any) -> Any:
    """Return the only element of a list or tuple of one, else the structure itself."""
    return structure[0] if isinstance(structure, list | tuple) and len(structure) == 1 else structure
