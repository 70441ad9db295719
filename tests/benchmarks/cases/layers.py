"""Single layers, forward and backward, with the gradients of the inputs and of the weights.

Idea:    a layer is one entry of a table; what is done with it, by each framework, stands here.
Shapes:  inputs (N, H, W, C); with ``channels_first=True`` minigrad's layer is given (N, C, H, W), too
Before:  torch_side.py, lecture.py, layer_table.py.  Next: optimizers.py.
"""

import numpy as np

from benchmarks.case import Case, Side, Work
from benchmarks.cases import numbers, torch_side
from benchmarks.cases.layer_table import CHANNELS_FIRST, CONVOLUTIONS, OTHERS, POOLING_AND_RESIZING
from benchmarks.cases.lecture import on_torch


def minigrad_layer(shape, make, channels_first=False):
    """The layer on inputs of that shape, trained by a random gradient of its output."""
    import minigrad as mg

    def turned(array):
        return np.ascontiguousarray(np.moveaxis(array, -1, 1)) if channels_first else array

    def back(array):
        return np.moveaxis(array, 1, -1) if channels_first and array.ndim > 2 else array

    x = mg.Tensor(turned(numbers.images(*shape)), requires_grad=True)
    layer = make(mg.layers)
    y = layer(x, training=True)
    weights = layer.trainable_weights
    for weight, array in zip(weights, numbers.weights([w.shape for w in weights]), strict=True):
        weight.assign(array)
    gradient = turned(numbers.normal(back(y.numpy()).shape, seed=1))

    def run():
        x.grad = None
        for weight in weights:
            weight.grad = None
        y = layer(x, training=True)
        y.backward(gradient)
        return y

    def check():
        y = run()
        return [back(y.numpy()), back(x.grad), *(weight.grad for weight in weights)]

    return Work(run, check)


def torch_layer(memory, shape, build):
    """The same of PyTorch."""
    import torch

    x = torch_side.image_tensor(numbers.images(*shape), memory, requires_grad=True)
    module = build(torch.nn)
    torch_side.set_weights(module, numbers.weights(torch_side.keras_shapes(module)))
    module = torch_side.memory_format(module, memory)
    gradient = numbers.normal(torch_side.keras_array(module(x)).shape, seed=1)
    gradient = torch_side.image_tensor(gradient, memory)

    def run():
        x.grad = None
        module.zero_grad(set_to_none=True)
        y = module(x)
        y.backward(gradient)
        return y

    def check():
        y = run()
        return [
            torch_side.keras_array(y),
            torch_side.keras_array(x.grad),
            *torch_side.gradients(module),
        ]

    return Work(run, check)


def layer_case(name, words, shape, ours, theirs, channels_first=False):
    """A case of one layer; where the layout in memory makes no difference, PyTorch has one side."""
    if channels_first or len(shape) != 4:
        others = (Side("torch", lambda: torch_layer("channels_first", shape, theirs)),)
    else:
        others = on_torch(torch_layer, shape=shape, build=theirs)
    return Case(
        name,
        f"{words}, {'x'.join(map(str, shape))}{', channels_first' if channels_first else ''}",
        Side("minigrad", lambda: minigrad_layer(shape, ours, channels_first)),
        others,
        tolerance=1e-4,
    )


def _cases():
    rows = {row[0]: row for row in [*CONVOLUTIONS, *POOLING_AND_RESIZING, *OTHERS]}
    yield from (layer_case(*row) for row in rows.values())
    for name, ours in CHANNELS_FIRST:
        _, words, shape, _, theirs = rows[name]
        yield layer_case(f"{name}-channels-first", words, shape, ours, theirs, channels_first=True)


CASES = list(_cases())
