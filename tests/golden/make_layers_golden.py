"""Compute the numbers of a family in layer_cases/ with Keras.

    KERAS_BACKEND=torch python tests/golden/make_layers_golden.py core
    KERAS_BACKEND=tensorflow python tests/golden/make_layers_golden.py core average_pool_same

Where cases are named, only those are replaced: Keras on PyTorch fills the cells that SAME average pooling
adds on one side only with copies of the edge, where all other back ends leave them out of the mean.
Made with Keras 3.15.1, PyTorch 2.13.0 and TensorFlow 2.21.

A shape of an input that is a list of shapes stands for a list of inputs. Weights are set to random numbers,
those that can't be trained (moving variances and the like) to their absolute values.
"""

import sys

import keras
import numpy as np
from layer_cases import cases, golden, numbers


def with_torch(layer, inputs, g):
    import torch

    tensors = [torch.tensor(x, requires_grad=True) for x in inputs]
    output = layer(tensors if len(tensors) > 1 else tensors[0])
    output.backward(torch.tensor(g))
    grads = [weight.value.grad.numpy() for weight in layer.trainable_weights]
    return output.detach().numpy(), [tensor.grad.numpy() for tensor in tensors], grads


def with_tensorflow(layer, inputs, g):
    import tensorflow as tf

    tensors = [tf.constant(x) for x in inputs]
    with tf.GradientTape() as tape:
        tape.watch(tensors)
        output = layer(tensors if len(tensors) > 1 else tensors[0])
    sources = [*tensors, *layer.trainable_weights]
    grads = [grad.numpy() for grad in tape.gradient(output, sources, output_gradients=tf.constant(g))]
    return output.numpy(), grads[: len(inputs)], grads[len(inputs) :]


compute = {"torch": with_torch, "tensorflow": with_tensorflow}[keras.backend.backend()]
family, *names = sys.argv[1:]
results = dict(np.load(golden(family))) if names else {}
for name in names or cases(family):
    layer_name, arguments, shapes = cases(family)[name]
    several = isinstance(shapes, list)
    layer = getattr(keras.layers, layer_name)(**arguments)
    layer.build(shapes)
    shapes = shapes if several else [shapes]
    zeros = [np.zeros(shape, np.float32) for shape in shapes]
    output_shape = tuple(layer(zeros if several else zeros[0]).shape)
    arrays = numbers(name, output_shape, *shapes, *[tuple(weight.shape) for weight in layer.weights])
    g, inputs, values = arrays[0], arrays[1 : 1 + len(shapes)], arrays[1 + len(shapes) :]
    layer.set_weights(
        [
            value if weight.trainable else abs(value)
            for value, weight in zip(values, layer.weights, strict=True)
        ]
    )
    output, input_grads, grads = compute(layer, inputs, g)
    results[f"{name}/output"] = output
    results |= {f"{name}/input{index}": grad for index, grad in enumerate(input_grads)}
    results |= {f"{name}/weight{index}": grad for index, grad in enumerate(grads)}
np.savez_compressed(golden(family), **results)
