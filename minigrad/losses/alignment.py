"""CTC, connectionist temporal classification: labels of a sequence, without saying when each of them is.

Idea:    at each of T times the model names a class, or the blank. Without repetitions and then blanks, many
         such paths spell the same labels; the loss is ``-log`` of the sum of their probabilities. That sum
         goes from time to time: whoever spelled s symbols so far stays, goes on by one, or skips a blank.
Shapes:  y_pred (N, T, C) logits, y_true (N, L) integers -> (N,)
Before:  crossentropy.py.  Next: overlap.py.
Source:  Keras's ``keras/src/losses/losses.py``; Graves and others, "Connectionist temporal classification:
         labelling unsegmented sequence data with recurrent neural networks" (2006).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from minigrad import ops
from minigrad.autodiff.tensor import Tensor
from minigrad.errors import ShapeError
from minigrad.losses.inputs import as_floats
from minigrad.losses.loss import LossFunctionWrapper
from minigrad.losses.reduction import Reduction

_NEVER = -1e30  # the logarithm of no probability, which unlike -inf has derivatives


def ctc(y_true: Any, y_pred: Any) -> Tensor:
    """How improbable it is to spell the labels: ``L = -log sum_(paths that spell them) prod_t p_t(path_t)``.

    Args:
        y_true: (N, L): the labels' classes from 1 on; zeros at the end fill up a row. Class 0 is the blank.
        y_pred: (N, T, C): logits.

    Returns:
        A tensor of shape (N,).

    Raises:
        ShapeError: If the shapes don't fit each other.
        ValueError: If a label is not that of a class, or a row has more labels than T times can spell.

    Source: ``keras.losses.ctc``.

    Example:
        >>> import numpy as np
        >>> paths = 3  # of two times: "1 1", "1 blank" and "blank 1"; each of 9 is as probable
        >>> round(float(np.exp(-ctc([[1]], np.zeros((1, 2, 3))).item())) * 9, 3)
        3.0
    """
    labels, y_pred = np.asarray(y_true), as_floats(y_pred)
    lengths = _lengths(labels, y_pred.shape)
    rows, times, _ = y_pred.shape
    symbols = np.zeros((rows, 2 * labels.shape[1] + 1), np.int64)  # blanks between, before and after
    symbols[:, 1::2] = labels
    may_skip = np.zeros(symbols.shape, bool)
    may_skip[:, 2:] = (symbols[:, 2:] != 0) & (symbols[:, 2:] != symbols[:, :-2])

    scores = ops.log_softmax(y_pred, axis=-1)
    scores = ops.take_along_axis(scores, np.repeat(symbols[:, None], times, axis=1), axis=-1)
    first = np.where(np.arange(symbols.shape[1]) < 2, 0.0, _NEVER).astype(y_pred.dtype)
    so_far = scores[:, 0] + first  # the logarithm of the probability of all that was spelled
    skip = np.where(may_skip, 0.0, _NEVER).astype(y_pred.dtype)
    for time in range(1, times):
        ways = [so_far, _later(so_far, 1), _later(so_far, 2) + skip]
        so_far = ops.logsumexp(ops.stack(ways), axis=0) + scores[:, time]
    ends = np.stack([2 * lengths, np.maximum(2 * lengths - 1, 0)], axis=1)  # with a blank, or without
    found = ops.take_along_axis(so_far, ends, axis=1)
    twice = np.where((lengths == 0)[:, None] & np.array([False, True]), _NEVER, 0.0).astype(y_pred.dtype)
    return -ops.logsumexp(found + twice, axis=1)  # type: ignore[no-any-return]


def _later(so_far: Any, count: int) -> Any:
    """Return the columns moved on by ``count`` symbols."""
    return ops.pad(so_far, ((0, 0), (count, 0)), constant_values=_NEVER)[:, : so_far.shape[1]]


def _lengths(labels: Any, shape: tuple[int, ...]) -> Any:
    """Return how many labels each row has.

    Raises:
        ShapeError: If the shapes don't fit each other.
        ValueError: If a label is not that of a class, or there are too many.
    """
    if len(shape) != 3 or labels.ndim != 2 or len(labels) != shape[0]:
        raise ShapeError(
            "ctc: y_pred must be logits of shape (N, times, classes), and y_true labels of shape (N, L); got "
            f"y_pred {shape} and y_true {labels.shape}"
        )
    if labels.size and (labels.min() < 0 or labels.max() >= shape[2] or np.any(labels % 1)):
        raise ValueError(
            f"ctc: labels must be integers from 1 to {shape[2] - 1}, and 0 at a row's end; got values from "
            f"{labels.min():g} to {labels.max():g}"
        )
    lengths = np.count_nonzero(labels, axis=1)
    within = np.any((labels[:, 1:] != 0) & (labels[:, :-1] == 0), axis=1)
    if within.any():
        row = int(np.argmax(within))
        raise ValueError(
            f"ctc: row {row} of y_true has a 0, which is the blank, before other labels: {labels[row]}"
        )
    repeated = (labels[:, 1:] == labels[:, :-1]) & (labels[:, 1:] != 0)  # a blank must come between
    needed = lengths + np.count_nonzero(repeated, axis=1)
    if np.any(needed > shape[1]):
        row = int(np.argmax(needed))
        raise ValueError(f"ctc: row {row} of y_true needs {needed[row]} times, but y_pred has {shape[1]}")
    return lengths


class CTC(LossFunctionWrapper):
    """Labels of a sequence, without their times: ``-log`` of the probability that they are spelled.

    Args:
        reduction: See `Loss`.
        name: Default "ctc".
        dtype: See `Loss`.

    Source: ``keras.losses.CTC``.

    Example:
        >>> import numpy as np
        >>> round(CTC()([[1, 2]], np.zeros((1, 3, 3))).item(), 4)  # 5 of 27 paths spell "12"
        1.6864
    """

    def __init__(
        self,
        reduction: Reduction | None = "sum_over_batch_size",
        name: str | None = "ctc",
        dtype: DTypeLike | None = None,
    ) -> None:
        super().__init__(ctc, reduction, name, dtype)
