"""Is a derivative right? Ask the function itself.

Idea:    a derivative is a claim about what the function does nearby, and that can be looked up: move
         one number, see how the result moves, compare. It is slow, and knows nothing of any rule, so
         that a rule and this check can't be wrong in the same way.
Before:  testing/comparison.py.  Next: testing/state.py.
Source:  autograd's ``check_grads``; PyTorch's ``gradcheck`` and ``gradgradcheck``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

from minigrad.autodiff.transform_arguments import check_function
from minigrad.testing.arguments import Arguments
from minigrad.testing.comparison import Comparison
from minigrad.testing.differences import STEP
from minigrad.testing.problems import first_order, second_order
from minigrad.testing.reports import GradientReport


def check_gradients(
    fn: Callable[..., Any],
    *inputs: Any,
    order: Literal[1, 2] = 1,
    wrt: int | Sequence[int] | None = None,
    step: float = STEP,
    rtol: float = 1e-6,
    atol: float = 1e-8,
    kinks: Literal["error", "skip"] = "error",
    max_elements: int | None = 500,
    seed: int = 0,
) -> GradientReport:
    """Check the derivatives of ``fn`` against central differences in float64.

    The result is multiplied by random weights w, and for each single element x of the inputs the rules'
    ``d(w . fn)/dx`` is compared with ``(w . fn(x + h) - w . fn(x - h)) / 2h``, extrapolated to h = 0.
    With ``order=2`` the gradient itself is checked as well, as a function of the inputs and of w.

    Args:
        fn: Takes tensors and returns a Tensor of any shape, or a tuple, list or dict of them (integer
            ones among them are left aside). It must be deterministic, and compute in float64 what it
            gets in float64.
        *inputs: Arrays, tensors, variables, numbers, lists; or lists, tuples and dicts of arrays. They
            are converted to float64 and each element is varied, but for integers and booleans, which are
            passed on as constants. A variable is varied itself, so that fn may be a function that uses
            it without being passed it, such as a layer; it is given back its value at the end.
        order: 1 for the gradient; 2 for the gradient, then its own derivative.
        wrt: The positions of the inputs to check. Default: all.
        step: The first step h, for numbers up to 1; beyond it is relative. Smaller ones follow where
            needed. Default 2e-3.
        rtol: What a derivative may be off by, relative to it. Default 1e-6.
        atol: What it may be off by besides. Default 1e-8. Where rounding alone can explain more, up to
            a hundred times these tolerances are allowed.
        kinks: What to do where fn has a kink or a jump, so that there is no derivative: ``"error"`` (the
            default), or ``"skip"``, where the rule's value need only lie between the slopes to the left
            and to the right. Skipping every element is an error.
        max_elements: Of an array with more elements than this, only so many are checked, evenly spread
            at random. None: all. Default 500.
        seed: Of the random weights and choices; the same seed gives the same check. Default 0.

    Returns:
        A `GradientReport`: how many derivatives were compared, and the largest error.

    Raises:
        GradientError: If a derivative is wrong, missing, not finite, or of the wrong shape or dtype. The
            message names the input and the elements, and gives both values.
        KinkError: If fn has a kink at the inputs, so that there is nothing to compare.
        NotDifferentiableError: With order=2, if an op in fn has first derivatives only.
        DTypeError: If fn returns less than float64.
        TypeError: If fn is no function.
        ValueError: If an argument is none of the above, fn isn't deterministic, or nothing is to check.

    Source: ``torch.autograd.gradcheck``, ``autograd.test_util.check_grads``.

    Example:
        >>> import minigrad as mg
        >>> from minigrad.testing import check_gradients
        >>> report = check_gradients(lambda x, y: mg.ops.tanh(x * y), [0.5, -1.0], [2.0], order=2)
        >>> report.checked, report.max_rel_error < 1e-9
        (8, True)
        >>> def double(x):
        ...     return x * 2.0 + mg.Tensor(x.data)  # a constant to the rules, but it is none
        >>> check_gradients(double, [1.0])
        Traceback (most recent call last):
        ...
        minigrad.errors.GradientError: check_gradients: the gradient of double ... is wrong ...
    """
    check_function("check_gradients", fn)
    arguments = Arguments(fn, inputs)
    compare = comparison("check_gradients", step, rtol, atol, kinks, max_elements, seed)
    return check_orders(compare, arguments, _chosen(arguments, len(inputs), wrt), order)


def check_orders(
    compare: Comparison, arguments: Arguments, chosen: Sequence[int], order: int
) -> GradientReport:
    """Check the gradient and, with ``order=2``, the gradient's own; what all checks here share.

    Args:
        compare: The settings.
        arguments: The function and its inputs.
        chosen: Which of the varied arrays are checked.
        order: 1 or 2.
    """
    if order not in (1, 2):
        raise ValueError(f"{arguments.caller}: order must be 1 or 2; got {order!r}")
    try:
        problem, arrays = first_order(arguments, chosen)
        weights = compare.check(problem, arrays)
        if order == 2:
            problem, arrays = second_order(arguments, chosen, weights)
            compare.check(problem, arrays)
    finally:
        arguments.restore()
    return compare.report


def comparison(
    caller: str,
    step: float,
    rtol: float,
    atol: float,
    kinks: str,
    max_elements: int | None,
    seed: int,
) -> Comparison:
    """Return the settings of a check, after a look at each.

    Raises:
        ValueError: If one is out of range; ``caller`` stands in the message.
    """
    if not 0 < step < 1:
        raise ValueError(f"{caller}: step must be a number in (0, 1); got {step!r}")
    if not (rtol >= 0 and atol >= 0 and rtol + atol > 0):
        raise ValueError(f"{caller}: rtol and atol can't be negative, nor both 0; got {rtol!r} and {atol!r}")
    if kinks not in ("error", "skip"):
        raise ValueError(f"{caller}: kinks must be 'error' or 'skip'; got {kinks!r}")
    if max_elements is not None and max_elements < 1:
        raise ValueError(f"{caller}: max_elements must be a positive integer or None; got {max_elements!r}")
    return Comparison(GradientReport(), step, rtol, atol, kinks == "skip", max_elements, seed)


def _chosen(arguments: Arguments, count: int, wrt: int | Sequence[int] | None) -> list[int]:
    """Return which of the varied arrays are checked."""
    varied = [one.position for one in arguments.varied]
    wanted = varied if wrt is None else [wrt] if isinstance(wrt, int) else list(wrt)
    for position in wanted:
        if not 0 <= position < count:
            raise ValueError(f"check_gradients: wrt names input {position!r}, but there are {count} inputs")
        if position not in varied:
            raise ValueError(f"check_gradients: wrt names input {position}, which holds no floating array")
    if not wanted:
        raise ValueError("check_gradients: none of the inputs is a floating array, so nothing is to check")
    return [index for index, position in enumerate(varied) if position in wanted]
