"""debug_nans: the op that makes the first NaN or infinity is named."""

import re
import threading
import warnings
from pathlib import Path

import numpy as np
import pytest

import minigrad as mg
from minigrad import ops
from minigrad.autodiff import calling
from minigrad.autodiff.custom_gradient import custom_gradient
from minigrad.autodiff.debugging import debug_nans
from minigrad.autodiff.differentiable import REGISTRY
from minigrad.autodiff.node import MODE
from minigrad.autodiff.op import BODIES, Op
from minigrad.autodiff.symbolic import KerasTensor
from minigrad.errors import NonFiniteError

HERE = str(Path(__file__))


def line_of(text):
    """Return the number of the only line of this file that ends in ``text``."""
    lines = Path(__file__).read_text("utf-8").splitlines()
    (number,) = [index for index, line in enumerate(lines, start=1) if line.endswith(f"# {text}")]
    return number


def raised(function):
    with pytest.raises(NonFiniteError) as caught, debug_nans():
        function()
    return str(caught.value)


@pytest.fixture
def x():
    return mg.Tensor([[1.0, 0.0, -1.0], [0.0, 2.0, 0.0]], requires_grad=True)


# -- forward -----------------------------------------------------------------------------------------


def test_the_message_of_a_forward_failure(x):
    def f():
        y = x * 2.0
        return ops.log(y)  # the log

    message = raised(f)
    assert message.startswith(
        "log: made 1 NaN and 3 infinities, the first at index (0, 1) of the result, from inputs of shape "
        "(2, 3) without any. It was called at\n"
    )
    assert f'File "{HERE}", line {line_of("the log")}, in f\n    return ops.log(y)' in message


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ops.divide(1.0, mg.Tensor([2.0, 0.0])), r"divide: made 1 infinity, at index \(1,\)"),
        (lambda: ops.divide([1.0, 0.0], [1.0, 0.0]), r"divide: made 1 NaN, at index \(1,\)"),
        (lambda: ops.sqrt(mg.Tensor(-1.0)), r"sqrt: made 1 NaN, at index \(\) of the result"),
        (lambda: ops.exp(np.array([100.0], np.float32)), r"exp: made 1 infinity"),
        (lambda: ops.sum(mg.Tensor([3e38, 3e38]), axis=0), r"sum: made 1 infinity, at index \(\)"),
        (
            lambda: ops.matmul(np.full((2, 2), 1e200), np.full((2, 2), 1e200)),
            "matmul: made 4 infinities, the first",
        ),
        (lambda: ops.floor_divide(mg.Tensor([1.0]), 0.0), "floor_divide: made 1 infinity"),
        (lambda: ops.cast(np.array([1e300]), "float32"), "cast: made 1 infinity"),
        (lambda: mg.Tensor([1.0]) / 0.0, "divide: made 1 infinity"),
        (lambda: 1.0 / mg.Tensor([0.0]), "divide: made 1 infinity"),
        (lambda: np.log(mg.Tensor([0.0])), "log: made 1 infinity"),
        (lambda: mg.Tensor([np.inf]) * 0.0, r"multiply: made 1 NaN, at index \(0,\)"),
        (
            lambda: ops.conv(np.full((1, 3, 3, 1), 1e30, "f"), np.full((3, 3, 1, 1), 1e30, "f")),
            "conv2d: made 1 inf",
        ),
        (lambda: ops.stack([mg.Tensor(1.0), ops.log(mg.Tensor(0.0))]), "log: made"),
    ],
)
def test_ops_of_all_kinds(call, message):
    assert re.match(message, raised(call))


def test_what_is_in_the_inputs_is_nobodys_fault():
    infinite, none = mg.Tensor([1.0, np.inf, -np.inf]), mg.Tensor([np.nan, 1.0])
    with debug_nans():
        assert (infinite * 2.0).numpy()[1] == np.inf
        ops.softmax(infinite[::2])
        assert np.isnan((none + 1.0).numpy()[0])
        assert ops.where([True, False, True], infinite, -np.inf).numpy()[1] == -np.inf
        assert ops.nan_to_num(none).tolist() == [0.0, 1.0]
        assert ops.full((2,), np.inf).numpy()[0] == np.inf
        assert ops.max(infinite).item() == np.inf
        ops.max_pool(np.ones((1, 3, 3, 1), "f"), 2, padding="same")  # pads with -inf inside
        assert ops.divide_no_nan([1.0], [0.0]).tolist() == [0.0]
        assert ops.logsumexp(mg.Tensor([-1000.0, -1000.0])).item() < -999
        ops.argmax(none)
        ops.isnan(none)


