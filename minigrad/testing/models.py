"""check_model: is the gradient that a model is trained by right, for every parameter?

Idea:    training looks at nothing but the loss's gradient by the weights. This compares it with the loss
         itself, weight by weight, for the model as it is: its layers, its loss, its data.
Before:  testing/layers.py.  Next: testing/strategies/arrays.py.
Source:  Karpathy, CS231n, "Gradient checks"; the form of the table is that of ``model.summary()``.
"""

from __future__ import annotations

import functools
from typing import Any, Literal

import numpy as np

from minigrad import ops
from minigrad.autodiff.modes import no_grad
from minigrad.autodiff.structures import flatten, rebuild
from minigrad.autodiff.tensor import Tensor
from minigrad.errors import GradientError
from minigrad.layers.layer import Layer
from minigrad.models.step import Compiled
from minigrad.testing.arguments import Arguments
from minigrad.testing.comparison import Comparison
from minigrad.testing.differences import STEP
from minigrad.testing.gradients import comparison
from minigrad.testing.layers import check_shared_options, config_text, is_floating, require_used, told
from minigrad.testing.problems import first_order
from minigrad.testing.reports import GradientReport
from minigrad.testing.state import State, global_seed, perturb, seed_generators, start_seeds, to_float64


def check_model(
    model: Layer,
    x: Any,
    y: Any = None,
    sample_weight: Any = None,
    *,
    training: bool = True,
    kinks: Literal["error", "skip"] = "skip",
    unused: Literal["error", "ignore"] = "error",
    perturb_weights: float = 0.0,
    step: float = STEP,
    rtol: float = 1e-6,
    atol: float = 1e-8,
    max_elements: int | None = 20,
    seed: int = 0,
) -> GradientReport:
    """Check the gradient of a model's loss by every trainable parameter against central differences.

    The loss is that of ``compile`` with all that layers and regularizers add to it; where there is none, it
    is the sum of the outputs. It is computed in float64, whatever the model's dtype, and always with the
    same random numbers and moving statistics. Afterwards the model, its optimizer and its metrics are what
    they were, to the last bit; only that the model is built now, if it wasn't.

    Args:
        model: The model, compiled or not, or any layer.
        x: A batch of inputs, as for ``fit``: an array, or a list or dict of them. A small one will do: each
            number that is checked takes four or more forward passes.
        y: Its targets. Default: none.
        sample_weight: A weight for each row. Default: none.
        training: Whether to call the model in training mode. Default True.
        kinks: What to do where there is no derivative, as at the corner of relu: ``"skip"`` (the default)
            counts it in the report, ``"error"`` raises.
        unused: What to do about a parameter that the loss does not depend on: ``"error"`` (the default)
            or ``"ignore"``.
        perturb_weights: Move each weight at random by up to this much before, away from the zeros of a new
            model's biases, say. Default 0: the model is checked as it is.
        step, rtol, atol: See `check_gradients`.
        max_elements: Of each parameter only so many elements are checked, spread at random. None: all.
            Default 20.
        seed: Of these choices and of all random numbers in the model. Default 0.

    Returns:
        A `GradientReport` with a line for each parameter; ``str(report)`` is a table.

    Raises:
        GradientError: If a gradient is wrong, missing or not finite, or a parameter unused. The message
            shows the table, the model's config and the seed.
        KinkError: With kinks="error" at a kink, or where all is kinks.
        ValueError: If an argument is none of the above, or the model has no trainable parameter.

    Source: CS231n, "Gradient checks".

    Example:
        >>> import minigrad as mg
        >>> model = mg.Sequential([mg.Input((3,)), mg.layers.Dense(4, "tanh", name="a"),
        ...                        mg.layers.Dense(1, name="b")], name="net")
        >>> model.compile(loss="mse")
        >>> print(mg.testing.check_model(model, np.ones((2, 3)), np.zeros((2, 1))))
        name          shape    checked  kinks  abs error  rel error  worst entry, by the rule and numerically
        net/a/kernel  (3, 4)  12 of 12      0    ...
        net/a/bias    (4,)      4 of 4      0    ...
        net/b/kernel  (4, 1)    4 of 4      0    ...
        net/b/bias    (1,)      1 of 1      0    ...
    """
    _check_options(model, training, unused, perturb_weights, seed)
    compare = comparison("check_model", step, rtol, atol, kinks, max_elements, seed)
    batch = _arrays(x), _arrays(y), _arrays(sample_weight)
    repeat = _repeat(model, training, perturb_weights, seed)
    with told("check_model", repeat):
        if not model.built:
            with global_seed(seed), no_grad():
                model(batch[0], training=False)
        if not model.trainable_variables:
            raise ValueError(
                f"check_model: {model.name!r} has no trainable parameter, so nothing is to check"
            )
        state = State(model)
        try:
            perturb(model.trainable_variables, perturb_weights, np.random.default_rng(seed))
            with no_grad():  # a loss for each output is made at the first batch
                loss_of(model, *batch, training)
            to_float64(model)
            _check_loss(_Loss(model, batch, training, seed), compare, repeat)
        finally:
            state.restore()
        if unused == "error":
            require_used("check_model", compare.report.inputs, repeat)
    return compare.report


