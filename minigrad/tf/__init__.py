"""``import minigrad.tf as tf``: TensorFlow's names, as the lecture uses them, for minigrad's own functions.

The lecture's labs, written for TensorFlow 2, run with only their import lines changed::

    import minigrad.tf as tf                       # import tensorflow as tf
    import minigrad as keras                       # from tensorflow import keras
    from minigrad.utils import to_categorical      # from tensorflow.keras.utils import to_categorical

Nothing is computed here: every name is a function of minigrad's, or a line or two over some. As in
TensorFlow, variables are recorded only under a ``tf.GradientTape`` (tf/recording.py).

Before:  everything else.  Next: examples/labs/.
Source:  TensorFlow 2's module ``tensorflow``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, overload

import numpy as np

import minigrad as keras
from minigrad.autodiff.tensor import Tensor
from minigrad.initializers import Constant, Ones, Zeros
from minigrad.ops import (
    cast,
    expand_dims,
    eye,
    is_tensor,
    linspace,
    ones_like,
    squeeze,
    stack,
    stop_gradient,
    tile,
    where,
    zeros_like,
)
from minigrad.tf import data, math, nn, random, summary, train
from minigrad.tf.math import (
    abs,
    add,
    argmax,
    argmin,
    cos,
    cumsum,
    divide,
    equal,
    exp,
    floor,
    greater,
    greater_equal,
    less,
    less_equal,
    logical_and,
    logical_not,
    logical_or,
    maximum,
    minimum,
    multiply,
    negative,
    not_equal,
    pow,
    reduce_all,
    reduce_any,
    reduce_logsumexp,
    reduce_max,
    reduce_mean,
    reduce_min,
    reduce_prod,
    reduce_sum,
    round,
    sigmoid,
    sign,
    sin,
    sqrt,
    square,
    subtract,
    tanh,
)
from minigrad.tf.names import missing
from minigrad.tf.recording import GradientTape, Variable
from minigrad.tf.tensors import (
    concat,
    constant,
    convert_to_tensor,
    fill,
    matmul,
    one_hot,
    ones,
    range,
    reshape,
    transpose,
    zeros,
)
from minigrad.version import __version__

__all__ = [
    "GradientTape",
    "Tensor",
    "Variable",
    "__version__",
    "abs",
    "add",
    "argmax",
    "argmin",
    "bool",
    "cast",
    "concat",
    "constant",
    "constant_initializer",
    "convert_to_tensor",
    "cos",
    "cumsum",
    "data",
    "divide",
    "equal",
    "exp",
    "expand_dims",
    "eye",
    "fill",
    "float16",
    "float32",
    "float64",
    "floor",
    "function",
    "greater",
    "greater_equal",
    "int8",
    "int16",
    "int32",
    "int64",
    "is_tensor",
    "keras",
    "less",
    "less_equal",
    "linspace",
    "logical_and",
    "logical_not",
    "logical_or",
    "math",
    "matmul",
    "maximum",
    "minimum",
    "multiply",
    "negative",
    "nn",
    "not_equal",
    "one_hot",
    "ones",
    "ones_initializer",
    "ones_like",
    "pow",
    "random",
    "range",
    "reduce_all",
    "reduce_any",
    "reduce_logsumexp",
    "reduce_max",
    "reduce_mean",
    "reduce_min",
    "reduce_prod",
    "reduce_sum",
    "reshape",
    "round",
    "sigmoid",
    "sign",
    "sin",
    "sqrt",
    "square",
    "squeeze",
    "stack",
    "stop_gradient",
    "subtract",
    "summary",
    "tanh",
    "tile",
    "train",
    "transpose",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "where",
    "zeros",
    "zeros_initializer",
    "zeros_like",
]

bool = np.dtype(np.bool_)
float16, float32, float64 = map(np.dtype, (np.float16, np.float32, np.float64))
int8, int16, int32, int64 = map(np.dtype, (np.int8, np.int16, np.int32, np.int64))
uint8, uint16, uint32, uint64 = map(np.dtype, (np.uint8, np.uint16, np.uint32, np.uint64))

constant_initializer, ones_initializer, zeros_initializer = Constant, Ones, Zeros

F = TypeVar("F", bound=Callable[..., Any])


@overload
def function(func: F) -> F: ...
@overload
def function() -> Callable[[F], F]: ...
def function(func: Any = None) -> Any:
    """Return ``func`` as it is: a decorator, ``@tf.function``. There is no compiler here.

    Raises:
        TypeError: For the options of TensorFlow's compiler, and if it isn't given a function.

    Source: ``tf.function``.

    Example:
        >>> @function
        ... def double(x):
        ...     return x + x
        >>> double(2)
        4
    """
    if func is None:
        return function
    if not callable(func):
        raise TypeError(f"tf.function decorates functions; got {type(func).__name__}")
    return func


__getattr__ = missing("tf", __all__)
