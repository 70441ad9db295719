"""The description of an op: its forward function, its rule, and what the rule needs kept.

Idea:    a declaration is read once, when the module is imported. Everything that a call would have to
         work out (which arguments are arrays, what to save) is in this table by then.
Before:  node.py.  Next: calling.py (what a call does by it), pullback.py (how its rule is called).
"""

from __future__ import annotations

import functools
import inspect
import re
import weakref
from collections.abc import Callable, Sequence
from types import FunctionType
from typing import Annotated, Any, get_args, get_origin

from minigrad.errors import NotDifferentiableError

Array = Annotated[Any, "array"]
"""Marks a parameter that carries an array and takes part in differentiation.

In an op's body such a parameter is an ndarray (or a Python number); its caller may pass a `Tensor`,
an ndarray, a number or a list. ``Array | None`` is an optional one and ``Sequence[Array]`` several.
"""

_NO_DEFAULT = inspect.Parameter.empty
_VARIADIC = inspect.CO_VARARGS | inspect.CO_VARKEYWORDS


BODIES: weakref.WeakSet[Body] = weakref.WeakSet()
"""Every body that was declared, for those who look at all of them (debugging.py)."""


class Body:
    """A declared function of plain arrays.

    Attributes:
        name: The function's name, as it stands in error messages.
        forward: What is run: plain arrays and options in, plain arrays out.
    """

    def __init__(self, forward: Callable[..., Any]) -> None:
        self.name = forward.__name__.strip("_")
        self.forward = forward
        BODIES.add(self)


