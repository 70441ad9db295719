"""How a call of an op is described to the suites that run over all of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from hypothesis import strategies as st


class Call(NamedTuple):
    """One call: ``op(*args, **kwargs)``.

    Array arguments are float64 ndarrays (for a Sequence[Array], a list of them); everything else is an
    option and stays as it is. The values must keep away (by 1e-2 or more) from points where the op has a
    kink.
    """

    args: tuple[Any, ...]
    kwargs: dict[str, Any] = {}  # noqa: RUF012 - nobody writes to it


CASES: dict[str, st.SearchStrategy[Call]] = {}


def case(name: str, strategy: st.SearchStrategy[Call] | None = None) -> Any:
    """Register the strategy of calls for the op ``name``; decorates a ``draw`` function, too.

    case("tanh", unary())                 # a ready strategy

    @case("sum")
    def _(draw):                          # the function that st.composite would take
        ...
        return Call((x,), {"axis": 0})
    """

    def register(value: st.SearchStrategy[Call]) -> None:
        if name in CASES:
            raise ValueError(f"op {name!r} has two cases")
        CASES[name] = value

    if strategy is not None:
        return register(strategy)

    def decorate(function: Callable[..., Call]) -> Callable[..., Call]:
        register(st.composite(function)())
        return function

    return decorate
