"""Calls of the ops that arrange, join, read and replace elements."""

import numpy as np
from hypothesis import strategies as st

from minigrad.testing.strategies import arrays, shapes
from op_cases.call import Call, case


def some_axis(draw, ndim):
    return draw(st.integers(-ndim, ndim - 1))


def some_axes(draw, ndim):
    """None, an axis, or several different ones."""
    several = st.permutations(range(ndim)).flatmap(
        lambda order: st.integers(0, ndim).map(lambda count: tuple(order[:count]))
    )
    return draw(st.none() | several | (st.integers(-ndim, ndim - 1) if ndim else st.none()))


@case("reshape")
def _(draw):
    shape = draw(shapes())
    size = int(np.prod(shape))
    wanted = [(size,), (1, size), size, tuple(reversed(shape)), (*shape, 1)]
    wanted += [-1, (2, -1)] if size and size % 2 == 0 else []
    return Call((draw(arrays(shape)), draw(st.sampled_from(wanted))))


@case("flip")
def _(draw):
    x = draw(arrays(shapes()))
    return Call((x,), {"axis": some_axes(draw, x.ndim)})


@case("roll")
def _(draw):
    x = draw(arrays(shapes()))
    shift = draw(st.integers(-5, 5))
    if x.ndim and draw(st.booleans()):
        axes = tuple(range(draw(st.integers(1, x.ndim))))
        return Call((x, tuple(shift + axis for axis in axes), axes))
    return Call((x, shift, some_axis(draw, x.ndim) if x.ndim and draw(st.booleans()) else None))


@case("rot90")
def _(draw):
    x = draw(arrays(shapes(min_ndim=2)))
    axes = draw(st.permutations(range(x.ndim)).map(lambda order: tuple(order[:2])))
    return Call((x,), {"k": draw(st.integers(-3, 5)), "axes": axes})


@st.composite
def parts(draw, least=0):
    """Arrays that agree but for one axis, and the axis."""
    shape = list(draw(shapes(min_ndim=1)))
    axis = draw(st.integers(0, len(shape) - 1))
    sizes = draw(st.lists(st.integers(least, 3), min_size=1, max_size=3))
    return [draw(arrays((*shape[:axis], size, *shape[axis + 1 :]))) for size in sizes], axis


@case("concatenate")
def _(draw):
    return Call(draw(parts()))


@case("split")
def _(draw):
    xs, axis = draw(parts())
    points = np.cumsum([x.shape[axis] for x in xs])[:-1]
    return Call((np.concatenate(xs, axis), tuple(map(int, points)), axis))


@case("stack")
def _(draw):
    shape = draw(shapes())
    xs = [draw(arrays(shape)) for _ in range(draw(st.integers(1, 3)))]
    return Call((xs, draw(st.integers(0, len(shape)))))


@case("unstack")
def _(draw):
    shape = draw(shapes(min_ndim=1).filter(lambda shape: 0 not in shape))
    return Call((draw(arrays(shape)), draw(st.integers(0, len(shape) - 1))))


@case("pad")
def _(draw):
    x = draw(arrays(shapes()))
    widths = tuple((draw(st.integers(0, 2)), draw(st.integers(0, 2))) for _ in x.shape)
    return Call((x, widths, draw(st.sampled_from((0.0, 1.5)))))


def slices(size):
    """A slice of any kind, or where there is an element an integer."""
    bound = st.none() | st.integers(-size - 1, size + 1)
    sliced = st.builds(slice, bound, bound, st.sampled_from((None, 1, 2, -1, -2)))
    return sliced | st.integers(-size, size - 1) if size else sliced


@st.composite
def keys(draw, shape):
    """A key of any kind for an array of this shape."""
    if draw(st.integers(0, 3)) == 0:
        axes = draw(st.integers(0, len(shape)))
        rng = np.random.default_rng(draw(st.integers(0, 99)))
        return rng.random(shape[:axes]) < 0.6
    where = draw(st.integers(0, len(shape)))
    together = draw(shapes(max_ndim=2, max_size=3))
    key = []
    for size in shape[:where]:
        kinds = [slices(size)]
        if size:
            index = st.lists(
                st.integers(-size, size - 1), min_size=int(np.prod(together)), max_size=int(np.prod(together))
            )
            kinds.append(index.map(lambda flat: np.array(flat, dtype=np.intp).reshape(together)))
        key.append(draw(st.one_of(kinds)))
    if draw(st.booleans()):
        key.append(...)
        key += [draw(slices(size)) for size in shape[where:]]
    if draw(st.booleans()):
        key.insert(draw(st.integers(0, len(key))), None)
    return tuple(key)


@case("get_item")
def _(draw):
    shape = draw(shapes())
    return Call((draw(arrays(shape)), draw(keys(shape))))


@case("put_items")
def _(draw):
    shape = draw(shapes())
    key = draw(keys(shape))
    values = np.zeros(shape)[key].shape
    return Call((draw(arrays(narrowed(draw, values))), key, shape))


@case("set_items")
def _(draw):
    shape = draw(shapes())
    key = draw(keys(shape))
    values = np.zeros(shape)[key].shape
    if draw(st.integers(0, 4)) == 0:
        return Call((draw(arrays(shape)), 2.0, key))
    return Call((draw(arrays(shape)), draw(arrays(narrowed(draw, values))), key))


def narrowed(draw, shape):
    """A shape that broadcasts to ``shape``."""
    kept = tuple(draw(st.sampled_from((size, size, 1))) for size in shape)
    return kept[draw(st.integers(0, len(kept))) :] if draw(st.booleans()) else kept


@case("sort")
def _(draw):
    x = draw(arrays(shapes(min_ndim=1), separation=0.04))
    return Call((x, some_axis(draw, x.ndim)))
