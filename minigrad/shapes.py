"""The arithmetic of shapes: integers in, integers out, no array in sight.

Idea:    what goes wrong in a network is mostly a shape. So each rule about shapes stands here once,
         and its error names the operation, the argument and both shapes.
Shapes:  input size I, kernel size F, stride S, dilation D, padding P -> output size O.
Before:  errors.py.  Next: kernels/reference.py (the loops that these sizes bound).
Source:  the lecture's formula for SAME padding; Keras's ``keras/src/backend/torch/nn.py``.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from functools import lru_cache, wraps
from typing import Any, Literal, TypeVar

from minigrad.errors import ShapeError

Shape = tuple[int, ...]
Padding = tuple[tuple[int, int], ...]
"""What is added (before, after) each spatial axis."""

F = TypeVar("F", bound=Callable[..., Any])


def remembered(function: F) -> F:
    """Return ``function``, which remembers its last few hundred results: its answers follow from sizes alone.

    A layer asks the same at every call, and for a single image the question takes longer than the arithmetic.
    Lists and arrays, and tuples of anything but integers, are not looked up: 1.0 equals 1, but is no size.

    Example:
        >>> @remembered
        ... def area(size):
        ...     print("multiplying")
        ...     return size[0] * size[1]
        >>> area((2, 3)) + area((2, 3))
        multiplying
        12
    """
    known = lru_cache(maxsize=512, typed=True)(function)

    @wraps(function)
    def call(*args: Any) -> Any:
        for arg in args:
            if arg.__class__ is tuple:
                for one in arg:
                    if one.__class__ is not int:
                        return function(*args)
            elif arg.__hash__ is None:  # a list or an array
                return function(*args)
        return known(*args)

    return call  # type: ignore[return-value]


def broadcast_shapes(name: str, *shapes: Shape) -> Shape:
    """Return the shape that ``shapes`` broadcast to, by NumPy's rule.

    Args:
        name: The operation, for the error message.
        *shapes: Any number of shapes.

    Raises:
        ShapeError: If two sizes of one axis differ and neither is 1.

    Example:
        >>> broadcast_shapes("add", (3, 1), (4,))
        (3, 4)
        >>> broadcast_shapes("add", (2, 3), (2, 4))
        Traceback (most recent call last):
        ...
        minigrad.errors.ShapeError: add: shapes (2, 3) and (2, 4) do not broadcast together: ...
    """
    ndim = max(map(len, shapes), default=0)
    result = [1] * ndim
    for shape in shapes:
        for axis, size in enumerate(shape, start=ndim - len(shape)):
            if size == 1 or size == result[axis]:
                continue
            if result[axis] != 1:
                listed = " and ".join(map(str, shapes))
                raise ShapeError(
                    f"{name}: shapes {listed} do not broadcast together: "
                    f"axis {axis - ndim} has sizes {result[axis]} and {size}"
                )
            result[axis] = size
    return tuple(result)


def normalize_axis(name: str, axis: int, ndim: int) -> int:
    """Return ``axis`` counted from the front.

    Raises:
        ShapeError: If the axis is not in ``[-ndim, ndim)``.

    Example:
        >>> normalize_axis("sum", -1, 3)
        2
    """
    try:
        index = operator.index(axis)
    except TypeError:
        raise TypeError(f"{name}: axis must be an integer, got {axis!r}") from None
    if not -ndim <= index < ndim:
        raise ShapeError(f"{name}: axis {index} is out of range for an array of {ndim} dimension(s)")
    return index % ndim


def normalize_axes(name: str, axis: int | Sequence[int] | None, ndim: int) -> tuple[int, ...]:
    """Return ``axis`` as a tuple of distinct axes counted from the front; None means all of them.

    Raises:
        ShapeError: If an axis is out of range or named twice.

    Example:
        >>> normalize_axes("sum", (0, -1), 3)
        (0, 2)
        >>> normalize_axes("sum", None, 2)
        (0, 1)
    """
    if axis is None:
        return tuple(range(ndim))
    given = tuple(axis) if isinstance(axis, Sequence) else (axis,)
    axes = tuple(normalize_axis(name, one, ndim) for one in given)
    if len(set(axes)) != len(axes):
        raise ShapeError(f"{name}: axis {axis!r} names an axis twice")
    return axes


def integers(
    name: str, argument: str, value: int | Sequence[int], count: int, *, minimum: int = 1
) -> tuple[int, ...]:
    """Return ``value`` as ``count`` integers; a single integer stands for all of them.

    This is Keras's convention for ``kernel_size``, ``strides``, ``pool_size`` and ``dilation_rate``.

    Raises:
        ValueError: If it isn't an integer or ``count`` integers, or one is below ``minimum``.

    Example:
        >>> integers("Conv2D", "strides", 2, count=2)
        (2, 2)
        >>> integers("Conv2D", "strides", (1, 0), count=2)
        Traceback (most recent call last):
        ...
        ValueError: Conv2D: strides must be an integer or 2 integers, each >= 1; got (1, 0)
    """
    try:
        if isinstance(value, str | bytes | bool):
            raise TypeError
        sizes = tuple(map(operator.index, value)) if hasattr(value, "__iter__") else None
        sizes = (operator.index(value),) * count if sizes is None else sizes  # type: ignore[arg-type]
    except TypeError:
        sizes = ()
    wanted = f"an integer or {count} integers" if count > 1 else "an integer"
    if len(sizes) != count or min(sizes) < minimum:
        raise ValueError(
            f"{name}: {argument} must be {wanted}, each >= {minimum}; got {value!r}"
            if count > 1
            else f"{name}: {argument} must be {wanted} >= {minimum}; got {value!r}"
        )
    return sizes


def padding_mode(
    name: str, padding: object, accepted: Sequence[str] = ("valid", "same")
) -> Literal["valid", "same", "causal"]:
    """Return ``padding`` in lower case, checked; any letter case is accepted, as in the lecture.

    Example:
        >>> padding_mode("Conv2D", "SAME")
        'same'
        >>> padding_mode("Conv2D", "full")
        Traceback (most recent call last):
        ...
        ValueError: Conv2D: padding must be 'valid' or 'same' (in any letter case); got 'full'
    """
    mode = padding.lower() if isinstance(padding, str) else padding
    if mode not in accepted:
        listed = " or ".join(map(repr, accepted))
        raise ValueError(f"{name}: padding must be {listed} (in any letter case); got {padding!r}")
    return mode  # type: ignore[return-value]


def effective_size(kernel_size: int, dilation: int = 1) -> int:
    """Return how many input cells a dilated kernel spans: ``(F - 1) D + 1``.

    Example:
        >>> effective_size(3, dilation=2)
        5
    """
    return (kernel_size - 1) * dilation + 1


def same_padding(size: int, kernel_size: int, stride: int = 1, dilation: int = 1) -> tuple[int, int]:
    """Return ``(P_start, P_end)``, the zeros that SAME padding adds on each side of one axis.

    With ``O = ceil(I / S)`` and F the effective kernel size, the lecture's formula::

        P_start = floor((S O - I + F - S) / 2)      P_end = ceil of the same

    and neither is negative. The extra zero, if the sum is odd, goes to the end.

    Source: lecture, "SAME vs VALID"; Keras's ``_compute_padding_length``.

    Example:
        >>> same_padding(7, kernel_size=3)
        (1, 1)
        >>> same_padding(28, kernel_size=2, stride=2)
        (0, 0)
        >>> same_padding(4, kernel_size=2)
        (0, 1)
    """
    output = -(-size // stride)
    total = stride * output - size + effective_size(kernel_size, dilation) - stride
    total = max(0, total)
    return total // 2, total - total // 2


def output_size(
    size: int,
    kernel_size: int,
    stride: int = 1,
    dilation: int = 1,
    padding: tuple[int, int] = (0, 0),
) -> int:
    """Return how often a window fits: ``floor((I + P - F) / S) + 1``, and 0 if it doesn't.

    Source: lecture, "Stride" and "Padding".

    Example:
        >>> output_size(7, kernel_size=3, stride=2)
        3
        >>> output_size(32, kernel_size=5)
        28
    """
    room = size + sum(padding) - effective_size(kernel_size, dilation)
    return room // stride + 1 if room >= 0 else 0


def window_padding(
    name: str,
    spatial: Shape,
    kernel_size: Shape,
    strides: Shape,
    padding: str,
    dilation: Shape | None = None,
) -> Padding:
    """Return the explicit padding (before, after) of each spatial axis for VALID, SAME or causal.

    Raises:
        ShapeError: If VALID is asked for and the kernel is larger than the input.

    Example:
        >>> window_padding("conv2d", (5, 5), (3, 3), (1, 1), "same")
        ((1, 1), (1, 1))
        >>> window_padding("conv2d", (2, 5), (3, 3), (1, 1), "valid")
        Traceback (most recent call last):
        ...
        minigrad.errors.ShapeError: conv2d: a kernel that spans (3, 3) does not fit ... size (2, 5); ...
    """
    dilation = dilation or (1,) * len(spatial)
    if padding == "same":
        return tuple(map(same_padding, spatial, kernel_size, strides, dilation))
    spans = tuple(map(effective_size, kernel_size, dilation))
    if padding == "causal":
        return tuple((span - 1, 0) for span in spans)
    if any(span > size for span, size in zip(spans, spatial, strict=True)):
        raise ShapeError(
            f"{name}: a kernel that spans {spans} does not fit into an input of size {spatial}; "
            "use a smaller kernel or padding='same'"
        )
    return ((0, 0),) * len(spatial)


def window_output(
    spatial: Shape,
    kernel_size: Shape,
    strides: Shape,
    padding: Padding,
    dilation: Shape | None = None,
) -> Shape:
    """Return the output size of each spatial axis, as `output_size` does for one.

    Example:
        >>> window_output((7, 7), (3, 3), (2, 2), ((0, 0), (0, 0)))
        (3, 3)
    """
    dilation = dilation or (1,) * len(spatial)
    return tuple(map(output_size, spatial, kernel_size, strides, dilation, padding))


def transposed_window(
    name: str,
    spatial: Shape,
    kernel_size: Shape,
    strides: Shape,
    padding: str,
    output_padding: Shape | None = None,
    dilation: Shape | None = None,
) -> tuple[Shape, Padding]:
    """Return a transposed convolution's output size, and the padding of the convolution that it transposes.

    With F the effective kernel size, the size is ``(I - 1) S + max(F, S)`` for VALID and ``I S`` for SAME;
    with ``output_padding`` p it is ``(I - 1) S + F + p`` and ``(I - 1) S + F mod 2 + p``.

    Raises:
        ValueError: If an output_padding is not below its stride.
        ShapeError: If nothing is left of the output.

    Source: Keras's ``compute_conv_transpose_output_shape``.

    Example:
        >>> transposed_window("conv_transpose", (4, 4), (3, 3), (2, 2), "same")
        ((8, 8), ((0, 1), (0, 1)))
    """
    spans = tuple(map(effective_size, kernel_size, dilation or (1,) * len(spatial)))
    if output_padding is not None and any(map(operator.ge, output_padding, strides)):
        raise ValueError(
            f"{name}: output_padding must be smaller than strides, as it chooses among the sizes that the "
            f"strides leave open; got output_padding={output_padding}, strides={strides}"
        )
    output, cropped = [], []
    for axis, (size, span, stride) in enumerate(zip(spatial, spans, strides, strict=True)):
        full = (size - 1) * stride + span
        if output_padding is None:
            wanted = size * stride if padding == "same" else full + max(stride - span, 0)
        else:
            wanted = full + output_padding[axis] - (span - span % 2 if padding == "same" else 0)
        before = max(0, (full - wanted) // 2)
        output.append(wanted)
        cropped.append((before, max(0, full - wanted - before)))
    if any(wanted < min(size, 1) for wanted, size in zip(output, spatial, strict=True)):
        raise ShapeError(
            f"{name}: an input of size {spatial} and a kernel that spans {spans} leave an output of size "
            f"{tuple(output)}; use a larger output_padding than {output_padding}"
        )
    return tuple(output), tuple(cropped)
