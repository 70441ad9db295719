"""check_layer: is a layer right? Its gradients, and all else that is expected of a layer.

Idea:    a layer is a function of its inputs and its weights, so `check_gradients` can check it; it only
         needs to be in float64, and to begin each call from the same place.
Before:  testing/gradients.py, testing/promises.py.  Next: testing/models.py.
Source:  ``keras/src/testing/test_case.py``, ``run_layer_test``; PyTorch's ``gradcheck``.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any, Literal

import numpy as np

from minigrad.autodiff.modes import no_grad
from minigrad.autodiff.structures import flatten
from minigrad.autodiff.tensor import Tensor
from minigrad.errors import GradientError, LayerCheckError
from minigrad.layers.layer import Layer
from minigrad.testing import promises
from minigrad.testing.arguments import Arguments, Varied
from minigrad.testing.comparison import Comparison
from minigrad.testing.differences import STEP
from minigrad.testing.gradients import check_orders, comparison
from minigrad.testing.promises import LayerCall
from minigrad.testing.reports import GradientReport, InputReport
from minigrad.testing.state import State, global_seed, perturb, to_float64

_BATCH = 2  # what None stands for
_PERTURBED = 0.1


def check_layer(
    layer: Layer,
    inputs: Any,
    *,
    arguments: dict[str, Any] | None = None,
    training: bool = True,
    order: Literal[1, 2] = 1,
    kinks: Literal["error", "skip"] = "skip",
    unused: Literal["error", "ignore"] = "error",
    config: bool = True,
    one_by_one: bool = False,
    perturb_weights: float = _PERTURBED,
    step: float = STEP,
    rtol: float = 1e-6,
    atol: float = 1e-8,
    max_elements: int | None = 100,
    seed: int = 0,
) -> GradientReport:
    """Check a layer: its derivatives by inputs and weights, its shapes, dtype and config.

    The derivatives are compared with central differences, as by `check_gradients`, of the outputs and of the
    losses that the layer adds, by every floating input and every trainable weight. For that the layer, of
    whatever dtype, is turned to float64, and each call begins with the same random numbers and moving
    statistics. Afterwards it is what it was, to the last bit; only that it is built now, if it wasn't.

    Besides, these must hold: compute_output_shape gives the outputs' shape; floating outputs are of the
    layer's dtype; a layer made from the config (and a file's JSON of it) gives the same output with the same
    weights; no call changes the inputs, or the trained weights, in place.

    Args:
        layer: The layer, built or not.
        inputs: The shape of the inputs as a tuple, batch first (None there counts as 2): random numbers of
            that shape are used. Or an array, where the numbers matter, such as the integers of an
            Embedding. For several inputs a list (or dict) of these, which is passed on as such.
        arguments: Further arguments of the call by name, such as ``mask``; shapes (as tuples) and arrays
            are treated as in inputs.
        training: Whether to call it in training mode. Default True.
        order: 1 for the gradient; 2 for the gradient, then its own derivative.
        kinks: What to do where there is no derivative, as at the corner of relu: ``"skip"`` (the default)
            counts it in the report, ``"error"`` raises.
        unused: What to do about a trainable weight that the output does not depend on: ``"error"`` (the
            default) or ``"ignore"``.
        config: Whether to check the config. Default True.
        one_by_one: Whether outputs for a batch must be those for its examples one by one. Default False,
            as it isn't true for batch normalization and dropout in training.
        perturb_weights: Each trained weight is moved at random by up to this much, since zeros, like those
            of a new bias, would hide mistakes. 0: they are checked as they are. Default 0.1.
        step, rtol, atol: See `check_gradients`.
        max_elements: Of an array with more elements than this, only so many are checked. None: all.
            Default 100.
        seed: Decides on all random numbers, with a layer that isn't built also on its weights: the same
            config and seed give the same check. Default 0.

    Returns:
        A `GradientReport` with a line for each input and weight; empty where there is nothing to
        differentiate.

    Raises:
        GradientError: If a derivative is wrong, or a weight unused. The message gives the values, the
            layer's config and the seed.
        KinkError: With kinks="error" at a kink, or where all is kinks.
        LayerCheckError: If anything else is not as it should be; with config and seed likewise.
        NotDifferentiableError: With order=2, if an op in the layer has first derivatives only.
        ValueError: If an argument is none of the above.

    Source: Keras's ``run_layer_test``, with derivatives.

    Example:
        >>> import minigrad as mg
        >>> report = mg.testing.check_layer(mg.layers.Dense(2, activation="tanh"), (4, 3), order=2)
        >>> [(row.name, row.checked) for row in report.inputs if row.order == 1]
        [('inputs', 12), ("weight 'dense.../kernel'", 6), ("weight 'dense.../bias'", 2)]
        >>> class Half(mg.layers.Layer):
        ...     def call(self, inputs):
        ...         return inputs * 0.5
        ...     def compute_output_shape(self, input_shape):
        ...         return (*input_shape, 1)
        >>> mg.testing.check_layer(Half(), (2, 3))
        Traceback (most recent call last):
        ...
        minigrad.errors.LayerCheckError: check_layer: compute_output_shape((2, 3)) gives (2, 3, 1), but ...
    """
    _check_options(layer, training, unused, perturb_weights, seed)
    compare = comparison("check_layer", step, rtol, atol, kinks, max_elements, seed)
    rng = np.random.default_rng(seed)
    given = _arrays(inputs, layer.dtype, rng)
    more = {key: _arrays(value, layer.dtype, rng) for key, value in (arguments or {}).items()}
    repeat = _repeat(layer, inputs, more, training, order, perturb_weights, seed)
    with told("check_layer", repeat):
        if not layer.built:
            with global_seed(seed), no_grad():
                layer(given, training=False, **more)
        state = State(layer)
        try:
            perturb(layer.trainable_variables, perturb_weights, rng)
            call = LayerCall(layer, given, more, training, seed)
            promises.check_output_shape(call)
            promises.check_output_dtype(call)
            promises.check_nothing_is_changed(call)
            if config:
                promises.check_config(call)
            call.start.restore()
            to_float64(layer)
            call.begin_here()
            if one_by_one:
                promises.check_one_by_one(call)
            report = _check_derivatives(call, compare, order, repeat)
            if unused == "error":
                weights = [row for row in report.inputs if row.name.startswith("weight ")]
                require_used("check_layer", weights, repeat)
            return report
        finally:
            state.restore()


def _check_options(layer: Any, training: Any, unused: Any, perturb_weights: Any, seed: Any) -> None:
    if not isinstance(layer, Layer):
        hint = "; make an instance of it" if isinstance(layer, type) else ""
        raise TypeError(f"check_layer: layer must be a layer; got {layer!r}{hint}")
    check_shared_options("check_layer", training, unused, perturb_weights, seed)


def check_shared_options(caller: str, training: Any, unused: Any, perturb_weights: Any, seed: Any) -> None:
    """Raise ValueError for a value that `check_layer` and `check_model` don't take."""
    if not isinstance(training, bool):
        raise ValueError(f"{caller}: training must be True or False; got {training!r}")
    if unused not in ("error", "ignore"):
        raise ValueError(f"{caller}: unused must be 'error' or 'ignore'; got {unused!r}")
    if not isinstance(perturb_weights, int | float) or not 0 <= perturb_weights < np.inf:
        raise ValueError(f"{caller}: perturb_weights must be a number >= 0; got {perturb_weights!r}")
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or not 0 <= seed < 2**64:
        raise ValueError(f"{caller}: seed must be an integer in [0, 2**64); got {seed!r}")


