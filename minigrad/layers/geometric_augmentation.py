"""Random rotations, shifts and zooms of images.

Idea:    each is an affine transform: which place of the input does this pixel of the output show?
         A transform for each image is drawn; all are done at once.
Shapes:  (N, H, W, C), or one image (H, W, C) -> the same, of the layer's dtype
Before:  ops/affine.py (the arithmetic), layers/augmentation.py.  Next: layers/color_augmentation.py.
Source:  Keras's ``keras/src/layers/preprocessing/image_preprocessing``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.arguments import number
from minigrad.autodiff.tensor import NDArray
from minigrad.layers.augmentation import Augmentation, factor_bounds
from minigrad.ops.affine import affine_transform

_FILL_MODES = ("reflect", "wrap", "constant", "nearest")
_INTERPOLATIONS = ("nearest", "bilinear")


class _Geometric(Augmentation):
    """What the three share: how places outside of the image, and between pixels, are filled."""

    def __init__(
        self,
        fill_mode: str,
        interpolation: str,
        seed: Any,
        fill_value: float,
        data_format: str | None,
        **kwargs: Any,
    ) -> None:
        super().__init__(seed, data_format, **kwargs)
        name = type(self).__name__
        for argument, value, known in (
            ("fill_mode", fill_mode, _FILL_MODES),
            ("interpolation", interpolation, _INTERPOLATIONS),
        ):
            if value not in known:
                raise ValueError(f"{name}: {argument} must be one of {', '.join(known)}; got {value!r}")
        self.fill_mode = fill_mode
        self.interpolation = interpolation
        self.fill_value = number(name, "fill_value", fill_value)

    def _transforms(self, count: int, height: int, width: int) -> NDArray:
        """Return a random transform for each image, (N, 8)."""
        raise NotImplementedError

    def augment(self, images: Any) -> Any:
        """Return the images, each transformed."""
        height, width = (images.shape[axis] for axis in self._spatial_axes)
        return affine_transform(
            images,
            self._transforms(len(images), height, width),
            self.interpolation,
            self.fill_mode,
            self.fill_value,
            self.data_format,
        )

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        return super().get_config() | {
            "fill_mode": self.fill_mode,
            "interpolation": self.interpolation,
            "fill_value": self.fill_value,
        }


class RandomRotation(_Geometric):
    """Turn each image about its center by a random angle.

    Args:
        factor: The largest angle as a part of a full turn, between -1 and 1: f for ``[-f, f]``, or (lower,
            upper). Positive angles are counterclockwise.
        fill_mode: What lies outside of a row ``a b c``. "reflect" (the default): ``b a | a b c | c b``.
            "wrap": ``b c | a b c | a b``. "nearest": ``a a | a b c | c c``. "constant": fill_value.
        interpolation: "bilinear" (the default) or "nearest", for places between pixels.
        seed: An integer, or a SeedGenerator. Default None: drawn from the global generator.
        fill_value: For "constant". Default 0.
        data_format: "channels_last" or "channels_first". Default: as in ``~/.keras/keras.json``, else
            "channels_last".
        **kwargs: Those of `Layer`: name, dtype, trainable, input_shape.

    Raises:
        ValueError: If an argument is out of range or unknown.
        ShapeError: When called, on anything but images.

    Source: ``keras.layers.RandomRotation``.

    Example:
        >>> import minigrad as mg, numpy as np
        >>> image = np.array([[1.0, 2.0], [3.0, 4.0]]).reshape(2, 2, 1)
        >>> mg.layers.RandomRotation((0.25, 0.25))(image).numpy().reshape(2, 2).round(4)
        array([[2., 4.],
               [1., 3.]], dtype=float32)
    """

    def __init__(
        self,
        factor: Any,
        fill_mode: str = "reflect",
        interpolation: str = "bilinear",
        seed: Any = None,
        fill_value: float = 0.0,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(fill_mode, interpolation, seed, fill_value, data_format, **kwargs)
        self.factor = factor_bounds("RandomRotation", "factor", factor, -1, 1)

    def _transforms(self, count: int, height: int, width: int) -> NDArray:
        angle = self._draw(count, self.factor).astype(np.float64) * (2 * np.pi)
        cos, sin = np.cos(angle), np.sin(angle)
        x, y = (width - 1) / 2, (height - 1) / 2  # the center, which stays where it is
        return _stacked(cos, -sin, x - x * cos + y * sin, sin, cos, y - x * sin - y * cos)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        return super().get_config() | {"factor": self.factor}


class RandomTranslation(_Geometric):
    """Shift each image by a random part of its height and width.

    Args:
        height_factor: The largest shift down as a part of the height, between -1 and 1: f for ``[-f, f]``,
            or (lower, upper). Negative shifts are up.
        width_factor: Likewise to the right, as a part of the width.
        fill_mode: What lies outside of a row ``a b c``. "reflect" (the default): ``b a | a b c | c b``.
            "wrap": ``b c | a b c | a b``. "nearest": ``a a | a b c | c c``. "constant": fill_value.
        interpolation: "bilinear" (the default) or "nearest", for places between pixels.
        seed: An integer, or a SeedGenerator. Default None: drawn from the global generator.
        fill_value: For "constant". Default 0.
        data_format: "channels_last" or "channels_first". Default: as in ``~/.keras/keras.json``, else
            "channels_last".
        **kwargs: Those of `Layer`: name, dtype, trainable, input_shape.

    Raises:
        ValueError: If an argument is out of range or unknown.
        ShapeError: When called, on anything but images.

    Source: ``keras.layers.RandomTranslation``.

    Example:
        >>> import minigrad as mg, numpy as np
        >>> image = np.array([1.0, 2.0, 3.0, 4.0]).reshape(1, 4, 1)
        >>> layer = mg.layers.RandomTranslation(0.0, (0.25, 0.25), fill_mode="constant")
        >>> layer(image).numpy().ravel()
        array([0., 1., 2., 3.], dtype=float32)
    """

    def __init__(
        self,
        height_factor: Any,
        width_factor: Any,
        fill_mode: str = "reflect",
        interpolation: str = "bilinear",
        seed: Any = None,
        fill_value: float = 0.0,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(fill_mode, interpolation, seed, fill_value, data_format, **kwargs)
        self._height_bounds = factor_bounds("RandomTranslation", "height_factor", height_factor, -1, 1)
        self._width_bounds = factor_bounds("RandomTranslation", "width_factor", width_factor, -1, 1)
        self.height_factor = height_factor
        self.width_factor = width_factor

    def _transforms(self, count: int, height: int, width: int) -> NDArray:
        down = self._draw(count, self._height_bounds) * height
        right = self._draw(count, self._width_bounds) * width
        return _stacked(1.0, 0.0, -right, 0.0, 1.0, -down)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        return super().get_config() | {
            "height_factor": self.height_factor,
            "width_factor": self.width_factor,
        }


class RandomZoom(_Geometric):
    """Zoom each image in or out about its center.

    Args:
        height_factor: How much more of the height is seen, above -1 and up to 1: f for ``[-f, f]``, or
            (lower, upper). 0.3 zooms out by 30 %, so that what lies outside comes into view; -0.3 zooms in.
        width_factor: Likewise of the width. Default None: as the height, so that proportions stay.
        fill_mode: What lies outside of a row ``a b c``. "reflect" (the default): ``b a | a b c | c b``.
            "wrap": ``b c | a b c | a b``. "nearest": ``a a | a b c | c c``. "constant": fill_value.
        interpolation: "bilinear" (the default) or "nearest", for places between pixels.
        seed: An integer, or a SeedGenerator. Default None: drawn from the global generator.
        fill_value: For "constant". Default 0.
        data_format: "channels_last" or "channels_first". Default: as in ``~/.keras/keras.json``, else
            "channels_last".
        **kwargs: Those of `Layer`: name, dtype, trainable, input_shape.

    Raises:
        ValueError: If an argument is out of range or unknown.
        ShapeError: When called, on anything but images.

    Source: ``keras.layers.RandomZoom``.

    Example:
        >>> import minigrad as mg, numpy as np
        >>> image = np.array([1.0, 2.0, 3.0]).reshape(1, 3, 1)
        >>> mg.layers.RandomZoom((-0.5, -0.5))(image).numpy().ravel()
        array([1.5, 2. , 2.5], dtype=float32)
    """

    def __init__(
        self,
        height_factor: Any,
        width_factor: Any = None,
        fill_mode: str = "reflect",
        interpolation: str = "bilinear",
        seed: Any = None,
        fill_value: float = 0.0,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(fill_mode, interpolation, seed, fill_value, data_format, **kwargs)
        self._height_bounds = factor_bounds("RandomZoom", "height_factor", height_factor, -1, 1, above=-1)
        self._width_bounds = (
            None
            if width_factor is None
            else factor_bounds("RandomZoom", "width_factor", width_factor, -1, 1, above=-1)
        )
        self.height_factor = height_factor
        self.width_factor = width_factor

    def _transforms(self, count: int, height: int, width: int) -> NDArray:
        vertical = 1 + self._draw(count, self._height_bounds)
        horizontal = vertical if self._width_bounds is None else 1 + self._draw(count, self._width_bounds)
        x, y = (width - 1) / 2, (height - 1) / 2  # the center, which stays where it is
        return _stacked(horizontal, 0.0, x * (1 - horizontal), 0.0, vertical, y * (1 - vertical))

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, in a form that JSON can hold."""
        return super().get_config() | {
            "height_factor": self.height_factor,
            "width_factor": self.width_factor,
        }


def _stacked(*coefficients: Any) -> NDArray:
    """Return a0, a1, a2, b0, b1, b2, each (N,) or a number, as transforms (N, 8)."""
    columns = np.broadcast_arrays(*coefficients, 0.0, 0.0)
    return np.stack(columns, axis=1)
