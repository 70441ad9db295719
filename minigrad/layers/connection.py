"""How a layer is called on symbolic tensors: it is built, and its output's shape is worked out.

Idea:    ``layer(keras.Input((3,)))`` has nothing to compute. It makes the weights, says which shape the
         output will have, and leaves a `Call` from which a model is put together.
Before:  autodiff/inference.py, layers/configuration.py.  Next: layers/layer.py.
Source:  Keras's ``keras/src/ops/operation.py`` and ``keras/src/layers/layer.py``.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from minigrad.autodiff.inference import infer, merge_shapes
from minigrad.autodiff.structures import leaves, map_leaves
from minigrad.autodiff.symbolic import Call, KerasTensor
from minigrad.autodiff.tensor import Tensor
from minigrad.layers.configuration import ByArgument, Configured


class Readable:
    """A property that gives way to an attribute of the same name, should somebody's layer need the name."""

    def __init__(self, function: Callable[[Any], Any]) -> None:
        self.function = function
        self.__doc__ = function.__doc__

    def __get__(self, owner: Any, cls: type | None = None) -> Any:
        return self if owner is None else self.function(owner)


class Connected(Configured):
    """What `Layer` knows about symbolic calls.

    Attributes:
        input, output: The symbolic tensors of its first such call: to make models of parts of a model.
        input_shape, output_shape: Of the first call; the size of the batch is None if it was not symbolic.
    """

    input_shape: Any
    output_shape: Any
    _inbound_nodes: list[Call]
    _losses: list[Tensor]

    @Readable
    def input(self) -> Any:
        """The symbolic tensor, or list of them, that it was first called on."""
        inputs = self._first_call("input").inputs
        return inputs[0] if len(inputs) == 1 else list(inputs)

    @Readable
    def output(self) -> Any:
        """The symbolic tensor, or structure of them, that it first returned."""
        return self._first_call("output").output

    def _first_call(self, what: str) -> Call:
        if not self._inbound_nodes:
            raise AttributeError(
                f"{self.name} has no {what}: it was never called on a symbolic tensor, such as keras.Input()"
            )
        return self._inbound_nodes[0]

    def _call_symbolically(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Return the symbolic output, which remembers the call."""
        if not self.built:
            self._build_for(args, kwargs)
        self._check_input(args)
        first = self.input_shape is None
        output = self.compute_output_spec(*args, **kwargs)
        call = Call(self, args, kwargs, output)
        if first and call.inputs:
            self.input_shape, self.output_shape = shape_of(args[0] if args else call.inputs), shape_of(output)
        return output

    def compute_output_spec(self, *args: Any, **kwargs: Any) -> Any:
        """Return the symbolic output for symbolic inputs, without recording a call.

        It comes from `compute_output_shape` where the layer's class defines that, and otherwise, or where
        an input is of integers or booleans, from a trial call.
        """
        known = type(self).compute_output_shape is not Connected.compute_output_shape
        inputs = [one for one in leaves((args, kwargs)) if isinstance(one, KerasTensor)]
        if known and all(one.dtype.kind == "f" for one in inputs):
            shapes = self._shapes_for(self.compute_output_shape, args, kwargs)
            several = isinstance(shapes, ByArgument)
            shape = self.compute_output_shape(**shapes) if several else self.compute_output_shape(shapes)
            return map_shapes(lambda one: KerasTensor(one, self.dtype), shape)
        return self._trial(args, kwargs)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the output's shape for an input's, None being a size that is not known.

        The default finds it by a trial call on zeros.
        """
        inputs = map_shapes(lambda shape: KerasTensor(shape, self.dtype), input_shape)
        if not self.built:
            self._build_for((inputs,), {})
        return map_leaves(lambda one: one.shape, self._trial((inputs,), {}))

    def _trial(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Return what calls on zeros show the output to be; they leave nothing in the layer but shapes."""
        before = [(variable, variable._data) for variable in self.variables]
        seen: list[dict[Connected, Any]] = []

        def attempt(*args: Any, **kwargs: Any) -> Any:
            known = {id(layer) for layer in self._flatten_layers() if layer.input_shape is not None}
            output = self(*args, **{**kwargs, "training": False})
            new = [layer for layer in self._flatten_layers() if id(layer) not in known]
            seen.append({layer: (layer.input_shape, layer.output_shape) for layer in new})
            for layer in new:  # so that the next attempt records its own
                layer.input_shape = layer.output_shape = None
            return output

        try:
            return infer(attempt, args, kwargs)
        finally:
            for layer, shapes in (seen[-1] if seen else {}).items():
                other = seen[-2].get(layer, shapes) if len(seen) > 1 else shapes
                layer.input_shape, layer.output_shape = map(_merge, shapes, other)
            for layer in self._flatten_layers():
                layer._losses.clear()
            for variable, data in before:
                variable._data = data

    def _build_for(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """Build the layer for these arguments of its call."""
        shapes = self._shapes_for(self.build, args, kwargs)
        symbolic = any(isinstance(one, KerasTensor) for one in leaves((args, kwargs)))
        if hasattr(type(self).build, "__wrapped__"):  # it is the class's own, so there is something to build
            self._build_shapes = shapes if symbolic else without_batch(shapes)
        if isinstance(shapes, ByArgument):
            self.build(**shapes)
        else:
            self.build(shapes)
        self.built = True

    def _shapes_for(self, method: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Return the shapes that ``method`` wants: of the first argument of `call`, or of several.

        A method that takes several has names such as ``query_shape``, for the argument query of `call`.

        Raises:
            ValueError: If it has an argument that is named otherwise.
        """
        accepted = inspect.signature(self.call).parameters
        inputs = dict(zip(accepted, args, strict=False)) | kwargs
        parameters = inspect.signature(method).parameters
        if len(parameters) < 2:
            return shape_of(next(iter(inputs.values()), None))
        shapes = ByArgument()
        for name, parameter in parameters.items():
            source = name.removesuffix("_shape")
            if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
                continue
            if inputs.get(source) is not None and source != name:
                shapes[name] = shape_of(inputs[source])
            elif parameter.default is parameter.empty and (source == name or source not in accepted):
                raise ValueError(
                    f"{self.name}: {method.__name__} takes several arguments, so each must be named after "
                    f"one of call(), with _shape at the end: {name!r} is not; call() has "
                    f"{', '.join(accepted)}"
                )
            elif parameter.default is parameter.empty:
                shapes[name] = None
        return shapes

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the layer; `Layer` says how."""
        raise NotImplementedError

    def call(self, *args: Any, **kwargs: Any) -> Any:
        """Compute the output."""
        raise NotImplementedError

    def _check_input(self, args: tuple[Any, ...]) -> None:
        raise NotImplementedError


def shape_of(value: Any) -> Any:
    """Return the shape of a tensor, and for a structure of them that of the shapes; None of what has none."""
    if isinstance(value, list | tuple):
        return [shape_of(one) for one in value]
    if isinstance(value, dict):
        return {key: shape_of(one) for key, one in value.items()}
    return getattr(value, "shape", None)


def without_batch(shapes: Any) -> Any:
    """Return shapes with None for the size of the batch, as summaries show them."""
    return map_shapes(lambda shape: (None, *shape[1:]) if shape else (), shapes)


def map_shapes(function: Callable[[Any], Any], structure: Any) -> Any:
    """Return the structure with ``function`` applied to each shape in it.

    Example:
        >>> map_shapes(len, [(None, 3), (2, 4, 1)])
        [2, 3]
    """
    if isinstance(structure, dict):
        return type(structure)({key: map_shapes(function, part) for key, part in structure.items()})
    if isinstance(structure, list | tuple):
        if all(size is None or not isinstance(size, list | tuple | dict) for size in structure):
            return function(tuple(structure))
        return type(structure)(map_shapes(function, part) for part in structure)
    if structure is None:  # of something that is no tensor
        return None
    raise TypeError(f"a shape must be a tuple of integers and None; got {structure!r}")


def _merge(first: Any, second: Any) -> Any:
    """Return the shapes of two attempts, with None for the sizes that differ."""
    if isinstance(first, dict):
        return {key: _merge(one, second[key]) for key, one in first.items()}
    if isinstance(first, list):
        return [_merge(*pair) for pair in zip(first, second, strict=True)]
    return merge_shapes(first, second) if isinstance(first, tuple) else first
