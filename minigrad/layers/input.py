"""Input: what a model is built on, a shape with no numbers yet.

Before:  layers/layer.py.  Next: models/graph.py (what is built on it).
Source:  ``keras.Input``; Keras's ``keras/src/layers/core/input_layer.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from minigrad.autodiff.symbolic import Call, KerasTensor
from minigrad.autodiff.values import to_dtype
from minigrad.layers.layer import Layer


class InputLayer(Layer):
    """The start of a model: it says which shape and dtype the model takes, and hands its input on.

    Args:
        shape: The shape of one example, without the batch; None where any size will do.
        batch_size: The size of the batch, if it is always the same. Default None.
        dtype: Default `floatx`.
        sparse, ragged: Only False or None: there are no such tensors here.
        batch_shape: The whole shape instead of shape and batch_size.
        input_tensor: A symbolic tensor to begin at instead of a new one; its shape and dtype hold.
        optional: Whether None may be given for it when the model is called. Default False.
        name: Default "input_layer", numbered.

    Attributes:
        output: The symbolic tensor.

    Raises:
        ValueError: If no shape is given, or several are, or one is no sequence of integers and None.

    Source: ``keras.layers.InputLayer``.

    Example:
        >>> InputLayer((28, 28, 1)).batch_shape
        (None, 28, 28, 1)
    """

    _converts_inputs = False

    def __init__(
        self,
        shape: Sequence[int | None] | None = None,
        batch_size: int | None = None,
        dtype: Any = None,
        sparse: bool | None = None,
        ragged: bool | None = None,
        batch_shape: Sequence[int | None] | None = None,
        input_tensor: KerasTensor | None = None,
        optional: bool = False,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        if sparse or ragged:
            raise ValueError("Input: sparse and ragged tensors are not supported")
        if input_tensor is not None:
            if not isinstance(input_tensor, KerasTensor):
                raise ValueError(
                    f"Input: tensor must be a symbolic tensor; got {type(input_tensor).__name__}"
                )
            _check_tensor(input_tensor, shape, batch_size, batch_shape, dtype)
            shape, batch_size, batch_shape = None, None, input_tensor.shape
            dtype = input_tensor.dtype
        super().__init__(name=name, dtype=dtype, **kwargs)
        if (shape is None) == (batch_shape is None):
            raise ValueError(f"Input: give either shape or batch_shape; got {shape!r} and {batch_shape!r}")
        if batch_shape is not None and batch_size is not None:
            raise ValueError("Input: batch_shape has the batch's size in it; give batch_size only with shape")
        sizes = _sizes("shape", shape) if shape is not None else _sizes("batch_shape", batch_shape)
        self.batch_shape = (batch_size, *sizes) if shape is not None else sizes
        self.sparse = self.ragged = False
        self.optional = bool(optional)
        self.built = True
        self.input_shape = self.output_shape = self.batch_shape
        if input_tensor is None:
            input_tensor = KerasTensor(self.batch_shape, self.dtype, self.name)
        Call(self, (), {}, input_tensor)

    def call(self, inputs: Any) -> Any:
        """Return the inputs as they are."""
        return inputs

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the input's shape."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        return {
            "batch_shape": self.batch_shape,
            "dtype": self.dtype.name,
            "sparse": False,
            "ragged": False,
            "name": self.name,
            "optional": self.optional,
        }


def _sizes(argument: str, shape: Any) -> tuple[int | None, ...]:
    """Return a shape as a tuple, if it is one."""
    if isinstance(shape, int):
        raise ValueError(f"Input: {argument} must be a tuple such as ({shape},); got the integer {shape}")
    if not isinstance(shape, Sequence) or not all(
        size is None or (isinstance(size, int | np.integer) and not isinstance(size, bool) and size >= 0)
        for size in shape
    ):
        raise ValueError(f"Input: {argument} must be integers >= 0, or None, in a tuple; got {shape!r}")
    return tuple(None if size is None else int(size) for size in shape)


def _check_tensor(tensor: KerasTensor, shape: Any, batch_size: Any, batch_shape: Any, dtype: Any) -> None:
    """Raise if what else is given contradicts the tensor."""
    whole = (
        tensor.shape[0] if batch_size is None else batch_size,
        *(tensor.shape[1:] if shape is None else shape),
    )
    if (None if batch_shape is None else tuple(batch_shape)) not in (
        None,
        tensor.shape,
    ) or whole != tensor.shape:
        raise ValueError(f"Input: the shape is the tensor's, {tensor.shape}; give no other with it")
    if dtype is not None and to_dtype(dtype) != tensor.dtype:
        raise ValueError(f"Input: the dtype is the tensor's, {tensor.dtype}; got dtype={dtype!r}")


def Input(  # noqa: N802 - Keras's name
    shape: Sequence[int | None] | None = None,
    batch_size: int | None = None,
    dtype: Any = None,
    sparse: bool | None = None,
    ragged: bool | None = None,
    batch_shape: Sequence[int | None] | None = None,
    name: str | None = None,
    tensor: KerasTensor | None = None,
    optional: bool = False,
) -> KerasTensor:
    """Return a symbolic tensor to build a model on: of a shape and a dtype, with no numbers yet.

    Layers, operators and ops may be called on it, and on what they return; `Model` makes a model of that. It
    may also be the first in the list of a `Sequential`.

    Args:
        shape: The shape of one example, without the batch; None where any size will do.
        batch_size: The size of the batch, if it is always the same. Default None.
        dtype: Default `floatx`.
        sparse, ragged: Only False or None: there are no such tensors here.
        batch_shape: The whole shape instead of shape and batch_size.
        name: Default "input_layer", numbered. Inputs of a model can be given by name.
        tensor: A symbolic tensor to begin at instead of a new one; its shape and dtype hold.
        optional: Whether None may be given for it when the model is called. Default False.

    Raises:
        ValueError: If no shape is given, or several are, or one is no sequence of integers and None.

    Source: ``keras.Input``.

    Example:
        >>> import minigrad as mg
        >>> x = mg.Input((2,))
        >>> y = mg.layers.Dense(1)(x) + 1.0
        >>> y.shape, mg.Model(x, y).count_params()
        ((None, 1), 3)
    """
    layer = InputLayer(shape, batch_size, dtype, sparse, ragged, batch_shape, tensor, optional, name)
    output: KerasTensor = layer.output
    return output
