"""What layers of random image augmentation share; and RandomFlip, the simplest of them.

Idea:    an image of a cat that is shifted, turned or a bit darker is still one of a cat. Showing it a little
         differently each time is more data for nothing. In inference images are left as they are.
Shapes:  (N, H, W, C), or one image (H, W, C) -> the same, of the layer's dtype
Before:  layers/preprocessing.py.  Next: layers/geometric_augmentation.py.
Source:  Keras's ``keras/src/layers/preprocessing/image_preprocessing``.
"""

from __future__ import annotations

from typing import Any

from minigrad import ops, random
from minigrad.arguments import number
from minigrad.config import standardize_data_format
from minigrad.errors import ShapeError
from minigrad.layers.layer import Layer
from minigrad.ops.affine import flip_some
from minigrad.random.seed import as_seed_generator, serialize_seed


class Augmentation(Layer):
    """The base of layers that change each image of a batch at random, in training only.

    Unlike other layers these are in training mode when called by themselves; ``training=False``, and
    ``predict`` and ``evaluate`` of a model, leave the images as they are.

    Args:
        seed: An integer, or a SeedGenerator. Default None: drawn from the global generator (see
            ``utils.set_random_seed``).
        data_format: "channels_last" or "channels_first". Default: as in ``~/.keras/keras.json``, else
            "channels_last".
        **kwargs: Those of `Layer`.

    Raises:
        ValueError: If the seed or data_format is none.
        ShapeError: When called, on anything but 3 or 4 axes.
        TypeError: When called on a dict: labels and boxes of images aren't supported.
    """

    def __init__(self, seed: Any = None, data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.seed = seed
        self.seed_generator = as_seed_generator(type(self).__name__, seed)
        self.data_format = standardize_data_format(type(self).__name__, data_format)

    def augment(self, images: Any) -> Any:
        """Return the images, floats of 4 axes, each changed at random."""
        raise NotImplementedError(f"{type(self).__name__} must define augment(self, images)")

    def call(self, inputs: Any, training: bool = True) -> Any:
        """Return the images in the layer's dtype, changed if ``training``."""
        if isinstance(inputs, dict):
            raise TypeError(
                f"{self.name}: it takes images alone; a dict with labels, boxes or masks isn't supported"
            )
        if len(inputs.shape) not in (3, 4):
            raise ShapeError(
                f"{self.name}: it takes images of 4 axes, or a single one of 3; got shape {inputs.shape}"
            )
        images = ops.cast(inputs, self.dtype)
        if not training:
            return images
        if len(images.shape) == 3:
            return ops.squeeze(self.augment(ops.expand_dims(images, 0)), 0)
        return self.augment(images)

    @property
    def _spatial_axes(self) -> tuple[int, int]:
        """The axes of height and width."""
        return (1, 2) if self.data_format == "channels_last" else (2, 3)

    def _draw(self, count: int, bounds: tuple[float, float]) -> Any:
        """Return a random number for each image, as an ndarray (N,)."""
        return random.uniform((count,), *bounds, dtype="float32", seed=self.seed_generator).data

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the input's shape."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        return super().get_config() | {"seed": serialize_seed(self.seed), "data_format": self.data_format}


class RandomFlip(Augmentation):
    """Mirror each image with probability 1/2.

    Args:
        mode: "horizontal" (left and right change places), "vertical" (top and bottom), or
            "horizontal_and_vertical" (the default): both or neither, which is half a turn.
        seed: An integer, or a SeedGenerator. Default None: drawn from the global generator.
        data_format: "channels_last" or "channels_first". Default: as in ``~/.keras/keras.json``, else
            "channels_last".
        **kwargs: Those of `Layer`: name, dtype, trainable, input_shape.

    Raises:
        ValueError: If mode is none of these.
        ShapeError: When called, on anything but images.

    Source: ``keras.layers.RandomFlip``.

    Example:
        >>> import minigrad as mg, numpy as np
        >>> rows = np.tile(np.array([1.0, 2.0]).reshape(1, 1, 2, 1), (4, 1, 1, 1))
        >>> mg.layers.RandomFlip("horizontal", seed=1)(rows).numpy().reshape(4, 2).tolist()
        [[2.0, 1.0], [2.0, 1.0], [1.0, 2.0], [1.0, 2.0]]
    """

    def __init__(
        self,
        mode: str = "horizontal_and_vertical",
        seed: Any = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(seed, data_format, **kwargs)
        if mode not in ("horizontal", "vertical", "horizontal_and_vertical"):
            raise ValueError(
                "RandomFlip: mode must be 'horizontal', 'vertical' or 'horizontal_and_vertical'; "
                f"got {mode!r}"
            )
        self.mode = mode

    def augment(self, images: Any) -> Any:
        """Return the images, some of them mirrored."""
        height, width = self._spatial_axes
        axes = {"horizontal": (width,), "vertical": (height,)}.get(self.mode, (height, width))
        return flip_some(images, self._draw(len(images), (0.0, 1.0)) <= 0.5, axes)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        return super().get_config() | {"mode": self.mode}


def factor_bounds(
    name: str, argument: str, factor: Any, minimum: float, maximum: float, *, above: float = -float("inf")
) -> tuple[float, float]:
    """Return the bounds that a factor stands for: a number f for ``(-f, f)``, or two numbers in any order.

    Args:
        name: The layer, for the error message.
        argument: The argument's name.
        factor: What was given.
        minimum: The least number accepted.
        maximum: The greatest.
        above: A lower bound that is not itself accepted. Default: none.

    Raises:
        ValueError: If it is neither, or a number is out of bounds.

    Example:
        >>> factor_bounds("RandomRotation", "factor", 0.2, -1, 1)
        (-0.2, 0.2)
        >>> factor_bounds("RandomRotation", "factor", (0.3, 0.1), -1, 1)
        (0.1, 0.3)
    """
    if isinstance(factor, list | tuple):
        if len(factor) != 2:
            raise ValueError(f"{name}: {argument} must be a number or two, lower and upper; got {factor!r}")
        lower, upper = sorted(number(name, argument, one, minimum, maximum, above=above) for one in factor)
        return lower, upper
    size = abs(number(name, argument, factor, minimum, maximum, above=above))
    return -size, size
