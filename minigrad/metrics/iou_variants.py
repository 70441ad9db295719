"""Intersection over union of two classes, of all classes, and with one-hot labels.

Before:  iou.py (the counting).  Next: models/.
Source:  Keras's ``keras/src/metrics/iou_metrics.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from minigrad.arguments import number
from minigrad.metrics.iou import IoU
from minigrad.shapes import integers


class BinaryIoU(IoU):
    """`IoU` of yes (1) and no (0): the mean of ``tp / (tp + fp + fn)`` of either.

    Args:
        target_class_ids: Which of the two: (0,), (1,) or (0, 1). Default both.
        threshold: Predictions of at least this are a yes. Default 0.5; for logits, 0 is right.
        name: Default "binary_io_u", numbered from the second on.
        dtype: See `IoU`.

    Raises:
        ValueError: If an argument is out of range.

    Source: ``keras.metrics.BinaryIoU``.

    Example:
        >>> metric = BinaryIoU(threshold=0.3)
        >>> round(float(metric([0, 1, 0, 1], [0.1, 0.2, 0.4, 0.7])), 4)
        0.3333
    """

    def __init__(
        self,
        target_class_ids: Sequence[int] = (0, 1),
        threshold: float = 0.5,
        name: str | None = None,
        dtype: DTypeLike | None = None,
    ) -> None:
        super().__init__(2, target_class_ids, name, dtype)
        self.threshold = number("BinaryIoU", "threshold", threshold)

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Take in a batch; y_pred holds probabilities or logits, otherwise as `IoU.update_state`."""
        found = np.asarray(y_pred, self._dtype) >= self._dtype.type(self.threshold)
        super().update_state(y_true, found, sample_weight)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments to make it anew, without its state."""
        return {
            "target_class_ids": self.target_class_ids,
            "threshold": self.threshold,
            "name": self.name,
            "dtype": self.dtype,
        }


class MeanIoU(IoU):
    """The mean over all classes of ``tp / (tp + fp + fn)``; classes that never occur don't count.

    Args:
        num_classes: How many classes there are.
        name: Default "mean_io_u", numbered from the second on.
        dtype: See `IoU`.
        ignore_class: A label whose samples don't count. Default None.
        sparse_y_true: Whether y_true is integers, not one-hot. Default True.
        sparse_y_pred: Whether y_pred is integers, not scores of the classes. Default True.
        axis: The axis of the classes in what is not integers. Default -1.

    Raises:
        ValueError: If an argument is out of range.

    Source: ``keras.metrics.MeanIoU``.

    Example:
        >>> metric = MeanIoU(num_classes=2)
        >>> round(float(metric([0, 0, 1, 1], [0, 1, 0, 1], sample_weight=[0.3, 0.3, 0.3, 0.1])), 4)
        0.2381
    """

    def __init__(
        self,
        num_classes: int,
        name: str | None = None,
        dtype: DTypeLike | None = None,
        ignore_class: int | None = None,
        sparse_y_true: bool = True,
        sparse_y_pred: bool = True,
        axis: int = -1,
    ) -> None:
        (count,) = integers(type(self).__name__, "num_classes", num_classes, 1)
        super().__init__(count, range(count), name, dtype, ignore_class, sparse_y_true, sparse_y_pred, axis)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments to make it anew, without its state."""
        config = super().get_config()
        del config["target_class_ids"]
        return config


class OneHotIoU(IoU):
    """`IoU` with one-hot labels.

    Args:
        num_classes: How many classes there are.
        target_class_ids: The numbers of the classes whose mean is wanted.
        name: Default "one_hot_io_u", numbered from the second on.
        dtype: See `IoU`.
        ignore_class: A label whose samples don't count. Default None.
        sparse_y_pred: Whether y_pred is integers, not scores of the classes. Default False.
        axis: The axis of the classes. Default -1.

    Raises:
        ValueError: If an argument is out of range.

    Source: ``keras.metrics.OneHotIoU``.

    Example:
        >>> metric = OneHotIoU(num_classes=3, target_class_ids=[0, 2])
        >>> y_true, y_pred = [[0, 0, 1], [1, 0, 0]], [[0.2, 0.3, 0.5], [0.1, 0.2, 0.7]]
        >>> round(float(metric(y_true, y_pred)), 4)
        0.25
    """

    def __init__(
        self,
        num_classes: int,
        target_class_ids: Sequence[int],
        name: str | None = None,
        dtype: DTypeLike | None = None,
        ignore_class: int | None = None,
        sparse_y_pred: bool = False,
        axis: int = -1,
    ) -> None:
        super().__init__(num_classes, target_class_ids, name, dtype, ignore_class, False, sparse_y_pred, axis)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments to make it anew, without its state."""
        config = super().get_config()
        del config["sparse_y_true"]
        return config


class OneHotMeanIoU(MeanIoU):
    """`MeanIoU` with one-hot labels.

    Args:
        num_classes: How many classes there are.
        name: Default "one_hot_mean_io_u", numbered from the second on.
        dtype: See `IoU`.
        ignore_class: A label whose samples don't count. Default None.
        sparse_y_pred: Whether y_pred is integers, not scores of the classes. Default False.
        axis: The axis of the classes. Default -1.

    Raises:
        ValueError: If an argument is out of range.

    Source: ``keras.metrics.OneHotMeanIoU``.

    Example:
        >>> metric = OneHotMeanIoU(num_classes=3)
        >>> y_true, y_pred = [[0, 0, 1], [1, 0, 0]], [[0.2, 0.3, 0.5], [0.1, 0.2, 0.7]]
        >>> round(float(metric(y_true, y_pred)), 4)  # class 1 never occurs
        0.25
    """

    def __init__(
        self,
        num_classes: int,
        name: str | None = None,
        dtype: DTypeLike | None = None,
        ignore_class: int | None = None,
        sparse_y_pred: bool = False,
        axis: int = -1,
    ) -> None:
        super().__init__(num_classes, name, dtype, ignore_class, False, sparse_y_pred, axis)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments to make it anew, without its state."""
        config = super().get_config()
        del config["sparse_y_true"]
        return config
