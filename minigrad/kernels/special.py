"""The error function, its complement and its inverse, on arrays.

Idea:    no formula of finitely many steps gives them, but a quotient of two polynomials, fitted once
         for each stretch of the axis, gives them to the last digit. Horner's rule does the rest.
Shapes:  any; float64 is exact to about 1e-15 of the result, float32 to about 2e-7.
Before:  elementwise.py.  Next: activation.py; ops/special.py (their derivatives).
Source:  erf and erfc: S. Moshier's and Sun Microsystems' fits, in FreeBSD's ``msun/src/s_erf.c`` (1993); for
         float32 a least-squares fit of our own, reweighted until the largest errors were equal (Lawson's
         method); the inverse: M. J. Wichura, "Algorithm AS 241: The percentage points of the normal
         distribution", Applied Statistics 37 (1988) 477-484.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from minigrad.kernels.elementwise import over_blocks
from minigrad.kernels.scratch import scratch

NDArray = np.ndarray[Any, np.dtype[Any]]
Piece = Callable[[NDArray], NDArray]

# The coefficients of each polynomial, that of the highest power first.

# erf x = x (1 + P/Q) in x^2, for |x| < 0.84375
NEAR_P = (
    -2.37630166566501626084e-05, -5.77027029648944159157e-03, -2.84817495755985104766e-02,
    -3.25042107247001499370e-01, 1.28379167095512558561e-01,
)  # fmt: skip
NEAR_Q = (
    -3.96022827877536812320e-06, 1.32494738004321644526e-04, 5.08130628187576562776e-03,
    6.50222499887672944485e-02, 3.97917223959155352819e-01, 1.0,
)  # fmt: skip
# erf x = ERF_1 + P/Q in |x| - 1, for 0.84375 <= |x| < 1.25
ERF_1 = 8.45062911510467529297e-01
ONE_P = (
    -2.16637559486879084300e-03, 3.54783043256182359371e-02, -1.10894694282396677476e-01,
    3.18346619901161753674e-01, -3.72207876035701323847e-01, 4.14856118683748331666e-01,
    -2.36211856075265944077e-03,
)  # fmt: skip
ONE_Q = (
    1.19844998467991074170e-02, 1.36370839120290507362e-02, 1.26171219808761642112e-01,
    7.18286544141962662868e-02, 5.40397917702171048937e-01, 1.06420880400844228286e-01, 1.0,
)  # fmt: skip
# erfc x = exp(-x^2 - 0.5625 + P/Q) / x in 1/x^2, for 1.25 <= x < 1/0.35, and for x beyond
MIDDLE_P = (
    -9.81432934416914548592e00, -8.12874355063065934246e01, -1.84605092906711035994e02,
    -1.62396669462573470355e02, -6.23753324503260060396e01, -1.05586262253232909814e01,
    -6.93858572707181764372e-01, -9.86494403484714822705e-03,
)  # fmt: skip
MIDDLE_Q = (
    -6.04244152148580987438e-02, 6.57024977031928170135e00, 1.08635005541779435134e02,
    4.29008140027567833386e02, 6.45387271733267880336e02, 4.34565877475229228821e02,
    1.37657754143519042600e02, 1.96512716674392571292e01, 1.0,
)  # fmt: skip
FAR_P = (
    -4.83519191608651397019e02, -1.02509513161107724954e03, -6.37566443368389627722e02,
    -1.60636384855821916062e02, -1.77579549177547519889e01, -7.99283237680523006574e-01,
    -9.86494292470009928597e-03,
)  # fmt: skip
FAR_Q = (
    -2.24409524465858183362e01, 4.74528541206955367215e02, 2.55305040643316442583e03,
    3.19985821950859553908e03, 1.53672958608443695994e03, 3.25792512996573918826e02,
    3.03380607434824582924e01, 1.0,
)  # fmt: skip
# erf x = tanh(x P(x^2)) in float32, fitted for 9.5e-8 of erf x; for x > 4.6 P is large enough for a 1
SINGLE = (
    1.41893726e-07, -5.66902892e-06, 8.76398796e-05, -6.19789622e-04,
    -1.91826842e-04, 1.02769055e-01, 1.12837927e00,
)  # fmt: skip
# The normal quantile at p = 1/2 + q: q P/Q in 0.180625 - q^2, for |q| <= 0.425 ...
CENTER_P = (
    2.5090809287301226727e3, 3.3430575583588128105e4, 6.7265770927008700853e4, 4.5921953931549871457e4,
    1.3731693765509461125e4, 1.9715909503065514427e3, 1.3314166789178437745e2, 3.3871328727963666080e0,
)  # fmt: skip
CENTER_Q = (
    5.2264952788528545610e3, 2.8729085735721942674e4, 3.9307895800092710610e4, 2.1213794301586595867e4,
    5.3941960214247511077e3, 6.8718700749205790830e2, 4.2313330701600911252e1, 1.0,
)  # fmt: skip
# ... and P/Q in r - 1.6 and r - 5, with r = sqrt(-ln(1/2 - |q|)) up to 5 and beyond
TAIL_P = (
    7.74545014278341407640e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1,
    1.27045825245236838258e0, 3.64784832476320460504e0, 5.76949722146069140550e0,
    4.63033784615654529590e0, 1.42343711074968357734e0,
)  # fmt: skip
TAIL_Q = (
    1.05075007164441684324e-9, 5.47593808499534494600e-4, 1.51986665636164571966e-2,
    1.48103976427480074590e-1, 6.89767334985100004550e-1, 1.67638483018380384940e0,
    2.05319162663775882187e0, 1.0,
)  # fmt: skip
END_P = (
    2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3,
    2.65321895265761230930e-2, 2.96560571828504891230e-1, 1.78482653991729133580e0,
    5.46378491116411436990e0, 6.65790464350110377720e0,
)  # fmt: skip
END_Q = (
    2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5,
    7.86869131145613259100e-4, 1.48753612908506148525e-2, 1.36929880922735805310e-1,
    5.99832206555887937690e-1, 1.0,
)  # fmt: skip


def erf(x: NDArray, out: NDArray | None = None) -> NDArray:
    """Return the error function of each element, in x's dtype (float64 for integers).

    Args:
        x: Any numbers.
        out: Where to write it, of x's shape and dtype, but not x itself. Default None: a new array.

    Example:
        >>> erf(np.array([0.0, 1.0, 40.0]))
        array([0.        , 0.84270079, 1.        ])
    """
    if x.dtype == np.float32:
        out = np.empty(x.shape, x.dtype) if out is None else out
        over_blocks(_erf_single, x, out)
        return out
    wide = np.asarray(x, np.float64)
    edges = (0.84375, 1.25, 6.0)
    size = _by_pieces(np.abs(wide), edges, (_near_zero, _near_one, lambda a: 1.0 - _tail(a), np.ones_like))
    result = _like(np.copysign(size, wide), x)
    if out is None:
        return result
    out[...] = result
    return out


def erfc(x: NDArray) -> NDArray:
    """Return ``1 - erf(x)`` of each element, in x's dtype (float64 for integers).

    Example:
        >>> erfc(np.array([0.0, 1.0, 20.0]))
        array([1.00000000e+000, 1.57299207e-001, 5.39586561e-176])
    """
    wide = np.asarray(x, np.float64)
    edges = (0.25, 0.84375, 1.25, 27.3)
    pieces: tuple[Piece, ...] = (
        lambda a: 1.0 - _near_zero(a),
        lambda a: 0.5 - (_near_zero(a) - 0.5),
        lambda a: 1.0 - _near_one(a),
        _tail,
        np.zeros_like,
    )
    right = _by_pieces(np.abs(wide), edges, pieces)
    return _like(np.where(wide < 0, 2.0 - right, right), x)


def erfinv(x: NDArray) -> NDArray:
    """Return the number whose error function is x, in x's dtype (float64 for integers).

    It is infinite at -1 and 1, and NaN beyond.

    Example:
        >>> erfinv(np.array([0.0, 0.5, -1.0]))
        array([0.        , 0.47693628,       -inf])
    """
    wide = np.asarray(x, np.float64)
    edges = (0.85, 1.0, np.nextafter(1.0, 2.0))
    size = _by_pieces(np.abs(wide), edges, (_quantile_center, _quantile_tail, _infinite, _undefined))
    return _like(np.copysign(size, wide), x)


# -- the pieces, of positive numbers in float64 ----------------------------------------------------


def _near_zero(a: NDArray) -> NDArray:
    result: NDArray = a + a * _ratio(a * a, NEAR_P, NEAR_Q)
    return result


def _near_one(a: NDArray) -> NDArray:
    return _ratio(a - 1.0, ONE_P, ONE_Q) + ERF_1


def _tail(a: NDArray) -> NDArray:
    """Return erfc; the square is split, so that no digit of it is lost before the exponential."""
    fits: tuple[Piece, Piece] = (
        lambda b: _ratio(1.0 / (b * b), MIDDLE_P, MIDDLE_Q),
        lambda b: _ratio(1.0 / (b * b), FAR_P, FAR_Q),
    )
    fit = _by_pieces(a, (1.0 / 0.35,), fits)
    high = a.astype(np.float32).astype(np.float64)  # its square is exact
    result: NDArray = np.exp(-high * high - 0.5625) * np.exp((high - a) * (high + a) + fit) / a
    return result


def _erf_single(x: NDArray, out: NDArray) -> None:
    """Return erf in float32: the inverse tanh of it is nearly a polynomial, and tanh is a fast ufunc."""
    square = scratch("erf", x.shape, x.dtype)
    with np.errstate(over="ignore"):  # an infinite argument gives the right answer, 1
        np.multiply(x, x, out=square)
        np.multiply(square, SINGLE[0], out=out)
        for coefficient in SINGLE[1:-1]:
            out += coefficient
            out *= square
        out += SINGLE[-1]
        out *= x
    np.tanh(out, out=out)


def _quantile_center(a: NDArray) -> NDArray:
    q = 0.5 * a
    return q * _ratio(0.180625 - q * q, CENTER_P, CENTER_Q) / math.sqrt(2.0)


def _quantile_tail(a: NDArray) -> NDArray:
    r = np.sqrt(-np.log(0.5 * (1.0 - a)))
    far = r > 5.0
    fit = np.where(far, _ratio(r - 5.0, END_P, END_Q), _ratio(r - 1.6, TAIL_P, TAIL_Q))
    return fit / math.sqrt(2.0)


def _infinite(a: NDArray) -> NDArray:
    return np.full_like(a, np.inf)


def _undefined(a: NDArray) -> NDArray:
    return np.full_like(a, np.nan)


# -- how they are put together ---------------------------------------------------------------------


def _by_pieces(a: NDArray, edges: Sequence[float], pieces: Sequence[Piece]) -> NDArray:
    """Evaluate ``pieces[i]`` where a is below ``edges[i]`` but not below the edge before; NaN stays NaN."""
    a = np.asarray(a)  # NumPy makes a scalar of an array without dimensions
    out = a.copy()
    which = np.where(np.isnan(a), -1, np.searchsorted(edges, a, side="right"))
    for index, piece in enumerate(pieces):
        here = which == index
        if here.any():
            out[here] = piece(a[here])
    return out


def _ratio(x: NDArray, above: Sequence[float], below: Sequence[float]) -> NDArray:
    """Return the quotient of two polynomials by Horner's rule, the highest power first."""
    return _horner(x, above) / _horner(x, below)


def _horner(x: NDArray, coefficients: Sequence[float]) -> NDArray:
    result = x * coefficients[0] + coefficients[1]
    for coefficient in coefficients[2:]:
        result *= x
        result += coefficient
    return result


def _like(result: NDArray, x: NDArray) -> NDArray:
    return np.asarray(result, x.dtype) if x.dtype.kind == "f" else result
