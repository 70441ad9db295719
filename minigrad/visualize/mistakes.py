"""What a classifier gets wrong: the confusion matrix, and the worst mistakes.

Idea:    the accuracy says how many are wrong; the matrix, which are taken for which; and the pictures of
         those that it was surest of, often, why.
Before:  visualize/images.py.  Next: visualize/histograms.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from minigrad.errors import ShapeError
from minigrad.visualize.canvas import RED, at_least_one, grid_size, new_figure
from minigrad.visualize.images import (
    as_pictures,
    class_numbers,
    names_of_classes,
    probabilities,
    same_length,
    show_picture,
)

if TYPE_CHECKING:
    from minigrad.visualize.figure import Figure

_MOST_CLASSES = 1000


def confusion_matrix(
    y_true: Any, y_pred: Any, class_names: Sequence[str] | None = None, normalize: bool = False
) -> Figure:
    """Draw how often each class (row) was predicted as each (column).

    Args:
        y_true: The labels: class numbers (N,), or one-hot (N, K).
        y_pred: The predictions: class numbers, or scores (N, K), of which the largest counts.
        class_names: Default: their numbers. Of more than 50 classes, every second, third ... one is named.
        normalize: Whether each row is divided by its sum, so that it tells shares of a class. Default False.

    Returns:
        The figure.

    Raises:
        ImportError: If matplotlib isn't installed.
        ShapeError: If the shapes don't fit each other, or there is no row.
        ValueError: If labels are no class numbers, there are more than 1,000 classes, or too few class_names.

    Source: ``sklearn.metrics.ConfusionMatrixDisplay``.

    Example:
        >>> import minigrad as mg
        >>> figure = mg.visualize.confusion_matrix([0, 1, 1, 2], [0, 1, 2, 2])
        >>> figure.get_suptitle()
        'Confusion matrix: 3 of 4 right (75.0 %)'
    """
    truth = class_numbers("confusion_matrix", "y_true", y_true)
    said = class_numbers("confusion_matrix", "y_pred", y_pred)
    same_length("confusion_matrix", y_true=truth, y_pred=said)
    if not len(truth):
        raise ShapeError("confusion_matrix: there is nothing to count: y_true and y_pred are empty")
    scores = [np.shape(one)[1] for one in (y_true, y_pred) if np.ndim(one) == 2]
    classes = max(int(max(truth.max(), said.max())) + 1, *scores, 1)
    if classes > _MOST_CLASSES:
        raise ValueError(
            f"confusion_matrix: up to {_MOST_CLASSES:,} classes are drawn; got the class {classes - 1}. Are "
            "these class numbers?"
        )
    names = names_of_classes("confusion_matrix", class_names, classes)
    counts = np.zeros((classes, classes), np.int64)
    np.add.at(counts, (truth, said), 1)
    right = int(np.trace(counts))
    totals = counts.sum(axis=1, keepdims=True)
    shares = counts / np.maximum(totals, 1)

    size = min(16.0, max(4.5, 0.55 * classes + 2))
    title = f"Confusion matrix: {right:,} of {len(truth):,} right ({right / len(truth):.1%})".replace(
        "%", " %"
    )
    figure = new_figure(size + 0.8, size, title)
    axes = figure.add_subplot()
    image = axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    ticks = np.arange(0, classes, -(-classes // 50))  # as many as can be read
    named = [names[tick] for tick in ticks]
    axes.set_xticks(ticks, named, rotation=90 if max(map(len, named)) > 2 else 0)
    axes.set_yticks(ticks, named)
    axes.set(xlabel="predicted class", ylabel="true class")
    figure.colorbar(image, ax=axes, label="share of the true class", shrink=0.8)
    if classes <= 30:
        _write_counts(axes, counts, shares, normalize)
    return figure


def _write_counts(axes: Any, counts: Any, shares: Any, normalize: bool) -> None:
    """Write the number into each cell that isn't 0."""
    small = 9 if len(counts) <= 12 else 6
    for (row, column), count in np.ndenumerate(counts):
        if count:
            share = shares[row, column]
            text = f"{share:.2f}" if normalize else f"{count:,}"
            color = "white" if share > 0.5 else "#202020" if row == column else RED
            axes.text(column, row, text, ha="center", va="center", fontsize=small, color=color)


def worst_mistakes(
    images: Any,
    y_true: Any,
    y_pred: Any,
    count: int = 16,
    class_names: Sequence[str] | None = None,
    from_logits: bool = False,
) -> Figure:
    """Draw the images whose wrong class was given the highest probability, worst first.

    Above each stand the true class and the one predicted, with their probabilities.

    Args:
        images: (N, H, W), (N, H, W, 1) or (N, H, W, 3).
        y_true: The labels: class numbers (N,), or one-hot (N, K).
        y_pred: The probabilities (N, K), as ``model.predict`` gives them.
        count: How many to draw at most. Default 16.
        class_names: Default: their numbers.
        from_logits: Whether y_pred are logits, of which softmax makes probabilities. Default False.

    Returns:
        The figure; with no picture in it if there is no mistake, which its title says.

    Raises:
        ImportError: If matplotlib isn't installed.
        ShapeError: If a shape is wrong, or they don't fit each other.
        ValueError: If y_pred are no probabilities.

    Example:
        >>> import minigrad as mg, numpy as np
        >>> images, y_pred = np.zeros((3, 8, 8)), np.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]])
        >>> figure = mg.visualize.worst_mistakes(images, [0, 0, 1], y_pred)
        >>> [axes.get_title() for axes in figure.axes]
        ['true 0 (20 %)\\nsaid 1 (80 %)', 'true 1 (40 %)\\nsaid 0 (60 %)']
    """
    pictures = as_pictures("worst_mistakes", images)
    truth = class_numbers("worst_mistakes", "y_true", y_true)
    scores = probabilities("worst_mistakes", y_pred, from_logits)
    same_length("worst_mistakes", images=pictures, y_true=truth, y_pred=scores)
    count = at_least_one("worst_mistakes", "count", count)
    if len(truth) and truth.max() >= scores.shape[1]:
        raise ShapeError(
            f"worst_mistakes: y_true has class {truth.max()}; y_pred has {scores.shape[1]} classes"
        )
    names = names_of_classes("worst_mistakes", class_names, scores.shape[1])
    said = scores.argmax(axis=1)
    sureness = scores.max(axis=1)
    wrong = np.flatnonzero(said != truth)
    worst = wrong[np.argsort(-sureness[wrong], kind="stable")][:count]
    title = f"{len(wrong):,} of {len(truth):,} are wrong"
    if not len(worst):
        return new_figure(5, 1.2, f"No mistakes: {title}")
    rows, columns = grid_size(len(worst), 8)
    figure = new_figure(
        max(5.0, 1.5 * columns), 0.7 + 1.9 * rows, f"The worst {len(worst)} mistakes ({title})"
    )
    panels = list(figure.subplots(rows, columns, squeeze=False).flat)
    for axes in panels[len(worst) :]:
        axes.set_axis_off()
    for axes, index in zip(panels, worst, strict=False):
        show_picture(axes, pictures[index])
        lines = (
            f"{word} {names[one]} ({scores[index, one]:.0%})"
            for word, one in (("true", truth[index]), ("said", said[index]))
        )
        axes.set_title("\n".join(lines).replace("%", " %"), fontsize=9)
    return figure
