"""Compute layers.npz with Keras.

    KERAS_BACKEND=torch python tests/golden/make_layers_golden.py
    KERAS_BACKEND=tensorflow python tests/golden/make_layers_golden.py average_pool_same

The second command replaces the cases that it names: Keras on PyTorch fills the cells that SAME average
pooling adds on one side only with copies of the edge, where all other back ends leave them out of the mean.
Made with Keras 3.15.1, PyTorch 2.13.0 and TensorFlow 2.21.
"""

import sys
from pathlib import Path

import keras
import numpy as np
from layer_cases import CASES, numbers

PATH = Path(__file__).with_name("layers.npz")


def with_torch(layer, x, g):
    import torch

    inputs = torch.tensor(x, requires_grad=True)
    output = layer(inputs)
    output.backward(torch.tensor(g))
    grads = [weight.value.grad.numpy() for weight in layer.weights]
    return output.detach().numpy(), inputs.grad.numpy(), grads


def with_tensorflow(layer, x, g):
    import tensorflow as tf

    inputs = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        output = layer(inputs)
    grads = tape.gradient(output, [inputs, *layer.trainable_weights], output_gradients=tf.constant(g))
    return output.numpy(), grads[0].numpy(), [grad.numpy() for grad in grads[1:]]


compute = {"torch": with_torch, "tensorflow": with_tensorflow}[keras.backend.backend()]
names = sys.argv[1:] or list(CASES)
results = dict(np.load(PATH)) if sys.argv[1:] else {}
for name in names:
    layer_name, arguments, input_shape = CASES[name]
    layer = getattr(keras.layers, layer_name)(**arguments)
    layer.build(input_shape)
    weights = [tuple(weight.shape) for weight in layer.weights]
    output_shape = tuple(layer(np.zeros(input_shape, np.float32)).shape)
    x, g, *values = numbers(name, input_shape, output_shape, *weights)
    layer.set_weights(values)
    output, inputs, grads = compute(layer, x, g)
    results |= {f"{name}/output": output, f"{name}/inputs": inputs}
    results |= {f"{name}/weight{index}": grad for index, grad in enumerate(grads)}
np.savez_compressed(PATH, **results)