# -- inputs ----------------------------------------------------------------------------------------


def _arrays(value: Any, dtype: Any, rng: np.random.Generator) -> Any:
    """Return what is given for inputs as arrays: random ones for shapes."""
    if _is_shape(value):
        shape = (_BATCH if value and value[0] is None else value[0], *value[1:]) if value else ()
        return rng.standard_normal(shape).astype(dtype)
    if isinstance(value, dict):
        return {key: _arrays(one, dtype, rng) for key, one in value.items()}
    if _is_numbers(value):
        value = np.asarray(value)
    if isinstance(value, Tensor | np.ndarray):
        array = np.array(value)
        return array.astype(dtype) if array.dtype.kind == "f" else array
    if isinstance(value, list | tuple):
        return type(value)(_arrays(one, dtype, rng) for one in value)
    return value


def _is_numbers(value: Any) -> bool:
    """Return whether this is an array that is written as a list."""
    if isinstance(value, list) and value:
        return all(_is_numbers(one) or isinstance(one, bool | int | float) for one in value)
    return False


def _is_shape(value: Any) -> bool:
    return isinstance(value, tuple) and all(
        (isinstance(size, int) and not isinstance(size, bool) and size >= 0) or (size is None and not place)
        for place, size in enumerate(value)
    )


# -- derivatives -----------------------------------------------------------------------------------


