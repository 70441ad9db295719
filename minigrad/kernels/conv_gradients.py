"""The way back through a convolution: the gradients of its input, kernel and bias.

Idea:    the gradient of a convolution is two more convolutions over the same blocks. With X the columns,
         Y = X K gives gK = X^T gY and gX = gY K^T; then gX's columns are added back to the cells they
         came from. That works for every convolution; some have a faster way, in the files that follow.
Shapes:  g (N, OH, OW, F) -> gx (N, H, W, C), gkernel (KH, KW, C // groups, F), gbias (F,)
Before:  conv_forward.py.  Next: conv_separable.py, conv_strided.py.
Source:  lecture, "Backpropagation"; Dumoulin & Visin 2016, "A guide to convolution arithmetic", chapter 4.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.kernels.columns import Case, by_group, columns, kernel_by_group
from minigrad.kernels.scratch import scratch
from minigrad.kernels.threads import parallel_for
from minigrad.kernels.windows import Array, Block, grouped, meetings, select

MOST_TASKS = 8  # a kernel gradient is summed from so many parts, each with an array of its own
PARTIAL_BYTES = 128 * 2**20  # ... unless the kernel is so large that they would take more than this


class OutputGradient:
    """The gradient that arrives, handed out block by block: as it is, or 0 where a mask says so."""

    def __init__(self, g: Array, mask: Array | None = None) -> None:
        self.g, self.mask = g, mask

    def block(self, images: slice, rows: slice, dtype: Any) -> Array:
        """Return a block, contiguous: a view where nothing needs to be done to it, else a scratch array."""
        g = self.g[images, rows]
        if self.mask is None and g.dtype == dtype and g.flags.c_contiguous:
            return g
        return self.write(images, rows, scratch("g", g.shape, dtype))

    def write(self, images: slice, rows: slice, out: Array) -> Array:
        """Write a block into ``out``."""
        g = self.g[images, rows]
        if self.mask is None:
            out[...] = g
            return out
        positive = np.greater(self.mask[images, rows], 0, out=scratch("positive", g.shape, np.bool_))
        return select(g.astype(out.dtype, copy=False), positive, out)


class Gradients:
    """One backward call: blocks are worked on in parallel, partial sums are added in block order.

    What a subclass says is how one block is done, and in which layout the kernel's gradient is summed.
    """

    def __init__(
        self,
        of: Case,
        x: Array | None,
        source: OutputGradient,
        kernel: Array | None,
        needs: tuple[bool, bool, bool],
        dtype: Any,
    ) -> None:
        self.of, self.x, self.source, self.kernel, self.dtype = of, x, source, kernel, dtype
        filters = of.kernel[3]
        size = filters * of.taps * np.dtype(dtype).itemsize
        self.tasks = self.tasks_of(max(1, min(MOST_TASKS, PARTIAL_BYTES // max(1, size))))
        count = len(self.tasks)
        self.gx = np.empty(of.windows.shape, dtype) if needs[0] else None
        self.fold = needs[1] and needs[2] and self.folds()
        self.gkernel = np.empty((count, *self.kernel_layout()), dtype) if needs[1] else None
        self.gbias = np.empty((count, filters), dtype) if needs[2] and not self.fold else None
        self.prepare()

    def run(self) -> list[Array | None]:
        """Return the gradients that are needed, None for the others."""
        if self.gx is not None and not self.tasks:
            self.gx.fill(0)
        parallel_for(self._task, len(self.tasks))
        gkernel = None if self.gkernel is None else self.gkernel.sum(axis=0)
        gbias = None if self.gbias is None else self.gbias.sum(axis=0)
        if gkernel is not None and self.fold:
            gkernel, gbias = gkernel[:, :-1], gkernel[:, -1].ravel()
        return [self.gx, None if gkernel is None else self.kernel_result(gkernel), gbias]

    def _task(self, task: int) -> None:
        first = True
        for images, rows in self.tasks[task]:
            if self.gx is not None and rows.start == 0 and self.adds_input():
                self.gx[images] = 0
            self.block(task, images, rows, first)
            first = False

    def add_kernel(self, task: int, left: Array, right: Array, first: bool) -> None:
        """Add the matrix product of a block to its task's part of the kernel's gradient."""
        assert self.gkernel is not None
        part = self.gkernel[task]
        if first:
            np.matmul(left, right, out=part)
        else:
            part += np.matmul(left, right, out=scratch("product", part.shape, self.dtype))

    def add_bias(self, task: int, g: Array, first: bool) -> None:
        """Add a block's column sums, as a matrix product: the fastest sum over rows."""
        if self.gbias is not None:
            rows = g.reshape(-1, g.shape[-1])
            total = np.ones(len(rows), self.dtype) @ rows
            self.gbias[task] = total if first else self.gbias[task] + total

    # What a subclass defines.

    def tasks_of(self, most: int) -> tuple[tuple[Block, ...], ...]:
        """Return the blocks in at most ``most`` runs."""
        n, high, wide, _ = self.of.output_shape
        cells = self.row_cells()
        return grouped(n, high, wide * cells, self.of.block_cells(cells), most)

    def row_cells(self) -> int:
        """Return how many cells a block needs for each output position."""
        return self.of.taps * self.of.groups + 2 * self.of.kernel[3]

    def prepare(self) -> None:
        """Bring the kernel into the layout that blocks multiply by."""
        if self.kernel is not None:
            self.matrix = kernel_by_group(self.kernel, self.of.groups, self.dtype)

    def adds_input(self) -> bool:
        """Return whether blocks add to the input's gradient, which must be 0 at first, or write it."""
        return not self.of.pointwise

    def folds(self) -> bool:
        """Return whether the bias' gradient is one more row of the kernel's: that of a column of ones."""
        return self.of.tall

    def kernel_layout(self) -> tuple[int, ...]:
        """Return the shape in which the kernel's gradient is summed."""
        groups = self.of.groups
        return (groups, self.of.taps + self.fold, self.of.kernel[3] // groups)

    def kernel_result(self, total: Array) -> Array:
        """Return the summed gradient in the kernel's own layout."""
        return total.transpose(1, 0, 2).reshape(self.of.kernel)

    def block(self, task: int, images: slice, rows: slice, first: bool) -> None:
        """Do one block: columns again for the kernel; products added back to their cells for the input."""
        g = self.source.block(images, rows, self.dtype)
        self.add_bias(task, g, first)
        if self.gkernel is not None:
            assert self.x is not None
            found = columns(self.x, self.of, images, rows, self.dtype, self.fold)
            self.add_kernel(task, found.transpose(0, 2, 1), by_group(g, self.of.groups), first)
        if self.gx is not None:
            self.add_input(g, images, rows)

    def add_input(self, block: Array, images: slice, rows: slice) -> None:
        """Add ``g K^T``, the gradient of the columns, to the cells that they came from (col2im)."""
        assert self.gx is not None
        of = self.of
        high, wide, each, _ = of.kernel
        g = by_group(block, of.groups)
        back = self.matrix.transpose(0, 2, 1)
        if of.pointwise:
            np.matmul(g, back, out=by_group(self.gx[images, rows], 1))
            return
        shape = (images.stop - images.start, rows.stop - rows.start, of.windows.output[1])
        cells: Array = scratch("columns", (*shape, of.groups, high * wide, each), self.dtype)
        np.matmul(g, back, out=by_group(cells.reshape(*shape, of.groups * of.taps), of.groups))
        gx = self.gx[images].reshape(shape[0], *of.windows.shape[1:3], of.groups, each)
        for tap, (out_rows, out_columns), (in_rows, in_columns) in meetings(of.windows, rows):
            gx[:, in_rows, in_columns] += cells[:, out_rows, out_columns, :, tap]
