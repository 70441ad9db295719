"""The names: they are there, they mean what they mean in TensorFlow, and others say what to use."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

import minigrad as keras
import minigrad.tf as tf
from minigrad import ops
from minigrad.errors import ShapeError

MODULES = {
    "data": tf.data,
    "math": tf.math,
    "nn": tf.nn,
    "random": tf.random,
    "summary": tf.summary,
    "train": tf.train,
}


@pytest.mark.parametrize("name", tf.__all__)
def test_every_name_is_there(name):
    assert getattr(tf, name) is not None


@pytest.mark.parametrize("module", MODULES)
def test_every_name_of_a_submodule_is_there(module):
    for name in MODULES[module].__all__:
        assert getattr(MODULES[module], name) is not None


def test_it_is_minigrad_and_nothing_computed_twice():
    assert tf.keras is keras
    assert tf.Tensor is keras.Tensor
    assert tf.reduce_mean is ops.mean
    assert tf.math.log is ops.log
    assert tf.nn.relu is keras.activations.relu  # so a convolution fuses it
    assert tf.data.Dataset is keras.data.Dataset
    assert tf.constant_initializer is keras.initializers.Constant
    assert tf.__version__ == keras.__version__


def test_an_unknown_name_says_what_this_is_and_what_to_use():
    with pytest.raises(AttributeError, match=r"tf\.reduce_men is not there: did you mean tf\.reduce_mean\?"):
        tf.reduce_men  # noqa: B018
    with pytest.raises(AttributeError, match=r"minigrad's own functions.*minigrad\.ops.*tf\.keras"):
        tf.scatter_nd  # noqa: B018
    with pytest.raises(AttributeError, match="operations run at once"):
        tf.Session  # noqa: B018


@pytest.mark.parametrize("module", MODULES)
def test_an_unknown_name_of_a_submodule_says_so_too(module):
    with pytest.raises(AttributeError, match=rf"tf\.{module}\.no_such_thing is not there.* has: "):
        MODULES[module].no_such_thing  # noqa: B018


def test_python_can_ask_for_its_own_names():
    assert not hasattr(tf, "__wrapped__")
    assert not hasattr(tf.nn, "__signature__")


def run(code):
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.strip()


@pytest.mark.parametrize(
    "line", ["import minigrad.tf as tf", "from minigrad import tf", "import minigrad; tf = minigrad.tf"]
)
def test_ways_to_import_it(line):
    assert run(f"{line}; print(tf.square(tf.constant(3.0)), tf.nn.relu(-1.0))") == "9.0 0.0"


def test_importing_it_imports_nothing_heavy():
    code = "import sys, minigrad.tf; print(*{name.split('.')[0] for name in sys.modules})"
    assert not {"tensorboardX", "matplotlib", "tqdm", "scipy"} & set(run(code).split())
    assert run("import sys, minigrad; print('minigrad.tf' in sys.modules)") == "False"


# -- numbers -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "dtype"),
    [
        (3, "int32"),
        ([[1, 2], [3, 4]], "int32"),
        (3.0, "float32"),
        ([1, 2.0], "float32"),
        (True, "bool"),
        ([], "float32"),
        (np.ones(2), "float64"),
        (np.ones(2, np.uint8), "uint8"),
        (np.float64(2.0), "float64"),
    ],
)
def test_dtypes_are_tensorflows(value, dtype):
    for make in (tf.constant, tf.convert_to_tensor, tf.Variable):
        assert make(value).dtype == dtype


def test_a_dtype_can_be_asked_for():
    assert tf.constant([1, 2], dtype=np.float32).dtype == tf.float32
    assert tf.Variable(1, dtype=tf.float64).dtype == np.float64
    assert tf.convert_to_tensor(tf.constant([1.7]), tf.int32).tolist() == [1]
    assert tf.cast(tf.equal([1, 2], [1, 3]), tf.float32).tolist() == [1.0, 0.0]
    assert [tf.bool, tf.int64, tf.uint8] == [np.bool_, np.int64, np.uint8]


def test_constants_shape():
    assert tf.constant(2, shape=(2, 2)).tolist() == [[2, 2], [2, 2]]
    assert tf.constant([1, 2, 3, 4], shape=(2, 2)).tolist() == [[1, 2], [3, 4]]
    with pytest.raises(ShapeError, match=r"tf\.constant: 3 values don't fill shape=\(2, 2\)"):
        tf.constant([1, 2, 3], shape=(2, 2))


def test_a_variables_shape_is_checked():
    with pytest.raises(ShapeError, match=r"has shape \(2,\), not the shape=\(3,\)"):
        tf.Variable([1.0, 2.0], shape=(3,))


def test_a_variable_of_a_function():
    assert tf.Variable(lambda: tf.zeros((2, 1)), name="w").name == "w"


def test_argmax_looks_along_the_first_axis_by_default():
    scores = [[1.0, 5.0], [3.0, 2.0], [0.0, 4.0]]
    assert tf.argmax(scores).tolist() == [1, 0]
    assert tf.argmax(scores, 1).tolist() == [1, 0, 1]
    assert tf.argmin(scores, axis=-1, output_type=tf.int32).tolist() == [0, 1, 0]
    assert tf.argmax(scores).dtype == tf.int64


def test_functions_that_are_named_otherwise():
    rows = np.arange(6.0, dtype=np.float32).reshape(2, 3)
    np.testing.assert_array_equal(tf.matmul(rows, rows, transpose_b=True), rows @ rows.T)
    np.testing.assert_array_equal(tf.matmul(rows, rows, transpose_a=True), rows.T @ rows)
    np.testing.assert_array_equal(tf.transpose(rows), rows.T)
    np.testing.assert_array_equal(tf.transpose(rows[None], perm=[0, 2, 1]), rows.T[None])
    np.testing.assert_array_equal(tf.concat([rows, rows], axis=-1), np.concatenate([rows, rows], -1))
    np.testing.assert_array_equal(tf.reshape(rows, shape=[-1, 2]), rows.reshape(-1, 2))
    np.testing.assert_array_equal(tf.range(2, 8, 3), [2, 5])
    np.testing.assert_array_equal(tf.fill([2], 4.0), [4.0, 4.0])
    np.testing.assert_array_equal(tf.one_hot([2, 0, 7], 3), [[0, 0, 1], [1, 0, 0], [0, 0, 0]])
    assert tf.zeros([2, 1]).dtype == tf.ones((1,)).dtype == tf.float32
    assert tf.nn.l2_loss([3.0, 4.0]).item() == 12.5


def test_wrong_shapes_name_the_operation():
    with pytest.raises(ShapeError, match=r"matmul.*\(2, 3\)"):
        tf.matmul(np.ones((2, 3)), np.ones((2, 3)))


def test_cross_entropies():
    scores = np.array([[2.0, -1.0, 0.5], [0.0, 0.0, 0.0]])
    logs = scores - np.log(np.exp(scores).sum(-1, keepdims=True))
    expected = [-logs[0, 0], -logs[1, 2]]
    np.testing.assert_allclose(tf.nn.sparse_softmax_cross_entropy_with_logits([0, 2], scores), expected)
    labels = np.eye(3)[[0, 2]]
    np.testing.assert_allclose(
        tf.nn.softmax_cross_entropy_with_logits(labels=labels, logits=scores), expected
    )


def test_function_leaves_a_function_as_it_is():
    def square(x):
        return x * x

    assert tf.function(square) is square
    assert tf.function()(square) is square
    with pytest.raises(TypeError, match=r"tf\.function decorates functions; got int"):
        tf.function(3)
    with pytest.raises(TypeError, match="input_signature"):
        tf.function(square, input_signature=[])


def test_the_seed_decides_the_random_numbers():
    tf.random.set_seed(777)
    first = tf.random.normal((2, 3)).numpy()
    tf.random.set_seed(777)
    np.testing.assert_array_equal(tf.random.normal((2, 3)), first)
    assert 0 <= tf.random.uniform((1,), 0.0, 1.0).item() < 1


# -- what the labs lean on ---------------------------------------------------------------------------


def test_how_tensors_are_printed():
    tensor = tf.constant([[1.0, 2.0]])
    assert str(tensor) == "[[1. 2.]]"
    assert repr(tensor) == "Tensor([[1., 2.]], shape=(1, 2), dtype=float32)"
    assert f"{tensor.shape}" == "(1, 2)"
    loss = tf.reduce_mean([0.25, 0.5])
    assert "%.4f" % loss == "0.3750"  # noqa: UP031 - as the lecture writes it
    assert "{:.8f}".format(loss) == "0.37500000"  # noqa: UP032
    assert "{:10.4f}|{:>5}".format(loss, 3) == "    0.3750|    3"  # noqa: UP032


def test_numpys_functions_on_tensors():
    maps = tf.constant(np.arange(8.0).reshape(1, 2, 2, 2))
    np.testing.assert_array_equal(np.zeros_like(maps), np.zeros((1, 2, 2, 2)))
    swapped = np.swapaxes(maps, 0, 3)
    assert [np.asarray(one.reshape(2, 2)).tolist() for one in swapped] == [[[0, 2], [4, 6]], [[1, 3], [5, 7]]]


def test_an_ndarray_that_scores_are_added_to_stays_one():
    predictions = np.zeros_like(np.ones((2, 3), np.float32))
    predictions += tf.constant([[1.0, 2.0, 3.0]])
    assert type(predictions) is np.ndarray
    assert predictions.tolist() == [[1, 2, 3], [1, 2, 3]]
