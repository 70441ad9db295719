"""Random numbers that every side draws alike.

Idea:    the same seed gives each side the same images and weights, in Keras's layout: images (N, H, W, C),
         kernels (H, W, C, F), dense kernels (inputs, units).
Before:  nothing.  Next: torch_side.py (PyTorch's layout), lecture.py.
"""

import numpy as np


def images(count, *size, seed=0):
    """Return numbers between 0 and 1, as images have them."""
    return np.random.default_rng(seed).random((count, *size), dtype=np.float32)


def labels(count, classes=10, seed=0):
    """Return class numbers."""
    return np.random.default_rng(seed).integers(0, classes, count)


def one_hot(numbers, classes=10):
    """Return class numbers as rows with a single 1."""
    return np.eye(classes, dtype=np.float32)[numbers]


def normal(shape, scale=1.0, seed=0):
    """Return normally distributed numbers."""
    return scale * np.random.default_rng(seed).standard_normal(shape, dtype=np.float32)


def weights(shapes, scale=0.05):
    """Return an array for each shape; each has a seed of its own."""
    return [normal(shape, scale, seed) for seed, shape in enumerate(shapes)]
