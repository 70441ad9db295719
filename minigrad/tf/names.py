"""What a TensorFlow name that isn't here says of itself.

Before:  errors.py.  Next: tf/tensors.py.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable

_ELSEWHERE = {
    "Session": "operations run at once, and a tensor's numbers are t.numpy()",
    "placeholder": "operations run at once: pass the numbers themselves",
    "global_variables_initializer": "variables have their values from the start",
    "compat": "there is one version of each operation",
    "estimator": "use tf.keras.Model and its fit",
    "saved_model": "use the model's own save methods, or tf.train.Checkpoint",
    "io": "use NumPy to read and write files",
    "config": "there is one device, the CPU; minigrad.set_num_threads says how many threads compute",
    "device": "there is one device, the CPU",
    "distribute": "there is one device, the CPU",
    "image": "use minigrad.ops.image, or the augmentation layers of tf.keras.layers",
    "linalg": "use minigrad.ops",
}
"""Names that people try, and what to do instead."""


def missing(module: str, known: Iterable[str]) -> Callable[[str], object]:
    """Return a module's ``__getattr__``: the error for a name that isn't there says what to use.

    Args:
        module: The module as it is written in programs: "tf", "tf.nn".
        known: The names that it has.

    Example:
        >>> missing("tf.nn", ["relu", "sigmoid"])("rleu")
        Traceback (most recent call last):
        ...
        AttributeError: tf.nn.rleu is not there: did you mean tf.nn.relu? ...
    """
    names = sorted(known)

    def __getattr__(name: str) -> object:  # noqa: N807 - the module's own
        if name.startswith("__"):  # Python asks for many that modules need not have
            raise AttributeError(f"module 'minigrad.{module}' has no attribute {name!r}")
        near = difflib.get_close_matches(name, names, n=1)
        hint = f"did you mean {module}.{near[0]}? " if near else ""
        if module == "tf" and name in _ELSEWHERE:
            hint = f"{_ELSEWHERE[name]}. "
        raise AttributeError(
            f"{module}.{name} is not there: {hint}minigrad.tf gives minigrad's own functions those names of "
            f"TensorFlow that the lecture uses. For others, look for the function in minigrad.ops (named as "
            f"in keras.ops) or NumPy; layers, losses and optimizers are in tf.keras, which is minigrad. "
            f"{module} has: {', '.join(names)}"
        )

    return __getattr__
