"""Random contrast and brightness of images.

Shapes:  (N, H, W, C), or one image (H, W, C) -> the same, of the layer's dtype
Before:  layers/geometric_augmentation.py.  Next: models/sequential.py.
Source:  Keras's ``keras/src/layers/preprocessing/image_preprocessing``.
"""

from __future__ import annotations

from typing import Any

from minigrad import ops
from minigrad.arguments import number
from minigrad.autodiff.tensor import wrap
from minigrad.layers.augmentation import Augmentation, factor_bounds


class _Color(Augmentation):
    """What the two share: the range that the images' values are in, and stay in."""

    def __init__(self, value_range: Any, seed: Any, data_format: str | None, **kwargs: Any) -> None:
        super().__init__(seed, data_format, **kwargs)
        name = type(self).__name__
        if not isinstance(value_range, list | tuple) or len(value_range) != 2:
            raise ValueError(f"{name}: value_range must be two numbers, low and high; got {value_range!r}")
        self.value_range = sorted(number(name, "value_range", one) for one in value_range)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        return super().get_config() | {"value_range": self.value_range}


class RandomContrast(_Color):
    """Change each image's contrast: ``y = (x - m) c + m``, clipped to value_range, m being a channel's mean.

    Args:
        factor: (lower, upper), each between 0 and 1: c is drawn from ``[1 - lower, 1 + upper]``. A number
            stands for both.
        value_range: The range that the values are in. Default (0, 255).
        seed: An integer, or a SeedGenerator. Default None: drawn from the global generator.
        data_format: "channels_last" or "channels_first". Default: as in ``~/.keras/keras.json``, else
            "channels_last".
        **kwargs: Those of `Layer`: name, dtype, trainable, input_shape.

    Raises:
        ValueError: If an argument is out of range.
        ShapeError: When called, on anything but images.

    Source: ``keras.layers.RandomContrast`` as documented; Keras 3.15 takes a single number for upper alone.

    Example:
        >>> import minigrad as mg, numpy as np
        >>> image = np.array([100.0, 140.0]).reshape(1, 2, 1)
        >>> low, high = mg.layers.RandomContrast(0.5, seed=1)(image).numpy().ravel()
        >>> bool(low + high == 240.0), bool(20.0 <= high - low <= 60.0)
        (True, True)
    """

    def __init__(
        self,
        factor: Any,
        value_range: Any = (0, 255),
        seed: Any = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(value_range, seed, data_format, **kwargs)
        both = factor if isinstance(factor, list | tuple) else (factor, factor)
        if len(both) != 2:
            raise ValueError(
                f"RandomContrast: factor must be a number or two, lower and upper; got {factor!r}"
            )
        lower, upper = (number("RandomContrast", "factor", one, 0, 1) for one in both)
        self.factor = (lower, upper)

    def augment(self, images: Any) -> Any:
        """Return the images, each with its contrast changed."""
        lower, upper = self.factor
        drawn = self._draw(len(images), (1.0 - lower, 1.0 + upper)).reshape(-1, 1, 1, 1)
        contrast = wrap(drawn.astype(self.dtype))
        mean = ops.mean(images, self._spatial_axes, keepdims=True)
        return ops.clip((images - mean) * contrast + mean, *self.value_range)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        return super().get_config() | {"factor": self.factor}


class RandomBrightness(_Color):
    """Make each image lighter or darker: ``y = x + d (high - low)``, clipped to value_range.

    Args:
        factor: Where d is drawn from, between -1 (black) and 1 (white): f for ``[-f, f]``, or (lower, upper).
        value_range: (low, high): the range that the values are in. Default (0, 255).
        seed: An integer, or a SeedGenerator. Default None: drawn from the global generator.
        data_format: "channels_last" or "channels_first"; here it makes no difference. Default: as in
            ``~/.keras/keras.json``, else "channels_last".
        **kwargs: Those of `Layer`: name, dtype, trainable, input_shape.

    Raises:
        ValueError: If an argument is out of range.
        ShapeError: When called, on anything but images.

    Source: ``keras.layers.RandomBrightness``.

    Example:
        >>> import minigrad as mg, numpy as np
        >>> image = np.array([0.0, 240.0]).reshape(1, 2, 1)
        >>> mg.layers.RandomBrightness((0.1, 0.1))(image).numpy().ravel()
        array([ 25.5, 255. ], dtype=float32)
    """

    def __init__(
        self,
        factor: Any,
        value_range: Any = (0, 255),
        seed: Any = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(value_range, seed, data_format, **kwargs)
        self.factor = factor_bounds("RandomBrightness", "factor", factor, -1, 1)

    def augment(self, images: Any) -> Any:
        """Return the images, each lighter or darker."""
        low, high = self.value_range
        change = self._draw(len(images), self.factor).reshape(-1, 1, 1, 1) * (high - low)
        return ops.clip(images + wrap(change.astype(self.dtype)), low, high)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        return super().get_config() | {"factor": self.factor}
