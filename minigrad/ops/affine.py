"""Affine transforms of images: rotated, shifted, zoomed, sheared; and mirrored, some of them.

Idea:    the transform says for each output pixel where to look in the input. That is linear in the image,
         so reading there and adding back there are each other's derivative.
Shapes:  images (N, H, W, C), transform (N, 8) -> (N, H, W, C)
Before:  kernels/resampling.py (the arithmetic), ops/resizing.py.  Next: ops/image.py.
Source:  ``keras.ops.image.affine_transform``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.autodiff.differentiable import cast, differentiable
from minigrad.autodiff.op import Array
from minigrad.autodiff.tensor import NDArray, Tensor, to_array
from minigrad.config import standardize_data_format
from minigrad.errors import DTypeError, ShapeError
from minigrad.kernels.resampling import FILL_MODES, INTERPOLATIONS, resample, resample_gradient
from minigrad.ops.axes import transpose
from minigrad.ops.reshape import reshape
from minigrad.ops.rounding import round


@differentiable
def affine_resample(
    images: Array, transform: Any, interpolation: Any, fill_mode: Any, fill_value: Any
) -> Any:
    """Read images where their transforms say; see `affine_transform`, which checks the arguments.

    The derivative is `affine_spread` of g.

    Args:
        images: (N, H, W, C).
        transform: An ndarray (N, 6).
        interpolation, fill_mode, fill_value: As for `affine_transform`.

    Returns:
        A tensor of the images' shape and dtype; float16 is computed in float32.

    Example:
        >>> import minigrad as mg, numpy as np
        >>> images, shift = np.ones((1, 1, 2, 1)), np.array([[1.0, 0.0, -1.0, 0.0, 1.0, 0.0]])
        >>> affine_resample(images, shift, "nearest", "constant", 7.0).numpy().ravel().tolist()
        [7.0, 1.0]
    """
    wide = images.astype(np.result_type(images, np.float32), copy=False)
    return resample(wide, transform, interpolation, fill_mode, fill_value).astype(images.dtype, copy=False)


@affine_resample.vjp
def _(g: Any, transform: Any, interpolation: Any, fill_mode: Any) -> Any:
    return affine_spread(g, transform, interpolation, fill_mode)


@differentiable
def affine_spread(g: Array, transform: Any, interpolation: Any, fill_mode: Any) -> Any:
    """Add each number to the pixels that `affine_resample` would read for it; each is the other's derivative.

    Args:
        g: (N, H, W, C).
        transform: An ndarray (N, 6).
        interpolation, fill_mode: As for `affine_transform`.

    Returns:
        A tensor of g's shape and dtype.

    Example:
        >>> import minigrad as mg, numpy as np
        >>> g, shift = np.ones((1, 1, 2, 1)), np.array([[1.0, 0.0, -1.0, 0.0, 1.0, 0.0]])
        >>> affine_spread(g, shift, "nearest", "constant").numpy().ravel().tolist()
        [1.0, 0.0]
    """
    wide = g.astype(np.result_type(g, np.float32), copy=False)
    return resample_gradient(wide, transform, interpolation, fill_mode).astype(g.dtype, copy=False)


@affine_spread.vjp
def _(g: Any, transform: Any, interpolation: Any, fill_mode: Any) -> Any:
    return affine_resample(g, transform, interpolation, fill_mode, 0.0)


@differentiable
def flip_some(images: Array, chosen: Any, axes: Any) -> Any:
    """Mirror the chosen images along axes, and copy the others: twice is none, so ``dx`` is g, treated so.

    Only what is mirrored is read twice; `where` would have to look at every pixel's condition.

    Args:
        images: (N, ...).
        chosen: A boolean ndarray (N,).
        axes: The axes to mirror, a tuple; not 0.

    Returns:
        A tensor of the images' shape and dtype.

    Example:
        >>> import minigrad as mg, numpy as np
        >>> flip_some(mg.Tensor([[1.0, 2.0], [3.0, 4.0]]), np.array([False, True]), (1,)).tolist()
        [[1.0, 2.0], [4.0, 3.0]]
    """
    out = images.copy()
    out[chosen] = np.flip(images[chosen], axes)
    return out


@flip_some.vjp
def _(g: Any, chosen: Any, axes: Any) -> Any:
    return flip_some(g, chosen, axes)


def affine_transform(
    images: Any,
    transform: Any,
    interpolation: str = "bilinear",
    fill_mode: str = "constant",
    fill_value: float = 0,
    data_format: str | None = None,
) -> Any:
    """Transform images: output pixel (x, y) shows the input's place ``(a0 x + a1 y + a2, b0 x + b1 y + b2)``.

    Places between pixels are interpolated. The result is linear in the images; its derivative with respect
    to the transform is not computed.

    Args:
        images: (N, H, W, C), or a single image (H, W, C).
        transform: (N, 8) or, for all images, (8,): ``a0, a1, a2, b0, b1, b2, c0, c1``; c0 and c1, which would
            make a perspective, must be 0.
        interpolation: "nearest" or "bilinear" (the default).
        fill_mode: What lies outside of a row ``a b c``. "constant" (the default): fill_value.
            "nearest": ``a a | a b c | c c``. "wrap": ``b c | a b c | a b``. "reflect": ``b a | a b c | c b``.
            "mirror": ``c b | a b c | b a``.
        fill_value: For "constant". Default 0.
        data_format: "channels_last" or "channels_first". Default: as in ``~/.keras/keras.json``, else
            "channels_last".

    Returns:
        A tensor of the images' shape and dtype; integers are rounded.

    Raises:
        ShapeError: If images don't have 3 or 4 axes, or the transforms don't fit them.
        ValueError: If an option is unknown, or the transform is a perspective or not finite.
        DTypeError: If a gradient of the transform would be needed.

    Source: ``keras.ops.image.affine_transform``.

    Example:
        >>> import minigrad as mg
        >>> image = mg.Tensor([[[1.0], [2.0], [3.0]]])
        >>> mg.ops.image.affine_transform(image, [1, 0, -0.5, 0, 1, 0, 0, 0]).numpy().ravel().tolist()
        [0.5, 1.5, 2.5]
    """
    for name, value, known in (
        ("interpolation", interpolation, INTERPOLATIONS),
        ("fill_mode", fill_mode, FILL_MODES),
    ):
        if value not in known:
            raise ValueError(
                f"affine_transform: {name} must be one of {', '.join(map(repr, known))}; got {value!r}"
            )
    channels_first = standardize_data_format("affine_transform", data_format) == "channels_first"
    images = images if isinstance(images, Tensor) else Tensor(images)
    shape, dtype = images.shape, images.dtype
    if len(shape) not in (3, 4):
        raise ShapeError(f"affine_transform: images must have 4 axes, or 3 for one image; got shape {shape}")
    if len(shape) == 3:
        images = reshape(images, (1, *shape))
    coefficients = _coefficients(transform, len(images))
    x = images if dtype.kind == "f" else cast(images, np.float32)
    x = transpose(x, (0, 2, 3, 1)) if channels_first else x
    y = affine_resample(x, coefficients, interpolation, fill_mode, float(fill_value))
    y = transpose(y, (0, 3, 1, 2)) if channels_first else y
    return reshape(y if dtype.kind == "f" else cast(round(y), dtype), shape)


def _coefficients(transform: Any, count: int) -> NDArray:
    """Return the transforms as (N, 6), checked."""
    if isinstance(transform, Tensor) and transform.requires_grad:
        raise DTypeError(
            "affine_transform: the gradient of the transform isn't computed; pass transform.detach()"
        )
    array = to_array(transform).astype(np.float64)
    if array.shape not in ((8,), (1, 8), (count, 8)):
        raise ShapeError(
            f"affine_transform: transform must be of shape (8,) or ({count}, 8), one for each image; "
            f"got {array.shape}"
        )
    if np.any(array[..., 6:]) or not np.all(np.isfinite(array)):
        raise ValueError(
            "affine_transform: transform must be finite, and its last two numbers 0 (with others it is a "
            f"perspective); got {array.tolist()}"
        )
    return np.broadcast_to(array[..., :6], (count, 6))
