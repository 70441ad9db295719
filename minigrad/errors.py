"""Every class of error that a user of minigrad can meet.

Idea:    an error is part of the interface. Each class below is also the standard class that Keras or
         NumPy would raise there, so ``except ValueError`` written for them works here too.
Before:  nothing.  Next: shapes.py (the arithmetic that raises most of them).
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class ShapeError(ValueError):
    """Shapes that don't fit each other or the operation; the message gives the shapes."""


class DTypeError(TypeError):
    """A dtype that the operation, or a gradient, can't be computed in."""


class GraphError(RuntimeError):
    """The recorded graph can't be differentiated: it was freed, or an array that it saved changed."""


class NotDifferentiableError(GraphError):
    """A derivative of an order that the operation doesn't have was asked for."""


class NonFiniteError(FloatingPointError):
    """Under `debug_nans`: an operation made NaNs or infinities of numbers that were none."""


class GradientError(AssertionError):
    """A gradient check found a derivative that differs from the numerical one."""


class KinkError(GradientError):
    """A gradient check was made at a kink or a jump, where there is no derivative to compare with."""


class SymbolicError(RuntimeError):
    """A number was asked of a symbolic tensor, which has none: it stands for what a model will be given."""


class LayerCheckError(AssertionError):
    """`check_layer` found a layer that doesn't do what its output shape, dtype or config promises."""


class NotBuiltError(ValueError):
    """A layer or model has no weights yet because it doesn't know its input's shape."""


class NotCompiledError(ValueError):
    """``fit``, ``evaluate`` and the like were called before ``compile``."""


class UnknownNameError(ValueError):
    """A string that should name a layer, loss, optimizer ... names none."""


class DataFileError(ValueError):
    """A file is truncated, damaged, no such file at all, or doesn't fit; the message names it."""


class MissingFileError(FileNotFoundError, ValueError):
    """There is no file of that name. Python would raise FileNotFoundError, Keras raises ValueError."""


class CheckpointError(ValueError, AssertionError):
    """A checkpoint doesn't fit what it should be restored to; the message names the variables."""


class DownloadError(OSError):
    """A data file couldn't be fetched or stored; the message says where to put it by hand."""


class LikelyMistakeWarning(UserWarning):
    """Training runs, but hardly as it was meant to; the message says what to change.

    To be rid of them: ``warnings.simplefilter("ignore", minigrad.errors.LikelyMistakeWarning)``.
    """


def unknown_name(kind: str, name: object, known: Iterable[str]) -> UnknownNameError:
    """Return the error for a name that isn't known: what exists, and the nearest of it.

    Args:
        kind: What the name should have named, such as ``"activation"``.
        name: What the user gave.
        known: Every accepted name.

    Example:
        >>> str(unknown_name("activation", "rleu", ["relu", "tanh"]))
        "unknown activation 'rleu': did you mean 'relu'? Known: relu, tanh"
    """
    names = sorted(known)
    near = difflib.get_close_matches(str(name), names, n=1)
    if not near:  # the spelling may differ only in its case
        near = [other for other in names if other.lower() == str(name).lower()]
    hint = f": did you mean {near[0]!r}?" if near else "."
    return UnknownNameError(f"unknown {kind} {name!r}{hint} Known: {', '.join(names)}")


class UnknownArgumentError(TypeError, ValueError):
    """A keyword that a layer or model doesn't know. Python would raise TypeError, Keras raises ValueError."""
