"""Make ops_golden.npz: what Keras computes for the ops of neural networks, and their gradients.

Run it where Keras 3 and PyTorch are installed: ``KERAS_BACKEND=torch python make_ops_golden.py``.
The tests replay each case with minigrad's ops; Keras is not needed for that. Not among them is sparsemax:
Keras 3.15's does not sum to 1.
"""

from __future__ import annotations

import itertools
import json
import sys
from pathlib import Path

import numpy as np

rng = np.random.default_rng(0)
CASES: list[tuple[str, list[np.ndarray], dict, tuple[int, ...]]] = []  # op, arrays, options, differentiated


def add(op, *arrays, differentiate=None, **options):
    arrays = [
        np.asarray(array, np.float64 if np.asarray(array).dtype.kind == "f" else None) for array in arrays
    ]
    floats = tuple(i for i, array in enumerate(arrays) if array.dtype.kind == "f")
    CASES.append((op, arrays, options, floats if differentiate is None else differentiate))


def normal(*shape):
    return rng.normal(size=shape).round(3)


def convolutions():
    for padding, strides, size in itertools.product(("valid", "same"), (1, 2, 3), (2, 3)):
        add("conv", normal(2, 7, 6, 3), normal(size, 3, 3, 4), padding=padding, strides=strides)
        add("conv", normal(2, 8, 2), normal(size, 2, 3), padding=padding, strides=strides)
    add("conv", normal(1, 7, 8, 2), normal(3, 2, 2, 3), padding="same", dilation_rate=2)
    add("conv", normal(1, 7, 8, 2), normal(3, 2, 2, 3), padding="same", strides=[2, 1])
    add("conv", normal(1, 7, 8, 2), normal(3, 2, 2, 3), padding="valid", dilation_rate=[1, 3])
    add("conv", normal(1, 5, 5, 4), normal(3, 3, 2, 6), padding="same")  # two groups
    add("conv", normal(2, 4, 5, 3), normal(1, 1, 3, 2))
    add("conv", normal(2, 3, 6, 5), normal(3, 3, 3, 2), padding="same", data_format="channels_first")
    add("conv", normal(2, 3, 6), normal(3, 3, 2), padding="same", data_format="channels_first", strides=2)
    for padding, strides in itertools.product(("valid", "same"), (1, 2)):
        add("depthwise_conv", normal(2, 6, 5, 3), normal(3, 2, 3, 2), padding=padding, strides=strides)
        add("depthwise_conv", normal(2, 6, 3), normal(3, 3, 2), padding=padding, strides=strides)
        arrays = normal(1, 6, 5, 2), normal(3, 3, 2, 2), normal(1, 1, 4, 3)
        add("separable_conv", *arrays, padding=padding, strides=strides)
    add("depthwise_conv", normal(1, 7, 7, 2), normal(2, 2, 2, 1), padding="same", dilation_rate=2)


def transposed_convolutions():
    for padding, strides, size in itertools.product(("valid", "same"), (1, 2, 3), (1, 2, 3, 4)):
        add("conv_transpose", normal(1, 4, 3, 2), normal(size, 3, 2, 2), padding=padding, strides=strides)
        add("conv_transpose", normal(1, 4, 2), normal(size, 3, 2), padding=padding, strides=strides)
        for extra in range(strides):
            options = {"padding": padding, "strides": strides, "output_padding": extra}
            add("conv_transpose", normal(1, 4, 2), normal(size, 1, 2), **options)
    add("conv_transpose", normal(1, 4, 5, 2), normal(3, 2, 3, 2), padding="same", dilation_rate=2)
    add("conv_transpose", normal(1, 4, 5, 2), normal(3, 2, 3, 2), padding="valid", dilation_rate=[2, 1])
    options = {"strides": [2, 3], "output_padding": [1, 2], "data_format": "channels_first"}
    add("conv_transpose", normal(2, 2, 3, 4), normal(3, 3, 1, 2), padding="same", **options)


def poolings():
    ties = rng.integers(0, 3, (2, 6, 5, 2)).astype(float)
    for op, padding, size, strides in itertools.product(
        ("max_pool", "average_pool"), ("valid", "same"), (2, [3, 2]), (None, 1, [2, 3])
    ):
        if (op, padding, size, strides) == ("average_pool", "same", [3, 2], 1):
            continue  # PyTorch counts padding there, unlike Keras on TensorFlow
        add(op, normal(2, 7, 6, 2), pool_size=size, padding=padding, strides=strides)
    for op, padding in itertools.product(("max_pool", "average_pool"), ("valid", "same")):
        add(op, ties, pool_size=2, padding=padding)
        add(op, ties, pool_size=3, strides=1, padding=padding)
        add(op, -np.abs(normal(1, 5, 2)), pool_size=2, padding=padding)
        add(op, normal(1, 2, 5, 3), pool_size=2, padding=padding, data_format="channels_first")
    for op, size in itertools.product(("adaptive_max_pool", "adaptive_average_pool"), (1, 2, 3, 4, 6)):
        add(op, normal(2, 6, 4, 2), output_size=size)
        add(op, normal(2, 5, 2), output_size=size)
    add("adaptive_average_pool", normal(2, 3, 5, 7), output_size=[2, 3], data_format="channels_first")


