"""First values of weights, by name: ``get("glorot_uniform")``.

Before:  random/.  Next: initializers/initializer.py, constants.py, distributions.py, scaling.py,
         glorot_he_lecun.py, orthogonality.py; then layers/layer.py (`add_weight`, which calls them).
Source:  ``keras.initializers``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.autodiff.tensor import Tensor
from minigrad.initializers.constants import Constant, Identity, Ones, Zeros
from minigrad.initializers.distributions import (
    RandomInitializer,
    RandomNormal,
    RandomUniform,
    TruncatedNormal,
)
from minigrad.initializers.glorot_he_lecun import (
    GlorotNormal,
    GlorotUniform,
    HeNormal,
    HeUniform,
    LecunNormal,
    LecunUniform,
)
from minigrad.initializers.initializer import Initializer
from minigrad.initializers.orthogonality import Orthogonal
from minigrad.initializers.scaling import VarianceScaling, compute_fans
from minigrad.serialization import Family

constant = Constant
glorot_normal = GlorotNormal
glorot_uniform = GlorotUniform
he_normal = HeNormal
he_uniform = HeUniform
identity = IdentityInitializer = Identity
lecun_normal = LecunNormal
lecun_uniform = LecunUniform
ones = Ones
orthogonal = OrthogonalInitializer = Orthogonal
random_normal = RandomNormal
random_uniform = RandomUniform
truncated_normal = TruncatedNormal
variance_scaling = VarianceScaling
zeros = Zeros

FAMILY = Family(
    "initializer",
    "keras.initializers",
    [
        Constant,
        GlorotNormal,
        GlorotUniform,
        HeNormal,
        HeUniform,
        Identity,
        LecunNormal,
        LecunUniform,
        Ones,
        Orthogonal,
        RandomNormal,
        RandomUniform,
        TruncatedNormal,
        VarianceScaling,
        Zeros,
    ],
    aliases={
        "IdentityInitializer": Identity,
        "OrthogonalInitializer": Orthogonal,
        "normal": RandomNormal,
        "one": Ones,
        "uniform": RandomUniform,
        "zero": Zeros,
    },
)


def get(identifier: Any) -> Any:
    """Return the initializer that ``identifier`` names; None for None.

    Args:
        identifier: A name ("glorot_uniform", "GlorotUniform", "zeros" ...), a config, a class, an instance
            or a function ``f(shape, dtype=None)``. An ndarray or Tensor stands for `Constant` of it.

    Raises:
        UnknownNameError: If the name is unknown; it says which are known.
        ValueError: If it is nothing of that.

    Source: ``keras.initializers.get``.

    Example:
        >>> get("he_normal")
        HeNormal(seed=None, input_axes=None, output_axes=None)
        >>> get(np.array([1.0, 2.0]))((2,)).tolist()
        [1.0, 2.0]
    """
    if isinstance(identifier, Tensor | np.ndarray | np.generic):
        return Constant(identifier)
    return FAMILY.get(identifier)


def serialize(initializer: Any) -> Any:
    """Return a config that JSON can hold: a dict for an instance, its name for a function.

    Raises:
        ValueError: If it is a lambda or has no ``get_config``.

    Source: ``keras.initializers.serialize``.

    Example:
        >>> serialize(Zeros())["class_name"]
        'Zeros'
    """
    return FAMILY.serialize(initializer)


def deserialize(config: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """Return the initializer that `serialize` described.

    Args:
        config: What `serialize` gave, or Keras.
        custom_objects: Classes and functions of your own, by name.

    Raises:
        UnknownNameError: If the name is unknown.

    Source: ``keras.initializers.deserialize``.

    Example:
        >>> deserialize({"class_name": "Constant", "config": {"value": 2.0}})
        Constant(value=2.0)
    """
    return FAMILY.deserialize(config, custom_objects)


__all__ = [
    "Constant",
    "GlorotNormal",
    "GlorotUniform",
    "HeNormal",
    "HeUniform",
    "Identity",
    "IdentityInitializer",
    "Initializer",
    "LecunNormal",
    "LecunUniform",
    "Ones",
    "Orthogonal",
    "OrthogonalInitializer",
    "RandomInitializer",
    "RandomNormal",
    "RandomUniform",
    "TruncatedNormal",
    "VarianceScaling",
    "Zeros",
    "compute_fans",
    "constant",
    "deserialize",
    "get",
    "glorot_normal",
    "glorot_uniform",
    "he_normal",
    "he_uniform",
    "identity",
    "lecun_normal",
    "lecun_uniform",
    "ones",
    "orthogonal",
    "random_normal",
    "random_uniform",
    "serialize",
    "truncated_normal",
    "variance_scaling",
    "zeros",
]
