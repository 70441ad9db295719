"""Which op answers which of NumPy's functions, and how its arguments are called there.

Idea:    NumPy and Keras mean the same and name it differently: ``np.sum(a, axis)`` is ``ops.sum(x, axis)``.
         A table says so, one line a function.
Before:  ops/methods.py.  Next: ops/numpy_protocol.py (where NumPy asks).
Source:  NumPy's reference for the signatures.
"""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from minigrad import ops
from minigrad.autodiff.tensor import Tensor
from minigrad.ops.reduction import reduced_size

FUNCTIONS: dict[Any, Callable[..., Any]] = {}
"""For each of NumPy's functions, a function with the same signature that takes tensors."""

_TABLE = """
    all: a=x axis out- keepdims where-
    amax=max: a=x axis out- keepdims initial where-
    amin=min: a=x axis out- keepdims initial where-
    angle: z=x deg-
    any: a=x axis out- keepdims where-
    append: arr=x1 values=x2 axis
    argmax: a=x axis out- keepdims
    argmin: a=x axis out- keepdims
    argsort: a=x axis kind~ order- stable~
    around=round: a=x decimals out-
    array_split: ary=x indices_or_sections axis
    average: a=x axis weights returned- keepdims-
    bincount: x weights minlength
    broadcast_to: array=x shape subok-
    column_stack: tup=xs
    concatenate: arrays=xs axis out- dtype- casting-
    copy: a=x order~ subok~
    corrcoef: x y- rowvar-
    correlate: a=x1 v=x2 mode
    cross: a=x1 b=x2 axisa axisb axisc axis
    cumprod: a=x axis dtype out-
    cumsum: a=x axis dtype out-
    cumulative_prod=cumprod: x axis dtype out- include_initial-
    cumulative_sum=cumsum: x axis dtype out- include_initial-
    diag: v=x k
    diagflat: v=x k
    diagonal: a=x offset axis1 axis2
    diff: a n axis prepend- append-
    dot: a=x1 b=x2 out-
    dsplit: ary=x indices_or_sections
    dstack: tup=xs
    empty_like: a=x dtype order~ subok~ shape-
    expand_dims: a=x axis
    flip: m=x axis
    fliplr: m=x
    flipud: m=x
    full_like: a=x fill_value dtype order~ subok~ shape-
    geomspace: start stop num endpoint dtype axis
    hsplit: ary=x indices_or_sections
    hstack: tup=xs dtype- casting-
    imag: val=x
    inner: a=x1 b=x2
    kron: a=x1 b=x2
    linalg.cholesky: a=x upper
    linalg.det: a=x
    linalg.eigh: a=x UPLO-
    linalg.inv: a=x
    linalg.matrix_power: a=x n
    linalg.norm: x ord axis keepdims
    linalg.pinv: a=x rcond hermitian- rtol-
    linalg.qr: a=x mode
    linalg.slogdet: a=x
    linalg.solve: a b
    linalg.svd: a=x full_matrices compute_uv hermitian-
    linspace: start stop num endpoint retstep dtype axis
    max: a=x axis out- keepdims initial where-
    mean: a=x axis dtype- out- keepdims where-
    median: a=x axis out- overwrite_input- keepdims
    min: a=x axis out- keepdims initial where-
    moveaxis: a=x source destination
    nan_to_num: x copy~ nan posinf neginf
    nancumprod: a=x axis dtype out-
    nancumsum: a=x axis dtype out-
    nanmax: a=x axis out- keepdims initial- where-
    nanmean: a=x axis dtype- out- keepdims where-
    nanmedian: a=x axis out- overwrite_input- keepdims
    nanmin: a=x axis out- keepdims initial- where-
    nanpercentile: a=x q axis out- overwrite_input- method keepdims weights- interpolation-
    nanprod: a=x axis dtype- out- keepdims initial- where-
    nanquantile: a=x q axis out- overwrite_input- method keepdims weights- interpolation-
    nanstd: a=x axis dtype- out- ddof- keepdims where- mean- correction-
    nansum: a=x axis dtype- out- keepdims initial- where-
    nanvar: a=x axis dtype- out- ddof- keepdims where- mean- correction-
    ndim: a=x
    ones_like: a=x dtype order~ subok~ shape-
    outer: a=x1 b=x2 out-
    pad: array=x pad_width mode constant_values
    percentile: a=x q axis out- overwrite_input- method keepdims weights- interpolation-
    prod: a=x axis dtype out- keepdims initial- where-
    ptp: a=x axis out- keepdims
    quantile: a=x q axis out- overwrite_input- method keepdims weights- interpolation-
    ravel: a=x order-
    real: val=x
    repeat: a=x repeats axis
    reshape: a=x shape=newshape order- copy-
    roll: a=x shift axis
    rot90: m=array k axes
    round: a=x decimals out-
    select: condlist choicelist default
    shape: a=x
    sinc: x
    sort: a=x axis kind~ order- stable~
    split: ary=x indices_or_sections axis
    squeeze: a=x axis
    stack: arrays=x axis out- dtype- casting-
    std: a=x axis dtype- out- ddof- keepdims where- mean- correction-
    sum: a=x axis dtype- out- keepdims initial- where-
    swapaxes: a=x axis1 axis2
    take: a=x indices axis out- mode-
    take_along_axis: arr=x indices axis
    tensordot: a=x1 b=x2 axes
    tile: A=x reps=repeats
    trace: a=x offset axis1 axis2 dtype- out-
    transpose: a=x axes
    trapezoid: y x dx axis
    tril: m=x k
    triu: m=x k
    unstack: x axis
    vander: x N increasing
    var: a=x axis dtype- out- ddof- keepdims where- mean- correction-
    vdot: a=x1 b=x2
    vsplit: ary=x indices_or_sections
    vstack: tup=xs dtype- casting-
    where: condition x=x1 y=x2
    zeros_like: a=x dtype order~ subok~ shape-
"""
"""Each function (and its op, if named otherwise), then its parameters in NumPy's order, each with the op's
name for it where that is another. ``-`` marks what the op doesn't offer, ``~`` what makes no difference to
it: a sort that is always stable, say."""

