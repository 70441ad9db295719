"""What a Tensor holds, how it is made, and whose memory it is."""

import copy
import pickle

import numpy as np
import pytest

import minigrad as mg
from minigrad import config
from minigrad.autodiff.tensor import op_name, to_array
from minigrad.errors import DTypeError, GraphError, ShapeError


@pytest.fixture
def x():
    return mg.Tensor([[1.0, -2.0, 3.0], [0.5, 0.0, -1.0]], requires_grad=True)


# -- dtypes ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "dtype"),
    [
        (1, "float32"),
        (1.5, "float32"),
        ([1, 2, 3], "float32"),
        ([[1.0, 2.0], [3, 4]], "float32"),
        ((1.0, 2.0), "float32"),
        (range(3), "float32"),
        ([], "float32"),
        (True, "bool"),
        ([True, False], "bool"),
        (np.array([1.0]), "float64"),
        (np.array([1.0], np.float16), "float16"),
        (np.array([1, 2]), "int64"),
        (np.array([1, 2], np.uint8), "uint8"),
        (np.float64(1.0), "float64"),
        (np.float32(1.0), "float32"),
        (np.array([True]), "bool"),
        ([np.float64(1.0), np.float64(2.0)], "float32"),
    ],
)
def test_dtypes(data, dtype):
    tensor = mg.Tensor(data)
    assert tensor.dtype == dtype
    np.testing.assert_array_equal(tensor.numpy(), np.asarray(data).astype(dtype))


def test_a_tensor_of_a_tensor_keeps_dtype_and_values_and_forgets_the_past(x):
    y = mg.Tensor(x * 2.0)
    assert y.dtype == np.float32
    assert not y.requires_grad
    np.testing.assert_array_equal(y.numpy(), x.numpy() * 2.0)


@pytest.mark.parametrize(
    "dtype", ["float16", "float32", "float64", "int8", "int64", "uint8", "bool", np.int32, float]
)
def test_a_dtype_can_be_asked_for(dtype):
    assert mg.Tensor([0, 1], dtype=dtype).dtype == np.dtype(dtype)
    assert mg.Tensor(np.array([0.0, 1.0]), dtype).dtype == np.dtype(dtype)


def test_lists_become_floatx():
    try:
        config.set_floatx("float64")
        assert mg.Tensor([1, 2]).dtype == np.float64
        assert mg.Tensor(np.array([1, 2])).dtype == np.int64
    finally:
        config.set_floatx("float32")


@pytest.mark.parametrize(
    ("data", "error", "message"),
    [
        ([1 + 2j], DTypeError, "floats, integers or booleans; list gives dtype complex128"),
        (np.array([1j]), DTypeError, "ndarray gives dtype complex128"),
        (["a", "b"], DTypeError, "gives dtype <U1"),
        ("text", DTypeError, "str gives dtype"),
        (None, DTypeError, "NoneType gives dtype object"),
        ([None, 1.0], DTypeError, "dtype object"),
        ({"a": 1}, DTypeError, "dict gives dtype object"),
        (np.array(["2020-01-01"], "datetime64[D]"), DTypeError, "datetime64"),
        ([[1.0, 2.0], [3.0]], ShapeError, "rows of equal length"),
    ],
)
def test_what_is_not_numeric_is_refused(data, error, message):
    with pytest.raises(error, match=message):
        mg.Tensor(data)


def test_an_impossible_dtype_is_refused():
    with pytest.raises(DTypeError, match="complex64"):
        mg.Tensor([1.0], dtype="complex64")
    with pytest.raises(DTypeError, match="str can't become an array of dtype float32"):
        mg.Tensor("text", dtype="float32")
    with pytest.raises(DTypeError, match="dtype object"):
        mg.Tensor([1.0], dtype=object)


@pytest.mark.parametrize("data", [np.array([1, 2]), [True], np.array([1], np.uint8)])
def test_integers_and_booleans_want_no_gradient(data):
    with pytest.raises(
        DTypeError, match=r"only floating tensors carry gradients, and this one is (int64|bool|uint8)"
    ):
        mg.Tensor(data, requires_grad=True)
    tensor = mg.Tensor(data)
    with pytest.raises(DTypeError, match="dtype='float32'"):
        tensor.requires_grad = True
    tensor.requires_grad = False
    assert not tensor.requires_grad


# -- what it holds --------------------------------------------------------------------------------


def test_attributes(x):
    assert (x.shape, x.ndim, x.size, len(x)) == ((2, 3), 2, 6, 2)
    assert x.tolist() == [[1.0, -2.0, 3.0], [0.5, 0.0, -1.0]]
    assert [row.tolist() for row in x] == x.tolist()
    assert all(row.requires_grad for row in x)


