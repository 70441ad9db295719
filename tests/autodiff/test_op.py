"""A declaration is checked when it is made, and a call's arguments as Python would."""

import functools
import typing
from collections.abc import Sequence

import numpy as np
import pytest

import minigrad as mg
from minigrad.autodiff.op import Op
from minigrad.errors import NotDifferentiableError

Array = mg.Array


def op(forward, **options):
    return Op(forward, aux=options.pop("aux", False), order=options.pop("order", None))


def linear(x: Array, weight: "Array | None", bias: Array = 0.0, axis=None, flag=True):
    return x


def join(xs: Sequence[Array], axis=0):
    return xs


def test_array_parameters_are_found_by_annotation():
    assert op(linear).arrays == (0, 1, 2)
    assert op(linear).parameters == ("x", "weight", "bias", "axis", "flag")
    assert not op(linear).sequence


def test_a_sequence_of_arrays_is_found():
    assert op(join).arrays == (0,)
    assert op(join).sequence


@pytest.mark.parametrize(
    ("annotation", "kind"),
    [
        (Array, "array"),
        (Array | None, "array"),
        (None | Array, "array"),
        (Sequence[Array], "sequence"),
        (typing.Sequence[Array], "sequence"),
        ("Array", "array"),
        ("mg.Array", "array"),
        ("mg.Array | None", "array"),
        ("collections.abc.Sequence[mg.Array]", "sequence"),
        (typing.Any, ""),
        ("Any", ""),
        (Sequence[typing.Any], ""),
        ("Sequence[Any]", ""),
        (int | None, ""),
        ("NDArray", ""),
        ("Arrays", ""),
        (np.ndarray, ""),
    ],
)
def test_only_the_word_array_marks_an_array(annotation, kind):
    def forward(x, y=None):
        return x

    forward.__annotations__ = {"x": Array, "y": annotation}
    if kind == "sequence":
        forward.__annotations__ = {"y": annotation}
    described = op(forward)
    assert (1 in described.arrays) == bool(kind)
    assert described.sequence == (kind == "sequence")


def test_an_op_needs_an_array():
    def nothing(x, axis=None):
        return x

    with pytest.raises(TypeError, match="nothing: no parameter is annotated as Array"):
        op(nothing)


def test_a_sequence_stands_alone():
    def both(xs: Sequence[Array], y: Array):
        return xs

    with pytest.raises(TypeError, match=r"both: a Sequence\[Array\] must be the only array parameter"):
        op(both)


@pytest.mark.parametrize(
    ("forward", "message"),
    [
        (lambda x, *, axis=None: x, "its parameter axis=None is keyword-only"),
        (lambda x, *axes: x, r"its parameter \*axes is variadic positional"),
        (lambda x, **options: x, r"its parameter \*\*options is variadic keyword"),
        (lambda x, /: x, "its parameter x is positional-only"),
    ],
)
def test_parameters_are_plain(forward, message):
    with pytest.raises(TypeError, match=message):
        op(forward)


def test_the_name_has_no_underscores():
    def _hidden(x: Array):
        return x

    assert op(_hidden).name == "hidden"


# -- rules ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (lambda x, g: g, r"the rule's first parameter must be g"),
        (lambda: None, r"the rule's first parameter must be g"),
        (lambda g, y: g, r"names 'y', which is none of x, weight, bias, axis, flag, out, x_shape"),
        (lambda g, aux: g, "names 'aux', which is none of"),
        (lambda g, axis_shape: g, "names 'axis_shape', which is none of"),
        (lambda g, needs, x: g, r"must name \['x'\] last|must name .* last"),
        (lambda g, x_shape, x: g, r"must name .* last, after \['x'\]"),
    ],
)
def test_a_rule_that_names_what_is_not_there_is_refused(rule, message):
    with pytest.raises(TypeError, match=message):
        op(linear).vjp(rule)


def test_a_rule_names_what_is_kept():
    described = op(linear)

    def rule(g, axis, x, out, bias_shape, needs):
        return None

    assert described.vjp(rule) is rule
    x, weight, bias, out = object(), object(), object(), object()
    assert described.save(x, weight, bias, 3, True, out, None) == (3, x, out)
    assert described.named == ("axis", "x", "out")
    assert described.extras == (2, None)


def test_a_rule_may_be_a_method_or_a_partial():
    class Rules:
        def rule(self, g, x):
            return None

    def rule(factor, g, x):
        return None

    for one in (Rules().rule, functools.partial(rule, 2.0)):
        described = op(linear)
        described.vjp(one)
        assert described.named == ("x",)


@pytest.mark.parametrize(("rule", "saved"), [(lambda g: g, ()), (lambda g, out: g, ("out",))])
def test_little_is_kept_where_little_is_named(rule, saved):
    described = op(linear)
    described.vjp(rule)
    assert described.save("x", "weight", "bias", "axis", "flag", "out", "aux") == saved


def test_aux_is_known_where_there_is_one():
    described = op(linear, aux=True)
    described.vjp(lambda g, aux: g)
    assert described.save(0, 1, 2, 3, 4, "out", "aux") == ("aux",)


# -- calls ----------------------------------------------------------------------------------------


def test_arguments_are_put_in_order_and_defaults_filled_in():
    described = op(linear)
    assert described.bind((1, 2), {}) == [1, 2, 0.0, None, True]
    assert described.bind((1,), {"axis": 5, "weight": 2}) == [1, 2, 0.0, 5, True]
    assert described.bind((1, 2, 3, 4), {"flag": False}) == [1, 2, 3, 4, False]


@pytest.mark.parametrize(
    ("args", "kwargs", "message"),
    [
        ((), {}, "linear: missing a required argument: 'x'"),
        ((1,), {}, "linear: missing a required argument: 'weight'"),
        ((1, 2), {"axes": 0}, "linear: got an unexpected keyword argument 'axes'"),
        ((1, 2), {"x": 0}, "linear: multiple values for argument 'x'"),
        ((1, 2, 3, 4, 5, 6), {}, "linear: too many positional arguments"),
    ],
)
def test_wrong_arguments_are_named(args, kwargs, message):
    with pytest.raises(TypeError, match=message):
        op(linear).bind(args, kwargs)


def test_wrong_arguments_of_a_public_op_are_named_too():
    with pytest.raises(TypeError, match="sum: got an unexpected keyword argument 'dim'"):
        mg.ops.sum(mg.Tensor([1.0]), dim=0)
    with pytest.raises(TypeError):
        mg.ops.multiply(mg.Tensor([1.0]))


# -- the order of the derivative ------------------------------------------------------------------


def test_an_op_without_a_rule_says_so():
    @mg.differentiable(register=False)
    def mystery(x: Array):
        return x * 2

    x = mg.Tensor([1.0], requires_grad=True)
    with pytest.raises(NotDifferentiableError, match="mystery has no derivative rule"):
        mystery(x).backward()
    assert mystery(mg.Tensor([1.0])).tolist() == [2.0]


def test_an_op_of_limited_order_says_so_when_asked_for_more():
    @mg.differentiable(order=1, register=False)
    def once(x: Array):
        return x * x

    @once.vjp
    def _(g, x):
        return 2.0 * g * x

    x = mg.Tensor([3.0], requires_grad=True)
    assert mg.grad(once(x), x).item() == 6.0
    with pytest.raises(NotDifferentiableError, match="once has derivatives up to order 1 only"):
        mg.grad(once(x), x, create_graph=True)
    np.testing.assert_array_equal(once(x).data, [9.0])