_SINCE_2_1 = ("cumulative_prod", "cumulative_sum", "unstack")
"""What NumPy 2.0 doesn't have."""

_PLAIN_NAMES = """
    allclose argpartition argwhere array2string array_equal array_equiv array_repr array_str can_cast
    common_type copyto count_nonzero digitize fill_diagonal flatnonzero histogram histogram_bin_edges
    histogram2d histogramdd isclose iscomplex iscomplexobj isin isneginf isposinf isreal isrealobj lexsort
    may_share_memory min_scalar_type nanargmax nanargmin nonzero place put putmask result_type save savetxt
    savez savez_compressed searchsorted shares_memory size unique unique_all unique_counts unique_inverse
    unique_values unravel_index
"""
PLAIN = {getattr(np, name) for name in _PLAIN_NAMES.split()} | {np.linalg.cond, np.linalg.matrix_rank}
"""NumPy's functions whose results have no derivative: they see ndarrays, and return what NumPy returns."""


def implements(function: Any, op: Callable[..., Any], signature: str) -> None:
    """Let ``op`` answer NumPy's ``function``; see the table for how the signature is written."""
    names, other_name, refused, ignored = [], {}, set(), set()
    for word in signature.split():
        name, _, other = word.rstrip("-~").partition("=")
        names.append(name)
        other_name[name] = other or name
        if word.endswith("-"):
            refused.add(name)
        elif word.endswith("~"):
            ignored.add(name)
    title = f"{function.__module__.replace('numpy', 'np')}.{function.__name__}"

    def call(*args: Any, **kwargs: Any) -> Any:
        if len(args) > len(names):
            raise TypeError(f"{title} takes at most {len(names)} arguments; got {len(args)}")
        given = dict(zip(names, args, strict=False)) | kwargs
        for name in [name for name in given if name in refused | ignored]:
            value = given.pop(name)
            if name in refused and not (
                value is None or (isinstance(value, int | str) and value in (0, "C"))
            ):
                raise TypeError(f"{title}: a Tensor has no option {name} here; got {value!r}")
        return op(**{other_name.get(name, name): value for name, value in given.items()})

    FUNCTIONS[function] = call


for _line in _TABLE.strip().splitlines():
    _names, _, _signature = _line.strip().partition(":")
    _name, _, _other = _names.partition("=")
    _op = getattr(ops, _other or _name.removeprefix("linalg."))
    if _name in _SINCE_2_1 and not hasattr(np, _name):
        continue
    implements(operator.attrgetter(_name)(np), _op, _signature)


def _clip(a: Any, a_min: Any = None, a_max: Any = None, *, min: Any = None, max: Any = None) -> Any:
    return ops.clip(a, min if a_min is None else a_min, max if a_max is None else a_max)


def _at_least(axes: int) -> Callable[..., Any]:
    shapes = {1: ((1,),), 2: ((1, 1), (1, -1)), 3: ((1, 1, 1), (1, -1, 1))}[axes]

    def one(x: Any) -> Any:
        count = ops.ndim(x)
        if count >= axes:
            return ops.convert_to_tensor(x)
        return ops.reshape(x, shapes[count] if count < 2 else (*ops.shape(x), 1))

    def call(*arys: Any) -> Any:
        return one(arys[0]) if len(arys) == 1 else tuple(one(x) for x in arys)

    return call


def _broadcast_arrays(*args: Any, subok: bool = False) -> tuple[Any, ...]:
    """Return tensors as tensors; whatever else is among them stays what it is."""
    shape = np.broadcast_shapes(*map(np.shape, args))
    return tuple(
        ops.broadcast_to(one, shape) if isinstance(one, Tensor) else np.broadcast_to(one, shape, subok=subok)
        for one in args
    )


def _convolve(a: Any, v: Any, mode: str = "full") -> Any:
    longer, shorter = (v, a) if ops.size(v) > ops.size(a) else (a, v)
    return ops.correlate(longer, ops.flip(shorter), mode)


def _with_ddof(function: Any, power: float) -> Callable[..., Any]:
    """Return np.var or np.std with its divisor ``n - ddof`` in the place of n."""
    biased = FUNCTIONS[function]

    def call(
        a: Any, axis: Any = None, dtype: Any = None, out: Any = None, ddof: Any = 0, **options: Any
    ) -> Any:
        y = biased(a, axis, dtype, out, **options)
        if not ddof:
            return y
        count = reduced_size(function.__name__, axis, ops.shape(a))
        return y * (count / (count - ddof)) ** power if count > ddof else y * math.nan

    return call


FUNCTIONS |= {
    np.atleast_1d: _at_least(1),
    np.atleast_2d: _at_least(2),
    np.atleast_3d: _at_least(3),
    np.broadcast_arrays: _broadcast_arrays,
    np.clip: _clip,
    np.convolve: _convolve,
    np.einsum: ops.einsum,
    np.linalg.multi_dot: lambda arrays: functools.reduce(ops.matmul, arrays),
    np.meshgrid: lambda *xi, indexing="xy": tuple(ops.meshgrid(*xi, indexing=indexing)),
    np.polyval: lambda p, x: functools.reduce(lambda y, c: y * x + c, p, 0.0),
    np.std: _with_ddof(np.std, 0.5),
    np.var: _with_ddof(np.var, 1.0),
}
