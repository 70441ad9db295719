"""debug_nans: stop at the op that makes the first NaN or infinity.

Idea:    a NaN shows up in the loss, long after it arose. Inside this context, whoever makes one is named
         at once. Nobody pays for that outside of it: the three places that all results come through (an
         op's body, the making of a node, the call of a rule) are exchanged on entering for ones
         that look, and put back on leaving.
Before:  calling.py, walk.py.  Next: layout.py.
Source:  ``jax.debug_nans``, ``torch.autograd.detect_anomaly``, ``tf.debugging.enable_check_numerics``.
"""

from __future__ import annotations

import contextlib
import functools
import linecache
import os
import sys
import threading
import weakref
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from minigrad.autodiff import calling
from minigrad.autodiff.node import MODE, Node, new_node
from minigrad.autodiff.op import BODIES, Body, Op
from minigrad.autodiff.pullback import Pullback, make_pullback
from minigrad.autodiff.tensor import NDArray, Tensor
from minigrad.errors import NonFiniteError

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep


class Site(NamedTuple):
    """Where a user called an op, or called what made an op be called."""

    filename: str
    line: int
    function: str
    by: str = ""

    def __str__(self) -> str:
        source = linecache.getline(self.filename, self.line).strip()
        where = f'  File "{self.filename}", line {self.line}, in {self.function}'
        return f"{where}\n    {source}" if source else where


class Watcher:
    """What one thread's debug_nans knows.

    Attributes:
        sites: Where the op of each node was called; forgotten when the node is.
        rule: The call whose rule is being applied, as ``(name, site)``, or None.
        busy: Whether an op's body is running: what it calls in turn is its own business.
    """

    def __init__(self) -> None:
        self.sites: weakref.WeakKeyDictionary[Node, Site] = weakref.WeakKeyDictionary()
        self.rule: tuple[str, Site | None] | None = None
        self.busy = False


class debug_nans(contextlib.ContextDecorator):  # noqa: N801 - JAX's name, used like a keyword
    """Inside, an op that makes a NaN or an infinity raises an error that says which, and where.

    An op whose inputs hold NaNs may return NaNs, and one whose inputs hold infinities, infinities; both
    count as made only where no input has any. In a backward pass the same holds for an op's rule, whose
    inputs are the gradient that arrives and what the op saved. Ops are then several times slower, so
    this is for finding a bug. Only the thread that enters it is concerned, and ops that were declared
    before. A context manager, and a decorator.

    Args:
        enabled: False switches an outer debug_nans off inside. Default True.

    Raises:
        NonFiniteError: From inside: with the op's name, forward or backward, the shapes, how many elements
            there are and the first one's index, and the line outside of minigrad that called the op; for
            a backward pass, the line that called it in the forward pass.
        TypeError: If enabled is not a boolean; as a decorator it is written ``@debug_nans()``.

    Source: ``jax.debug_nans``, ``torch.autograd.detect_anomaly``.

    Example:
        >>> import minigrad as mg
        >>> x = mg.Tensor([1.0, 0.0], requires_grad=True)
        >>> with mg.debug_nans():
        ...     mg.ops.sqrt(x).sum().backward()
        Traceback (most recent call last):
        ...
        minigrad.errors.NonFiniteError: sqrt, backward: made 1 infinity, at index (1,) of the gradient of ...
    """

    def __init__(self, enabled: bool = True) -> None:
        if not isinstance(enabled, bool):
            raise TypeError(f"debug_nans: enabled must be True or False; got {enabled!r}. Write debug_nans()")
        self.enabled = enabled
        self._before: list[Watcher | None] = []

    def _recreate_cm(self) -> debug_nans:
        return type(self)(self.enabled)  # for each call of a decorated function

    def __enter__(self) -> None:
        self._before.append(MODE.watcher)
        if self.enabled:
            _exchange.acquire()
        MODE.watcher = Watcher() if self.enabled else None

    def __exit__(self, *exception: object) -> None:
        MODE.watcher = self._before.pop()
        if self.enabled:
            _exchange.release()


# -- exchanging the three places -----------------------------------------------------------------