def test_integers_are_left_alone():
    with debug_nans():
        assert ops.sum(mg.Tensor(np.arange(3))).item() == 3


def test_warnings_give_way_to_the_error(x):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        raised(lambda: ops.log(x))
        raised(lambda: ops.sqrt(abs(x)).sum().backward())


def test_one_of_several_outputs(x):
    @mg.differentiable(register=False)
    def both(x: mg.Array) -> tuple[mg.Array, mg.Array]:
        return x, 1.0 / x

    assert raised(lambda: both(x)).startswith(
        "both: made 3 infinities, the first at index (0, 1) of output 1,"
    )


def test_aux_may_be_anything(x):
    @mg.differentiable(aux=True, register=False)
    def f(x: mg.Array):
        return x * 1.0, np.full(3, np.nan)

    with debug_nans():
        assert f(x).tolist() == x.tolist()
        assert f(x.numpy()).tolist() == x.tolist()


# -- backward ----------------------------------------------------------------------------------------


def test_the_message_of_a_backward_failure(x):
    def f():
        y = ops.sqrt(abs(x))  # the root
        y.sum().backward()

    message = raised(f)
    assert message.startswith(
        "sqrt, backward: made 3 infinities, the first at index (0, 1) of the gradient of x, of shape (2, 3). "
        "Neither the gradient that arrived, of shape (2, 3), nor what the op had saved has any. It was "
        "called at\n"
    )
    assert f'File "{HERE}", line {line_of("the root")}, in f\n    y = ops.sqrt(abs(x))' in message


def test_the_call_is_known_where_arrays_are_passed_along(x):
    message = raised(lambda: mg.grad(ops.power(abs(x), np.full(3, 0.5, np.float32)).sum(), x))
    assert message.startswith("power, backward: made ")
    assert "of the gradient of x1" in message
    assert f'File "{HERE}"' in message


def test_a_graph_that_was_recorded_before(x):
    y = ops.sqrt(abs(x)).sum()
    assert raised(y.backward).endswith("It was called before debug_nans began")


def test_a_recorded_backward_pass_names_the_forward_line(x):
    def f():
        y = ops.power(abs(x), 1.5)  # the power
        slope = mg.grad(y.sum(), x, create_graph=True)
        slope.sum().backward()

    message = raised(f)
    assert ", backward: made " in message
    assert "It was called by the derivative of power, called at" in message
    assert f"line {line_of('the power')}, in f" in message


def test_a_failure_in_a_recorded_backward_pass(x):
    message = raised(lambda: mg.grad(ops.sqrt(abs(x)).sum(), x, create_graph=True))
    assert message.startswith("sqrt, backward: made 3 infinities")


def test_what_a_rule_makes_and_drops_is_its_own_business():
    @mg.differentiable(register=False)
    def safe(x: mg.Array):
        return np.where(x > 0, x, 0.0)

    safe.vjp(lambda g, x: ops.where(x > 0, g * ops.sqrt(x), 0.0))  # the root of -1 is not used
    x = mg.Tensor([1.0, -1.0], requires_grad=True)
    with debug_nans():
        safe(x).sum().backward()
        mg.grad(safe(x).sum(), x, create_graph=True)
    assert x.grad.tolist() == [1.0, 0.0]


def test_gradients_that_arrive_infinite_are_passed_on(x):
    y = x * 2.0
    with debug_nans():
        y.backward(np.full((2, 3), np.inf, np.float32))
    assert np.isinf(x.grad).all()


def test_only_wanted_gradients_count():
    x, y = mg.Tensor([0.0], requires_grad=True), mg.Tensor([2.0], requires_grad=True)
    with debug_nans():
        mg.grad(ops.power(x, y).sum(), x)


