"""The merging layers as functions: ``add([x1, x2])`` for ``Add()([x1, x2])``.

Shapes:  those of the layers.
Before:  layers/merging.py, layers/joining.py.  Next: layers/prelu.py.
Source:  ``keras.layers.add``, ``concatenate`` and the like.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from minigrad.layers.joining import Concatenate, Dot
from minigrad.layers.merging import Add, Average, Maximum, Minimum, Multiply, Subtract


def add(inputs: Sequence[Any], **kwargs: Any) -> Any:
    """Return the sum of the inputs: ``Add(**kwargs)(inputs)``.

    Args:
        inputs: A list of tensors whose shapes broadcast.
        **kwargs: Those of `Add`.

    Raises:
        ShapeError: If the inputs are no such list.

    Source: ``keras.layers.add``.

    Example:
        >>> import minigrad as mg
        >>> mg.layers.add([mg.Tensor([[1.0, 2.0]]), mg.Tensor([[10.0, 20.0]])]).tolist()
        [[11.0, 22.0]]
    """
    return Add(**kwargs)(inputs)


def subtract(inputs: Sequence[Any], **kwargs: Any) -> Any:
    """Return the first of two inputs less the second: ``Subtract(**kwargs)(inputs)``.

    Args:
        inputs: A list of two tensors whose shapes broadcast.
        **kwargs: Those of `Subtract`.

    Raises:
        ShapeError: If the inputs are no such list.

    Source: ``keras.layers.subtract``.

    Example:
        >>> import minigrad as mg
        >>> mg.layers.subtract([mg.Tensor([[1.0, 2.0]]), mg.Tensor([[10.0, 20.0]])]).tolist()
        [[-9.0, -18.0]]
    """
    return Subtract(**kwargs)(inputs)


def multiply(inputs: Sequence[Any], **kwargs: Any) -> Any:
    """Return the product of the inputs: ``Multiply(**kwargs)(inputs)``.

    Args:
        inputs: A list of tensors whose shapes broadcast.
        **kwargs: Those of `Multiply`.

    Raises:
        ShapeError: If the inputs are no such list.

    Source: ``keras.layers.multiply``.

    Example:
        >>> import minigrad as mg
        >>> mg.layers.multiply([mg.Tensor([[1.0, 2.0]]), mg.Tensor([[10.0, 20.0]])]).tolist()
        [[10.0, 40.0]]
    """
    return Multiply(**kwargs)(inputs)


def average(inputs: Sequence[Any], **kwargs: Any) -> Any:
    """Return the mean of the inputs: ``Average(**kwargs)(inputs)``.

    Args:
        inputs: A list of tensors whose shapes broadcast.
        **kwargs: Those of `Average`.

    Raises:
        ShapeError: If the inputs are no such list.

    Source: ``keras.layers.average``.

    Example:
        >>> import minigrad as mg
        >>> mg.layers.average([mg.Tensor([[1.0, 2.0]]), mg.Tensor([[11.0, 22.0]])]).tolist()
        [[6.0, 12.0]]
    """
    return Average(**kwargs)(inputs)


def maximum(inputs: Sequence[Any], **kwargs: Any) -> Any:
    """Return the largest of the inputs, element by element: ``Maximum(**kwargs)(inputs)``.

    Args:
        inputs: A list of tensors whose shapes broadcast.
        **kwargs: Those of `Maximum`.

    Raises:
        ShapeError: If the inputs are no such list.

    Source: ``keras.layers.maximum``.

    Example:
        >>> import minigrad as mg
        >>> mg.layers.maximum([mg.Tensor([[1.0, 20.0]]), mg.Tensor([[10.0, 2.0]])]).tolist()
        [[10.0, 20.0]]
    """
    return Maximum(**kwargs)(inputs)


def minimum(inputs: Sequence[Any], **kwargs: Any) -> Any:
    """Return the smallest of the inputs, element by element: ``Minimum(**kwargs)(inputs)``.

    Args:
        inputs: A list of tensors whose shapes broadcast.
        **kwargs: Those of `Minimum`.

    Raises:
        ShapeError: If the inputs are no such list.

    Source: ``keras.layers.minimum``.

    Example:
        >>> import minigrad as mg
        >>> mg.layers.minimum([mg.Tensor([[1.0, 20.0]]), mg.Tensor([[10.0, 2.0]])]).tolist()
        [[1.0, 2.0]]
    """
    return Minimum(**kwargs)(inputs)


def concatenate(inputs: Sequence[Any], axis: int = -1, **kwargs: Any) -> Any:
    """Return the inputs side by side: ``Concatenate(axis, **kwargs)(inputs)``.

    Args:
        inputs: A list of tensors whose shapes agree but for the axis.
        axis: Along which axis. Default -1.
        **kwargs: Those of `Concatenate`.

    Raises:
        ShapeError: If the inputs are no such list.

    Source: ``keras.layers.concatenate``.

    Example:
        >>> import minigrad as mg
        >>> mg.layers.concatenate([mg.Tensor([[1.0]]), mg.Tensor([[2.0]])], axis=0).tolist()
        [[1.0], [2.0]]
    """
    return Concatenate(axis=axis, **kwargs)(inputs)


def dot(inputs: Sequence[Any], axes: Any = -1, **kwargs: Any) -> Any:
    """Return the dot products of two inputs: ``Dot(axes, **kwargs)(inputs)``.

    Args:
        inputs: A list of two tensors.
        axes: An axis of both, or one of each. Default -1.
        **kwargs: Those of `Dot`.

    Raises:
        ShapeError: If the inputs are no such list.

    Source: ``keras.layers.dot``.

    Example:
        >>> import minigrad as mg
        >>> mg.layers.dot([mg.Tensor([[3.0, 4.0]]), mg.Tensor([[1.0, 2.0]])]).tolist()
        [[11.0]]
    """
    return Dot(axes=axes, **kwargs)(inputs)