class Op(Body):
    """A declared op: a body with a derivative.

    Attributes:
        call: What the user calls, made of it by the decorator.
        rule: The vector-Jacobian product, or None where there is none (yet).
        parameters: The names of the body's parameters.
        arrays: The positions of those that carry arrays.
        required: The positions of those that must not be None.
        sequence: Whether the one array parameter is a sequence of arrays.
        aux: Whether the body returns ``(out, aux)``, aux being kept for the rule.
        order: The highest order of derivative, or None where there is no limit.
        several: Whether it has several outputs: its body is annotated ``-> tuple[Any, ...]``.
        single: Whether there is one input, so that the rule's result is its gradient itself.
        named: What the rule names that is kept for it.
        save: Takes the arguments, ``out`` and ``aux`` (None if there is none) to the tuple of these.
        extras: What the rule asks for after these: the index of an input, for its shape alone, or None
            for the tuple of which inputs need a gradient.
        pullback: Calls the rule with all that, as arrays; None until it is needed (pullback.py).
        recorded_pullback: Calls it with tensors, so that what it computes is recorded; likewise.
    """

    def __init__(self, forward: Callable[..., Any], *, aux: bool, order: int | None) -> None:
        super().__init__(forward)
        self.call: Callable[..., Any] = forward
        self.rule: Callable[..., Any] | None = None
        self.aux = aux
        self.order = order
        self.named: tuple[str, ...] = ()
        self.save: Callable[..., tuple[Any, ...]] = lambda *source: ()
        self.extras: tuple[int | None, ...] = ()
        self.pullback: Callable[..., Sequence[Any]] | None = None
        self.recorded_pullback: Callable[..., Sequence[Any]] | None = None

        signature = inspect.signature(forward)
        for parameter in signature.parameters.values():
            if parameter.kind is not inspect.Parameter.POSITIONAL_OR_KEYWORD:
                raise TypeError(
                    f"{self.name}: its parameter {parameter} is {parameter.kind.description}; ops have plain "
                    "parameters only, which may be passed by position and by name"
                )
        self.parameters = tuple(signature.parameters)
        self.defaults = tuple(parameter.default for parameter in signature.parameters.values())
        kinds = [_array_kind(parameter.annotation) for parameter in signature.parameters.values()]
        self.arrays = tuple(position for position, kind in enumerate(kinds) if kind)
        self.required = frozenset(position for position, kind in enumerate(kinds) if kind == "array")
        self.sequence = "sequence" in kinds
        self.several = str(forward.__annotations__.get("return")).startswith("tuple")
        self.single = len(self.arrays) == 1 and not self.sequence
        if not self.arrays:
            raise TypeError(f"{self.name}: no parameter is annotated as Array, so nothing is differentiable")
        if self.sequence and len(self.arrays) > 1:
            raise TypeError(f"{self.name}: a Sequence[Array] must be the only array parameter")

    def vjp(self, rule: Callable[..., Any]) -> Callable[..., Any]:
        """Attach ``rule``, the vector-Jacobian product: it returns one gradient per array parameter.

        Its first parameter is ``g``, the gradient of the output. The names of the others say what the
        graph keeps for it: parameters of the body, ``out`` and ``aux``. Two kinds come last, as nothing
        is kept for them: ``x_shape``, the shape alone of an input x that needs a gradient, and
        ``needs``, a tuple of booleans that tells which inputs do (None may be returned for the others).

        Raises:
            TypeError: If a name is none of these.
        """
        names = _parameter_names(rule)
        if not names or names[0] != "g":
            raise TypeError(f"{self.name}: the rule's first parameter must be g, the output's gradient")
        arrays = () if self.sequence else self.arrays  # a sequence has no one shape
        shapes = {f"{self.parameters[position]}_shape": index for index, position in enumerate(arrays)}
        known = [*self.parameters, "out", *(["aux"] if self.aux else [])]
        saved = [name for name in names[1:] if name != "needs" and name not in shapes]
        for name in saved:
            if name not in known:
                listed = ", ".join([*known, *shapes, "needs"])
                raise TypeError(f"{self.name}: its rule names {name!r}, which is none of {listed}")
        if names[1 : 1 + len(saved)] != saved:
            raise TypeError(f"{self.name}: its rule must name {names[1 + len(saved) :]} last, after {saved}")
        self.rule = rule
        self.named = tuple(saved)
        self.save = _picker((*self.parameters, "out", "aux"), self.named)
        self.extras = tuple(shapes.get(name) for name in names[1 + len(saved) :])
        self.pullback = self.recorded_pullback = None
        return rule

    def bind(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[Any]:
        """Return the arguments of a call in the order of the parameters, defaults filled in."""
        values = list(args)
        if len(args) <= len(self.parameters):
            used = 0
            for position in range(len(args), len(self.parameters)):
                name = self.parameters[position]
                if name in kwargs:
                    value = kwargs[name]
                    used += 1
                else:
                    value = self.defaults[position]
                    if value is _NO_DEFAULT:
                        break
                values.append(value)
            if used == len(kwargs) and len(values) == len(self.parameters):
                return values
        try:  # something is missing, unknown or given twice: Python says it best
            inspect.signature(self.forward).bind(*args, **kwargs)
        except TypeError as error:
            raise TypeError(f"{self.name}: {error}") from None
        raise TypeError(f"{self.name}: the arguments do not fit its parameters {self.parameters}")

    def check_order(self, order: int) -> None:
        """Raise if there is no rule, or none for derivatives of this order.

        Raises:
            NotDifferentiableError: Naming the op.
        """
        if self.rule is None:
            raise NotDifferentiableError(f"{self.name} has no derivative rule")
        if self.order is not None and order > self.order:
            raise NotDifferentiableError(
                f"{self.name} has derivatives up to order {self.order} only, and create_graph=True "
                "asks for a further one; write it in terms of other ops to differentiate it again"
            )


def _array_kind(annotation: Any) -> str:
    """Return "array", "optional" or "sequence", as `Array` describes them; "" for other annotations."""
    if isinstance(annotation, str):  # as with ``from __future__ import annotations``
        text = re.sub(r"\w+\.", "", annotation).replace(" ", "")
        return {"Array": "array", "Array|None": "optional", "Sequence[Array]": "sequence"}.get(text, "")
    if annotation == Array | None:
        return "optional"
    if annotation == Array:
        return "array"
    return "sequence" if get_origin(annotation) is Sequence and get_args(annotation) == (Array,) else ""


def _parameter_names(function: Callable[..., Any]) -> list[str]:
    """Return the names of a function's parameters; of a plain one without the slower `inspect`."""
    plain = isinstance(function, FunctionType) and not hasattr(function, "__wrapped__")
    if not plain or function.__code__.co_flags & _VARIADIC:
        return list(inspect.signature(function).parameters)
    code = function.__code__
    return list(code.co_varnames[: code.co_argcount + code.co_kwonlyargcount])


@functools.cache
def _picker(names: tuple[str, ...], picked: tuple[str, ...]) -> Callable[..., tuple[Any, ...]]:
    """Return ``lambda <names>: (<picked>)``: written out, it takes half the time of picking by position."""
    picker: Callable[..., tuple[Any, ...]] = eval(
        f"lambda {', '.join(names)}: ({''.join(f'{name}, ' for name in picked)})"
    )
    return picker
