"""Compute with Keras what golden/layer_cases/ has no form for: batch normalization in training, and
affine transforms.

    KERAS_BACKEND=torch python tests/golden/make_general_golden.py

Made with Keras 3.15.1 and PyTorch 2.13.0.
"""

import itertools
from pathlib import Path

import keras
import numpy as np
import torch

generator = np.random.default_rng(7)
results = {}


def normal(*shape):
    return generator.normal(size=shape).astype(np.float32)


BATCH_NORMALIZATION = {
    "images": ({}, (4, 5, 3, 6), None),
    "rows": ({"momentum": 0.5, "epsilon": 0.1}, (7, 3), None),
    "channels_first": ({"axis": 1, "momentum": 0.9}, (4, 3, 5, 2), None),
    "no_scale": ({"scale": False}, (4, 3, 2), None),
    "no_center": ({"center": False}, (4, 3, 2), None),
    "masked": ({"momentum": 0.8}, (3, 4, 2), (generator.random((3, 4)) < 0.6).astype(np.float32)),
}

for name, (arguments, shape, mask) in BATCH_NORMALIZATION.items():
    layer = keras.layers.BatchNormalization(**arguments)
    layer.build(shape)
    weights = [abs(normal(*weight.shape)) for weight in layer.weights]
    layer.set_weights(weights)
    x, g = 2 * normal(*shape) + 3, normal(*shape)
    tensor = torch.tensor(x, requires_grad=True)
    output = layer(tensor, training=True, mask=None if mask is None else torch.tensor(mask))
    output.backward(torch.tensor(g))
    kept = {"x": x, "g": g, "output": output.detach().numpy(), "dx": tensor.grad.numpy()}
    kept |= {f"weight{i}": weight for i, weight in enumerate(weights)}
    kept |= {f"after{i}": weight for i, weight in enumerate(layer.get_weights())}
    kept |= {f"dweight{i}": w.value.grad.numpy() for i, w in enumerate(layer.trainable_weights)}
    if mask is not None:
        kept["mask"] = mask
    results |= {f"batch_normalization/{name}/{key}": value for key, value in kept.items()}

images = normal(5, 6, 7, 3)
transforms = np.concatenate(
    [
        normal(5, 2),  # a0, a1
        6 * normal(5, 1),
        normal(5, 2),
        6 * normal(5, 1),
        np.zeros((5, 2), np.float32),
    ],
    axis=1,
)
results |= {"affine/images": images, "affine/transforms": transforms}
modes = ("constant", "nearest", "wrap", "mirror", "reflect")
for interpolation, mode in itertools.product(("nearest", "bilinear"), modes):
    results[f"affine/{interpolation}/{mode}"] = keras.ops.image.affine_transform(
        torch.tensor(images),
        torch.tensor(transforms),
        interpolation,
        mode,
        fill_value=0.5,
        data_format="channels_last",
    ).numpy()

np.savez_compressed(Path(__file__).parent / "general.npz", **results)
