"""CTC against the sum over all paths, and Keras's own number."""

import itertools

import numpy as np
import pytest

import minigrad as mg
from minigrad.errors import ShapeError
from minigrad.losses import CTC, ctc


def spelled(path):
    """Return what a path spells: repetitions are one, then blanks are left out."""
    return [symbol for symbol, _ in itertools.groupby(path) if symbol]


def by_all_paths(labels, logits):
    p = np.exp(logits) / np.exp(logits).sum(-1, keepdims=True)
    paths = itertools.product(range(logits.shape[-1]), repeat=len(logits))
    wanted = [label for label in labels if label]
    return -np.log(sum(np.prod(p[range(len(path)), path]) for path in paths if spelled(path) == wanted))


@pytest.mark.parametrize("labels", [[1, 2, 0], [1, 1, 0], [2, 1, 2], [3, 0, 0], [0, 0, 0]])
def test_it_is_the_sum_over_all_paths(labels):
    logits = np.random.default_rng(len(labels) + sum(labels)).normal(size=(5, 4))
    expected = by_all_paths(labels, logits)
    np.testing.assert_allclose(ctc([labels], logits[None]).numpy(), [expected], rtol=1e-10)


def test_rows_of_different_length_count_alone():
    logits = np.random.default_rng(1).normal(size=(3, 5, 4))
    labels = np.array([[1, 2, 3], [2, 0, 0], [3, 3, 0]])
    expected = [by_all_paths(*one) for one in zip(labels, logits, strict=True)]
    np.testing.assert_allclose(CTC(reduction="none", dtype="float64")(labels, logits), expected)


def test_keras_number():
    logits = (np.arange(12).reshape((1, 4, 3)).astype(np.float32) - 12) / 100
    assert CTC()([[1, 2, 1, 0]], logits).item() == pytest.approx(2.4429314, rel=1e-6)


def test_gradients():
    logits = np.random.default_rng(2).normal(size=(2, 4, 3))
    labels = [[1, 2], [2, 2]]
    assert mg.testing.check_gradients(lambda x: ctc(labels, x), logits).checked == 24


def test_a_network_learns_to_spell():
    mg.utils.set_random_seed(0)
    x = np.eye(6, dtype=np.float32)[None]
    net = mg.Sequential([mg.Input((6, 6)), mg.layers.Dense(4)])
    net.compile(mg.optimizers.Adam(0.1), mg.losses.CTC())
    net.fit(x, np.array([[3, 1, 1]]), epochs=60, verbose=0)
    assert spelled(net.predict(x, verbose=0)[0].argmax(-1).tolist()) == [3, 1, 1]


@pytest.mark.parametrize(
    ("labels", "shape", "error", "text"),
    [
        ([1, 2], (2, 4, 3), ShapeError, r"y_pred \(2, 4, 3\) and y_true \(2,\)"),
        ([[1, 2]], (2, 4, 3), ShapeError, r"y_true \(1, 2\)"),
        ([[1, 3]], (1, 4, 3), ValueError, "from 1 to 2, and 0 at a row's end; got values from 1 to 3"),
        (
            [[1, 0, 2]],
            (1, 4, 3),
            ValueError,
            "row 0 of y_true has a 0, which is the blank, before other labels",
        ),
        ([[1, 1]], (1, 2, 3), ValueError, "row 0 of y_true needs 3 times, but y_pred has 2"),
    ],
)
def test_what_does_not_fit(labels, shape, error, text):
    with pytest.raises(error, match=text):
        ctc(labels, np.zeros(shape))
