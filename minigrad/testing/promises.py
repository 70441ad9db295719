"""What every layer promises besides its derivatives: shapes, dtype, config, and to leave its inputs alone.

Idea:    models rely on these without looking: `summary` on the shapes, saving on the config, and whoever
         uses an array twice on nobody having written to it.
Before:  testing/state.py.  Next: testing/layers.py.
Source:  ``keras/src/testing/test_case.py``, ``run_layer_test``.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from typing import Any

import numpy as np

from minigrad.autodiff.graph import gradients
from minigrad.autodiff.modes import no_grad
from minigrad.autodiff.structures import flatten, is_structure, rebuild
from minigrad.autodiff.tensor import NDArray, Tensor
from minigrad.errors import LayerCheckError
from minigrad.layers.layer import Layer
from minigrad.testing.state import State, seed_generators, start_seeds


class LayerCall:
    """A call of a layer that can be repeated: ``layer(inputs, training=training, **arguments)``.

    Args:
        layer: The layer.
        inputs: An array, or a structure of arrays.
        arguments: Further arguments of the call by name.
        training: Whether in training mode.
        seed: Where all random numbers of the call begin.
    """

    def __init__(
        self, layer: Layer, inputs: Any, arguments: dict[str, Any], training: bool, seed: int
    ) -> None:
        self.layer, self.inputs, self.arguments = layer, inputs, arguments
        self.training, self.seed = training, seed
        self.begin_here()

    def begin_here(self) -> None:
        """Let all calls begin with the layer as it is now."""
        start_seeds(seed_generators(self.layer), self.seed)
        self.start = State(self.layer, between_calls=True)

    def run(self, inputs: Any = None, arguments: Any = None) -> Any:
        """Return the outputs; for other inputs and arguments, if given."""
        self.start.restore()
        inputs = self.inputs if inputs is None else inputs
        arguments = self.arguments if arguments is None else arguments
        return self.layer(inputs, training=self.training, **arguments)

    def quietly(self, inputs: Any = None, arguments: Any = None) -> list[NDArray]:
        """Return the outputs as a flat list of arrays, without recording anything."""
        with no_grad():
            return [np.asarray(one) for one in flatten(self.run(inputs, arguments))]


# -- shapes and dtype ------------------------------------------------------------------------------


def check_output_shape(call: LayerCall) -> None:
    """Compare compute_output_shape with the real outputs', with and without the batch size.

    Raises:
        LayerCheckError: If they differ.
    """
    with no_grad():
        real = shapes_of(call.run())
    for batch, known in (("", lambda size: size), (" with an unknown batch size", lambda size: None)):
        given = _shape_arguments(call, known)
        try:
            computed = _plain(call.layer.compute_output_shape(**given))
        except Exception as error:
            error.add_note(f"  in compute_output_shape({_listed(given)})")
            raise
        if not _fits(computed, real, exactly=not batch):
            raise LayerCheckError(
                f"compute_output_shape({_listed(given)}) gives {computed}{batch}, but the output's shape is "
                f"{real}"
            )


def _shape_arguments(call: LayerCall, batch: Callable[[int], int | None]) -> dict[str, Any]:
    """Return the arguments for compute_output_shape: one, or one for each argument of ``call``."""

    def shape(value: Any) -> Any:
        if is_structure(value):
            values = value.items() if isinstance(value, dict) else enumerate(value)
            found = {key: shape(one) for key, one in values}
            return found if isinstance(value, dict) else list(found.values())
        sizes = np.shape(value)
        return (batch(sizes[0]), *sizes[1:]) if sizes else ()

    names = list(inspect.signature(call.layer.compute_output_shape).parameters)
    if len(names) == 1:
        return {names[0]: shape(call.inputs)}
    first = next(iter(inspect.signature(call.layer.call).parameters))
    values = {first: call.inputs, **call.arguments}
    known = {name: values.get(name.removesuffix("_shape")) for name in names}
    return {name: shape(value) for name, value in known.items() if value is not None}


def shapes_of(value: Any) -> Any:
    """Return a structure's shapes, in the same structure."""
    if isinstance(value, dict):
        return {key: shapes_of(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [shapes_of(one) for one in value]
    return tuple(np.shape(value))


def _plain(shape: Any) -> Any:
    """Return shapes as `shapes_of` writes them."""
    if isinstance(shape, dict):
        return {key: _plain(one) for key, one in shape.items()}
    if isinstance(shape, list | tuple) and any(isinstance(one, list | tuple | dict) for one in shape):
        return [_plain(one) for one in shape]
    return tuple(shape) if isinstance(shape, list | tuple) else shape


def _fits(computed: Any, real: Any, exactly: bool) -> bool:
    """Return whether shapes are the same; unless exactly, None stands for any size."""
    if isinstance(real, dict):
        same = isinstance(computed, dict) and computed.keys() == real.keys()
        return same and all(_fits(computed[key], real[key], exactly) for key in real)
    if type(computed) is not type(real) or len(computed) != len(real):
        return False
    if isinstance(real, list):
        return all(_fits(one, other, exactly) for one, other in zip(computed, real, strict=True))
    return all(one == size or (one is None and not exactly) for one, size in zip(computed, real, strict=True))


def _listed(given: dict[str, Any]) -> str:
    return ", ".join(str(value) if len(given) == 1 else f"{key}={value}" for key, value in given.items())


def check_output_dtype(call: LayerCall) -> None:
    """Check that floating outputs are of the layer's dtype.

    Raises:
        LayerCheckError: If one isn't.
    """
    for array in call.quietly():
        if array.dtype.kind == "f" and array.dtype != call.layer.dtype:
            raise LayerCheckError(
                f"the output is {array.dtype}, but the layer's dtype is {call.layer.dtype}: does call() mix "
                "in numbers of another dtype?"
            )


# -- config ----------------------------------------------------------------------------------------


def check_config(call: LayerCall) -> None:
    """Make the layer anew from its config, as a file holds it, and compare the outputs, to the last bit.

    Raises:
        LayerCheckError: If the config can't be written or read, or the new layer is another one.
    """
    expected = call.quietly()
    twin = LayerCall(_twin(call.layer), call.inputs, call.arguments, call.training, call.seed)
    twin.quietly()  # builds it
    call.start.restore()
    try:
        twin.layer.set_weights(call.layer.get_weights())
    except ValueError as error:
        raise LayerCheckError(
            f"the layer made from its config has other weights: {error}. Does get_config() hold all "
            "arguments of the constructor?"
        ) from error
    twin.begin_here()
    found = twin.quietly()
    same = len(found) == len(expected) and all(
        np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
        for one, other in zip(found, expected, strict=True)
    )
    if not same:
        raise LayerCheckError(
            "the layer made from its config gives another output, with the same weights: does get_config() "
            "hold all arguments of the constructor?"
        )


def _twin(layer: Layer) -> Layer:
    """Return a layer made from this one's config."""
    try:
        config = json.loads(json.dumps(layer.get_config()))
        twin = type(layer).from_config(config)
        again = json.loads(json.dumps(twin.get_config()))
    except Exception as error:
        raise LayerCheckError(
            f"no layer can be made from its config: {type(error).__name__}: {error}. Define get_config(), so "
            "that it returns super().get_config() and all arguments of the constructor, or pass "
            "config=False if the layer need not be saved"
        ) from error
    if _arguments(again) != _arguments(config):
        raise LayerCheckError(f"the layer made from its config has another config: {again} and not {config}")
    return twin


def _arguments(config: Any) -> Any:
    """Return a config without what it says of how the layer, or one inside it, was built."""
    if isinstance(config, dict):
        kept = config.keys() - {"build_config", "build_input_shape"}
        return {key: _arguments(config[key]) for key in kept}
    return [_arguments(one) for one in config] if isinstance(config, list) else config


# -- inputs ----------------------------------------------------------------------------------------


def check_nothing_is_changed(call: LayerCall) -> None:
    """Check that neither the call nor the backward pass writes to the inputs or the weights.

    Raises:
        LayerCheckError: If one does.
    """
    given = [np.asarray(one) for one in flatten(call.inputs)]
    tensors = [Tensor(one, requires_grad=one.dtype.kind == "f") for one in given]
    weights = call.layer.trainable_variables

    def watched() -> dict[str, NDArray]:
        arrays = {f"input {index}": one._data for index, one in enumerate(tensors)}
        arrays |= {f"argument {key!r}": np.asarray(value) for key, value in call.arguments.items()}
        return arrays | {f"weight {one.path!r}": one._data for one in weights}

    before = {name: array.copy() for name, array in watched().items()}
    outputs = flatten(call.run(inputs=rebuild(call.inputs, tensors)))
    _same("the call", before, watched())
    outputs = [one for one in outputs if isinstance(one, Tensor) and one._node is not None]
    starts = {one._node: np.ones(one.shape, one.dtype) for one in outputs}
    gradients(starts, [one._node for one in (*tensors, *weights)], False, False)
    _same("the backward pass", before, watched())


def _same(what: str, before: dict[str, NDArray], after: dict[str, NDArray]) -> None:
    for name, array in before.items():
        if array.tobytes() != after[name].tobytes():
            raise LayerCheckError(f"{what} changes {name} in place")


def check_one_by_one(call: LayerCall, rtol: float = 1e-9) -> None:
    """Compare the outputs for a batch with those for its examples one by one; of a layer in float64.

    Raises:
        LayerCheckError: If they differ.
    """
    whole = call.quietly()
    size = len(flatten(call.inputs)[0])
    for index in range(size):
        row = slice(index, index + 1)
        inputs = rebuild(call.inputs, [one[row] for one in flatten(call.inputs)])
        arguments = {key: _row_of(value, size, row) for key, value in call.arguments.items()}
        alone = call.quietly(inputs=inputs, arguments=arguments)
        for one, other in zip(alone, whole, strict=True):
            scale = float(np.abs(other).max(initial=0.0)) if other.dtype.kind == "f" else 0.0
            if not np.allclose(one, other[row], rtol=rtol, atol=rtol * scale, equal_nan=True):
                raise LayerCheckError(
                    f"the output for example {index} of a batch of {size} is another one than for it alone: "
                    f"by up to {float(np.abs(one - other[row]).max()):.3g}"
                )


def _row_of(value: Any, size: int, row: slice) -> Any:
    """Return one example of an argument that has one for each in the batch."""
    has_rows = isinstance(value, np.ndarray | Tensor) and value.ndim and len(value) == size
    return value[row] if has_rows else value
