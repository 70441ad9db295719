"""The ops of a model as data: what Keras calls each, and which arguments are its settings.

Idea:    Keras has a class for every op. What the op computes with (tensors) is given when it is called, the
         rest (axis, keepdims ...) when it is made; a config tells the two apart. Nearly always the class is
         the op's name in capitals; what isn't so stands below.
Before:  ops/.  Next: models/graph_config.py.
Source:  the classes of Keras's ``keras/src/ops``.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from minigrad import ops
from minigrad.autodiff.operation import Operation
from minigrad.autodiff.symbolic import holds_symbolic
from minigrad.errors import unknown_name

_HOMES = {
    "nn": """adaptive_average_pool adaptive_max_pool average_pool batch_normalization binary_crossentropy
        categorical_crossentropy celu conv conv_transpose depthwise_conv elu gelu glu hard_shrink hard_sigmoid
        hard_silu hard_tanh layer_normalization leaky_relu log_sigmoid log_softmax max_pool moments multi_hot
        normalize one_hot relu relu6 rms_normalization selu separable_conv sigmoid silu soft_shrink softmax
        softplus softsign sparse_categorical_crossentropy sparse_plus sparse_sigmoid sparsemax squareplus
        tanh_shrink threshold""",
    "math": "erf erfc erfinv in_top_k logdet logsumexp rsqrt top_k",
    "linalg": """cholesky cholesky_inverse det eigh inv lstsq matrix_rank norm pinv qr solve solve_triangular
        svd""",
    "core": """cast convert_to_tensor saturate_cast scatter scatter_update slice slice_update stop_gradient
        unstack""",
}
"""The modules of Keras's ``keras.src.ops``; all other ops are in its ``numpy``."""

_HOME = {name: home for home, names in _HOMES.items() for name in names.split()}
_OWN = set(
    """average_pool2d average_pool2d_gradient column_stack conv2d conv2d_input_gradient
    conv2d_kernel_gradient conv_with_bias matrix_power max_pool2d mish positive put_items set_items
    sum_to_shape window_gather window_scatter""".split()  # noqa: SIM905
)
"""Ops that Keras doesn't have."""

_CLASSES = {
    "allclose": "AllClose",
    "batch_normalization": "BatchNorm",
    "layer_normalization": "LayerNorm",
    "rms_normalization": "RMSNorm",
    "searchsorted": "SearchSorted",
    "svd": "SVD",
}
_TENSORS = set(
    """a array b beta condition constant_values elements fill_value gamma indices inputs kernel
    depthwise_kernel key mean offset operands output pointwise_kernel predictions q scale
    sorted_sequence start start_indices stop target targets updates values variable variance weights
    x x1 x2 xs y""".split()  # noqa: SIM905
)
_ALSO = {"isclose": {"rtol", "atol"}}
_NOT = {"squareplus": {"b"}, "bincount": {"weights"}, "diagonal": {"offset"}, "trace": {"offset"}}
_UNKNOWN_TO_KERAS = {"top_k": {"is_stable"}}


def class_name(name: str) -> str:
    """Return the class that Keras has for an op.

    Example:
        >>> class_name("expand_dims"), class_name("layer_normalization")
        ('ExpandDims', 'LayerNorm')
    """
    return _CLASSES.get(name) or "".join(part[:1].upper() + part[1:] for part in name.split("_"))


_BY_CLASS = {class_name(name): name for name in ops.__all__}


def split_arguments(
    function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[list[Any], dict[str, Any], dict[str, Any]]:
    """Return what an op is called with, by position and by name, and its settings."""
    name = function.__name__
    bound = inspect.signature(function).bind(*args, **kwargs)
    bound.apply_defaults()
    tensors = (_TENSORS | _ALSO.get(name, set())) - _NOT.get(name, set())
    called: list[Any] = []
    named: dict[str, Any] = {}
    settings: dict[str, Any] = {}
    for key, value in bound.arguments.items():
        parameter = inspect.signature(function).parameters[key]
        if parameter.kind is inspect.Parameter.VAR_POSITIONAL:
            called.extend(value)
        elif parameter.kind is inspect.Parameter.VAR_KEYWORD:
            named |= value
        elif key in tensors:
            called.append(value)
        elif holds_symbolic(value):  # a setting that is itself computed, which only we can read
            named[key] = value
        elif key not in _UNKNOWN_TO_KERAS.get(name, ()) or value != parameter.default:
            settings[key] = value
    return called, named, settings


def operation_to_config(operation: Operation, settings: dict[str, Any]) -> dict[str, Any]:
    """Return the config of an op, in Keras's form.

    Raises:
        ValueError: If it is no op of ``minigrad.ops``, so that no config can name it.
    """
    name = operation.function.__name__
    if getattr(ops, name, None) is not operation.function:
        raise ValueError(
            f"the function {name!r} in the model is no op of minigrad.ops, so a config can't name it: call "
            "it within the call() of a layer of your own"
        )
    home = "minigrad.ops" if name in _OWN else f"keras.src.ops.{_HOME.get(name, 'numpy')}"
    return {
        "module": home,
        "class_name": class_name(name),
        "config": {"name": operation.name, **settings},
        "registered_name": class_name(name),
    }


def is_operation_config(config: dict[str, Any]) -> bool:
    """Tell whether a config is that of an op, rather than of a layer."""
    return str(config.get("module")).startswith(("keras.src.ops.", "minigrad.ops"))


def operation_from_config(config: dict[str, Any]) -> tuple[Operation, dict[str, Any]]:
    """Return the op of a config, and its settings.

    Raises:
        UnknownNameError: If there is no such op.
        ValueError: If it has a setting that the op doesn't know.
    """
    name = _BY_CLASS.get(config["class_name"])
    if name is None:
        raise unknown_name("op", config["class_name"], _BY_CLASS)
    function = getattr(ops, name)
    settings = dict(config["config"])
    operation = Operation(function, settings.pop("name", config.get("name")))
    known = inspect.signature(function).parameters
    for key in [key for key in settings if key not in known]:
        if settings[key] not in (None, False):  # False and None are what Keras has where it does nothing
            raise ValueError(f"{operation.name}: the op {name} has no setting {key!r} (of {settings[key]!r})")
        del settings[key]
    return operation, settings


def joined_arguments(
    function: Callable[..., Any], called: list[Any], named: dict[str, Any], settings: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Return the arguments of an op's call: the inverse of `split_arguments`."""
    name = function.__name__
    parameters = inspect.signature(function).parameters
    tensors = (_TENSORS | _ALSO.get(name, set())) - _NOT.get(name, set())
    if any(one.kind is inspect.Parameter.VAR_POSITIONAL for one in parameters.values()):
        before = [key for key in settings if parameters[key].kind is inspect.Parameter.POSITIONAL_OR_KEYWORD]
        rest = {key: value for key, value in settings.items() if key not in before}
        return (*(settings[key] for key in before), *called), {**rest, **named}
    taken = [key for key in parameters if key in tensors and key not in named]
    return (), {**dict(zip(taken, called, strict=False)), **named, **settings}