class _Function:
    """A layer as a function of its inputs, arguments and weights, for `check_orders`."""

    def __init__(self, call: LayerCall) -> None:
        self.call = call
        mode = "in training" if call.training else "in inference"
        self.__qualname__ = f"layer {call.layer.name!r} ({type(call.layer).__name__}, {mode})"

    def __call__(self, inputs: Any, arguments: Any, weights: Any) -> Any:
        """Return the outputs, and the losses that were added; the weights are the layer's own."""
        outputs = self.call.run(inputs, {**self.call.arguments, **arguments})
        return outputs, [loss for loss in self.call.layer.losses if isinstance(loss, Tensor)]


def _check_derivatives(call: LayerCall, compare: Comparison, order: Any, repeat: str) -> GradientReport:
    """Check the derivatives of a layer that is in float64."""
    function = _Function(call)
    weights = dict(enumerate(call.layer.trainable_variables))
    floating = {key: value for key, value in call.arguments.items() if is_floating(value)}
    outputs = [one for one in flatten(function(call.inputs, {}, weights)) if is_floating(one)]
    arguments = Arguments(function, [call.inputs, floating, weights], "check_layer", repeat)
    arguments.varied = [one._replace(name=_name(one)) for one in arguments.varied]
    if not outputs or not arguments.varied:
        return compare.report
    return check_orders(compare, arguments, range(len(arguments.varied)), order)


def _name(one: Varied) -> str:
    if one.variable is not None:
        return f"weight {one.variable.path!r}"
    return one.name.replace("input 0 ('inputs')", "inputs").replace("input 1 ('arguments')", "arguments")


def is_floating(value: Any) -> bool:
    """Return whether this is a floating array or tensor."""
    return isinstance(value, np.ndarray | Tensor) and value.dtype.kind == "f"


def require_used(caller: str, weights: Sequence[InputReport], repeat: str) -> None:
    """Raise if there are weights that the result does not depend on.

    Raises:
        GradientError: Naming them.
    """
    names = [row.name for row in weights if not row.connected and row.order == 1]
    if names:
        raise GradientError(
            f"{caller}: the result does not depend on {', '.join(names)}: forgotten in call()? If that is "
            f"meant, pass unused='ignore'\n{repeat}"
        )


# -- messages --------------------------------------------------------------------------------------


def _repeat(
    layer: Layer,
    inputs: Any,
    arguments: dict[str, Any],
    training: bool,
    order: int,
    perturb_weights: float,
    seed: int,
) -> str:
    """Return what makes the same check again."""
    options = f"training={training}, order={order}, seed={seed}"
    if perturb_weights != _PERTURBED:
        options += f", perturb_weights={perturb_weights}"
    with np.printoptions(threshold=50, precision=17):
        given = repr(inputs)
        options += f", arguments={arguments!r}" if arguments else ""
    built = "  # with the weights that it has" if layer.built else ""
    return (
        f"  to see it again:\n    layer = {type(layer).__name__}.from_config({config_text(layer)}){built}\n"
        f"    check_layer(layer, {given}, {options})"
    )


def config_text(layer: Layer) -> str:
    """Return a layer's config for a message."""
    try:
        return repr(layer.get_config())
    except Exception as error:  # the message is about another one
        return f"<get_config() raises {type(error).__name__}: {error}>"


@contextlib.contextmanager
def told(caller: str, repeat: str) -> Iterator[None]:
    """Let every error from inside say how to see it again."""
    try:
        yield
    except LayerCheckError as error:
        raise LayerCheckError(f"{caller}: {error}\n{repeat}") from error.__cause__
    except GradientError:  # says it
        raise
    except Exception as error:
        error.add_note(repeat)
        raise
