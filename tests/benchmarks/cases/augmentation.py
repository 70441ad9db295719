"""Augmentation: random rotations, shifts and flips of a batch of images.

Idea:    every image is changed by a draw of its own, pixels between the grid are interpolated, and what comes
         in from outside is 0. PyTorch itself has no such layers: its side draws, and uses ``affine_grid`` and
         ``grid_sample``. The check draws from a range of one number, so that both sides must agree.
Shapes:  (100, 28, 28, 1) -> the same
Before:  loading.py.  Next: nothing.
"""

import math

from benchmarks.case import Case, Side, Work
from benchmarks.cases import numbers, torch_side

COUNT, SIZE = 100, (28, 28, 1)
TURN, SHIFT = 0.05, 0.1  # of a full turn; of the image's size


def minigrad_side(make, low, high):
    """``make(layers, (low, high))`` returns the layer."""
    import minigrad as mg

    x = mg.Tensor(numbers.images(COUNT, *SIZE))
    layer, fixed = make(mg.layers, (low, high)), make(mg.layers, (high, high))
    return Work(lambda: layer(x, training=True), lambda: [fixed(x, training=True).numpy()])


def torch_side_of(transforms, low, high):
    """``transforms(values)`` returns the affine transform (N, 2, 3) of each image."""
    import torch
    from torch.nn import functional

    x = torch_side.image_tensor(numbers.images(COUNT, *SIZE))

    def augment(low):
        with torch.no_grad():
            values = torch.empty(COUNT, 2).uniform_(low, high) if low < high else torch.full((COUNT, 2), high)
            grid = functional.affine_grid(transforms(values), list(x.shape), align_corners=False)
            return functional.grid_sample(x, grid, align_corners=False)

    return Work(lambda: augment(low), lambda: [torch_side.keras_array(augment(high))])


def rotations(values):
    """Turn each image by a part of a full turn."""
    import torch

    angle = values[:, 0] * (2 * math.pi)
    cos, sin, zero = torch.cos(angle), torch.sin(angle), torch.zeros(len(values))
    return torch.stack([torch.stack([cos, -sin, zero], 1), torch.stack([sin, cos, zero], 1)], 1)


def translations(values):
    """Shift each image by parts of its size; the grid's unit is half the image."""
    import torch

    one, zero = torch.ones(len(values)), torch.zeros(len(values))
    down, right = -2 * values[:, 0], -2 * values[:, 1]
    return torch.stack([torch.stack([one, zero, right], 1), torch.stack([zero, one, down], 1)], 1)


def minigrad_flips():
    import minigrad as mg

    x = mg.Tensor(numbers.images(COUNT, *SIZE))
    layer = mg.layers.RandomFlip("horizontal")
    return Work(lambda: layer(x, training=True))


def torch_flips():
    import torch

    x = torch_side.image_tensor(numbers.images(COUNT, *SIZE))

    def run():
        chosen = torch.rand(COUNT, 1, 1, 1) < 0.5
        return torch.where(chosen, x.flip(3), x)

    return Work(run)


CASES = [
    Case(
        "augment-rotation",
        "random rotation of 100 images 28x28x1",
        Side(
            "minigrad",
            lambda: minigrad_side(
                lambda layers, factor: layers.RandomRotation(factor, fill_mode="constant"), -TURN, TURN
            ),
        ),
        (Side("torch", lambda: torch_side_of(rotations, -TURN, TURN)),),
    ),
    Case(
        "augment-translation",
        "random translation of 100 images 28x28x1",
        Side(
            "minigrad",
            lambda: minigrad_side(
                lambda layers, factor: layers.RandomTranslation(factor, factor, fill_mode="constant"),
                -SHIFT,
                SHIFT,
            ),
        ),
        (Side("torch", lambda: torch_side_of(translations, -SHIFT, SHIFT)),),
    ),
    Case(
        "augment-flip",
        "random flip of 100 images 28x28x1",
        Side("minigrad", minigrad_flips),
        (Side("torch", torch_flips),),
    ),
]
