import numpy as np
import pytest

from minigrad import ops
from minigrad.autodiff.tensor import Tensor
from minigrad.errors import ShapeError
from minigrad.testing import check_gradients

RNG = np.random.default_rng(0)
Q, K, V = RNG.normal(size=(2, 3, 4, 5)), RNG.normal(size=(2, 6, 4, 5)), RNG.normal(size=(2, 6, 4, 5))

BIAS = RNG.normal(size=6)


def plain(query, key, value, scale, bias, mask):
    """Loops over images, heads and queries."""
    out = np.empty_like(query)
    for b, t, n in np.ndindex(query.shape[:3]):
        logits = scale * key[b, :, n] @ query[b, t, n] + bias[b, n, t]
        weights = np.where(mask[b, n, t], np.exp(logits), 0.0)
        out[b, t, n] = weights / weights.sum() @ value[b, :, n]
    return out


def test_it_is_the_plain_loop():
    bias, mask = RNG.normal(size=(2, 4, 3, 6)), RNG.random((2, 4, 3, 6)) < 0.7
    mask[..., 0] = True
    everything = np.ones_like(mask)
    root = 1 / np.sqrt(5)
    attention = ops.dot_product_attention
    np.testing.assert_allclose(attention(Q, K, V), plain(Q, K, V, root, 0 * bias, everything), rtol=1e-10)
    got = attention(Tensor(Q), K, V, bias, mask, scale=0.3)
    np.testing.assert_allclose(got, plain(Q, K, V, 0.3, bias, mask), rtol=1e-10)
    earlier = everything & (np.arange(6) <= np.arange(3)[:, None])
    got = attention(Q, K, V, mask=mask, is_causal=True)
    np.testing.assert_allclose(got, plain(Q, K, V, root, 0 * bias, mask & earlier), rtol=1e-10)


def test_few_heads_of_keys_serve_many_of_queries():
    got = ops.dot_product_attention(Q, K[:, :, :2], V[:, :, :2])
    expected = ops.dot_product_attention(Q, K[:, :, [0, 0, 1, 1]], V[:, :, [0, 0, 1, 1]])
    np.testing.assert_array_equal(got, expected)


def test_gradients():
    mask = np.arange(18).reshape(3, 6) % 3 > 0
    check_gradients(
        lambda q, k, v, b: ops.dot_product_attention(q, k, v, b, mask),
        Q,
        K,
        V,
        Q[0, 0, 0, 0],
        max_elements=8,
        order=2,
    )


def test_float32_and_all_left_out():
    got = ops.dot_product_attention(
        *(one.astype(np.float32) for one in (Q, K, V)), mask=np.zeros((3, 6), bool)
    )
    assert got.dtype == np.float32
    np.testing.assert_allclose(got, np.broadcast_to(V.mean(1, keepdims=True), Q.shape), rtol=1e-4, atol=1e-5)


def test_what_is_refused():
    with pytest.raises(ShapeError, match=r"query must have shape \(B, T, N, H\).*key \(2, 6, 3, 5\)"):
        ops.dot_product_attention(Q, K[:, :, :3], V[:, :, :3])
    with pytest.raises(ValueError, match="no flash attention"):
        ops.dot_product_attention(Q, K, V, flash_attention=True)
    with pytest.raises(ValueError, match="attn_logits_soft_cap is not supported"):
        ops.dot_product_attention(Q, K, V, attn_logits_soft_cap=1.0)
