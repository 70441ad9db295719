"""All that calling a layer may change, kept and put back; and the layer in float64 meanwhile.

Idea:    a check calls a layer hundreds of times, and each call must start from the same place: the same
         moving statistics, the same random numbers. Afterwards the layer must be as if nothing happened.
         So everything that can be reached from the layer is noted down: a call has nowhere else to write.
Before:  layers/layer.py, optimizers/optimizer.py, random/seed.py.  Next: testing/promises.py.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from minigrad.autodiff.node import next_number
from minigrad.autodiff.symbolic import KerasTensor
from minigrad.autodiff.tensor import NDArray, Tensor
from minigrad.autodiff.variable import Variable
from minigrad.layers.layer import Layer
from minigrad.losses import Loss
from minigrad.optimizers import Optimizer
from minigrad.random.seed import SeedGenerator, global_seed_generator

_LIMIT = 2**64  # of a seed


class State:
    """A layer and all that can be reached from it, as they are now.

    Args:
        layer: The layer, or model: with its losses, metrics and optimizer.
        between_calls: Whether only what a call may change is kept: neither the weights that are trained
            nor the optimizer. Default False.

    Example:
        >>> import minigrad as mg
        >>> layer = mg.layers.Dense(1, kernel_initializer="ones")
        >>> before = layer(np.ones((1, 2))).item()
        >>> state = State(layer)
        >>> layer.set_weights([np.zeros((2, 1)), np.zeros(1)])
        >>> layer.note = "changed"
        >>> state.restore()
        >>> layer(np.ones((1, 2))).item() == before, hasattr(layer, "note")
        (True, False)
    """

    def __init__(self, layer: Layer, between_calls: bool = False) -> None:
        found = [*reachable(layer, (Optimizer,) if between_calls else ()), global_seed_generator()]
        self._lists = [(one, list(one)) for one in found if isinstance(one, list)]
        self._dicts = [(one, dict(one)) for one in found if isinstance(one, dict)]
        self._dicts += [(vars(one), dict(vars(one))) for one in found if hasattr(one, "__dict__")]
        variables = [one for one in found if isinstance(one, Variable)]
        kept = [one for one in variables if not (between_calls and one.trainable)]
        self._values = [(one, one._data, one._data.copy()) for one in kept]
        self._layers = [one for one in found if isinstance(one, Layer)]

    def restore(self) -> None:
        """Put everything back."""
        for entries, items in self._lists:
            entries[:] = items
        for mapping, values in self._dicts:
            mapping.clear()
            mapping.update(values)
        for variable, data, copy in self._values:
            if data.tobytes() != copy.tobytes():  # written to in place
                data = copy.copy()
            if variable._data is not data:
                put(variable, data)
        for layer in self._layers:
            if layer._losses:  # given anew, so that the next call knows that there are some
                losses = layer._losses.copy()
                layer._losses.clear()
                layer.add_loss(losses)


def reachable(layer: Layer, besides: tuple[type[Any], ...] = ()) -> list[Any]:
    """Return the lists, dicts, variables and minigrad objects that are reached from a layer, and it first.

    Args:
        layer: Where to begin.
        besides: Classes of objects that are left out, with what is reached only from these.
    """
    found: dict[int, Any] = {}
    tuples: set[int] = set()
    stack: list[Any] = [layer]
    while stack:
        one = stack.pop()
        if id(one) in found or id(one) in tuples or isinstance(one, besides):
            continue
        if isinstance(one, tuple):
            tuples.add(id(one))
        elif isinstance(one, list | dict | Variable) or _is_ours(one):
            found[id(one)] = one
        else:
            continue
        stack += reversed(_parts(one))
    return list(found.values())


def _parts(one: Any) -> list[Any]:
    if isinstance(one, list | tuple):
        return list(one)
    return list((one if isinstance(one, dict) else getattr(one, "__dict__", {})).values())


def _is_ours(one: Any) -> bool:
    """Return whether this is an object, with attributes, of a class of minigrad's or made from one."""
    if isinstance(one, type | Tensor) or not hasattr(one, "__dict__"):
        return False
    return any(cls.__module__.partition(".")[0] == "minigrad" for cls in type(one).__mro__)


def put(variable: Variable, data: NDArray) -> None:
    """Give a variable this array, of whatever dtype it is."""
    variable._data = data
    variable._changed = next_number()


def to_float64(layer: Layer) -> None:
    """Let a layer and all inside it hold their weights, and compute, in float64; a model's losses, too."""
    float64 = np.dtype(np.float64)
    for one in layer._flatten_layers():
        one.dtype = float64
    for one in reachable(layer):  # what a model's inputs, and its losses', are converted to
        if isinstance(one, KerasTensor | Loss) and np.dtype(one._dtype).kind == "f":
            one._dtype = float64
    for variable in layer.variables:
        if variable.dtype.kind == "f":
            put(variable, variable._data.astype(float64))


def perturb(variables: Iterable[Variable], size: float, rng: np.random.Generator) -> None:
    """Move every number of the variables at random, by up to ``size``."""
    for variable in variables:
        moved = variable._data + rng.uniform(-size, size, variable.shape)
        put(variable, moved.astype(variable.dtype))


def seed_generators(layer: Layer) -> list[SeedGenerator]:
    """Return the seed generators of a layer and of all inside it, and last the global one."""
    own = [one for one in reachable(layer, (Optimizer,)) if isinstance(one, SeedGenerator)]
    return [*own, global_seed_generator()]


def start_seeds(generators: Iterable[SeedGenerator], seed: int) -> None:
    """Set generators to where ``seed`` begins, each to a place of its own."""
    for number, generator in enumerate(generators):
        generator.state = ((seed + number) % _LIMIT, 0)


@contextlib.contextmanager
def global_seed(seed: int) -> Iterator[None]:
    """Let ``seed`` decide inside what is drawn without a seed."""
    generator = global_seed_generator()
    before = generator.state
    generator.state = (seed, 0)
    try:
        yield
    finally:
        generator.state = before
