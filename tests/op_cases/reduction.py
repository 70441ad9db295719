"""Calls of the ops that make one number of many, and of the running ones."""

import numpy as np
from hypothesis import strategies as st

from minigrad.testing.strategies import arrays, shapes
from op_cases.call import Call, case


@st.composite
def options(draw, ndim):
    """An axis (none, one of either sign, several or no one) and keepdims, by position or by name."""
    choices = [st.none(), st.just(())]
    if ndim:
        choices += [
            st.integers(-ndim, ndim - 1),
            st.lists(st.integers(0, ndim - 1), unique=True, max_size=ndim).map(tuple),
        ]
    chosen = {"axis": draw(st.one_of(choices)), "keepdims": draw(st.booleans())}
    return {name: value for name, value in chosen.items() if value or draw(st.booleans())}


@st.composite
def reduced(draw, min_size=0, **kwargs):
    x = draw(arrays(shapes(min_size=min_size), **kwargs))
    return Call((x,), draw(options(x.ndim)))


def of_something(call):
    """Tell whether no result is of nothing: that would be NaN or infinite, with nothing to compare."""
    return call.args[0].size or not np.sum(*call.args, **call.kwargs).size


case("sum", reduced())
case("mean", reduced().filter(of_something))
case("var", reduced().filter(of_something))
case("std", reduced(separation=0.02).filter(of_something))
case("logsumexp", reduced().filter(of_something))


@st.composite
def extrema(draw):
    initial = draw(st.sampled_from((None, -4.0, 4.0)))
    x = draw(arrays(shapes(min_size=1 if initial is None else 0), separation=0.02))
    return Call((x,), {**draw(options(x.ndim)), "initial": initial})


case("max", extrema())
case("min", extrema())


@case("prod")
def _(draw):
    """With zeros: none, one, or several of them."""
    x = draw(arrays(shapes()))
    flat = x.reshape(-1)
    for _ in range(draw(st.integers(0, 3))):
        if x.size:
            flat[draw(st.integers(0, x.size - 1))] = 0.0
    return Call((x,), {"axis": None, "keepdims": False, **draw(options(x.ndim))})


@st.composite
def along_the_last(draw, **choices):
    x = draw(arrays(shapes(min_ndim=1), low=-2.0, high=2.0))
    if x.size and draw(st.booleans()):
        x.reshape(-1)[draw(st.integers(0, x.size - 1))] = 0.0
    return Call((x,), {name: draw(st.sampled_from(values)) for name, values in choices.items()})


case("running_sum", along_the_last(reverse=(False, True)))
case("running_product", along_the_last(reverse=(False, True)))
case("shift", along_the_last(by=(-5, -1, 0, 1, 2), fill=(0.0, 1.0)))


@case("linear_recurrence")
def _(draw):
    shape = draw(shapes(min_ndim=1))
    return Call((draw(arrays(shape)), draw(arrays(shape)), draw(st.booleans())))


@case("power_norm")
def _(draw):
    order = draw(st.sampled_from((2.0, 3.0, 1.5, 0.5, -1.0, -2.5)))
    x = draw(arrays(shapes(min_size=1 if order < 0 else 0), low=-2.0, high=2.0, away_from=(0,), margin=0.3))
    return Call((x, order), draw(options(x.ndim)))


@st.composite
def groups(draw):
    """Rows, and the group of each: none of them empty, since its extremum would be infinite."""
    ids = np.array(draw(st.permutations([0, 1, 1, 2, 2, 2])))
    rest = draw(shapes(max_ndim=2))
    return Call((draw(arrays((6, *rest), separation=0.02)), ids, 3))


case("segment_max", groups())
case("segment_min", groups())
