"""What to say of an op that there isn't.

Idea:    who asks for ``ops.cat`` or ``ops.fft`` knows another library; tell them the name here, or why there
         is none.
Before:  errors.py.  Next: ops/methods.py.
Source:  ``keras.ops`` for what there might be; PyTorch, TensorFlow and NumPy for other names.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

_OTHER_NAMES = {
    "acos": "arccos",
    "acosh": "arccosh",
    "asin": "arcsin",
    "asinh": "arcsinh",
    "atan": "arctan",
    "atan2": "arctan2",
    "atanh": "arctanh",
    "cat": "concatenate",
    "clamp": "clip",
    "clip_by_value": "clip",
    "concat": "concatenate",
    "constant": "convert_to_tensor",
    "cross_entropy": "categorical_crossentropy",
    "div": "divide",
    "fill": "full",
    "gather": "take",
    "gather_nd": "get_item",
    "hardtanh": "hard_tanh",
    "invert": "bitwise_not",
    "mm": "matmul",
    "mul": "multiply",
    "neg": "negative",
    "permute": "transpose",
    "pow": "power",
    "range": "arange",
    "reduce_all": "all",
    "reduce_any": "any",
    "reduce_max": "max",
    "reduce_mean": "mean",
    "reduce_min": "min",
    "reduce_prod": "prod",
    "reduce_sum": "sum",
    "remainder": "mod",
    "rint": "round",
    "scatter_nd": "scatter",
    "sub": "subtract",
    "tensor": "convert_to_tensor",
    "tensor_scatter_nd_update": "scatter_update",
    "unsqueeze": "expand_dims",
}
_COMPLEX = "its numbers are complex, and a tensor holds real ones only"
_NOT_HERE = {
    "ctc_decode": "it is for sequences of speech or writing, and this package for small images",
    "ctc_loss": "it is for sequences of speech or writing, and this package for small images",
    "eig": f"{_COMPLEX}; ops.eigh is for symmetric matrices",
    "extract_sequences": "indexing reads windows of a signal: x[..., starts[:, None] + np.arange(length)]",
    "i0": "there are no Bessel functions; ops.kaiser is the window that is made of it",
    "view": "ops.cast converts a tensor's numbers, ops.reshape its shape; its bits have no other reading",
} | dict.fromkeys(("fft", "fft2", "ifft2", "irfft", "istft", "rfft", "stft"), _COMPLEX)
_NOT_HERE |= dict.fromkeys(("polar", "view_as_complex", "view_as_real"), _COMPLEX)
"""What Keras has, and why it isn't here."""


def message(name: str, known: Iterable[str]) -> str:
    """Return what to say to somebody who asks for the op ``name``.

    Args:
        name: What there isn't.
        known: The names of all ops.

    Example:
        >>> message("rleu", ["relu", "tanh"])
        "minigrad.ops has no 'rleu'; did you mean 'relu'?"
        >>> message("unsqueeze", ["expand_dims"])
        "minigrad.ops has no 'unsqueeze'; here it is called 'expand_dims'"
        >>> message("fft", [])
        "minigrad.ops has no 'fft': its numbers are complex, and a tensor holds real ones only"
    """
    start = f"minigrad.ops has no {name!r}"
    if name in _NOT_HERE:
        return f"{start}: {_NOT_HERE[name]}"
    if name in _OTHER_NAMES:
        return f"{start}; here it is called {_OTHER_NAMES[name]!r}"
    names = list(known)
    near = difflib.get_close_matches(name, names, n=1)
    if not near:  # the spelling may differ only in its case
        near = [other for other in names if other.lower() == name.lower()]
    return (
        f"{start}; did you mean {near[0]!r}?" if near else f"{start}; dir(minigrad.ops) lists all there are"
    )