def activations():
    for axis in (-1, 0, 1):
        add("softmax", normal(3, 4), axis=axis)
        add("log_softmax", 10 * normal(3, 4), axis=axis)
    add("softmax", normal(2, 3, 4), axis=[0, 2])
    add("log_softmax", normal(2, 3, 4), axis=[1, 2])
    add("glu", normal(3, 4))
    add("glu", normal(4, 3), axis=0)


def losses():
    soft = rng.dirichlet(np.ones(4), 5)
    for from_logits in (False, True):
        output = normal(5, 4) if from_logits else rng.random((5, 4)).round(3)
        one_hot = np.eye(4)[[0, 3, 1, 1, 2]]
        options = {"from_logits": from_logits}
        add("categorical_crossentropy", one_hot, output, **options)
        add("categorical_crossentropy", soft, output, **options)
        add("categorical_crossentropy", soft, output, axis=0, **options)
        add("categorical_crossentropy", one_hot, one_hot[::-1] * 30.0, **options)  # certain, right and wrong
        add("sparse_categorical_crossentropy", np.array([0, 3, 1, 1, 2]), output, **options)
        add("sparse_categorical_crossentropy", np.array([[0], [3], [1], [1], [2]]), output, **options)
        add("binary_crossentropy", one_hot, output, **options)
        add("binary_crossentropy", soft, output, **options)
        add("binary_crossentropy", one_hot, one_hot[::-1] * (50.0 if from_logits else 1.0), **options)


def normalizations():
    x = normal(3, 4, 5)
    add("moments", x, axes=[0, 1])
    add("moments", x, axes=[2], keepdims=True)
    mean, variance, offset, scale = normal(4), normal(4) ** 2, normal(4), normal(4)
    add("batch_normalization", x, mean, variance, axis=1)
    add("layer_normalization", x)
    add("layer_normalization", x, normal(5), normal(5), axis=-1, epsilon=1e-3)
    add("layer_normalization", x, normal(4, 5), normal(4, 5), axis=[-2, -1], epsilon=1e-3)
    add("rms_normalization", x, normal(5), epsilon=1e-3)
    add("rms_normalization", x)
    for order in (1, 2, 3):
        add("normalize", x, order=order)
    add("normalize", x, axis=0)
    CASES.append(("batch_normalization", [x, mean, variance, offset, scale], {"axis": 1, "epsilon": 0.1}, ()))


# These Keras computes in float32, whatever it gets; so here are the calls of PyTorch that it makes.


def layer_normalization(x, gamma=None, beta=None, axis=-1, epsilon=1e-7):
    import torch

    axes = [axis] if isinstance(axis, int) else axis
    return torch.nn.functional.layer_norm(x, [x.shape[i] for i in axes], gamma, beta, epsilon)


def rms_normalization(x, scale=None, epsilon=1e-7):
    import torch

    return torch.nn.functional.rms_norm(x, x.shape[-1:], scale, epsilon)


def normalize(x, axis=-1, order=2):
    import torch

    return torch.nn.functional.normalize(x, order, axis, 1e-7)


IN_FLOAT64 = {f.__name__: f for f in (layer_normalization, rms_normalization, normalize)}


def main() -> None:
    import keras
    import torch

    assert keras.backend.backend() == "torch"
    for family in (convolutions, transposed_convolutions, poolings, activations, losses, normalizations):
        family()
    values: list[np.ndarray] = []  # one after the other: thousands of small arrays would be mostly headers
    meta = []
    for op, inputs, options, differentiated in CASES:
        tensors = [torch.tensor(x, requires_grad=i in differentiated) for i, x in enumerate(inputs)]
        named = (
            dict(zip(("offset", "scale"), tensors[3:], strict=False)) if op == "batch_normalization" else {}
        )
        positional = tensors[: len(tensors) - len(named)]
        given = {k: tuple(v) if k == "axis" and isinstance(v, list) else v for k, v in options.items()}
        function = IN_FLOAT64.get(op) or getattr(keras.ops, op)
        out = function(*positional, **named, **given)
        outs = out if isinstance(out, tuple) else (out,)
        weights = [np.cos(np.arange(one.numel())).reshape(one.shape) for one in outs]
        total = sum((one * torch.tensor(weight)).sum() for one, weight in zip(outs, weights, strict=True))
        if differentiated:
            total.backward()
        results = [one.detach().numpy() for one in outs]
        gradients = [tensors[i].grad.numpy() for i in differentiated]
        case = {"op": op, "options": options, "named": list(named), "differentiated": differentiated}
        for kind, arrays in (("inputs", inputs), ("outputs", results), ("gradients", gradients)):
            case[kind] = [(array.shape, array.dtype.kind) for array in arrays]
            values += [array.ravel().astype(float) for array in arrays]
        meta.append(case)
    path = Path(__file__).with_name("ops_golden.npz")
    np.savez_compressed(path, values=np.concatenate(values), meta=np.array(json.dumps(meta)))
    print(f"{len(CASES)} cases, {path.stat().st_size} bytes, Keras {keras.__version__}", file=sys.stderr)


if __name__ == "__main__":
    main()
