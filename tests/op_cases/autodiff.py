"""Calls of the engine's own ops."""

from hypothesis import strategies as st

from minigrad.testing.strategies import arrays, shapes
from op_cases.call import Call, case


@case("broadcast_to")
def _(draw):
    shape = draw(shapes())
    kept = tuple(draw(st.sampled_from((1, size))) for size in shape)
    x = draw(arrays(kept[draw(st.integers(0, len(kept))) :]))
    wanted = draw(st.sampled_from((0, 1)))
    return Call((x, (2,) * wanted + shape))


@case("sum_to_shape")
def _(draw):
    shape = draw(shapes())
    kept = tuple(draw(st.sampled_from((1, size))) for size in shape)
    return Call((draw(arrays(shape)), kept[draw(st.integers(0, len(kept))) :]))


@case("cast")
def _(draw):
    return Call((draw(arrays(draw(shapes()))), "float64"))
