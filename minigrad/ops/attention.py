"""Attention: each query takes a weighted mean of values, weighted by how well their keys match it.

Idea:    two matrix products with a softmax between them.
Shapes:  query (B, T, N, H), key and value (B, S, K, H) -> (B, T, N, H)
Before:  ops/probabilities.py, ops/einsum.py.  Next: ops/losses.py.
Source:  Vaswani et al., "Attention is all you need" (2017); ``keras.ops.dot_product_attention``.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minigrad.errors import ShapeError
from minigrad.ops.axes import transpose
from minigrad.ops.conversion import convert_to_tensor
from minigrad.ops.logic import logical_and
from minigrad.ops.matrix_products import matmul
from minigrad.ops.probabilities import softmax
from minigrad.ops.repeating import repeat
from minigrad.ops.selection import where


def dot_product_attention(
    query: Any,
    key: Any,
    value: Any,
    bias: Any = None,
    mask: Any = None,
    scale: float | None = None,
    is_causal: bool = False,
    flash_attention: bool | None = None,
    attn_logits_soft_cap: float | None = None,
) -> Any:
    """Scaled dot-product attention: ``y = softmax(scale query key^T + bias) value``, for each head.

    Args:
        query: A tensor (B, T, N, H): T queries in each of N heads.
        key: (B, S, K, H). With K < N, a divisor of N, each head of keys serves N / K heads of queries.
        value: Of key's shape.
        bias: What is added to the logits; it broadcasts to (B, N, T, S). Default: nothing.
        mask: Booleans that broadcast to (B, N, T, S): False leaves a key out. Default: all take part.
        scale: Default ``1 / sqrt(H)``.
        is_causal: Whether a query takes no key behind its own place. Default False.
        flash_attention: None or False; there is no other way to compute it here.
        attn_logits_soft_cap: None; Keras has it on one kind of hardware only.

    Returns:
        A tensor of query's shape. A query whose keys are all left out takes the plain mean of the values.

    Raises:
        ShapeError: If the shapes don't fit each other.
        ValueError: If flash_attention or attn_logits_soft_cap is asked for.

    Source: ``keras.ops.dot_product_attention``.

    Example:
        >>> import minigrad as mg
        >>> query, key = mg.ops.zeros((1, 1, 1, 2)), mg.ops.ones((1, 2, 1, 2))
        >>> value = mg.Tensor([[[[1.0, 2.0]], [[3.0, 6.0]]]])
        >>> mg.ops.dot_product_attention(query, key, value).tolist()
        [[[[2.0, 4.0]]]]
    """
    if flash_attention:
        raise ValueError("dot_product_attention: there is no flash attention here; leave it None")
    if attn_logits_soft_cap is not None:
        raise ValueError("dot_product_attention: attn_logits_soft_cap is not supported; leave it None")
    query, key, value = map(convert_to_tensor, (query, key, value))
    heads, size = _check(query.shape, key.shape, value.shape)
    if key.shape[2] != heads:
        key, value = (repeat(one, heads // key.shape[2], axis=2) for one in (key, value))
    q, k, v = (transpose(one, (0, 2, 1, 3)) for one in (query, key, value))  # (B, N, T or S, H)

    scale = 1.0 / math.sqrt(size) if scale is None else float(scale)
    logits = matmul(q * scale, transpose(k, (0, 1, 3, 2)))  # (B, N, T, S)
    if bias is not None:
        logits = logits + bias
    if is_causal:
        earlier = np.tri(*logits.shape[-2:]) > 0
        mask = earlier if mask is None else logical_and(mask, earlier)
    if mask is not None:
        logits = where(mask, logits, float(np.finfo(logits.dtype).min) * 0.7)
    return transpose(matmul(softmax(logits), v), (0, 2, 1, 3))


def _check(query: Any, key: Any, value: Any) -> tuple[int, int]:
    """Return the number of heads and their size.

    Raises:
        ShapeError: Giving all shapes.
    """
    fits = len(query) == len(key) == len(value) == 4 and key == value
    fits = fits and query[0] == key[0] and query[3] == key[3] and key[2] > 0 and query[2] % key[2] == 0
    if not fits:
        raise ShapeError(
            "dot_product_attention: query must have shape (B, T, N, H), key and value (B, S, K, H), where K "
            f"divides N; got query {query}, key {key}, value {value}"
        )
    return query[2], query[3]