def loss_of(model: Layer, x: Any, y: Any, sample_weight: Any, training: bool) -> Tensor:
    """Return the loss of a batch, a scalar: the model's own, or the sum of its outputs if it has none."""
    outputs = model(x, training=training)
    if isinstance(model, Compiled) and model.compiled and (model.loss is not None or model.losses):
        terms = [model.compute_loss(x, y, outputs, sample_weight)]
    else:
        terms = [one for one in flatten(outputs) if is_floating(one)] + model.losses
    total: Tensor = functools.reduce(ops.add, map(ops.sum, terms))
    return total


class _Loss:
    """A model's loss as a function of its weights, which are varied where they are."""

    def __init__(self, model: Layer, batch: tuple[Any, Any, Any], training: bool, seed: int) -> None:
        self.model, self.batch, self.training = model, batch, training
        start_seeds(seed_generators(model), seed)
        self.start = State(model, between_calls=True)
        mode = "in training" if training else "in inference"
        self.__qualname__ = f"the loss of {model.name!r} ({type(model).__name__}, {mode})"

    def __call__(self, weights: Any) -> Tensor:
        """Return the loss."""
        self.start.restore()
        return loss_of(self.model, *self.batch, self.training)


def _check_loss(function: _Loss, compare: Comparison, repeat: str) -> None:
    """Check the loss of a model that is in float64."""
    weights = dict(enumerate(function.model.trainable_variables))
    arguments = Arguments(function, [weights], "check_model", repeat="")
    arguments.varied = [one._replace(name=weights[which].path) for which, one in enumerate(arguments.varied)]
    try:
        problem, arrays = first_order(arguments, range(len(weights)))
        compare.check(problem, arrays, weights=np.ones(1))
    except GradientError as error:
        raise type(error)(f"{error}\n{compare.report}\n{repeat}") from None
    finally:
        arguments.restore()


def _check_options(model: Any, training: Any, unused: Any, perturb_weights: Any, seed: Any) -> None:
    if not isinstance(model, Layer):
        hint = "; make an instance of it" if isinstance(model, type) else ""
        raise TypeError(f"check_model: model must be a model or a layer; got {model!r}{hint}")
    check_shared_options("check_model", training, unused, perturb_weights, seed)


def _arrays(value: Any) -> Any:
    """Return arrays for what is given as data."""
    return None if value is None else rebuild(value, [np.asarray(one) for one in flatten(value)])


def _repeat(model: Layer, training: bool, perturb_weights: float, seed: int) -> str:
    """Return what a message says of how to see it again."""
    return (
        f"  to see it again: check_model(model, x, y, training={training}, seed={seed}, "
        f"perturb_weights={perturb_weights}) with the model\n    {config_text(model)}"
    )