def test_no_dimension():
    scalar = mg.Tensor(3.0)
    assert (scalar.shape, scalar.ndim, scalar.size) == ((), 0, 1)
    assert (scalar.item(), float(scalar), int(scalar), f"{scalar:.2f}") == (3.0, 3.0, 3, "3.00")
    with pytest.raises(TypeError, match=r"no len\(\)"):
        len(scalar)
    with pytest.raises(TypeError, match="iterated over"):
        iter(scalar)


def test_one_element_is_a_number_and_more_are_none(x):
    assert mg.Tensor([[2.5]]).item() == 2.5
    assert isinstance(mg.Tensor(np.array([2])).item(), int)
    assert mg.Tensor([True]).item() is True
    with pytest.raises(ValueError, match=r"only a tensor of one element .* shape \(2, 3\)"):
        x.item()
    with pytest.raises(ValueError, match="only a tensor of one element"):
        float(mg.Tensor([]))


def test_truth_is_of_one_element(x):
    assert bool(mg.Tensor([2.0]))
    assert not mg.Tensor(0.0)
    with pytest.raises(ValueError, match="ambiguous"):
        bool(x)


def test_integers_index_and_floats_do_not():
    assert [10, 20, 30][mg.Tensor(np.array(1))] == 20
    with pytest.raises(TypeError, match="only an integer tensor"):
        [10, 20][mg.Tensor(1.0)]
    with pytest.raises(TypeError, match="only an integer tensor"):
        [10, 20][mg.Tensor(np.array([1]))]


def test_a_tensor_is_a_key_by_its_identity():
    a, b = mg.Tensor([1.0]), mg.Tensor([1.0])
    assert {a: 1, b: 2}[a] == 1
    assert len({a, b}) == 2


def test_texts(x):
    assert repr(mg.Tensor([1.0, 2.0])) == "Tensor([1., 2.], shape=(2,), dtype=float32)"
    assert "requires_grad=True" in repr(x)
    assert "op=multiply" in repr(x * x)
    assert "requires_grad" not in repr(x * x)
    assert str(mg.Tensor([1.0])) == "[1.]"
    assert f"{mg.Tensor([1.0, 2.0])}" == "[1. 2.]"
    assert (op_name(x), op_name(x * x), op_name(mg.Tensor(1.0))) == ("leaf", "multiply", "leaf")


def test_elements_cannot_be_assigned(x):
    with pytest.raises(TypeError, match=r"in place.*ops.where.*scatter_update"):
        x[0] = 1.0


def test_numpy_sees_the_values_and_cannot_change_them(x):
    seen = np.asarray(x)
    np.testing.assert_array_equal(seen, x.numpy())
    assert not seen.flags.writeable
    assert np.asarray(x, dtype=np.float64).dtype == np.float64
    own = np.array(x)
    own[0] = 7.0
    assert x.tolist()[0] == [1.0, -2.0, 3.0]


# -- whose memory it is ---------------------------------------------------------------------------


def test_data_is_copied_on_the_way_in_and_by_numpy(x):
    array = np.ones(3)
    tensor = mg.Tensor(array)
    other = mg.Tensor(tensor)
    array[0] = 5.0
    tensor.data[1] = 6.0
    assert tensor.tolist() == [1.0, 6.0, 1.0]
    assert other.tolist() == [1.0, 1.0, 1.0]
    copied = tensor.numpy()
    copied[2] = 7.0
    assert tensor.tolist() == [1.0, 6.0, 1.0]


def test_data_of_a_leaf_is_the_array_itself(x):
    assert x.data is x.data
    x.data[0, 0] = 9.0
    assert x[0, 0].item() == 9.0
    x.data -= 1.0
    assert x[0, 0].item() == 8.0


def test_data_of_a_result_is_read_only(x):
    y = x * 2.0
    with pytest.raises(ValueError, match="read-only"):
        y.data[0] = 1.0
    with pytest.raises(ValueError, match="read-only"):
        y.data -= 1.0
    with pytest.raises(GraphError, match="a tensor that multiply computed can't be changed in place"):
        y.data = np.zeros((2, 3))


def test_assigned_data_is_copied_and_converted_and_must_fit(x):
    array = np.full((2, 3), 4.0)
    x.data = array
    array[0] = 5.0
    assert x.dtype == np.float32
    np.testing.assert_array_equal(x.data, np.full((2, 3), 4.0))
    with pytest.raises(ShapeError, match=r"data of shape \(3,\) can't replace data of shape \(2, 3\)"):
        x.data = np.zeros(3)


def same(y):
    return mg.ops.cast(y, y.dtype)


