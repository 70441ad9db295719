"""Linear algebra, under the names of ``keras.ops.linalg``.

Before:  ops/nn.py.  Next: ops/numpy.py.
Source:  ``keras.ops.linalg``.
"""

import minigrad.ops.recording  # noqa: F401 - comes first: the functions below are what it makes of them
from minigrad.ops import (
    cholesky,
    cholesky_inverse,
    det,
    eigh,
    inv,
    jvp,
    lstsq,
    lu_factor,
    matrix_rank,
    norm,
    pinv,
    qr,
    solve,
    solve_triangular,
    svd,
)

__all__ = [
    "cholesky",
    "cholesky_inverse",
    "det",
    "eigh",
    "inv",
    "jvp",
    "lstsq",
    "lu_factor",
    "matrix_rank",
    "norm",
    "pinv",
    "qr",
    "solve",
    "solve_triangular",
    "svd",
]
