"""The variables of whatever is put into a checkpoint, each by a name that says where it hangs.

Idea:    a name must be the same in the next process, and known before a model is built. So it follows the
         attributes, ``dnn/conv1/kernel``, and in a Sequential or functional model the places of the
         layers, ``dnn/layer-0/kernel``; the layers' own names won't do, as they count what was made before.
Before:  layers/layer.py, optimizers/optimizer.py.  Next: tf/restoring.py.
Source:  TensorFlow's "object graph"; the names are like those in its checkpoints.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from minigrad.autodiff.variable import Variable
from minigrad.layers.layer import Layer
from minigrad.layers.weights import _NOT_PARTS
from minigrad.models import Sequential
from minigrad.optimizers import Optimizer


def roots(name: str, thing: Any) -> Iterator[tuple[str, Any]]:
    """Yield the variables, layers and optimizers in a (nested) list, tuple or dict, each with its name.

    Raises:
        TypeError: If there is anything else.

    Example:
        >>> import minigrad.tf as tf
        >>> [name for name, _ in roots("steps", [tf.Variable(1), {"best": tf.Variable(2)}])]
        ['steps/0', 'steps/1/best']
    """
    if isinstance(thing, Variable | Layer | Optimizer):
        yield name, thing
    elif isinstance(thing, list | tuple):
        for index, one in enumerate(thing):
            yield from roots(f"{name}/{index}", one)
    elif isinstance(thing, dict):
        for key, one in thing.items():
            yield from roots(f"{name}/{key}", one)
    else:
        raise TypeError(
            f"tf.train.Checkpoint: {name} must be a model, layer, optimizer or variable, or a list or "
            f"dict of these; got {type(thing).__name__}. A number can be kept in a tf.Variable"
        )


def variables_of(name: str, root: Any) -> dict[str, Variable]:
    """Return the variables of a root by their names; of a layer that isn't built, those that there are.

    Example:
        >>> import minigrad as mg
        >>> model = mg.Sequential([mg.Input((3,)), mg.layers.Dense(2)])
        >>> list(variables_of("net", model))
        ['net/layer-0/kernel', 'net/layer-0/bias']
    """
    found: dict[str, Variable] = {}
    seen: set[int] = set()
    for path, variable in _walk(name, root, seen):
        if id(variable) not in seen:
            seen.add(id(variable))
            found[path] = variable
    return found


def _walk(path: str, thing: Any, seen: set[int]) -> Iterator[tuple[str, Variable]]:
    if isinstance(thing, Variable):
        yield path, thing
    elif isinstance(thing, Layer):
        if id(thing) not in seen:
            seen.add(id(thing))
            yield from _walk_layer(path, thing, seen)
    elif isinstance(thing, Optimizer):
        slots = len(thing._state)
        own = thing.variables
        for variable in own[: len(own) - slots]:  # iteration, learning_rate
            yield f"{path}/{variable.name}", variable
        for index, variable in enumerate(thing._state):
            yield f"{path}/slot-{index}", variable
    elif isinstance(thing, list | tuple):
        for index, one in enumerate(thing):
            yield from _walk(f"{path}/{index}", one, seen)
    elif isinstance(thing, dict):
        for key, one in thing.items():
            yield from _walk(f"{path}/{key}", one, seen)


def _walk_layer(path: str, layer: Any, seen: set[int]) -> Iterator[tuple[str, Variable]]:
    names: set[str] = set()
    for weight in layer._own_weights:
        name = weight.name
        while name in names:
            name += "_"
        names.add(name)
        yield f"{path}/{name}", weight
    if isinstance(layer, Sequential) or getattr(layer, "_graph", None) is not None:
        for index, one in enumerate(layer.layers):
            yield from _walk(f"{path}/layer-{index}", one, seen)
    for key, value in layer.__dict__.items():
        if isinstance(value, Variable | Layer | list | tuple | dict) and key not in _NOT_PARTS:
            yield from _walk(f"{path}/{key}", value, seen)
