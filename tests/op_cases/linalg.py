"""Calls of the ops on vectors and matrices."""

import numpy as np
from hypothesis import strategies as st

from minigrad.testing.strategies import arrays, broadcastable_shapes, shapes
from op_cases.call import Call, case


@case("transpose")
def _(draw):
    x = draw(arrays(shapes()))
    axes = draw(st.permutations(range(x.ndim)))
    signed = tuple(axis - draw(st.sampled_from((0, x.ndim))) for axis in axes)
    return Call((x, draw(st.sampled_from((None, signed)))))


@case("swapaxes")
def _(draw):
    x = draw(arrays(shapes(min_ndim=1)))
    axis = st.integers(-x.ndim, x.ndim - 1)
    return Call((x, draw(axis), draw(axis)))


@st.composite
def chosen_axes(draw, ndim):
    first, second = draw(st.permutations(range(ndim)))[:2]
    return {
        "axis1": first - draw(st.sampled_from((0, ndim))),
        "axis2": second - draw(st.sampled_from((0, ndim))),
    }


@case("diagonal")
def _(draw):
    x = draw(arrays(shapes(min_ndim=2)))
    return Call((x, draw(st.integers(-2, 2))), draw(chosen_axes(x.ndim)))


@case("embed_diagonal")
def _(draw):
    shape = draw(shapes(min_ndim=2))
    offset, axes = draw(st.integers(-2, 2)), draw(chosen_axes(len(shape)))
    x = draw(arrays(np.diagonal(np.zeros(shape), offset, **axes).shape))
    return Call((x, shape, offset), axes)


@st.composite
def triangles(draw):
    x = draw(arrays(shapes(min_ndim=2)))
    return Call((x,), draw(st.sampled_from(({}, {"k": -1}, {"k": 2}))))


case("tril", triangles())
case("triu", triangles())


@case("matmul")
def _(draw):
    m, k, n = (draw(st.integers(0, 3)) for _ in range(3))
    stack1, stack2 = draw(broadcastable_shapes(max_ndim=2, max_size=3))
    shape1, shape2 = draw(
        st.sampled_from(
            [
                ((*stack1, m, k), (*stack2, k, n)),
                ((*stack1, m, k), (k, n)),
                ((m, k), (*stack2, k, n)),
                ((k,), (*stack2, k, n)),
                ((*stack1, m, k), (k,)),
                ((k,), (k,)),
            ]
        )
    )
    return Call((draw(arrays(shape1)), draw(arrays(shape2))))


@case("cross")
def _(draw):
    one, other = draw(broadcastable_shapes(max_ndim=2))
    return Call((draw(arrays((*one, 3))), draw(arrays((*other, 3)))))


@case("einsum")
def _(draw):
    """Each letter is twice there at least: that is what the core op is promised."""
    sizes = {letter: draw(st.integers(0, 3)) for letter in "abcd"}
    letters = draw(
        st.sampled_from(
            [
                ("ab", "bc", "ac"),
                ("ab", "bc", "ca"),
                ("bac", "dab", "dacb"),
                ("ab", "ba", ""),
                ("abc", "acd", "abd"),
                ("ab", "ab", "ba"),
                ("a", "b", "ab"),
                ("", "ab", "ab"),
                ("abc", "cb", "a"),
            ]
        )
    )
    x1, x2 = (draw(arrays(tuple(sizes[letter] for letter in term))) for term in letters[:2])
    return Call((x1, x2, letters))


@st.composite
def matrices(draw, diagonal=2.0, noise=0.4, rows=None, columns=None, min_size=1, max_size=3):
    """Stacks of matrices that are far from singular: noise on a diagonal that ascends."""
    stack = draw(shapes(max_ndim=1, max_size=2))
    m = draw(st.integers(min_size, max_size)) if rows is None else rows
    n = m if columns is None else draw(columns)
    steps = diagonal + np.arange(min(m, n))
    plain = np.zeros((m, n))
    np.fill_diagonal(plain, steps)
    return plain + draw(arrays((*stack, m, n), -noise, noise))


square = matrices(min_size=0)
oblong = matrices(columns=st.integers(1, 3))


@case("solve")
def _(draw):
    a = draw(square)
    n = draw(st.integers(0, 2))
    stack = draw(st.sampled_from((a.shape[:-2], (1,) * (a.ndim - 2), (2, *a.shape[:-2]))))
    return Call((a, draw(arrays((*stack, a.shape[-1], n)))))


def of(strategy):
    return strategy.map(lambda x: Call((x,)))


case("inv", of(square))
case("det", of(square))
case("cofactors", of(square))
case("slogdet", of(square))
case("cholesky", of(square))
case("lu_factor", of(square))
case("qr", of(matrices(rows=3, columns=st.integers(1, 3))))
case("eigh", of(square))
case("singular_values", of(oblong))
case("svd", of(oblong))


@case("pinv")
def _(draw):
    return Call((draw(oblong), draw(st.sampled_from((None, 1e-3)))))
