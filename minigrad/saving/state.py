"""All that a model remembers, as arrays by paths: what Keras's files of weights hold, under its names.

Idea:    a layer's path is how one gets to it: "layers/conv2d_1", or "encoder/layers/dense" where it is an
         attribute of a model of your own. Layers in a list are counted by their class, for their own names
         depend on what was made before. Both writing and reading go along the same way.
Before:  layers/stored_weights.py, optimizers/optimizer.py.  Next: saving/hdf5.py.
Source:  Keras's ``keras/src/saving/saving_lib.py``, whose paths these are. Only the seed generators are not
         in Keras's files, and passed over where it finds them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np

from minigrad.errors import ShapeError
from minigrad.layers.layer import Layer
from minigrad.layers.stored_weights import check_value
from minigrad.losses import Loss
from minigrad.metrics import Metric
from minigrad.optimizers import Optimizer
from minigrad.random.seed import SeedGenerator
from minigrad.serialization import to_snake_case

Arrays = dict[str, np.ndarray[Any, Any]]

_OWNERS = (Layer, Optimizer, Metric, Loss, SeedGenerator)
_NO_PARTS = (Optimizer, SeedGenerator)
_INTERNAL = {"_graph_layers", "_input", "_stack", "_symbolic", "_init_arguments"}
"""Attributes of models by which nothing is reached that isn't reached otherwise."""


class Part(NamedTuple):
    """Something of a model that has arrays of its own.

    Attributes:
        path: How one gets to it from the model, "" for the model itself.
        owner: The layer, optimizer or seed generator.
    """

    path: str
    owner: Any


def parts(model: Any, skip: Iterable[Any] = ()) -> list[Part]:
    """Return the model and all inside it, each once, in the order of Keras.

    Args:
        model: A model or layer.
        skip: Layers to leave out, with all that only they lead to.

    Example:
        >>> import minigrad as mg
        >>> model = mg.Sequential([mg.Input((2,)), mg.layers.Dense(2), mg.layers.Dense(1, name="last")])
        >>> [part.path for part in parts(model)]
        ['', 'layers/dense', 'layers/dense_1']
    """
    found: list[Part] = []
    visited = {id(one) for one in skip}

    def visit(owner: Any, path: str) -> None:
        if id(owner) in visited:
            return
        visited.add(id(owner))
        found.append(Part(path, owner))
        for name, value in _attributes(owner):
            enter(value, f"{path}/{name}" if path else name, set())

    def enter(value: Any, path: str, containers: set[int]) -> None:
        if isinstance(value, _OWNERS):
            visit(value, path)
        elif isinstance(value, list | tuple | dict) and id(value) not in containers:
            containers.add(id(value))
            for name, one in _named(value.values() if isinstance(value, dict) else value):
                enter(one, f"{path}/{name}", containers)

    visit(model, "")
    return [part for part in found if not isinstance(part.owner, Metric | Loss)]


def _attributes(owner: Any) -> Iterator[tuple[str, Any]]:
    """Yield the attributes in which parts are looked for: a graph's layers first, private ones last."""
    if isinstance(owner, _NO_PARTS):
        return
    if getattr(owner, "_graph", None) is not None:
        yield "layers", owner.layers
    base = next(kind for kind in _OWNERS if isinstance(owner, kind))
    names = set(dir(owner)) - _of_base(base) - _INTERNAL
    for name in sorted(names, key=lambda name: (name.startswith("_"), name)):
        try:
            value = getattr(owner, name)
        except Exception:  # a property that isn't known yet
            continue
        yield name, value


_bases: dict[type, set[str]] = {}


def _of_base(base: type) -> set[str]:
    if base not in _bases:
        _bases[base] = set(dir(base(name="base")))
    return _bases[base]


def _named(values: Iterable[Any]) -> Iterator[tuple[str, Any]]:
    """Yield what is in a list by the names of their classes, counted."""
    counts: dict[str, int] = {}
    for value in values:
        if isinstance(value, _OWNERS):
            cls = getattr(value, "serialized_as", {}).get("class_name", type(value).__name__)
            name = to_snake_case(cls)
        elif isinstance(value, list | tuple | dict):
            name = "container"
        else:
            continue
        number = counts.get(name, 0)
        counts[name] = number + 1
        yield f"{name}_{number}" if number else name, value


# -- to arrays -------------------------------------------------------------------------------------


def own_state(owner: Any, variables: Any = ()) -> Arrays:
    """Return the arrays of a layer, optimizer or seed generator, without those of what is inside it.

    Args:
        owner: The layer, optimizer or seed generator.
        variables: The model's trainable variables, to which an optimizer's state belongs.
    """
    if isinstance(owner, SeedGenerator):
        return {"0": owner.state}
    store: Arrays = {}
    if isinstance(owner, Optimizer):
        state = owner.state_of(variables) if owner.built else owner.variables
        store = {str(index): variable._data for index, variable in enumerate(state)}
    else:
        owner.save_own_variables(store)
    return {str(name): np.asarray(value) for name, value in store.items()}


# -- from arrays -----------------------------------------------------------------------------------


def load_own_state(owner: Any, store: Arrays, variables: Any = ()) -> None:
    """Give a layer, optimizer or seed generator what `own_state` returned.

    Raises:
        ValueError: If it doesn't fit.
    """
    if isinstance(owner, SeedGenerator):
        if store:
            owner.state = store["0"].tolist()
    elif isinstance(owner, Optimizer):
        _load_optimizer(owner, store, variables)
    else:
        owner.load_own_variables(store)


def _load_optimizer(optimizer: Optimizer, store: Arrays, variables: Any) -> None:
    """Load an optimizer's state, or what it has before its first step: the iteration and the rate."""
    state = optimizer.variables
    before = len(state) - len(optimizer._state)
    if optimizer.built or len(store) > len(state):
        state = optimizer.state_of(variables)
    if len(store) not in (before, len(state)) or set(store) != {str(index) for index in range(len(store))}:
        raise ShapeError(
            f"{optimizer.name}: its state has {len(state)} variables, and the file {len(store)} for it"
        )
    pairs = [(variable, store[str(index)]) for index, variable in enumerate(state[: len(store)])]
    for variable, value in pairs:
        check_value(variable, value)
    for variable, value in pairs:
        variable.assign(value)


class Snapshot:
    """The values of a model's variables, to be put back if loading fails half way."""

    def __init__(self, owners: Iterable[Any]) -> None:
        self._variables: list[Any] = []
        self._seeds: list[tuple[SeedGenerator, Any]] = []
        for owner in owners:
            if isinstance(owner, SeedGenerator):
                self._seeds.append((owner, owner.state))
            else:
                own = owner.variables if isinstance(owner, Optimizer) else owner._own_variables()
                self._variables += [(one, one._data) for one in own]

    def put_back(self) -> None:
        """Undo all changes since."""
        for variable, data in self._variables:
            variable.assign(data)
        for seed, state in self._seeds:
            seed.state = state


Report = Callable[[str, Exception], None]


def load_state(found: list[Part], stores: dict[str, Arrays], variables: Any, report: Report) -> set[str]:
    """Give each part its arrays; return the paths that were there for none.

    Args:
        found: The parts.
        stores: The arrays of each, by its path.
        variables: The model's trainable variables.
        report: What to do with an error: it gets the path and the error, and raises or goes on.
    """
    for path, owner in found:
        try:
            load_own_state(owner, stores.get(path, {}), variables)
        except Exception as error:
            report(path, error)
    known = {path for path, _ in found}
    return {path for path, store in stores.items() if store and path not in known}
