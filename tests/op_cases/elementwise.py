"""Calls of the ops that work element by element."""

import numpy as np
from hypothesis import strategies as st

from minigrad.testing.strategies import arrays, broadcastable_shapes, shapes
from op_cases.call import Call, case


def unary(low=-3.0, high=3.0, away_from=(), **options):
    """One array, and for each option one of the values given for it (or its default)."""

    @st.composite
    def calls(draw):
        x = draw(arrays(shapes(), low, high, away_from))
        chosen = {name: draw(st.sampled_from(values)) for name, values in options.items()}
        return Call((x,), {name: value for name, value in chosen.items() if value is not None})

    return calls()


@st.composite
def binary(draw, first=(-3.0, 3.0), second=(-3.0, 3.0), away_from=((), ()), numbers=()):
    """Two arrays that broadcast, or one of them and a number."""
    one, other = draw(broadcastable_shapes())
    x1 = draw(arrays(one, *first, away_from[0]))
    x2 = draw(arrays(other, *second, away_from[1]))
    return Call(draw(st.sampled_from([(x1, x2), (x1, x2), *((x1, number) for number in numbers)])))


@st.composite
def apart(draw):
    """Two arrays that broadcast, no number of one near to a number of the other."""
    one, other = draw(broadcastable_shapes())
    x1 = 0.5 * draw(whole(one)) + draw(arrays(one, -0.05, 0.05))
    x2 = 0.5 * draw(whole(other)) + 0.25 + draw(arrays(other, -0.05, 0.05))
    return Call((np.asarray(x1), np.asarray(x2)))


@st.composite
def divided(draw):
    """Two arrays that broadcast, no quotient of which is near to an integer."""
    one, other = draw(broadcastable_shapes())
    x1 = 2.0 * draw(whole(one)) + 1.0 + draw(arrays(one, -0.5, 0.5))
    x2 = draw(arrays(other, 1.95, 2.05)) * draw(st.sampled_from((1.0, -1.0)))
    return Call((np.asarray(x1), np.asarray(x2)))


def whole(shape):
    return arrays(shape, -2.49, 2.49).map(np.round)


case("add", binary(numbers=(2, -0.5)))
case("subtract", binary(numbers=(2, -0.5)))
case("multiply", binary(numbers=(2, -0.5)))
case("divide", binary(second=(0.4, 3.0), numbers=(2, -0.5)))
case("negative", unary())
case("positive", unary())

case("maximum", apart())
case("minimum", apart())
case("nan_to_num", unary(nan=(None, 1.0), posinf=(None, 5.0)))


@case("where")
def _(draw):
    one, other, third = draw(broadcastable_shapes(count=3))
    condition = draw(arrays(third)) > 0
    x1, x2 = draw(arrays(one)), draw(arrays(other))
    return Call(draw(st.sampled_from([(condition, x1, x2), (condition, x1, 0.0), (condition, 1, x2)])))


@case("clip")
def _(draw):
    one, other, third = draw(broadcastable_shapes(count=3))
    x = draw(arrays(one, away_from=(-1.0, 1.0), margin=0.3))
    low, high = draw(arrays(other, -1.1, -0.9)), draw(arrays(third, 0.9, 1.1))
    bounds = [(low, high), (high, low), (-1.0, 1.0), (low, None), (None, 1), (-1, high)]
    return Call((x, *draw(st.sampled_from(bounds))))


INTEGERS = tuple(range(-3, 4))
HALVES = tuple(n + 0.5 for n in range(-4, 4))

case("absolute", unary(away_from=(0.0,)))
case("sign", unary(away_from=(0.0,)))
case("floor", unary(away_from=INTEGERS))
case("ceil", unary(away_from=INTEGERS))
case("trunc", unary(away_from=INTEGERS))
case("round", unary(away_from=HALVES, decimals=(None, 0)))
case("floor_divide", divided())
case("mod", divided())
case("fmod", divided())

case("square", unary())
case("sqrt", unary(0.1))
case("cbrt", unary().filter(lambda call: (np.abs(call.args[0]) > 0.2).all()))
case("rsqrt", unary(0.2))
case("reciprocal", unary(away_from=(0.0,)).filter(lambda call: (np.abs(call.args[0]) > 0.2).all()))


@case("power")
def _(draw):
    one, other = draw(broadcastable_shapes())
    base, exponent = draw(arrays(one, 0.3, 2.0)), draw(arrays(other, -2.0, 3.0))
    signed = np.asarray(base * draw(st.sampled_from((1.0, -1.0))))
    exponents = (0, 1, 2, 3, 5, 8, 9, -1, -2, 2.0)
    calls = [(base, exponent), (base, 0.5), (2.5, exponent)]
    calls += [(signed, draw(st.sampled_from(exponents)))] * 2
    return Call(draw(st.sampled_from(calls)))


case("exp", unary())
case("exp2", unary())
case("expm1", unary())
case("log", unary(0.2))
case("log1p", unary(-0.8))
case("log2", unary(0.2))
case("log10", unary(0.2))
case("logaddexp", binary(numbers=(0.5,)))
case("logaddexp2", binary(numbers=(0.5,)))

case("sin", unary())
case("cos", unary())
case("tan", unary(-1.2, 1.2))
case("arcsin", unary(-0.9, 0.9))
case("arccos", unary(-0.9, 0.9))
case("arctan", unary())
case("arctan2", binary(second=(0.5, 3.0), numbers=(1.0,)))
case("hypot", binary(second=(0.5, 3.0), numbers=(1.0,)))
case("sinh", unary())
case("cosh", unary())
case("tanh", unary())
case("arcsinh", unary())
case("arccosh", unary(1.2, 4.0))
case("arctanh", unary(-0.9, 0.9))
case("erf", unary())
case("erfc", unary())
case("erfinv", unary(-0.9, 0.9))
case("sinc", unary())

case("relu", unary(away_from=(0.0,)))
case("relu6", unary(-2.0, 8.0, away_from=(0.0, 6.0)))
case("leaky_relu", unary(away_from=(0.0,), negative_slope=(None, 0.0, 0.5, 1.5, -0.5)))
case("elu", unary(away_from=(0.0,), alpha=(None, 0.5, 2.0)))
case("sigmoid", unary())
case("log_sigmoid", unary())
case("softplus", unary())
case("silu", unary())
case("gelu", unary(approximate=(None, True, False)))
case("softsign", unary(away_from=(0.0,)))
case("squareplus", unary(b=(None, 1.0)))
case("tanh_shrink", unary())


@case("ldexp")
def _(draw):
    one, other = draw(broadcastable_shapes())
    exponent = draw(whole(other)).astype(np.int32)
    return Call((draw(arrays(one)), draw(st.sampled_from((exponent, 3)))))


@case("heaviside")
def _(draw):
    one, other = draw(broadcastable_shapes())
    x1 = draw(arrays(one, away_from=(0.0,)))
    return Call((x1, draw(st.sampled_from((draw(arrays(other)), 0.5)))))
