"""``tf.math``: TensorFlow's names for operations.

Before:  tf/tensors.py.  Next: tf/nn.py.
Source:  TensorFlow 2's ``tf.math``; what each does is said where it is defined, in ops/.
"""

from __future__ import annotations

from minigrad.ops import (
    abs,
    add,
    ceil,
    cos,
    cumsum,
    divide,
    divide_no_nan,
    equal,
    exp,
    floor,
    greater,
    greater_equal,
    less,
    less_equal,
    log,
    log1p,
    logical_and,
    logical_not,
    logical_or,
    maximum,
    minimum,
    multiply,
    negative,
    not_equal,
    round,
    rsqrt,
    sigmoid,
    sign,
    sin,
    softplus,
    sqrt,
    square,
    subtract,
    tanh,
)
from minigrad.ops import all as reduce_all
from minigrad.ops import any as reduce_any
from minigrad.ops import logsumexp as reduce_logsumexp
from minigrad.ops import max as reduce_max
from minigrad.ops import mean as reduce_mean
from minigrad.ops import min as reduce_min
from minigrad.ops import power as pow
from minigrad.ops import prod as reduce_prod
from minigrad.ops import std as reduce_std
from minigrad.ops import sum as reduce_sum
from minigrad.ops import var as reduce_variance
from minigrad.tf.names import missing
from minigrad.tf.tensors import argmax, argmin

__all__ = [
    "abs",
    "add",
    "argmax",
    "argmin",
    "ceil",
    "cos",
    "cumsum",
    "divide",
    "divide_no_nan",
    "equal",
    "exp",
    "floor",
    "greater",
    "greater_equal",
    "less",
    "less_equal",
    "log",
    "log1p",
    "logical_and",
    "logical_not",
    "logical_or",
    "maximum",
    "minimum",
    "multiply",
    "negative",
    "not_equal",
    "pow",
    "reduce_all",
    "reduce_any",
    "reduce_logsumexp",
    "reduce_max",
    "reduce_mean",
    "reduce_min",
    "reduce_prod",
    "reduce_std",
    "reduce_sum",
    "reduce_variance",
    "round",
    "rsqrt",
    "sigmoid",
    "sign",
    "sin",
    "softplus",
    "sqrt",
    "square",
    "subtract",
    "tanh",
]

__getattr__ = missing("tf.math", __all__)