def test_a_custom_gradient_is_named():
    f = custom_gradient(lambda x: (x * 1.0, lambda g: g / (g * 0.0)))
    x = mg.Tensor([1.0], requires_grad=True)
    assert raised(lambda: f(x).backward()).startswith(
        "<lambda>, backward: made 1 infinity, at index (0,) of the gradient of input 0"
    )


def test_in_training_the_users_line_is_told():
    model = mg.Sequential([mg.layers.Dense(2, kernel_initializer=mg.initializers.Constant(3e38))])
    model.compile(optimizer="sgd", loss="mse")
    message = raised(lambda: model.fit(np.ones((4, 3), "f"), np.ones((4, 2), "f"), verbose=0))  # the fit
    assert message.startswith("matmul: made 8 infinities")
    assert f"line {line_of('the fit')}" in message


# -- on and off --------------------------------------------------------------------------------------


def test_every_op_is_watched_and_put_back():
    places = {(body, "forward"): body.forward for body in BODIES}
    for name in "pullback", "recorded_pullback":
        places |= {(body, name): getattr(body, name) for body in BODIES if isinstance(body, Op)}
    assert {call.op for call in REGISTRY.values()} | {ops.argmax.op} <= {body for body, _ in places}

    def watched():
        return {getattr(body, name) != before for (body, name), before in places.items()}

    with debug_nans():
        assert watched() == {True}
        with debug_nans():
            pass
        assert watched() == {True}
    assert watched() == {False}
    assert calling.new_node.__name__ == "new_node"
    assert MODE.watcher is None


def test_afterwards_all_is_as_before(x):
    raised(lambda: ops.log(x))
    with np.errstate(all="ignore"):
        assert np.isinf(ops.log(x).numpy()).any()
    with pytest.warns(RuntimeWarning, match="divide by zero"):
        ops.log(x[0, 1])


def test_an_error_of_the_op_comes_through(x):
    with pytest.raises(mg.errors.ShapeError, match="add: shapes"), debug_nans():
        x + mg.Tensor([1.0, 2.0])
    with pytest.raises(mg.errors.ShapeError, match="equal: shapes"), debug_nans():
        ops.equal(x, np.ones(2))
    with debug_nans():
        with pytest.raises(mg.errors.ShapeError):
            x + mg.Tensor([1.0, 2.0])
        with pytest.raises(NonFiniteError):  # the watcher still looks
            ops.log(x)


def test_switched_off_inside(x):
    with debug_nans(), debug_nans(enabled=False), np.errstate(all="ignore"):
        ops.log(x)
    with debug_nans(False), np.errstate(all="ignore"):
        ops.log(x)
    with pytest.raises(TypeError, match=r"enabled must be True or False; got .*Write debug_nans\(\)"):
        debug_nans(lambda: None)


def test_as_a_decorator(x):
    @debug_nans()
    def f(x):
        return ops.log(x)

    for _ in range(2):
        with pytest.raises(NonFiniteError, match="in f\n"):
            f(x)
    assert f(mg.Tensor(1.0)).item() == 0.0
    assert MODE.watcher is None


def test_other_threads_are_not_concerned(x):
    found = []

    def work():
        with np.errstate(all="ignore"):
            found.append(ops.log(x).numpy())
            y = ops.sqrt(abs(x))
            y.sum().backward()
        found.append(x.grad)

    with debug_nans():
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        with pytest.raises(NonFiniteError):
            ops.log(x)
    assert np.isinf(found[0]).any()
    assert not np.isfinite(found[1]).all()


def test_the_sites_of_a_graph_are_forgotten_with_it(x):
    with debug_nans():
        y = ops.tanh(x * 2.0)
        assert len(MODE.watcher.sites) == 2
        del y
        assert len(MODE.watcher.sites) == 0


def test_symbolic_tensors_have_no_numbers_to_look_at(x):
    with debug_nans():
        y = ops.log(KerasTensor((None, 3)))
        assert y.shape == (None, 3)
        with pytest.raises(NonFiniteError):
            ops.log(x)
