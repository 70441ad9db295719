"""Reading at places, and adding to places: two ops that are each other's derivative.

Idea:    ``x[key]`` copies some elements, perhaps several times; backward, each element collects the
         gradients of its copies. So "zeros, with values added at key" is the derivative of indexing,
         and indexing is the derivative of that.
Shapes:  NumPy's: slices keep an axis, integers drop it, arrays put their own shape in its place.
Before:  ops/splitting.py.  Next: ops/scattering.py (tensors with some places replaced).
Source:  NumPy's user guide, "Indexing on ndarrays"; ``keras.ops`` for names.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.autodiff.differentiable import differentiable
from minigrad.autodiff.op import Array
from minigrad.autodiff.tensor import NDArray, Tensor
from minigrad.errors import ShapeError
from minigrad.ops.reshape import ndim, ravel, shape
from minigrad.shapes import normalize_axis


@differentiable(aux=True)
def get_item(x: Array, key: Any) -> Any:
    """Read at ``key``, as NumPy does: ``y = x[key]``; backward, g is added at key into zeros.

    Args:
        x: A tensor or array.
        key: Integers, slices, ``...``, None, arrays (or lists, or Tensors) of integers or booleans, or
            a tuple of these.

    Returns:
        A tensor. It shares memory with x where only integers and slices are used.

    Raises:
        IndexError: If an index is out of range, of a wrong dtype, or there are too many.

    Source: ``keras.ops.get_item``; ``Tensor.__getitem__``.

    Example:
        >>> import minigrad as mg
        >>> x = mg.Tensor([1.0, 2.0, 3.0], requires_grad=True)
        >>> x[[0, 0, 2]].sum().backward()
        >>> x.grad
        array([2., 0., 1.], dtype=float32)
    """
    key = plain_key(key)
    return x[key], key


@get_item.vjp
def _(g: Any, aux: Any, x_shape: Any) -> Any:
    return put_items(g, aux, x_shape)


@differentiable(aux=True)
def put_items(values: Array, key: Any, shape: Any) -> Any:
    """Add ``values`` at ``key`` into zeros: ``y = 0; y[key] += values``, so ``dvalues = g[key]``.

    Places that key names more than once get the sum.

    Args:
        values: A tensor whose shape broadcasts to that of ``y[key]``.
        key: As for `get_item`.
        shape: The shape of y.

    Returns:
        A tensor of that shape and the dtype of values.

    Raises:
        IndexError: If an index is out of range, of a wrong dtype, or there are too many.
        ShapeError: If the values do not broadcast to the places.

    Source: our own; ``x.at[key].add(values)`` in JAX.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.put_items(mg.Tensor([1.0, 2.0, 3.0]), [0, 0, 2], (4,))
        Tensor([3., 0., 3., 0.], shape=(4,), dtype=float32)
    """
    key = plain_key(key)
    out = np.zeros(shape, values.dtype)
    if repeats_possible(key):
        places = flat_places(out.shape, key)  # np.add.at is several times faster on one flat index
        spread = np.broadcast_to(values, places.shape)
        np.add.at(out.reshape(-1), places.reshape(-1), spread.reshape(-1))
    else:
        out[key] = values
    return out, key


@put_items.vjp
def _(g: Any, aux: Any) -> Any:
    return get_item(g, aux)


def take(x: Any, indices: Any, axis: int | None = None) -> Any:
    """Read whole slices along an axis: ``y[..., i, ...] = x[..., indices[i], ...]``.

    The gradient of each slice of x is the sum over the places that it was read to.

    Args:
        x: A tensor, array or list.
        indices: Integers of any shape; negative ones count from the end.
        axis: Along which axis. Default None: the flattened tensor.

    Returns:
        A tensor of x's shape, with indices' shape in the place of the axis.

    Raises:
        IndexError: If an index is out of range or not an integer.
        ShapeError: If the axis is out of range.

    Source: ``keras.ops.take``.

    Example:
        >>> import minigrad as mg
        >>> mg.ops.take(mg.Tensor([[1.0, 2.0], [3.0, 4.0]]), [-1, 0, 0], axis=0)
        Tensor([[3., 4.], [1., 2.], [1., 2.]], shape=(3, 2), dtype=float32)
    """
    if axis is None:
        x, axis = ravel(x), 0
    axis = normalize_axis("take", axis, ndim(x))
    places = index_array("take", indices)
    check_range("take", places, axis, shape(x)[axis])
    return get_item(x, (slice(None),) * axis + (places,))


def take_along_axis(x: Any, indices: Any, axis: int | None = None) -> Any:
    """Read one element for each index, along an axis: ``y[i, j] = x[indices[i, j], j]`` for axis 0.

    Args:
        x: A tensor, array or list.
        indices: Integers with as many axes as x; the sizes broadcast but for the axis itself. Negative
            ones count from the end.
        axis: Along which axis. Default None: the flattened tensor, with indices of one axis.

    Returns:
        A tensor of the broadcast shape, with indices' size along the axis.

    Raises:
        IndexError: If an index is out of range or not an integer.
        ShapeError: If the axis is out of range, or the shapes don't fit.

    Source: ``keras.ops.take_along_axis``.

    Example:
        >>> import minigrad as mg
        >>> x = mg.Tensor([[5.0, 3.0], [2.0, 8.0]])
        >>> mg.ops.take_along_axis(x, mg.ops.argmax(x, axis=1, keepdims=True), axis=1)
        Tensor([[5.], [8.]], shape=(2, 1), dtype=float32)
    """
    if axis is None:
        x, axis = ravel(x), 0
    axis = normalize_axis("take_along_axis", axis, ndim(x))
    places = index_array("take_along_axis", indices)
    if places.ndim != ndim(x):
        raise ShapeError(
            f"take_along_axis: indices of shape {places.shape} must have as many axes as the input of "
            f"shape {shape(x)}"
        )
    check_range("take_along_axis", places, axis, shape(x)[axis])
    key: list[Any] = []
    for i, n in enumerate(shape(x)):  # an open grid: along each other axis, an element's own index
        along = tuple(n if i == j else 1 for j in range(places.ndim))
        key.append(places if i == axis else np.arange(n).reshape(along))
    for i, (n, m) in enumerate(zip(shape(x), places.shape, strict=True)):
        if i != axis and n != m and 1 not in (n, m):
            raise ShapeError(
                f"take_along_axis: indices of shape {places.shape} don't broadcast against the input of "
                f"shape {shape(x)} at axis {i}"
            )
    return get_item(x, tuple(key))


# -- keys ----------------------------------------------------------------------------------------


def plain_key(key: Any) -> Any:
    """Return ``key`` with lists, Tensors and arrays as arrays of its own, which nobody can change.

    Raises:
        IndexError: If one is neither integer nor boolean.
    """
    if isinstance(key, tuple):
        return tuple(_plain_index(index) for index in key)
    return _plain_index(key)


def _plain_index(index: Any) -> Any:
    if index is None or index is Ellipsis or isinstance(index, int | slice):
        return index
    array = np.array(index._data if isinstance(index, Tensor) else index)
    if not array.size and isinstance(index, list):
        array = array.astype(np.intp)  # NumPy takes [] for floats
    _check_index_dtype("get_item", array)
    return int(array) if not array.ndim and array.dtype.kind != "b" else array


def repeats_possible(key: Any) -> bool:
    """Return whether a key may name a place twice: only if it holds an array of integers."""
    indices = key if isinstance(key, tuple) else (key,)
    return any(isinstance(index, np.ndarray) and index.dtype.kind != "b" for index in indices)


def flat_places(of: tuple[int, ...], key: Any) -> NDArray:
    """Return where each element of ``x[key]`` stands in the flattened x of shape ``of``."""
    places: NDArray = np.arange(np.prod(of, dtype=np.intp)).reshape(of)[key]
    return places


def index_array(name: str, indices: Any) -> NDArray:
    """Return indices (a number, list, array or Tensor) as an array of integers.

    Raises:
        IndexError: If they are not integers.
    """
    array = np.asarray(indices._data if isinstance(indices, Tensor) else indices)
    if not array.size and isinstance(indices, list | tuple):
        array = array.astype(np.intp)
    _check_index_dtype(name, array, "iu")
    return array


def _check_index_dtype(name: str, array: NDArray, kinds: str = "iub") -> None:
    if array.dtype.kind not in kinds:
        wanted = "integers or booleans" if "b" in kinds else "integers"
        raise IndexError(
            f"{name}: indices must be {wanted}, not {array.dtype}; a tensor of whole numbers is converted by "
            ".astype('int32')"
        )


def check_range(name: str, indices: NDArray, axis: int, count: int) -> None:
    """Raise if an index is not within ``[-count, count)``.

    Raises:
        IndexError: Naming the index and the size.
    """
    if not indices.size:
        return
    for index in (indices.min(), indices.max()):
        if not -count <= index < count:
            raise IndexError(f"{name}: index {index} is out of range for axis {axis} of size {count}")
