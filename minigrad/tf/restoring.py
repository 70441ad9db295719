"""Values from a checkpoint for variables that are there, and for those that aren't made yet.

Idea:    a model that isn't built has no variables to restore. So it is built completely at its first call,
         by a trial on the input's shape, then gets its values, and only then computes. An optimizer makes
         its slots as it meets variables, and gets their values one by one.
Before:  tf/tracking.py, tf/recording.py.  Next: tf/checkpoint_state.py.
Source:  the "deferred restoration" of ``tf.train.Checkpoint``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from minigrad.autodiff.variable import Variable
from minigrad.errors import CheckpointError
from minigrad.layers.layer import Layer
from minigrad.tf.recording import record_only_under_tapes
from minigrad.tf.tracking import variables_of


def own_values(path: str, values: dict[str, Any]) -> dict[str, Any]:
    """Return those of a checkpoint's arrays that belong to the root of this name."""
    return {key: value for key, value in values.items() if key == path or key.startswith(f"{path}/")}


def check(file: str, path: str, variables: dict[str, Variable], values: dict[str, Any]) -> None:
    """Raise unless these are values for exactly these variables.

    Raises:
        CheckpointError: It names the variables that are missing or left over, and shapes that differ.
    """
    missing = [key for key in variables if key not in values]
    left = [key for key in values if key not in variables]
    if missing or left:
        raise CheckpointError(
            f"{file} is of another {path!r}. Missing in it: {', '.join(missing) or 'none'}. Left over of it: "
            f"{', '.join(left) or 'none'}. Restore it to the model that it was saved from"
        )
    for key, variable in variables.items():
        if values[key].shape != variable.shape:
            raise CheckpointError(
                f"{file} is of another {path!r}: {key} has shape {values[key].shape} in it and "
                f"{variable.shape} here. Restore it to the model that it was saved from"
            )


def restore_when_built(file: str, path: str, root: Any, values: dict[str, Any]) -> None:
    """See to it that a layer, or an optimizer's slots, get their values as soon as they exist."""
    if isinstance(root, Layer):
        _restore_layer_later(file, path, root, values)
    else:
        _restore_slots_later(file, path, root, values)


def _restore_layer_later(file: str, path: str, layer: Any, values: dict[str, Any]) -> None:
    """Put a step into the layer's building: the values come after it. It is there until they fit."""

    def build_for(args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        type(layer)._build_for(layer, args, kwargs)
        fill(args, kwargs)

    def build(*args: Any, **kwargs: Any) -> None:
        type(layer).build(layer, *args, **kwargs)
        fill((), {})

    def fill(args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        try:
            if args or kwargs:
                layer._trial(args, kwargs)  # for the layers inside, which their own calls build
            variables = variables_of(path, layer)
            check(file, path, variables, values)
        except Exception:
            layer.built = False  # or the next call would go on without them
            raise
        vars(layer).pop("_build_for", None)
        vars(layer).pop("build", None)
        for key, variable in variables.items():
            variable.assign(values[key])
        record_only_under_tapes(variables)

    layer._build_for, layer.build = build_for, build


def _restore_slots_later(file: str, path: str, optimizer: Any, values: dict[str, Any]) -> None:
    """Put a step into the optimizer's making of slots, until all that the checkpoint has are there."""
    waiting = {key: value for key, value in values.items() if key not in variables_of(path, optimizer)}

    def build(variables: Iterable[Variable]) -> None:
        type(optimizer).build(optimizer, variables)
        for key, slot in variables_of(path, optimizer).items():
            value = waiting.pop(key, None)
            if value is not None:
                check(file, path, {key: slot}, {key: value})
                slot.assign(value)
        if not waiting:
            vars(optimizer).pop("build", None)

    if waiting:
        optimizer.build = build
    else:
        vars(optimizer).pop("build", None)