class _Exchange:
    """The exchange of all ops' bodies, while any thread wants it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._wanted = 0
        self._exchanged: list[tuple[Body, str, Any]] = []

    def acquire(self) -> None:
        with self._lock:
            self._wanted += 1
            if self._wanted > 1:
                return
            for body in list(BODIES):
                self._put(body, "forward", _watched_forward(body))
                if isinstance(body, Op):
                    self._put(body, "pullback", _watched_pullback(body, recorded=False))
                    self._put(body, "recorded_pullback", _watched_pullback(body, recorded=True))
            vars(calling)["new_node"] = _watched_new_node

    def _put(self, body: Body, name: str, new: Any) -> None:
        self._exchanged.append((body, name, getattr(body, name)))
        setattr(body, name, new)

    def release(self) -> None:
        with self._lock:
            self._wanted -= 1
            if self._wanted:
                return
            for body, name, before in self._exchanged:
                setattr(body, name, before)
            self._exchanged = []
            vars(calling)["new_node"] = new_node


_exchange = _Exchange()


def _watched_forward(body: Body) -> Callable[..., Any]:
    """Return a body's function that looks at what it returns, in threads that want it."""
    name, forward, aux = body.name, body.forward, isinstance(body, Op) and body.aux

    @functools.wraps(forward)
    def watched(*args: Any, **kwargs: Any) -> Any:
        watcher = MODE.watcher
        if watcher is None or watcher.busy or watcher.rule is not None:
            return forward(*args, **kwargs)
        watcher.busy = True
        try:
            with np.errstate(all="ignore"):  # the error says more than NumPy's warning would
                result = forward(*args, **kwargs)
        finally:
            watcher.busy = False
        made = _made(result[0] if aux else result, (*args, *kwargs.values()))
        if made is not None:
            which, what = made
            shapes = ", ".join(str(np.shape(one)) for one in _floats((*args, *kwargs.values())))
            part = f"output {which}" if isinstance(result, tuple) and not aux else "the result"
            raise NonFiniteError(
                f"{name}: made {what} of {part}, from inputs of shape {shapes} without any. It was called "
                f"at\n{_site()}"
            )
        return result

    return watched


def _watched_new_node(op: Any, parents: Any, saved: Any, shape: Any) -> Node:
    node = new_node(op, parents, saved, shape)
    watcher = MODE.watcher
    if watcher is not None:
        if watcher.rule is None:
            watcher.sites[node] = _site()
        elif watcher.rule[1] is not None:  # a recorded backward pass: the line of the forward one is told
            name, site = watcher.rule
            watcher.sites[node] = site._replace(by=f"by the derivative of {name}, called {site.by}")
    return node


def _watched_pullback(op: Op, recorded: bool) -> Pullback:
    """Return a call of an op's rule that looks at the gradients that the rule gives."""
    known = op.recorded_pullback if recorded else op.pullback

    def watched(g: Any, node: Node, useful: frozenset[Any] | None) -> Sequence[Any]:
        nonlocal known
        pullback = known = known or make_pullback(op, recorded)
        watcher = MODE.watcher
        if watcher is None:
            return pullback(g, node, useful)
        site, parents, inputs = watcher.sites.get(node), node.parents or (), (g, node.saved)
        before, watcher.rule = watcher.rule, (node.op.name, site)
        try:
            with np.errstate(all="ignore"):
                results = pullback(g, node, useful)
        finally:
            watcher.rule = before
        for index, (parent, result) in enumerate(zip(parents, results, strict=True)):
            needed = parent is not None and (useful is None or parent in useful)
            made = _made(result, inputs) if needed else None
            if made is not None:
                where = f"{site.by}at\n{site}" if site else "before debug_nans began"
                raise NonFiniteError(
                    f"{node.op.name}, backward: made {made[1]} of the gradient of "
                    f"{_input_name(node.op, index)}, of shape {result.shape}. Neither the gradient that "
                    f"arrived, of shape {node.shape}, nor what the op had saved has any. "
                    f"It was called {where}"
                )
        return results

    return watched


def _input_name(op: Op, index: int) -> str:
    return f"input {index}" if op.sequence else op.parameters[op.arrays[index]]


# -- looking -------------------------------------------------------------------------------------


def _made(out: Any, inputs: Any) -> tuple[int, str] | None:
    """Return which output holds what none of the inputs does, and a description; None if none does."""
    for index, array in enumerate(_floats(out)):
        if np.isfinite(array).all():
            continue
        given = list(_floats(inputs))
        kinds = []
        new: NDArray = np.zeros(array.shape, bool)
        for test, one, many in (np.isnan, "NaN", "NaNs"), (np.isinf, "infinity", "infinities"):
            found = test(array)
            if found.any() and not any(test(other).any() for other in given):
                count = int(found.sum())
                kinds.append(f"{count} {one if count == 1 else many}")
                new |= found
        if kinds:
            first = tuple(int(i) for i in np.argwhere(new)[0])
            word = "at" if int(new.sum()) == 1 else "the first at"
            return index, f"{' and '.join(kinds)}, {word} index {first}"
    return None


def _floats(value: Any) -> Iterator[NDArray]:
    """Find the floating arrays and numbers in ``value``."""
    if isinstance(value, tuple | list):
        for one in value:
            yield from _floats(one)
    elif isinstance(value, Tensor):
        yield from _floats(value._data)
    elif isinstance(value, np.ndarray | np.generic | float):
        array = np.asarray(value)
        if array.dtype.kind == "f":
            yield array


def _site() -> Site:
    """Return the innermost line that is being run and is not minigrad's own."""
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_PACKAGE):
        frame = frame.f_back
    return Site(frame.f_code.co_filename, frame.f_lineno, frame.f_code.co_name)