@pytest.mark.parametrize(
    "view",
    [
        lambda x: x.reshape(3, 2),
        lambda x: mg.ops.transpose(x),
        lambda x: x[0],
        lambda x: x[:, ::2],
        lambda x: mg.ops.expand_dims(x, 0),
        lambda x: mg.ops.broadcast_to(x, (2, 2, 3)),
        lambda x: mg.ops.flip(x, 0),
        lambda x: mg.ops.split(x, 3, axis=1)[1],
        lambda x: mg.ops.stop_gradient(x),
        lambda x: mg.ops.convert_to_tensor(x),
        lambda x: +x,
        lambda x: x.detach(),
        same,
    ],
)
@pytest.mark.parametrize("requires_grad", [True, False])
def test_a_change_in_place_is_not_seen_through_another_tensor(view, requires_grad):
    x = mg.Tensor(np.arange(6.0).reshape(2, 3), requires_grad=requires_grad)
    y = view(x)
    if y is x:
        return
    before = y.numpy()
    x.data -= 1.0
    x.data[0] = 9.0
    np.testing.assert_array_equal(y.numpy(), before)
    if y.is_leaf:
        y.data -= 100.0
        y.data[...] = 50.0
        np.testing.assert_array_equal(x.data, [[9.0, 9.0, 9.0], [2.0, 3.0, 4.0]])


def test_what_was_detached_can_be_changed_without_a_wrong_gradient():
    x = mg.Tensor([0.3, 0.7], requires_grad=True)
    y = mg.ops.tanh(x)
    y.detach().data[...] = 5.0
    with mg.no_grad():
        mg.ops.stop_gradient(y).data[...] = 6.0
    y.sum().backward()
    np.testing.assert_allclose(x.grad, 1.0 - np.tanh([0.3, 0.7]) ** 2, rtol=1e-5)


# -- its past -------------------------------------------------------------------------------------


def test_leaves_and_results(x):
    constant = mg.Tensor([1.0])
    y = x * constant
    assert (x.is_leaf, constant.is_leaf, y.is_leaf) == (True, True, False)
    assert (x.requires_grad, constant.requires_grad, y.requires_grad) == (True, False, True)
    assert (constant + constant).is_leaf


def test_requires_grad_can_be_switched_on_leaves_only(x):
    y = x * 2.0
    with pytest.raises(GraphError, match=r"multiply computed is part of a graph: use t.detach\(\)"):
        y.requires_grad = False
    y.requires_grad = True
    x.requires_grad = False
    assert not (x * 2.0).requires_grad
    x.requires_grad = True
    assert (x * 2.0).requires_grad


def test_grad_can_be_set_and_reset(x):
    x.grad = np.ones((2, 3))
    assert x.grad.dtype == np.float32
    x.grad = None
    assert x.grad is None
    with pytest.raises(ShapeError, match=r"a gradient of shape \(3,\)"):
        x.grad = np.ones(3)
    y = x * 2.0
    assert y.grad is None
    y.grad = None
    with pytest.raises(GraphError, match="only a leaf"):
        y.grad = np.ones((2, 3))


def test_detach_forgets_the_past(x):
    y = x * 2.0
    z = y.detach()
    assert not z.requires_grad
    np.testing.assert_array_equal(z.data, y.data)
    (z * x).sum().backward()
    np.testing.assert_array_equal(x.grad, y.data)


# -- copies and pickles ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "duplicate",
    [copy.copy, copy.deepcopy, lambda t: pickle.loads(pickle.dumps(t))],
    ids=["copy", "deepcopy", "pickle"],
)
@pytest.mark.parametrize("requires_grad", [True, False])
def test_leaves_can_be_copied(duplicate, requires_grad):
    x = mg.Tensor(np.array([1.0, 2.0]), requires_grad=requires_grad)
    twin = duplicate(x)
    assert type(twin) is mg.Tensor
    assert (twin.dtype, twin.requires_grad) == (np.float64, requires_grad)
    twin.data[0] = 5.0
    assert x.tolist() == [1.0, 2.0]
    if requires_grad:
        (twin * 2.0).sum().backward()
        assert x.grad is None


def test_deepcopy_keeps_identity_within_a_structure(x):
    pair = copy.deepcopy([x, x])
    assert pair[0] is pair[1]


@pytest.mark.parametrize("duplicate", [copy.deepcopy, pickle.dumps])
def test_results_cannot_be_copied_deeply_with_their_graph(x, duplicate):
    with pytest.raises(GraphError, match=r"t.detach\(\)"):
        duplicate(x * 2.0)


def test_a_shallow_copy_of_a_result_is_part_of_the_same_graph(x):
    twin = copy.copy(x * 2.0)
    twin.sum().backward()
    assert x.grad.tolist() == [[2.0, 2.0, 2.0], [2.0, 2.0, 2.0]]


def test_to_array_copies_on_request_only():
    array = np.ones(3)
    assert to_array(array) is array
    assert to_array(array, copy=True) is not array
