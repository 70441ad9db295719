"""Optimizers: how gradients change the weights, under the names of ``keras.optimizers``.

Before:  autodiff/variable.py (the weights), kernels/threads.py.  Next: models/.
"""

from __future__ import annotations

from typing import Any

from minigrad.optimizers import schedules
from minigrad.optimizers.adadelta import Adadelta
from minigrad.optimizers.adagrad import Adagrad
from minigrad.optimizers.adam import Adam
from minigrad.optimizers.adamax import Adamax
from minigrad.optimizers.adamw import AdamW
from minigrad.optimizers.ftrl import Ftrl
from minigrad.optimizers.lion import Lion
from minigrad.optimizers.nadam import Nadam
from minigrad.optimizers.optimizer import Optimizer
from minigrad.optimizers.rmsprop import RMSprop
from minigrad.optimizers.sgd import SGD
from minigrad.serialization import Family

_CLASSES: list[type] = [Adadelta, Adagrad, Adam, Adamax, AdamW, Ftrl, Lion, Nadam, RMSprop, SGD]
_family = Family(
    "optimizer",
    "keras.optimizers",
    classes=_CLASSES,
    aliases={cls.__name__.lower(): cls for cls in _CLASSES},  # RMSprop is "rmsprop", not "rm_sprop"
)


def get(identifier: Any) -> Any:
    """Return the optimizer that ``identifier`` names, in any letter case; None for None.

    Args:
        identifier: A name, a config, a class or an optimizer.

    Raises:
        UnknownNameError: For a name that isn't known.
        ValueError: For anything that is no optimizer.

    Source: ``keras.optimizers.get``.

    Example:
        >>> get("adam").beta_2
        0.999
    """
    if isinstance(identifier, str) and identifier.lower() in _family.known:
        identifier = identifier.lower()
    found = _family.get(identifier)
    if found is not None and not isinstance(found, Optimizer):
        raise ValueError(f"an optimizer must be a name, a config or an Optimizer; got {identifier!r}")
    return found


def serialize(optimizer: Optimizer) -> Any:
    """Return an optimizer's config: its class's name and its arguments, without its state.

    Source: ``keras.optimizers.serialize``.
    """
    return _family.serialize(optimizer)


def deserialize(config: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """Return the optimizer that `serialize`, or Keras on any back end, described; in any letter case.

    Raises:
        UnknownNameError: If its class is neither minigrad's nor in ``custom_objects``.

    Source: ``keras.optimizers.deserialize``.

    Example:
        >>> deserialize(serialize(SGD(momentum=0.5))).momentum
        0.5
    """
    if isinstance(config, dict) and str(config.get("class_name")).lower() in _family.known:
        # Keras on PyTorch writes a registered name, but a module of its own: keras.src.backend.torch...
        own = config.get("registered_name") is None or str(config.get("module")).startswith("keras.")
        if own:
            config = {"class_name": config["class_name"].lower(), "config": config.get("config")}
    return _family.deserialize(config, custom_objects)


__all__ = [
    "SGD",
    "Adadelta",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "Ftrl",
    "Lion",
    "Nadam",
    "Optimizer",
    "RMSprop",
    "deserialize",
    "get",
    "schedules",
    "serialize",
]
