"""The confusion matrix and the worst mistakes."""

import numpy as np
import pytest

import minigrad as mg
from minigrad.errors import ShapeError

V = mg.visualize


def written(axes):
    """Return the texts of the cells by (row, column)."""
    return {
        (int(text.get_position()[1]), int(text.get_position()[0])): text.get_text() for text in axes.texts
    }


def test_counts_are_those_of_a_plain_loop():
    rng = np.random.default_rng(0)
    truth, said = rng.integers(0, 5, 300), rng.integers(0, 5, 300)
    expected = {}
    for row, column in zip(truth.tolist(), said.tolist(), strict=True):
        expected[row, column] = expected.get((row, column), 0) + 1
    figure = V.confusion_matrix(truth, said)
    axes = figure.axes[0]
    assert written(axes) == {place: str(count) for place, count in expected.items()}
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("predicted class", "true class")
    right = int((truth == said).sum())
    assert figure.get_suptitle() == f"Confusion matrix: {right} of 300 right ({right / 300:.1%})".replace(
        "%", " %"
    )
    shares = np.asarray(axes.images[0].get_array())
    np.testing.assert_allclose(shares.sum(axis=1), 1)


def test_scores_one_hot_labels_and_names():
    truth = np.eye(3)[[0, 1, 2, 2]]
    scores = np.array([[0.9, 0.1, 0.0], [0.2, 0.3, 0.5], [0.0, 0.1, 0.9], [0.0, 0.2, 0.8]])
    figure = V.confusion_matrix(truth, scores, class_names=["cat", "dog", "cow"])
    axes = figure.axes[0]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["cat", "dog", "cow"]
    assert written(axes) == {(0, 0): "1", (1, 2): "1", (2, 2): "2"}
    figure = V.confusion_matrix([0, 0, 1, 1], [0, 1, 1, 1], normalize=True)
    assert written(figure.axes[0]) == {(0, 0): "0.50", (0, 1): "0.50", (1, 1): "1.00"}


def test_classes_that_no_label_has_are_shown_if_there_are_scores():
    figure = V.confusion_matrix([0, 1], np.eye(4)[:2])
    assert len(figure.axes[0].get_xticks()) == 4


def test_bad_matrices():
    with pytest.raises(ShapeError, match="as many rows each; got y_true 2, y_pred 3"):
        V.confusion_matrix([0, 1], [0, 1, 1])
    with pytest.raises(ShapeError, match="nothing to count"):
        V.confusion_matrix([], [])
    with pytest.raises(ValueError, match=r"y_pred of shape \(2, 1\) must be class numbers.*got 0.3.*> 0.5"):
        V.confusion_matrix([0, 1], [[0.3], [0.8]])
    with pytest.raises(ShapeError, match="y_true must be class numbers"):
        V.confusion_matrix(np.zeros((2, 2, 2)), [0, 1])
    with pytest.raises(ValueError, match="there are 3 classes; got 2 class_names"):
        V.confusion_matrix([0, 2], [0, 1], class_names=["a", "b"])
    with pytest.raises(ValueError, match="up to 1,000 classes are drawn; got the class 123456"):
        V.confusion_matrix([0, 123456], [0, 1])


def test_of_many_classes_only_some_are_named():
    figure = V.confusion_matrix(np.arange(120), np.arange(120))
    axes = figure.axes[0]
    for labels in (axes.get_xticklabels(), axes.get_yticklabels()):
        assert [label.get_text() for label in labels] == [str(number) for number in range(0, 120, 3)]
    assert len(V.confusion_matrix(np.arange(50), np.arange(50)).axes[0].get_xticks()) == 50


def test_the_worst_come_first():
    images = np.arange(5 * 4).reshape(5, 2, 2)
    truth = np.array([0, 1, 1, 0, 1])
    scores = np.array([[0.1, 0.9], [0.6, 0.4], [0.2, 0.8], [0.3, 0.7], [0.99, 0.01]])
    figure = V.worst_mistakes(images, truth, scores)
    assert figure.get_suptitle() == "The worst 4 mistakes (4 of 5 are wrong)"
    shown = [np.asarray(axes.images[0].get_array()) for axes in figure.axes if axes.images]
    for picture, index in zip(shown, [4, 0, 3, 1], strict=True):
        np.testing.assert_array_equal(picture, images[index])
    assert figure.axes[0].get_title() == "true 1 (1 %)\nsaid 0 (99 %)"
    figure = V.worst_mistakes(images, truth, scores, count=2, class_names=["no", "yes"])
    assert [axes.get_title() for axes in figure.axes] == [
        "true yes (1 %)\nsaid no (99 %)",
        "true no (10 %)\nsaid yes (90 %)",
    ]


def test_logits_and_colors():
    logits = np.array([[0.0, np.log(3.0)], [5.0, 0.0]])
    images = np.zeros((2, 4, 4, 3), np.uint8) + np.uint8([255, 0, 51])
    with pytest.raises(ValueError, match=r"no probabilities .* pass from_logits=True"):
        V.worst_mistakes(images, [0, 0], logits)
    figure = V.worst_mistakes(images, [0, 0], logits, from_logits=True)
    assert figure.axes[0].get_title() == "true 0 (25 %)\nsaid 1 (75 %)"
    np.testing.assert_allclose(np.asarray(figure.axes[0].images[0].get_array())[0, 0], [1, 0, 0.2])


def test_no_mistake_at_all():
    figure = V.worst_mistakes(np.zeros((1, 2, 2)), [0], [[0.9, 0.1]])
    assert figure.get_suptitle() == "No mistakes: 0 of 1 are wrong"
    assert not figure.axes


def test_bad_mistakes():
    scores = np.array([[0.9, 0.1]])
    with pytest.raises(ShapeError, match=r"images must have shape .* got \(1, 4\)"):
        V.worst_mistakes(np.zeros((1, 4)), [0], scores)
    with pytest.raises(ShapeError, match=r"got \(1, 4, 4, 5\)"):
        V.worst_mistakes(np.zeros((1, 4, 4, 5)), [0], scores)
    with pytest.raises(ShapeError, match="got images 2, y_true 1, y_pred 1"):
        V.worst_mistakes(np.zeros((2, 4, 4)), [0], scores)
    with pytest.raises(ShapeError, match=r"y_pred must be the scores of each class, \(N, K\); got \(1,\)"):
        V.worst_mistakes(np.zeros((1, 4, 4)), [0], [1])
    with pytest.raises(ShapeError, match="y_true has class 7; y_pred has 2 classes"):
        V.worst_mistakes(np.zeros((1, 4, 4)), [7], scores)
