"""Intersection over union: how well the areas of classes in an image are found.

Idea:    what is common to the true and the predicted area of a class, divided by what either covers. A
         class that covers little counts as much as the background does.
Shapes:  y_true and y_pred (N, ...) integers, or with a further axis of C scores -> a scalar
Before:  weights.py.  Next: iou_variants.py.
Source:  Keras's ``keras/src/metrics/iou_metrics.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from minigrad.autodiff.tensor import NDArray, Tensor, wrap
from minigrad.config import epsilon, floatx
from minigrad.errors import ShapeError
from minigrad.metrics.metric import Metric, add_to
from minigrad.metrics.weights import fitted_weights
from minigrad.shapes import integers


class IoU(Metric):
    """The mean over some classes of ``tp / (tp + fp + fn)``; classes that never occur don't count.

    Args:
        num_classes: How many classes there are.
        target_class_ids: The numbers of the classes whose mean is wanted.
        name: Default "io_u", numbered from the second on.
        dtype: The dtype of the result; for an integer type (as in Keras's configs), and by default, `floatx`.
            The confusion matrix is kept in float64, so weights need not be integers.
        ignore_class: A label whose samples don't count. Default None.
        sparse_y_true: Whether y_true is integers, not one-hot. Default True.
        sparse_y_pred: Whether y_pred is integers, not scores of the classes. Default True.
        axis: The axis of the classes in what is not integers. Default -1.

    Raises:
        ValueError: If an argument is out of range.

    Source: ``keras.metrics.IoU``.

    Example:
        >>> metric = IoU(num_classes=2, target_class_ids=[0])
        >>> round(float(metric([0, 0, 1, 1], [0, 1, 0, 1])), 4)
        0.3333
    """

    direction = "up"

    def __init__(
        self,
        num_classes: int,
        target_class_ids: Sequence[int],
        name: str | None = None,
        dtype: DTypeLike | None = None,
        ignore_class: int | None = None,
        sparse_y_true: bool = True,
        sparse_y_pred: bool = True,
        axis: int = -1,
    ) -> None:
        super().__init__(dtype, name)
        if self._dtype.kind != "f":
            self._dtype = np.dtype(floatx())
        own = type(self).__name__
        (self.num_classes,) = integers(own, "num_classes", num_classes, 1)
        self.target_class_ids = _class_ids(own, target_class_ids, self.num_classes)
        self.ignore_class = ignore_class
        self.sparse_y_true = sparse_y_true
        self.sparse_y_pred = sparse_y_pred
        self.axis = axis
        shape = (self.num_classes, self.num_classes)
        self.total_cm = self.add_variable(shape, dtype="float64", name="total_confusion_matrix")

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Take in a batch.

        Args:
            y_true: The true classes.
            y_pred: The predicted ones.
            sample_weight: One weight for each sample, or for each label. Default: all 1.

        Raises:
            ShapeError: If the shapes don't fit each other.
            ValueError: If a label is not below num_classes, and not ignore_class.
        """
        y_true, y_pred = np.asarray(y_true), np.asarray(y_pred)
        labels = y_true if self.sparse_y_true else y_true.argmax(self.axis)
        found = y_pred if self.sparse_y_pred else y_pred.argmax(self.axis)
        if labels.size != found.size:
            raise ShapeError(
                f"{self.name}: y_true and y_pred must have as many labels; got shapes {y_true.shape} and "
                f"{y_pred.shape}"
            )
        weights = fitted_weights(self.name, sample_weight, labels.shape)
        labels, found = labels.reshape(-1), found.reshape(-1)
        kept = slice(None) if self.ignore_class is None else labels != self.ignore_class
        labels, found = self._checked("y_true", labels[kept]), self._checked("y_pred", found[kept])
        cells = labels * self.num_classes + found
        flat = None if weights is None else weights.reshape(-1)[kept]
        matrix = np.bincount(cells, flat, minlength=self.num_classes**2)
        add_to(self.total_cm, matrix.reshape(self.total_cm.shape))

    def _checked(self, argument: str, labels: NDArray) -> NDArray:
        """Return labels as integers."""
        whole = labels.astype(np.int64)
        wrong = (whole != labels) | (whole < 0) | (whole >= self.num_classes)
        if wrong.any():
            raise ValueError(
                f"{self.name}: {argument} must be integers from 0 to {self.num_classes - 1}; got "
                f"{labels[wrong][0]} (a label that is to be left out can be given as ignore_class)"
            )
        return whole

    def result(self) -> Tensor:
        """Return the mean so far; 0 if none of the classes occurred."""
        matrix = self.total_cm._data
        common = matrix.diagonal()
        union = (matrix.sum(0) + matrix.sum(1) - common)[self.target_class_ids]
        occurs = union > 1e-9
        quotients = np.where(occurs, common[self.target_class_ids] / (union + epsilon()), 0.0)
        return wrap(np.asarray(quotients.sum() / (occurs.sum() + epsilon()), self._dtype))

    def get_config(self) -> dict[str, Any]:
        """Return the arguments to make it anew, without its state."""
        return {
            **super().get_config(),
            "num_classes": self.num_classes,
            "target_class_ids": self.target_class_ids,
            "ignore_class": self.ignore_class,
            "sparse_y_true": self.sparse_y_true,
            "sparse_y_pred": self.sparse_y_pred,
            "axis": self.axis,
        }


def _class_ids(name: str, ids: Any, num_classes: int) -> list[int]:
    found = np.asarray(ids)
    if found.ndim != 1 or not found.size or not np.isin(found, np.arange(num_classes)).all():
        raise ValueError(
            f"{name}: target_class_ids must be a list of numbers from 0 to {num_classes - 1}; got {ids!r}"
        )
    return [int(number) for number in found]
