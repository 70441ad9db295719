"""Variables and tapes as TensorFlow has them: nothing is recorded but under a tape.

Idea:    elsewhere in minigrad whatever a variable takes part in is recorded, so that ``loss.backward()``
         finds its way. In TensorFlow, a loop that sums up losses outside the tape must not keep the graphs
         of an epoch. So a variable says of itself that it wants to be recorded only under a tape
         (``variable.taped``): those made here do, and those that a tape or a checkpoint of this module
         was once asked about, such as the weights of a Keras layer. No other tensor is touched: one with
         requires_grad=True, and the weights of any other model, are recorded as ever.
Before:  autodiff/variable.py, autodiff/tape.py, tf/tensors.py.  Next: tf/tracking.py.
Source:  ``tf.Variable``, ``tf.GradientTape``.
"""

from __future__ import annotations

from typing import Any

from minigrad.autodiff import tape, variable
from minigrad.autodiff.structures import leaves
from minigrad.autodiff.tensor import Tensor
from minigrad.tf.tensors import to_tensor


class Variable(variable.Variable):
    """A tensor that can be assigned to, and is recorded only under a tape.

    Args:
        initial_value: A number, list, array or tensor, or a function without arguments that gives one. Whole
            numbers become int32, as TensorFlow has it.
        trainable: Whether tapes watch it. Default True.
        name: Default "Variable".
        dtype: Default: the value's.
        shape: If given, the value must have it.

    Raises:
        ShapeError: If the value has another shape.

    Source: ``tf.Variable``.

    Example:
        >>> import minigrad.tf as tf
        >>> w = tf.Variable([5.0], name="weight")
        >>> w.assign_sub([2.0]).numpy()
        array([3.], dtype=float32)
        >>> (w * 2.0).requires_grad
        False
    """

    __slots__ = ()

    def __init__(
        self,
        initial_value: Any,
        trainable: bool = True,
        *,
        name: str | None = None,
        dtype: Any = None,
        shape: tuple[int, ...] | None = None,
    ) -> None:
        value = initial_value
        if callable(value) and not isinstance(value, Tensor):
            value = value()
        super().__init__(to_tensor(value, dtype), shape, trainable=trainable, name=name or "Variable")
        self.taped = True


class GradientTape(tape.GradientTape):
    """What is computed within it is remembered, for a gradient asked for inside or afterwards.

    The arguments and methods are those of `minigrad.GradientTape`. Variables that it is asked about are
    recorded only under tapes from then on, and a loss whose gradient was taken is a plain number afterwards.

    Source: ``tf.GradientTape``.

    Example:
        >>> import minigrad.tf as tf
        >>> w = tf.Variable(3.0)
        >>> with tf.GradientTape() as tape:
        ...     loss = tf.square(w)
        >>> print(tape.gradient(loss, w), loss.requires_grad)
        6.0 False
    """

    def watch(self, tensor: Any) -> None:
        """Take a tensor (or each of a list, tuple or dict) as something to differentiate by."""
        super().watch(tensor)
        record_only_under_tapes(tensor)

    def gradient(self, target: Any, sources: Any, *args: Any, **kwargs: Any) -> Any:
        """Return d(sum of targets)/d(source) for each source; see `minigrad.GradientTape.gradient`."""
        record_only_under_tapes(sources)
        result = super().gradient(target, sources, *args, **kwargs)
        self._let_go(target)
        return result

    def jacobian(self, target: Any, sources: Any, *args: Any, **kwargs: Any) -> Any:
        """Return d(target)/d(source), element by element; see `minigrad.GradientTape.jacobian`."""
        record_only_under_tapes(sources)
        result = super().jacobian(target, sources, *args, **kwargs)
        self._let_go(target)
        return result

    def _let_go(self, target: Any) -> None:
        """Make results constants whose graph no tape can walk again, or a sum of them would keep it."""
        if self._retain(False):
            return
        for one in leaves(target):
            if isinstance(one, Tensor) and not one.is_leaf:
                one._node = None


def record_only_under_tapes(structure: Any) -> None:
    """Let the variables in a structure (a variable, or a nested list, tuple or dict) be so from now on."""
    for one in leaves(structure):
        if isinstance(one, variable.Variable):
            one.taped = True
