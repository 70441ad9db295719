"""The Tensor: an ndarray, and the node of the graph that it came out of.

Idea:    a tensor adds one thing to an array, its past. With no past (``_node`` is None) it is a constant;
         with a `Leaf` it wants a gradient; with a `Node` it was computed from something that does.
Before:  node.py, config.py.  Next: sharing.py, op.py and calling.py (how an op records its call).
Source:  the semantics are those of PyTorch's ``Tensor`` (grad, backward, detach) on NumPy's arrays.

The operators and methods that compute something are ops. They are attached to the class by
ops/methods.py, since ops know tensors and not the other way round; here they are only declared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import DTypeLike

from minigrad.autodiff.node import Leaf, Node, Output, next_number
from minigrad.config import floatx
from minigrad.errors import DTypeError, GraphError, ShapeError

NDArray = np.ndarray[Any, np.dtype[Any]]
_new = object.__new__


class Tensor:
    """An n-dimensional array that remembers how it was computed.

    Args:
        data: A number, a (nested) list, an ndarray or a Tensor. It is copied, so that changing the
            original later can't change a gradient.
        dtype: Any NumPy dtype but complex and object ones. Default: an ndarray keeps its own; Python
            numbers and lists of them become `floatx` (float32), booleans stay booleans.
        requires_grad: Whether ``backward`` should leave a gradient in ``grad``. Default False.

    Attributes:
        data: The ndarray. Of a tensor that an op made it is read-only. Assigning to it, also by
            ``t.data -= step``, counts as a change in place, which a graph that saved it notices. Single
            elements can be written (``t.data[0] = 1``), but only between a backward pass and the next
            forward one, since that is not noticed.
        grad: The gradient (an ndarray of the same shape and dtype), or None.

    Raises:
        DTypeError: If the data is not numeric, or a gradient is asked for and it is not floating.
        ShapeError: If a nested list is ragged.

    Example:
        >>> import minigrad as mg
        >>> w = mg.Tensor([1.0, 2.0, 3.0], requires_grad=True)
        >>> loss = (w * w).sum()
        >>> loss.backward()
        >>> w.grad
        array([2., 4., 6.], dtype=float32)
    """

    __slots__ = ("__weakref__", "_changed", "_data", "_node")
    __array_priority__ = 1000.0
    _data: NDArray
    _node: Any  # None | Leaf | Node | Output
    _changed: int  # when it was changed in place, by the clock of node.py; 0 for never

    def __init__(self, data: Any, dtype: DTypeLike | None = None, requires_grad: bool = False) -> None:
        self._data = to_array(data, dtype, copy=True)
        self._node = None
        self._changed = 0
        if requires_grad:
            self.requires_grad = True

    # -- what it holds ---------------------------------------------------------------------------

    @property
    def shape(self) -> tuple[int, ...]:
        """The size of each axis."""
        return self._data.shape  # type: ignore[no-any-return]

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return self._data.ndim

    @property
    def size(self) -> int:
        """The number of elements."""
        return self._data.size

    @property
    def dtype(self) -> np.dtype[Any]:
        """The NumPy dtype of the elements."""
        return self._data.dtype

    @property
    def data(self) -> NDArray:
        """The ndarray itself, not a copy; read-only if an op made the tensor."""
        if isinstance(self._node, Node | Output):
            return read_only(self._data)
        if self._data.base is not None:  # another tensor sees this memory (sharing.py)
            self._data = self._data.copy()
        return self._data

    @data.setter
    def data(self, value: Any) -> None:
        if isinstance(self._node, Node | Output):
            raise GraphError(
                f"a tensor that {op_name(self)} computed can't be changed in place: its gradient would be "
                "wrong. Compute a new tensor, or change a detached copy: t.detach()"
            )
        array = value if value is self._data else to_array(value, self.dtype, copy=True)
        if array.shape != self.shape:
            raise ShapeError(f"data of shape {array.shape} can't replace data of shape {self.shape}")
        self._data = array
        self._changed = next_number()

    def numpy(self) -> NDArray:
        """Return a copy of the data as an ndarray of your own."""
        return self._data.copy()

    def item(self) -> bool | int | float:
        """Return the only element as a Python number.

        Raises:
            ValueError: If there is not exactly one element.
        """
        if self.size != 1:
            raise ValueError(f"only a tensor of one element is a number; this one has shape {self.shape}")
        return self._data.item()  # type: ignore[no-any-return]

    def tolist(self) -> Any:
        """Return the data as a (nested) list of Python numbers."""
        return self._data.tolist()

    # -- its past --------------------------------------------------------------------------------

    @property
    def requires_grad(self) -> bool:
        """Whether a gradient with respect to it, or through it, can be asked for."""
        return self._node is not None

    @requires_grad.setter
    def requires_grad(self, value: bool) -> None:
        if value and self._node is None:
            if self.dtype.kind != "f":
                raise DTypeError(
                    f"only floating tensors carry gradients, and this one is {self.dtype}; "
                    f"make it with dtype='float32', or convert it by .astype('float32')"
                )
            self._node = Leaf(self.shape, self)
        elif not value and self._node is not None:
            if not isinstance(self._node, Leaf):
                raise GraphError(f"a tensor that {op_name(self)} computed is part of a graph: use t.detach()")
            self._node = None

    @property
    def is_leaf(self) -> bool:
        """Whether it was not computed by a recorded op."""
        return not isinstance(self._node, Node | Output)

    @property
    def grad(self) -> NDArray | None:
        """The gradient that ``backward`` left here: an ndarray, or None. Only leaves have one."""
        leaf = self._own_leaf()
        return None if leaf is None else leaf.grad

    @grad.setter
    def grad(self, value: Any) -> None:
        leaf = self._own_leaf()
        if leaf is None:
            if value is None:
                return
            raise GraphError("only a leaf with requires_grad=True has a gradient of its own")
        if value is not None:
            value = to_array(value, self.dtype)
            if value.shape != self.shape:
                raise ShapeError(f"a gradient of shape {value.shape} doesn't fit a tensor of {self.shape}")
        leaf.grad = value

    def _own_leaf(self) -> Leaf | None:
        """Return the vertex, if it is a leaf."""
        return self._node if isinstance(self._node, Leaf) else None

    def detach(self) -> Tensor:
        """Return the same values without their past: a constant. A later change of one leaves the other."""
        if self._data.base is None:
            self._data = self._data.view()  # as sharing.share does
        return wrap(self._data)

    def register_hook(self, hook: Callable[[Any], Any]) -> Callable[[], None]:
        """Let ``hook(gradient)`` see the gradient of this tensor whenever ``backward`` computes it.

        Args:
            hook: Takes the gradient, an ndarray (a Tensor where the backward pass is itself recorded).
                What it returns, if not None, replaces the gradient.

        Returns:
            A function that removes the hook.

        Raises:
            GraphError: If the tensor requires no gradient, so that none would ever come.

        Example:
            >>> import minigrad as mg
            >>> x = mg.Tensor([1.0, 2.0], requires_grad=True)
            >>> y = x * 3.0
            >>> remove = y.register_hook(lambda g: 10.0 * g)
            >>> y.sum().backward()
            >>> x.grad
            array([30., 30.], dtype=float32)
        """
        vertex = self._node
        if vertex is None:
            raise GraphError("register_hook: this tensor requires no gradient, so no hook would be called")
        vertex.hooks = [*(vertex.hooks or ()), hook]

        def remove() -> None:
            vertex.hooks = [other for other in vertex.hooks or () if other is not hook] or None

        return remove

    # -- Python's and NumPy's protocols ----------------------------------------------------------

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> NDArray:
        if copy:
            return np.array(self._data, dtype=dtype)
        array = self._data if dtype is None else np.asarray(self._data, dtype=dtype)
        return read_only(array)

    def __len__(self) -> int:
        if not self.ndim:
            raise TypeError("a tensor of no dimension has no len()")
        return len(self._data)

    def __iter__(self) -> Iterator[Tensor]:
        if not self.ndim:
            raise TypeError("a tensor of no dimension can't be iterated over")
        return (self[index] for index in range(len(self._data)))

    def __bool__(self) -> bool:
        if self.size != 1:
            raise ValueError(
                f"the truth of a tensor of shape {self.shape} is ambiguous: use ops.any(t) or ops.all(t)"
            )
        return bool(self._data)

    def __float__(self) -> float:
        return float(self.item())

    def __int__(self) -> int:
        return int(self.item())

    def __index__(self) -> int:
        if self.dtype.kind not in "iu" or self.ndim:
            raise TypeError(f"only an integer tensor of no dimension is an index; this is {self!r}")
        return int(self._data)

    def __format__(self, spec: str) -> str:
        return format(self.item(), spec) if spec else str(self)

    __hash__ = object.__hash__  # == compares elements, so a tensor is a key by its identity

    def __setitem__(self, key: Any, value: Any) -> None:
        raise TypeError(
            "a tensor can't be assigned to in place, since a gradient may need its old values. "
            "Write ops.where(mask, new, old), ops.scatter_update(t, indices, updates) or ops.concatenate "
            "for a new tensor, or fill an ndarray first and make a Tensor of it"
        )

    def __reduce__(self) -> tuple[Any, ...]:
        if not self.is_leaf:
            raise GraphError("a computed tensor can't be pickled with its graph: pickle t.detach()")
        return type(self), (self._data, None, self.requires_grad)

    def __copy__(self) -> Tensor:
        if self.is_leaf:
            return self.__deepcopy__({})
        return wrap(self._data, self._node)  # computed values never change, so they can be shared

    def __deepcopy__(self, memo: dict[int, Any]) -> Tensor:
        if not self.is_leaf:
            raise GraphError("a computed tensor can't be copied with its graph: copy t.detach()")
        return Tensor(self._data, requires_grad=self.requires_grad)

    def __str__(self) -> str:
        return str(self._data)

    def __repr__(self) -> str:
        numbers = np.array2string(self._data, separator=", ", prefix="Tensor(")
        facts = f"shape={self.shape}, dtype={self.dtype}"
        if not self.is_leaf:
            facts += f", op={op_name(self)}"
        elif self.requires_grad:
            facts += ", requires_grad=True"
        return f"{type(self).__name__}({numbers}, {facts})"

    # -- attached by graph.py and ops/methods.py -------------------------------------------------

    if TYPE_CHECKING:
        T: Tensor

        def backward(self, gradient: Any = None, retain_graph: bool = False) -> None: ...
        def __add__(self, other: Any) -> Tensor: ...
        def __radd__(self, other: Any) -> Tensor: ...
        def __sub__(self, other: Any) -> Tensor: ...
        def __rsub__(self, other: Any) -> Tensor: ...
        def __mul__(self, other: Any) -> Tensor: ...
        def __rmul__(self, other: Any) -> Tensor: ...
        def __truediv__(self, other: Any) -> Tensor: ...
        def __rtruediv__(self, other: Any) -> Tensor: ...
        def __floordiv__(self, other: Any) -> Tensor: ...
        def __rfloordiv__(self, other: Any) -> Tensor: ...
        def __mod__(self, other: Any) -> Tensor: ...
        def __rmod__(self, other: Any) -> Tensor: ...
        def __pow__(self, other: Any) -> Tensor: ...
        def __rpow__(self, other: Any) -> Tensor: ...
        def __matmul__(self, other: Any) -> Tensor: ...
        def __rmatmul__(self, other: Any) -> Tensor: ...
        def __neg__(self) -> Tensor: ...
        def __pos__(self) -> Tensor: ...
        def __abs__(self) -> Tensor: ...
        def __invert__(self) -> Tensor: ...
        def __and__(self, other: Any) -> Tensor: ...
        def __or__(self, other: Any) -> Tensor: ...
        def __xor__(self, other: Any) -> Tensor: ...
        def __rand__(self, other: Any) -> Tensor: ...
        def __ror__(self, other: Any) -> Tensor: ...
        def __rxor__(self, other: Any) -> Tensor: ...
        def __lshift__(self, other: Any) -> Tensor: ...
        def __rlshift__(self, other: Any) -> Tensor: ...
        def __rshift__(self, other: Any) -> Tensor: ...
        def __rrshift__(self, other: Any) -> Tensor: ...
        def __round__(self, decimals: int = 0) -> Tensor: ...
        def __divmod__(self, other: Any) -> tuple[Tensor, Tensor]: ...
        def __rdivmod__(self, other: Any) -> tuple[Tensor, Tensor]: ...
        def __contains__(self, value: Any) -> bool: ...
        def __eq__(self, other: object) -> Tensor: ...  # type: ignore[override]
        def __ne__(self, other: object) -> Tensor: ...  # type: ignore[override]
        def __lt__(self, other: Any) -> Tensor: ...
        def __le__(self, other: Any) -> Tensor: ...
        def __gt__(self, other: Any) -> Tensor: ...
        def __ge__(self, other: Any) -> Tensor: ...
        def __getitem__(self, key: Any) -> Tensor: ...
        def sum(self, axis: Any = None, keepdims: bool = False) -> Tensor: ...
        def mean(self, axis: Any = None, keepdims: bool = False) -> Tensor: ...
        def prod(self, axis: Any = None, keepdims: bool = False) -> Tensor: ...
        def max(self, axis: Any = None, keepdims: bool = False) -> Tensor: ...
        def min(self, axis: Any = None, keepdims: bool = False) -> Tensor: ...
        def var(self, axis: Any = None, keepdims: bool = False) -> Tensor: ...
        def std(self, axis: Any = None, keepdims: bool = False) -> Tensor: ...
        def any(self, axis: Any = None, keepdims: bool = False) -> Tensor: ...
        def all(self, axis: Any = None, keepdims: bool = False) -> Tensor: ...
        def argmax(self, axis: Any = None, keepdims: bool = False) -> Tensor: ...
        def argmin(self, axis: Any = None, keepdims: bool = False) -> Tensor: ...
        def cumsum(self, axis: Any = None) -> Tensor: ...
        def cumprod(self, axis: Any = None) -> Tensor: ...
        def argsort(self, axis: int | None = -1) -> Tensor: ...
        def nonzero(self) -> tuple[Tensor, ...]: ...
        def take(self, indices: Any, axis: int | None = None) -> Tensor: ...
        def repeat(self, repeats: Any, axis: int | None = None) -> Tensor: ...
        def diagonal(self, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Tensor: ...
        def trace(self, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Tensor: ...
        def copy(self) -> Tensor: ...
        def round(self, decimals: int = 0) -> Tensor: ...
        def reshape(self, *newshape: Any) -> Tensor: ...
        def ravel(self) -> Tensor: ...
        def flatten(self) -> Tensor: ...
        def transpose(self, *axes: Any) -> Tensor: ...
        def swapaxes(self, axis1: int, axis2: int) -> Tensor: ...
        def squeeze(self, axis: Any = None) -> Tensor: ...
        def astype(self, dtype: DTypeLike) -> Tensor: ...
        def clip(self, x_min: Any, x_max: Any) -> Tensor: ...
        def dot(self, other: Any) -> Tensor: ...
        def exp(self) -> Tensor: ...
        def log(self) -> Tensor: ...
        def sqrt(self) -> Tensor: ...
        def tanh(self) -> Tensor: ...
        def abs(self) -> Tensor: ...


def wrap(data: NDArray, node: Any = None) -> Tensor:
    """Return a Tensor around ``data`` itself: no copy, no check. For results that nobody else holds."""
    tensor: Tensor = _new(Tensor)
    tensor._data = data
    tensor._node = node
    tensor._changed = 0
    return tensor


def to_array(data: Any, dtype: DTypeLike | None = None, copy: bool = False) -> NDArray:
    """Return ``data`` as a numeric ndarray by `Tensor`'s rules for dtypes.

    Args:
        data: A number, a (nested) list, an ndarray or a Tensor.
        dtype: The dtype wanted. Default: an ndarray's or Tensor's own; else `floatx`, or bool.
        copy: Whether the result must not share memory with ``data``. Default False.

    Raises:
        DTypeError: If the data is not numeric or boolean, or is complex.
        ShapeError: If a nested list is ragged.
    """
    if isinstance(data, Tensor):
        data = data._data
    try:
        array = np.array(data, dtype=dtype) if copy else np.asarray(data, dtype=dtype)
    except ValueError as error:
        if "inhomogeneous" in str(error):
            raise ShapeError(f"a nested list must have rows of equal length: {error}") from None
        raise DTypeError(f"{type(data).__name__} can't become an array of dtype {dtype}: {error}") from None
    except TypeError as error:
        raise DTypeError(f"{type(data).__name__} can't become an array: {error}") from None
    if array.dtype.kind not in "fiub":
        raise DTypeError(
            f"a tensor holds floats, integers or booleans; {type(data).__name__} gives dtype {array.dtype}"
        )
    if dtype is None and array.dtype.kind != "b" and not isinstance(data, np.ndarray | np.generic):
        array = array.astype(floatx())
    return array


def op_name(tensor: Tensor) -> str:
    """Return the name of the op that made ``tensor``, or "leaf"."""
    vertex = tensor._node
    if isinstance(vertex, Output):
        vertex = vertex.node
    return vertex.op.name if isinstance(vertex, Node) else "leaf"


def attach(*names: str) -> Callable[[Any], Any]:
    """Return a decorator that makes a function a method of `Tensor` under these names."""

    def decorate(function: Any) -> Any:
        for name in names:
            setattr(Tensor, name, function)
        return function

    return decorate


def read_only(array: NDArray) -> NDArray:
    """Return a view of ``array`` that can't be written to."""
    view = array.view()
    view.flags.writeable = False
    return view


TensorLike = Tensor | NDArray | float | int | bool | Sequence[Any]
"""What an op accepts where it says "a tensor"."""
