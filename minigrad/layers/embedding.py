"""Embedding: a vector for each integer, looked up in a table that is trained.

Idea:    a lookup is a product with a one-hot row, without the product: row i of the table for index i.
         So the gradient of a row is the sum of the gradients of all places that it was read to.
Shapes:  integers (N, ...) -> (N, ..., output_dim); embeddings (input_dim, output_dim).
Before:  ops/indexing.py (the lookup), layers/prelu.py.  Next: layers/function.py.
Source:  ``keras.layers.Embedding``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad import constraints, initializers, ops, regularizers
from minigrad.layers.layer import Layer
from minigrad.shapes import integers


class Embedding(Layer):
    """Turn integers in ``[0, input_dim)`` into vectors: ``y[..., :] = embeddings[x[...]]``.

    Args:
        input_dim: How many different integers there are.
        output_dim: The size of a vector.
        embeddings_initializer: Default "uniform", between -0.05 and 0.05.
        embeddings_regularizer: A term added to the loss. Default: none.
        embeddings_constraint: Applied after each optimizer step. Default: none.
        mask_zero: Whether 0 stands for padding, to be masked in later layers. Masking isn't supported, so
            True is an error.
        weights: The table's first value, of shape (input_dim, output_dim), or a list of it alone.
            Default: as the initializer makes it.
        quantization_config: Not supported: anything but None is an error.
        **kwargs: Those of `Layer`: name, dtype, trainable, input_shape, activity_regularizer.

    Raises:
        ValueError: If a size is not an integer >= 1, a name is unknown, or something isn't supported.
        ShapeError: If weights are not of that shape.
        IndexError: When called, if an integer is out of range.

    Source: ``keras.layers.Embedding``.

    Example:
        >>> import minigrad as mg
        >>> layer = mg.layers.Embedding(3, 2, weights=[[0.0, 0.1], [1.0, 1.1], [2.0, 2.1]])
        >>> layer([[2, 0]]).shape, layer([[2, 0]]).numpy().round(1).tolist()
        ((1, 2, 2), [[[2.0, 2.0999999046325684], [0.0, 0.10000000149011612]]])
    """

    def __init__(
        self,
        input_dim: int,
        output_dim: int,
        embeddings_initializer: Any = "uniform",
        embeddings_regularizer: Any = None,
        embeddings_constraint: Any = None,
        mask_zero: bool = False,
        weights: Any = None,
        quantization_config: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        (self.input_dim,) = integers("Embedding", "input_dim", input_dim, count=1)
        (self.output_dim,) = integers("Embedding", "output_dim", output_dim, count=1)
        self.embeddings_initializer = initializers.get(embeddings_initializer)
        self.embeddings_regularizer = regularizers.get(embeddings_regularizer)
        self.embeddings_constraint = constraints.get(embeddings_constraint)
        if mask_zero:
            raise ValueError(
                "Embedding: mask_zero=True isn't supported, as layers don't pass masks on; leave it out, and "
                "multiply by a mask of your own where padding must not count"
            )
        if quantization_config is not None:
            raise ValueError("Embedding: quantization isn't supported; leave quantization_config out")
        if weights is not None:
            self.build(None)
            alone = isinstance(weights, list) and len(weights) == 1 and np.ndim(weights[0]) == 2
            self.set_weights(weights if alone else [weights])

    def build(self, input_shape: Any = None) -> None:
        """Make the table; it doesn't depend on the input's shape."""
        self.embeddings = self.add_weight(
            shape=(self.input_dim, self.output_dim),
            initializer=self.embeddings_initializer,
            regularizer=self.embeddings_regularizer,
            constraint=self.embeddings_constraint,
            name="embeddings",
        )

    def call(self, inputs: Any) -> Any:
        """Return the rows; inputs of another dtype are rounded towards 0."""
        indices = np.asarray(inputs)
        if indices.dtype.kind not in "iu":
            indices = indices.astype(np.int32)
        if indices.size and not 0 <= indices.min() <= indices.max() < self.input_dim:
            raise IndexError(
                f"{self.name}: the inputs must be integers from 0 to {self.input_dim - 1}, as "
                f"input_dim={self.input_dim}; got {indices.min()} to {indices.max()}"
            )
        return ops.take(self.embeddings, indices, axis=0)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return (N, ..., output_dim)."""
        return (*input_shape, self.output_dim)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        return super().get_config() | {
            "input_dim": self.input_dim,
            "output_dim": self.output_dim,
            "embeddings_initializer": initializers.serialize(self.embeddings_initializer),
            "embeddings_regularizer": regularizers.serialize(self.embeddings_regularizer),
            "activity_regularizer": regularizers.serialize(self.activity_regularizer),
            "embeddings_constraint": constraints.serialize(self.embeddings_constraint),
            "mask_zero": False,
            "quantization_config": None,
        }
